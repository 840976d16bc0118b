"""What a manuscript tells of one participant in several places: in its sample table, at quotes and in the text.

A table that hides the place and a label at a quote that names it are read by the same reader. The pieces are put
together by the participant's label and measured by ``anonymizer.risk`` as one table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.risk import Column, ColumnKind, Kind, SampleTable, assess
from anonymizer.scan.language import is_first_name
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage, Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["combined"]

_KINDS = (ColumnKind.GENDER, ColumnKind.AGE, ColumnKind.PLACE, ColumnKind.ROLE)
_LABEL_AT_QUOTE = re.compile(r"[»”\"]?\s*[(\[–—-]\s?([^()\[\]«»\"]{3,80}?)[)\]]?[.,]?\s*$")
_AGE = re.compile(r"(\d{2})(?:\s?[-–]\s?\d{2})?\s*(?:år(?:ing)?|years?(?: old)?|y)?\.?", re.IGNORECASE)
_AGED = re.compile(r"\b([1-9]\d)\s(?:år|years)\b")
_FROM = re.compile(r"\b(?:fra|frå|i|på|from|in)\s([A-ZÆØÅ][\w-]+)")
_SENTENCE = re.compile(r"[^.!?]+")
_TOLD_IN = frozenset({Section.METHOD, Section.FINDINGS, Section.DISCUSSION, Section.ABSTRACT})


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing told of one participant; ``tabled`` if it stands in a sample table."""

    who: str
    kind: ColumnKind
    value: str
    passage: Passage
    start: int
    end: int
    tabled: bool


def combined(reading: Reading, rules: Rulebook) -> Iterator[Hit]:
    """Yield the places that, put together with the others, tell of one participant what fits no one else."""
    facts = [*_Reader(rules).facts(reading)]
    by_who: dict[str, dict[ColumnKind, _Fact]] = defaultdict(dict)
    for fact in facts:
        by_who[fact.who].setdefault(fact.kind, fact)
    people = sorted(by_who)
    columns = [kind for kind in _KINDS if any(kind in known for known in by_who.values())]
    if not people or not columns:
        return
    table = SampleTable(
        tuple(Column(kind.value, kind) for kind in columns),
        tuple(people),
        tuple(
            tuple(by_who[who][kind].value if kind in by_who[who] else "" for kind in columns)
            for who in people
        ),
    )
    shown: set[tuple[int, int, int]] = set()
    for finding in assess(table).findings:
        known = by_who[finding.codes[0]]
        if finding.kind is not Kind.LONE_COMBINATION or len(known) < 2:
            continue
        used = [known[ColumnKind(name)] for name in finding.columns]
        # What the table alone tells is told of the table.
        for fact in used:
            at = (fact.passage.index, fact.start, fact.end)
            if not fact.tabled and at not in shown:
                shown.add(at)
                yield Hit("combination", Severity.WARN, *at, "")


