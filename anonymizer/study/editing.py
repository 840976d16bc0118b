"""Single transcripts mended: turns struck, a source replaced, a mistaken participant put right, a transcript removed.

Each is one change: the text is written anew, every key that sealed the old one is dropped, exports that hold it are
taken back, and what can't be reached becomes an obligation.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anonymizer.errors import RegisterError, UsageError
from anonymizer.model import Transcript
from anonymizer.participants import (
    INTERVIEWER,
    Duty,
    Evidence,
    label_key,
    map_speakers,
    rights_wordings,
)
from anonymizer.pseudonymise import written_standard
from anonymizer.study.copies import delete_sources_of, exports_of, forget_exported, recall
from anonymizer.study.gates import gate_ingest
from anonymizer.study.holds import refuse_held
from anonymizer.study.lineage import FACTS
from anonymizer.study.obligations import meet, obligations, open_obligation, place_of
from anonymizer.study.people import label_map
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.removing import blank, forget_unsaid
from anonymizer.study.rewriting import Rewritten, is_object, rename_recordings, renew, rewrite
from anonymizer.study.rights import Right, is_asked, log_answer
from anonymizer.study.sources import read_source
from anonymizer.study.workspace import Workspace, new_id
from anonymizer.vault import Change, Master

__all__ = ["Replaced", "by_number", "move", "remove", "replace_source", "strike"]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A transcript after its source was replaced: its new version, decisions carried, and those to take again."""

    version: int
    carried: int
    questioned: int


def by_number(space: Workspace, number: int) -> tuple[str, TranscriptRecord]:
    """Return a transcript's id and record; raise ``UsageError`` if there is no such number."""
    for key, record in space.transcripts().items():
        if record.number == number:
            return key, record
    raise UsageError("there is no transcript of this number", hint="see: anonymizer transcript list")


def strike(space: Workspace, number: int, turns: Collection[int]) -> int:
    """Strike turns from every version of a transcript: something said off the record. Returns the new version.

    Turns count from 0, as findings do. The source file is deleted where it stands unchanged; what the key table knew
    only from these words is forgotten.
    """
    space.need(*Master)
    key, record = by_number(space, number)
    refuse_held(space, record)
    old = space.original(record)
    wrong = [turn for turn in turns if not 0 <= turn < len(old.turns)]
    if wrong or not turns:
        raise UsageError(
            f"turns go from 0 to {len(old.turns) - 1}",
            where=f"transcript {number}",
            hint=f"see: anonymizer transcript show {number} --original --numbers",
        )
    mark = rights_wordings().turn_struck.say(written_standard(old))
    struck = tuple(
        replace(blank(turn, mark), speaker=turn.speaker, role=turn.role) if at in turns else turn
        for at, turn in enumerate(old.turns)
    )
    lost = _recall(space, key)
    # The file it came from is a version too.
    gone = delete_sources_of(space, key, record)
    with space.vault.change("strike") as tx:
        tx.rotate()
        for duty in gone:
            meet(space, tx, duty, Evidence.TOOL)
        speakers = space.source(key).speakers
        done = rewrite(space, tx, key, record, replace(old, turns=struck), speakers=speakers)
        _drop_facts(space, tx, key, turns=set(turns))
        _finish(space, tx, key, {space.owner_of(key, record)}, lost, cause="strike")
        tx.log(
            "transcript.struck",
            object_id=key,
            details={
                "version": done.record.version,
                "turns": len(set(turns)),
                "versions_rewritten": 1,
                "ciphertext": space.vault.info(done.record.text_object).digest,
            },
        )
    return done.record.version


