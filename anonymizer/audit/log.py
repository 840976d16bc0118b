"""The log of a study, in four tables of the study's own database.

``log`` and ``checkpoint`` are the record. ``log_head`` is a cache of the tree's right edge, so that appending
costs O(log n); it is checked against the newest checkpoint before it is built upon, and verification never
reads it. ``log_key`` holds the public key, so that the log can be verified without a passphrase.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from anonymizer.audit import merkle
from anonymizer.audit.entry import FIRST_PREV, MAX_ENTRY, Entry, check_words, timestamp
from anonymizer.audit.note import Checkpoint, LogKey, Signer, parse_checkpoint, sign_checkpoint
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError

__all__ = ["Log", "snapshot"]

_TABLES = (
    "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS log_head (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL,"
    " edge BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS log_key (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL,"
    " public BLOB NOT NULL)",
)


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """Read one state of the database over several statements, whatever another process commits meanwhile."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")


@dataclass
class _Head:
    edge: merkle.CompactRange
    leaf: bytes | None

    @property
    def prev(self) -> str:
        return FIRST_PREV if self.leaf is None else self.leaf.hex()


class Log:
    """Appends to, signs and reads the log behind ``conn``; commits nothing itself.

    A command appends its entries and signs one checkpoint inside the transaction that makes its change, then
    commits, then advances STATE. Nothing is kept between calls, so a rollback can leave no stale memory.
    """

    def __init__(self, conn: sqlite3.Connection, origin: str) -> None:
        self.conn = conn
        self.origin = origin

    @staticmethod
    def create_tables(conn: sqlite3.Connection) -> None:
        """Create the tables where they do not exist; commits nothing of its own accord."""
        for statement in _TABLES:
            conn.execute(statement)

    def append(
        self,
        actor: str,
        action: str,
        object_id: str | None,
        rule: str | None,
        details: Mapping[str, Any],
        now: datetime,
    ) -> Entry:
        """Add an entry inside the caller's open transaction and return it.

        Raise ``UsageError`` if anything in it is outside the vocabulary (nothing is written then), and
        ``IntegrityError`` if what stands in the log can't be built upon.
        """
        self._inside_transaction()
        check_words(actor, action, object_id, rule, details)
        head = self._head()
        seq = head.edge.size + 1
        # The caller may go on to change what it gave; the entry must stay what was hashed.
        kept = MappingProxyType(deepcopy(dict(details)))
        entry = Entry(seq, timestamp(now), actor, action, object_id, rule, kept, head.prev)
        raw = entry.to_bytes()
        if len(raw) > MAX_ENTRY:
            raise UsageError(
                "an entry of the log is too large", where=action, hint="log it in several entries"
            )
        head.edge.append(merkle.hash_leaf(raw))
        self.conn.execute("INSERT INTO log (seq, entry) VALUES (?, ?)", (seq, raw))
        self.conn.execute(
            "INSERT OR REPLACE INTO log_head (id, size, edge) VALUES (1, ?, ?)", (seq, head.edge.to_bytes())
        )
        return entry

    def checkpoint(self, signer: Signer) -> str:
        """Sign the log as it stands, inside the caller's transaction, and return the note.

        The first checkpoint records the public key; later ones must come from the same key. Without new
        entries the newest note is returned again.
        """
        self._inside_transaction()
        offered, known = LogKey(self.origin, signer.public_key), self.key
        if known is None:
            self.conn.execute(
                "INSERT INTO log_key (id, name, public) VALUES (1, ?, ?)", (offered.name, offered.public)
            )
        elif known != offered:
            raise IntegrityError("the log was begun with another signing key", where="log key")
        head = self._head()
        if head.edge.size == 0:
            raise UsageError("an empty log can't be signed", where="log", hint="append an entry first")
        newest = self.newest()
        if newest is not None and parse_checkpoint(newest).size == head.edge.size:
            return newest
        note = sign_checkpoint(self.origin, head.edge.size, head.edge.root(), signer)
        self.conn.execute("INSERT INTO checkpoint (size, note) VALUES (?, ?)", (head.edge.size, note))
        return note

    @property
    def key(self) -> LogKey | None:
        """The public key this log is signed with; ``None`` before the first checkpoint."""
        row = self.conn.execute("SELECT name, public FROM log_key WHERE id = 1").fetchone()
        return None if row is None else LogKey(row[0], bytes(row[1]))

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(self.conn.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()[0])

    def root(self) -> bytes:
        """Return the root of the tree over all entries, from the cached edge."""
        return self._head().edge.root()

    def newest(self) -> str | None:
        """Return the newest checkpoint as a note, or ``None``."""
        row = self.conn.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def note_at(self, size: int) -> str | None:
        """Return the checkpoint made at ``size``, or ``None`` if there was none."""
        row = self.conn.execute("SELECT note FROM checkpoint WHERE size = ?", (size,)).fetchone()
        return None if row is None else str(row[0])

    def notes(self) -> Iterator[str]:
        """Yield every checkpoint, the smallest first."""
        for (note,) in self.conn.execute("SELECT note FROM checkpoint ORDER BY size"):
            yield note

    def raw_entries(self, first: int = 1) -> Iterator[bytes]:
        """Yield the bytes of the entries from ``first`` on, in order."""
        for (raw,) in self.conn.execute("SELECT entry FROM log WHERE seq >= ? ORDER BY seq", (first,)):
            yield bytes(raw)

    def entries(self, first: int = 1) -> Iterator[Entry]:
        """Yield the entries from ``first`` on; raise ``IntegrityError`` at one that can't be read."""
        for number, raw in enumerate(self.raw_entries(first), first):
            yield Entry.from_bytes(raw, where=f"log entry {number}")

    def leaves(self) -> list[bytes]:
        """Return the leaf hashes of all entries, computed from their bytes."""
        return [merkle.hash_leaf(raw) for raw in self.raw_entries()]

    def inclusion_proof(self, seq: int, size: int | None = None) -> list[bytes]:
        """Return the proof that entry ``seq`` stands in the tree of ``size`` entries (default: all)."""
        leaves = self.leaves()
        return merkle.inclusion_proof(leaves, seq - 1, len(leaves) if size is None else size)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the first ``old`` entries begin the first ``new`` (default: all)."""
        leaves = self.leaves()
        return merkle.consistency_proof(leaves, old, len(leaves) if new is None else new)

    def rebuild_head(self) -> bool:
        """Compute the cached edge anew from the entries, inside the caller's transaction; tell whether it was wrong.

        The one repair that is honest: the record itself is not touched. Call it only on a log that ``verify``
        found sound.
        """
        self._inside_transaction()
        leaves = self.leaves()
        edge = merkle.CompactRange()
        edge.extend(leaves)
        row = self.conn.execute("SELECT size, edge FROM log_head WHERE id = 1").fetchone()
        right = (edge.size, edge.to_bytes()) if leaves else None
        if (None if row is None else tuple(row)) == right:
            return False
        self.conn.execute("DELETE FROM log_head")
        if right is not None:
            self.conn.execute("INSERT INTO log_head (id, size, edge) VALUES (1, ?, ?)", right)
        return True

    def _inside_transaction(self) -> None:
        # Outside one, an entry would be committed without the checkpoint that must cover it.
        if not self.conn.in_transaction:
            raise UsageError(
                "the log is written inside the transaction of the change it records", where="log"
            )

    def _head(self) -> _Head:
        row = self.conn.execute("SELECT size, edge FROM log_head WHERE id = 1").fetchone()
        last = self.conn.execute("SELECT seq, entry FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        damaged = IntegrityError(
            "the end of the log is not what was written", where="log", hint="run audit verify to see where"
        )
        try:
            edge = (
                merkle.CompactRange()
                if row is None
                else merkle.CompactRange.from_bytes(int(row[0]), bytes(row[1]))
            )
            head = _Head(edge, None if last is None else merkle.hash_leaf(bytes(last[1])))
        except (ValueError, TypeError):
            raise damaged from None
        if edge.size != (0 if last is None else last[0]):
            raise damaged
        newest = self._newest_checkpoint()
        if newest is None:
            return head
        if newest.size > head.edge.size or (
            newest.size == head.edge.size and newest.root != head.edge.root()
        ):
            raise damaged
        return head

    def _newest_checkpoint(self) -> Checkpoint | None:
        note = self.newest()
        if note is None:
            return None
        try:
            return parse_checkpoint(note)
        except UnreadableInput:
            raise IntegrityError("the newest checkpoint of the log is malformed", where="log") from None
