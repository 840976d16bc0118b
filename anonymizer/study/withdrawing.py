"""Withdrawal: freeze at once, show what goes, erase all of it on confirmation, and say so in a certificate.

Erasing is one change of the study. The participant's data keys are destroyed; every other transcript that holds
their turns or name is written anew under fresh keys; what the tool can't reach becomes dated obligations. Killed at
any moment, either nothing was erased (and the material is frozen), or all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import (
    Duty,
    Evidence,
    GroupWithdrawal,
    Scope,
)
from anonymizer.study.certificates import certify, write_certificates
from anonymizer.study.copies import delete_source, forget_exported, recall
from anonymizer.study.holds import Cause, hold, holds, lift
from anonymizer.study.lineage import Lineage, group_promise, known_as, trace
from anonymizer.study.obligations import REGISTER, meet, obligations, open_obligation, place_of
from anonymizer.study.records import ConsentFact, TranscriptRecord
from anonymizer.study.removing import prune_withdrawn, without_name, without_turns
from anonymizer.study.rewriting import is_object, rename_recordings, renew
from anonymizer.study.rights import requests
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["EXCEPTIONS", "Erased", "Frozen", "erase", "freeze", "refuse_erasure", "unfreeze"]

EXCEPTIONS = ("completed-analysis", "serious-research-harm", "legal-duty")
"""Statutory grounds on which erasure may be refused (hfl § 16, GDPR art. 17(3)(d); rules.md RGT-03)."""

EVERYTHING = tuple(Scope)


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a withdrawal concerns: the scopes withdrawn, and how much there is of each kind."""

    participant: str
    scopes: tuple[Scope, ...]
    counts: Mapping[str, int]
    group: GroupWithdrawal


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. ``outside`` says, for whoever sits at the screen, what no tool can reach; it may hold paths."""

    certificate: str
    folder: Path
    rewritten: tuple[str, ...]
    outside: tuple[str, ...]


def freeze(space: Workspace, participant: str, scopes: Iterable[Scope] = ()) -> Frozen:
    """Freeze a participant's material and return what erasing would take; reversible by ``unfreeze``."""
    wanted = _scopes(scopes)
    # Freezing must not wait for whoever holds the identity key: then it is counted less fully.
    found = trace(space, participant) if set(Master) <= space.vault.masters else None
    objects = len(space.vault.objects(owner=participant))
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
        return Frozen(participant, wanted, found.counts(), found.group)
    theirs = [one for one in space.transcripts().values() if participant in one.participants]
    alone = sum(len(one.participants) == 1 for one in theirs)
    counts = {"transcripts": alone, "shared transcripts": len(theirs) - alone, "sealed objects": objects}
    return Frozen(participant, wanted, counts, group_promise(space, participant))


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

    Raises ``GateRefused`` (RGT-03) for ``anonymised``: while a key exists nothing here is anonymous.
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
        tx.log(
            "right.answered",
            object_id=participant,
            rule="RGT-03",
            details={"right": "erasure", "answer": "refused", "exception": exception, "note": note},
        )


