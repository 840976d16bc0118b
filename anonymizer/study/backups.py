"""Backups: both folders, still sealed, each an obligation that withdrawal knows of; and the way back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path

from anonymizer.audit import Fault, State, origin_of, verify
from anonymizer.errors import IntegrityError, RolledBack, UnreadableInput, UsageError
from anonymizer.participants import Duty, Evidence
from anonymizer.study.certificates import FOLDER
from anonymizer.study.create import OWN_PACK
from anonymizer.study.handing import outside_study
from anonymizer.study.obligations import close_about, open_obligation
from anonymizer.study.profile import FILE_NAME, load_profile, write_whole
from anonymizer.study.workspace import Workspace, find_places, new_id, remember_keys, utc_now
from anonymizer.vault import STUDY_OWNER, Master, Places, Vault

__all__ = ["make_backup", "restore_study", "settle_backup"]

KIND = "backup"
WHOLE = "whole"
"""The file that a backup has once all of it is there; it holds the backup's id."""
KEPT_DAYS = 90
"""How long a backup is kept unless told otherwise; this product's own default."""


def make_backup(space: Workspace, to: Path, *, until: dt.date | None = None) -> str:
    """Copy the study and its keys, sealed, into a new folder; return the backup's id.

    The obligation to delete it stands before the copy does, so that no backup is ever unknown; so does its entry in
    the log, so that the copy holds everything this machine knows and can be put back on it.
    """
    space.need(Master.WORK)
    begun = _begun(space, to.resolve())
    target = outside_study(space, to)
    due = until or utc_now().date() + dt.timedelta(days=KEPT_DAYS)
    if due < utc_now().date():
        raise UsageError("a backup is kept until today at least")
    key = begun or new_id()
    if begun is None:
        with space.vault.change() as tx:
            place = tx.seal("backup-place", STUDY_OWNER, Master.WORK, str(target).encode())
            tx.save(KIND, key, {"made": utc_now().date().isoformat(), "due": due.isoformat(), "place": place})
            open_obligation(
                space, tx, Duty.DELETE_BACKUP, about=key, due=due, place=str(target), cause="backup"
            )
            tx.log("backup.made", object_id=key, details={"due": due.isoformat()})
    space.vault.backup(target)
    study = target / "study"
    for name in (FILE_NAME, OWN_PACK):
        if (space.places.study / name).is_file():
            write_whole(study / name, (space.places.study / name).read_bytes())
    if (space.places.study / FOLDER).is_dir():
        shutil.copytree(space.places.study / FOLDER, study / FOLDER)
    write_whole(target / WHOLE, key.encode())
    return key


def _begun(space: Workspace, target: Path) -> str | None:
    """Return the backup that was begun at ``target`` and never ended, whose parts are cleared away, if there is one."""
    if (target / WHOLE).exists():
        return None
    for key, _, body in space.vault.all(KIND):
        if "deleted" not in body and space.vault.unseal(body["place"]).decode() == str(target):
            for name in ("keys.partial", "study.partial", "keys", "study"):
                shutil.rmtree(target / name, ignore_errors=True)
            return key
    return None


def settle_backup(space: Workspace, key: str) -> None:
    """Record that a backup was deleted by hand, named by the first digits of its id; every duty about it is met."""
    found = [(one, body) for one, _, body in space.vault.all(KIND) if len(key) >= 4 and one.startswith(key)]
    if len(found) != 1:
        raise UsageError("there is not exactly one backup of this id", where=key, hint="see: anonymizer due")
    key, body = found[0]
    with space.vault.change() as tx:
        tx.destroy(body["place"])
        tx.save(
            KIND, key, {"made": body["made"], "due": body["due"], "deleted": utc_now().date().isoformat()}
        )
        close_about(space, tx, Duty.DELETE_BACKUP, key, Evidence.HAND)


def restore_study(
    source: Path,
    directory: Path,
    *,
    passphrase: str,
    keys: Path | None = None,
    keys_only: bool = False,
    checkpoints: Sequence[Path] = (),
) -> Workspace:
    """Put a backup where no study stands and open it; ``keys_only`` brings back the keys of a study that is there.

    Whoever has withdrawn or been removed since stays so: a tombstone in the log beats any key a backup brings back.
    Raises ``RolledBack`` where this machine has seen a newer log, or one of ``checkpoints`` knows one: files with the
    newest signed head, kept elsewhere. Then nothing was put anywhere.
    """
    if not (source / "study" / FILE_NAME).is_file() or not (source / "keys").is_dir():
        raise UnreadableInput("this is no backup of a study", where=str(source))
    profile = load_profile(source / "study")
    places = find_places(directory, profile.id, keys)
    if not keys_only:
        _refuse_older(source, profile.id, places, checkpoints)
    new = {folder: not folder.exists() for folder in (directory, places.keys)}
    try:
        _put(source, directory, places, keys_only=keys_only)
    except UsageError:
        if new[directory]:
            shutil.rmtree(directory, ignore_errors=True)
        raise
    try:
        vault = Vault.open(
            places, passphrase=passphrase, masters=frozenset(Master), accept_older_keys=keys_only
        )
    except RolledBack:
        # What an older copy brings back may have been erased since: it is not left lying about.
        for folder, fresh in new.items():
            if fresh:
                shutil.rmtree(folder, ignore_errors=True)
        raise
    space = Workspace(places, load_profile(directory), vault)
    remember_keys(places)
    with vault.change("restore") as tx:
        details: dict[str, object] = {"size": vault.log.size}
        if vault.shredded:
            details["shredded_again"] = len(vault.shredded)
        tx.log("backup.restored", details=details)
    return space


def _refuse_older(source: Path, study_id: str, places: Places, checkpoints: Sequence[Path]) -> None:
    """Raise ``RolledBack`` for a backup from before something that is known to have been logged since."""
    verdict = verify(
        source / "study" / "study.db",
        state=State(places.state / "checkpoint"),
        checkpoints=checkpoints,
        origin=origin_of(study_id),
    )
    if verdict.broken and verdict.fault in {Fault.ROLLED_BACK, Fault.TRUNCATED}:
        raise RolledBack(
            "this backup is older than what is known of the study's log: whoever withdrew since would be back",
            where=str(source),
            hint="restore a newer one; of a study that still stands, restore the keys alone: --keys-only; if all"
            f" that is newer is lost, read 'After a loss' in docs/rights.md (this machine's memory is {places.state})",
        )
    if verdict.broken:
        raise IntegrityError(f"the log is {verdict}", where=str(source), hint="restore another backup")


def _put(source: Path, directory: Path, places: Places, *, keys_only: bool) -> None:
    """Copy a backup to its places; nothing that stands there is written over."""
    if keys_only:
        for path in sorted((source / "keys").iterdir()):
            if (places.keys / path.name).exists():
                raise UsageError("keys stand there already", where=str(places.keys))
        places.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted((source / "keys").iterdir()):
            write_whole(places.keys / path.name, path.read_bytes())
        return
    if not places.study_db.exists():
        # study.db comes last: as long as it is not there, a restore that was interrupted can be repeated.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in sorted((source / "study").iterdir()):
            if path.is_dir():
                shutil.copytree(path, directory / path.name, dirs_exist_ok=True)
            elif path.name != "study.db":
                write_whole(directory / path.name, path.read_bytes())
        (directory / "exports").mkdir(mode=0o700, exist_ok=True)
    Vault.restore(source, places)
