"""Copies outside the sealed study: exported files and sources, deleted where they still stand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

from anonymizer.errors import AnonymizerError
from anonymizer.participants import Duty, Obligation
from anonymizer.study.exporting import MANIFEST
from anonymizer.study.obligations import digest_of, obligations, place_of
from anonymizer.study.profile import write_whole
from anonymizer.study.records import ExportRecord, TranscriptRecord
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change, point

__all__ = [
    "clear_leftovers",
    "delete_exported",
    "delete_source",
    "delete_sources_of",
    "export_folder",
    "exports_of",
    "forget_exported",
    "recall",
]


def export_folder(space: Workspace, export_id: str) -> Path | None:
    """Return where an export was written, if the study knows it (work)."""
    body = space.vault.load("export-place", export_id)
    if body is None:
        return None
    return Path(space.vault.unseal(body["object"]).decode())


def delete_exported(
    space: Workspace, export_id: str, record: ExportRecord, transcripts: Collection[str]
) -> bool:
    """Delete the files of these transcripts from an export's folder and its manifest.

    Returns whether the export is accounted for: its files are gone, or a later export took the folder over. False
    where the folder is not where it was: then it may have been moved, and the copy must be looked for by hand.
    """
    folder = export_folder(space, export_id)
    if folder is None:
        return False
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        standing = str(manifest["export"])
        listed = list(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if standing != export_id:
        return standing in space.exports()
    going = {file.name for file in record.files if file.transcript in transcripts}
    try:
        for name in going:
            (folder / name).unlink(missing_ok=True)
            point()
        manifest["files"] = [entry for entry in listed if entry.get("file") not in going]
        write_whole(path, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())
    except OSError as error:
        raise AnonymizerError(
            f"an exported file cannot be deleted ({error.strerror or 'error'})",
            where=str(folder),
            hint="close the programs that have it open, and try again; nothing was erased yet",
        ) from None
    return True


def clear_leftovers(space: Workspace) -> None:
    """Delete what exports and copies that were killed half-way have left beside their folders.

    The study has one writer, and that is here: nothing of it is in use.
    """
    places = {export_folder(space, key) for key in space.exports()}
    for _, _, body in space.vault.all("obligation"):
        if body["duty"] == "delete-copy" and body.get("place") and body.get("met") is None:
            places.add(Path(place_of(space, Obligation.model_validate(body))))
    for folder in {place.parent for place in places if place is not None}:
        for prefix in (".export-", ".copy-"):
            for left_over in folder.glob(f"{prefix}{space.profile.id[:12]}-*"):
                shutil.rmtree(left_over, ignore_errors=True)


def delete_source(space: Workspace, one: Obligation, record: TranscriptRecord | None) -> bool:
    """Delete the file of a duty to delete a source if it stands where it was and is the same; tell whether it is gone.

    ``record`` is the transcript it came to, whose own digest counts for duties that were opened without one.
    """
    place = place_of(space, one)
    known = digest_of(space, one)
    if not known and record is not None:
        known = space.vault.unseal(record.digest_object).decode()
    if not place or not known:
        return False
    path = Path(place)
    try:
        content = path.read_bytes()
    except OSError:
        return False
    if space.keyed_digest(content) != known:
        return False
    try:
        path.unlink()
        point()
    except OSError:
        return False
    return True


def delete_sources_of(
    space: Workspace, transcript: str, record: TranscriptRecord, *, but: Path | None = None
) -> list[str]:
    """Delete the source files of a transcript, ``but`` one, that stand where they were; return the duties met by it."""
    kept = str(but.resolve()) if but is not None else None
    return [
        key
        for key, one in obligations(space).items()
        if one.met is None
        and (one.duty, one.about) == (Duty.DELETE_SOURCE, transcript)
        and (kept is None or place_of(space, one) != kept)
        and delete_source(space, one, record)
    ]


def exports_of(space: Workspace, transcripts: Collection[str]) -> dict[str, ExportRecord]:
    """Return the exports that held any of these transcripts, by id."""
    wanted = set(transcripts)
    return {
        key: one for key, one in space.exports().items() if wanted & {file.transcript for file in one.files}
    }


def recall(space: Workspace, exports: Mapping[str, ExportRecord], transcripts: Collection[str]) -> list[str]:
    """Delete these transcripts' files from every export that stands; return the exports that must be looked for."""
    return [key for key, one in exports.items() if not delete_exported(space, key, one, transcripts)]


def forget_exported(
    space: Workspace, tx: Change, exports: Mapping[str, ExportRecord], transcripts: Collection[str]
) -> None:
    """Take the files of these transcripts out of the exports' records."""
    for key, one in exports.items():
        files = tuple(file for file in one.files if file.transcript not in transcripts)
        kept = one.model_copy(update={"files": files})
        tx.save("export", key, kept.model_dump(mode="json", exclude_none=True))
