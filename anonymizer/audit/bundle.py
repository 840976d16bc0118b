"""The export bundle: the whole log in one text file that anyone can check and keep.

UTF-8, each line ended by one line feed, in this order:

1. the entries, the canonical bytes as stored, one a line;
2. the checkpoints, the smallest first, one a line: ``{"checkpoint":"<the signed note>"}``;
3. the key, one line: ``{"fingerprint":…,"format":"anonymizer-log/1","origin":…,"public_key":<base64>}``.

Lines of 2 and 3 are canonical JSON too, so that no byte of the file can change unnoticed.
"""

from __future__ import annotations

import base64
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from anonymizer.audit.canonical import encode, parse
from anonymizer.audit.entry import MAX_ENTRY, Entry
from anonymizer.audit.log import Log, snapshot
from anonymizer.audit.note import MAX_NOTE, LogKey
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError

__all__ = ["FORMAT", "BundleReader", "export", "is_bundle", "read_entries"]

FORMAT = "anonymizer-log/1"
MAX_LINE = max(MAX_ENTRY, 2 * MAX_NOTE) + 64
MAX_BYTES = 16 * 1024**3
_CHECKPOINT = b'{"checkpoint":'
_KEY = b'{"fingerprint":'
_BEGINNINGS = (b'{"action":', _CHECKPOINT, _KEY)


def export(conn: sqlite3.Connection, target: Path) -> int:
    """Write the bundle of the log behind ``conn`` to ``target``, whole or not at all; return its entries.

    Raise ``UsageError`` if the log was never signed or the file can't be written. Verifies nothing: a broken log
    can be shown to others too.
    """
    with snapshot(conn):
        row = conn.execute("SELECT name FROM log_key WHERE id = 1").fetchone()
        key = None if row is None else Log(conn, row[0]).key
        if key is None:
            raise UsageError("this log has no signed checkpoint yet", where="log")
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                count = _write(Log(conn, key.name), key, file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError as error:
            raise UsageError(f"can't be written ({error.strerror})", where=target.name) from None
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return count


def is_bundle(path: Path) -> bool:
    """Tell whether ``path`` is a bundle, whole or damaged: one of its lines at least begins like one of a bundle.

    An empty file, one beyond the caps and one that can't be read are left to ``BundleReader``.
    """
    with suppress(OSError):
        if 0 < path.stat().st_size <= MAX_BYTES:
            with path.open("rb") as file:
                begins = True
                while piece := file.readline(MAX_LINE):
                    if begins and piece.startswith(_BEGINNINGS):
                        return True
                    begins = piece.endswith(b"\n")
            return False
    return True


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a bundle as they stand. Judges nothing: ``verify`` it first.

    Raises ``UnreadableInput`` for no file or one that is no bundle at all, ``IntegrityError`` for a line of a bundle
    that is no entry.
    """
    if not is_bundle(path):
        raise UnreadableInput("this is no exported log", where=path.name, hint="make one with audit export")
    for line, raw in BundleReader(path).entries():
        yield Entry.from_bytes(raw, where=f"{path.name}, line {line}")


def _write(log: Log, key: LogKey, file: BinaryIO) -> int:
    count = 0
    for raw in log.raw_entries():
        file.write(raw + b"\n")
        count += 1
    for note in log.notes():
        file.write(encode({"checkpoint": note}) + b"\n")
    file.write(_key_line(key) + b"\n")
    return count


class BundleReader:
    """Reads a bundle line by line. Iterate over ``entries()`` to the end, then ask for the rest.

    Raises ``UnreadableInput`` only where there is nothing to judge (no file, empty, beyond the caps). What is
    wrong inside is left in ``problem`` as (line number, what), for a verdict.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.key: LogKey | None = None
        self.notes: list[str] = []
        self.problem: tuple[int, str] | None = None
        self.cut = False
        """Whether the problem is that the file ends too early."""

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield (line number, raw bytes) of each line before the checkpoints."""
        self.key, self.notes, self.problem, self.cut = None, [], None, False
        try:
            size = self.path.stat().st_size
            if size == 0:
                raise UnreadableInput("the bundle is empty", where=self.path.name)
            if size > MAX_BYTES:
                raise UnreadableInput("the bundle is too large", where=self.path.name)
            with self.path.open("rb") as file:
                number = 0
                while line := file.readline(MAX_LINE):
                    number += 1
                    if line.startswith((_CHECKPOINT, _KEY)):
                        self._tail(number, line, file.readline)
                        return
                    if line[-1:] != b"\n":
                        self._ends(number, "the line is cut off or too long")
                        return
                    yield number, line[:-1]
                self._ends(number, "the bundle ends before its checkpoints")
        except OSError as error:
            raise UnreadableInput(f"can't be read ({error.strerror})", where=self.path.name) from None

    def _tail(self, number: int, line: bytes, readline: Callable[[int], bytes]) -> None:
        while line:
            where = f"{self.path.name}, line {number}"
            if line[-1:] != b"\n":
                self._ends(number, "the line is cut off or too long")
                return
            if self.key is not None:
                self.problem = (number, "something stands after the line of the key")
                return
            try:
                value = parse(line[:-1], where=where)
                if line.startswith(_CHECKPOINT):
                    if value.keys() != {"checkpoint"} or not isinstance(value["checkpoint"], str):
                        raise IntegrityError("no checkpoint", where=where)
                    self.notes.append(value["checkpoint"])
                else:
                    self.key = _parse_key(value, where)
            except (IntegrityError, AttributeError):
                self.problem = (number, "the line is neither a checkpoint nor the key")
                return
            line = readline(MAX_LINE)
            number += 1
        if self.key is None:
            self._ends(number, "the bundle ends before the line of the key")

    def _ends(self, number: int, what: str) -> None:
        self.problem, self.cut = (number, what), True


def _key_line(key: LogKey) -> bytes:
    return encode(
        {
            "fingerprint": key.fingerprint,
            "format": FORMAT,
            "origin": key.name,
            "public_key": base64.b64encode(key.public).decode(),
        }
    )


def _parse_key(value: object, where: str) -> LogKey:
    bad = IntegrityError("the line of the key is malformed", where=where)
    if not isinstance(value, dict) or value.keys() != {"fingerprint", "format", "origin", "public_key"}:
        raise bad
    try:
        key = LogKey(value["origin"], base64.b64decode(value["public_key"], validate=True))
    except (ValueError, TypeError):
        raise bad from None
    # Writing it again and comparing settles fingerprint, format and the spelling of the base64 at once.
    if encode(value) != _key_line(key):
        raise bad
    return key
