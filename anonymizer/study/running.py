"""``run``: all stages in one go, each file for itself, nothing lost when one of them fails."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anonymizer.errors import AnonymizerError, GateRefused, IntegrityError, RegisterError, UnreadableInput
from anonymizer.formats import read_text
from anonymizer.participants import INTERVIEWER, Duty, Evidence, ParticipantRow, read_register
from anonymizer.study.detecting import Detected, Progress, detect_study, mark_known_names
from anonymizer.study.exporting import Exported, export_study
from anonymizer.study.ingest import Ingested, ingest_file
from anonymizer.study.obligations import REGISTER, meet, obligations, open_obligation, place_of
from anonymizer.study.people import people_of, row_of, staff_rows
from anonymizer.study.project import project_of
from anonymizer.study.pseudonymising import Cleaned, pseudonymise_study
from anonymizer.study.registering import Imported, import_rows
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["Failure", "RunReport", "import_register", "run_study"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was left out, and why."""

    path: Path
    error: AnonymizerError


@dataclass(slots=True)
class RunReport:
    """What a run did."""

    imported: Imported | None = None
    ingested: list[Ingested] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    detected: tuple[Detected, ...] = ()
    cleaned: tuple[Cleaned, ...] = ()
    exported: Exported | None = None


def import_register(
    space: Workspace, path: Path, *, remove_source: bool = False
) -> tuple[Imported, tuple[ParticipantRow, ...]]:
    """Read a participants.csv into the register and mark the transcripts in which a new name stands.

    ``remove_source`` deletes the file once everyone in it was read back from the key table; who has withdrawn goes
    with it.
    """
    try:
        text, _ = read_text(path.read_bytes())
    except OSError as error:
        raise UnreadableInput(
            f"cannot be read ({error.strerror or 'input error'})", where=str(path), hint="check the path"
        ) from None
    rows = read_register(
        text,
        where=str(path),
        identity_allowed=space.pack.participants.identity != "forbidden",
        samples=[one.id for one in project_of(space).samples],
    )
    known = {record.code for record in space.participants().values()}
    if any(row.code not in known for row in rows if row.code != INTERVIEWER):
        _note_register(space, path)  # before the rows: killed in between, the duty stands
    imported = import_rows(space, rows)
    mark_known_names(space, people_of(space, (*imported.added, *imported.updated)))
    if imported.added or imported.updated:
        _note_register(space, path)
    if remove_source:
        _remove_register(space, path, rows)
    return imported, rows


def _remove_register(space: Workspace, path: Path, rows: Sequence[ParticipantRow]) -> None:
    """Delete a register whose rows all stand sealed."""
    space.need(*Master)
    sealed = {row.code: row for row in (row_of(space, key) for key in space.participants())}
    names = {row.name for row in staff_rows(space)}
    kept = [
        row.name in names
        if row.code == INTERVIEWER
        else row.code not in sealed
        or (sealed[row.code].name, sealed[row.code].aliases) == (row.name, row.aliases)
        for row in rows
    ]
    if not all(kept):
        raise IntegrityError("the register is not sealed as it stands; the file was kept", where=str(path))
    path.unlink()
    place = str(path.resolve())
    with space.vault.change() as tx:
        for key, one in obligations(space).items():
            if one.met is None and one.cause == REGISTER and place_of(space, one) == place:
                meet(space, tx, key, Evidence.TOOL)
        tx.log("source.removed", rule="CON-06", details={"erasure": "deleted"})


def _note_register(space: Workspace, path: Path) -> None:
    """Open the duty to delete a register that holds names in plain, once for each file."""
    place = str(path.resolve())
    for one in obligations(space).values():
        if one.met is None and one.cause == REGISTER and place_of(space, one) == place:
            return
    with space.vault.change() as tx:
        due = project_of(space).ends
        open_obligation(space, tx, Duty.DELETE_SOURCE, due=due, place=place, cause=REGISTER, rule="CON-06")


def _file_key(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def participants_by_file(space: Workspace, rows: Sequence[ParticipantRow]) -> dict[str, list[str]]:
    """Return the ids of those whose row names a file, by file name; empty for someone who has withdrawn."""
    ids = {record.code: key for key, record in space.participants().items()}
    result: dict[str, list[str]] = {}
    for row in rows:
        if row.code == INTERVIEWER:
            continue
        for name in row.transcripts:
            result.setdefault(_file_key(name), []).append(ids.get(row.code, ""))
    return result


def run_study(
    space: Workspace,
    files: Sequence[Path],
    participants: Path,
    *,
    to: Path,
    to_format: str | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Take files through every stage; a file that fails is named in the report and the others go on."""
    report = RunReport()
    report.imported, rows = import_register(space, participants)
    by_file = participants_by_file(space, rows)
    for done, path in enumerate(files):
        if progress is not None:
            progress("ingest", done, len(files))
        try:
            report.ingested.append(_ingest(space, path, by_file))
        except (UnreadableInput, RegisterError, GateRefused) as error:
            report.failures.append(Failure(path, error))
    if progress is not None:
        progress("ingest", len(files), len(files))
    report.detected = detect_study(space, progress=progress)
    report.cleaned = pseudonymise_study(space, progress=progress)
    report.exported = export_study(space, to, to_format=to_format)
    return report


def _ingest(space: Workspace, path: Path, by_file: Mapping[str, Sequence[str]]) -> Ingested:
    taking_part = by_file.get(_file_key(path.name))
    if taking_part is None:
        raise RegisterError(
            "no row of the register names this file",
            where=str(path),
            hint="write its name in the column “transcripts”",
        )
    if "" in taking_part:
        raise GateRefused(
            "someone who takes part in this file has withdrawn",
            rule="RGT-02",
            where=str(path),
            hint="take their row out of the register, and their words out of the file",
        )
    return ingest_file(space, path, participants=taking_part)
