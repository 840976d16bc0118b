"""What every stage stands on: an open vault, the pack in force, and typed reads and writes of what is sealed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from anonymizer.data import Pack, load_pack
from anonymizer.errors import IntegrityError, Locked, UsageError
from anonymizer.formats import from_json, to_json
from anonymizer.model import Action, Decision, EntityType, Finding, Tier, Transcript
from anonymizer.pseudonymise import KeyTable
from anonymizer.study.decisions import decision_from_dict, decision_to_dict, text_at
from anonymizer.study.profile import Profile, load_profile, write_whole
from anonymizer.study.records import ExportRecord, ParticipantRecord, TranscriptRecord
from anonymizer.vault import STUDY_OWNER, Change, Master, Places, Vault

__all__ = ["Source", "Workspace", "find_places", "finding_to_dict", "new_id", "remember_keys", "utc_now"]

_KEY_ROWS = ("participant", "staff", "person", "place", "organisation")

KeyUse = Literal["ingest", "detect", "review", "pseudonymise", "re-identify", "register", "export"]


def utc_now() -> dt.datetime:
    """Return the time now, in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _home(variable: str, fallback: str) -> Path:
    value = os.environ.get(variable, "")
    return Path(value) if value else Path.home() / fallback


def find_places(directory: Path, study_id: str, keys: Path | None = None) -> Places:
    """Return where a study's three folders stand.

    The key folder is, in this order: ``keys``, ``ANONYMIZER_KEYS``, the folder this machine last used for the
    study, ``$XDG_DATA_HOME/anonymizer/keys/<study id>``.
    """
    state = _home("XDG_STATE_HOME", ".local/state") / "anonymizer" / study_id
    if keys is None and os.environ.get("ANONYMIZER_KEYS"):
        keys = Path(os.environ["ANONYMIZER_KEYS"])
    if keys is None:
        try:
            keys = Path((state / "keys-folder").read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError):
            keys = _home("XDG_DATA_HOME", ".local/share") / "anonymizer" / "keys" / study_id
    return Places(study=directory.resolve(), keys=keys.resolve(), state=state)


def remember_keys(places: Places) -> None:
    """Note on this machine where the key folder is, so that it need not be named every time."""
    note = places.state / "keys-folder"
    content = f"{places.keys}\n".encode()
    try:
        if note.read_bytes() == content:
            return
    except OSError:
        pass
    places.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(note, content)


@dataclass(frozen=True, slots=True)
class Source:
    """What is sealed of where a transcript came from: its file name and who stands behind each label."""

    name: str
    speakers: Mapping[str, str]


