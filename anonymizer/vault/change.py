"""One change to a study: study.db, its log and, where need be, KEYS, as one step that is done or not done.

The order, for a change that touches KEYS:

1. the new keys.db and keytable.db are written beside the old ones (staged), durably;
2. one transaction of study.db: everything the change does there, its entries, the intent with the digests
of the
   staged files, a signed checkpoint. Its commit is the moment at which the change has happened;
3. the staged files are renamed into place;
4. a second transaction: the completion. Then STATE.

Killed before 2, nothing has happened and the staged files are thrown away at the next opening. Killed
after, the next opening finishes 3 and 4. Finishing needs no secret, so that nobody's absence can keep a
destroyed key alive.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from anonymizer.audit import SYSTEM, Entry
from anonymizer.crypto import SALT_SIZE, KdfCost, new_id, new_recovery_key
from anonymizer.errors import Locked, Shredded, UsageError
from anonymizer.vault.failpoints import point
from anonymizer.vault.files import guard
from anonymizer.vault.keyring import LOG, KeyRing, Master
from anonymizer.vault.keytable import KeyTable
from anonymizer.vault.reading import STUDY_OWNER
from anonymizer.vault.store import ObjectInfo

if TYPE_CHECKING:
    from anonymizer.vault.vault import Vault

__all__ = ["Change"]

_ALL = frozenset({LOG, *Master})


class Change:
    """Open between entering and leaving ``Vault.change()``; an exception inside undoes all of it."""

    def __init__(self, vault: Vault, what: str) -> None:
        self._open_vault: Vault | None = vault
        self._what = what
        self._ring: KeyRing | None = None
        self._table: KeyTable | None = None
        self._rotate: set[str] = set()
        self._parts: list[str] = []
        self._later: list[tuple[str, str | None, dict[str, Any]]] = []
        self._logged = False
        self._sum = vault._store.total

    @property
    def _vault(self) -> Vault:
        if self._open_vault is None:
            raise RuntimeError("this change is over")
        return self._open_vault

    def end(self) -> None:
        """Let nothing more be done in this change."""
        self._open_vault = None

    # --- the log ------------------------------------------------------------------------------------------

    def log(
        self,
        action: str,
        *,
        object_id: str = "",
        rule: str = "",
        details: Mapping[str, Any] | None = None,
        now: datetime | None = None,
    ) -> Entry:
        """Append an entry in the name of the open slot; it is committed with the change."""
        with guard("study.db"):
            entry = self._vault.log.append(
                self._vault.slot_id or SYSTEM,
                action,
                object_id or None,
                rule or None,
                details or {},
                now or self._vault.clock(),
            )
        self._logged = True
        return entry

    # --- records and objects ------------------------------------------------------------------------------

    def save(self, kind: str, id: str, body: dict[str, Any], owner: str | None = None) -> None:  # noqa: A002
        """Write a plain record (no personal data), over an older one if there is one."""
        self._vault._store.save(kind, id, body, owner)

    def drop(self, kind: str, id: str) -> bool:  # noqa: A002
        """Delete a plain record; say whether there was one."""
        return self._vault._store.drop(kind, id)

    def seal(
        self,
        kind: str,
        owner: str,
        master: Master,
        plaintext: bytes | Iterable[bytes],
        *,
        object_id: str | None = None,
    ) -> str:
        """Seal an object under the owner's data key and return its id; an iterable is read in constant memory."""
        id_ = object_id or new_id()
        if self._vault._store.find(id_) is not None:
            raise UsageError("there is a sealed object with this id already", where=id_)
        self._put(ObjectInfo(id_, owner, kind, str(Master(master)), 1), plaintext)
        return id_

    def reseal(self, object_id: str, plaintext: bytes | Iterable[bytes]) -> ObjectInfo:
        """Replace an object's content; its generation goes up by one and the old content is gone."""
        old = self._vault._store.info(object_id)
        return self._put(replace(old, generation=old.generation + 1, key_id="", size=0, digest=""), plaintext)

    def _put(self, info: ObjectInfo, plaintext: bytes | Iterable[bytes]) -> ObjectInfo:
        key = self._vault.owner_key(info.owner, Master(info.master))
        try:
            return self._vault._store.put(key, info, plaintext)
        finally:
            key.wipe()

    def destroy(self, object_id: str) -> None:
        """Delete an object; ``UsageError`` if there is none with this id."""
        if not self._vault._store.remove(object_id):
            raise UsageError("there is no sealed object with this id", where=object_id)

    # --- owners and the key table -------------------------------------------------------------------------

    def new_owner(self, owner_id: str) -> None:
        """Give a new owner a data key per master; needs both masters. ``UsageError`` if it has, or had, one."""
        self._need(*Master)
        if owner_id in self._vault.shredded:
            raise Shredded("the key of this owner was destroyed; it is not given another", where=owner_id)
        ring = self._keys()
        if owner_id in ring.owners():
            raise UsageError("this owner has a key already", where=owner_id)
        self._use(ring.with_owner(self._vault._masters, owner_id))
        if owner_id != STUDY_OWNER:
            self._parts.append(owner_id)

    def put_row(self, owner: str, kind: str, row_id: str, value: bytes) -> None:
        """Write a row of the key table, over an older one with the same id; needs the identity master."""
        self._need(Master.IDENTITY)
        key = self._vault.owner_key(owner, Master.IDENTITY)
        self._rows_to_change().put(key, row_id, owner, kind, value)
        key.wipe()

    def drop_row(self, row_id: str) -> None:
        """Delete a row of the key table; ``UsageError`` if there is none with this id."""
        if row_id not in self._rows().rows:
            raise UsageError("the key table has no row with this id", where=row_id)
        self._rows_to_change().drop(row_id)

    def shred_owner(self, owner_id: str, *, cause: str = "withdrawal") -> None:
        """Destroy an owner's data keys, objects and rows for ever, and make fresh masters; needs both masters.

        ``cause`` is a word of the log's vocabulary for ``key.shredded``. Records of the owner stay: they
        hold no personal data, and the caller may drop them in the same change.
        """
        self._need(*Master)
        ring = self._keys()
        if owner_id not in ring.owners():
            if owner_id in self._vault.shredded:
                raise Shredded("the key of this owner was destroyed before", where=owner_id)
            raise UsageError("there is no such owner", where=owner_id)
        for info in self._vault._store.objects(owner=owner_id):
            self._vault._store.empty(info)
        self._use(ring.without_owner(owner_id))
        if any(row.owner == owner_id for row in self._rows().rows.values()):
            self._rows_to_change().drop_owners({owner_id})
        self._rotate |= set(Master)
        self._later.append(("key.shredded", self._vault.log_id(owner_id), {"cause": cause}))

    # --- slots --------------------------------------------------------------------------------------------

    def add_slot(
        self,
        name: str,
        role: str,
        passphrase: str,
        masters: Iterable[Master],
        *,
        kdf_cost: KdfCost | None = None,
    ) -> str:
        """Add a slot that holds ``masters``; needs both masters, since each vouches for all slots. Returns its id."""
        salt = secrets.token_bytes(SALT_SIZE)
        return self._add_slot(name, role, passphrase, frozenset(masters), kdf_cost or KdfCost(), salt)

    def make_recovery(self) -> str:
        """Add a slot with both masters for a recovery key, and return the key to be printed; it is kept nowhere."""
        printed = new_recovery_key()
        self._add_slot("", "recovery", printed, frozenset(Master), KdfCost(), None)
        return printed

    def _add_slot(
        self, name: str, role: str, secret: str, held: frozenset[Master], cost: KdfCost, salt: bytes | None
    ) -> str:
        self._need(*Master)
        ring, slot_id = self._keys().with_slot(
            self._vault._masters,
            name=name,
            role=role,
            secret=secret,
            held=held,
            cost=cost,
            salt=salt,
        )
        self._use(ring)
        details = self._slot_details(ring, slot_id)
        if salt is None:
            details = {name: details[name] for name in ("masters", "slots")}
        self._later.append(("recovery.made" if salt is None else "slot.added", slot_id, details))
        return slot_id

    def remove_slot(self, slot_id: str) -> None:
        """Remove a slot and make fresh masters, so that it opens nothing written from now on; needs both masters."""
        self._need(*Master)
        ring = self._keys()
        row = ring.slot_rows.get(slot_id)
        if row is None:
            raise UsageError("there is no such slot", where=slot_id)
        if slot_id == self._vault.slot_id:
            raise UsageError(
                "a slot does not remove itself", where=slot_id, hint="open the study with another"
            )
        ring = ring.without_slot(slot_id)
        self._use(ring)
        self._renew()
        self._later.append(("slot.removed", slot_id, {"role": row.role, "slots": ring.slots_digest}))

    def rotate(self) -> None:
        """Make fresh masters and wrap every data key anew; needs both masters."""
        self._need(*Master)
        self._renew()

    def change_passphrase(self, old: str, new: str, *, kdf_cost: KdfCost | None = None) -> None:
        """Give the open slot another passphrase; ``Locked`` if ``old`` is wrong.

        With both masters open the slot also gets a fresh key pair and all masters are made anew, so that
        the old passphrase with an old copy of KEYS opens nothing written from now on. Without, only the
        lock changes.
        """
        whole = set(Master) <= set(self._vault._masters)
        self._use(
            self._keys().with_new_secret(
                self._vault.slot_id,
                new,
                old=old,
                cost=kdf_cost or KdfCost(),
                salt=secrets.token_bytes(SALT_SIZE),
                fresh_pair=whole,
            )
        )
        if whole:
            self._renew()

    # --- doing it -----------------------------------------------------------------------------------------

    def _need(self, *masters: Master) -> None:
        for master in masters:
            if master not in self._vault._masters:
                raise Locked(
                    f"the {master} key is not open",
                    where=self._vault.slot_id,
                    hint=f"open the study with a slot that holds the {master} key",
                )

    def _keys(self) -> KeyRing:
        if self._ring is None:
            self._ring = self._vault._ring
        if self._ring is None:
            raise Locked("the study is open for reading only", hint="open it with a passphrase")
        return self._ring

    def commit_first(self, slot_id: str) -> None:
        """Commit the first change of a new study, whose ring and key table are the vault's."""
        ring = self._keys()
        self._table = self._vault._table
        self._later.append(("slot.added", slot_id, self._slot_details(ring, slot_id)))
        self.new_owner(STUDY_OWNER)
        self.commit()

    def take_up_older(self) -> None:
        """Go on with older files of KEYS, without the owners and slots removed since, under new masters."""
        ring, table = self._keys(), self._rows_to_change()
        if self._vault.slot_id in self._vault.history.removed_slots:
            raise Locked("this slot was removed", where=self._vault.slot_id)
        for owner in self._vault.shredded:
            ring = ring.without_owner(owner)
        table.drop_owners(self._vault.shredded)
        for slot_id in self._vault.history.removed_slots:
            ring = ring.without_slot(slot_id)
        self._use(ring)
        self._renew()

    @staticmethod
    def _slot_details(ring: KeyRing, slot_id: str) -> dict[str, Any]:
        return {
            "masters": sorted(ring.held_by(slot_id)),
            "role": ring.slot_rows[slot_id].role,
            "public": ring.public_digest(slot_id),
            "slots": ring.slots_digest,
        }

    def _use(self, ring: KeyRing) -> None:
        self._ring = self._vault._ring = ring

    def _rows(self) -> KeyTable:
        self._need(Master.IDENTITY)
        table = self._vault._table
        assert table is not None  # noqa: S101 - opened together with the identity master
        return table

    def _rows_to_change(self) -> KeyTable:
        if self._table is None:
            self._table = self._vault._table = self._rows().copy()
        return self._table

    def _renew(self) -> None:
        """Make all masters anew, and a fresh data key for every owner, whose old ones only open what they sealed."""
        ring = self._keys()
        for owner in sorted(ring.owners()):
            ring = ring.with_owner(self._vault._masters, owner)
        self._use(ring)
        table = self._rows_to_change()
        for row_id, row in tuple(table.rows.items()):
            old = self._vault.owner_key(row.owner, Master.IDENTITY, row.key_id)
            new = self._vault.owner_key(row.owner, Master.IDENTITY)
            table.put(new, row_id, row.owner, row.kind, table.value(old, row_id))
        self._rotate |= _ALL

    def _touches_keys(self) -> bool:
        return self._ring is not None or self._table is not None

    def commit(self) -> None:
        """Do what was asked for, in the order that the module describes."""
        vault = self._vault
        if self._touches_keys():
            self._prepare_keys()
        elif not self._logged:
            if vault._store.total != self._sum:
                raise ValueError("every change is logged in the same step")
            with guard("study.db"):
                vault.db.rollback()
            return
        vault._sign()
        point()
        with guard("study.db"):
            vault.db.execute("COMMIT")
        point()

    def _prepare_keys(self) -> None:
        vault = self._vault
        ring, table = self._ring, self._table
        with guard("study.db"):
            generation = vault.log.size + 1
        details: dict[str, Any] = {"change": self._what, "if_interrupted": "finish"}
        if ring is not None:
            before = vault.history.keys
            rewrapped = len(ring.owner_keys) if self._rotate else 0
            masters = dict(vault._masters)
            if set(Master) <= masters.keys():
                ring = ring.without_unused(masters, vault._store.key_ids())
            if self._rotate:
                ring, masters = ring.rotated(masters, sorted(self._rotate))
            ring = ring.sealed(generation, masters)
            if LOG in self._rotate:
                vault._store.use_log_master(masters[LOG])
                vault._store.recount()
            vault._ring, vault._masters = ring, masters
            vault.keys_file.write(ring)
            if before is not None:
                details["keys_before"] = before.digest
            details["keys_after"] = ring.digest
            if self._rotate:
                held = sorted(set(self._rotate) - {LOG})
                rotation = {"masters": held, "generation": generation, "slots": ring.slots_digest}
                self._later.append(("keys.rotated", None, {**rotation, "rewrapped": rewrapped}))
        if table is not None:
            table = table.copy(generation)
            vault._table = table
            vault.keytable_file.write(table)
            details["keytable_after"] = table.digest
        if self._parts:
            details["parts"] = self._parts
        vault.history.add(self.log("intent.opened", details=details))
        for action, object_id, more in self._later:
            if action == "key.shredded":
                more["generation"] = generation
            vault.history.add(self.log(action, object_id=object_id or "", details=more))

    def finish(self) -> None:
        """After the commit: put the files of KEYS in place, record that, tell STATE."""
        if self._touches_keys():
            self._vault._finish_intents()
        self._vault._tell_state()
