"""Any sequence of changes, kills and openings against a plain model: nothing lost, nothing kept, nothing mixed up."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import pytest
from anonymizer.audit import State, verify
from anonymizer.errors import Locked, Shredded
from anonymizer.vault import STUDY_OWNER, Change, Master, Places, Vault
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from .conftest import COST, OTHER, create
from .test_crash import killed_at

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

_masters = st.sampled_from(list(Master))
_content = st.binary(max_size=50)


class Model:
    """What the study should hold."""

    def __init__(self) -> None:
        self.owners: set[str] = {STUDY_OWNER}
        self.shredded: set[str] = set()
        self.objects: dict[str, tuple[str, Master, bytes]] = {}
        self.gone: set[str] = set()
        self.rows: dict[str, tuple[str, bytes]] = {}
        self.notes: dict[str, dict[str, int]] = {}

    def copy(self) -> Model:
        other = Model()
        for name, value in vars(self).items():
            setattr(other, name, value.copy())
        return other


class Machine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.places = Places(self.root / "study", self.root / "keys", self.root / "state")
        with create(self.places) as vault:
            self.secret = vault.make_recovery()
        self.model = Model()
        self.colleague: str | None = None

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    def open(self) -> Vault:
        return Vault.open(self.places, passphrase=self.secret, masters=Master)

    def do(self, data: st.DataObject, model: Model, tx: Change) -> None:
        """Draw one to four things to do in one change, in the model and in the vault."""
        living = sorted(model.owners)
        for _ in range(data.draw(st.integers(1, 4))):
            what = data.draw(
                st.sampled_from(["owner", "seal", "reseal", "destroy", "row", "drop", "note", "shred"])
            )
            if what == "owner":
                owner = secrets.token_hex(16)
                tx.new_owner(owner)
                model.owners.add(owner)
                living.append(owner)
            elif what == "seal":
                owner, master, text = (
                    data.draw(st.sampled_from(living)),
                    data.draw(_masters),
                    data.draw(_content),
                )
                model.objects[tx.seal("thing", owner, master, text)] = (owner, master, text)
            elif what == "reseal" and model.objects:
                id_, text = data.draw(st.sampled_from(sorted(model.objects))), data.draw(_content)
                tx.reseal(id_, text)
                model.objects[id_] = (*model.objects[id_][:2], text)
            elif what == "destroy" and model.objects:
                id_ = data.draw(st.sampled_from(sorted(model.objects)))
                tx.destroy(id_)
                del model.objects[id_]
            elif what == "row":
                owner, row, text = (
                    data.draw(st.sampled_from(living)),
                    data.draw(st.text("abc")),
                    data.draw(_content),
                )
                tx.put_row(owner, "row", row, text)
                model.rows[row] = (owner, text)
            elif what == "drop" and model.rows:
                row = data.draw(st.sampled_from(sorted(model.rows)))
                tx.drop_row(row)
                del model.rows[row]
            elif what == "note":
                name, number = data.draw(st.text("xyz")), data.draw(st.integers(0, 9))
                tx.save("note", name, {"n": number})
                tx.log("log.exported", details={"size": number})
                model.notes[name] = {"n": number}
            elif what == "shred" and len(living) > 1:
                owner = data.draw(st.sampled_from([owner for owner in living if owner != STUDY_OWNER]))
                tx.shred_owner(owner)
                living.remove(owner)
                model.owners.remove(owner)
                model.shredded.add(owner)
                model.gone |= {id_ for id_, (of, _, _) in model.objects.items() if of == owner}
                model.objects = {id_: value for id_, value in model.objects.items() if value[0] != owner}
                model.rows = {row: value for row, value in model.rows.items() if value[0] != owner}

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        model = self.model.copy()
        with self.open() as vault, vault.change() as tx:
            self.do(data, model, tx)
            tx.log("log.exported", details={"size": 0})
        self.model = model

    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        with self.open() as vault:
            with pytest.raises(ZeroDivisionError), vault.change() as tx:  # noqa: PT012
                self.do(data, self.model.copy(), tx)
                _ = 1 / 0
            self.check(vault, self.model)

    @rule(number=st.integers(1, 20), shred=st.booleans())
    def be_killed(self, number: int, shred: bool) -> None:
        after, owner = self.model.copy(), secrets.token_hex(16)
        victim = sorted(after.owners - {STUDY_OWNER})[:1] if shred else []

        def act() -> None:
            with self.open() as vault, vault.change() as tx:
                tx.new_owner(owner)
                tx.put_row(owner, "row", "killed", b"x")
                for gone in victim:
                    tx.shred_owner(gone)

        killed_at(number, act)
        after.owners.add(owner)
        after.rows["killed"] = (owner, b"x")
        for gone in victim:
            after.owners.remove(gone)
            after.shredded.add(gone)
            after.gone |= {id_ for id_, value in after.objects.items() if value[0] == gone}
            after.objects = {id_: value for id_, value in after.objects.items() if value[0] != gone}
            after.rows = {row: value for row, value in after.rows.items() if value[0] != gone}
        with self.open() as vault:
            if owner in vault.owners():
                self.model = after

    @precondition(lambda self: self.colleague is None)
    @rule()
    def add_a_colleague(self) -> None:
        with self.open() as vault:
            self.colleague = vault.add_slot("K", "assistant", OTHER, [Master.WORK], kdf_cost=COST)

    @precondition(lambda self: self.colleague is not None)
    @rule()
    def remove_the_colleague(self) -> None:
        assert self.colleague is not None
        with Vault.open(self.places, passphrase=OTHER, masters=[Master.WORK]) as vault:
            for id_, (_, master, text) in self.model.objects.items():
                if master is Master.WORK:
                    assert vault.unseal(id_) == text
        with self.open() as vault:
            vault.remove_slot(self.colleague)
        with pytest.raises(Locked):
            Vault.open(self.places, passphrase=OTHER)
        self.colleague = None

    @rule()
    def rotate(self) -> None:
        with self.open() as vault:
            vault.rotate()

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.open() as vault:
            self.check(vault, self.model)
        assert not verify(self.places.study_db, state=State(self.places.checkpoint)).broken

    @staticmethod
    def check(vault: Vault, model: Model) -> None:
        assert vault.owners() == model.owners
        assert vault.shredded == model.shredded
        assert {info.id for info in vault.objects()} == set(model.objects)
        assert {row: (owner, value) for row, owner, value in vault.rows()} == model.rows
        assert {name: body for name, _, body in vault.all("note")} == model.notes
        for id_, (_, _, text) in model.objects.items():
            assert vault.unseal(id_) == text
        for id_ in model.gone:
            with pytest.raises(Shredded):
                vault.unseal(id_)


TestMachine = Machine.TestCase
TestMachine.settings = settings(
    max_examples=int(os.environ.get("ANONYMIZER_EXAMPLES", "8")),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
