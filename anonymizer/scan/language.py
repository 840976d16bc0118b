"""What a word or a block is as language: English, a first name, a name among other words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.model import EntityType, Finding

__all__ = ["is_english", "is_first_name", "names_alone"]

_ENGLISH = re.compile(
    r"\b(?:the|of|and|with|were|was|this|that|from|he|she|they|you|is|are|had|for|to|my|when|said)\b",
    re.IGNORECASE,
)
_NORWEGIAN = re.compile(
    r"\b(?:og|er|det|som|av|på|til|ikke|ikkje|var|jeg|eg|æ|ei|en|et|ein|å|vi|med|om|ble|vart|hadde|han|hun|ho)\b",
    re.IGNORECASE,
)
_SMALL = re.compile(r"(?:^|\s)[a-zæøå]+(?:\s|$)")
_CAPITALS = re.compile(r"[A-ZÆØÅ][\w'’-]*(?:\s[A-ZÆØÅ][\w'’-]*)*")


def is_first_name(word: str) -> bool:
    """Tell whether a word, case set aside, is a known first name."""
    known = shipped_gazetteer().name(word)
    return known is not None and known[0].first


def is_english(text: str) -> bool:
    """Tell whether a block is English, where the language model, which reads Norwegian, takes words for names."""
    return len(_ENGLISH.findall(text)) > 2 * len(_NORWEGIAN.findall(text))


def names_alone(text: str, finding: Finding) -> Iterable[Finding]:
    """Return a name proposed in an English block without the words round it (``call him Olav``)."""
    if (
        finding.entity_type is not EntityType.PERSON
        or not _SMALL.search(finding.text)
        or not is_english(text)
    ):
        return (finding,)
    return [
        replace(
            finding,
            start=finding.start + match.start(),
            end=finding.start + match.end(),
            text=match.group(),
        )
        for match in _CAPITALS.finditer(finding.text)
    ]
