"""The vault: everything personal of one study, sealed, and the one door to its databases."""

from __future__ import annotations

import copy
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from anonymizer.audit import SYSTEM, Ed25519Signer, Log, State, check_opening, export, origin_of
from anonymizer.crypto import SALT_SIZE, KdfCost, self_test
from anonymizer.errors import AnonymizerError, Busy, IntegrityError, Locked, RolledBack, UsageError
from anonymizer.vault import store
from anonymizer.vault.change import Change
from anonymizer.vault.copies import restore_backup, write_backup
from anonymizer.vault.failpoints import point
from anonymizer.vault.files import check_structure, connect, guard, sync_file
from anonymizer.vault.history import History
from anonymizer.vault.keyfiles import Standing
from anonymizer.vault.keyring import LOG, KeyRing, Master
from anonymizer.vault.keytable import KeyTable
from anonymizer.vault.lock import WriterLock
from anonymizer.vault.places import Places
from anonymizer.vault.posix import no_core_dumps, private_folder, sync_folder
from anonymizer.vault.reading import Reading

__all__ = ["Vault"]

_NO_MASTERS: frozenset[Master] = frozenset()


def _now() -> datetime:
    return datetime.now(UTC)


def _put_back(name: str) -> RolledBack:
    return RolledBack(
        f"an older {name} was put back",
        where=name,
        hint="restore the newest; after a loss, the older one can be taken up on purpose",
    )


