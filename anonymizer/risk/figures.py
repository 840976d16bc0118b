"""Reading numbers out of what a table or a quote says: ages, durations, years, and the stated pool."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from anonymizer.errors import UsageError

__all__ = ["Span", "exact_durations", "parse_pool", "parse_span", "parse_year"]

_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_SPAN = re.compile(rf"({_NUMBER})(?:\s*(?:-|–|—|til|to)\s*({_NUMBER}))?(?:\s*(\w+))?")
_MONTHS = frozenset({"måned", "måneder", "månad", "månader", "mnd", "md", "month", "months"})
_WEEKS = frozenset({"uke", "uker", "veke", "veker", "week", "weeks"})
_DURATION = re.compile(
    rf"(?<![\w.,–-])({_NUMBER})\s+"
    r"(?:(?:og|and)\s+(?:et\s+|eit\s+|a\s+)?(?:halvt|half)\s+)?"
    r"(år|måneder|månader|måned|månad|mnd|uker|veker|uke|veke|years?|months?|weeks?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


@dataclass(frozen=True, slots=True)
class Span:
    """A number of years, or from ``low`` to ``high``."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Tell whether it is one number and no band."""
        return self.low == self.high


def parse_span(cell: str) -> Span | None:
    """Return the years a cell states, in any unit, or ``None`` if it states none."""
    match = _SPAN.search(cell)
    if match is None:
        return None
    unit = (match[3] or "").casefold()
    per_year = 12.0 if unit in _MONTHS else 52.0 if unit in _WEEKS else 1.0
    low = _float(match[1]) / per_year
    high = _float(match[2]) / per_year if match[2] else low
    return Span(low, high) if high >= low else Span(low, low)


def parse_year(cell: str) -> int | None:
    """Return the only calendar year in a cell, or ``None``."""
    found = _YEAR.findall(cell)
    return int(found[0]) if len(found) == 1 else None


def exact_durations(text: str) -> tuple[str, ...]:
    """Return the exact durations that stand in a text in figures ("18,5 år", "14 måneder"); round ones do not count.

    Whole multiples of five years are round (practice.md: T1's "18,5 år" singled out, "over ti år" would not).
    """
    found = []
    for match in _DURATION.finditer(text):
        years = match[2].casefold() in {"år", "year", "years"}
        value = _float(match[1])
        if not (years and value % 5 == 0 and "halv" not in match[0].casefold()):
            found.append(match[0])
    return tuple(found)


def parse_pool(size: int | None, stated: Iterable[str]) -> tuple[int | None, dict[tuple[str, str], int]]:
    """Return the stated figures as (size, {(column, value): people}) from texts such as ``Kjønn=kvinne:4``.

    Raises ``UsageError`` for a text of another form, or a group larger than the pool.
    """
    groups: dict[tuple[str, str], int] = {}
    for at, text in enumerate(stated, start=1):
        match = re.fullmatch(r"([^=]+)=(.+):(\d{1,9})", text.strip())
        if match is None:
            raise UsageError(
                f"figure {at} of the pool is not understood",
                hint="write COLUMN=VALUE:PEOPLE, as in Kjønn=kvinne:4",
            )
        people = int(match[3])
        if size is None or people > size:
            raise UsageError(
                f"figure {at} is larger than the pool",
                hint="state with --pool how many could have taken part",
            )
        groups[match[1].strip().casefold(), match[2].strip().casefold()] = people
    return size, groups


def _float(text: str) -> float:
    return float(text.replace(",", "."))
