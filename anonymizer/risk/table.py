"""The background table meant for publication: one row a participant, told apart by code."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from pydantic import RootModel

from anonymizer.data import load_yaml, rules_dir
from anonymizer.errors import LimitExceeded, UsageError

__all__ = ["Column", "ColumnKind", "SampleTable", "kind_of_heading", "read_sample_table"]

MAX_ROWS = 1000
MAX_COLUMNS = 20
MAX_CHARACTERS = 1_000_000
_EMPTY = frozenset({"", "-", "–", "—"})


class ColumnKind(StrEnum):
    """What a column tells of a participant (words in rules/risk/columns.yaml)."""

    CODE = "code"
    DURATION = "duration"
    AGE = "age"
    GENDER = "gender"
    PLACE = "place"
    ORGANISATION = "organisation"
    DATE = "date"
    SENSITIVE = "sensitive"
    ROLE = "role"
    OTHER = "other"


class _Words(RootModel[dict[ColumnKind, tuple[str, ...]]]):
    """The headings' words by kind."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading and what it tells."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The table: ``codes`` and ``rows`` run side by side, the cells of a row in the order of ``columns``."""

    columns: tuple[Column, ...]
    codes: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def with_column(self, at: int, cells: tuple[str, ...]) -> SampleTable:
        """Return the table with the cells of column ``at`` exchanged."""
        rows = tuple((*row[:at], cell, *row[at + 1 :]) for row, cell in zip(self.rows, cells, strict=True))
        return replace(self, rows=rows)

    def values(self, row: int, columns: Iterable[int]) -> tuple[str, ...]:
        """Return what a row says in some columns, in small letters, as rows are compared."""
        return tuple(self.rows[row][at].casefold() for at in columns)

    def cells(self, at: int) -> tuple[str, ...]:
        """Return the cells of column ``at``."""
        return tuple(row[at] for row in self.rows)


@cache
def _words() -> dict[str, ColumnKind]:
    read = load_yaml(rules_dir() / "risk" / "columns.yaml").parse(_Words).root
    return {word: kind for kind, words in reversed(read.items()) for word in words}


def kind_of_heading(heading: str) -> ColumnKind:
    """Return what a column of this heading tells; ``OTHER`` if no word of it is known."""
    words = set(re.findall(r"\w+", heading.casefold()))
    fits = {kind for word, kind in _words().items() if word in words}
    return next((kind for kind in ColumnKind if kind in fits), ColumnKind.OTHER)


def read_sample_table(text: str, *, where: str) -> SampleTable:
    """Return the table of a CSV file (comma or semicolon, UTF-8, header row).

    One column holds the participants' codes: the one called ``code`` or ``kode``. Raises ``UsageError`` naming file
    and row, never a value.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitExceeded(f"the table is larger than {MAX_CHARACTERS} characters", where=where)
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    first = text.split("\n", 1)[0]
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True))
    except csv.Error:
        raise UsageError(
            "the table is not valid CSV", where=where, hint="look for a quotation mark that is not closed"
        ) from None
    filled = [(at, [cell.strip() for cell in line]) for at, line in enumerate(lines, 1) if any(line)]
    if len(filled) < 2:
        raise UsageError("the table has no rows", where=where, hint="a header row, then one a participant")
    heading = filled[0][1]
    code = _code_column(heading, where)
    if len(heading) > MAX_COLUMNS or len(filled) > MAX_ROWS:
        raise LimitExceeded(f"the table has more than {MAX_COLUMNS} columns or {MAX_ROWS} rows", where=where)
    codes: dict[str, int] = {}
    rows = []
    for at, cells in filled[1:]:
        place = f"{where}, row {at}"
        if len(cells) != len(heading):
            raise UsageError(f"has {len(cells)} cells where the header has {len(heading)}", where=place)
        if not cells[code]:
            raise UsageError("the code is missing", where=place)
        if cells[code] in codes:
            raise UsageError(f"has the same code as row {codes[cells[code]]}", where=place)
        codes[cells[code]] = at
        rows.append(tuple("" if cell in _EMPTY else cell for i, cell in enumerate(cells) if i != code))
    columns = tuple(Column(name, kind_of_heading(name)) for i, name in enumerate(heading) if i != code)
    return SampleTable(columns, tuple(codes), tuple(rows))


def _code_column(heading: list[str], where: str) -> int:
    if len(set(heading)) != len(heading) or "" in heading:
        raise UsageError("a column has no heading, or one that stands twice", where=f"{where}, row 1")
    folded = [name.casefold() for name in heading]
    for name in ("code", "kode"):
        if name in folded:
            return folded.index(name)
    raise UsageError("the column “code” is missing", where=f"{where}, row 1", hint="it says whose row it is")
