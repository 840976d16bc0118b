"""Contact details forgotten before the rest: as a letter promised, or because nobody needs them now (CON-06)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from anonymizer.errors import UsageError
from anonymizer.participants import Duty, Evidence
from anonymizer.study.certificates import certify, write_certificates
from anonymizer.study.obligations import bring_forward, close_about, obligations
from anonymizer.study.people import row_of
from anonymizer.study.registering import CONTACT_FORGOTTEN, rewrite_row
from anonymizer.study.rewriting import rename_recordings, renew
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import Master

__all__ = ["Forgotten", "forget_contacts"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whose contact details are gone: how many had any, how many backups still hold them, and the certificate."""

    count: int
    backups: int
    certificate: str
    folder: Path


def forget_contacts(space: Workspace, participants: Collection[str]) -> Forgotten:
    """Forget the contact details of these participants for good; their names and interviews stay.

    Their keys are made anew, so that no older copy of the key table opens what was there, and the same register read
    again does not bring it back. The duty to delete contact details is met once nobody's are left.
    """
    space.need(*Master)
    rows = {key: row_of(space, key) for key in participants}
    having = {key: row for key, row in rows.items() if row.contact}
    if not having:
        raise UsageError("there are no contact details to forget")
    backups = [
        key for key, one in obligations(space).items() if one.met is None and one.duty is Duty.DELETE_BACKUP
    ]
    with space.vault.change("rectify") as tx:
        tx.rotate()
        space.log_identity(tx, "register", len(rows))
        renamed: dict[str, str] = {}
        for key, row in having.items():
            tx.save(CONTACT_FORGOTTEN, key, {"since": utc_now().date().isoformat()}, owner=key)
            rewrite_row(space, tx, key, replace(row, contact=""))
            renamed |= renew(space, tx, key)
            details = {"version": 1, "fields": ["contact"]}
            tx.log("participant.updated", object_id=key, rule="CON-06", details=details)
        rename_recordings(space, tx, renamed)
        left = sum(bool(row_of(space, key).contact) for key in set(space.participants()) - set(having))
        if not left:
            close_about(space, tx, Duty.DELETE_CONTACT, "", Evidence.TOOL)
        for key in backups:
            bring_forward(space, tx, key)
        certificate = certify(
            space,
            tx,
            "contact",
            about=space.profile.id,
            erasure="key-destroyed",
            counts={"contact details": len(having), "backups": len(backups)},
            duties=backups,
        )
    return Forgotten(len(having), len(backups), certificate, write_certificates(space))
