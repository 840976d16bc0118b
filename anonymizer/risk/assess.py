"""What singles a participant out in the table, in the pool it was drawn from, and through linked quotes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Literal

from anonymizer.data import Linkability
from anonymizer.risk.coarsen import Mend, coarsenings, place_population
from anonymizer.risk.figures import parse_span
from anonymizer.risk.table import ColumnKind, SampleTable

__all__ = [
    "Kind",
    "Linked",
    "Pool",
    "PoolEstimate",
    "QuoteFact",
    "RiskFinding",
    "RiskReport",
    "Thresholds",
    "assess",
]

_LARGEST_COMBINATION = 3
Severity = Literal["block", "warn", "info"]


class Kind(StrEnum):
    """What was found."""

    LONE_COMBINATION = "lone-combination"
    SMALL_GROUP = "small-group"
    SMALL_PLACE = "small-place"
    EXACT_DURATION = "exact-duration"
    SAME_SENSITIVE_VALUE = "same-sensitive-value"
    INSTITUTION = "institution"
    LINKED_QUOTES = "linked-quotes"
    QUOTE_DETAIL = "quote-detail"


_RULE = {
    Kind.SMALL_PLACE: "TXT-04",
    Kind.INSTITUTION: "TXT-05",
    Kind.LINKED_QUOTES: "QUO-01",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is measured against; the defaults are those of rules.md (c)."""

    k_warn: int = 5
    k_release: int = 6
    population: int = 20_000


@dataclass(frozen=True, slots=True)
class Pool:
    """Those who could have taken part, by the researcher's own count: all, and by (column, value), small letters."""

    size: int | None = None
    groups: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PoolEstimate:
    """How many of the pool share a combination. ``basis``: ``stated`` where the researcher gave a figure for every
    value, ``sample`` where a share was taken from the sample itself, which proves nothing.
    """

    people: int
    basis: Literal["stated", "sample"]


@dataclass(frozen=True, slots=True)
class QuoteFact:
    """A quote as a reader meets it: whose it is, how it is marked, and what stands out in it."""

    code: str
    linkable: Linkability
    exact_durations: int = 0
    dialect_words: int = 0


@dataclass(frozen=True, slots=True)
class RiskFinding:
    """What combines to single someone out. ``codes`` are the participants concerned; ``size`` how many in the
    sample share it. ``mend`` is the cheapest coarsening of one column after which more of the sample share it.
    """

    kind: Kind
    severity: Severity
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    size: int = 0
    pool: PoolEstimate | None = None
    mend: Mend | None = None

    @property
    def rule(self) -> str:
        """Return the rule it follows from."""
        return _RULE.get(self.kind, "TXT-03")


