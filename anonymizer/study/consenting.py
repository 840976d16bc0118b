"""Consent, other grounds and the capacity to consent: recorded with their evidence, never overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from anonymizer.errors import UsageError
from anonymizer.participants import Capacity, ConsentEvidence, Sample, Scope
from anonymizer.study.holds import Cause, hold, holds, lift
from anonymizer.study.project import project_of
from anonymizer.study.records import ConsentFact
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import Change, Master

__all__ = [
    "Capacity",
    "Ground",
    "GroundRecord",
    "assign_sample",
    "capacity_of",
    "ground_of",
    "put_capacity",
    "put_sample",
    "record_consent",
    "record_ground",
    "sample_of",
    "set_capacity",
]


class Ground(StrEnum):
    """A ground other than the participant's own consent."""

    PUBLIC_INTEREST = "public-interest"
    EXEMPTION = "exemption"
    ASSENT = "assent"
    GUARDIAN = "guardian"
    OTHER = "other-basis"


class GroundRecord(BaseModel):
    """A recorded ground: which, since when, and the id of the sealed note that says where it is documented."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ground: Ground
    date: dt.date
    document: str


def record_consent(
    space: Workspace,
    participant: str,
    *,
    letter: str,
    date: dt.date,
    scopes: Iterable[Scope],
    evidence: str,
) -> None:
    """Add a consent to those a participant has given. Raises ``UsageError`` for an unknown letter or evidence."""
    if evidence not in set(ConsentEvidence):
        raise UsageError("there is no such evidence", hint=f"one of {', '.join(ConsentEvidence)}")
    if date > utc_now().date():
        raise UsageError("the consent lies in the future")
    record = space.participants()[participant]
    covered = tuple(sorted(set(scopes)))
    fact = ConsentFact(letter_version=letter, date=date, scopes=covered, evidence=evidence)
    with space.vault.change() as tx:
        body = record.model_copy(update={"consent": (*record.consent, fact)}).model_dump(
            mode="json", exclude_none=True
        )
        tx.save("participant", participant, body, owner=participant)
        tx.log(
            "consent.recorded",
            object_id=participant,
            rule="CON-01",
            details={
                "letter": letter,
                "scopes": [str(one) for one in covered],
                "date": date.isoformat(),
                "evidence": evidence,
            },
        )


def record_ground(
    space: Workspace, participant: str, ground: Ground, *, date: dt.date, document: str
) -> None:
    """Record a ground other than consent; ``document`` says where it is written down, and is sealed."""
    if not document.strip():
        raise UsageError("a ground needs its document", hint="say which letter or decision: --document")
    with space.vault.change() as tx:
        note = tx.seal("note", participant, Master.WORK, document.encode())
        one = GroundRecord(ground=ground, date=date, document=note)
        tx.save("ground", participant, one.model_dump(mode="json", exclude_none=True), owner=participant)
        tx.log(
            "ground.recorded",
            object_id=participant,
            rule="CON-01",
            details={"ground": ground, "date": date.isoformat(), "note": note},
        )


def set_capacity(space: Workspace, participant: str, capacity: Capacity) -> None:
    """Record the capacity to consent; doubt and a refusal freeze the material, in order and reconfirmed free it."""
    with space.vault.change() as tx:
        put_capacity(space, tx, participant, capacity)


def put_capacity(space: Workspace, tx: Change, participant: str, capacity: Capacity) -> None:
    """Do what ``set_capacity`` does in a change that does more."""
    on = any(one.cause is Cause.CAPACITY for one in holds(space, participant).values())
    today = utc_now().date()
    tx.save("capacity", participant, {"capacity": capacity, "date": today.isoformat()}, owner=participant)
    if capacity.stops and not on:
        hold(tx, participant, Cause.CAPACITY)
    if not capacity.stops:
        lift(space, tx, participant, Cause.CAPACITY)
    tx.log(
        "capacity.set",
        object_id=participant,
        rule="CON-04",
        details={"capacity": capacity, "date": today.isoformat()},
    )


def assign_sample(space: Workspace, participant: str, sample: str) -> None:
    """Put a participant into a sample of the profile, whose basis then holds for them."""
    known = [one.id for one in project_of(space).samples]
    if sample not in known:
        raise UsageError(
            "the profile has no such sample", hint=f"one of {', '.join(known)}" if known else "add it"
        )
    with space.vault.change() as tx:
        put_sample(tx, participant, sample)


def put_sample(tx: Change, participant: str, sample: str) -> None:
    """Do what ``assign_sample`` does, with a sample that is known, in a change that does more."""
    tx.save("sample", participant, {"sample": sample}, owner=participant)
    tx.log("participant.updated", object_id=participant, details={"version": 1, "fields": ["sample"]})


def sample_of(space: Workspace, participant: str) -> Sample | None:
    """Return the participant's sample: the one assigned, or the only one there is."""
    samples = project_of(space).samples
    body = space.vault.load("sample", participant)
    if body is None:
        return samples[0] if len(samples) == 1 else None
    return next((one for one in samples if one.id == body["sample"]), None)


def ground_of(space: Workspace, participant: str) -> GroundRecord | None:
    """Return the ground recorded beyond consent, if any."""
    body = space.vault.load("ground", participant)
    return None if body is None else GroundRecord.model_validate(body)


def capacity_of(space: Workspace, participant: str) -> Capacity | None:
    """Return the capacity recorded last, if any."""
    body = space.vault.load("capacity", participant)
    return None if body is None else Capacity(body["capacity"])
