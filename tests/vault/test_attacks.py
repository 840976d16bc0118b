"""What someone with the files in hand may try: swap, flip, cut, put back an older copy, weaken a lock."""

from __future__ import annotations

import random
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import pytest
from anonymizer.audit import Ed25519Signer, Log, State, origin_of, verify
from anonymizer.crypto import KdfCost, Key, SlotKeys
from anonymizer.errors import AnonymizerError, IntegrityError, Locked, RolledBack, Shredded
from anonymizer.vault import STUDY_OWNER, Master, Places, Vault
from anonymizer.vault.keyfiles import keyring_file, keytable_file
from anonymizer.vault.keyring import LOG, KeyRing
from anonymizer.vault.keytable import KeyTable
from anonymizer.vault.store import Store

from .conftest import COST, OTHER, PASSPHRASE, STUDY, Study, create, put_back


def tamper(path: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for sql, values in statements:
            conn.execute(sql, values)


def ring_of(study: Study) -> KeyRing:
    tables = keyring_file(study.places).read()
    assert tables is not None
    return KeyRing.from_tables(tables)


def table_of(study: Study) -> KeyTable:
    tables = keytable_file(study.places).read()
    assert tables is not None
    return KeyTable.from_tables(tables)


def copy(study: Study, tmp_path: Path, name: str) -> dict[str, Path]:
    kept = {}
    for path in (study.places.study_db, study.places.keys_db, study.places.keytable_db):
        kept[path.name] = tmp_path / f"{name}-{path.name}"
        shutil.copy(path, kept[path.name])
    return kept


# --- swapping -------------------------------------------------------------------------------------------------


def test_no_sealed_object_opens_in_the_place_of_another(study: Study) -> None:
    with study.open() as vault:
        objects = [vault.info(id_) for id_ in study.objects.values()]
    for one, other in combinations(objects, 2):
        tamper(study.places.study_db, *_swapped(one.id, other.id))
        with study.open() as vault:
            for info in (one, other):
                with pytest.raises(IntegrityError):
                    vault.unseal(info.id)
        tamper(study.places.study_db, *_swapped(one.id, other.id))
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])


def _swapped(one: str, other: str) -> list[tuple[str, tuple[object, ...]]]:
    return [
        ("UPDATE piece SET number = number + 1000 WHERE object = ?", (one,)),
        ("UPDATE piece SET object = ? WHERE object = ? AND number < 1000", (one, other)),
        ("UPDATE piece SET object = ?, number = number - 1000 WHERE number >= 1000", (other,)),
    ]


def test_the_context_alone_holds_an_object_in_its_place(study: Study) -> None:
    """Below the seal over study.db: each part of the description enters the object's own key."""
    with study.open() as vault:
        info = vault.info(study.objects["kari"])
        key = vault.owner_key(study.kari, Master.IDENTITY)
        assert b"".join(vault._store.open(key, info))
        changed = [
            replace(info, owner=study.ola),
            replace(info, kind="clean"),
            replace(info, generation=2),
        ]
        for other in changed:
            with pytest.raises(IntegrityError):
                b"".join(vault._store.open(key, other))
        with pytest.raises(IntegrityError):
            b"".join(Store(vault.db, "77" * 16).open(key, info))
        with pytest.raises(IntegrityError):
            b"".join(vault._store.open(Key(key.id, bytes(32)), info))


@pytest.mark.parametrize("column", ["owner", "kind", "master", "generation", "key_id", "size", "digest"])
def test_a_description_that_was_altered_is_noticed_on_opening(study: Study, column: str) -> None:
    value = 7 if column in ("generation", "size") else "work"
    id_ = study.objects["kari"]
    tamper(study.places.study_db, (f"UPDATE object SET {column} = ? WHERE id = ?", (value, id_)))  # noqa: S608
    with pytest.raises(IntegrityError):
        study.open()


