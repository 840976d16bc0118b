"""What was found and decided, what left, and what is meant for publication."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from statistics import NormalDist

from anonymizer.audit import Entry
from anonymizer.model import EntityType
from anonymizer.report.model import Cell, Paragraph, Section, Writer
from anonymizer.report.story import Story

__all__ = ["exports", "identifiers", "publication", "wilson"]

_TIERS = ("direct", "strong", "indirect")
_UNDONE = "undo"
_CHANGED = ("retype", "widen", "merge", "split")


def wilson(found: int, sampled: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a proportion (E. B. Wilson, 1927), which holds for small samples and for 0 and 1."""
    if sampled == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = found / sampled
    centre = share + z * z / (2 * sampled)
    spread = z * math.sqrt(share * (1 - share) / sampled + z * z / (4 * sampled * sampled))
    whole = 1 + z * z / sampled
    low, high = (centre - spread) / whole, (centre + spread) / whole
    # At the ends the bound is exact; rounding must not say otherwise.
    return (low if found else 0.0), (high if found < sampled else 1.0)


def identifiers(write: Writer, story: Story) -> Section:
    """Count what was found by type, tier and source, what became of it, and how much a sample says was missed."""
    present = set(story.present())
    searched = [one for key, one in story.latest_by_object("detection.done").items() if key in present]
    written = [
        one for key, one in story.latest_by_object("transcript.pseudonymised").items() if key in present
    ]
    decided = story.of("decision.made")
    incomplete = sum(entry.details["status"] == "incomplete" for entry in searched)
    paragraphs = [write.para("identifiers-lead")]
    if incomplete:
        paragraphs.append(write.para("incomplete", "bad", count=incomplete))
    paragraphs.append(_recall(write, story))
    return write.section(
        "identifiers",
        paragraphs,
        [
            write.table(
                "types",
                ("type", "tier", "found", "replaced", "by-person", "rejected", "changed"),
                _types(write, searched, written, decided),
            ),
            write.table("tiers", ("tier", "found"), _tiers(write, searched)),
            write.table("sources", ("source", "found"), _sources(write, searched, decided)),
            write.table(
                "decisions",
                ("decision", "type", "source", "reason", "pool", "count"),
                _reasons(write, decided),
            ),
        ],
    )


def _types(
    write: Writer, searched: list[Entry], written: list[Entry], decided: list[Entry]
) -> Iterator[tuple[Cell, ...]]:
    found: Counter[tuple[str, str]] = Counter()
    for entry in searched:
        for tier in (*_TIERS, "flagged"):
            for name, count in entry.details[tier].items():
                found[name, tier] += count
    replaced: Counter[str] = Counter()
    for entry in written:
        replaced.update(entry.details["replaced"])
    acts: Counter[tuple[str, str]] = Counter()
    for entry in decided:
        acts[entry.details["type"], entry.details["decision"]] += entry.details["count"]
    largest = max(found.values(), default=0)
    for name in EntityType:
        tiers = [tier for tier in (*_TIERS, "flagged") if found[name, tier]]
        touched = replaced[name] or any(count for (kind, _), count in acts.items() if kind == name)
        if not tiers and not touched:
            continue
        for at, tier in enumerate(tiers or [name.tier.value]):
            # What was replaced or decided is counted by type alone: it stands once, beside the first tier.
            rest = (
                (
                    replaced[name],
                    acts[name, "add"],
                    acts[name, "reject"],
                    sum(acts[name, one] for one in _CHANGED),
                )
                if at == 0
                else (None, None, None, None)
            )
            yield (
                write.word(name),
                write.state("flagged") if tier == "flagged" else write.word(tier),
                write.number(found[name, tier], largest),
                *(write.number(count) for count in rest),
            )


def _tiers(write: Writer, searched: list[Entry]) -> list[tuple[Cell, ...]]:
    totals = {
        tier: sum(sum(entry.details[tier].values()) for entry in searched) for tier in (*_TIERS, "flagged")
    }
    largest = max(totals.values(), default=0)
    return [
        (
            write.state("flagged") if tier == "flagged" else write.word(tier),
            write.number(count, largest),
        )
        for tier, count in totals.items()
        if largest
    ]


