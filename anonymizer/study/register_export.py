"""The register as a file again: identifiable, so only where it is told to, logged, and an obligation from then on."""

from __future__ import annotations

from pathlib import Path

from anonymizer.errors import UsageError
from anonymizer.participants import Duty, write_register
from anonymizer.study.handing import refuse_inside
from anonymizer.study.obligations import REGISTER, obligations, open_obligation, place_of
from anonymizer.study.people import row_of, staff_rows
from anonymizer.study.profile import write_whole
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["export_register"]


def export_register(space: Workspace, to: Path) -> int:
    """Write everyone into a new participants.csv, safe against spreadsheet formulas; return how many rows.

    Needs the identity key; the reading of the key table is logged before the file is there.
    """
    space.need(*Master)
    target = to.resolve()
    refuse_inside(space, target)
    if target.exists():
        raise UsageError("the file is there already", where=str(to), hint="choose a new one")
    if not target.parent.is_dir():
        raise UsageError("the folder is not there", where=str(target.parent))
    named = space.pack.participants.identity != "forbidden"
    rows = [row_of(space, key) for key in space.participants()] + list(staff_rows(space))
    with space.vault.change() as tx:
        tx.log("keytable.read", details={"purpose": "export", "rows": len(rows)})
        if not _owed(space, str(target)):  # by an export that was killed before the file was there
            open_obligation(space, tx, Duty.DELETE_SOURCE, place=str(target), cause=REGISTER, rule="CON-06")
    write_whole(target, write_register(rows, identity_allowed=named).encode("utf-8-sig"))
    return len(rows)


def _owed(space: Workspace, place: str) -> bool:
    return any(
        one.met is None and one.cause == REGISTER and place_of(space, one) == place
        for one in obligations(space).values()
    )
