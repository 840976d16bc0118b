"""What opening a study for writing takes up: study.yaml as it stands, waivers that ran out, certificates not written.

Every command that writes begins here, so that no change of the profile waits for someone to ask what is due.
"""

from __future__ import annotations

from anonymizer.audit import Entry
from anonymizer.study.certificates import write_certificates
from anonymizer.study.profiling import take_up_profile
from anonymizer.study.waiving import end_expired
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["bring_up_to_date"]

_PACKS = (b'{"action":"pack.changed"', b'{"action":"study.created"')


def bring_up_to_date(space: Workspace) -> None:
    """Take up what has changed since the study was open last; without the work key nothing is done.

    Raises ``UsageError`` naming the keys of a profile that is wrong, ``PackError`` for a pack that is not there.
    """
    if Master.WORK not in space.vault.masters:
        return
    _take_up_pack(space)
    take_up_profile(space)
    end_expired(space)
    write_certificates(space)


def _take_up_pack(space: Workspace) -> None:
    """Log that another pack is in force than the log knows: study.yaml names another, or its file has changed."""
    now = {"pack": space.pack.id, "pack_digest": space.pack.digest}
    last = None
    for raw in space.vault.log.raw_entries():
        if raw.startswith(_PACKS):
            last = raw
    if last is None:
        return
    known = Entry.from_bytes(last).details
    if any(known.get(name) != value for name, value in now.items()):
        with space.vault.change() as tx:
            tx.log("pack.changed", details=now)
