"""Erasing what was withdrawn, on confirmation: all of it, and a certificate that says so.

It is one change of the study. The participant's data keys are destroyed; every other transcript that holds their turns
or name is written anew under fresh keys; what the tool can't reach becomes dated obligations. Killed at any moment,
either nothing sealed was erased (and the material is frozen), or all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from anonymizer.participants import Duty, Evidence, Scope
from anonymizer.study.audio import drop_recording
from anonymizer.study.certificates import certify, write_certificates
from anonymizer.study.copies import exports_of, forget_exported, recall
from anonymizer.study.holds import Cause, holds, lift
from anonymizer.study.lineage import Lineage, known_as, trace
from anonymizer.study.obligations import bring_forward, close_about, obligations, open_obligation
from anonymizer.study.reaching import Outside, open_duties, reach_out, silence_files
from anonymizer.study.records import ConsentFact, ExportRecord, TranscriptRecord
from anonymizer.study.removing import prune_withdrawn, without_name, without_turns
from anonymizer.study.rewriting import is_object, rename_recordings, renew
from anonymizer.study.rights import Right, close_requests, requests
from anonymizer.study.withdrawing import freeze, wanted_scopes
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["Erased", "erase"]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. ``outside`` says, for whoever sits at the screen, what no tool can reach; it may hold paths."""

    certificate: str
    folder: Path
    rewritten: tuple[str, ...]
    outside: tuple[str, ...]


def erase(space: Workspace, participant: str, scopes: Iterable[Scope] = ()) -> Erased:
    """Erase what was withdrawn. The caller has asked for the code again. Raises ``Locked`` without both masters."""
    wanted = wanted_scopes(scopes)
    if Scope.INTERVIEW not in wanted:
        return _erase_some(space, participant, wanted)
    found = trace(space, participant)
    if not any(one.whole and one.cause is Cause.WITHDRAWAL for one in holds(space, participant).values()):
        freeze(space, participant)
    outside = reach_out(space, found)
    with space.vault.change("withdraw") as tx:
        tx.rotate()
        tx.log("keytable.read", details={"purpose": "withdraw", "rows": found.key_rows})
        rewritten = _write_others_anew(space, tx, found)
        _drop_recordings(space, tx, found.silenced)
        _leave_recordings(space, tx, found)
        tx.shred_owner(participant)
        _forget(space, tx, found)
        paper = space.pack.participants.identity != "forbidden"
        duties = open_duties(space, tx, found, outside, paper=paper)
        certificate = _certify(space, tx, found, outside, duties, len(rewritten))
    folder = write_certificates(space)
    return Erased(certificate, folder, tuple(key for key, _, _ in rewritten), outside.shown)


def _write_others_anew(
    space: Workspace, tx: Change, found: Lineage
) -> list[tuple[str, TranscriptRecord, int]]:
    """Write anew what others keep, under fresh keys, and drop the old ones; return what was written anew."""
    renamed: dict[str, str] = {}
    table = space.key_table()
    names = known_as(space, found.participant)
    rewritten = [*without_turns(space, tx, found), *without_name(space, tx, found)]
    owners = {space.owner_of(key, record) for key, record, _ in rewritten}
    left = {key for key in found.shared if key in space.vault.owners()} - owners
    prune_withdrawn(space, tx, table, found, names, rewritten)
    for owner in sorted(owners):
        renamed |= renew(space, tx, owner)
    rename_recordings(space, tx, renamed)
    for key in sorted(left):
        tx.shred_owner(key)
    return rewritten


def _drop_recordings(space: Workspace, tx: Change, going: Iterable[str]) -> None:
    for key in going:
        drop_recording(space, tx, key, rule="RGT-02", erasure="key-destroyed", cause="withdrawal")


def _leave_recordings(space: Workspace, tx: Change, found: Lineage) -> None:
    """Let the recordings that the letter keeps for the group name the participant no more."""
    for key, one in found.heard.items():
        if key in found.silenced:
            continue
        rest = tuple(who for who in one.participants if who != found.participant)
        kept = one.model_copy(update={"participants": rest})
        tx.save("recording", key, kept.model_dump(mode="json", exclude_none=True), owner=key)


def _forget(space: Workspace, tx: Change, found: Lineage) -> None:
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


def _certify(
    space: Workspace, tx: Change, found: Lineage, outside: Outside, duties: list[str], rewritten: int
) -> str:
    tx.log(
        "withdrawal.erased",
        object_id=found.participant,
        rule="RGT-02",
        details={
            "scopes": [str(one) for one in Scope],
            "transcripts": len(found.own),
            "rewritten": rewritten,
            "recordings": len(found.silenced),
            "quotes": len(found.of_kind("quote")),
            "exports": len(found.exports),
            "outside": len(outside.shown),
        },
    )
    counts = found.counts()
    counts["group recordings"] = len(set(found.heard) & set(found.silenced))
    counts["transcripts written anew"] = rewritten
    counts["outside the tool"] = len(outside.shown)
    return certify(
        space,
        tx,
        "erasure",
        about=found.participant,
        erasure="key-destroyed",
        counts=counts,
        duties=duties,
    )


