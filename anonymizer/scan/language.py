"""Which language a block is in, as far as the scan needs it, and what of a proposal is a name in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from anonymizer.model import EntityType, Finding

__all__ = ["is_english", "names_alone"]

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
