"""Holds: a participant's material that stands still, reversibly, and what that forbids.

A hold is set by a withdrawal that is not confirmed yet, by doubt about the capacity to consent, by a restriction or
an objection. While one is on, nothing of the participant is searched, shown, pseudonymised or exported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from anonymizer.errors import GateRefused
from anonymizer.participants import Scope
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import Change

__all__ = [
    "Cause",
    "Hold",
    "held_because",
    "held_from",
    "hold",
    "holds",
    "lift",
    "refusal_of",
    "refuse_held",
    "workable",
]

KIND = "hold"


class Cause(StrEnum):
    """Why material stands still."""

    WITHDRAWAL = "withdrawal"
    CAPACITY = "capacity"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


_RULE = {
    Cause.WITHDRAWAL: (
        "RGT-02",
        "the participant is withdrawing",
        "participant withdraw CODE --confirm CODE, or --undo",
    ),
    Cause.CAPACITY: (
        "CON-04",
        "the participant's capacity to consent is in doubt",
        "participant consent CODE --capacity reconfirmed",
    ),
    Cause.RESTRICTION: ("RGT-06", "processing is restricted", "participant restrict CODE --lift"),
    Cause.OBJECTION: ("RGT-01", "the participant has objected", "participant restrict CODE --lift"),
}


class Hold(BaseModel):
    """One hold on one participant. With the scope ``interview`` it is on everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    participant: str
    cause: Cause
    scopes: tuple[Scope, ...]
    since: dt.date

    @property
    def whole(self) -> bool:
        """Tell whether all material of the participant stands still."""
        return Scope.INTERVIEW in self.scopes


def holds(space: Workspace, participant: str | None = None) -> dict[str, Hold]:
    """Return the holds that are on, by id."""
    return {key: Hold.model_validate(body) for key, _, body in space.vault.all(KIND, participant)}


def hold(tx: Change, participant: str, cause: Cause, scopes: Iterable[Scope] = tuple(Scope)) -> str:
    """Set a hold; the caller logs why."""
    one = Hold(
        participant=participant, cause=cause, scopes=tuple(sorted(set(scopes))), since=utc_now().date()
    )
    key = new_id()
    tx.save(KIND, key, one.model_dump(mode="json", exclude_none=True), owner=participant)
    return key


def lift(space: Workspace, tx: Change, participant: str, cause: Cause) -> tuple[Hold, ...]:
    """Take off the holds of one cause and return them; the caller logs why."""
    off = {key: one for key, one in holds(space, participant).items() if one.cause is cause}
    for key in off:
        tx.drop(KIND, key)
    return tuple(off.values())


def held_because(space: Workspace, record: TranscriptRecord) -> Cause | None:
    """Return why a transcript stands still: one of those who take part is held whole."""
    people = set(record.participants)
    causes = {one.cause for one in holds(space).values() if one.whole and one.participant in people}
    return next((cause for cause in Cause if cause in causes), None)


def held_from(space: Workspace, participants: Iterable[str], scope: Scope) -> Cause | None:
    """Return why nothing of one of these participants may be used for a scope, if a hold is on it or on everything."""
    people = set(participants)
    causes = {
        one.cause
        for one in holds(space).values()
        if one.participant in people and (one.whole or scope in one.scopes)
    }
    return next((cause for cause in Cause if cause in causes), None)


def workable(space: Workspace) -> dict[str, TranscriptRecord]:
    """Return the transcripts that do not stand still, by id."""
    people = {one.participant for one in holds(space).values() if one.whole}
    return {key: one for key, one in space.transcripts().items() if people.isdisjoint(one.participants)}


def refusal_of(cause: Cause, where: str) -> GateRefused:
    """Return the gate for a hold."""
    rule, what, way = _RULE[cause]
    return GateRefused(
        f"{what}; the material stands still", rule=rule, where=where, hint=f"see: anonymizer {way}"
    )


def refuse_held(space: Workspace, record: TranscriptRecord) -> None:
    """Raise ``GateRefused`` for a transcript that stands still."""
    cause = held_because(space, record)
    if cause is not None:
        raise refusal_of(cause, f"transcript {record.number}")
