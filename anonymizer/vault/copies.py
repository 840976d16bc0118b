"""Backup and restore: both folders as of one moment, sealed as they are."""

from __future__ import annotations

import filecmp
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from anonymizer.errors import UnreadableInput, UsageError
from anonymizer.vault.failpoints import point
from anonymizer.vault.files import connect, guard, sync_file
from anonymizer.vault.places import Places
from anonymizer.vault.posix import create_private_file, private_folder, sync_folder

__all__ = ["restore_backup", "write_backup"]

_KEYS = ("keys.db", "keytable.db")


def write_backup(conn: sqlite3.Connection, places: Places, dest: Path) -> None:
    """Write ``dest/study/study.db`` and ``dest/keys/…``; the caller holds the writer's lock, so nothing moves.

    The two folders get their names last: a backup that was interrupted is none.
    """
    ready = {name: dest / name for name in ("keys", "study")}
    if any(folder.exists() for folder in ready.values()):
        raise UsageError(
            "there is a backup in this folder already", where="backup", hint="choose an empty one"
        )
    with guard("backup"):
        partial = {name: dest / f"{name}.partial" for name in ready}
        for folder in partial.values():
            shutil.rmtree(folder, ignore_errors=True)
            private_folder(folder)
        with closing(connect(partial["study"] / "study.db", create=True)) as target:
            conn.backup(target)
        sync_file(partial["study"] / "study.db")
        for name in _KEYS:
            _copy(places.keys / name, partial["keys"] / name)
        for name, folder in partial.items():
            sync_folder(folder)
            point()
            folder.rename(ready[name])
        sync_folder(dest)


def restore_backup(src: Path, places: Places) -> None:
    """Copy a backup to ``places``, the keys first; study.db appears last and whole.

    A restore that was interrupted is repeated: files that are there and are those of the backup are left alone.
    """
    pairs = [(src / "keys" / name, places.keys / name) for name in _KEYS]
    pairs.append((src / "study" / "study.db", places.study_db))
    for source, _ in pairs:
        if not source.is_file():
            raise UnreadableInput("this is no whole backup", where=f"{source.parent.name}/{source.name}")
    with guard("restore"):
        missing = [(source, target) for source, target in pairs if not target.exists()]
        same = all(
            target == places.keys / target.name and filecmp.cmp(source, target, shallow=False)
            for source, target in pairs
            if target.exists()
        )
        if not same:
            raise UsageError(
                "a study or its keys stand there already", where="restore", hint="restore to empty folders"
            )
        for source, target in missing:
            private_folder(target.parent)
            new = target.with_name(f"{target.name}.restored")
            new.unlink(missing_ok=True)
            _copy(source, new)
            point()
            new.rename(target)
            sync_folder(target.parent)
            point()


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, os.fdopen(create_private_file(target), "wb") as writer:
        while piece := reader.read(1 << 20):
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
