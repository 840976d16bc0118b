"""What singles a participant out in the table, in the pool it was drawn from, and through linked quotes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from anonymizer.risk.coarsen import Mend, coarsenings, place_population
from anonymizer.risk.details import details, homogeneous, linked_quotes, quote_findings, text_findings
from anonymizer.risk.outcome import (
    Kind,
    Pool,
    PoolEstimate,
    QuoteFact,
    RiskFinding,
    RiskReport,
    Severity,
    TextFact,
    Thresholds,
)
from anonymizer.risk.table import ColumnKind, SampleTable

__all__ = ["assess"]

_LARGEST_COMBINATION = 3


def assess(
    table: SampleTable,
    *,
    pool: Pool | None = None,
    quotes: Sequence[QuoteFact] = (),
    texts: Sequence[TextFact] = (),
    thresholds: Thresholds | None = None,
) -> RiskReport:
    """Measure the table, and the quotes and texts that leave with it.

    A combination of at most three columns that one participant alone has blocks (rules.md TXT-03: k = 1), unless the
    pool's stated figures say how many more share it: then one is still a block, fewer than ``k_release`` a warning,
    the rest is cleared. A share taken from the sample never clears. Rows that look alike in every column, but are
    fewer than ``k_release``, are judged in the same way, and never block.
    """
    pool, limits = pool or Pool(), thresholds or Thresholds()
    everything = [at for at, _ in enumerate(table.columns)]
    groups = Counter(table.values(row, everything) for row in range(len(table.rows)))
    sizes = [groups[table.values(row, everything)] for row in range(len(table.rows))]
    lone = list(_lone(table, pool, limits))
    small = list(_small_groups(table, pool, limits))
    common = [finding for finding in (*lone, *small) if finding.severity != "info"]
    alone = {code for finding in lone for code in finding.codes}
    linked = linked_quotes(quotes, alone)
    findings = [
        *common,
        *details(table, limits),
        *homogeneous(table),
        *quote_findings(linked, quotes, limits, len(table.rows)),
        *text_findings(texts, alone),
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


def _lone(table: SampleTable, pool: Pool, limits: Thresholds) -> Iterator[RiskFinding]:
    """Yield the minimal combinations that one row alone has: no smaller part of them is unique too (SUDA's idea)."""
    known: dict[int, list[frozenset[int]]] = defaultdict(list)
    for length in range(1, _LARGEST_COMBINATION + 1):
        for columns in combinations(range(len(table.columns)), length):
            count = Counter(table.values(row, columns) for row in range(len(table.rows)))
            for row, code in enumerate(table.codes):
                values = table.values(row, columns)
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
        groups[table.values(row, range(len(table.columns)))].append(row)
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
            values = after.values(row, columns)
            if sum(after.values(other, columns) == values for other in range(len(after.rows))) > above:
                options.append(mend)
    # A column left out altogether is the last resort among equals.
    return min(options, key=lambda mend: (mend.bits, mend.step == "omit"), default=None)
