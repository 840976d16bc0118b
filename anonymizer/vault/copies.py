"""Backup and restore: both folders as of one moment, sealed as they are."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from anonymizer.errors import UnreadableInput, UsageError
from anonymizer.vault.files import connect, guard, sync_file
from anonymizer.vault.places import Places
from anonymizer.vault.posix import create_private_file, private_folder, sync_folder

__all__ = ["restore_backup", "write_backup"]

_KEYS = ("keys.db", "keytable.db")


def write_backup(conn: sqlite3.Connection, places: Places, dest: Path) -> None:
    """Write ``dest/study/study.db`` and ``dest/keys/…``; the caller holds the writer's lock, so nothing moves."""
    study, keys = dest / "study", dest / "keys"
    if study.exists() or keys.exists():
        raise UsageError(
            "there is a backup in this folder already", where="backup", hint="choose an empty one"
        )
    with guard("backup"):
        private_folder(study)
        private_folder(keys)
        with closing(connect(study / "study.db", create=True)) as target:
            conn.backup(target)
        sync_file(study / "study.db")
        for name in _KEYS:
            _copy(places.keys / name, keys / name)
        for folder in (study, keys, dest):
            sync_folder(folder)


def restore_backup(src: Path, places: Places) -> None:
    """Copy a backup to ``places``, the keys first; study.db appears last and whole."""
    study_db = src / "study" / "study.db"
    for path in (study_db, *(src / "keys" / name for name in _KEYS)):
        if not path.is_file():
            raise UnreadableInput("this is no whole backup", where=f"{path.parent.name}/{path.name}")
    for path in (places.study_db, *(places.keys / name for name in _KEYS)):
        if path.exists():
            raise UsageError(
                "a study or its keys stand there already", where=path.name, hint="restore to empty folders"
            )
    with guard("restore"):
        private_folder(places.study)
        private_folder(places.keys)
        for name in _KEYS:
            _copy(src / "keys" / name, places.keys / name)
        sync_folder(places.keys)
        new = places.study_db.with_name("study.db.new")
        new.unlink(missing_ok=True)
        _copy(study_db, new)
        new.rename(places.study_db)
        sync_folder(places.study)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, os.fdopen(create_private_file(target), "wb") as writer:
        while piece := reader.read(1 << 20):
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
