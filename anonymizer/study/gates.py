"""Gates: what a step needs before it may begin. Each names the rule, the reason and the way out."""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.errors import GateRefused
from anonymizer.participants import Basis, Ending, Scope
from anonymizer.study.consenting import Capacity, capacity_of, ground_of, sample_of
from anonymizer.study.guarding import guard_ingest, log_refusal
from anonymizer.study.holds import held_from, holds, refusal_of
from anonymizer.study.project import project_of
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace

__all__ = ["gate_ingest", "gate_promises", "has_ground", "log_refusal", "refuse_closed", "scope_refusal"]


def gate_ingest(space: Workspace, participants: Iterable[str], *, where: str, coming: bool = True) -> None:
    """Raise ``GateRefused`` unless everyone who takes part may be studied, and no promise is broken by a duty to keep.

    CON-01: no recorded ground. CON-04: capacity in doubt or refused. RGT-02 and others: the material is held.
    Then whatever else the table of checks lets guard this step; not where nothing new is ``coming`` in, but what is
    here is put right. The refusal is logged; the caller goes on with the others.
    """
    refuse_closed(space, where=where)
    gate_promises(space, where=where)
    people = tuple(participants)
    for participant in people:
        refused = _refusal(space, participant, where)
        if refused is not None:
            log_refusal(space, refused, "ingest", participant)
            raise refused
    if coming:
        guard_ingest(space, people, where=where)


def refuse_closed(space: Workspace, *, where: str = "") -> None:
    """Raise ``GateRefused`` (END-02) for a study whose project was closed: nothing comes into it any more."""
    if space.vault.load("closed", space.profile.id) is not None:
        raise GateRefused("the project is closed", rule="END-02", where=where, hint="make a new study")


def _refusal(space: Workspace, participant: str, where: str) -> GateRefused | None:
    for one in holds(space, participant).values():
        if one.whole:
            return refusal_of(one.cause, where)
    if capacity_of(space, participant) is Capacity.DECLINED:
        return GateRefused(
            "someone who takes part has declined", rule="CON-04", where=where, hint="leave this file out"
        )
    sample = sample_of(space, participant)
    if sample is not None and sample.refused:
        return GateRefused(
            "the sample was refused by the committee",
            rule="REK-01",
            where=where,
            hint="nothing of it may come in; see the profile’s samples",
        )
    if not has_ground(space, participant):
        return GateRefused(
            "no consent or other ground is recorded for someone who takes part",
            rule="CON-01",
            where=where,
            hint="record it: anonymizer participant consent CODE, or the columns of participants.csv",
        )
    return None


def has_ground(space: Workspace, participant: str) -> bool:
    """Tell whether something recorded allows a participant's interview to be studied.

    A consent that lists scopes must list the interview. A pack that keeps no identity needs none on record: there is
    no one to ask for it by name. A project may rest on another basis or an exemption, with its document.
    """
    if space.pack.participants.identity == "forbidden" or ground_of(space, participant) is not None:
        return True
    record = space.participants()[participant]
    if record.consent:
        last = record.consent[-1]
        return not last.scopes or Scope.INTERVIEW in last.scopes
    sample = sample_of(space, participant)
    asked = sample is None or sample.basis is Basis.CONSENT or sample.ethical_consent
    return not asked and bool(sample and sample.document)


def gate_promises(space: Workspace, *, where: str) -> None:
    """Raise ``GateRefused`` (CON-03) if the project must or will keep what a letter promised to delete."""
    profile = project_of(space)
    if not any(letter.strictest_ending is Ending.DELETE for letter in profile.letters):
        return
    keeps = profile.keep_until is not None or bool(profile.control_copy_years)
    if keeps or profile.ending in {Ending.ANONYMISE, Ending.ARCHIVE}:
        raise GateRefused(
            "a letter promises deletion, and the profile keeps or archives",
            rule="CON-03",
            where=where,
            hint="set “ending: delete” and drop the duty to keep, or write a new letter and ask again",
        )


def scope_refusal(space: Workspace, record: TranscriptRecord, purpose: str) -> GateRefused | None:
    """Return the gate that keeps a transcript out of an archive its participants have not consented to (CON-01).

    Or from which one of them is withdrawing, so that it stands still for that alone.
    """
    if purpose != "archive":
        return None
    if (cause := held_from(space, record.participants, Scope.ARCHIVE)) is not None:
        return refusal_of(cause, f"transcript {record.number}")
    people = space.participants()
    for who in record.participants:
        consent = people[who].consent
        if consent and consent[-1].scopes and Scope.ARCHIVE not in consent[-1].scopes:
            return GateRefused(
                "someone who takes part has not consented to archiving",
                rule="CON-01",
                where=f"transcript {record.number}",
                hint="ask, and record the answer: anonymizer participant consent",
            )
    return None
