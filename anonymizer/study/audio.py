"""Custody of recordings: registered by content, deleted when promised, certified. Hours of sound in constant memory.

A voice is personal data, distorted or not (rules.md AUD-01): a recording is never called anonymous.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonymizer.errors import AnonymizerError, IntegrityError, UnreadableInput, UsageError
from anonymizer.participants import AudioDeleted, Duty, Evidence, due_date
from anonymizer.study.audio_gate import RECORDERS, gate_recording
from anonymizer.study.certificates import certify, write_certificates
from anonymizer.study.obligations import close_about, meet, obligations, open_obligation
from anonymizer.study.project import letter_of, project_of
from anonymizer.study.records import Recording
from anonymizer.study.rewriting import rename_recordings, renew
from anonymizer.study.workspace import Workspace, new_id
from anonymizer.vault import Change, Master, point

__all__ = [
    "DeletedRecording",
    "Recording",
    "add_recording",
    "delete_file",
    "delete_recording",
    "drop_recording",
    "recordings",
    "transcribed",
    "was_removed",
]

KIND = "recording"
_PIECE = 1 << 20
_YEAR = 365
"""Days until a recording is looked at again where neither letter nor profile gives a date."""


@dataclass(frozen=True, slots=True)
class DeletedRecording:
    """What became of a recording: its certificate, and whether the tool itself deleted the file."""

    certificate: str
    folder: Path
    file_deleted: bool


def recordings(space: Workspace) -> dict[str, Recording]:
    """Return the recordings that are registered and not deleted, by id."""
    return {key: Recording.model_validate(body) for key, _, body in space.vault.all(KIND)}


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise UnreadableInput(
            f"the recording cannot be read ({error.strerror or 'input error'})", where=str(path)
        ) from None


def add_recording(
    space: Workspace,
    path: Path,
    participants: Sequence[str],
    *,
    recorder: str,
    recorded: dt.date,
    seal: bool = False,
    remove_source: bool = False,
) -> str:
    """Register a recording of one participant or a group by its content; return its id.

    The same content twice is one recording. ``seal`` takes a sealed copy into the study; ``remove_source`` then
    deletes the file once the copy was read back. Raises ``GateRefused``: PRJ-04 where the pack allows no recording,
    CON-01 without everyone's consent to one, AUD-02 for a recorder that is not allowed, unless waived.
    """
    space.need(*Master)
    everyone = tuple(dict.fromkeys(participants))
    if not everyone:
        raise UsageError("nobody is named who speaks in the recording", hint="use --participant CODE")
    if recorder not in RECORDERS:
        raise UsageError("there is no such recorder", hint=f"one of {', '.join(RECORDERS)}")
    if remove_source and not seal:
        raise UsageError("a recording is removed only when a sealed copy is kept", hint="add --seal")
    gate_recording(space, everyone, recorder, str(path))
    digest = space.keyed_digest_of(_pieces(path))
    for key, one in recordings(space).items():
        if space.vault.unseal(one.digest).decode() == digest:
            if remove_source and one.object is not None:
                _remove(space, path, key)
            return key
    when = min((_promised(space, one) for one in everyone), key=list(AudioDeleted).index)
    due = _due(space, when, recorded)
    key = new_id()
    owner = everyone[0] if len(everyone) == 1 else key
    with space.vault.change("ingest") as tx:
        if owner == key:
            tx.new_owner(key)
        copy = tx.seal("recording", owner, Master.IDENTITY, _pieces(path)) if seal else None
        one = Recording(
            participants=everyone,
            recorder=recorder,
            recorded=recorded,
            delete=when,
            due=due,
            digest=tx.seal("source-digest", owner, Master.WORK, digest.encode()),
            place=tx.seal("place", owner, Master.WORK, str(path.resolve()).encode()),
            object=copy,
        )
        waiting = _untranscribed(space, everyone)
        tx.save(KIND, key, one.model_dump(mode="json", exclude_none=True), owner=owner)
        tx.log(
            "audio.added",
            object_id=key,
            rule="AUD-03",
            details={"delete": when, "due": due.isoformat(), "sealed": seal, "recorder": recorder},
        )
        open_obligation(space, tx, Duty.DELETE_AUDIO, about=key, due=due, cause=when)
        if waiting:
            open_obligation(space, tx, Duty.TRANSCRIBE, about=key, due=due_date(Duty.TRANSCRIBE, recorded))
    if remove_source:
        _remove(space, path, key)
    return key


def _untranscribed(space: Workspace, participants: Collection[str]) -> bool:
    """Tell whether one more recording of just these people still waits to be written out."""
    written = sum(set(one.participants) == set(participants) for one in space.transcripts().values())
    return written <= sum(set(one.participants) == set(participants) for one in recordings(space).values())


def transcribed(space: Workspace, tx: Change, participants: Collection[str]) -> None:
    """Meet the oldest duty to write out a recording of just these people: an interview of theirs has come in."""
    known = recordings(space)
    waiting = [
        (one.due, key, one.about)
        for key, one in obligations(space).items()
        if one.met is None and one.duty is Duty.TRANSCRIBE
    ]
    for _, key, about in sorted(waiting):
        spoken = set(known[about].participants) if about in known else {about}
        if set(participants) <= spoken or (about not in known and about in participants):
            meet(space, tx, key, Evidence.TOOL)
            return


def _promised(space: Workspace, participant: str) -> AudioDeleted:
    letter = letter_of(space, participant)
    if letter is not None and letter.audio_deleted is not None:
        return letter.audio_deleted
    pack = space.pack.audio.delete
    return {
        "after-analysis": AudioDeleted.AFTER_ANALYSIS,
        "project-end": AudioDeleted.AT_END,
    }.get(pack, AudioDeleted.AFTER_TRANSCRIPTION)


def _due(space: Workspace, when: AudioDeleted, recorded: dt.date) -> dt.date:
    if when is AudioDeleted.AFTER_TRANSCRIPTION:
        return recorded + dt.timedelta(days=space.pack.audio.within_days)
    return project_of(space).ends or recorded + dt.timedelta(days=_YEAR)


def _remove(space: Workspace, path: Path, key: str) -> None:
    one = recordings(space)[key]
    if one.object is None:
        raise IntegrityError("there is no sealed copy; the file was kept", where=str(path))
    if (
        space.keyed_digest_of(space.vault.unseal_stream(one.object))
        != space.vault.unseal(one.digest).decode()
    ):
        raise IntegrityError("the sealed copy is not the recording; the file was kept", where=str(path))
    path.unlink()
    with space.vault.change() as tx:
        tx.log("source.removed", object_id=key, details={"erasure": "deleted"})


def find_recording(space: Workspace, what: str) -> str:
    """Return the id of a recording named by the first digits of its id, or by a file with its content."""
    known = recordings(space)
    found = [key for key in known if len(what) >= 4 and key.startswith(what)]
    if len(found) == 1:
        return found[0]
    path = Path(what)
    if path.is_file():
        digest = space.keyed_digest_of(_pieces(path))
        for key, one in known.items():
            if space.vault.unseal(one.digest).decode() == digest:
                return key
    raise UsageError(
        "no recording is meant", hint="give a file with its content, or its id: anonymizer audio list"
    )


def delete_file(space: Workspace, recording: Recording, *more: Path) -> bool:
    """Delete the files with a recording's content: where it was registered, and ``more``; tell whether one is gone."""
    place = Path(space.vault.unseal(recording.place).decode())
    digest = space.vault.unseal(recording.digest).decode()
    gone = False
    for path in dict.fromkeys([*more, place]):
        if path.is_file() and space.keyed_digest_of(_pieces(path)) == digest:
            try:
                path.unlink()
                point()
            except OSError as error:
                raise AnonymizerError(
                    f"the recording cannot be deleted ({error.strerror or 'error'})", where=str(path)
                ) from None
            gone = True
    return gone