def replace_source(
    space: Workspace, number: int, path: Path, *, keep_old: str = "", rectified: bool = False
) -> Replaced:
    """Put another file in a transcript's place: a new sealed version, searched anew, decisions carried.

    The old version is destroyed, and with it the file it came from where that stands unchanged, unless ``keep_old``
    gives the ground on which it is kept, restricted. ``rectified`` says that a participant asked for it (GDPR art. 16).
    """
    space.need(*Master)
    key, record = by_number(space, number)
    refuse_held(space, record)
    source, new = read_source(path)
    before = space.source(key).speakers
    old = space.original(record)
    speakers = _speakers(space, new, record.participants, before, str(path))
    lost = _recall(space, key)
    gone = [] if keep_old else _old_sources(space, key, record, path)
    with space.vault.change("rectify" if rectified else "replace") as tx:
        tx.rotate()
        owner = space.owner_of(key, record)
        for duty in gone:
            meet(space, tx, duty, Evidence.TOOL)
        if keep_old:
            _keep_restricted(space, tx, key, record, owner, keep_old)
        done = rewrite(space, tx, key, record, new, speakers=speakers, source=source, redetect=old != new)
        _finish(space, tx, key, {owner}, lost, cause="rectification" if rectified else "replace")
        open_obligation(
            space,
            tx,
            Duty.DELETE_SOURCE,
            about=key,
            owner=owner,
            place=str(path.resolve()),
            digest=space.keyed_digest(source),
            cause="ingest",
        )
        _log_replaced(space, tx, key, done, kept=bool(keep_old), rectified=rectified)
    return Replaced(done.record.version, done.carried, done.lost)


def _old_sources(space: Workspace, key: str, record: TranscriptRecord, new: Path) -> list[str]:
    """Delete the files that the version to be destroyed came from; return the duties met, one written over included."""
    same_place = [
        duty
        for duty, one in obligations(space).items()
        if one.met is None
        and (one.duty, one.about) == (Duty.DELETE_SOURCE, key)
        and place_of(space, one) == str(new.resolve())
    ]
    return [*same_place, *delete_sources_of(space, key, record, but=new)]


def _log_replaced(
    space: Workspace, tx: Change, key: str, done: Rewritten, *, kept: bool, rectified: bool
) -> None:
    record = done.record
    if rectified:
        details: dict[str, object] = {
            "version": record.version,
            "carried": done.carried,
            "questioned": done.lost,
            "old": "restricted" if kept else "destroyed",
        }
        tx.log("participant.rectified", object_id=key, details=details)
        for participant in record.participants:
            if is_asked(space, participant, Right.RECTIFICATION):
                log_answer(space, tx, participant, Right.RECTIFICATION)
    details = {
        "version": record.version,
        "turns": record.turns,
        "words": record.words,
        "ciphertext": space.vault.info(record.text_object).digest,
    }
    tx.log("transcript.replaced", object_id=key, details=details)


def _keep_restricted(
    space: Workspace, tx: Change, key: str, record: TranscriptRecord, owner: str, ground: str
) -> None:
    kept = tx.seal("original", owner, Master.IDENTITY, space.vault.unseal(record.text_object))
    note = tx.seal("note", owner, Master.WORK, ground.encode())
    tx.save(
        "restricted-version",
        new_id(),
        {"transcript": key, "version": record.version, "object": kept, "ground": note},
        owner=owner,
    )


def move(
    space: Workspace, number: int, participants: Sequence[str], speakers: Mapping[str, str] | None = None
) -> None:
    """Give a transcript to other participants: a mistake at ingest is put right. Ids, not codes.

    The keys of those it was taken from open nothing of it any more.
    """
    space.need(*Master)
    key, record = by_number(space, number)
    refuse_held(space, record)
    text = space.original(record)
    taking_part = tuple(dict.fromkeys(participants))
    gate_ingest(space, taking_part, where=f"transcript {number}", coming=False)
    mapping = _speakers(space, text, taking_part, speakers or {}, f"transcript {number}")
    before = space.owner_of(key, record)
    after = taking_part[0] if len(taking_part) == 1 else key
    if after == key and key in space.vault.shredded:
        raise UsageError(
            "this transcript had its own key destroyed", hint="remove it and ingest the file again"
        )
    with space.vault.change("move") as tx:
        if after not in space.vault.owners():
            tx.new_owner(after)
        tx.rotate()
        done = rewrite(space, tx, key, record, text, speakers=mapping, participants=taking_part)
        owners = {before, after} - ({key} if before == key != after else set())
        _finish(space, tx, key, owners, [], cause="move")
        if before == key != after:
            tx.shred_owner(key, cause="remove")
        tx.log(
            "transcript.moved",
            object_id=key,
            details={
                "participants": list(taking_part),
                "ciphertext": space.vault.info(done.record.text_object).digest,
            },
        )


