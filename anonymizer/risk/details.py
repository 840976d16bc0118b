"""What single values tell (small places, exact durations, institutions), and what quotes add when they are linked."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from anonymizer.data import Linkability
from anonymizer.risk.coarsen import Mend, coarsenings, information, place_population
from anonymizer.risk.figures import parse_span
from anonymizer.risk.outcome import Kind, Linked, QuoteFact, RiskFinding, Severity, TextFact, Thresholds
from anonymizer.risk.table import ColumnKind, SampleTable

__all__ = ["details", "homogeneous", "linked_quotes", "quote_findings", "text_findings"]

QUOTES, TEXTS = "quotes", "texts"
"""What a finding outside the table is about, where a column would stand."""


def details(table: SampleTable, limits: Thresholds) -> Iterator[RiskFinding]:
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


def homogeneous(table: SampleTable) -> Iterator[RiskFinding]:
    """Yield groups that look alike and all share a sensitive value: whoever knows someone is in, knows it (l = 1)."""
    sensitive = [at for at, column in enumerate(table.columns) if column.kind is ColumnKind.SENSITIVE]
    rest = [at for at, column in enumerate(table.columns) if column.kind is not ColumnKind.SENSITIVE]
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in range(len(table.rows)):
        groups[table.values(row, rest)].append(row)
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


def linked_quotes(quotes: Sequence[QuoteFact], alone: set[str]) -> tuple[Linked, ...]:
    """Return whose quotes a reader can tie together; ``alone`` are the codes that the table singles out."""
    count = Counter(
        (quote.code, quote.linkable) for quote in quotes if quote.linkable is not Linkability.NONE
    )
    return tuple(Linked(code, how, number, code in alone) for (code, how), number in sorted(count.items()))


def quote_findings(
    linked: Sequence[Linked], quotes: Sequence[QuoteFact], limits: Thresholds, participants: int
) -> Iterator[RiskFinding]:
    """Yield what linked quotes give back: the row of someone alone in the table, exact durations, dialect."""
    for one in linked:
        small = 0 < participants < limits.k_warn
        if one.quotes > 1 or one.alone_in_table:
            severity: Severity = "warn" if one.alone_in_table or small else "info"
            yield RiskFinding(
                Kind.LINKED_QUOTES,
                severity,
                codes=(one.code,),
                size=one.quotes,
                mend=Mend(QUOTES, "unlink", None, round(math.log2(max(2, participants)), 3)),
            )
    for code in dict.fromkeys(quote.code for quote in quotes):
        theirs = [quote for quote in quotes if quote.code == code and quote.linkable is not Linkability.NONE]
        durations = tuple(value for quote in theirs for value in quote.exact_durations)
        dialect = sum(quote.dialect_words for quote in theirs)
        if durations or dialect:
            yield RiskFinding(
                Kind.QUOTE_DETAIL,
                "warn",
                columns=(*(("duration",) * bool(durations)), *(("dialect",) * bool(dialect))),
                values=durations,
                codes=(code,),
                size=len(durations) + dialect,
                mend=_banded(QUOTES, durations) if durations else Mend(QUOTES, "normalise", None, 0.0),
            )


def text_findings(texts: Sequence[TextFact], alone: set[str]) -> Iterator[RiskFinding]:
    """Yield what whole transcripts add under the mark that ties them to a row of the table and to quotes.

    A warning for exact durations, and for anything left standing of someone the table singles out; else a note.
    """
    for one in texts:
        if one.linkable is Linkability.NONE or not (one.exact_durations or one.kept):
            continue
        yield RiskFinding(
            Kind.TEXT_DETAIL,
            "warn" if one.exact_durations or one.code in alone else "info",
            columns=(*(("duration",) * bool(one.exact_durations)), *sorted(one.kept)),
            values=one.exact_durations,
            codes=(one.code,),
            size=len(one.exact_durations) + sum(one.kept.values()),
            mend=_banded(TEXTS, one.exact_durations)
            if one.exact_durations
            else Mend(TEXTS, "omit", None, 0.0),
        )


def _banded(column: str, durations: Sequence[str]) -> Mend:
    """Return the coarsening of durations into bands of five years, with the information that it costs."""
    bands = []
    for value in durations:
        span = parse_span(value)
        bands.append(f"{int(span.low // 5)}" if span is not None else value)
    return Mend(column, "band", 5, round(information(durations) - information(bands), 3))