def was_removed(space: Workspace, key: str) -> bool:
    """Tell whether the tool itself deleted a recording's file when its sealed copy was verified."""
    return any(
        entry.action == "source.removed" and entry.object == key for entry in space.vault.log.entries()
    )


def drop_recording(space: Workspace, tx: Change, key: str, *, rule: str, erasure: str, cause: str) -> None:
    """Take a recording out of the study with all that is sealed of it; a group's own key is destroyed.

    A recording of one lies under the participant's key: the caller makes that anew, or destroys it.
    """
    one = recordings(space)[key]
    tx.drop(KIND, key)
    if key in space.vault.owners():
        tx.shred_owner(key, cause=cause)
    else:
        for object_id in (one.object, one.digest, one.place):
            if object_id is not None:
                tx.destroy(object_id)
    tx.log("audio.deleted", object_id=key, rule=rule, details={"erasure": erasure})


def delete_recording(space: Workspace, what: str, *, by_hand: bool = False) -> DeletedRecording:
    """Delete a recording and certify it: the sealed copy with its key, and the file if it is where it was.

    ``by_hand`` says that a person has deleted the file elsewhere. Without it a file that is neither deleted here nor
    found is an error, since nothing could be certified.
    """
    space.need(*Master)
    key = find_recording(space, what)
    one = recordings(space)[key]
    gone = delete_file(space, one, *([Path(what)] if Path(what).is_file() else []))
    if not gone and not by_hand and not was_removed(space, key):
        raise UsageError(
            "the file is not where it was, so that its deletion can't be certified",
            where=space.vault.unseal(one.place).decode(),
            hint="name it, or say that you have deleted it yourself: --confirmed",
        )
    erasure = "key-destroyed" if one.object else "deleted" if gone else "confirmed-by-hand"
    with space.vault.change("remove") as tx:
        tx.rotate()
        drop_recording(space, tx, key, rule="AUD-03", erasure=erasure, cause="remove")
        if len(one.participants) == 1:
            rename_recordings(space, tx, renew(space, tx, one.participants[0]))
        evidence = Evidence.HAND if by_hand and not gone else Evidence.TOOL
        close_about(space, tx, Duty.DELETE_AUDIO, key, evidence)
        close_about(space, tx, Duty.TRANSCRIBE, key, evidence)
        certificate = certify(space, tx, "audio", about=key, erasure=erasure, counts={"recordings": 1})
    return DeletedRecording(certificate, write_certificates(space), gone)
