"""KEYS/keys.db: slots, masters sealed to slots, and each owner's data keys wrapped under the masters.

A ``KeyRing`` is the content of the file in memory, without any secret; opening a slot yields the masters as
``Key`` objects, which the caller keeps and hands back in. A change makes a new ring; the file is replaced
whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from anonymizer.crypto import (
    KdfCost,
    Key,
    SlotKeys,
    fields,
    key_from_passphrase,
    key_from_recovery,
    looks_like_recovery_key,
    new_id,
    open_record,
    seal_record,
    seal_to,
)
from anonymizer.errors import IntegrityError, Locked
from anonymizer.vault.files import FileFormat

__all__ = ["FORMAT", "LOG", "KeyRing", "Master", "Masters", "Slot", "Unlocked"]


class Master(StrEnum):
    """The two keys that a slot may hold."""

    WORK = "work"
    """Opens pseudonymised transcripts and findings without text."""
    IDENTITY = "identity"
    """Opens originals, recordings, names, contact and the key table."""


LOG = "log"
"""The inner master that every slot with a master holds: it seals the log's signing key and what checks study.db."""

Masters = Mapping[str, Key]

FORMAT = FileFormat(
    name="keys.db",
    application_id=0x414E5A4B,  # "ANZK"
    version=1,
    tables=(
        "CREATE TABLE about (study TEXT NOT NULL, generation INTEGER NOT NULL, signing BLOB NOT NULL)",
        "CREATE TABLE slot (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, kdf TEXT NOT NULL,"
        " salt BLOB NOT NULL, memory_kib INTEGER NOT NULL, passes INTEGER NOT NULL, lanes INTEGER NOT NULL,"
        " public BLOB NOT NULL, private BLOB NOT NULL)",
        "CREATE TABLE master (name TEXT PRIMARY KEY, key_id TEXT NOT NULL, slots BLOB NOT NULL)",
        "CREATE TABLE slot_master (slot TEXT NOT NULL, master TEXT NOT NULL, sealed BLOB NOT NULL,"
        " PRIMARY KEY (slot, master))",
        "CREATE TABLE owner_key (owner TEXT NOT NULL, master TEXT NOT NULL, number INTEGER NOT NULL,"
        " sealed BLOB NOT NULL, PRIMARY KEY (owner, master, number))",
    ),
)

_ARGON2ID = "argon2id"
_RECOVERY = "recovery"
_ALTERED = "keys.db is not what was written"


@dataclass(frozen=True)
class Slot:
    """Who can unlock what: one member of staff, or the printed recovery key."""

    id: str
    name: str
    role: str
    masters: frozenset[Master]
    recovery: bool


@dataclass(frozen=True)
class Unlocked:
    """What a passphrase opened: the slot's id, its masters by name, and the seed of the log's signing key."""

    slot_id: str
    masters: dict[str, Key] = field(repr=False)
    signing_seed: bytes = field(repr=False)


@dataclass(frozen=True)
class _SlotRow:
    id: str
    name: str
    role: str
    kdf: str
    salt: bytes
    cost: KdfCost
    public: bytes
    private: bytes

    def place(self, study: str) -> bytes:
        """What the private half is bound to: a cheaper derivation or another public half no longer opens it."""
        lock = (self.kdf, self.salt, *self.cost.parts())
        return fields("slot", study, self.id, "private half", *lock, self.public)

    def key(self, secret: str) -> Key:
        if self.kdf == _RECOVERY:
            return key_from_recovery(secret, key_id=self.id)
        return key_from_passphrase(secret, self.salt, self.cost, key_id=self.id)


@dataclass(frozen=True)
class _MasterRow:
    key_id: str
    slots: bytes


