"""Recognisers propose, this disposes: no overlap, and nothing that was proposed is left standing.

Certain proposals (check digits) come first, then the longer, the more certain, the more identifying. What a losing
proposal covered beyond the winner stays a finding of its own, so that choosing never uncovers anything. What is only
flagged as a rule (a role, a dialect word, a special category) comes last: it never takes the place of what is removed.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from anonymizer.detect.proposal import Proposal
from anonymizer.model import EntityType

__all__ = ["resolve"]

CERTAIN = 0.99
_FLAGS = frozenset((EntityType.ROLE, EntityType.DIALECT, EntityType.SPECIAL_CATEGORY))


def resolve(text: str, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return proposals that do not overlap, in order; the same for the same input in any order."""
    chosen: list[tuple[int, int, Proposal]] = []
    for proposal in sorted(set(proposals), key=_rank):
        for start, end in _free(chosen, proposal.start, proposal.end):
            if (start, end) != (proposal.start, proposal.end):
                trimmed = _trim(text, start, end, proposal.entity_type)
                if trimmed is None:
                    continue
                start, end = trimmed  # noqa: PLW2901 - the rest of a loser, without the space beside the winner
            if end > start:
                kept = Proposal(
                    start, end, proposal.entity_type, proposal.score, proposal.recognizer, proposal.entity
                )
                insort(chosen, (start, end, kept), key=lambda entry: entry[0])
    return [proposal for _, _, proposal in chosen]


def _rank(proposal: Proposal) -> tuple[bool, bool, int, float, int, str, str, int]:
    length = proposal.end - proposal.start
    return (
        proposal.entity_type in _FLAGS,
        proposal.score < CERTAIN,
        -length,
        -proposal.score,
        -proposal.entity_type.tier.rank,
        proposal.entity_type.value,
        proposal.recognizer,
        proposal.start,
    )


def _free(chosen: list[tuple[int, int, Proposal]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of ``start``–``end`` that no chosen proposal covers."""
    free: list[tuple[int, int]] = []
    at = bisect_left(chosen, start, key=lambda entry: entry[0])
    if at and chosen[at - 1][1] > start:
        at -= 1
    while at < len(chosen) and chosen[at][0] < end:
        taken_start, taken_end, _ = chosen[at]
        if taken_start > start:
            free.append((start, taken_start))
        start = max(start, taken_end)
        at += 1
    if start < end:
        free.append((start, end))
    return free


def _trim(text: str, start: int, end: int, entity_type: EntityType) -> tuple[int, int] | None:
    """Return the rest of a loser from its first to its last letter or figure, if it still says anything."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    rest = text[start:end]
    telling = any(character.isdigit() or character.isupper() for character in rest)
    if not telling and entity_type is EntityType.PERSON:
        telling = len(rest) > 3
    return (start, end) if telling and (len(rest) > 1 or rest.isdigit()) else None