@pytest.mark.parametrize(
    "sql",
    [
        'UPDATE record SET body = \'{"code":"X"}\' WHERE id = (SELECT min(id) FROM record)',
        "UPDATE record SET owner = NULL WHERE id = (SELECT min(id) FROM record)",
        "DELETE FROM record WHERE id = (SELECT min(id) FROM record)",
        "INSERT INTO record VALUES ('participant', 'x', NULL, '{}')",
        "DELETE FROM object WHERE id = (SELECT min(id) FROM object)",
        "DELETE FROM seal",
        "INSERT INTO seal SELECT sealed FROM seal",
        "UPDATE about SET study = 'x'",
        "DROP TABLE seal",
        "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM object; END",
        "CREATE VIEW v AS SELECT 1",
        "PRAGMA user_version = 0",
        "PRAGMA application_id = 1",
        "PRAGMA journal_mode = WAL",
    ],
    ids=lambda sql: " ".join(re.findall(r"\w+", sql)[:6]),
)
def test_facts_altered_behind_the_vaults_back_are_noticed(study: Study, sql: str) -> None:
    tamper(study.places.study_db, (sql, ()))
    with pytest.raises((IntegrityError, AnonymizerError)):
        study.open()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE record SET body = CAST(body AS BLOB)",
        "UPDATE record SET owner = CAST(owner AS BLOB)",
        "UPDATE object SET master = CAST(master AS BLOB)",
        "UPDATE object SET digest = CAST(digest AS BLOB)",
    ],
    ids=lambda sql: " ".join(re.findall(r"\w+", sql)[:4]),
)
def test_the_same_bytes_as_another_type_are_noticed(study: Study, sql: str) -> None:
    """One bit of a row's header makes text of a blob; the seal over the bytes alone would not see it."""
    tamper(study.places.study_db, (sql, ()))
    with pytest.raises(IntegrityError):
        study.open()


def test_a_record_put_back_from_an_earlier_state_is_noticed(study: Study) -> None:
    with closing(sqlite3.connect(study.places.study_db)) as conn:
        (sealed,) = conn.execute("SELECT sealed FROM seal").fetchone()
    with study.open() as vault, vault.change() as tx:
        tx.save("participant", study.kari, {"code": "NY"}, owner=study.kari)
        tx.log("log.exported", details={"size": 1})
    old = ('{"code":"KARI"}', study.kari)
    tamper(
        study.places.study_db,
        ("UPDATE record SET body = ? WHERE id = ?", old),
        ("UPDATE seal SET sealed = ?", (sealed,)),
    )
    with pytest.raises(IntegrityError):
        study.open()


def test_no_row_of_the_key_table_opens_in_the_place_of_another(study: Study) -> None:
    with study.open() as vault:
        table = table_of(study)
        keys = {
            name: vault.owner_key(getattr(study, name), Master.IDENTITY) for name in ("kari", "ola", "group")
        }
        for one, other in permutations(("kari", "ola", "group"), 2):
            rows = dict(table.rows)
            rows[f"row-{one}"] = rows[f"row-{other}"]
            moved = KeyTable(table.study, table.generation, rows)
            for key in (keys[one], keys[other]):
                with pytest.raises(IntegrityError):
                    moved.value(key, f"row-{one}")
            rows[f"row-{one}"] = replace(table.rows[f"row-{one}"], kind="other")
            with pytest.raises(IntegrityError):
                moved.value(keys[one], f"row-{one}")
    tamper(
        study.places.keytable_db,
        ("UPDATE row SET id = 'x' WHERE id = 'row-kari'", ()),
        ("UPDATE row SET id = 'row-kari' WHERE id = 'row-ola'", ()),
    )
    with pytest.raises(IntegrityError):
        study.open(Master.IDENTITY)


def test_a_key_row_moved_to_another_participant_opens_nothing(study: Study) -> None:
    """The KEYS file as the log knows it refuses first; the wrapping would refuse by itself."""
    ring = ring_of(study)
    opened = ring.unlock(PASSPHRASE, frozenset(Master))
    keys = dict(ring.owner_keys)
    for one, other in permutations(list(keys), 2):
        moved = replace(ring, owner_keys={**keys, one: keys[other]})
        with pytest.raises(IntegrityError):
            moved.owner_key(opened.masters, one[0], one[1])
    tamper(
        study.places.keys_db,
        ("UPDATE owner_key SET owner = 'x' WHERE owner = ?", (study.kari,)),
        ("UPDATE owner_key SET owner = ? WHERE owner = ?", (study.kari, study.ola)),
    )
    with pytest.raises(IntegrityError):
        study.open()


# --- flipping -------------------------------------------------------------------------------------------------