class Vault(Reading):
    """An open study. Made by ``create`` or ``open``; a context manager; closing wipes the keys.

    Opened with a passphrase it holds the study alone (``Busy`` for everyone else who wants to write) and
    can open what its slot's masters open. Opened without one it reads plain records and the log, and
    writes nothing.
    """

    # --- opening and closing ------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        places: Places,
        *,
        study_id: str,
        slot_name: str,
        slot_role: str,
        passphrase: str,
        kdf_cost: KdfCost | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> Vault:
        """Make a study's databases with one slot that holds both masters, and open it.

        Raises ``UsageError`` if there is a study or if KEYS holds keys already. Killed at any moment it
        leaves either no study or one that opens.
        """
        self_test()
        places.check()
        no_core_dumps()
        origin_of(study_id)
        cost = kdf_cost or KdfCost()
        with guard("STUDY"):
            private_folder(places.study)
        with guard("KEYS"):
            private_folder(places.keys)
        lock = WriterLock(places.lock)
        try:
            if places.study_db.exists():
                raise UsageError("there is a study in this folder already", where="study.db")
            if places.keys_db.exists() or places.keytable_db.exists():
                raise UsageError(
                    "the KEYS folder holds the keys of a study", where="KEYS", hint="choose another"
                )
            vault = cls(places, study_id, clock)
            vault._write_first(slot_name, slot_role, passphrase, cost)
        finally:
            lock.release()
        return cls.open(places, passphrase=passphrase, masters=frozenset(Master), clock=clock)

    def _write_first(self, slot_name: str, slot_role: str, passphrase: str, cost: KdfCost) -> None:
        """Write study.db under another name with the first intent in it; the rename makes it a study."""
        new = self.places.study_db.with_name("study.db.new")
        with guard("study.db"):
            for leftover in (new, new.with_name(new.name + "-journal")):
                leftover.unlink(missing_ok=True)
            self._attach(connect(new, create=True))
            store.FORMAT.create(self.db)
            self.db.execute("INSERT INTO about VALUES (?)", (self.study_id,))
        self._signer, seed = Ed25519Signer.generate()
        ring, self._masters = KeyRing.new(self.study_id, seed)
        salt = secrets.token_bytes(SALT_SIZE)
        ring, self.slot_id = ring.with_slot(
            self._masters,
            name=slot_name,
            role=slot_role,
            secret=passphrase,
            held=frozenset(Master),
            cost=cost,
            salt=salt,
        )
        self._ring = ring
        self._table = KeyTable(self.study_id, 0, {})
        self._store.use_log_master(self._masters[LOG])
        try:
            with guard("study.db"):
                self.db.execute("BEGIN IMMEDIATE")
            Change(self, "create").commit_first(self.slot_id)
        finally:
            self.close()
        with guard("study.db"):
            sync_file(new)
            point()
            new.rename(self.places.study_db)
            point()
            sync_folder(self.places.study)
            point()

    @classmethod
    def open(
        cls,
        places: Places,
        *,
        passphrase: str | None = None,
        masters: Iterable[Master] = _NO_MASTERS,
        accept_older_keys: bool = False,
        clock: Callable[[], datetime] = _now,
    ) -> Vault:
        """Open a study, with the ``masters`` that are needed and no others.

        ``passphrase`` may be a printed recovery key; without any, plain records and the log can be read.
        Checks the log against STATE, the files of KEYS against the log, the slots against the masters,
        the records and objects against their seal, and finishes what an interrupted change left. With a
        wrong passphrase (``Locked``) nothing is changed. ``accept_older_keys`` takes up an older KEYS
        after a loss: what was shredded or removed since is destroyed again, what was added since can't be
        opened any more.

        Raises ``UsageError`` (no study), ``Locked``, ``Busy``, ``RolledBack``, ``IntegrityError``.
        """
        self_test()
        places.check()
        if not places.study_db.exists():
            raise UsageError("there is no study in this folder", where="study.db", hint="make one with init")
        lock: WriterLock | None = None
        vault: Vault | None = None
        try:
            if passphrase is not None:
                no_core_dumps()
                lock = WriterLock(places.lock)
            with guard("study.db"):
                conn = connect(places.study_db, read_only=passphrase is None)
            vault = cls(places, "", clock)
            vault._lock = lock
            vault._read_frame(conn)
            if passphrase is not None:
                vault._unlock(passphrase, frozenset(Master(m) for m in masters), accept_older_keys)
            vault._tell_state()
        except BaseException:
            if vault is not None:
                vault.close()
            elif lock is not None:
                lock.release()
            raise
        return vault

    def _attach(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        if self.study_id:
            self._store = store.Store(conn, self.study_id)
            self.log = Log(conn, origin_of(self.study_id))

    def _read_frame(self, conn: sqlite3.Connection) -> None:
        """Check that study.db is one of ours and that its log is what it should be."""
        self._conn = conn
        with guard("study.db"):
            # One read transaction: another process may commit while a reader goes through the log.
            conn.execute("BEGIN")
            store.FORMAT.check(conn)
            check_structure(conn, "study.db")
            rows = conn.execute("SELECT study FROM about").fetchall()
            if len(rows) != 1 or not isinstance(rows[0][0], str):
                raise IntegrityError("it does not say which study it is", where="study.db")
            self.study_id = rows[0][0]
            self._attach(conn)
            state = State(self.places.checkpoint)
            self.history = History.read(conn, self.log, state)
            check_opening(self.log, state)
            self._size = self.log.size
            conn.execute("COMMIT")

    def _unlock(self, passphrase: str, wanted: frozenset[Master], accept_older: bool) -> None:
        ring, standing = self.keys_file.choose(self.study_id, self.history.keys)
        older = standing is Standing.OLDER
        wanted = frozenset(Master) if accept_older else wanted
        try:
            opened = ring.unlock(passphrase, wanted)
        except Locked:
            if older:  # the passphrase may well be right for the newest one
                raise _put_back("keys.db") from None
            raise
        self.slot_id, self._masters, self._ring = opened.slot_id, opened.masters, ring
        self._signer = Ed25519Signer(opened.signing_seed)
        if self.log.key is None or self.log.key.public != self._signer.public_key:
            raise IntegrityError("the log is signed by another key than that of KEYS", where="study.db")
        self._store.use_log_master(self._masters[LOG])
        if older and not accept_older:
            self._destroy_again()
            raise _put_back("keys.db")
        if older:
            self._store.recount()
        else:
            self._store.check_seal(self.log)
            self._finish_intents()
        if Master.IDENTITY in wanted:
            self._table, standing = self.keytable_file.choose(self.study_id, self.history.keytable)
            older = older or standing is Standing.OLDER
            if older and not accept_older:
                self._destroy_again()
                raise _put_back("keytable.db")
        if older:
            with self.change("restore") as change:
                change.take_up_older()

    def _destroy_again(self) -> None:
        """Take what was shredded out of the older files that were put back: a tombstone beats any key."""
        ring, standing = self.keys_file.choose(self.study_id, self.history.keys)
        if standing is Standing.OLDER and ring.owners() & self.shredded:
            for owner in self.shredded:
                ring = ring.without_owner(owner)
            self.keys_file.write(ring)
            self.keys_file.adopt()
        if not self.places.keytable_db.exists():
            return
        table, standing = self.keytable_file.choose(self.study_id, self.history.keytable)
        if standing is Standing.OLDER and table.drop_owners(self.shredded):
            self.keytable_file.write(table)
            self.keytable_file.adopt()

    def close(self) -> None:
        """Undo an unfinished change, wipe the keys, let the next one in. May be called twice."""
        for key in self._masters.values():
            key.wipe()
        self._masters, self._signer, self._ring, self._table = {}, None, None, None
        if self._conn is not None:
            if self._conn.in_transaction:
                self._conn.rollback()
            self._conn.close()
            self._conn = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- changing -----------------------------------------------------------------------------------------

    @contextmanager
    def change(self, what: str = "keys") -> Iterator[Change]:
        """Begin a change: what is done with the ``Change`` happens as a whole on leaving, or not at all.

        ``what`` is a word of the log's vocabulary for ``intent.opened``. Raises ``Locked`` without a
        passphrase.
        """
        if self._signer is None or self._conn is None:
            raise Locked("the study is open for reading only", hint="open it with a passphrase")
        if self._broken:
            raise AnonymizerError("the last change ended in doubt", hint="open the study again")
        if self._changing:
            raise RuntimeError("a change is under way")
        conn = self._conn
        before = (
            *(self._ring, self._masters, self._table, self._store.total, self._size),
            copy.deepcopy(self.history),
        )
        with guard("study.db"):
            conn.execute("BEGIN IMMEDIATE")
        self._changing = True
        change = Change(self, what)
        try:
            self._refuse_second_writer()
            yield change
            change.commit()
        except BaseException:
            change.end()
            self._ring, self._masters, self._table, self._store.total, self._size, self.history = before
            self._undo(conn)
            raise
        finally:
            self._changing = False
        self._broken = True
        change.finish()
        change.end()
        self._broken = False
        for name, key in before[1].items():
            if self._masters.get(name) is not key:
                key.wipe()

    def _refuse_second_writer(self) -> None:
        # The lock can be circumvented (its file deleted, a network disk); what is in memory would be out of date.
        if self.log.size != self._size:
            raise Busy("another process has written to the study", hint="open the study again")

    def _undo(self, conn: sqlite3.Connection) -> None:
        self._store.use_log_master(self._masters[LOG])
        if not conn.in_transaction:
            # SQLite ended the transaction on its own account, so that it is not known here which way. Whatever
            # was staged stays: the next opening finds out from the log.
            self._broken = True
            return
        conn.rollback()
        self.keys_file.discard()
        self.keytable_file.discard()

    def _sign(self) -> None:
        """Sign the log as it stands, and seal the rows of study.db with it, inside the transaction."""
        assert self._signer is not None  # noqa: S101 - checked when the change began
        with guard("study.db"):
            self.log.checkpoint(self._signer)
            self._store.seal(self.log)
            self._size = self.log.size

    def _finish_intents(self) -> None:
        """Put committed files of KEYS in their place and complete the intents; throw other staged files away."""
        for file, expected in (
            (self.keys_file, self.history.keys),
            (self.keytable_file, self.history.keytable),
        ):
            if file.staged.exists():
                _, standing = file.choose(self.study_id, expected)
                file.adopt() if standing is Standing.STAGED else file.discard()
        if not self.history.pending or self._conn is None:
            return
        with guard("study.db"):
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                for seq in self.history.pending:
                    self.log.append(SYSTEM, "intent.completed", None, None, {"intent": seq}, self.clock())
                self._sign()
                point()
                self._conn.execute("COMMIT")
                point()
            except BaseException:
                if self._conn.in_transaction:
                    self._conn.rollback()
                raise
        self.history.pending.clear()

    def _tell_state(self) -> None:
        newest, key = self.log.newest(), self.log.key
        if newest is None or key is None:
            return
        try:
            with guard("STATE"):
                private_folder(self.places.state)
                point()
                State(self.places.checkpoint).advance(newest, key)
                point()
        except AnonymizerError as error:
            # A reader may have no right to write anything, or be overtaken by a writer since it read; that the
            # log goes on from what STATE knew was checked before.
            if self._signer is not None or (
                isinstance(error, IntegrityError) and not isinstance(error, RolledBack)
            ):
                raise

    def add_slot(
        self,
        name: str,
        role: str,
        passphrase: str,
        masters: Iterable[Master],
        *,
        kdf_cost: KdfCost | None = None,
    ) -> str:
        """Add a slot in a change of its own; see ``Change.add_slot``."""
        with self.change("slot-add") as change:
            return change.add_slot(name, role, passphrase, masters, kdf_cost=kdf_cost)

    def remove_slot(self, slot_id: str) -> None:
        """Remove a slot in a change of its own; see ``Change.remove_slot``."""
        with self.change("slot-remove") as change:
            change.remove_slot(slot_id)

    def rotate(self) -> None:
        """Make fresh masters in a change of its own; see ``Change.rotate``."""
        with self.change("rotate") as change:
            change.rotate()

    def change_passphrase(self, old: str, new: str, *, kdf_cost: KdfCost | None = None) -> None:
        """Change the open slot's passphrase in a change of its own; see ``Change.change_passphrase``."""
        with self.change("passphrase") as change:
            change.change_passphrase(old, new, kdf_cost=kdf_cost)

    def make_recovery(self) -> str:
        """Make a recovery key in a change of its own and return it to be printed; see ``Change.make_recovery``."""
        with self.change("recovery") as change:
            return change.make_recovery()

    # --- copies -------------------------------------------------------------------------------------------

    def backup(self, dest: Path) -> None:
        """Copy both folders' databases, as of one moment, into ``dest/study`` and ``dest/keys``; still sealed."""
        if self._conn is None or self._signer is None:
            raise Locked("the study is open for reading only", hint="open it with a passphrase")
        write_backup(self._conn, self.places, dest)

    def export_log(self, target: Path) -> int:
        """Write the log with its checkpoints and key as one text file; return the number of entries."""
        point()
        size = export(self.db, target)
        point()
        return size

    @staticmethod
    def restore(src: Path, places: Places) -> None:
        """Put a backup where no study stands. Opening it is refused where STATE has seen a newer log."""
        places.check()
        restore_backup(src, places)
