"""One writer at a time: a lock that ends with the process that holds it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from anonymizer.errors import Busy
from anonymizer.vault.files import guard
from anonymizer.vault.posix import create_private_file

__all__ = ["WriterLock"]


class WriterLock:
    """SQLite's own exclusive lock on an empty file.

    It is the same on every platform, holds between processes and within one, is never written to disk, and is
    gone when the process is, however that ended.
    """

    def __init__(self, path: Path) -> None:
        with guard(path.name):
            with suppress(FileExistsError):
                os.close(create_private_file(path))
            self._conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
            try:
                self._conn.execute("PRAGMA busy_timeout = 0")
                self._conn.execute("PRAGMA journal_mode = MEMORY")
                self._conn.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                self._conn.close()
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                raise Busy(
                    "another process has the study open for writing", hint="wait until it has ended"
                ) from None

    def release(self) -> None:
        """Let the next one in."""
        self._conn.close()
