"""A sealed transcript written anew: what went is gone from every version of it, what stays keeps its decisions.

Used by withdrawal, striking, replacing and rectifying. The caller makes fresh data keys first (``Change.rotate``) and
calls ``renew`` for every owner touched, so that no key that is left opens the old text in an older copy of the study.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from anonymizer.formats import to_json, write
from anonymizer.model import Transcript
from anonymizer.study.carrying import carry
from anonymizer.study.decisions import decision_to_dict
from anonymizer.study.lineage import FACTS
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace, finding_to_dict
from anonymizer.vault import Change, Master

__all__ = ["Rewritten", "is_object", "rename_recordings", "renew", "rewrite"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A transcript after it was written anew: its record, and how many decisions were carried and lost."""

    record: TranscriptRecord
    carried: int
    lost: int


def rewrite(
    space: Workspace,
    tx: Change,
    key: str,
    record: TranscriptRecord,
    new: Transcript,
    *,
    speakers: Mapping[str, str],
    participants: tuple[str, ...] | None = None,
    source: bytes | None = None,
    redetect: bool = False,
) -> Rewritten:
    """Seal ``new`` in place of a transcript's text, source, findings and decisions; the clean text is destroyed.

    ``participants`` None leaves those who take part; with others the transcript may pass to another owner, whose
    key must be there. ``source`` None writes the source anew from the text. ``redetect`` drops the findings, so that
    the whole text is searched again; else those on unchanged words are carried.
    """
    old = space.original(record)
    findings, decisions = space.findings(record, old), space.decisions(record)
    before = space.owner_of(key, record)
    after = record.model_copy(update={"participants": participants or record.participants})
    owner = space.owner_of(key, after)
    store = _Store(tx, owner, moved=owner != before)
    content = write(new, None) if source is None else source
    version = record.version + 1
    kept = tuple(replace(one, version=version) for one in carry(old, new, decisions))
    update: dict[str, object] = {
        "version": version,
        "format": new.format,
        "turns": len(new.turns),
        "words": new.word_count,
        "text_object": store.put("original", Master.IDENTITY, record.text_object, to_json(new)),
        "source_object": store.put("source", Master.IDENTITY, record.source_object, content),
        "digest_object": store.put(
            "source-digest", Master.WORK, record.digest_object, space.keyed_digest(content).encode()
        ),
        "findings_object": None,
        "clean_object": None,
        "made_from": None,
    }
    if record.findings_object is not None:
        if redetect:
            tx.destroy(record.findings_object)
            update["detector"] = None
        else:
            listed = json.dumps([finding_to_dict(one) for one in carry(old, new, findings)]).encode()
            update["findings_object"] = store.put("findings", Master.WORK, record.findings_object, listed)
    if record.decisions_object is not None:
        listed = json.dumps([decision_to_dict(one) for one in kept]).encode()
        update["decisions_object"] = store.put("decisions", Master.WORK, record.decisions_object, listed)
    if record.clean_object is not None:
        tx.destroy(record.clean_object)
    if store.moved:
        tx.drop_row(record.source_object)
        _move_facts(space, tx, key, before, owner)
    # The old file name may be a name: what stands for the source now is a neutral one.
    row = {"name": f"transcript-{record.number}", "speakers": dict(speakers)}
    tx.put_row(owner, "source", str(update["source_object"]), json.dumps(row).encode())
    written = after.model_copy(update=update)
    space.save_transcript(tx, key, written)
    return Rewritten(written, len(kept), len(decisions) - len(kept))


def _move_facts(space: Workspace, tx: Change, key: str, before: str, after: str) -> None:
    """Let quotes and other facts about a transcript pass to its new owner, with what is sealed of them."""
    for kind, fact, body in tuple(space.vault.owned(before)):
        if kind not in FACTS or body.get("transcript") != key:
            continue
        moved = dict(body)
        for name, value in body.items():
            if isinstance(value, str) and is_object(space, value):
                info = space.vault.info(value)
                moved[name] = tx.seal(info.kind, after, Master(info.master), space.vault.unseal(value))
                tx.destroy(value)
        tx.save(kind, fact, moved, owner=after)


@dataclass(frozen=True, slots=True)
class _Store:
    tx: Change
    owner: str
    moved: bool

    def put(self, kind: str, master: Master, old: str, content: bytes) -> str:
        """Seal in place of an object, or under the new owner; return the id."""
        if not self.moved:
            self.tx.reseal(old, content)
            return old
        self.tx.destroy(old)
        return self.tx.seal(kind, self.owner, master, content)


def renew(space: Workspace, tx: Change, owner: str) -> dict[str, str]:
    """Seal every object of an owner under its newest key, so that the older ones are dropped with the change.

    Recordings go piece by piece under a new id; returns old id to new id of these.
    """
    renamed: dict[str, str] = {}
    for info in space.vault.objects(owner=owner):
        if info.kind == "recording":
            copy = tx.seal(info.kind, owner, Master(info.master), space.vault.unseal_stream(info.id))
            tx.destroy(info.id)
            renamed[info.id] = copy
        else:
            tx.reseal(info.id, space.vault.unseal(info.id))
    return renamed


def rename_recordings(space: Workspace, tx: Change, renamed: Mapping[str, str]) -> None:
    """Let the records of recordings point at the objects that ``renew`` made."""
    for key, owner, body in tuple(space.vault.all("recording")):
        changed = {
            name: renamed.get(value, value) if isinstance(value, str) else value
            for name, value in body.items()
        }
        if changed != body:
            tx.save("recording", key, changed, owner=owner)


def is_object(space: Workspace, value: str) -> bool:
    """Tell whether a value of a record is the id of a sealed object that has content."""
    return any(info.id == value and info.size for info in space.vault.objects())
