"""SIGKILL at every fail point: what opens afterwards is the old state or the new one, and goes on from there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from anonymizer.audit import State, verify
from anonymizer.errors import AnonymizerError, Busy, Locked, Shredded, UsageError
from anonymizer.vault import Master, Places, Vault, failpoints

from .conftest import COST, OTHER, PASSPHRASE, Study, create, put_back

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

NEW = "d4" * 16


def killed_at(number: int, action: Callable[[], object]) -> bool:
    """Run ``action`` in a child that dies at its ``number``-th fail point; say whether it did."""
    child = os.fork()
    if not child:
        try:
            failpoints._fatal, failpoints._passed = number, 0
            action()
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "the child neither ended well nor was killed"
    return status != 0


def change_everything(study: Study) -> None:
    """One change that makes, shreds and writes in both buildings."""
    with study.open() as vault, vault.change("withdraw") as tx:
        tx.new_owner(NEW)
        tx.save("participant", NEW, {"code": "NY"}, owner=NEW)
        tx.seal("original", NEW, Master.IDENTITY, b"ny", object_id="e5" * 16)
        tx.put_row(NEW, "identity", "row-new", b"nytt navn")
        tx.shred_owner(study.kari)
        tx.drop("participant", study.kari)
        tx.reseal(study.objects["group"], b"uten kari")


def state_of(study: Study) -> str:
    """Say whether the study is wholly as before the change or wholly as after; fail for anything between."""
    assert not verify(study.places.study_db, state=State(study.places.checkpoint)).broken
    with study.open() as vault:
        owners = {row for row, _, _ in vault.rows()}
        codes = {body["code"] for _, _, body in vault.all("participant")}
        group = vault.unseal(study.objects["group"])
        try:
            kari = vault.unseal(study.objects["kari"])
        except Shredded:
            kari = b""
        seen = (NEW in vault.owners(), owners, codes, group, bool(kari))
        assert not vault.history.pending
        assert vault.unseal(study.objects["ola"]) == b"ordrett utskrift til ola"
        if seen[0]:
            assert vault.unseal("e5" * 16) == b"ny"
    before = (False, {"row-kari", "row-ola", "row-group"}, {"KARI", "OLA", "GROUP"})
    after = (True, {"row-new", "row-ola", "row-group"}, {"NY", "OLA", "GROUP"})
    assert seen in ((*before, b"ordrett utskrift til group", True), (*after, b"uten kari", False))
    leftovers = [path.name for path in study.places.keys.iterdir() if path.name.endswith(".next")]
    assert not leftovers
    return "new" if seen[0] else "old"


@pytest.fixture
def fresh(study: Study, tmp_path: Path) -> Callable[[], Study]:
    """Return a function that puts the study back as it was at first; it opens without the cost of a passphrase."""
    with study.open() as vault:
        study.secret = vault.make_recovery()
    kept = tmp_path / "kept"
    for folder in (study.places.study, study.places.keys, study.places.state):
        shutil.copytree(folder, kept / folder.name)

    def again() -> Study:
        for folder in (study.places.study, study.places.keys, study.places.state):
            shutil.rmtree(folder)
            shutil.copytree(kept / folder.name, folder)
        return study

    return again


def test_a_change_is_whole_wherever_it_is_killed(fresh: Callable[[], Study]) -> None:
    seen, number = [], 0
    while True:
        number += 1
        study = fresh()
        died = killed_at(number, lambda: change_everything(study))  # noqa: B023
        Vault.open(study.places).close()  # reading needs no finishing first
        seen.append(state_of(study))
        if not died:
            break
        with study.open() as vault, vault.change() as tx:
            tx.save("note", "n", {})
            tx.log("log.exported", details={"size": 1})
    assert number > 12, "the change passes a fail point at each durable step"
    assert seen == sorted(seen, reverse=True), "once it has happened it stays so"
    assert set(seen) == {"old", "new"}


def test_finishing_a_killed_change_may_itself_be_killed(fresh: Callable[[], Study]) -> None:
    number, kills = 0, 0
    while True:
        number += 1
        study = fresh()
        if not killed_at(number, lambda: change_everything(study)):  # noqa: B023
            break
        with study.open(passphrase=None) as vault:
            if not vault.history.pending:
                continue
        half_done = study.files()
        inner = 0
        while True:
            inner += 1
            put_back(study, half_done)
            again = killed_at(inner, lambda: study.open().close())  # noqa: B023
            kills += again
            assert state_of(study) == "new"
            if not again:
                break
    assert kills > 30


def test_after_a_kill_nothing_of_the_shredded_is_left_once_it_was_opened(fresh: Callable[[], Study]) -> None:
    number = 0
    while True:
        number += 1
        study = fresh()
        with study.open() as vault:
            ring, table = vault._ring, vault._table
            assert ring is not None
            assert table is not None
            gone = [sealed for key, sealed in ring.owner_keys.items() if key[0] == study.kari]
            gone.append(table.rows["row-kari"].sealed)
        died = killed_at(number, lambda: change_everything(study))  # noqa: B023
        if state_of(study) == "new":
            files = b"".join(study.files().values())
            assert all(secret not in files for secret in gone)
        if not died:
            break


def test_a_wrong_passphrase_does_not_finish_a_killed_change(fresh: Callable[[], Study]) -> None:
    number = 0
    while True:
        number += 1
        study = fresh()
        if not killed_at(number, lambda: change_everything(study)):  # noqa: B023
            break
        journal = study.places.study_db.with_name("study.db-journal")
        if journal.exists():  # SQLite itself rolls that back for whoever reads
            study.open(passphrase=None).close()
        before = study.files()
        with pytest.raises(Locked):
            study.open(passphrase=OTHER)
        assert study.files() == before


def test_a_study_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    number, made = 0, list[bool]()
    while sum(made) < 3:  # what follows the commit is the finishing of any change, shown above
        number += 1
        root = tmp_path / str(number)
        places = Places(root / "study", root / "keys", root / "state")
        died = killed_at(number, lambda places=places: create(places).close())  # type: ignore[misc]
        try:
            with Vault.open(places, passphrase=PASSPHRASE, masters=Master) as vault:
                assert not vault.history.pending
            made.append(True)
        except UsageError:
            create(places).close()
            made.append(False)
        assert died
    assert made == sorted(made)
    assert made.count(False) > 5


def test_slots_survive_a_kill(fresh: Callable[[], Study]) -> None:
    number = 0
    study = fresh()
    with study.open() as vault:
        removed = vault.add_slot("Assistent", "assistant", OTHER, Master, kdf_cost=COST)
    kept = study.files()
    while True:
        number += 1
        put_back(study, kept)

        def remove(study: Study = study, removed: str = removed) -> None:
            with study.open() as vault:
                vault.remove_slot(removed)

        died = killed_at(number, remove)
        with study.open() as vault:
            there = removed in {slot.id for slot in vault.slots()}
            assert vault.unseal(study.objects["kari"])
            assert len(list(vault.rows())) == 3
        if there:
            study.open(passphrase=OTHER).close()
        else:
            with pytest.raises(Locked):
                study.open(passphrase=OTHER)
        if not died:
            break


def test_backup_and_restore_may_be_killed_and_repeated(study: Study, tmp_path: Path) -> None:
    copy, number = tmp_path / "copy", 0

    def write() -> None:
        with study.open() as vault:
            vault.backup(copy)

    while killed_at(number := number + 1, write):
        shutil.rmtree(copy, ignore_errors=True)
    number = 0
    while True:
        number += 1
        root = tmp_path / str(number)
        new = Places(root / "study", root / "keys", root / "state")
        died = killed_at(number, lambda: Vault.restore(copy, new))  # noqa: B023
        if not new.study_db.exists():
            Vault.restore(copy, new)
        with Vault.open(new, passphrase=PASSPHRASE, masters=Master) as vault:
            assert vault.unseal(study.objects["kari"]) == b"ordrett utskrift til kari"
        if not died:
            break
    assert number > 4


@pytest.mark.parametrize("room", [0, 4096, 20_000, 50_000, 70_000])
def test_a_full_disk_leaves_the_old_state_or_the_new_one(fresh: Callable[[], Study], room: int) -> None:
    study = fresh()

    def with_little_room() -> None:
        resource = pytest.importorskip("resource")
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        with suppress(AnonymizerError):
            change_everything(study)

    assert not killed_at(0, with_little_room)
    assert state_of(study) in ("old", "new")


def test_the_lock_ends_with_the_process_that_holds_it(study: Study) -> None:
    ready, done = os.pipe()
    child = os.fork()
    if not child:
        with study.open() as vault, vault.change() as tx:
            tx.save("note", "n", {})
            os.write(done, b"!")
            signal.pause()
    assert os.read(ready, 1) == b"!"
    with pytest.raises(Busy):
        study.open()
    assert study.open(passphrase=None).load("note", "n") is None
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with study.open() as vault:
        assert vault.load("note", "n") is None
        assert vault.unseal(study.objects["kari"])
    os.close(ready)
    os.close(done)


def test_killed_at_random_moments(fresh: Callable[[], Study]) -> None:
    """Not only at fail points; a sample here, more with ``ANONYMIZER_KILLS=1000``."""
    kills = int(os.environ.get("ANONYMIZER_KILLS", "15"))
    chance = random.Random(7)
    for _ in range(kills):
        study = fresh()
        child = os.fork()
        if not child:
            change_everything(study)
            os._exit(0)
        time.sleep(chance.uniform(0, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert state_of(study) in ("old", "new")


def test_the_switch_is_in_the_environment_and_nowhere_else() -> None:
    code = "from anonymizer.vault.failpoints import point; point(); point(); print('alive')"
    for value, status in (("", 0), ("0", 0), ("x", 0), ("3", 0), ("2", -signal.SIGKILL)):
        ran = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "ANONYMIZER_FAILPOINT": value}, check=False
        )
        assert ran.returncode == status
