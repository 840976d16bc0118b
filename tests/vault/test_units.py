"""Small answers of the vault, one by one; what only mutation testing found untested (docs/mutation.md)."""

from __future__ import annotations

import pytest
from anonymizer.vault import STUDY_OWNER, Master
from anonymizer.vault.keyring import LOG, KeyRing

from .conftest import Study


def test_what_an_owner_has_is_found_whatever_its_kind(study: Study) -> None:
    with study.open() as vault:
        with vault.change() as tx:
            tx.save("note", "n", {"a": 1}, owner=study.kari)
            tx.save("note", "m", {"a": 2}, owner=study.ola)
            tx.log("log.exported", details={"size": 1})
        assert list(vault.owned(study.kari)) == [
            ("note", "n", {"a": 1}),
            ("participant", study.kari, {"code": "KARI"}),
        ]
        assert list(vault.owned("nobody")) == []


def test_objects_are_found_by_owner_and_kind(study: Study) -> None:
    with study.open() as vault:
        assert {info.kind for info in vault.objects(kind="clean")} == {"clean"}
        assert len(vault.objects(kind="clean")) == 3
        (one,) = vault.objects(study.kari, "original")
        assert one.id == study.objects["kari"]


def test_owners_and_slots_are_known_without_a_passphrase(study: Study) -> None:
    with study.open() as vault:
        owners, slots = vault.owners(), vault.slots()
    with study.open(passphrase=None) as vault:
        assert vault.owners() == owners == {STUDY_OWNER, study.kari, study.ola, study.group}
        assert vault.slots() == slots


def test_a_record_holds_what_json_holds_and_norwegian_as_it_is(study: Study) -> None:
    with study.open() as vault:
        with vault.change() as tx:
            with pytest.raises(ValueError, match="JSON"):
                tx.save("note", "n", {"a": float("nan")})
            tx.save("note", "n", {"b": "blåbær", "a": 1})
            tx.log("log.exported", details={"size": 1})
        assert vault.load("note", "n") == {"a": 1, "b": "blåbær"}
        assert vault.db.execute("SELECT body FROM record WHERE id = 'n'").fetchone() == (
            '{"a":1,"b":"blåbær"}',
        )


def test_a_new_ring_names_its_masters_and_has_no_slot() -> None:
    ring, masters = KeyRing.new("5d" * 16, bytes(32))
    assert {name: row.key_id for name, row in ring.master_rows.items()} == {
        name: key.id for name, key in masters.items()
    }
    assert set(masters) == {LOG, *Master}
    assert (ring.generation, ring.slots(), ring.owners()) == (0, (), frozenset())
    assert KeyRing.from_tables(ring.to_tables()).digest == ring.digest
