"""SQLite with the settings that shredding and crashes need, and small files that are replaced as a whole."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymizer.errors import AnonymizerError, Busy, IntegrityError, UnreadableInput
from anonymizer.vault.failpoints import point
from anonymizer.vault.posix import create_private_file, sync_folder

__all__ = ["FileFormat", "WholeFile", "check_structure", "connect", "guard", "sync_file"]

_BUSY_MS = 5000
_PAGE = 4096
_LARGEST = 1 << 29
"""Bytes of a file that is read into memory: some hundred thousand rows."""
_WALKED = 1 << 26
"""Bytes up to which the structure of a database is walked through on opening, a tenth of a second at most."""
_FOREIGN = "it was made by something else, or altered"

# https://www.sqlite.org/pragma.html. Rollback journal and secure_delete: a deleted key must stand nowhere (WAL
# keeps copies); EXTRA: also the journal's removal is durable; memory: no temporary file ever holds a page;
# trusted_schema and cell_size_check: the file may have been prepared by an attacker.
_SETTINGS = (
    ("journal_mode", "DELETE"),
    ("secure_delete", "ON"),
    ("synchronous", "EXTRA"),
    ("temp_store", "MEMORY"),
    ("foreign_keys", "ON"),
    ("trusted_schema", "OFF"),
    ("cell_size_check", "ON"),
    ("mmap_size", "0"),
)

_CAUSES: dict[int, tuple[type[AnonymizerError], str, str]] = {
    sqlite3.SQLITE_BUSY: (Busy, "another process is using the study", "try again when it has ended"),
    sqlite3.SQLITE_LOCKED: (Busy, "another process is using the study", "try again when it has ended"),
    sqlite3.SQLITE_FULL: (AnonymizerError, "the disk is full; nothing was changed", "make room and repeat"),
    sqlite3.SQLITE_IOERR: (
        AnonymizerError,
        "the disk reported an error; nothing was changed",
        "check the disk",
    ),
    sqlite3.SQLITE_READONLY: (AnonymizerError, "the folder can't be written to", "check its access rights"),
    sqlite3.SQLITE_CANTOPEN: (AnonymizerError, "the file can't be opened", "check its access rights"),
}


@contextmanager
def guard(where: str) -> Iterator[None]:
    """Turn what SQLite and the system report into the package's own errors; no statement or value leaks."""
    try:
        yield
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_CORRUPT) & 0xFF
        kind, what, hint = _CAUSES.get(code, (IntegrityError, "the database is damaged", "restore a backup"))
        raise kind(what, where=where, hint=hint) from None
    except UnicodeError:
        # SQLite quotes what it could not read in its own message, and Python fails on a byte of it that is no text.
        raise IntegrityError("the database is damaged", where=where, hint="restore a backup") from None
    except OSError as error:
        raise AnonymizerError(
            f"the system refused ({error.strerror or type(error).__name__})", where=where
        ) from None


@dataclass(frozen=True)
class FileFormat:
    """What makes a database one of ours: application id, version and the exact tables."""

    name: str
    application_id: int
    version: int
    tables: tuple[str, ...]
    further: Callable[[sqlite3.Connection], None] = lambda _: None
    """Creates the tables of another part that lives in the same file."""

    def create(self, conn: sqlite3.Connection) -> None:
        """Write the empty tables and the marks of the format."""
        conn.execute(f"PRAGMA page_size = {_PAGE:d}")
        conn.execute(f"PRAGMA application_id = {self.application_id:d}")
        conn.execute(f"PRAGMA user_version = {self.version:d}")
        for statement in self.tables:
            conn.execute(statement)
        self.further(conn)

    def check(self, conn: sqlite3.Connection) -> None:
        """Refuse a file of another kind, a newer version, or with a table, trigger or view too many."""
        (application,) = conn.execute("PRAGMA application_id").fetchone()
        (version,) = conn.execute("PRAGMA user_version").fetchone()
        if application != self.application_id:
            raise IntegrityError(f"this is no {self.name}", where=self.name, hint=_FOREIGN)
        if version > self.version:
            raise UnreadableInput(
                f"it has format version {version}, this program knows {self.version}",
                where=self.name,
                hint="install a newer anonymizer",
            )
        if version != self.version or _schema(conn) != self.wanted():
            raise IntegrityError("its tables are not what was written", where=self.name, hint=_FOREIGN)

    def wanted(self) -> list[Any]:
        """Return the rows of ``sqlite_master`` that a file of this format has."""
        with closing(sqlite3.connect(":memory:")) as conn:
            self.create(conn)
            return _schema(conn)


