"""Hits become findings: one place each, one cause weighing once, in a steady order, with fingerprints without text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from anonymizer.scan.model import Hit, ScanFinding, Severity
from anonymizer.scan.reading import Reading
from anonymizer.scan.rules import Rulebook

__all__ = ["findings_of"]

MOST = 23
"""Findings to look at beyond which those of one rule are gathered: a list that is read beats one that is not."""
_ONE_BY_ONE = frozenset({"id-number", "phone", "email", "address", "case-number"})
"""Rules that are gathered last: each number has its own place to be taken out."""


def findings_of(path: str, reading: Reading, hits: Iterable[Hit], rules: Rulebook) -> tuple[ScanFinding, ...]:
    """Return the findings of a file in the order of their places.

    Hits with one rule and cause are one finding: its first place carries the severity, the others are info and point
    to it. Of hits of one rule at one place only the gravest stays.
    """
    ordered = _gathered(_unique(hits))
    causes: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in ordered:
        causes[hit.rule, hit.cause].append(hit)
    counts: Counter[tuple[str, str]] = Counter()
    prints: dict[Hit, str] = {}
    for hit in ordered:
        place = reading.passages[hit.block].anchor
        counts[hit.rule, place] += 1
        prints[hit] = f"{hit.rule}@{place}#{counts[hit.rule, place]}"
    found: list[ScanFinding] = []
    for hit in ordered:
        same = causes[hit.rule, hit.cause]
        worst = max(same, key=lambda each: each.severity.rank).severity
        lead = next(each for each in same if each.severity is worst)
        passage = reading.passages[hit.block]
        block = passage.block
        found.append(
            ScanFinding(
                path=path,
                part=block.place if not block.pieces else None,
                start=block.source(hit.start),
                end=None if not block.pieces else (block.source(max(hit.start, hit.end - 1)) or 0) + 1,
                line=reading.manuscript.line(block, hit.start),
                rule=hit.rule,
                severity=hit.severity if hit is lead else Severity.INFO,
                entity_type=hit.entity_type,
                message=rules.rules[hit.rule].message.en,
                place=passage.anchor,
                fingerprint=prints[hit],
                text=block.text[hit.start : hit.end],
                page=block.page,
                group=None if hit is lead else prints[lead],
                places=len(same) if hit is lead else 1,
            )
        )
    return tuple(found)


def _gathered(hits: list[Hit]) -> list[Hit]:
    """Return the hits with the rules that were broken most often each told as one finding, where there are too many.

    Fifteen people thanked in a preface are one thing to look at. The rule with the most causes goes first, numbers
    and addresses after the others, and rules that block
    last: no name in a quote is hidden under another's. Hits that only inform are left as they are.
    """
    causes: dict[str, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.severity is not Severity.INFO:
            causes[hit.rule].add(hit.cause)
    grave = {hit.rule for hit in hits if hit.severity is Severity.BLOCK}
    one: set[str] = set()
    while sum(1 if rule in one else len(each) for rule, each in causes.items()) > MOST:
        rule = max(
            (each for each in causes if each not in one and len(causes[each]) > 1),
            key=lambda each: (each not in grave, each not in _ONE_BY_ONE, len(causes[each]), each),
            default=None,
        )
        if rule is None:
            break
        one.add(rule)
    return [
        replace(hit, cause="") if hit.rule in one and hit.severity is not Severity.INFO else hit
        for hit in hits
    ]


def _unique(hits: Iterable[Hit]) -> list[Hit]:
    best: dict[tuple[str, int, int, int], Hit] = {}
    for hit in hits:
        key = (hit.rule, hit.block, hit.start, hit.end)
        if key not in best or best[key].severity.rank < hit.severity.rank:
            best[key] = hit
    return sorted(best.values(), key=lambda hit: (hit.block, hit.start, hit.end, hit.rule))