def test_a_flipped_byte_is_noticed_or_harmless(study: Study) -> None:
    """A sample of positions over all files; each either raises or changes nothing that anyone can read."""

    def content() -> object:
        with study.open() as vault:
            return (
                [vault.unseal(id_) for id_ in study.objects.values()],
                list(vault.rows()),
                [(e.seq, e.to_bytes()) for e in vault.log.entries()],
                list(vault.all("participant")),
                vault.slots(),
            )

    want = content()
    kept = study.files()
    choose = random.Random(20260101)
    noticed = harmless = 0
    for path in (
        study.places.study_db,
        study.places.keys_db,
        study.places.keytable_db,
        study.places.checkpoint,
    ):
        raw = path.read_bytes()
        used = [at for at in range(len(raw)) if raw[at]] or [0]
        for at in choose.sample(used, 40):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << choose.randrange(8)]) + raw[at + 1 :])
            try:
                found = content()
            except AnonymizerError:
                noticed += 1
            else:
                assert found == want, f"{path.name}: byte {at} changed what is read, unnoticed"
                harmless += 1
            put_back(study, kept)
    assert noticed > 4 * harmless


# --- weakening the lock -----------------------------------------------------------------------------------------


def _row(ring: KeyRing, **changes: object) -> KeyRing:
    ((id_, row),) = ring.slot_rows.items()
    return replace(ring, slot_rows={id_: replace(row, **changes)})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(8, 1, 1),
        KdfCost(19 * 1024, 1, 1),
        KdfCost(64 * 1024, 3, 0),
        KdfCost(1 << 40, 3, 4),
        KdfCost(64 * 1024, 1 << 31, 4),
        KdfCost(64 * 1024, 3, 1 << 20),
    ],
)
def test_a_cost_outside_floor_and_ceiling_is_refused(study: Study, cost: KdfCost) -> None:
    with pytest.raises(IntegrityError):
        _row(ring_of(study), cost=cost).unlock(PASSPHRASE, frozenset(Master))


def test_a_cheaper_lock_within_the_floor_no_longer_opens(study: Study) -> None:
    with pytest.raises(Locked):
        _row(ring_of(study), cost=KdfCost(19 * 1024, 3, 1)).unlock(PASSPHRASE, frozenset(Master))
    tamper(study.places.keys_db, ("UPDATE slot SET passes = 3", ()))
    with pytest.raises(IntegrityError):
        study.open()


def test_a_swapped_public_half_is_refused(study: Study) -> None:
    ring = ring_of(study)
    attacker = SlotKeys.generate()
    swapped = _row(ring, public=attacker.public)
    with pytest.raises((Locked, IntegrityError)):
        swapped.unlock(PASSPHRASE, frozenset(Master))
    masters = ring.unlock(PASSPHRASE, frozenset(Master)).masters
    for only in (LOG, *Master):
        with pytest.raises(IntegrityError):
            swapped.verify_slots({only: masters[only]})
    ring.verify_slots(masters)
    tamper(study.places.keys_db, ("UPDATE slot SET public = ?", (attacker.public,)))
    with pytest.raises(IntegrityError):
        study.open()


def test_a_slot_slipped_in_is_refused(study: Study) -> None:
    ring = ring_of(study)
    masters = ring.unlock(PASSPHRASE, frozenset(Master)).masters
    fakes = {name: Key.random() for name in (LOG, *Master)}
    added, _ = ring.with_slot(
        fakes, name="x", role="researcher", secret=OTHER, held=frozenset(Master), cost=COST, salt=bytes(16)
    )
    with pytest.raises(IntegrityError):
        added.verify_slots(masters)
    with pytest.raises(IntegrityError):
        added.unlock(PASSPHRASE, frozenset())


def test_a_master_sealed_to_one_slot_is_not_taken_for_another(study: Study) -> None:
    with study.open() as vault:
        vault.add_slot("Assistent", "assistant", OTHER, [Master.WORK], kdf_cost=COST)
        mine = vault.slot_id
    ring = ring_of(study)
    (other,) = [slot.id for slot in ring.slots() if slot.id != mine]
    stolen = {**ring.grants, (other, "identity"): ring.grants[mine, "identity"]}
    with pytest.raises(IntegrityError):
        replace(ring, grants=stolen).unlock(OTHER, frozenset({Master.IDENTITY}))
    crossed = {**ring.grants, (other, "work"): ring.grants[other, LOG]}
    with pytest.raises(IntegrityError):
        replace(ring, grants=crossed).unlock(OTHER, frozenset({Master.WORK}))


