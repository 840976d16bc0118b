"""What a person decided, laid over what the detector found. Pure functions, no storage.

A decision outlives every re-run: it is anchored to version, turn or part, span and type. A new detector, rule or
known name only adds findings, or marks a decided one as questioned (architecture.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from anonymizer.errors import IntegrityError
from anonymizer.model import Action, Decision, EntityType, Finding, Tier, Transcript, Verdict

__all__ = [
    "decision_from_dict",
    "decision_to_dict",
    "effective",
    "order_of",
    "question",
    "text_at",
    "undecided",
]

HUMAN = "person"
"""The recogniser's name on a finding that a person added or changed."""


def text_at(transcript: Transcript, turn: int | None, part: str | None) -> str:
    """Return the text of a turn, a part or a speaker label; raise ``IntegrityError`` if the anchor points nowhere."""
    if turn is not None:
        if 0 <= turn < len(transcript.turns):
            return transcript.turns[turn].text
    else:
        for candidate in transcript.parts:
            if candidate.name == part:
                return candidate.text
        labels = {f"speaker:{at}": label for at, label in enumerate(transcript.speakers, 1)}
        if part in labels:
            return labels[part]
    raise IntegrityError("a finding or decision points outside its transcript", hint="run detect again")


def _same_place(finding: Finding, decision: Decision) -> bool:
    return (finding.turn, finding.part) == (decision.turn, decision.part)


def _spans(decision: Decision) -> tuple[tuple[int, int], ...]:
    here = (decision.start, decision.end)
    return (here, decision.was) if decision.was else (here,)


def order_of(finding: Finding) -> tuple[int, int, str, int, int]:
    """Return where a finding stands: turns first, then parts by name."""
    if finding.turn is None:
        return (1, 0, finding.part or "", finding.start, finding.end)
    return (0, finding.turn, "", finding.start, finding.end)


def effective(
    transcript: Transcript, findings: Sequence[Finding], decisions: Sequence[Decision]
) -> tuple[Finding, ...]:
    """Return the findings that count: rejected ones gone, changed ones as the person wanted, added ones in.

    Where a finding reaches past an accepted span, what is left of it stays a finding, so that nothing a detector
    saw is dropped without a person having seen it.
    """
    rejected = {(d.turn, d.part, d.start, d.end) for d in decisions if d.verdict is Verdict.REJECT}
    kept = [f for f in findings if (f.turn, f.part, f.start, f.end) not in rejected]
    chosen: list[Finding] = []
    for decision in decisions:
        if decision.verdict is Verdict.REJECT:
            continue
        text = text_at(transcript, decision.turn, decision.part)
        if not 0 <= decision.start < decision.end <= len(text):
            raise IntegrityError("a decision points outside its turn", hint="run detect again")
        source = next(
            (f for f in findings if _same_place(f, decision) and (f.start, f.end) in _spans(decision)), None
        )
        # A person who accepts what is only flagged wants it out.
        base = source or Finding(
            entity_type=decision.entity_type,
            start=decision.start,
            end=decision.end,
            text="",
            score=1.0,
            recognizer=HUMAN,
            turn=decision.turn,
            part=decision.part,
            speaker=None if decision.turn is None else transcript.turns[decision.turn].speaker,
        )
        chosen.append(
            replace(
                base,
                entity_type=decision.entity_type,
                start=decision.start,
                end=decision.end,
                text=text[decision.start : decision.end],
                recognizer=base.recognizer if decision.verdict is Verdict.ACCEPT else HUMAN,
                score=1.0,
                tier=_tier(base, decision.entity_type),
                action=Action.REPLACE,
                entity=decision.entity or base.entity,
            )
        )
    # Of several decisions on the same place the last one said holds.
    result: list[Finding] = []
    for finding in reversed(chosen):
        if not any(finding.overlaps(other) for other in result):
            result.append(finding)
    for finding in kept:
        result.extend(_left_over(finding, [other for other in result if finding.overlaps(other)]))
    return tuple(sorted(result, key=order_of))


def _tier(base: Finding, entity_type: EntityType) -> Tier:
    natural = entity_type.tier
    if base.entity_type is entity_type and base.tier.rank > natural.rank:
        return base.tier
    return natural


def _left_over(finding: Finding, covered: Iterable[Finding]) -> list[Finding]:
    pieces = [(finding.start, finding.end)]
    for other in covered:
        pieces = [
            piece
            for start, end in pieces
            for piece in ((start, min(end, other.start)), (max(start, other.end), end))
            if piece[0] < piece[1]
        ]
    result = []
    for start, end in pieces:
        text = finding.text[start - finding.start : end - finding.start]
        bare = text.strip(" \t\n\r,.;:-–'")
        if not any(character.isalnum() for character in bare):
            continue
        begin = start + text.index(bare)
        result.append(replace(finding, start=begin, end=begin + len(bare), text=bare))
    return result


def undecided(findings: Iterable[Finding], decisions: Iterable[Decision]) -> tuple[Finding, ...]:
    """Return the findings no person has ruled on, and those whose decision is questioned."""
    ruled = {(d.turn, d.part, span) for d in decisions if not d.questioned for span in _spans(d)}
    return tuple(f for f in findings if (f.turn, f.part, (f.start, f.end)) not in ruled)


def question(
    old: Sequence[Finding], new: Sequence[Finding], decisions: Sequence[Decision]
) -> tuple[Decision, ...]:
    """Return the decisions with those marked that a re-run sees otherwise than the run they were made on."""
    before = {(f.turn, f.part, f.start, f.end, f.entity_type) for f in old}
    fresh = [f for f in new if (f.turn, f.part, f.start, f.end, f.entity_type) not in before]
    result = []
    for decision in decisions:
        hit = any(
            _same_place(f, decision)
            and any(f.start < end and start < f.end for start, end in _spans(decision))
            and not (decision.verdict is not Verdict.REJECT and f.entity_type is decision.entity_type)
            for f in fresh
        )
        result.append(replace(decision, questioned=True) if hit else decision)
    return tuple(result)


def decision_to_dict(decision: Decision) -> dict[str, Any]:
    """Return a decision as JSON values."""
    return {key: value for key, value in asdict(decision).items() if value is not None and value is not False}


def decision_from_dict(body: dict[str, Any]) -> Decision:
    """Return a stored decision; raise ``IntegrityError`` if it is none."""
    try:
        was = body.get("was")
        return Decision(
            **{
                **body,
                "verdict": Verdict(body["verdict"]),
                "entity_type": EntityType(body["entity_type"]),
                "was": (int(was[0]), int(was[1])) if was else None,
            }
        )
    except (KeyError, TypeError, ValueError):
        raise IntegrityError("a stored decision cannot be read", hint="restore a backup") from None
