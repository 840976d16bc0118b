"""STUDY/study.db without the log: plain records, sealed objects in pieces, and a seal over what is there.

The seal: every record and every object's description enters a sum modulo 2^256 through a keyed hash
(MSet-Add-Hash, Clarke et al. 2003), so that a change costs what it changes. The sum is sealed together
with the size and root of the log, which someone outside may have seen: a row altered, removed or put back
from yesterday is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from typing import Any

from anonymizer.audit import Log
from anonymizer.crypto import Key, fields, open_record, open_stream, seal_record, seal_stream
from anonymizer.errors import IntegrityError, UsageError
from anonymizer.vault.files import FileFormat, guard

__all__ = ["FORMAT", "ObjectInfo", "Store"]

_SCHEMA_VERSION = 1

FORMAT = FileFormat(
    name="study.db",
    application_id=0x414E5A53,  # "ANZS"
    version=_SCHEMA_VERSION,
    tables=(
        "CREATE TABLE about (study TEXT NOT NULL)",
        "CREATE TABLE record (kind TEXT NOT NULL, id TEXT NOT NULL, owner TEXT, body TEXT NOT NULL,"
        " PRIMARY KEY (kind, id)) WITHOUT ROWID",
        "CREATE INDEX record_of_owner ON record (owner)",
        "CREATE TABLE object (id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, master TEXT NOT NULL,"
        " generation INTEGER NOT NULL, key_id TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL)"
        " WITHOUT ROWID",
        "CREATE INDEX object_of_owner ON object (owner)",
        "CREATE TABLE piece (object TEXT NOT NULL REFERENCES object (id) ON DELETE CASCADE, number INTEGER NOT NULL,"
        " bytes BLOB NOT NULL, UNIQUE (object, number))",
        "CREATE TABLE seal (sealed BLOB NOT NULL)",
    ),
    further=Log.create_tables,
)

_MODULUS = 1 << 256
_WHERE = "study.db"


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What is known of a sealed object without any key. ``size`` and ``digest`` (SHA-256) are of the ciphertext.

    After its owner was shredded the description stays with size 0 and an empty digest.
    """

    id: str
    owner: str
    kind: str
    master: str
    generation: int
    key_id: str = ""
    size: int = 0
    digest: str = ""

    def element(self) -> bytes:
        """Return what enters the seal over study.db."""
        return fields(
            *("object", self.id, self.owner, self.kind, self.master),
            *(self.generation, self.key_id, self.size, self.digest),
        )


def _record_element(kind: str, id_: str, owner: str | None, body: str) -> bytes:
    return fields("record", kind, id_, *(("owned", owner) if owner is not None else ("common",)), body)


