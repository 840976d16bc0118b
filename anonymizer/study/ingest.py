"""Transcripts in: read, told apart by content, matched to participants, sealed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from anonymizer.errors import IntegrityError, RegisterError
from anonymizer.formats import to_json
from anonymizer.model import Transcript
from anonymizer.participants import INTERVIEWER, Duty, Evidence, label_key, map_speakers
from anonymizer.study.audio import transcribed
from anonymizer.study.gates import gate_ingest
from anonymizer.study.obligations import close_about, open_obligation
from anonymizer.study.people import label_map, row_of
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.sources import read_source
from anonymizer.study.workspace import Workspace, new_id
from anonymizer.vault import Master

__all__ = ["Ingested", "ingest_file"]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file: the transcript's id, and whether the study had it already."""

    path: Path
    transcript: str
    new: bool


def ingest_file(
    space: Workspace,
    path: Path,
    *,
    participants: Sequence[str],
    speakers: Mapping[str, str] | None = None,
    remove_source: bool = False,
) -> Ingested:
    """Seal one transcript. The same source twice is one transcript.

    ``participants`` are the ids of those who take part (empty: those whom ``speakers`` names, or else whose row of
    the register names the file); ``speakers`` maps labels to participant ids or ``interviewer`` beyond the register.
    Raises ``UnreadableInput``, ``RegisterError`` or ``GateRefused``; then nothing of the file was imported.
    """
    source, transcript = read_source(path)
    digest = space.keyed_digest(source)
    for key, record in space.transcripts().items():
        if space.vault.unseal(record.digest_object).decode() == digest:
            if remove_source:
                _remove(space, path, source, key)
            return Ingested(path, key, new=False)
    space.need(Master.IDENTITY, Master.WORK)
    told = {label_key(label): who for label, who in (speakers or {}).items()}
    taking_part = tuple(dict.fromkeys([*participants, *(w for w in told.values() if w != INTERVIEWER)]))
    taking_part = taking_part or _named_by_register(space, path.name)
    if not taking_part:
        raise RegisterError("no participant is named for this file", where=str(path), hint=_HOW)
    gate_ingest(space, taking_part, where=str(path))
    labels = {**label_map(space, taking_part), **told}
    mapping = map_speakers(transcript, labels, taking_part, where=str(path))
    unlabelled = not transcript.speakers
    if unlabelled and len(taking_part) > 1:
        raise RegisterError(
            "the transcript has no speaker labels, but several participants",
            where=str(path),
            hint="write a label before each turn",
        )
    ingested = _seal(space, path, source, transcript, digest, taking_part, mapping)
    if space.vault.unseal(space.transcript(ingested.transcript).source_object) != source:
        raise IntegrityError("the sealed copy is not the source; keep the file", where=str(path))
    if remove_source:
        _remove(space, path, source, ingested.transcript)
    return ingested


_HOW = "use --participant CODE, --speaker LABEL=CODE, or the column “transcripts” of participants.csv"


def _named_by_register(space: Workspace, name: str) -> tuple[str, ...]:
    """Return the ids of those whose row names a file of this name."""
    wanted = unicodedata.normalize("NFC", name)
    return tuple(
        key
        for key in space.identities()
        if wanted in {unicodedata.normalize("NFC", file) for file in row_of(space, key).transcripts}
    )


def _seal(
    space: Workspace,
    path: Path,
    source: bytes,
    transcript: Transcript,
    digest: str,
    participants: tuple[str, ...],
    mapping: Mapping[str, str],
) -> Ingested:
    key = new_id()
    shared = len(participants) > 1
    owner = key if shared else participants[0]
    number = 1 + max((record.number for record in space.transcripts().values()), default=0)
    with space.vault.change("ingest") as tx:
        if shared:
            tx.new_owner(owner)
        source_object = tx.seal("source", owner, Master.IDENTITY, source)
        text_object = tx.seal("original", owner, Master.IDENTITY, to_json(transcript))
        digest_object = tx.seal("source-digest", owner, Master.WORK, digest.encode())
        row = {"name": path.name, "speakers": dict(mapping)}
        tx.put_row(owner, "source", source_object, json.dumps(row).encode())
        record = TranscriptRecord(
            number=number,
            format=transcript.format,
            participants=participants,
            turns=len(transcript.turns),
            words=transcript.word_count,
            digest_object=digest_object,
            source_object=source_object,
            text_object=text_object,
        )
        space.save_transcript(tx, key, record)
        space.log_identity(tx, "ingest", len(participants))
        open_obligation(
            space,
            tx,
            Duty.DELETE_SOURCE,
            about=key,
            owner=owner,
            place=str(path.resolve()),
            digest=digest,
            cause="ingest",
        )
        transcribed(space, tx, participants)
        tx.log(
            "transcript.ingested",
            object_id=key,
            details={
                "participants": list(participants),
                "format": transcript.format,
                "turns": record.turns,
                "words": record.words,
                "version": 1,
                "ciphertext": space.vault.info(text_object).digest,
            },
        )
    return Ingested(path, key, new=True)


def _remove(space: Workspace, path: Path, source: bytes, transcript: str) -> None:
    """Delete a source file whose sealed copy was read back and is the same."""
    space.need(Master.IDENTITY)
    if space.vault.unseal(space.transcript(transcript).source_object) != source:
        raise IntegrityError("the sealed copy is not the source; the file was kept", where=str(path))
    path.unlink()
    with space.vault.change() as tx:
        tx.log("source.removed", object_id=transcript, details={"erasure": "deleted"})
        close_about(space, tx, Duty.DELETE_SOURCE, transcript, Evidence.TOOL)