def test_a_removed_slot_opens_nothing_written_after(study: Study, tmp_path: Path) -> None:
    """The removed one keeps a copy of KEYS and the passphrase, and later gets hold of the new study.db."""
    with study.open() as vault:
        removed = vault.add_slot("Assistent", "assistant", OTHER, Master, kdf_cost=COST)
    kept = copy(study, tmp_path, "kept")
    with study.open() as vault:
        vault.remove_slot(removed)
        with vault.change("ingest") as tx:
            tx.put_row(study.kari, "identity", "new", b"ny rad")
            late = [
                tx.seal("original", study.kari, Master.IDENTITY, b"senere"),
                tx.seal("clean", study.ola, Master.WORK, b"senere"),
            ]
            tx.reseal(study.objects["group"], b"skrevet om")
            late.append(study.objects["group"])
        assert [vault.unseal(id_) for id_ in late] == [b"senere", b"senere", b"skrevet om"]
        assert vault.unseal(study.objects["kari"]) == b"ordrett utskrift til kari"
        infos = [vault.info(id_) for id_ in late]
    with pytest.raises(Locked):
        study.open(passphrase=OTHER)

    old_keys = Places(study.places.study, tmp_path / "mine", study.places.state)
    old_keys.keys.mkdir()
    shutil.copy(kept["keys.db"], old_keys.keys_db)
    tables = keyring_file(old_keys).read()
    assert tables is not None
    old = KeyRing.from_tables(tables)
    opened = old.unlock(OTHER, frozenset(Master))
    with closing(sqlite3.connect(study.places.study_db)) as conn:
        store = Store(conn, STUDY)
        for info in infos:
            key = old.owner_key(opened.masters, info.owner, info.master)
            with pytest.raises(IntegrityError):
                b"".join(store.open(key, info))
    table, key = table_of(study), old.owner_key(opened.masters, study.kari, Master.IDENTITY)
    for row_id in ("new", "row-kari"):
        with pytest.raises(IntegrityError):
            table.value(key, row_id)


# --- putting older copies back ------------------------------------------------------------------------------------


def _advance(study: Study) -> None:
    with study.open() as vault:
        with vault.change("withdraw") as tx:
            tx.shred_owner(study.kari)
            tx.drop("participant", study.kari)
        with vault.change("ingest") as tx:
            tx.put_row(study.ola, "identity", "row-ola", b"nytt navn")


@pytest.mark.parametrize(
    "names",
    [names for n in (1, 2, 3) for names in combinations(("study.db", "keys.db", "keytable.db"), n)],
    ids="+".join,
)
def test_an_older_copy_put_back_is_refused(study: Study, tmp_path: Path, names: tuple[str, ...]) -> None:
    old = copy(study, tmp_path, "old")
    _advance(study)
    paths = {
        path.name: path for path in (study.places.study_db, study.places.keys_db, study.places.keytable_db)
    }
    for name in names:
        shutil.copy(old[name], paths[name])
    with pytest.raises(RolledBack):
        study.open()
    if "study.db" not in names and "keys.db" in names:
        with pytest.raises(RolledBack):  # said before anything about the passphrase, which may be a newer one
            study.open(passphrase=OTHER)
    with pytest.raises(RolledBack):  # and again: the refusal itself changed nothing for the better
        study.open()


def test_both_folders_of_yesterday_are_refused_even_without_a_passphrase(
    study: Study, tmp_path: Path
) -> None:
    old = copy(study, tmp_path, "old")
    _advance(study)
    shutil.copy(old["study.db"], study.places.study_db)
    with pytest.raises(RolledBack):
        study.open(passphrase=None)


def test_both_folders_of_yesterday_open_where_nothing_newer_was_seen(study: Study, tmp_path: Path) -> None:
    """The limit that the certificate of erasure must state."""
    with study.open() as vault:
        vault.backup(tmp_path / "copy")
    _advance(study)
    new = Places(tmp_path / "n" / "s", tmp_path / "n" / "k", tmp_path / "n" / "t")
    Vault.restore(tmp_path / "copy", new)
    with Vault.open(new, passphrase=PASSPHRASE, masters=Master) as vault:
        assert vault.unseal(study.objects["kari"])