def _schema(conn: sqlite3.Connection) -> list[Any]:
    rows = conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    # Two programs may space or quote one statement differently; what it says must be the same.
    return [(kind, name, table, " ".join(str(sql or "").split())) for kind, name, table, sql in rows]


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Open a database with the vault's settings; transactions are begun and ended by hand."""
    if create:
        os.close(create_private_file(path))
    else:
        with path.open("rb") as file:
            # Bytes 18 and 19: 2 would mean a write-ahead log, which opening must not turn into a change.
            if file.read(20)[18:] != b"\x01\x01":
                raise IntegrityError("it is no database as it was written", where=path.name, hint=_FOREIGN)
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
    try:
        conn.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        for name, value in _SETTINGS:
            conn.execute(f"PRAGMA {name} = {value}").fetchall()
        if read_only:
            conn.execute("PRAGMA query_only = ON")
    except BaseException:
        conn.close()
        raise
    return conn


def check_structure(conn: sqlite3.Connection, where: str) -> None:
    """Refuse a database whose pages contradict each other: an index that leaves a row out, a page both free and in use.

    What the seals can't see: a lost row is missed when it is read, but an index is only believed, and a list of free
    pages harms at the next write. A study with hours of recordings in it is too large to be walked through each time.
    """
    (pages,), (size,) = (conn.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
    if pages * size > _WALKED:
        return
    if conn.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        raise IntegrityError("the database is damaged", where=where, hint="restore a backup")


def sync_file(path: Path) -> None:
    """Make a file's bytes durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


class WholeFile:
    """A small database that is read into memory, and replaced as a whole: staged beside it, then renamed.

    So that it is always the old or the new one, has no journal, and what was removed from it is not in it.
    """

    def __init__(self, path: Path, file_format: FileFormat) -> None:
        self.path = path
        self.staged = path.with_name(path.name + ".next")
        self._format = file_format

    def read(self, *, staged: bool = False) -> dict[str, list[tuple[Any, ...]]] | None:
        """Return the rows of every table, or ``None`` if the file is not there."""
        path = self.staged if staged else self.path
        with guard(self.path.name):
            try:
                with path.open("rb") as file:
                    raw = file.read(_LARGEST + 1)
            except FileNotFoundError:
                return None
            if not 0 < len(raw) <= _LARGEST or len(raw) % _PAGE:
                raise IntegrityError("its size is not that of what was written", where=self.path.name)
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
                conn.deserialize(raw)
                conn.execute("PRAGMA trusted_schema = OFF")
                conn.execute("PRAGMA cell_size_check = ON")
                self._format.check(conn)
                check_structure(conn, self.path.name)
                names = [row[1] for row in self._format.wanted() if row[0] == "table"]
                select = "SELECT * FROM {}"
                return {name: conn.execute(select.format(name)).fetchall() for name in names}

    def stage(self, tables: Mapping[str, Iterable[Sequence[Any]]]) -> None:
        """Write the new content beside the file, durably; nothing counts before ``adopt``."""
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
            self._format.create(conn)
            for name, rows in tables.items():
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    conn.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)  # noqa: S608
            raw = conn.serialize()
        with guard(self.path.name):
            self.staged.unlink(missing_ok=True)
            point()
            with os.fdopen(create_private_file(self.staged), "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(self.path.parent)
            point()

    def adopt(self) -> None:
        """Put the staged content in the file's place."""
        with guard(self.path.name):
            point()
            self.staged.replace(self.path)
            point()
            sync_folder(self.path.parent)
            point()

    def discard(self) -> None:
        """Remove what was staged, if anything was."""
        with guard(self.path.name):
            self.staged.unlink(missing_ok=True)
