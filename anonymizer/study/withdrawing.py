"""Withdrawal before anything is erased: frozen at once, shown, taken back, or refused on a statutory ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import Duty, Evidence, GroupWithdrawal, Scope
from anonymizer.study.holds import Cause, hold, holds, lift
from anonymizer.study.lineage import group_promise, trace
from anonymizer.study.obligations import close_about
from anonymizer.study.project import letter_of
from anonymizer.study.rights import Right, close_requests
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["EXCEPTIONS", "Frozen", "freeze", "refuse_erasure", "unfreeze", "wanted_scopes"]

EXCEPTIONS = ("completed-analysis", "serious-research-harm", "legal-duty")
"""Statutory grounds on which erasure may be refused (hfl § 16, GDPR art. 17(3)(d); rules.md RGT-03)."""

EVERYTHING = tuple(Scope)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a withdrawal concerns: the scopes withdrawn, and how much there is of each kind.

    ``group`` is what becomes of group interviews, ``told`` whether a letter of the profile says so.
    """

    participant: str
    scopes: tuple[Scope, ...]
    counts: Mapping[str, int]
    group: GroupWithdrawal
    told: bool = False


def wanted_scopes(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return what a withdrawal is from: everything unless it says less; the interview is everything."""
    wanted = set(scopes) or set(EVERYTHING)
    return EVERYTHING if Scope.INTERVIEW in wanted else tuple(sorted(wanted))


def freeze(space: Workspace, participant: str, scopes: Iterable[Scope] = ()) -> Frozen:
    """Freeze a participant's material and return what erasing would take; reversible by ``unfreeze``."""
    wanted = wanted_scopes(scopes)
    # Freezing must not wait for whoever holds the identity key: then it is counted less fully.
    found = trace(space, participant) if set(Master) <= space.vault.masters else None
    objects = len(space.vault.objects(owner=participant))
    told = letter_of(space, participant) is not None
    there = {
        scope
        for one in holds(space, participant).values()
        if one.cause is Cause.WITHDRAWAL
        for scope in one.scopes
    }
    with space.vault.change() as tx:
        if not set(wanted) <= there:
            hold(tx, participant, Cause.WITHDRAWAL, wanted)
            tx.log(
                "withdrawal.frozen",
                object_id=participant,
                rule="RGT-02",
                details={"scopes": [str(one) for one in wanted], "objects": objects},
            )
        if found is not None:
            tx.log("keytable.read", details={"purpose": "withdraw", "rows": found.key_rows})
    if found is not None:
        return Frozen(participant, wanted, found.counts(), found.group, told)
    theirs = [one for one in space.transcripts().values() if participant in one.participants]
    alone = sum(len(one.participants) == 1 for one in theirs)
    counts = {"transcripts": alone, "shared transcripts": len(theirs) - alone, "sealed objects": objects}
    return Frozen(participant, wanted, counts, group_promise(space, participant), told)


def unfreeze(space: Workspace, participant: str) -> None:
    """Take a freeze back: the participant has changed their mind before anything was erased."""
    with space.vault.change() as tx:
        off = lift(space, tx, participant, Cause.WITHDRAWAL)
        if not off:
            raise UsageError("this participant is not withdrawing", hint="see: anonymizer participant list")
        scopes = sorted({str(scope) for one in off for scope in one.scopes})
        tx.log("withdrawal.unfrozen", object_id=participant, rule="RGT-02", details={"scopes": scopes})


def refuse_erasure(space: Workspace, participant: str, exception: str, why: str) -> None:
    """Record that erasure is refused on a statutory ground, with the reason in a sealed note; the freeze stays.

    The request is answered by it. Raises ``GateRefused`` (RGT-03) for ``anonymised``: while a key exists nothing here
    is anonymous.
    """
    if exception == "anonymised":
        raise GateRefused(
            "the material is pseudonymised, not anonymised: a key to it exists",
            rule="RGT-03",
            hint="erase it, or choose another statutory ground",
        )
    if exception not in EXCEPTIONS:
        raise UsageError("there is no such statutory ground", hint=f"one of {', '.join(EXCEPTIONS)}")
    if not why.strip():
        raise UsageError("a statutory ground needs its justification", hint="say why in a file: --why FILE")
    with space.vault.change() as tx:
        note = tx.seal("note", participant, Master.WORK, why.encode())
        for key in close_requests(space, tx, participant, Right.ERASURE):
            close_about(space, tx, Duty.ANSWER_RIGHT, key, Evidence.DOCUMENT)
        tx.log(
            "right.answered",
            object_id=participant,
            rule="RGT-03",
            details={"right": "erasure", "answer": "refused", "exception": exception, "note": note},
        )