@dataclass
class Workspace:
    """An open study: the vault and the pack, with reads and writes in the domain's words."""

    places: Places
    profile: Profile
    vault: Vault
    _opened_for: set[str] = field(default_factory=set)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        keys: Path | None = None,
        passphrase: str | None = None,
        masters: frozenset[Master] = frozenset(),
    ) -> Workspace:
        """Open a study; without a passphrase only its plain facts and its log can be read."""
        profile = load_profile(directory)
        places = find_places(directory, profile.id, keys)
        vault = Vault.open(places, passphrase=passphrase, masters=masters)
        if vault.study_id != profile.id:
            vault.close()
            raise IntegrityError("study.yaml and study.db are of two studies", where=str(directory))
        if passphrase is not None:
            remember_keys(places)
        return cls(places, profile, vault)

    @cached_property
    def pack(self) -> Pack:
        """Return the pack in force."""
        own = self.places.study / self.profile.pack
        return load_pack(own if self.profile.pack.endswith(".yaml") else self.profile.pack)

    # participants

    def participants(self) -> dict[str, ParticipantRecord]:
        """Return every participant's record by id."""
        return {key: ParticipantRecord.model_validate(body) for key, _, body in self.vault.all("participant")}

    def participant_by_code(self, code: str) -> str:
        """Return the id of the participant with this code; raise ``UsageError`` if there is none."""
        for key, record in self.participants().items():
            if record.code == code:
                return key
        raise UsageError("no participant has this code", hint="see: anonymizer participant list")

    # transcripts

    def transcripts(self) -> dict[str, TranscriptRecord]:
        """Return every transcript's record by id, in the order they came."""
        records = {
            key: TranscriptRecord.model_validate(body) for key, _, body in self.vault.all("transcript")
        }
        return dict(sorted(records.items(), key=lambda item: item[1].number))

    def transcript(self, transcript_id: str) -> TranscriptRecord:
        """Return one transcript's record; raise ``UsageError`` if there is none."""
        body = self.vault.load("transcript", transcript_id)
        if body is None:
            raise UsageError(
                "there is no such transcript", where=transcript_id, hint="see: anonymizer status"
            )
        return TranscriptRecord.model_validate(body)

    def owner_of(self, transcript_id: str, record: TranscriptRecord) -> str:
        """Return whose data keys seal a transcript: its only participant, or the transcript itself if shared."""
        return record.participants[0] if len(record.participants) == 1 else transcript_id

    def original(self, record: TranscriptRecord) -> Transcript:
        """Return the transcript as it came (identity)."""
        return from_json(self.vault.unseal(record.text_object))

    def clean(self, record: TranscriptRecord) -> Transcript:
        """Return the pseudonymised transcript (work)."""
        if record.clean_object is None:
            raise UsageError("the transcript is not pseudonymised yet", hint="run: anonymizer pseudonymise")
        return from_json(self.vault.unseal(record.clean_object))

    def source(self, transcript_id: str) -> Source:
        """Return where a transcript came from (identity)."""
        record = self.transcript(transcript_id)
        for row_id, _, value in self.vault.rows(kind="source", owner=self.owner_of(transcript_id, record)):
            if row_id == record.source_object:
                body = json.loads(value)
                return Source(body["name"], body["speakers"])
        raise IntegrityError("the key table lacks a transcript's speakers", where=transcript_id)

    def decisions(self, record: TranscriptRecord) -> tuple[Decision, ...]:
        """Return a transcript's decisions (work)."""
        if record.decisions_object is None:
            return ()
        return tuple(
            decision_from_dict(body) for body in json.loads(self.vault.unseal(record.decisions_object))
        )

    def findings(self, record: TranscriptRecord, transcript: Transcript) -> tuple[Finding, ...]:
        """Return a transcript's findings (work), their text taken from the original."""
        if record.findings_object is None:
            return ()
        return tuple(
            _finding_from_dict(body, transcript)
            for body in json.loads(self.vault.unseal(record.findings_object))
        )

    # writing

    def save_transcript(self, tx: Change, transcript_id: str, record: TranscriptRecord) -> None:
        """Write a transcript's record."""
        tx.save(
            "transcript",
            transcript_id,
            record.model_dump(mode="json", exclude_none=True),
            owner=self.owner_of(transcript_id, record),
        )

    def seal_findings(
        self, tx: Change, transcript_id: str, record: TranscriptRecord, findings: Sequence[Finding]
    ) -> TranscriptRecord:
        """Seal findings, without their text, and return the record that points at them."""
        content = json.dumps([finding_to_dict(finding) for finding in findings]).encode()
        sealed = self._replace(tx, transcript_id, record, "findings", record.findings_object, content)
        return record.model_copy(
            update={"findings_object": sealed, "findings_generation": record.findings_generation + 1}
        )

    def seal_decisions(
        self, tx: Change, transcript_id: str, record: TranscriptRecord, decisions: Sequence[Decision]
    ) -> TranscriptRecord:
        """Seal decisions and return the record that points at them."""
        content = json.dumps([decision_to_dict(decision) for decision in decisions]).encode()
        sealed = self._replace(tx, transcript_id, record, "decisions", record.decisions_object, content)
        return record.model_copy(
            update={"decisions_object": sealed, "decisions_generation": record.decisions_generation + 1}
        )

    def seal_clean(
        self, tx: Change, transcript_id: str, record: TranscriptRecord, transcript: Transcript
    ) -> TranscriptRecord:
        """Seal the pseudonymised transcript and return the record that points at it."""
        sealed = self._replace(tx, transcript_id, record, "clean", record.clean_object, to_json(transcript))
        return record.model_copy(update={"clean_object": sealed})

    def _replace(
        self,
        tx: Change,
        transcript_id: str,
        record: TranscriptRecord,
        kind: str,
        old: str | None,
        content: bytes,
    ) -> str:
        if old is not None:
            tx.reseal(old, content)
            return old
        return tx.seal(kind, self.owner_of(transcript_id, record), Master.WORK, content)

    # the key table

    def key_table(self) -> KeyTable:
        """Return the key table (identity)."""
        return KeyTable.from_rows(
            (owner, kind, row_id, value)
            for kind in _KEY_ROWS
            for row_id, owner, value in self.vault.rows(kind=f"key.{kind}")
        )

    def save_key_table(self, tx: Change, old: KeyTable, new: KeyTable) -> int:
        """Write the rows of ``new`` that differ from ``old``; return how many."""
        before = {row_id: value for _, _, row_id, value in old.rows()}
        changed = 0
        after = set()
        for owner, kind, row_id, value in new.rows():
            after.add(row_id)
            if before.get(row_id) != value:
                tx.put_row(owner, f"key.{kind}", row_id, value)
                changed += 1
        for row_id in before.keys() - after:
            tx.drop_row(row_id)
            changed += 1
        return changed

    def identities(self) -> dict[str, dict[str, Any]]:
        """Return the register's rows by participant id (identity)."""
        return {owner: json.loads(value) for _, owner, value in self.vault.rows(kind="identity")}

    def log_identity(self, tx: Change, purpose: KeyUse, rows: int) -> None:
        """Log that the key table was read, once for each purpose while the study is open."""
        if purpose not in self._opened_for:
            self._opened_for.add(purpose)
            tx.log("keytable.read", details={"purpose": purpose, "rows": rows})

    # digests

    def keyed_digest(self, content: bytes) -> str:
        """Return a digest of ``content`` that says nothing without the study's work master."""
        return self.keyed_digest_of([content])

    def keyed_digest_of(self, pieces: Iterable[bytes]) -> str:
        """Return the ``keyed_digest`` of content that comes piece by piece, in constant memory."""
        for info in self.vault.objects(owner=STUDY_OWNER, kind="digest-key"):
            digest = hmac.new(self.vault.unseal(info.id), digestmod=hashlib.sha256)
            for piece in pieces:
                digest.update(piece)
            return digest.hexdigest()
        raise IntegrityError("the study lacks its digest key", hint="restore a backup")

    def exports(self) -> dict[str, ExportRecord]:
        """Return what has been exported, by id."""
        return {key: ExportRecord.model_validate(body) for key, _, body in self.vault.all("export")}

    @property
    def log_key(self) -> bytes:
        """Return the log's public key."""
        key = self.vault.log.key
        if key is None:
            raise IntegrityError("the log has no key", hint="restore a backup")
        return key.public

    def need(self, *masters: Master) -> None:
        """Raise ``Locked`` unless every master key of ``masters`` is at hand."""
        missing = [master for master in masters if master not in self.vault.masters]
        if missing:
            raise Locked(
                f"this needs the {missing[0].value} key",
                hint="give the passphrase of a slot that holds it",
            )


def new_id() -> str:
    """Return a random id."""
    return secrets.token_hex(16)


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding as it is sealed, without its text."""
    # The speaker's label may be a name: it is read again from the original, like the text.
    return {
        "type": finding.entity_type,
        "start": finding.start,
        "end": finding.end,
        "score": round(finding.score, 4),
        "recognizer": finding.recognizer,
        "turn": finding.turn,
        "part": finding.part,
        "tier": finding.tier,
        "action": finding.action,
        "entity": finding.entity,
    }


def _finding_from_dict(body: Mapping[str, Any], transcript: Transcript) -> Finding:
    try:
        turn, part, start, end = body["turn"], body["part"], body["start"], body["end"]
        text = text_at(transcript, turn, part)
        return Finding(
            entity_type=EntityType(body["type"]),
            start=start,
            end=end,
            text=text[start:end],
            score=body["score"],
            recognizer=body["recognizer"],
            turn=turn,
            part=part,
            speaker=None if turn is None else transcript.turns[turn].speaker,
            tier=Tier(body["tier"]),
            action=Action(body["action"]),
            entity=body["entity"],
        )
    except (KeyError, TypeError, ValueError):
        raise IntegrityError("a stored finding cannot be read", hint="run detect again") from None