class _Reader:
    """Takes from labels, tables and sentences what they tell of a participant."""

    def __init__(self, rules: Rulebook) -> None:
        self._label = re.compile(rf"(?:{rules.shape.label})(?!\w)", re.IGNORECASE)
        self._women = rules.find("women")
        self._men = rules.find("men")

    def facts(self, reading: Reading) -> Iterator[_Fact]:
        labels: set[str] = set()
        for passage in reading.passages:
            for fact in (*self._row(passage), *self._at_quotes(passage)):
                labels.add(fact.who)
                yield fact
        for passage in reading.passages:
            if passage.section in _TOLD_IN and not passage.entry and passage.block.cell is None:
                yield from self._told(passage, labels)

    def _who(self, text: str) -> str | None:
        """Return whose a label is: a participant's number or name, case set aside."""
        if match := self._label.fullmatch(text.strip(" .:")):
            return re.sub(r"\W", "", match.group()).casefold()
        return text.casefold() if is_first_name(text) and text[:1].isupper() else None

    def _kind(self, text: str) -> tuple[ColumnKind, str] | None:
        """Return what a piece of a label tells, and its value in one form."""
        plain = text.strip(" .")
        if self._women.fullmatch(plain) or self._men.fullmatch(plain):
            return ColumnKind.GENDER, "f" if self._women.fullmatch(plain) else "m"
        if match := _AGE.fullmatch(plain):
            return ColumnKind.AGE, plain if "-" in plain or "–" in plain else match.group(1)
        if plain[:1].isupper() and shipped_gazetteer().place(plain):
            return ColumnKind.PLACE, plain.casefold()
        if re.fullmatch(r"[a-zæøå]{4,25}(?: [a-zæøå]{2,20})?", plain):
            return ColumnKind.ROLE, plain
        return None

    def _at_quotes(self, passage: Passage) -> Iterator[_Fact]:
        """Yield what the label of a quote tells: ``(Informant 3, kvinne, 45 år, Alta)``."""
        text = passage.block.text
        for quote in passage.quotes:
            if quote.cited:
                continue
            whole = quote.end == len(text)
            end = len(text) if whole else min(len(text), quote.end + 90)
            start = max(quote.start, quote.end - 90) if whole else quote.end
            piece = (
                re.match(r"\s?[(\[–—-]\s?([^()\[\]«»\"]{3,80})[)\]]?", text[start:end]) if not whole else None
            )
            found = _LABEL_AT_QUOTE.search(text, start, end) if whole else None
            if whole and found is None:
                continue
            match = found or piece
            if match is None:
                continue
            base = match.start(1) if whole else start + match.start(1)
            yield from self._label_facts(passage, match.group(1), base)

    def _label_facts(self, passage: Passage, label: str, base: int) -> Iterator[_Fact]:
        pieces = [(match.group().strip(), base + match.start()) for match in re.finditer(r"[^,;/]+", label)]
        who = next((found for piece, _ in pieces if (found := self._who(piece))), None)
        told = [
            (*says, piece, at) for piece, at in pieces if not self._who(piece) and (says := self._kind(piece))
        ]
        exact = any(kind in {ColumnKind.AGE, ColumnKind.PLACE} for kind, *_ in told)
        if not told or (who is None and (len(told) < 2 or not exact)):
            return
        key = who or "told:" + "|".join(sorted(value for _, value, *_ in told))
        for kind, value, piece, at in told:
            start = at + len(passage.block.text[at:]) - len(passage.block.text[at:].lstrip())
            yield _Fact(key, kind, value, passage, start, start + len(piece), tabled=False)

    def _row(self, passage: Passage) -> Iterator[_Fact]:
        """Yield what a row of a sample table tells, where the row is one line (``Lærar A K 34``)."""
        text = passage.block.text
        if passage.quotes or len(text) > 140 or passage.section not in _TOLD_IN:
            return
        words = re.split(r"[\s;\t]+", text)
        match = self._label.match(text)
        head = match.group() if match else words[0]
        who = self._who(head)
        if who is None or len(words) < 3 or re.search(r"[a-zæøå]{3}[.!?]", text):
            return
        for word in re.finditer(r"\S+", text[len(head) :]):
            told = self._kind(word.group())
            if told and told[0] is not ColumnKind.ROLE:
                start = len(head) + word.start()
                yield _Fact(who, *told, passage, start, start + len(word.group()), tabled=True)

    def _told(self, passage: Passage, labels: set[str]) -> Iterator[_Fact]:
        """Yield what a sentence of the author's tells of a participant: age and place."""
        text = passage.block.text
        for sentence in _SENTENCE.finditer(text):
            said = sentence.group()
            named = [
                who
                for word in re.findall(r"[A-ZÆØÅ][a-zæøå]+(?:\s(?:\d{1,2}|[A-H])\b)?", said)
                if (who := self._who(word)) in labels
            ]
            if len(set(named)) != 1 or named[0] is None:
                continue
            for pattern, kind in ((_AGED, ColumnKind.AGE), (_FROM, ColumnKind.PLACE)):
                match = pattern.search(said)
                start = sentence.start() + match.start(1) if match else 0
                if (
                    match is None
                    or passage.quote_at(start)
                    or (kind is ColumnKind.PLACE and not shipped_gazetteer().place(match.group(1)))
                ):
                    continue
                value = match.group(1).casefold()
                yield _Fact(named[0], kind, value, passage, start, start + len(match.group(1)), tabled=False)
