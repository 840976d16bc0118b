"""The participant's rights and their clocks: a month to answer a request, restriction, objection, rectification."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from anonymizer.errors import UsageError
from anonymizer.participants import Duty, Evidence, ParticipantRow, Scope, one_month
from anonymizer.study.holds import Cause, hold, holds, lift
from anonymizer.study.obligations import close_about, open_obligation
from anonymizer.study.people import log_reading, row_of
from anonymizer.study.registering import CONTACT_FORGOTTEN, Imported, import_rows
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import Change, Master

__all__ = [
    "Request",
    "Right",
    "answer",
    "close_requests",
    "extend",
    "is_asked",
    "lift_restriction",
    "log_answer",
    "object_to",
    "rectify_register",
    "request",
    "requests",
    "restrict",
]

KIND = "right"
LONGEST_EXTENSION = 2
"""Further months a complex request may take (GDPR art. 12(3))."""


class Right(StrEnum):
    """What a participant may ask for (GDPR art. 15–21)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"


class Request(BaseModel):
    """A request and its clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    participant: str
    right: Right
    received: dt.date
    due: dt.date
    answered: dt.date | None = None


def requests(space: Workspace, participant: str | None = None) -> dict[str, Request]:
    """Return the requests there were, by id."""
    return {key: Request.model_validate(body) for key, _, body in space.vault.all(KIND, participant)}


def request(space: Workspace, participant: str, right: Right, *, received: dt.date | None = None) -> str:
    """Start the clock of a request; return its id. A request that is open already is not started again."""
    for key, one in requests(space, participant).items():
        if one.right is right and one.answered is None:
            return key
    day = received or utc_now().date()
    if day > utc_now().date():
        raise UsageError("the request lies in the future")
    key, due = new_id(), one_month(day)
    one = Request(participant=participant, right=right, received=day, due=due)
    with space.vault.change() as tx:
        tx.save(KIND, key, one.model_dump(mode="json", exclude_none=True), owner=participant)
        tx.log(
            "right.requested",
            object_id=participant,
            rule="RGT-01",
            details={"right": right, "due": due.isoformat()},
        )
        open_obligation(space, tx, Duty.ANSWER_RIGHT, about=key, due=due, cause=right)
    return key


def extend(space: Workspace, key: str, months: int) -> dt.date:
    """Give a complex request up to two further months; the participant must be told why. Returns the new date."""
    one = requests(space).get(key)
    if one is None or one.answered is not None:
        raise UsageError("there is no such open request", where=key)
    if not 1 <= months <= LONGEST_EXTENSION or one.due != one_month(one.received):
        raise UsageError("a request is extended once, by one or two months")
    due = one_month(one.received, 1 + months)
    with space.vault.change() as tx:
        moved = one.model_copy(update={"due": due})
        tx.save(KIND, key, moved.model_dump(mode="json", exclude_none=True), owner=one.participant)
        close_about(space, tx, Duty.ANSWER_RIGHT, key, Evidence.TOOL)
        open_obligation(space, tx, Duty.ANSWER_RIGHT, about=key, due=due, cause=one.right)
        tx.log(
            "right.answered",
            object_id=one.participant,
            rule="RGT-01",
            details={"right": one.right, "answer": "extended"},
        )
    return due


def close_requests(space: Workspace, tx: Change, participant: str, right: Right) -> list[str]:
    """Note that a participant's open requests for a right are answered; return their ids. The caller logs how."""
    closed = []
    for key, one in requests(space, participant).items():
        if one.right is right and one.answered is None:
            done = one.model_copy(update={"answered": utc_now().date()})
            tx.save(KIND, key, done.model_dump(mode="json", exclude_none=True), owner=participant)
            closed.append(key)
    return closed


def is_asked(space: Workspace, participant: str, right: Right) -> bool:
    """Tell whether a participant's request for a right waits for its answer."""
    return any(one.right is right and one.answered is None for one in requests(space, participant).values())


def answer(space: Workspace, participant: str, right: Right, *, done: bool = True) -> None:
    """Stop the clocks of a participant's requests for a right; without a request only the answer is logged."""
    with space.vault.change() as tx:
        log_answer(space, tx, participant, right, done=done)


def log_answer(space: Workspace, tx: Change, participant: str, right: Right, *, done: bool = True) -> None:
    """Do what ``answer`` does in a change that does what was asked for."""
    for key in close_requests(space, tx, participant, right):
        close_about(space, tx, Duty.ANSWER_RIGHT, key, Evidence.TOOL)
    tx.log(
        "right.answered",
        object_id=participant,
        rule="RGT-01",
        details={"right": right, "answer": "done" if done else "refused"},
    )


def restrict(space: Workspace, participant: str, scopes: Iterable[Scope] = ()) -> None:
    """Restrict processing (GDPR art. 18): the material is kept and nothing else is done with it."""
    wanted = tuple(sorted(set(scopes))) or tuple(Scope)
    if any(one.cause is Cause.RESTRICTION for one in holds(space, participant).values()):
        raise UsageError("processing is restricted already", hint="lift it first: --lift")
    with space.vault.change() as tx:
        hold(tx, participant, Cause.RESTRICTION, wanted)
        tx.log(
            "restriction.set",
            object_id=participant,
            rule="RGT-06",
            details={"scopes": [str(one) for one in wanted]},
        )
        if is_asked(space, participant, Right.RESTRICTION):
            log_answer(space, tx, participant, Right.RESTRICTION)


def lift_restriction(space: Workspace, participant: str) -> None:
    """Lift a restriction or an objection; the participant must be told before (art. 18(3))."""
    with space.vault.change() as tx:
        off = [
            *lift(space, tx, participant, Cause.RESTRICTION),
            *lift(space, tx, participant, Cause.OBJECTION),
        ]
        if not off:
            raise UsageError("nothing is restricted", hint="see: anonymizer status")
        scopes = sorted({str(scope) for one in off for scope in one.scopes})
        tx.log("restriction.lifted", object_id=participant, rule="RGT-06", details={"scopes": scopes})
    if is_asked(space, participant, Right.OBJECTION):
        answer(space, participant, Right.OBJECTION)


def object_to(space: Workspace, participant: str, *, received: dt.date | None = None) -> None:
    """Record an objection (GDPR art. 21): the material stands still until it is answered, within a month."""
    key = request(space, participant, Right.OBJECTION, received=received)
    with space.vault.change() as tx:
        if not any(one.cause is Cause.OBJECTION for one in holds(space, participant).values()):
            hold(tx, participant, Cause.OBJECTION)
        due = requests(space)[key].due
        tx.log("objection.recorded", object_id=participant, rule="RGT-01", details={"due": due.isoformat()})


def rectify_register(space: Workspace, participant: str, **changes: object) -> Imported:
    """Correct what the register says of a participant (GDPR art. 16); keys are columns of participants.csv."""
    space.need(*Master)
    known = {
        *("name", "aliases", "gender", "age", "municipality", "workplace", "contact", "speaker"),
        *("transcripts", "third_persons"),
    }
    if not changes or not set(changes) <= known:
        raise UsageError("there is no such field to correct", hint=f"one of {', '.join(sorted(known))}")
    if changes.get("contact"):
        with space.vault.change() as tx:
            # A contact that is given anew is not the one that was forgotten.
            if tx.drop(CONTACT_FORGOTTEN, participant):
                details = {"version": 1, "fields": ["contact"]}
                tx.log("participant.updated", object_id=participant, details=details)
    log_reading(space)
    row: ParticipantRow = replace(row_of(space, participant), **changes)  # type: ignore[arg-type]
    return import_rows(space, [row])
