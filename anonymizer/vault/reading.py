"""What an open study gives back: facts, the log, and what its open masters unseal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from anonymizer.audit import Ed25519Signer, Log
from anonymizer.crypto import Key
from anonymizer.errors import IntegrityError, Locked, Shredded
from anonymizer.vault.history import History
from anonymizer.vault.keyfiles import keyring_file, keytable_file
from anonymizer.vault.keyring import LOG, KeyRing, Master, Slot
from anonymizer.vault.keytable import KeyTable
from anonymizer.vault.lock import WriterLock
from anonymizer.vault.places import Places
from anonymizer.vault.store import ObjectInfo, Store

__all__ = ["STUDY_OWNER", "Reading"]

STUDY_OWNER = "study"
"""The owner of what belongs to no participant and no transcript."""


class Reading:
    """The state of an open study and all that can be read of it; ``Vault`` opens, changes and closes it."""

    log: Log
    _store: Store

    def __init__(self, places: Places, study_id: str, clock: Callable[[], datetime]) -> None:
        self.places = places
        self.study_id = study_id
        self.clock = clock
        self.slot_id = ""
        self.history = History()
        self.keys_file = keyring_file(places)
        self.keytable_file = keytable_file(places)
        self._lock: WriterLock | None = None
        self._ring: KeyRing | None = None
        self._table: KeyTable | None = None
        self._masters: dict[str, Key] = {}
        self._signer: Ed25519Signer | None = None
        self._conn: sqlite3.Connection | None = None
        self._size = 0
        self._changing = False
        self._broken = False

    @property
    def db(self) -> sqlite3.Connection:
        """The open study.db, for this package's own use."""
        if self._conn is None:
            raise RuntimeError("the study was closed")
        return self._conn

    # --- reading ------------------------------------------------------------------------------------------

    @property
    def masters(self) -> frozenset[Master]:
        """The masters that are open."""
        return frozenset(Master(name) for name in self._masters if name != LOG)

    @property
    def shredded(self) -> frozenset[str]:
        """Every owner whose key was destroyed."""
        gone = self.history.shredded
        return frozenset(gone | ({STUDY_OWNER} if self.study_id in gone else set()))

    def log_id(self, owner: str) -> str:
        """Return the random id under which an owner stands in the log."""
        return self.study_id if owner == STUDY_OWNER else owner

    def slots(self) -> tuple[Slot, ...]:
        """Return who can unlock what; reads KEYS, needs no passphrase."""
        if self._ring is not None:
            return self._ring.slots()
        return self.keys_file.choose(self.study_id, self.history.keys)[0].slots()

    def owners(self) -> frozenset[str]:
        """Return every owner that has a data key; reads KEYS, needs no passphrase."""
        if self._ring is not None:
            return self._ring.owners()
        return self.keys_file.choose(self.study_id, self.history.keys)[0].owners()

    def load(self, kind: str, id: str) -> dict[str, Any] | None:  # noqa: A002
        """Return the body of a plain record, or ``None``."""
        return self._store.load(kind, id)

    def all(self, kind: str, owner: str | None = None) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
        """Yield id, owner and body of the plain records of a kind, by id."""
        yield from self._store.all(kind, owner)

    def owned(self, owner: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield kind, id and body of every plain record of an owner, whatever it means."""
        yield from self._store.owned(owner)

    def objects(self, owner: str | None = None, kind: str | None = None) -> tuple[ObjectInfo, ...]:
        """Describe the sealed objects there are; those of shredded owners are left out."""
        return tuple(info for info in self._store.objects(owner, kind) if info.owner not in self.shredded)

    def info(self, object_id: str) -> ObjectInfo:
        """Describe one sealed object; ``UsageError`` if there is none, ``Shredded`` if its key was destroyed."""
        info = self._store.info(object_id)
        if info.owner in self.shredded:
            raise Shredded("the key of this object was destroyed; nothing opens it again", where=object_id)
        return info

    def owner_key(self, owner: str, master: Master, key_id: str | None = None) -> Key:
        """Unwrap the data key that seals, or the one with ``key_id``; for this package's use, who wipes it."""
        if owner in self.shredded:
            raise Shredded("the key of this owner was destroyed; nothing opens it again", where=owner)
        if self._ring is None:
            raise Locked(f"the {master} key is not open", hint="open the study with a passphrase")
        return self._ring.owner_key(self._masters, owner, master, key_id)

    def unseal(self, object_id: str) -> bytes:
        """Open a sealed object as a whole.

        Raises ``Locked`` if its master is not open, ``Shredded`` if its key was destroyed,
        ``IntegrityError`` if it is not what was written.
        """
        return b"".join(self.unseal_stream(object_id))

    def unseal_stream(self, object_id: str) -> Iterator[bytes]:
        """Open a sealed object part by part in constant memory.

        Each part is authentic when it is yielded; that the object is complete is known when the iterator ends
        without an error, so undo what was done with the parts if it raises.
        """
        info = self.info(object_id)
        key = self.owner_key(info.owner, Master(info.master), info.key_id)
        try:
            yield from self._store.open(key, info)
        except IntegrityError as error:
            raise IntegrityError(error.what, where=object_id, hint=error.hint) from None
        finally:
            key.wipe()

    def rows(self, kind: str | None = None, owner: str | None = None) -> Iterator[tuple[str, str, bytes]]:
        """Yield id, owner and value of the key table's rows, by id; needs the identity master.

        That the key table was read is for the caller to log.
        """
        if self._table is None:
            raise Locked("the key table is not open", hint="open it with a slot that holds the identity key")
        table, keys = self._table, dict[str, Key]()
        try:
            for row_id, row in sorted(table.rows.items()):
                if (kind is not None and row.kind != kind) or (owner is not None and row.owner != owner):
                    continue
                if row.key_id not in keys:
                    keys[row.key_id] = self.owner_key(row.owner, Master.IDENTITY, row.key_id)
                yield row_id, row.owner, table.value(keys[row.key_id], row_id)
        finally:
            for key in keys.values():
                key.wipe()