def erase(space: Workspace, participant: str, scopes: Iterable[Scope] = ()) -> Erased:
    """Erase what was withdrawn. The caller has asked for the code again. Raises ``Locked`` without both masters."""
    wanted = _scopes(scopes)
    if Scope.INTERVIEW not in wanted:
        return _erase_some(space, participant, wanted)
    found = trace(space, participant)
    if not any(one.whole and one.cause is Cause.WITHDRAWAL for one in holds(space, participant).values()):
        freeze(space, participant)
    outside, gone = _reach_out(space, found)
    rewritten: list[tuple[str, TranscriptRecord, int]] = []
    with space.vault.change("withdraw") as tx:
        tx.rotate()
        tx.log("keytable.read", details={"purpose": "withdraw", "rows": found.key_rows})
        renamed: dict[str, str] = {}
        table = space.key_table()
        names = known_as(space, participant)
        rewritten = [*without_turns(space, tx, found), *without_name(space, tx, found)]
        owners = {space.owner_of(key, record) for key, record, _ in rewritten}
        left = set(owners) | ({key for key in found.shared if key in space.vault.owners()} - owners)
        prune_withdrawn(space, tx, table, found, names, rewritten)
        for owner in sorted(owners):
            renamed |= renew(space, tx, owner)
        rename_recordings(space, tx, renamed)
        for key in sorted(left - owners):
            tx.shred_owner(key)
        tx.shred_owner(participant)
        _forget(space, tx, found, gone)
        duties = _obligations(space, tx, found, outside)
        details = {
            "scopes": [str(one) for one in EVERYTHING],
            "transcripts": len(found.own),
            "rewritten": len(rewritten),
            "recordings": len(found.of_kind("recording")),
            "quotes": len(found.of_kind("quote")),
            "exports": len(found.exports),
            "outside": len(outside.shown),
        }
        tx.log("withdrawal.erased", object_id=participant, rule="RGT-02", details=details)
        certificate = certify(
            space,
            tx,
            "erasure",
            about=participant,
            erasure="key-destroyed",
            counts={
                **found.counts(),
                "transcripts written anew": len(rewritten),
                "outside the tool": len(outside.shown),
            },
            duties=duties,
        )
    folder = write_certificates(space)
    return Erased(certificate, folder, tuple(key for key, _, _ in rewritten), outside.shown)


