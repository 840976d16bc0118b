"""A last look at what is about to leave: does any name the study knows still stand in it?

The whole key table is searched for, whole words in any case, in a transcript or in the raw bytes of a file. A name that
is also an everyday word counts only with a capital letter inside a sentence. The study's own marks are no leak.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from anonymizer.data import load_lexicon
from anonymizer.errors import PackError
from anonymizer.model import Transcript
from anonymizer.pseudonymise.keytable import KeyTable
from anonymizer.pseudonymise.wordings import fold, relations

__all__ = ["Leak", "sweep"]

_MARK = re.compile(r"\[[^\[\]\n]{1,80}\]")
_SENTENCE = re.compile(r"(?:^|[.!?:…«»\"“”(\[–—\n])\s*\Z")
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Leak:
    """A known name that still stands: where, and the row of the key table it belongs to. Never the name."""

    row_id: str
    start: int
    end: int
    turn: int | None = None
    part: str | None = None


def sweep(
    output: Transcript | bytes | str, key_table: KeyTable, *, owners: Collection[str] | None = None
) -> list[Leak]:
    """Return every known name that stands in the output, in order.

    Bytes are read as UTF-8, UTF-16 or Windows-1252, whichever they are; offsets count code points. ``owners`` limits
    the rows searched for to these owners and the staff.
    """
    search = _Search(key_table, owners)
    if isinstance(output, Transcript):
        leaks = [
            Leak(row, start, end, turn=position)
            for position, turn in enumerate(output.turns)
            for row, start, end in search.find(turn.text)
        ]
        leaks += [
            Leak(row, start, end, turn=position, part="speaker")
            for position, turn in enumerate(output.turns)
            for row, start, end in search.find(turn.speaker or "")
        ]
        leaks += [
            Leak(row, start, end, part=part.name)
            for part in output.parts
            for row, start, end in search.find(part.text)
        ]
        return leaks
    text = output if isinstance(output, str) else _decode(output)
    return [Leak(row, start, end) for row, start, end in search.find(text)]


def _decode(raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


@cache
def _everyday() -> frozenset[str]:
    """Return folded names that are also everyday words, relations among them."""
    words = {fold(form) for one in relations().relations for form in (*one.forms, *one.owned)}
    try:
        words.update(map(fold, load_lexicon("word_names").column("word")))
    except PackError:
        words.discard("")  # the relations alone
    return frozenset(words)


class _Search:
    def __init__(self, table: KeyTable, owners: Collection[str] | None) -> None:
        self._rows: dict[str, str] = {}
        drawn = _surrogate_words(table)
        for row_id, owner, form in _forms(table):
            if owners is not None and owner not in owners and owner != "study":
                continue
            if len(form) >= _SHORTEST and form not in drawn:
                self._rows.setdefault(form, row_id)
        self._marks = _marks(table)
        ordered = sorted(self._rows, key=len, reverse=True)
        inner = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in ordered)
        self._pattern = (
            re.compile(rf"(?<![^\W_])(?:{inner})(?=(?:'?s|')?(?![^\W_]))", re.I) if inner else None
        )

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        if self._pattern is None or not text:
            return
        blank = _MARK.sub(lambda one: " " * len(one[0]) if one[0] in self._marks else one[0], text)
        plain = blank.replace("’", "'")
        for match in self._pattern.finditer(plain):
            form = fold(match[0])
            before = plain[max(0, match.start() - 12) : match.start()]
            if form in _everyday() and (not match[0][:1].isupper() or _SENTENCE.search(before)):
                continue
            yield self._rows.get(form, ""), match.start(), match.end()


def _forms(table: KeyTable) -> Iterator[tuple[str, str, str]]:
    """Yield (row id, owner, folded form): whole names and each of their words, places, organisations."""
    people = [(row.id, row.owner, row.names) for row in table.participants]
    people += [(row.id, row.owner, row.names) for row in table.staff]
    people += [(row.id, row.owner, row.names) for row in table.persons]
    for row_id, owner, names in people:
        for name in names:
            folded = fold(name)
            yield row_id, owner, folded
            for word in folded.split():
                yield row_id, owner, word.strip(".")
    things = [(row.id, row.owner, row.forms) for row in table.places]
    things += [(row.id, row.owner, row.forms) for row in table.organisations]
    for row_id, owner, forms in things:
        for form in forms:
            yield row_id, owner, form


def _surrogate_words(table: KeyTable) -> set[str]:
    """Return surrogates in use that are not flagged: a fictive name is no leak of its namesake elsewhere."""
    names = [row.fictive_name for row in table.participants if not row.redraw]
    names += [row.fictive_name for row in table.persons if not row.redraw]
    return {fold(name) for name in names if name}


def _marks(table: KeyTable) -> frozenset[str]:
    """Return every mark that a place may have: its wording names a part of the country, not the place."""
    found: set[str] = set()
    for row in table.places:
        for said in (row.nb, row.nn):
            found.update({f"[{said}]", f"[{said} {row.number}]"})
            region = re.sub(r"^.*?\b(?:i|på) (?=[A-ZÆØÅÁ])", "", said)
            found.update({f"[person fra {region}]", f"[person frå {region}]"})
    return frozenset(found)