class Store:
    """Rows of study.db on an open connection; commits nothing itself."""

    def __init__(self, conn: sqlite3.Connection, study: str) -> None:
        self.conn = conn
        self.study = study
        self._prf: bytes | None = None
        self._total = 0

    # --- the seal -----------------------------------------------------------------------------------------

    def use_log_master(self, key: Key) -> None:
        """Take the secrets of the seal from the inner master; ``recount`` must follow."""
        self._seal_key = key.sub("seal of study.db")
        # Derived from the master that rotates, since whoever knows it could make other rows give the same sum.
        self._prf = bytes(key.sub("sum of study.db").secret)

    def _term(self, element: bytes) -> int:
        if self._prf is None:
            raise RuntimeError("a study that was opened without a passphrase is not written to")
        return int.from_bytes(hashlib.blake2b(element, key=self._prf, digest_size=32).digest(), "big")

    def _count(self, element: bytes, sign: int) -> None:
        self._total = (self._total + sign * self._term(element)) % _MODULUS

    def _place(self, log: Log) -> bytes:
        return fields("seal", self.study, log.size, log.root())

    def seal(self, log: Log) -> None:
        """Write the seal for the present rows and the present end of the log."""
        sealed = seal_record(self._seal_key, self._total.to_bytes(32, "big"), place=self._place(log))
        self.conn.execute("DELETE FROM seal")
        self.conn.execute("INSERT INTO seal VALUES (?)", (sealed,))

    def recount(self) -> None:
        """Compute the sum anew from all rows."""
        self._total = 0
        with guard(_WHERE):
            for row in self.conn.execute("SELECT kind, id, owner, body FROM record"):
                kind, id_, owner, body = row
                if not all(isinstance(text, str) for text in (kind, id_, owner or "", body)):
                    raise IntegrityError("a record is not what was written", where=_WHERE)
                self._count(_record_element(*row), 1)
        for info in self.objects():
            self._count(info.element(), 1)

    def check_seal(self, log: Log) -> None:
        """Compute the sum anew and compare it with the sealed one; ``IntegrityError`` if they differ."""
        self.recount()
        with guard(_WHERE):
            rows = self.conn.execute("SELECT sealed FROM seal").fetchall()
        bad = IntegrityError(
            "records or sealed objects are not those that were written", where=_WHERE, hint="restore a backup"
        )
        if len(rows) != 1 or not isinstance(rows[0][0], bytes):
            raise bad
        try:
            written = open_record(self._seal_key, rows[0][0], place=self._place(log))
        except IntegrityError:
            raise bad from None
        if int.from_bytes(written, "big") != self._total:
            raise bad

    @property
    def total(self) -> int:
        """The running sum; the caller keeps it to undo a change that fails."""
        return self._total

    @total.setter
    def total(self, value: int) -> None:
        self._total = value

    # --- plain records ------------------------------------------------------------------------------------

    def load(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return a record's body."""
        with guard(_WHERE):
            row = self.conn.execute(
                "SELECT body FROM record WHERE kind = ? AND id = ?", (kind, id_)
            ).fetchone()
        return None if row is None else _parsed(row[0])

    def all(self, kind: str, owner: str | None) -> list[tuple[str, str | None, dict[str, Any]]]:
        """Return id, owner and body of the records of a kind, by id."""
        with guard(_WHERE):
            rows = self.conn.execute(
                "SELECT id, owner, body FROM record WHERE kind = ? AND (? IS NULL OR owner = ?) ORDER BY id",
                (kind, owner, owner),
            ).fetchall()
        return [(id_, of, _parsed(body)) for id_, of, body in rows]

    def owned(self, owner: str) -> list[tuple[str, str, dict[str, Any]]]:
        """Return kind, id and body of every record of an owner."""
        with guard(_WHERE):
            rows = self.conn.execute(
                # The plus keeps SQLite off the index, which no seal covers: erasure must find everything.
                "SELECT kind, id, body FROM record WHERE +owner = ? ORDER BY kind, id",
                (owner,),
            ).fetchall()
        return [(kind, id_, _parsed(body)) for kind, id_, body in rows]

    def save(self, kind: str, id_: str, body: dict[str, Any], owner: str | None) -> None:
        """Write a record, over an older one if there is one."""
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        self.drop(kind, id_)
        with guard(_WHERE):
            self.conn.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (kind, id_, owner, text))
        self._count(_record_element(kind, id_, owner, text), 1)

    def drop(self, kind: str, id_: str) -> bool:
        """Delete a record; say whether there was one."""
        with guard(_WHERE):
            row = self.conn.execute(
                "SELECT owner, body FROM record WHERE kind = ? AND id = ?", (kind, id_)
            ).fetchone()
            if row is None:
                return False
            self.conn.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, id_))
        self._count(_record_element(kind, id_, *row), -1)
        return True

    # --- sealed objects -----------------------------------------------------------------------------------

    def objects(self, owner: str | None = None, kind: str | None = None) -> list[ObjectInfo]:
        """Return the descriptions of sealed objects, by id."""
        with guard(_WHERE):
            rows = self.conn.execute(
                "SELECT id, owner, kind, master, generation, key_id, size, digest FROM object"
                " WHERE (? IS NULL OR owner = ?) AND (? IS NULL OR kind = ?) ORDER BY id",
                (owner, owner, kind, kind),
            ).fetchall()
        return [_described(row) for row in rows]

    def find(self, object_id: str) -> ObjectInfo | None:
        """Return one description, or ``None``."""
        with guard(_WHERE):
            row = self.conn.execute(
                "SELECT id, owner, kind, master, generation, key_id, size, digest FROM object WHERE id = ?",
                (object_id,),
            ).fetchone()
        return None if row is None else _described(row)

    def info(self, object_id: str) -> ObjectInfo:
        """Return one description; ``UsageError`` if there is no such object."""
        info = self.find(object_id)
        if info is None:
            raise UsageError("there is no sealed object with this id", where=object_id)
        return info

    def put(self, key: Key, info: ObjectInfo, plaintext: bytes | Iterable[bytes]) -> ObjectInfo:
        """Seal ``plaintext`` as the object that ``info`` describes, over an older generation; return it described."""
        self.remove(info.id)
        pieces = [plaintext] if isinstance(plaintext, bytes) else plaintext
        size, digest = 0, hashlib.sha256()
        self._describe(info)
        for number, piece in enumerate(_grouped(seal_stream(key, pieces, context=self._context(info)))):
            size += len(piece)
            digest.update(piece)
            with guard(_WHERE):
                self.conn.execute("INSERT INTO piece VALUES (?, ?, ?)", (info.id, number, piece))
        done = replace(info, key_id=key.id, size=size, digest=digest.hexdigest())
        with guard(_WHERE):
            self.conn.execute(
                "UPDATE object SET key_id = ?, size = ?, digest = ? WHERE id = ?",
                (done.key_id, size, done.digest, info.id),
            )
        self._count(done.element(), 1)
        return done

    def _describe(self, info: ObjectInfo) -> None:
        with guard(_WHERE):
            self.conn.execute("INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(info))

    def remove(self, object_id: str) -> bool:
        """Delete an object with its pieces; say whether there was one."""
        info = self.find(object_id)
        if info is None:
            return False
        with guard(_WHERE):
            self.conn.execute("DELETE FROM object WHERE id = ?", (object_id,))
        self._count(info.element(), -1)
        return True

    def empty(self, info: ObjectInfo) -> None:
        """Delete an object's pieces and leave its description, with size 0, so that it is known to be shredded."""
        self.remove(info.id)
        gone = replace(info, key_id="", size=0, digest="")
        self._describe(gone)
        self._count(gone.element(), 1)

    def key_ids(self) -> frozenset[str]:
        """Return the ids of all data keys that some object needs."""
        with guard(_WHERE):
            return frozenset(row[0] for row in self.conn.execute("SELECT DISTINCT key_id FROM object"))

    def open(self, key: Key, info: ObjectInfo) -> Iterator[bytes]:
        """Yield the plaintext; each part is authentic, and the whole is complete once the iterator has ended."""
        return open_stream(key, self._pieces(info.id), context=self._context(info))

    def _pieces(self, object_id: str) -> Iterator[bytes]:
        number = 0
        while True:
            with guard(_WHERE):
                row = self.conn.execute(
                    "SELECT bytes FROM piece WHERE object = ? AND number = ?", (object_id, number)
                ).fetchone()
            if row is None:
                return
            if not isinstance(row[0], bytes):
                raise IntegrityError("a sealed object is not what was written", where=object_id)
            yield row[0]
            number += 1

    def _context(self, info: ObjectInfo) -> bytes:
        return fields(self.study, info.owner, info.id, info.kind, info.generation, _SCHEMA_VERSION)


def _grouped(parts: Iterator[bytes], at_least: int = 1 << 20) -> Iterator[bytes]:
    """Join small parts, so that a transcript is one piece and a recording pieces of about 1 MiB."""
    held = bytearray()
    for part in parts:
        held += part
        if len(held) >= at_least:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _described(row: tuple[Any, ...]) -> ObjectInfo:
    """Return a row as a description; the seal sees bytes, and text of the same bytes has the same sum."""
    info = ObjectInfo(*row)
    text = (info.id, info.owner, info.kind, info.master, info.key_id, info.digest)
    if not (
        all(isinstance(each, str) for each in text)
        and isinstance(info.generation, int)
        and isinstance(info.size, int)
    ):
        raise IntegrityError("the description of a sealed object is not what was written", where=_WHERE)
    return info


def _parsed(body: str) -> dict[str, Any]:
    try:
        value = json.loads(body) if isinstance(body, str) else None
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise IntegrityError("a record is not what was written", where=_WHERE)
    return value
