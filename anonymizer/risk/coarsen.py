"""Coarser values for one column, and which of them costs the least."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from anonymizer.detect.gazetteer import Level, Place, shipped_gazetteer
from anonymizer.risk.figures import parse_span, parse_year
from anonymizer.risk.table import ColumnKind, SampleTable

__all__ = ["Mend", "coarsenings", "information", "place_population"]

_OTHER = "…"


@dataclass(frozen=True, slots=True)
class Mend:
    """A coarsening of one column. ``step`` names it (``band``, ``year``, ``decade``, ``county``, ``landsdel``,
    ``north-south``, ``omit``; of quotes ``unlink``, ``normalise``), ``width`` the years of a band; ``bits`` is the
    information lost, Shannon's entropy over the sample.
    """

    column: str
    step: str
    width: int | None
    bits: float


def coarsenings(table: SampleTable, at: int) -> Iterator[tuple[Mend, SampleTable]]:
    """Yield what could be done to column ``at``, the finest first, with the table as it then reads."""
    column, cells = table.columns[at], table.cells(at)
    before = information(cells)
    for step, width, change in _steps(column.kind):
        after = tuple(change(cell) if cell or step == "omit" else cell for cell in cells)
        if after != cells:
            yield (
                Mend(column.name, step, width, round(before - information(after), 3)),
                table.with_column(at, after),
            )


def information(cells: Sequence[str]) -> float:
    """Return Shannon's entropy of a column in bits: what reading it tells of who someone is."""
    total = len(cells)
    return 0.0 - sum(n / total * math.log2(n / total) for n in Counter(cells).values()) if total else 0.0


_Step = tuple[str, int | None, Callable[[str], str]]


def _steps(kind: ColumnKind) -> Iterator[_Step]:
    if kind in {ColumnKind.AGE, ColumnKind.DURATION}:
        for width in (5, 10, 20):
            yield "band", width, _band(width)
    if kind is ColumnKind.DATE:
        yield "year", None, lambda cell: str(parse_year(cell) or cell)
        yield "decade", None, _decade
    if kind is ColumnKind.PLACE:
        yield "county", None, _region(Level.COUNTY)
        yield "landsdel", None, _region(Level.LANDSDEL)
    yield "omit", None, lambda _: _OTHER


def _band(width: int) -> Callable[[str], str]:
    def band(cell: str) -> str:
        span = parse_span(cell)
        if span is None:
            return cell
        low = int(span.low // width) * width
        # A band that straddles two of these cannot be read as one of them.
        return f"{low}–{low + width - 1}" if span.high < low + width else cell

    return band


def _decade(cell: str) -> str:
    year = parse_year(cell)
    return f"{year // 10 * 10}–{year // 10 * 10 + 9}" if year is not None else cell


def _region(level: Level) -> Callable[[str], str]:
    def region(cell: str) -> str:
        names = {place.at_least(level).name for place in _places(cell)}
        return names.pop() if len(names) == 1 else cell

    return region


def _places(cell: str) -> tuple[Place, ...]:
    return tuple(place for place in shipped_gazetteer().place(cell) if place.rungs)


def place_population(cell: str) -> int | None:
    """Return how many live in the smallest place of this name that has figures, or ``None`` if none has.

    A settlement counts as the municipality it lies in: an upper bound.
    """
    known = [
        rung.population
        for place in _places(cell)
        if (rung := next((one for one in place.rungs if one.population is not None), None)) is not None
    ]
    return min(number for number in known if number is not None) if known else None
