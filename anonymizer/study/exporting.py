"""What leaves: pseudonymised transcripts as files, and a manifest that says what each of them is.

Export opens the work master alone. A folder is written whole or not at all: first everything beside it, then
one rename. Nothing INCOMPLETE, stale or leaking leaves.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from anonymizer.data import Naming
from anonymizer.detect import rules_digest
from anonymizer.errors import GateRefused, IncompleteTranscript, UsageError
from anonymizer.formats import FORMATS, role_of, write
from anonymizer.model import Role, Transcript
from anonymizer.study.checking import gate_export
from anonymizer.study.gates import scope_refusal
from anonymizer.study.holds import held_because, refusal_of
from anonymizer.study.memberchecks import gate_publication
from anonymizer.study.profile import write_whole
from anonymizer.study.records import ExportedFile, ExportRecord, State, TranscriptRecord
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import STUDY_OWNER, Master

__all__ = ["MANIFEST", "Exported", "Refused", "export_study"]

MANIFEST = "manifest.json"
LABEL = "pseudonymised"
"""While a key exists, what leaves is pseudonymised, never more (rules.md KEY-03)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A transcript that may not leave, and the gate that says so."""

    transcript: str
    number: int
    error: GateRefused


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: the folder, file names by transcript id, and who had to stay."""

    folder: Path
    files: dict[str, str]
    refused: tuple[Refused, ...]
    unchanged: bool = False


def export_study(
    space: Workspace,
    to: Path,
    *,
    purpose: str = "analysis",
    to_format: str | None = None,
    transcripts: Iterable[str] | None = None,
) -> Exported:
    """Write the pseudonymised transcripts into the folder ``to``.

    ``to_format`` None keeps the format each came in. The folder is new, empty or an earlier export of this study,
    whose files are then replaced. Transcripts that may not leave are listed in the outcome; the others are written.
    Raises ``UsageError`` for a folder that holds anything else.
    """
    space.need(Master.WORK)
    if to_format is not None and to_format not in FORMATS:
        raise UsageError("there is no such format", hint=f"one of {', '.join(sorted(FORMATS))}")
    if purpose == "publication":
        gate_publication(space)
    wanted = set(transcripts) if transcripts is not None else None
    chosen = {key: r for key, r in space.transcripts().items() if wanted is None or key in wanted}
    refused = tuple(
        Refused(key, record.number, error)
        for key, record in chosen.items()
        if (error := refusal(space, record) or scope_refusal(space, record, purpose)) is not None
    )
    stay = {item.transcript for item in refused}
    leaving = {key: record for key, record in chosen.items() if key not in stay}
    to = to.resolve()  # what is replaced below is the folder, never a link to it
    _clear(to, space.profile.id)
    previous = _previous(space, to)
    if previous is not None and (same := _unchanged(space, to, previous, leaving, purpose, to_format)):
        return Exported(to, same, refused, unchanged=True)
    if not leaving:
        return Exported(to, {}, refused)
    gate_export(space, leaving, purpose)
    contents: dict[str, bytes] = {}
    files: list[ExportedFile] = []
    numbers = _numbers(space, len(leaving))
    for (key, record), number in zip(leaving.items(), numbers, strict=True):
        transcript = space.clean(record)
        content = write(transcript, to_format)
        suffix = FORMATS[to_format or record.format].suffix
        name = _name(space, transcript, number, set(contents), suffix, reviewed=record.is_reviewed)
        contents[name] = content
        digest = hashlib.sha256(content).hexdigest()
        files.append(
            ExportedFile(
                number=number,
                name=name,
                transcript=key,
                sha256=digest,
                version=record.version,
                generation=record.clean_generation,
                reviewed=record.is_reviewed,
            )
        )
    export_id = new_id()
    made = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    _check_folder(to, previous)
    record_of_export = ExportRecord(
        purpose=purpose, format=to_format, pack=space.pack.digest, time=made, files=tuple(files)
    )
    software = f"anonymizer {version('anonymizer')}"
    contents[MANIFEST] = _manifest(space, export_id, record_of_export, leaving, software)
    # The files stand ready before the log says that they leave, and appear only after it: a process that is
    # killed in between has logged an export nobody has, never made one that nobody logged.
    building = _build(to, contents, space.profile.id)
    try:
        _log_export(space, export_id, record_of_export, leaving, to_format, to)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _swap(building, to)
    return Exported(to, {file.transcript: file.name for file in files}, refused)