@pytest.mark.parametrize("names", [("keys.db",), ("keytable.db",), ("keys.db", "keytable.db")], ids="+".join)
def test_a_tombstone_beats_any_key_that_comes_back(
    study: Study, tmp_path: Path, names: tuple[str, ...]
) -> None:
    old = copy(study, tmp_path, "old")
    wrapped = [v for k, v in ring_of(study).owner_keys.items() if k[0] == study.kari]
    sealed_row = table_of(study).rows["row-kari"].sealed
    _advance(study)
    for name in names:
        shutil.copy(old[name], study.places.keys / name)
    with pytest.raises(RolledBack):
        study.open()
    everything = b"".join(study.files().values())
    for secret in (*wrapped, sealed_row):
        assert secret not in everything, "what was shredded is there again"


def test_an_older_keys_folder_can_be_taken_up_after_a_loss(study: Study, tmp_path: Path) -> None:
    with study.open() as vault:
        removed = vault.add_slot("Assistent", "assistant", OTHER, Master, kdf_cost=COST)
    old = copy(study, tmp_path, "old")
    with study.open() as vault:
        vault.remove_slot(removed)
        with vault.change("withdraw") as tx:
            tx.shred_owner(study.kari)
        with vault.change("ingest") as tx:
            tx.new_owner("d4" * 16)
            lost = tx.seal("original", "d4" * 16, Master.IDENTITY, b"lagt til etterpaa")
    for name in ("keys.db", "keytable.db"):
        shutil.copy(old[name], study.places.keys / name)
    with pytest.raises(Locked):
        Vault.open(study.places, passphrase=OTHER, masters=Master, accept_older_keys=True)
    with Vault.open(study.places, passphrase=PASSPHRASE, masters=Master, accept_older_keys=True) as vault:
        assert vault.unseal(study.objects["ola"]) == b"ordrett utskrift til ola"
        with pytest.raises(Shredded):
            vault.unseal(study.objects["kari"])
        with pytest.raises(IntegrityError):
            vault.unseal(lost)
        assert removed not in {slot.id for slot in vault.slots()}
        assert vault.owners() == {STUDY_OWNER, study.ola, study.group}
    with study.open() as vault:
        assert {owner for _, owner, _ in vault.rows()} == {study.ola, study.group}
    verdict = verify(study.places.study_db, state=State(study.places.checkpoint))
    assert not verdict.broken, str(verdict)


def test_the_keys_of_another_study_are_refused(study: Study, tmp_path: Path) -> None:
    other = Places(tmp_path / "s2", tmp_path / "k2", tmp_path / "t2")
    create(other, study_id="77" * 16).close()
    mixed = Places(study.places.study, other.keys, study.places.state)
    with pytest.raises(IntegrityError, match="another study"):
        Vault.open(mixed, passphrase=PASSPHRASE)


def test_a_fork_of_the_study_is_noticed(study: Study, tmp_path: Path) -> None:
    old = copy(study, tmp_path, "old")

    def write(text: str) -> None:
        with study.open() as vault, vault.change() as tx:
            tx.save("note", "n", {"t": text})
            tx.log("log.exported", details={"size": len(text)})

    write("a")
    state = study.places.checkpoint.read_bytes()
    shutil.copy(old["study.db"], study.places.study_db)
    shutil.rmtree(study.places.state)
    write("bb")
    study.places.checkpoint.write_bytes(state)
    with pytest.raises(IntegrityError):
        study.open(passphrase=None)


# --- nothing is left ------------------------------------------------------------------------------------------------


def test_what_was_shredded_stands_in_no_file(study: Study) -> None:
    with study.open() as vault:
        gone: list[bytes] = [b"navnet til kari", b"utskrift til kari"]
        for master in Master:
            gone.append(bytes(vault.owner_key(study.kari, master).secret))
        ring, table = ring_of(study), table_of(study)
        gone += [sealed for key, sealed in ring.owner_keys.items() if key[0] == study.kari]
        gone.append(table.rows["row-kari"].sealed)
        gone += [sealed for (_, name), sealed in ring.grants.items() if name != LOG]  # the old masters
        for name in ("kari", "kari.clean"):
            gone += list(vault._store._pieces(study.objects[name]))
        with vault.change("withdraw") as tx:
            tx.shred_owner(study.kari)
        during = b"".join(study.files().values())
    after = b"".join(study.files().values())
    for secret in gone:
        assert secret not in during
        assert secret not in after