# --- some scopes only ----------------------------------------------------------------------------------------------


def _erase_some(space: Workspace, participant: str, scopes: tuple[Scope, ...]) -> Erased:
    """Erase the recordings or quotes that were withdrawn, take archived copies back, and narrow the consent."""
    found = trace(space, participant)
    silenced = found.silenced if Scope.AUDIO in scopes else {}
    quotes = [one for one in found.facts if one[0] == "quote"] if Scope.QUOTES in scopes else []
    archived = _archived(space, found) if Scope.ARCHIVE in scopes else {}
    lost_files = silence_files(space, silenced)
    theirs = {*found.own, *found.shared}
    lost = recall(space, archived, theirs)
    shown = [f"the recording {place}" for place in lost_files.values()]
    shown += ["the archive that received an export" for _ in archived]
    with space.vault.change("withdraw") as tx:
        tx.rotate()
        _drop_recordings(space, tx, silenced)
        for kind, key, body in quotes:
            tx.drop(kind, key)
            tx.log("quote.removed", object_id=key, details={"transcript": body["transcript"]})
            for value in body.values():
                if isinstance(value, str) and is_object(space, value):
                    tx.destroy(value)
        forget_exported(space, tx, archived, theirs)
        # The keys of what was destroyed must open nothing in an older copy of the study either.
        rename_recordings(space, tx, renew(space, tx, participant))
        duties = _duties_of_some(space, tx, silenced, lost_files, archived, lost)
        lift(space, tx, participant, Cause.WITHDRAWAL)
        _narrow(space, tx, participant, scopes)
        for key in close_requests(space, tx, participant, Right.ERASURE):
            close_about(space, tx, Duty.ANSWER_RIGHT, key, Evidence.TOOL)
            details = {"right": "erasure", "answer": "done"}
            tx.log("right.answered", object_id=participant, rule="RGT-02", details=details)
        group = len(set(silenced) & set(found.heard))
        counts = {
            "recordings": len(silenced) - group,
            "group recordings": group,
            "quotes": len(quotes),
            "exports": len(archived),
            "outside the tool": len(shown),
        }
        tx.log(
            "withdrawal.erased",
            object_id=participant,
            rule="RGT-02",
            details={
                "scopes": [str(one) for one in scopes],
                "transcripts": 0,
                "rewritten": 0,
                "recordings": len(silenced),
                "quotes": len(quotes),
                "exports": len(archived),
                "outside": len(shown),
            },
        )
        certificate = certify(
            space,
            tx,
            "erasure",
            about=participant,
            erasure="key-destroyed",
            counts=counts,
            duties=duties,
        )
    return Erased(certificate, write_certificates(space), (), tuple(shown))


def _archived(space: Workspace, found: Lineage) -> dict[str, ExportRecord]:
    exports = exports_of(space, {*found.own, *found.shared})
    return {key: one for key, one in exports.items() if one.purpose == "archive"}


def _duties_of_some(
    space: Workspace,
    tx: Change,
    silenced: Iterable[str],
    lost_files: Iterable[str],
    archived: Iterable[str],
    lost: Iterable[str],
) -> list[str]:
    left = []
    lost_ones = set(lost_files)
    for key in silenced:
        close_about(space, tx, Duty.TRANSCRIBE, key, Evidence.TOOL)
        if key not in lost_ones:
            close_about(space, tx, Duty.DELETE_AUDIO, key, Evidence.TOOL)
    for key, one in obligations(space).items():
        if one.met is None and one.duty is Duty.DELETE_AUDIO and one.about in lost_ones:
            bring_forward(space, tx, key)
            left.append(key)
    left += [open_obligation(space, tx, Duty.DELETE_COPY, about=key, cause="withdrawal") for key in lost]
    left += [
        open_obligation(space, tx, Duty.TELL_RECIPIENT, about=key, cause="withdrawal") for key in archived
    ]
    return left


def _narrow(space: Workspace, tx: Change, participant: str, scopes: tuple[Scope, ...]) -> None:
    """Record what the consent covers now."""
    record = space.participants()[participant]
    if not record.consent:
        return
    last = record.consent[-1]
    rest = tuple(scope for scope in last.scopes if scope not in scopes)
    fact = ConsentFact(
        letter_version=last.letter_version, date=last.date, scopes=rest, evidence=last.evidence
    )
    narrowed = record.model_copy(update={"consent": (*record.consent, fact)})
    tx.save(
        "participant", participant, narrowed.model_dump(mode="json", exclude_none=True), owner=participant
    )