def _scopes(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    wanted = set(scopes) or set(EVERYTHING)
    return EVERYTHING if Scope.INTERVIEW in wanted else tuple(sorted(wanted))


# --- what can be reached on disk, before the change: deleting is safe to repeat -----------------------------------


@dataclass(frozen=True, slots=True)
class _Outside:
    exports: tuple[str, ...]
    sources: tuple[str, ...]
    backups: tuple[str, ...]
    recipients: tuple[str, ...]
    shown: tuple[str, ...]


def _reach_out(space: Workspace, found: Lineage) -> tuple[_Outside, tuple[str, ...]]:
    """Delete exported files and sources that stand where they were; return what is out of reach, and duties met."""
    shown: list[str] = []
    exports = recall(space, found.exports, found.touched)
    shown += ["a folder that was exported and is no longer where it was" for _ in exports]
    recipients = [key for key, one in found.exports.items() if one.purpose != "analysis"]
    shown += ["whoever received an export for publication or archive" for _ in recipients]
    met, sources = [], []
    for key, one in found.obligations.items():
        place = place_of(space, one)
        if one.duty is Duty.DELETE_SOURCE:
            if one.about in found.own and delete_source(space, found.own[one.about], place):
                met.append(key)
            else:
                sources.append(key)
                shown.append(f"the source file {place}" if place else "a source file")
        elif one.duty is Duty.DELETE_COPY:
            sources.append(key)
            shown.append(f"a copy: {place}" if place else "a copy")
        else:
            met.append(key)
    for key, one in obligations(space).items():
        if one.met is None and one.duty is Duty.DELETE_SOURCE and one.about in found.shared:
            sources.append(key)
            shown.append(f"the source file of a group interview {place_of(space, one)}".rstrip())
        elif one.met is None and one.cause == REGISTER:
            shown.append(f"the row of the register file {place_of(space, one)}")
    shown += ["a backup made before the withdrawal" for _ in found.backups]
    result = _Outside(tuple(exports), tuple(sources), found.backups, tuple(recipients), tuple(shown))
    return result, tuple(met)


# --- records and obligations ------------------------------------------------------------------------------------------


def _forget(space: Workspace, tx: Change, found: Lineage, gone: Sequence[str]) -> None:
    for key in gone:
        meet(space, tx, key, Evidence.TOOL)
    for key, record in found.own.items():
        tx.log(
            "transcript.removed",
            object_id=key,
            details={"versions": record.version, "erasure": "key-destroyed"},
        )
    for kind, key, was in found.facts:
        body = space.vault.load(kind, key) or was
        tx.drop(kind, key)
        if kind == "quote":
            tx.log("quote.removed", object_id=key, details={"transcript": body["transcript"]})
        elif kind == "recording":
            tx.log("audio.deleted", object_id=key, rule="RGT-02", details={"erasure": "key-destroyed"})
        elif kind == "member-check" and body.get("answer") is None:
            details = {"what": body["what"], "answer": "no-answer"}
            tx.log("member-check.answered", object_id=key, rule="RGT-02", details=details)
        for value in body.values():
            if isinstance(value, str) and is_object(space, value):
                tx.destroy(value)
    for request in requests(space, found.participant).values():
        if request.answered is None:
            details = {"right": str(request.right), "answer": "done"}
            tx.log("right.answered", object_id=found.participant, rule="RGT-02", details=details)
    code = space.participants()[found.participant].code
    for kind, key, _ in tuple(space.vault.owned(found.participant)):
        tx.drop(kind, key)
    forget_exported(space, tx, found.exports, found.touched)
    sealed = tx.seal("code-digest", STUDY_OWNER, Master.WORK, space.keyed_digest(code.encode()).encode())
    tx.save("tombstone", found.participant, {"since": utc_now().date().isoformat(), "code": sealed})


def _obligations(space: Workspace, tx: Change, found: Lineage, outside: _Outside) -> list[str]:
    cause, opened = "withdrawal", list(outside.sources)
    for key in outside.exports:
        opened.append(open_obligation(space, tx, Duty.DELETE_COPY, about=key, cause=cause))
    for key in outside.recipients:
        opened.append(open_obligation(space, tx, Duty.TELL_RECIPIENT, about=key, cause=cause))
    for key in outside.backups:
        opened.append(open_obligation(space, tx, Duty.DELETE_BACKUP, about=key, cause=cause))
    if space.pack.participants.identity != "forbidden":
        opened.append(open_obligation(space, tx, Duty.DELETE_PAPER, about=found.participant, cause=cause))
    return opened


# --- some scopes only ----------------------------------------------------------------------------------------------


def _erase_some(space: Workspace, participant: str, scopes: tuple[Scope, ...]) -> Erased:
    """Erase the recordings or quotes that were withdrawn, and record what the consent covers now."""
    found = trace(space, participant)
    kinds = {Scope.AUDIO: "recording", Scope.QUOTES: "quote"}
    going = [one for one in found.facts if one[0] in {kinds[scope] for scope in scopes if scope in kinds}]
    record = space.participants()[participant]
    with space.vault.change("withdraw") as tx:
        tx.rotate()
        for kind, key, body in going:
            tx.drop(kind, key)
            if kind == "quote":
                tx.log("quote.removed", object_id=key, details={"transcript": body["transcript"]})
            else:
                tx.log("audio.deleted", object_id=key, rule="RGT-02", details={"erasure": "key-destroyed"})
            for value in body.values():
                if isinstance(value, str) and is_object(space, value):
                    tx.destroy(value)
        for key, one in found.obligations.items():
            if one.duty is Duty.DELETE_AUDIO and Scope.AUDIO in scopes:
                meet(space, tx, key, Evidence.TOOL)
        # The keys of what was destroyed must open nothing in an older copy of the study either.
        rename_recordings(space, tx, renew(space, tx, participant))
        lift(space, tx, participant, Cause.WITHDRAWAL)
        if record.consent:
            last = record.consent[-1]
            rest = tuple(scope for scope in last.scopes if scope not in scopes)
            fact = ConsentFact(letter_version=last.letter_version, date=last.date, scopes=rest)
            body = record.model_copy(update={"consent": (*record.consent, fact)}).model_dump(
                mode="json", exclude_none=True
            )
            tx.save("participant", participant, body, owner=participant)
        counts = {"recordings": 0, "quotes": 0}
        for kind, _, _ in going:
            counts["recordings" if kind == "recording" else "quotes"] += 1
        tx.log(
            "withdrawal.erased",
            object_id=participant,
            rule="RGT-02",
            details={
                "scopes": [str(one) for one in scopes],
                "transcripts": 0,
                "rewritten": 0,
                **counts,
                "exports": 0,
                "outside": 0,
            },
        )
        certificate = certify(space, tx, "erasure", about=participant, erasure="key-destroyed", counts=counts)
    return Erased(certificate, write_certificates(space), (), ())
