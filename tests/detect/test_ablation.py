"""No recogniser is idle: with any one switched off, something that was found is found no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from anonymizer.data.recognisers import load_cases, load_recognisers, recognisers_dir
from anonymizer.detect.checks import CHECKS
from anonymizer.detect.gold import parse_gold
from anonymizer.detect.recognisers import code_recognisers
from anonymizer.formats import read
from tests.detect.conftest import RulesAlone, talk, unmark

TUNING = sorted((Path(__file__).parents[1] / "gold" / "tuning").glob("*.txt"))
RULES = [rule.id for rule in load_recognisers(checks=frozenset(CHECKS))]
CODE = [one.name for one in code_recognisers()]


class Without(RulesAlone):
    """The detector without one recogniser; the language model is never there but to be switched off itself."""

    off = ""

    def _decide(self, source):
        source.proposals = [one for one in source.proposals if one.recognizer != self.off]
        return super()._decide(source)


@pytest.fixture(scope="module")
def without(pack):
    return Without(pack)


def covered(detection):
    return {
        (one.turn, at, one.entity_type.value)
        for one in detection.findings
        for at in range(one.start, one.end)
        if one.turn is not None
    }


@pytest.mark.parametrize("rule_id", RULES)
def test_without_a_rule_one_of_its_examples_is_missed(rules_alone, without, rule_id):
    without.off = rule_id
    lost = 0
    for case in load_cases(recognisers_dir() / rule_id).found:
        texts = case.text if isinstance(case.text, tuple) else (case.text,)
        transcript = talk(*(unmark(text)[0] for text in texts))
        marks = {
            (turn, at, kind)
            for turn, text in enumerate(texts)
            for start, end, kind in unmark(text)[1]
            for at in range(start, end)
        }
        lost += bool(marks & (covered(rules_alone.detect(transcript)) - covered(without.detect(transcript))))
    assert lost


@pytest.fixture(scope="module")
def tuning():
    transcripts = []
    for path in TUNING:
        gold = parse_gold(path.read_text(encoding="utf-8"), where=path.name)
        transcripts.append(read(gold.text.encode(), path.name))
    return transcripts


@pytest.fixture(scope="module")
def found_together(rules_alone, tuning):
    return [covered(rules_alone.detect(transcript)) for transcript in tuning]


@pytest.mark.parametrize("name", [name for name in CODE if name != "ner"])
def test_without_a_word_list_recogniser_something_is_missed(without, tuning, found_together, name):
    without.off = name
    assert any(
        whole - covered(without.detect(transcript))
        for whole, transcript in zip(found_together, tuning, strict=True)
    )


def test_without_the_language_model_names_are_missed(detector, rules_alone):
    transcript = talk("Så kom Qwexlind Zorbane bort til oss, og Zorbane lo.")
    assert {one for one in covered(detector.detect(transcript)) if one[2] == "PERSON"} - covered(
        rules_alone.detect(transcript)
    )
