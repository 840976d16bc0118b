"""Where the raw material of a verification comes from: the study's database or an exported bundle."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from anonymizer.audit.bundle import BundleReader
from anonymizer.audit.log import Log
from anonymizer.audit.note import LogKey
from anonymizer.audit.verdict import BrokenLog, Fault
from anonymizer.errors import IntegrityError, UnreadableInput

__all__ = ["BundleSource", "DatabaseSource", "Source", "is_database", "open_database"]


class Source(Protocol):
    """Raw entries in order, then the key and the checkpoints."""

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number of the row or line, raw bytes); may be called again."""

    def rest(self) -> tuple[LogKey | None, list[tuple[int | None, str]]]:
        """Return the key, and each checkpoint with the size it stands under; call it after ``entries``."""


class DatabaseSource:
    """The tables ``log``, ``checkpoint`` and ``log_key``; the cache in ``log_head`` is not looked at."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield (row number, raw bytes)."""
        for row, raw in self._conn.execute("SELECT seq, entry FROM log ORDER BY seq"):
            yield row, raw if isinstance(raw, bytes) else b""

    def rest(self) -> tuple[LogKey | None, list[tuple[int | None, str]]]:
        """Return the key and the checkpoints."""
        try:
            key = Log(self._conn, "").key
        except (IntegrityError, TypeError):
            raise BrokenLog(Fault.ALTERED, None, "the stored public key is malformed") from None
        rows = self._conn.execute("SELECT size, note FROM checkpoint ORDER BY size")
        return key, [(size, note if isinstance(note, str) else "") for size, note in rows]


class BundleSource:
    """An exported bundle."""

    def __init__(self, path: Path) -> None:
        self._reader = BundleReader(path)

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield (line number, raw bytes)."""
        return self._reader.entries()

    def rest(self) -> tuple[LogKey | None, list[tuple[int | None, str]]]:
        """Return the key and the checkpoints."""
        if self._reader.problem is not None:
            line, what = self._reader.problem
            fault = Fault.TRUNCATED if self._reader.cut else Fault.ALTERED
            raise BrokenLog(fault, None, f"line {line}: {what}")
        return self._reader.key, [(None, note) for note in self._reader.notes]


def is_database(path: Path) -> bool:
    """Tell an SQLite file by its first bytes; raise ``UnreadableInput`` if it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        raise UnreadableInput(f"can't be read ({error.strerror})", where=path.name) from None


def open_database(path: Path) -> sqlite3.Connection:
    """Open an existing database to read it.

    Writing is allowed where the file allows it, for one purpose: after a crash, SQLite must roll the unfinished
    transaction back before anyone can read what was committed.
    """
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