def test_no_plaintext_ever_stands_in_a_file_of_the_study(places: Places) -> None:
    seen: list[bytes] = []
    canary = b"Kanari Fuglesen"
    with create(places) as vault:
        study = Study(places)

        def pieces() -> object:
            for _ in range(40):
                seen.append(b"".join(study.files().values()))
                yield canary * 5000

        with vault.change("ingest") as tx:
            tx.new_owner(study.kari)
            tx.seal("audio", study.kari, Master.IDENTITY, pieces())  # type: ignore[arg-type]
            tx.put_row(study.kari, "identity", "row", canary)
            seen.append(b"".join(study.files().values()))
        for key in vault._masters.values():
            assert bytes(key.secret) not in b"".join(study.files().values())
    seen.append(b"".join(study.files().values()))
    assert all(canary not in files for files in seen)


def test_closing_wipes_the_keys(study: Study) -> None:
    vault = study.open()
    keys = list(vault._masters.values())
    vault.close()
    vault.close()
    for key in keys:
        with pytest.raises(ValueError, match="wiped"):
            _ = key.secret


RUBBISH = ("empty", "zero", "first bytes only", "noise", "folder")


@pytest.mark.parametrize("name", ["study.db", "keys.db", "keytable.db", "checkpoint", "key"])
@pytest.mark.parametrize("raw", [b"", b"\x00", b"SQLite format 3\x00", b"\xff" * 5000, None], ids=RUBBISH)
def test_rubbish_in_place_of_a_file_is_an_error_of_ours(study: Study, name: str, raw: bytes | None) -> None:
    folders = (study.places.study, study.places.keys, study.places.state)
    (path,) = [folder / name for folder in folders if (folder / name).exists()]
    path.unlink()
    if raw is None:
        path.mkdir()
    else:
        path.write_bytes(raw)
    with pytest.raises(AnonymizerError) as caught:
        study.open()
    assert caught.value.exit_code in (2, 3)


def test_a_file_cut_anywhere_is_refused(study: Study) -> None:
    kept = study.files()
    for path in (study.places.study_db, study.places.keys_db, study.places.keytable_db):
        raw = path.read_bytes()
        for size in range(0, len(raw), max(1, len(raw) // 7)):
            path.write_bytes(raw[:size])
            with pytest.raises(AnonymizerError):
                study.open()
        put_back(study, kept)


def test_a_linked_keys_folder_is_followed_and_a_linked_file_replaced(study: Study, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    study.places.keys_db.rename(elsewhere)
    before = elsewhere.read_bytes()
    study.places.keys_db.symlink_to(elsewhere)
    with study.open() as vault:
        vault.rotate()
    assert not study.places.keys_db.is_symlink()
    assert elsewhere.read_bytes() == before
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log SET entry = CAST(replace(entry, 'researcher', 'supervisor') AS BLOB) WHERE seq = 2",
        "DELETE FROM log WHERE seq = 2",
        "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)",
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
        "DELETE FROM log_key",
    ],
    ids=lambda sql: " ".join(re.findall(r"\w+", sql)[:12]),
)
def test_a_log_that_was_altered_is_refused_before_anything_else(
    study: Study, sql: str, passphrase: str | None
) -> None:
    tamper(study.places.study_db, (sql, ()))
    with pytest.raises(IntegrityError):
        study.open(passphrase=passphrase)


def test_a_log_signed_anew_by_someone_else_is_refused_even_without_state(study: Study) -> None:
    forger, _ = Ed25519Signer.generate()
    with closing(sqlite3.connect(study.places.study_db, isolation_level=None)) as conn:
        log = Log(conn, origin_of(STUDY))
        conn.execute("BEGIN")
        conn.execute("DELETE FROM checkpoint")
        conn.execute("DELETE FROM log_key")
        log.checkpoint(forger)
        conn.execute("COMMIT")
    with pytest.raises(IntegrityError):
        study.open()
    shutil.rmtree(study.places.state)
    with pytest.raises(IntegrityError, match="another key"):
        study.open()
