"""What a vault gives back, to whom, and what it refuses."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from anonymizer.audit import verify
from anonymizer.errors import Busy, IntegrityError, Locked, Shredded, UnreadableInput, UsageError
from anonymizer.vault import STUDY_OWNER, KeysWarning, Master, Places, Vault
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import COST, OTHER, PASSPHRASE, STUDY, Study, create


def test_what_was_sealed_and_saved_comes_back(study: Study) -> None:
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"]) == b"ordrett utskrift til kari"
        assert vault.unseal(study.objects["kari.clean"]) == b"renset ordrett utskrift til kari"
        assert vault.load("participant", study.ola) == {"code": "OLA"}
        assert [row for row, _, _ in vault.rows()] == ["row-group", "row-kari", "row-ola"]
        assert list(vault.rows(owner=study.ola)) == [("row-ola", study.ola, b"navnet til ola")]
        assert {info.kind for info in vault.objects(owner=study.kari)} == {"original", "clean"}
        assert vault.study_id == STUDY


def test_a_work_slot_opens_neither_originals_nor_the_key_table(study: Study) -> None:
    with study.open() as vault:
        vault.add_slot("Assistent", "assistant", OTHER, [Master.WORK], kdf_cost=COST)
    with study.open(Master.WORK, passphrase=OTHER) as vault:
        assert vault.unseal(study.objects["kari.clean"])
        with pytest.raises(Locked):
            vault.unseal(study.objects["kari"])
        with pytest.raises(Locked):
            list(vault.rows())
        with pytest.raises(Locked), vault.change() as tx:
            tx.new_owner("d4" * 16)
    with pytest.raises(Locked):
        study.open(Master.IDENTITY, passphrase=OTHER)


def test_the_key_table_is_left_shut_unless_identity_is_asked_for(study: Study) -> None:
    study.places.keytable_db.rename(study.places.keytable_db.with_suffix(".away"))
    with study.open(Master.WORK) as vault:
        assert vault.masters == {Master.WORK}
        assert vault.unseal(study.objects["ola.clean"])
    with pytest.raises(Locked):
        study.open(Master.IDENTITY)


def test_without_a_passphrase_facts_and_log_are_read_and_nothing_is_written(study: Study) -> None:
    with study.open(passphrase=None) as vault:
        assert vault.load("participant", study.kari) == {"code": "KARI"}
        assert [entry.action for entry in vault.log.entries()][:2] == ["intent.opened", "slot.added"]
        assert [slot.role for slot in vault.slots()] == ["researcher"]
        with pytest.raises(Locked):
            vault.unseal(study.objects["kari.clean"])
        with pytest.raises(Locked), vault.change():
            pass


def test_a_wrong_passphrase_changes_no_byte(study: Study) -> None:
    before = study.files()
    with pytest.raises(Locked):
        study.open(passphrase="feil")
    assert study.files() == before


def test_a_change_that_fails_is_undone_in_both_buildings(study: Study) -> None:
    before = study.files()
    with study.open() as vault:
        with pytest.raises(ZeroDivisionError), vault.change() as tx:  # noqa: PT012
            tx.new_owner("d4" * 16)
            tx.seal("original", "d4" * 16, Master.IDENTITY, b"x")
            tx.put_row("d4" * 16, "identity", "row", b"y")
            tx.drop("participant", study.kari)
            tx.shred_owner(study.ola)
            _ = 1 / 0
        assert vault.owners() == {STUDY_OWNER, study.kari, study.ola, study.group}
        assert vault.unseal(study.objects["ola"])
        assert len(list(vault.rows())) == 3
    assert study.files() == before


def test_a_change_is_logged_or_refused(study: Study) -> None:
    with study.open() as vault:
        with pytest.raises(ValueError, match="logged"), vault.change() as tx:
            tx.save("note", "n", {})
        assert vault.load("note", "n") is None
        with vault.change():
            pass
        size = vault.log.size
        with vault.change() as tx:
            tx.save("note", "n", {"a": "å"})
            tx.log("log.exported", details={"size": 1})
        assert vault.log.size == size + 1
        assert vault.load("note", "n") == {"a": "å"}
        with pytest.raises(RuntimeError):
            tx.save("note", "late", {})


def test_resealing_replaces_the_content_and_counts_the_generation(study: Study) -> None:
    id_ = study.objects["kari.clean"]
    with study.open() as vault:
        with vault.change() as tx:
            tx.reseal(id_, b"ny tekst")
            tx.log("log.exported", details={"size": 1})
        assert vault.unseal(id_) == b"ny tekst"
        assert vault.info(id_).generation == 2
        with vault.change() as tx:
            tx.destroy(id_)
            tx.log("log.exported", details={"size": 2})
        with pytest.raises(UsageError):
            vault.unseal(id_)


def test_a_long_recording_streams_through(study: Study) -> None:
    part = os.urandom(1 << 18)
    with study.open() as vault:
        with vault.change() as tx:
            id_ = tx.seal("audio", study.kari, Master.IDENTITY, (part for _ in range(20)))
            tx.log("log.exported", details={"size": 1})
        pieces = list(vault.unseal_stream(id_))
        assert b"".join(pieces) == part * 20
        assert max(map(len, pieces)) < 2 << 20
        assert vault.info(id_).size > 20 * len(part)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.binary(max_size=40), max_size=6), st.randoms())
def test_rows_survive_any_sequence_of_writes(study: Study, wanted: dict[str, bytes], random: object) -> None:
    with study.open() as vault:
        with vault.change("register") as tx:
            for row_id, value in wanted.items():
                tx.put_row(study.kari, "extra", row_id, value)
        assert {row: value for row, _, value in vault.rows(kind="extra")} == wanted
    with study.open() as vault:
        assert {row: value for row, _, value in vault.rows(kind="extra")} == wanted
        with vault.change("register") as tx:
            for row_id in wanted:
                tx.drop_row(row_id)
        assert not list(vault.rows(kind="extra"))


def test_shredding_leaves_all_others_openable_by_every_slot(study: Study) -> None:
    with study.open() as vault:
        vault.add_slot("Veileder", "supervisor", OTHER, Master, kdf_cost=COST)
        printed = vault.make_recovery()
        with vault.change("withdraw") as tx:
            tx.shred_owner(study.kari)
            tx.drop("participant", study.kari)
    for secret in (PASSPHRASE, OTHER, printed):
        with study.open(passphrase=secret) as vault:
            assert vault.unseal(study.objects["ola"]) == b"ordrett utskrift til ola"
            assert {owner for _, owner, _ in vault.rows()} == {study.ola, study.group}
            for gone in ("kari", "kari.clean"):
                with pytest.raises(Shredded):
                    vault.unseal(study.objects[gone])
                with pytest.raises(Shredded):
                    vault.info(study.objects[gone])
            assert not vault.objects(owner=study.kari)
            with pytest.raises(Shredded), vault.change() as tx:
                tx.new_owner(study.kari)
            with pytest.raises(Shredded), vault.change() as tx:
                tx.seal("original", study.kari, Master.IDENTITY, b"x")
            with pytest.raises(Shredded), vault.change() as tx:
                tx.shred_owner(study.kari)


def test_a_lost_passphrase_and_the_paper(study: Study) -> None:
    with study.open() as vault:
        printed = vault.make_recovery()
    for typed in (printed, printed.lower().replace("-", " ")):
        with study.open(passphrase=typed) as vault:
            assert vault.unseal(study.objects["kari"])
            assert vault.masters == set(Master)
    with pytest.raises(Locked):
        study.open(passphrase=printed[:-1] + ("0" if printed[-1] != "0" else "1"))


def test_a_changed_passphrase(study: Study) -> None:
    with study.open() as vault:
        with pytest.raises(Locked):
            vault.change_passphrase("feil", OTHER, kdf_cost=COST)
        vault.change_passphrase(PASSPHRASE, OTHER, kdf_cost=COST)
    with pytest.raises(Locked):
        study.open()
    with study.open(passphrase=OTHER) as vault:
        assert vault.unseal(study.objects["kari"])


def test_an_assistant_changes_the_passphrase_of_a_work_slot(study: Study) -> None:
    with study.open() as vault:
        vault.add_slot("Assistent", "assistant", OTHER, [Master.WORK], kdf_cost=COST)
    with study.open(Master.WORK, passphrase=OTHER) as vault:
        vault.change_passphrase(OTHER, "en tredje", kdf_cost=COST)
    with study.open(Master.WORK, passphrase="en tredje") as vault:
        assert vault.unseal(study.objects["kari.clean"])
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])


def test_a_slot_without_keys_opens_nothing(study: Study) -> None:
    with study.open() as vault:
        vault.add_slot("Leser", "reviewer", OTHER, [], kdf_cost=COST)
    with pytest.raises(Locked):
        Vault.open(study.places, passphrase=OTHER)


@pytest.mark.parametrize("umask", [0, 0o077, 0o777])
def test_files_are_for_their_owner_alone_whatever_the_umask(places: Places, umask: int) -> None:
    places.study.parent.mkdir(exist_ok=True)
    old = os.umask(umask)
    try:
        with create(places) as vault, vault.change() as tx:
            tx.new_owner("d4" * 16)
    finally:
        os.umask(old)
    for folder in (places.study, places.keys, *(() if umask == 0o777 else (places.state,))):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_keys_may_not_stand_inside_the_study_or_round_it(tmp_path: Path) -> None:
    study = tmp_path / "a" / "study"
    study.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(study)
    state = tmp_path / "state"
    for keys in (study, study / "keys", link / "keys", tmp_path / "a", study / ".." / "study" / "k"):
        with pytest.raises(UsageError):
            Places(study, keys, state).check()
    Places(study, tmp_path / "keys", state).check()


def test_warnings_about_the_place_of_the_keys(study: Study, tmp_path: Path) -> None:
    assert study.places.keys_warnings() == (KeysWarning.SAME_VOLUME,)
    synced = Places(tmp_path / "study", tmp_path / "OneDrive - UiT" / "keys", tmp_path / "state")
    assert KeysWarning.SYNCED in synced.keys_warnings()
    study.places.keys.chmod(0o755)
    assert KeysWarning.OPEN_TO_OTHERS in study.places.keys_warnings()


def test_one_writer_at_a_time_and_readers_beside(study: Study) -> None:
    with study.open() as vault:
        with pytest.raises(Busy):
            study.open()
        with study.open(passphrase=None) as reader:
            assert reader.load("participant", study.kari)
        with vault.change() as tx:
            tx.save("note", "n", {})
            tx.log("log.exported", details={"size": 1})
            with study.open(passphrase=None) as reader:
                assert reader.load("note", "n") is None
    with study.open():
        pass


def test_a_second_writer_past_the_lock_is_noticed(study: Study) -> None:
    with study.open() as first:
        study.places.lock.unlink()
        with study.open() as second, second.change() as tx:
            tx.log("log.exported", details={"size": 1})
        with pytest.raises(Busy), first.change() as tx:
            tx.log("log.exported", details={"size": 2})
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])


def test_a_study_is_not_made_over_another(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        create(study.places)
    with pytest.raises(UsageError):
        create(Places(tmp_path / "elsewhere", study.places.keys, tmp_path / "state2"))
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])


def test_backup_and_restore_on_another_machine(study: Study, tmp_path: Path) -> None:
    with study.open() as vault:
        vault.backup(tmp_path / "copy")
        with pytest.raises(UsageError):
            vault.backup(tmp_path / "copy")
    new = Places(tmp_path / "n" / "study", tmp_path / "n" / "keys", tmp_path / "n" / "state")
    Vault.restore(tmp_path / "copy", new)
    with Vault.open(new, passphrase=PASSPHRASE, masters=Master) as vault:
        assert vault.unseal(study.objects["kari"]) == b"ordrett utskrift til kari"
        assert len(list(vault.rows())) == 3
    with pytest.raises(UsageError):
        Vault.restore(tmp_path / "copy", new)


def test_errors_name_ids_only(study: Study) -> None:
    with study.open(Master.WORK) as vault:
        for call in (
            lambda: vault.unseal(study.objects["kari"]),
            lambda: vault.unseal("no such"),
            lambda: list(vault.rows()),
        ):
            with pytest.raises((Locked, UsageError, IntegrityError)) as caught:
                call()
            assert "kari" not in str(caught.value).lower()
            assert caught.value.__cause__ is None


def test_no_secret_shows_in_a_repr(study: Study) -> None:
    with study.open() as vault:
        for thing in (vault, vault.slots(), vault.info(study.objects["kari"])):
            assert PASSPHRASE not in repr(thing)
        with vault.change() as tx:
            assert "Key" not in repr(tx)


def test_no_core_dump_while_keys_are_in_memory(study: Study) -> None:
    resource = pytest.importorskip("resource")
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("core dumps are forbidden here anyway")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    with study.open():
        assert resource.getrlimit(resource.RLIMIT_CORE) == (0, hard)


def test_a_study_of_a_later_format_is_refused_with_a_reason(study: Study) -> None:
    for path in (study.places.study_db, study.places.keys_db, study.places.keytable_db):
        kept = path.read_bytes()
        with closing(sqlite3.connect(path)) as conn:
            conn.execute("PRAGMA user_version = 2")
        with pytest.raises(UnreadableInput, match="version 2"):
            study.open()
        path.write_bytes(kept)


def test_clocks_are_given_from_outside(study: Study) -> None:
    day = datetime(2031, 5, 17, 12, tzinfo=UTC)
    with Vault.open(study.places, passphrase=PASSPHRASE, clock=lambda: day) as vault, vault.change() as tx:
        assert tx.log("log.exported", details={"size": 1}).time == "2031-05-17T12:00:00Z"
        other = datetime(2031, 5, 18, tzinfo=UTC)
        assert tx.log("log.exported", details={"size": 1}, now=other).time == "2031-05-18T00:00:00Z"


def test_the_log_leaves_as_one_file(study: Study, tmp_path: Path) -> None:
    with study.open(passphrase=None) as vault:
        assert vault.export_log(tmp_path / "log.jsonl") == vault.log.size
    assert not verify(tmp_path / "log.jsonl").broken


def test_a_change_that_fails_at_the_very_end_is_undone_too(study: Study) -> None:
    """The new files of KEYS are staged by then; the log refuses a word that is not in its vocabulary."""
    before = study.files()
    with study.open() as vault:
        with pytest.raises(UsageError), vault.change() as tx:
            tx.shred_owner(study.kari, cause="fordi")
        assert study.files() == before
        with pytest.raises(UsageError), vault.change("noe annet") as tx:
            tx.new_owner("d4" * 16)
        assert study.files() == before
        assert vault.unseal(study.objects["kari"])
        with vault.change() as tx:
            tx.new_owner("d4" * 16)
    with study.open() as vault:
        assert vault.unseal(study.objects["kari"])
        assert "d4" * 16 in vault.owners()


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_the_settings_that_shredding_and_crashes_need_are_in_force(
    study: Study, passphrase: str | None
) -> None:
    wanted = {
        "journal_mode": "delete",
        "secure_delete": 1,
        "synchronous": 3,
        "temp_store": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "query_only": int(passphrase is None),
    }
    with study.open(passphrase=passphrase) as vault:
        found = {name: vault.db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    assert found == wanted


def test_a_data_key_that_nothing_needs_any_more_is_dropped(study: Study) -> None:
    def numbers(vault: Vault) -> list[tuple[str, int]]:
        assert vault._ring is not None
        return sorted((key[1], key[2]) for key in vault._ring.owner_keys if key[0] == STUDY_OWNER)

    with study.open() as vault:
        vault.rotate()
        assert numbers(vault) == [("identity", 2), ("work", 1), ("work", 2)]
        with vault.change() as tx:
            tx.reseal(study.objects["profile"], b"ny")
            tx.new_owner("d4" * 16)
        assert numbers(vault) == [("identity", 2), ("work", 2)]
        assert vault.unseal(study.objects["profile"]) == b"ny"
