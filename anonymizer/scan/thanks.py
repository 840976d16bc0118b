"""People thanked in a preface whom no list and no model knew as people: rare, foreign and shortened names.

In a preface nearly every capital within a sentence is a person's, a place's or an institution's; what follows words of
thanks and is neither of the last two is taken for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.model import EntityType, Finding
from anonymizer.scan.citations import name_words
from anonymizer.scan.language import is_first_name
from anonymizer.scan.reading import Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["add_thanked"]

_UP = "A-ZÆØÅÄÖÜÉÁČŠŽĐŁ"
_WORD = rf"[{_UP}][\w'’]*[^\W\d_](?:-[{_UP}]?[\w]+)*"
_NAME = re.compile(rf"(?<![\w@./-]){_WORD}(?:\s(?:{_WORD}|[{_UP}]\.))*")
_JOINED = re.compile(r"\s*(?:,|og|and|&|samt)?\s*$")
_PLACE = re.compile(r"\b(?:ved|på|i|frå|fra|hos|of|at|in|from|for)\s+(?:\w+\s){0,2}$", re.IGNORECASE)


def add_thanked(reading: Reading, found: dict[int, list[Finding]], rules: Rulebook) -> None:
    """Add the people thanked in the preface who were not found as people to the findings, in place."""
    for passage in reading.passages:
        if passage.section is not Section.PREFACE or passage.block.kind.outside:
            continue
        findings = found.get(passage.index, [])
        people = [(each.start, each.end) for each in findings if each.entity_type is EntityType.PERSON]
        others = [
            (each.start, each.end)
            for each in findings
            if (each.entity_type is EntityType.LOCATION and not is_first_name(each.text))
            or (
                each.entity_type is EntityType.ORGANIZATION
                and (shipped_gazetteer().place(each.text) or not _plain_name(each.text, rules))
            )
        ]
        added = [
            Finding(
                start=start,
                end=end,
                text=passage.block.text[start:end],
                entity_type=EntityType.PERSON,
                score=0.8,
                recognizer="preface",
                turn=None,
            )
            for start, end in _thanked(passage.block.text, people, others, rules)
        ]
        if added:
            kept = [each for each in findings if not any(_meet(each, new) for new in added)]
            found[passage.index] = sorted([*kept, *added], key=lambda each: each.start)


def _thanked(
    text: str, people: list[tuple[int, int]], others: list[tuple[int, int]], rules: Rulebook
) -> Iterable[tuple[int, int]]:
    """Yield where a name stands that follows words of thanks, or another name in a row of them."""
    last_end: int | None = None
    ends = {end for _, end in people}
    for match in _NAME.finditer(text):
        start, end = match.span()
        if any(s < end and start < e for s, e in people):
            last_end = end
            continue
        if any(s < end and start < e for s, e in others) or not _plain_name(match.group(), rules):
            continue
        if any(
            _JOINED.fullmatch(text[end_of_place:start]) for _, end_of_place in others if end_of_place <= start
        ):
            continue  # barnehagene Solbakken og Lillemarka
        before = text[max(0, start - 40) : start]
        row = last_end is not None and _JOINED.fullmatch(text[last_end:start]) is not None
        row = row or any(_JOINED.fullmatch(text[each:start]) for each in ends if 0 <= start - each <= 6)
        thanked = rules.find("thanked_before").search(before) is not None and not _PLACE.search(before)
        if row or thanked or rules.find("thanked_after").match(text, end):
            yield start, end
            last_end = end


def _plain_name(text: str, rules: Rulebook) -> bool:
    """Tell whether capitals may be a person's name: no institution, no month, no everyday word."""
    if (
        text.casefold() in rules.bodies
        or rules.find("body_forms").search(text)
        or rules.find("workplace").search(text)
    ):
        return False
    words = name_words(text)
    if (
        not words
        or any(rules.find("never_names").fullmatch(word) for word in words)
        or re.fullmatch(r"[A-ZÆØÅ]{2,8}", text)
    ):
        return False
    gazetteer = shipped_gazetteer()
    return any(gazetteer.name(word) is not None or not gazetteer.is_word(word) for word in words)


def _meet(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end
