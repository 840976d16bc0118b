"""Detectors for the tests of this folder: with the language model, and with the rules alone."""

from __future__ import annotations

import re

import pytest
import spacy
from anonymizer.data.packs import load_pack
from anonymizer.detect import Detector
from anonymizer.model import Transcript, Turn

MARK = re.compile(r"\{\{([A-Z_]+)(?:\|\w+)?:(.*?)\}\}")


class RulesAlone(Detector):
    """The detector without a language model: what it finds, a rule or a word list found."""

    def _load_pipeline(self):
        return spacy.blank("nb")


def unmark(marked):
    """Return the text without marks and its marks as (start, end, type)."""
    parts, marks, length, last = [], [], 0, 0
    for found in MARK.finditer(marked):
        parts += [marked[last : found.start()], found[2]]
        length += found.start() - last
        marks.append((length, length + len(found[2]), found[1]))
        length += len(found[2])
        last = found.end()
    return "".join([*parts, marked[last:]]), marks


def talk(*texts):
    """Return a transcript of turns; interviewer and informant take turns if there are several."""
    speakers = ("I", "R") if len(texts) > 1 else (None,)
    turns = (Turn(text, speaker=speakers[at % len(speakers)]) for at, text in enumerate(texts))
    return Transcript(format="vtt", turns=tuple(turns)).with_joined_offsets()


def found(detection, *types):
    """Return (text, type) of findings, of ``types`` only if any are given."""
    return [
        (one.text, one.entity_type.value)
        for one in detection.findings
        if not types or one.entity_type.value in types
    ]


@pytest.fixture(scope="session")
def pack():
    return load_pack("sikt-base")


@pytest.fixture(scope="session")
def rules_alone(pack):
    return RulesAlone(pack)


@pytest.fixture(scope="session")
def detector(pack):
    return Detector(pack)