def _manifest(
    space: Workspace,
    export_id: str,
    export: ExportRecord,
    leaving: dict[str, TranscriptRecord],
    software: str,
) -> bytes:
    """Return the bytes of an export's manifest."""
    entries = [
        {
            "file": file.name,
            "sha256": file.sha256,
            "transcript_version": file.version,
            "pack": space.pack.id,
            "pack_digest": export.pack,
            "label": LABEL,
            "reviewed": file.reviewed,
            "choices": leaving[file.transcript].choices,
        }
        for file in export.files
    ]
    manifest = {
        "format": 1,
        "export": export_id,
        "made": export.time,
        "software": software,
        "purpose": export.purpose,
        "label": LABEL,
        "files": sorted(entries, key=lambda entry: str(entry["file"])),
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()


def _log_export(
    space: Workspace,
    export_id: str,
    record_of_export: ExportRecord,
    leaving: dict[str, TranscriptRecord],
    to_format: str | None,
    to: Path,
) -> None:
    files = record_of_export.files
    with space.vault.change() as tx:
        tx.save("export", export_id, record_of_export.model_dump(mode="json", exclude_none=True))
        # Where the folder stands is known to whoever holds the work key, so that withdrawal finds the files.
        place = tx.seal("export-place", STUDY_OWNER, Master.WORK, str(to.resolve()).encode())
        tx.save("export-place", export_id, {"object": place})
        for key, record in leaving.items():
            space.save_transcript(tx, key, record.model_copy(update={"exported": record.clean_generation}))
        reviewed = sum(file.reviewed for file in files)
        tx.log(
            "export.made",
            object_id=export_id,
            details={
                "purpose": record_of_export.purpose,
                "format": sorted({to_format or record.format for record in leaving.values()}),
                "files": len(files),
                "transcripts": list(leaving),
                "reviewed": reviewed,
                "unreviewed": len(files) - reviewed,
                "label": LABEL,
            },
        )


def refusal(space: Workspace, record: TranscriptRecord) -> GateRefused | None:
    """Return the gate that keeps a transcript in, or ``None`` if it may leave."""
    where = f"transcript {record.number}"
    cause = held_because(space, record)
    if cause is not None:
        return refusal_of(cause, where)
    state = record.state(space.pack.digest)
    if state is State.INCOMPLETE:
        return IncompleteTranscript(
            f"detection did not finish ({record.problems} problem{'s' if record.problems > 1 else ''})",
            rule="TXT-01",
            where=where,
            hint="see anonymizer status, mend the source and ingest it again",
        )
    stale = record.stale_because(space.pack.digest, rules_digest(space.pack))
    if stale or state not in {State.PSEUDONYMISED, State.EXPORTED}:
        return GateRefused(
            f"out of date: {', '.join(stale) or 'not pseudonymised as it stands now'}",
            rule="TXT-01",
            where=where,
            hint="run: anonymizer run, or detect and pseudonymise",
        )
    if record.leaks:
        return GateRefused(
            f"{record.leaks} known name{'s' if record.leaks > 1 else ''} would still stand in it",
            rule="TXT-01",
            where=where,
            hint="look at it with: anonymizer review",
        )
    return None


def _unchanged(
    space: Workspace,
    to: Path,
    export: ExportRecord,
    leaving: dict[str, TranscriptRecord],
    purpose: str,
    to_format: str | None,
) -> dict[str, str]:
    """Return the files of the export that stands in ``to``, if it is what would be written now; else nothing."""
    if (export.purpose, export.format) != (purpose, to_format):
        return {}
    if export.pack != space.pack.digest or {file.transcript for file in export.files} != set(leaving):
        return {}
    for file in export.files:
        record = leaving[file.transcript]
        if (file.version, file.generation, file.reviewed) != (
            record.version,
            record.clean_generation,
            record.is_reviewed,
        ):
            return {}
        try:
            content = (to / file.name).read_bytes()
        except OSError:
            return {}
        if hashlib.sha256(content).hexdigest() != file.sha256:
            return {}
    try:
        standing = (to / MANIFEST).read_bytes()
        said = json.loads(standing)
        wanted = _manifest(space, str(said["export"]), export, leaving, str(said["software"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {file.transcript: file.name for file in export.files} if standing == wanted else {}


def _numbers(space: Workspace, count: int) -> list[int]:
    """Return random file numbers, new at every export, so that none tells an order or links two exports."""
    taken = {file.number for export in space.exports().values() for file in export.files}
    width = max(9000, 20 * (count + len(taken)))
    free = [number for number in range(1000, 1000 + width) if number not in taken]
    return secrets.SystemRandom().sample(free, count)


def _name(
    space: Workspace, transcript: Transcript, number: int, taken: set[str], suffix: str, *, reviewed: bool
) -> str:
    labels = dict.fromkeys(label for label in transcript.speakers if role_of(label) is not Role.INTERVIEWER)
    linked = space.pack.participants.naming is not Naming.NONE
    stem = _slug(next(iter(labels))) if linked and len(labels) == 1 else ""
    if not stem:
        stem = f"transcript-{number}"
    mark = "" if reviewed else ".unreviewed"
    name, again = f"{stem}{mark}{suffix}", 1
    while name in taken:
        again += 1
        name = f"{stem}-{again}{mark}{suffix}"
    return name


def _slug(label: str) -> str:
    kept = unicodedata.normalize("NFC", label).strip().strip(":.[]")
    return re.sub(r"[^\w-]+", "-", kept).strip("-")


def _previous(space: Workspace, folder: Path) -> ExportRecord | None:
    """Return the export of this study that stands in ``folder``, as the study remembers it.

    The manifest there only says which: anyone may have written it, and what it lists would be deleted.
    """
    try:
        body = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return space.exports().get(str(body.get("export"))) if isinstance(body, dict) else None


def _check_folder(to: Path, previous: ExportRecord | None) -> None:
    if not to.exists():
        return
    if not to.is_dir():
        raise UsageError("is not a folder", where=str(to), hint="choose a new folder for the export")
    own = {file.name for file in previous.files} | {MANIFEST} if previous is not None else set()
    strangers = {path.name for path in to.iterdir()} - own
    if strangers:
        raise UsageError(
            f"holds {len(strangers)} file{'s' if len(strangers) > 1 else ''} that are no part of an export",
            where=str(to),
            hint="choose a new folder for the export",
        )


def _clear(to: Path, study_id: str) -> None:
    """Delete what a killed export left beside ``to``; the study has one writer, so nothing there is in use."""
    for left_over in to.parent.glob(f".export-{study_id[:12]}-*"):
        shutil.rmtree(left_over, ignore_errors=True)


def _build(to: Path, contents: dict[str, bytes], study_id: str) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(dir=to.parent, prefix=f".export-{study_id[:12]}-"))
    try:
        for name, content in contents.items():
            write_whole(building / name, content)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return building


def _swap(building: Path, to: Path) -> None:
    """Put the new folder in the old one's place. Killed in between, it is written again by the next export."""
    if not to.exists():
        building.replace(to)
        return
    aside = building.with_name(f"{building.name}-old")
    to.replace(aside)
    building.replace(to)
    shutil.rmtree(aside, ignore_errors=True)