def _sources(write: Writer, searched: list[Entry], decided: list[Entry]) -> list[tuple[Cell, ...]]:
    totals: Counter[str] = Counter()
    for entry in searched:
        totals[entry.details["source"]] += sum(
            sum(entry.details[tier].values()) for tier in (*_TIERS, "flagged")
        )
    for entry in decided:
        if entry.details["decision"] == "add":
            totals["person"] += entry.details["count"]
    largest = max(totals.values(), default=0)
    return [(write.word(source), write.number(count, largest)) for source, count in totals.items() if largest]


def _reasons(write: Writer, decided: list[Entry]) -> list[tuple[Cell, ...]]:
    count: Counter[tuple[str, str, str, str, int]] = Counter()
    for entry in decided:
        details = entry.details
        key = (
            details["decision"],
            details["type"],
            details["source"],
            details.get("reason", ""),
            details.get("pool", 0),
        )
        count[key] += details["count"]
    return [
        (
            write.word(decision),
            write.word(name),
            write.word(source),
            write.word(reason) if reason or decision == _UNDONE else Cell(None, write.text("not-recorded")),
            write.number(pool or None),
            write.number(number),
        )
        for (decision, name, source, reason, pool), number in sorted(count.items())
    ]


def _recall(write: Writer, story: Story) -> Paragraph:
    samples = story.of("recall.sampled")
    sampled = sum(entry.details["sampled"] for entry in samples)
    if not sampled:
        words = sum(entry.details.get("words", 0) for entry in samples)
        return write.para("recall-empty", "warn", words=words) if words else write.para("recall-none", "warn")
    found = max(0, sampled - sum(entry.details["missed"] for entry in samples))
    low, high = wilson(found, sampled)
    # Rounded down: better to claim too little.
    shown = {"percent": found / sampled, "low": low, "high": high}
    percents = {key: f"{math.floor(value * 1000) / 10:.1f}" for key, value in shown.items()}
    if write.lang == "nb":
        percents = {key: value.replace(".", ",") for key, value in percents.items()}
    if found == sampled:  # a hundred per cent is never claimed, only how little is ruled out
        return write.para("recall-all", sampled=sampled, low=percents["low"])
    return write.para("recall", found=found, sampled=sampled, **percents)


def exports(write: Writer, story: Story) -> Section:
    """Show what left, for what, and how much of it no person had looked at."""
    rows = [
        (
            write.time(entry.time),
            write.word(entry.details["purpose"]),
            write.words(entry.details["format"]),
            write.number(entry.details["files"]),
            write.number(entry.details["reviewed"]),
            write.number(entry.details["unreviewed"]),
            write.word(entry.details.get("label")),
        )
        for entry in story.of("export.made")
    ]
    columns = ("time", "purpose", "format", "files", "reviewed", "unreviewed", "label")
    return write.section(
        "exports", [write.para("exports-lead")] if rows else [], [write.table("exports", columns, rows)]
    )


def publication(write: Writer, story: Story) -> Section:
    """Show quotes by linkability, the risk as last assessed, and the institutions named by decision."""
    removed = {entry.object for entry in story.of("quote.removed")}
    quotes = Counter(
        entry.details["linkable"] for entry in story.of("quote.added") if entry.object not in removed
    )
    linked = sum(count for how, count in quotes.items() if how != "none")
    risk, table = story.latest("risk.assessed"), story.latest("sample-table.set")
    paragraphs = [write.para("risk-lead")] if risk is not None else [write.para("risk-missing", "warn")]
    if linked:
        paragraphs.append(write.para("linked-warning", "warn", count=linked))
    rows = []
    if risk is not None:
        known = table.details if table is not None else {}
        rows.append(
            (
                write.time(risk.time),
                write.number(known.get("rows")),
                write.number(known.get("columns")),
                write.number(known.get("smallest_group")),
                write.number(risk.details["unique"]),
                write.number(risk.details["below"]),
                write.number(risk.details["threshold"]),
            )
        )
    named = [
        (write.time(entry.time), write.id(entry.object), write.number(entry.details["pool"]))
        for entry in story.of("institution.named")
    ]
    columns = ("time", "rows", "columns", "smallest", "unique", "below", "threshold")
    return write.section(
        "publication",
        paragraphs,
        [
            write.table(
                "quotes",
                ("linkable", "count"),
                [(write.word(how), write.number(number)) for how, number in sorted(quotes.items())],
            ),
            write.table("risk", columns, rows),
            write.table("institutions", ("time", "object", "pool"), named, stated=True),
        ],
    )