@dataclass(frozen=True)
class KeyRing:
    """The content of keys.db. Never altered in place; each change returns a new ring, to be closed by ``sealed``."""

    study: str
    generation: int
    signing: bytes
    slot_rows: Mapping[str, _SlotRow]
    master_rows: Mapping[str, _MasterRow]
    grants: Mapping[tuple[str, str], bytes]
    owner_keys: Mapping[tuple[str, str, int], bytes]
    """By owner, master and number; the highest number seals, the others only open what they once sealed."""

    # --- making and reading -------------------------------------------------------------------------------

    @classmethod
    def new(cls, study: str, signing_seed: bytes) -> tuple[KeyRing, dict[str, Key]]:
        """Return a ring without slots, and its fresh masters."""
        masters = {name: Key.random() for name in (LOG, *Master)}
        rows = {name: _MasterRow(key.id, b"") for name, key in masters.items()}
        ring = cls(study, 0, b"", {}, rows, {}, {})
        return replace(ring, signing=ring._sealed_signing(masters[LOG], signing_seed)), masters

    @classmethod
    def from_tables(cls, tables: Mapping[str, list[tuple[Any, ...]]]) -> Self:
        """Read what ``to_tables`` wrote; ``IntegrityError`` if a value is missing or of the wrong type."""
        try:
            ((study, generation, signing),) = tables["about"]
            slots = {}
            for row in tables["slot"]:
                id_, name, role, kdf, salt, memory, passes, lanes, public, private = row
                slots[id_] = _SlotRow(
                    id_, name, role, kdf, salt, KdfCost(memory, passes, lanes), public, private
                )
            ring = cls(
                study,
                generation,
                signing,
                slots,
                {name: _MasterRow(key_id, seal) for name, key_id, seal in tables["master"]},
                {(slot, master): sealed for slot, master, sealed in tables["slot_master"]},
                {(owner, master, n): sealed for owner, master, n, sealed in tables["owner_key"]},
            )
        except (ValueError, TypeError, KeyError):
            raise IntegrityError(_ALTERED, where="keys.db") from None
        ring._check_types()
        return ring

    def to_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows of every table."""
        return {
            "about": [(self.study, self.generation, self.signing)],
            "slot": [
                (s.id, s.name, s.role, s.kdf, s.salt, *s.cost.parts(), s.public, s.private)
                for _, s in sorted(self.slot_rows.items())
            ],
            "master": [(name, row.key_id, row.slots) for name, row in sorted(self.master_rows.items())],
            "slot_master": [(*key, sealed) for key, sealed in sorted(self.grants.items())],
            "owner_key": [(*key, sealed) for key, sealed in sorted(self.owner_keys.items())],
        }

    def _check_types(self) -> None:
        text = (self.study, *self.slot_rows, *self.master_rows)
        text += tuple(part for key in (*self.grants, *(key[:2] for key in self.owner_keys)) for part in key)
        text += tuple(part for s in self.slot_rows.values() for part in (s.name, s.role, s.kdf))
        text += tuple(row.key_id for row in self.master_rows.values())
        raw = (self.signing, *self.grants.values(), *self.owner_keys.values())
        raw += tuple(part for s in self.slot_rows.values() for part in (s.salt, s.public, s.private))
        raw += tuple(row.slots for row in self.master_rows.values())
        number: tuple[object, ...] = (self.generation, *(key[2] for key in self.owner_keys))
        for s in self.slot_rows.values():
            number += s.cost.parts()
        good = (
            all(isinstance(value, str) for value in text)
            and all(isinstance(value, bytes) for value in raw)
            and all(isinstance(value, int) for value in number)
            and set(self.master_rows) == {LOG, *Master}
            and all(s.kdf in (_ARGON2ID, _RECOVERY) for s in self.slot_rows.values())
        )
        if not good:
            raise IntegrityError(_ALTERED, where="keys.db")

    @property
    def digest(self) -> str:
        """SHA-256 over every value of the ring (ciphertext, public halves, ids); the log records it."""
        parts: list[str | bytes | int] = ["keys.db/1"]
        for name, rows in self.to_tables().items():
            parts += [name, len(rows)]
            for row in rows:
                parts += row
        return hashlib.sha256(fields(*parts)).hexdigest()

    @property
    def slots_digest(self) -> str:
        """SHA-256 over the slots: id, name, role, kind of lock, public half and the masters each holds."""
        parts: list[str | bytes | int] = ["slots/1", self.study, len(self.slot_rows)]
        for _, s in sorted(self.slot_rows.items()):
            held = sorted(name for slot, name in self.grants if slot == s.id)
            parts += [s.id, s.name, s.role, s.kdf, s.public, len(held), *held]
        return hashlib.sha256(fields(*parts)).hexdigest()

    def public_digest(self, slot_id: str) -> str:
        """SHA-256 of a slot's public half; the log records it."""
        return hashlib.sha256(self.slot_rows[slot_id].public).hexdigest()

    def slots(self) -> tuple[Slot, ...]:
        """Return every slot, in the order of their random ids."""
        return tuple(
            Slot(s.id, s.name, s.role, self.held_by(s.id), s.kdf == _RECOVERY)
            for _, s in sorted(self.slot_rows.items())
        )

    def held_by(self, slot_id: str) -> frozenset[Master]:
        """Return the masters that a slot holds."""
        return frozenset(Master(name) for slot, name in self.grants if slot == slot_id and name != LOG)

    # --- unlocking ----------------------------------------------------------------------------------------

    def unlock(self, secret: str, wanted: frozenset[Master]) -> Unlocked:
        """Open the slot that ``secret`` (passphrase or recovery key) belongs to, and the masters wanted of it.

        Raises ``Locked`` if no slot opens or the slot lacks a master, ``IntegrityError`` if the slot
        opens but a public half, a slot or a sealed master is not what the masters vouch for.
        """
        row, pair = self._open_slot(secret)
        masters: dict[str, Key] = {}
        for name in (LOG, *sorted(wanted)):
            sealed = self.grants.get((row.id, name))
            if sealed is None:
                what = "no key of this study" if name == LOG else f"not the {name} key"
                raise Locked(f"this slot holds {what}", where=row.id, hint="ask someone whose slot does")
            key_id = self.master_rows[name].key_id
            masters[name] = Key(key_id, pair.open(sealed, info=self._grant_info(row.id, name, key_id)))
        self.verify_slots(masters)
        seed = open_record(masters[LOG].sub("log signing key"), self.signing, place=self._signing_place())
        return Unlocked(row.id, masters, seed)

    def _open_slot(self, secret: str) -> tuple[_SlotRow, SlotKeys]:
        wanted = _RECOVERY if looks_like_recovery_key(secret) else _ARGON2ID
        for _, row in sorted(self.slot_rows.items()):
            if row.kdf != wanted:
                continue
            key = row.key(secret)
            try:
                private = open_record(key, row.private, place=row.place(self.study))
            except IntegrityError:
                continue
            finally:
                key.wipe()
            pair = SlotKeys(private)
            if pair.public != row.public:
                raise IntegrityError("the public half of a slot was exchanged", where=row.id)
            return row, pair
        secret_kind = "recovery key" if wanted == _RECOVERY else "passphrase"
        raise Locked(
            f"no slot opens with this {secret_kind}", where="keys.db", hint="check it; nothing was changed"
        )

    def verify_slots(self, masters: Masters) -> None:
        """Check that the slots are those that each of the open masters was last sealed to."""
        for name, key in masters.items():
            open_record(key.sub("slots"), self.master_rows[name].slots, place=self._slots_place(name))

    # --- changing -----------------------------------------------------------------------------------------

    def sealed(self, generation: int, masters: Masters) -> KeyRing:
        """Close a change: count it, and vouch for the slots under every open master.

        A master that is not open keeps its old voucher, which holds only while the slots are unchanged.
        """
        ring = replace(self, generation=generation)
        rows = dict(ring.master_rows)
        for name, key in masters.items():
            voucher = seal_record(key.sub("slots"), b"", place=ring._slots_place(name))
            rows[name] = _MasterRow(key.id, voucher)
        return replace(ring, master_rows=rows)

    def with_slot(
        self,
        masters: Masters,
        *,
        name: str,
        role: str,
        secret: str,
        held: frozenset[Master],
        cost: KdfCost,
        salt: bytes | None,
    ) -> tuple[KeyRing, str]:
        """Add a slot and seal the ``held`` masters to it; ``salt`` ``None`` makes a recovery slot."""
        pair = SlotKeys.generate()
        row = _SlotRow(
            new_id(),
            name,
            role,
            _RECOVERY if salt is None else _ARGON2ID,
            salt or b"",
            cost,
            pair.public,
            b"",
        )
        ring = self._with_row(row, pair, secret)
        grants = dict(ring.grants)
        for master in {LOG, *held} if held else ():
            grants[row.id, master] = ring._grant(row, master, masters[master])
        return replace(ring, grants=grants), row.id

    def with_new_secret(
        self, slot_id: str, secret: str, *, old: str, cost: KdfCost, salt: bytes, fresh_pair: bool
    ) -> KeyRing:
        """Give a slot another passphrase; with ``fresh_pair`` another key pair too (then ``rotated`` must follow)."""
        row, pair = self._open_slot(old)
        if row.id != slot_id or row.kdf != _ARGON2ID:
            raise Locked("the old passphrase is not that of this slot", where=slot_id)
        if fresh_pair:
            pair = SlotKeys.generate()
        return self._with_row(replace(row, salt=salt, cost=cost, public=pair.public), pair, secret)

    def _with_row(self, row: _SlotRow, pair: SlotKeys, secret: str) -> KeyRing:
        key = row.key(secret)
        row = replace(row, private=seal_record(key, pair.private, place=row.place(self.study)))
        key.wipe()
        return replace(self, slot_rows={**self.slot_rows, row.id: row})

    def without_slot(self, slot_id: str) -> KeyRing:
        """Take a slot out; ``rotated`` must follow, since its holder knows the masters."""
        rows = {id_: row for id_, row in self.slot_rows.items() if id_ != slot_id}
        grants = {key: sealed for key, sealed in self.grants.items() if key[0] != slot_id}
        return replace(self, slot_rows=rows, grants=grants)

    def rotated(self, masters: Masters, names: Iterable[str]) -> tuple[KeyRing, dict[str, Key]]:
        """Replace the named masters by fresh ones, sealed to the slots that held them; wrap every key anew."""
        ring, now = self, dict(masters)
        for name in names:
            old, fresh = masters[name], Key.random()
            owner_keys = dict(ring.owner_keys)
            for owner, master, number in ring.owner_keys:
                if master == name:
                    key = ring._unwrapped(old, owner, name, number)
                    owner_keys[owner, name, number] = ring._wrapped(fresh, owner, name, number, key)
                    key.wipe()
            grants = dict(ring.grants)
            for slot, master in ring.grants:
                if master == name:
                    grants[slot, name] = ring._grant(ring.slot_rows[slot], name, fresh)
            signing = ring.signing
            if name == LOG:
                seed = open_record(old.sub("log signing key"), signing, place=ring._signing_place())
                signing = ring._sealed_signing(fresh, seed)
            rows = {**ring.master_rows, name: _MasterRow(fresh.id, b"")}
            ring = replace(ring, signing=signing, master_rows=rows, grants=grants, owner_keys=owner_keys)
            now[name] = fresh
        return ring, now

    def with_owner(self, masters: Masters, owner: str) -> KeyRing:
        """Give an owner a fresh data key per master, which seals from now on; a new owner or one that has keys."""
        keys = dict(self.owner_keys)
        for master in Master:
            number = max(self._numbers(owner, master), default=0) + 1
            fresh = Key.random()
            keys[owner, master, number] = self._wrapped(masters[master], owner, master, number, fresh)
            fresh.wipe()
        return replace(self, owner_keys=keys)

    def without_unused(self, masters: Masters, used: Set[str]) -> KeyRing:
        """Drop the data keys that no longer seal and whose id is not in ``used``."""
        keys = dict(self.owner_keys)
        for owner, master, number in self.owner_keys:
            if number != max(self._numbers(owner, master)):
                key = self._unwrapped(masters[master], owner, master, number)
                if key.id not in used:
                    del keys[owner, master, number]
                key.wipe()
        return replace(self, owner_keys=keys)

    def without_owner(self, owner: str) -> KeyRing:
        """Take an owner's keys out; ``rotated`` must follow for them to be of no use in any older copy."""
        return replace(
            self, owner_keys={key: sealed for key, sealed in self.owner_keys.items() if key[0] != owner}
        )

    # --- data keys ----------------------------------------------------------------------------------------

    def owners(self) -> frozenset[str]:
        """Return every owner that has a key."""
        return frozenset(key[0] for key in self.owner_keys)

    def owner_key(self, masters: Masters, owner: str, master: str, key_id: str | None = None) -> Key:
        """Unwrap the data key that seals, or the one with ``key_id``.

        Raises ``Locked`` without the master, ``IntegrityError`` if the owner has no such key.
        """
        if master not in masters:
            raise Locked(f"the {master} key is not open", hint="open the study with a slot that holds it")
        for number in sorted(self._numbers(owner, master), reverse=True):
            key = self._unwrapped(masters[master], owner, master, number)
            if key_id in (None, key.id):
                return key
            key.wipe()
        raise IntegrityError("there is no such data key for this owner", where=owner)

    def _numbers(self, owner: str, master: str) -> list[int]:
        return self._numbers_of.get((owner, master), [])

    @cached_property
    def _numbers_of(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for owner, master, number in self.owner_keys:
            found.setdefault((owner, master), []).append(number)
        return found

    def _wrapped(self, master_key: Key, owner: str, master: str, number: int, key: Key) -> bytes:
        raw = bytes.fromhex(key.id) + bytes(key.secret)
        return seal_record(
            master_key.sub("wrap data key"), raw, place=self._owner_place(owner, master, number)
        )

    def _unwrapped(self, master_key: Key, owner: str, master: str, number: int) -> Key:
        sealed = self.owner_keys[owner, master, number]
        raw = open_record(
            master_key.sub("wrap data key"), sealed, place=self._owner_place(owner, master, number)
        )
        return Key(raw[:16].hex(), raw[16:])

    # --- places: what a sealed thing is bound to ----------------------------------------------------------

    def _owner_place(self, owner: str, master: str, number: int) -> bytes:
        return fields("owner_key", self.study, owner, master, number)

    def _grant(self, row: _SlotRow, name: str, key: Key) -> bytes:
        return seal_to(row.public, bytes(key.secret), info=self._grant_info(row.id, name, key.id))

    def _grant_info(self, slot_id: str, name: str, key_id: str) -> bytes:
        return fields("anonymizer/v1", "slot_master", self.study, slot_id, name, key_id)

    def _slots_place(self, name: str) -> bytes:
        # Only the inner master is open in every change, so that it alone can vouch for the generation as well.
        generation = self.generation if name == LOG else 0
        return fields("master", self.study, name, generation, self.slots_digest)

    def _signing_place(self) -> bytes:
        return fields("about", self.study, "signing")

    def _sealed_signing(self, key: Key, seed: bytes) -> bytes:
        return seal_record(key.sub("log signing key"), seed, place=self._signing_place())