@dataclass(frozen=True, slots=True)
class Linked:
    """The quotes of one participant that a reader can tell to be one person's."""

    code: str
    linkable: Linkability
    quotes: int
    alone_in_table: bool


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The outcome. ``k`` is the smallest group over all columns in the sample. ``unique`` counts combinations that
    point at one person, ``below`` those that fewer than ``threshold`` share as far as anyone has stated; ``cleared``
    those that the stated figures of the pool make common enough.
    """

    participants: int
    columns: int
    k: int
    unique: int
    below: int
    threshold: int
    pool: int | None
    cleared: int
    findings: tuple[RiskFinding, ...]
    linked: tuple[Linked, ...]
    quotes: int

    @property
    def blocks(self) -> bool:
        """Tell whether publication has to wait."""
        return any(finding.severity == "block" for finding in self.findings)


def assess(
    table: SampleTable,
    *,
    pool: Pool | None = None,
    quotes: Sequence[QuoteFact] = (),
    thresholds: Thresholds | None = None,
) -> RiskReport:
    """Measure the table and the quotes that are printed with it.

    A combination of at most three columns that one participant alone has blocks (rules.md TXT-03: k = 1), unless the
    pool's stated figures say how many more share it: then one is still a block, fewer than ``k_release`` a warning,
    the rest is cleared. A share taken from the sample never clears. Rows that look alike in every column, but are
    fewer than ``k_release``, are judged in the same way, and never block.
    """
    pool, limits = pool or Pool(), thresholds or Thresholds()
    everything = [at for at, _ in enumerate(table.columns)]
    groups = Counter(_values(table, row, everything) for row in range(len(table.rows)))
    sizes = [groups[_values(table, row, everything)] for row in range(len(table.rows))]
    lone = list(_lone(table, pool, limits))
    small = list(_small_groups(table, pool, limits))
    common = [finding for finding in (*lone, *small) if finding.severity != "info"]
    alone = {code for finding in lone for code in finding.codes}
    linked = _linked(quotes, alone)
    findings = [
        *common,
        *_details(table, limits),
        *_homogeneous(table),
        *_quote_findings(linked, quotes, limits, len(table.rows)),
    ]
    order = ("block", "warn", "info")
    findings.sort(key=lambda one: (order.index(one.severity), len(one.columns)))
    return RiskReport(
        participants=len(table.rows),
        columns=len(table.columns),
        k=min(sizes, default=0),
        unique=sum(finding.severity == "block" for finding in common),
        below=sum(finding.severity == "warn" for finding in common),
        threshold=limits.k_release,
        pool=pool.size,
        cleared=len(lone) + len(small) - len(common),
        findings=tuple(findings),
        linked=linked,
        quotes=len(quotes),
    )


def _values(table: SampleTable, row: int, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(table.rows[row][at].casefold() for at in columns)


def _lone(table: SampleTable, pool: Pool, limits: Thresholds) -> Iterator[RiskFinding]:
    """Yield the minimal combinations that one row alone has: no smaller part of them is unique too (SUDA's idea)."""
    known: dict[int, list[frozenset[int]]] = defaultdict(list)
    for length in range(1, _LARGEST_COMBINATION + 1):
        for columns in combinations(range(len(table.columns)), length):
            count = Counter(_values(table, row, columns) for row in range(len(table.rows)))
            for row, code in enumerate(table.codes):
                values = _values(table, row, columns)
                # What is left empty is not printed, and cannot be looked up.
                if count[values] > 1 or "" in values or any(part <= set(columns) for part in known[row]):
                    continue
                known[row].append(frozenset(columns))
                estimate = _estimate(table, columns, values, pool)
                yield RiskFinding(
                    Kind.LONE_COMBINATION,
                    _severity(estimate, limits),
                    columns=tuple(table.columns[at].name for at in columns),
                    values=tuple(table.rows[row][at] for at in columns),
                    codes=(code,),
                    size=1,
                    pool=estimate,
                    mend=_cheapest(table, columns, row),
                )


def _small_groups(table: SampleTable, pool: Pool, limits: Thresholds) -> Iterator[RiskFinding]:
    """Yield the groups of rows that are alike in all columns, but too few (rules.md c: k of at least 5 or 6)."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in range(len(table.rows)):
        groups[_values(table, row, range(len(table.columns)))].append(row)
    for values, rows in groups.items():
        columns = [at for at, value in enumerate(values) if value]
        if not columns or not 1 < len(rows) < limits.k_release:
            continue
        estimate = _estimate(table, columns, [values[at] for at in columns], pool)
        severity = _severity(estimate, limits)
        yield RiskFinding(
            Kind.SMALL_GROUP,
            "warn" if severity == "block" else severity,
            columns=tuple(table.columns[at].name for at in columns),
            values=tuple(table.rows[rows[0]][at] for at in columns),
            codes=tuple(table.codes[row] for row in rows),
            size=len(rows),
            pool=estimate,
            mend=_cheapest(table, columns, rows[0], above=len(rows)),
        )


def _severity(estimate: PoolEstimate | None, limits: Thresholds) -> Severity:
    if estimate is None or estimate.people <= 1:
        return "block"
    return "info" if estimate.basis == "stated" and estimate.people >= limits.k_release else "warn"


def _estimate(
    table: SampleTable, columns: Sequence[int], values: Sequence[str], pool: Pool
) -> PoolEstimate | None:
    """Return how many of the pool share the values, taking the columns to be independent; never more than any one."""
    if pool.size is None:
        return None
    expected, ceiling, stated = float(pool.size), pool.size, True
    for at, value in zip(columns, values, strict=True):
        column = table.columns[at]
        people = pool.groups.get((column.name.casefold(), value))
        if people is None:
            stated = False
            expected *= sum(cell.casefold() == value for cell in table.cells(at)) / len(table.rows)
        else:
            expected *= people / pool.size
            ceiling = min(ceiling, people)
        if column.kind is ColumnKind.PLACE and (lives := place_population(value)) is not None:
            ceiling = min(ceiling, lives)
    # The one in the sample is one of them.
    return PoolEstimate(max(1, min(math.floor(expected), ceiling)), "stated" if stated else "sample")


def _cheapest(table: SampleTable, columns: Sequence[int], row: int, *, above: int = 1) -> Mend | None:
    options = []
    for at in columns:
        for mend, after in coarsenings(table, at):
            values = _values(after, row, columns)
            if sum(_values(after, other, columns) == values for other in range(len(after.rows))) > above:
                options.append(mend)
    # A column left out altogether is the last resort among equals.
    return min(options, key=lambda mend: (mend.bits, mend.step == "omit"), default=None)


def _details(table: SampleTable, limits: Thresholds) -> Iterator[RiskFinding]:
    """Yield small places, named institutions and exact durations, value by value."""
    for at, column in enumerate(table.columns):
        for value in dict.fromkeys(cell for cell in table.cells(at) if cell):
            kind = _detail(column.kind, value, limits)
            if kind is None:
                continue
            rows = [row for row, cell in enumerate(table.cells(at)) if cell == value]
            mends = (mend for mend, after in coarsenings(table, at) if _is_mended(after, at, rows[0], limits))
            yield RiskFinding(
                kind,
                "warn",
                columns=(column.name,),
                values=(value,),
                codes=tuple(table.codes[row] for row in rows),
                size=len(rows),
                mend=next(mends, None),
            )


def _detail(kind: ColumnKind, value: str, limits: Thresholds) -> Kind | None:
    if kind is ColumnKind.PLACE:
        people = place_population(value)
        return Kind.SMALL_PLACE if people is not None and people < limits.population else None
    if kind is ColumnKind.DURATION:
        span = parse_span(value)
        return Kind.EXACT_DURATION if span is not None and span.exact and span.low % 5 else None
    return Kind.INSTITUTION if kind is ColumnKind.ORGANISATION else None


def _is_mended(after: SampleTable, at: int, row: int, limits: Thresholds) -> bool:
    return _detail(after.columns[at].kind, after.rows[row][at], limits) is None or after.rows[row][at] == "…"


def _homogeneous(table: SampleTable) -> Iterator[RiskFinding]:
    """Yield groups that look alike and all share a sensitive value: whoever knows someone is in, knows it (l = 1)."""
    sensitive = [at for at, column in enumerate(table.columns) if column.kind is ColumnKind.SENSITIVE]
    rest = [at for at, column in enumerate(table.columns) if column.kind is not ColumnKind.SENSITIVE]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in range(len(table.rows)):
        groups[_values(table, row, rest)].append(row)
    for rows in groups.values():
        for at in sensitive:
            told = {table.rows[row][at].casefold() for row in rows}
            if len(rows) > 1 and len(told) == 1 and told != {""}:
                yield RiskFinding(
                    Kind.SAME_SENSITIVE_VALUE,
                    "warn",
                    columns=(table.columns[at].name,),
                    values=(table.rows[rows[0]][at],),
                    codes=tuple(table.codes[row] for row in rows),
                    size=len(rows),
                    mend=next((mend for mend, _ in coarsenings(table, at)), None),
                )


def _linked(quotes: Sequence[QuoteFact], alone: set[str]) -> tuple[Linked, ...]:
    count = Counter(
        (quote.code, quote.linkable) for quote in quotes if quote.linkable is not Linkability.NONE
    )
    return tuple(Linked(code, how, number, code in alone) for (code, how), number in sorted(count.items()))


def _quote_findings(
    linked: Sequence[Linked], quotes: Sequence[QuoteFact], limits: Thresholds, participants: int
) -> Iterator[RiskFinding]:
    for one in linked:
        small = 0 < participants < limits.k_warn
        if one.quotes > 1 or one.alone_in_table:
            severity: Severity = "warn" if one.alone_in_table or small else "info"
            yield RiskFinding(Kind.LINKED_QUOTES, severity, codes=(one.code,), size=one.quotes)
    for code in dict.fromkeys(quote.code for quote in quotes):
        theirs = [quote for quote in quotes if quote.code == code and quote.linkable is not Linkability.NONE]
        details = sum(quote.exact_durations + quote.dialect_words for quote in theirs)
        if details:
            yield RiskFinding(Kind.QUOTE_DETAIL, "warn", codes=(code,), size=details)