def remove(space: Workspace, number: int) -> None:
    """Remove a transcript with everything made from it; what it was sealed with is dropped."""
    space.need(*Master)
    key, record = by_number(space, number)
    owner = space.owner_of(key, record)
    lost = _recall(space, key)
    with space.vault.change("remove") as tx:
        tx.rotate()
        _drop_facts(space, tx, key, turns=None)
        tx.drop("transcript", key)
        if owner == key:
            tx.shred_owner(key, cause="remove")
            _obligations(space, tx, key, lost, "remove")
        else:
            for object_id in _objects(record):
                tx.destroy(object_id)
            tx.drop_row(record.source_object)
            _finish(space, tx, key, {owner}, lost, cause="remove")
        forget_exported(space, tx, exports_of(space, [key]), [key])
        tx.log(
            "transcript.removed",
            object_id=key,
            details={"versions": record.version, "erasure": "key-destroyed"},
        )


def _objects(record: TranscriptRecord) -> list[str]:
    found = (
        *(record.text_object, record.source_object, record.digest_object),
        *(record.findings_object, record.decisions_object, record.clean_object),
    )
    return [one for one in found if one is not None]


def _speakers(
    space: Workspace,
    transcript: Transcript,
    participants: Sequence[str],
    told: Mapping[str, str],
    where: str,
) -> dict[str, str]:
    known = {label_key(label): who for label, who in told.items() if who in {*participants, INTERVIEWER}}
    labels = {**label_map(space, participants), **known}
    mapping = map_speakers(transcript, labels, participants, where=where)
    if not transcript.speakers and len(participants) > 1:
        raise RegisterError("the transcript has no speaker labels, but several participants", where=where)
    return mapping


def _recall(space: Workspace, key: str) -> list[str]:
    return recall(space, exports_of(space, [key]), [key])


def _drop_facts(space: Workspace, tx: Change, key: str, *, turns: set[int] | None) -> None:
    for kind in FACTS:
        for fact, _, body in tuple(space.vault.all(kind)):
            if body.get("transcript") != key:
                continue
            here = body.get("turns")
            if turns is not None and isinstance(here, list) and not turns & set(here):
                continue
            if turns is not None and kind != "quote":
                continue
            tx.drop(kind, fact)
            if kind == "quote":
                tx.log("quote.removed", object_id=fact, details={"transcript": key})
            for value in body.values():
                if isinstance(value, str) and is_object(space, value):
                    tx.destroy(value)


def _finish(
    space: Workspace, tx: Change, key: str, owners: Collection[str], lost: Sequence[str], *, cause: str
) -> None:
    """Forget what was known only from words that went, and drop every key that sealed them."""
    tx.log("keytable.read", details={"purpose": "rectify", "rows": len(owners)})
    forget_unsaid(space, tx, owners)
    renamed: dict[str, str] = {}
    for owner in sorted(owners):
        renamed |= renew(space, tx, owner)
    rename_recordings(space, tx, renamed)
    if cause != "move":
        forget_exported(space, tx, exports_of(space, [key]), [key])
        _obligations(space, tx, key, lost, cause)


def _obligations(space: Workspace, tx: Change, key: str, lost: Sequence[str], cause: str) -> None:
    for export in lost:
        open_obligation(space, tx, Duty.DELETE_COPY, about=export, cause=cause)
    asked = {one.about for one in obligations(space).values() if one.met is None and one.cause == cause}
    for backup, _, body in tuple(space.vault.all("backup")):
        if not body.get("deleted") and backup not in asked:
            open_obligation(space, tx, Duty.DELETE_BACKUP, about=backup, cause=cause)
