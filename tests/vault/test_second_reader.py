"""A study read from its raw files by docs/formats.md alone: no line of the package opens anything here."""

from __future__ import annotations

import hashlib
import sqlite3
import unicodedata
from contextlib import closing
from typing import Any

import pytest
from anonymizer.vault import Master
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.crypto.second_decryptor import joined, open_grant, open_object, open_record, sub_key

from .conftest import COST, OTHER, PASSPHRASE, STUDY, Study


def fields(*values: str | bytes | int) -> bytes:
    return joined(*(v if isinstance(v, bytes) else str(v).encode() for v in values))


class SecondReader:
    """Opens a slot and what it holds."""

    def __init__(self, study: Study, secret: str) -> None:
        self.keys = sqlite3.connect(study.places.keys_db)
        self.table = sqlite3.connect(study.places.keytable_db)
        self.study = sqlite3.connect(study.places.study_db)
        self.masters: dict[str, bytes] = {}
        for row in self.keys.execute("SELECT * FROM slot"):
            slot, _, _, kdf, salt, memory, passes, lanes, public, private = row
            if (kdf == "recovery") != secret.startswith("ANZ1-"):
                continue
            lock = (
                self.recovery(secret)
                if kdf == "recovery"
                else self.passphrase(secret, salt, memory, passes, lanes)
            )
            place = fields("slot", STUDY, slot, "private half", kdf, salt, memory, passes, lanes, public)
            half = open_record(lock, private, place)
            for name, sealed, key_id in self.keys.execute(
                "SELECT master, sealed, key_id FROM slot_master JOIN master ON name = master WHERE slot = ?",
                (slot,),
            ):
                info = fields("anonymizer/v1", "slot_master", STUDY, slot, name, key_id)
                self.masters[name] = open_grant(half, sealed, info)

    @staticmethod
    def passphrase(secret: str, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
        kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory)
        return sub_key(kdf.derive(unicodedata.normalize("NFC", secret).encode()), b"slot/passphrase")

    @staticmethod
    def recovery(printed: str) -> bytes:
        number = 0
        for digit in printed.removeprefix("ANZ1-").replace("-", ""):
            number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit)
        raw = (number >> 20).to_bytes(20, "big")
        check = hashlib.sha256(b"anonymizer recovery key v1\x00" + raw).digest()
        assert number % (1 << 20) == int.from_bytes(check[:3], "big") >> 4
        return sub_key(hashlib.sha512(raw).digest()[:32], b"slot/recovery")

    def data_keys(self, owner: str, master: str) -> dict[str, bytes]:
        found = {}
        for number, sealed in self.keys.execute(
            "SELECT number, sealed FROM owner_key WHERE owner = ? AND master = ?", (owner, master)
        ):
            place = fields("owner_key", STUDY, owner, master, number)
            raw = open_record(sub_key(self.masters[master], b"wrap data key"), sealed, place)
            found[raw[:16].hex()] = raw[16:]
        return found

    def object(self, id_: str) -> bytes:
        owner, kind, master, generation = self.study.execute(
            "SELECT owner, kind, master, generation FROM object WHERE id = ?", (id_,)
        ).fetchone()
        pieces = self.study.execute("SELECT bytes FROM piece WHERE object = ? ORDER BY number", (id_,))
        sealed = b"".join(row[0] for row in pieces)
        key = self.data_keys(owner, master)[sealed[6:22].hex()]
        return open_object(key, sealed, fields(STUDY, owner, id_, kind, generation, 1))

    def row(self, id_: str) -> bytes:
        owner, kind, sealed = self.table.execute(
            "SELECT owner, kind, sealed FROM row WHERE id = ?", (id_,)
        ).fetchone()
        key = self.data_keys(owner, "identity")[sealed[2:18].hex()]
        return open_record(
            sub_key(key, b"key table row"), sealed, fields("row", STUDY, id_, "sealed", owner, kind)
        )

    def signing_seed(self) -> bytes:
        (sealed,) = self.keys.execute("SELECT signing FROM about").fetchone()
        return open_record(
            sub_key(self.masters["log"], b"log signing key"), sealed, fields("about", STUDY, "signing")
        )

    def slots_digest(self) -> str:
        slots = self.keys.execute("SELECT id, name, role, kdf, public FROM slot ORDER BY id").fetchall()
        parts: list[Any] = ["slots/1", STUDY, len(slots)]
        for slot in slots:
            held = self.keys.execute(
                "SELECT master FROM slot_master WHERE slot = ? ORDER BY master", slot[:1]
            )
            names = [row[0] for row in held]
            parts += [*slot, len(names), *names]
        return hashlib.sha256(fields(*parts)).hexdigest()

    def check_slots(self) -> None:
        (generation,) = self.keys.execute("SELECT generation FROM about").fetchone()
        for name, voucher in self.keys.execute("SELECT name, slots FROM master").fetchall():
            place = fields("master", STUDY, name, generation if name == "log" else 0, self.slots_digest())
            assert open_record(sub_key(self.masters[name], b"slots"), voucher, place) == b""

    def seal(self, size: int, root: bytes) -> int:
        (sealed,) = self.study.execute("SELECT sealed FROM seal").fetchone()
        place = fields("seal", STUDY, size, root)
        return int.from_bytes(
            open_record(sub_key(self.masters["log"], b"seal of study.db"), sealed, place), "big"
        )

    def sum(self) -> int:
        prf, total = sub_key(self.masters["log"], b"sum of study.db"), 0
        elements = [
            fields("record", kind, id_, *(("common",) if owner is None else ("owned", owner)), body)
            for kind, id_, owner, body in self.study.execute("SELECT kind, id, owner, body FROM record")
        ]
        columns = "id, owner, kind, master, generation, key_id, size, digest"
        elements += [
            fields("object", *row)
            for row in self.study.execute(f"SELECT {columns} FROM object")  # noqa: S608
        ]
        for element in elements:
            total += int.from_bytes(hashlib.blake2b(element, key=prf, digest_size=32).digest(), "big")
        return total % (1 << 256)


@pytest.mark.parametrize("lock", ["passphrase", "recovery"])
def test_a_study_is_what_the_page_on_formats_says(study: Study, lock: str) -> None:
    with study.open() as vault:
        secret = PASSPHRASE if lock == "passphrase" else vault.make_recovery()
        if lock == "recovery":
            vault.add_slot("Assistent", "assistant", OTHER, [Master.WORK], kdf_cost=COST)
        vault.rotate()
        with vault.change() as tx:
            tx.reseal(study.objects["kari"], "omskrevet på nytt".encode() * 3000)
            tx.save("note", "n", {"uten": "eier"})
            tx.log("log.exported", details={"size": 1})
        size, root, public = vault.log.size, vault.log.root(), vault.log.key
    reader = SecondReader(study, secret)
    with closing(reader.keys), closing(reader.table), closing(reader.study):
        assert set(reader.masters) == {"log", "work", "identity"}
        assert reader.object(study.objects["kari"]) == "omskrevet på nytt".encode() * 3000
        assert reader.object(study.objects["ola.clean"]) == b"renset ordrett utskrift til ola"
        assert reader.row("row-group") == b"navnet til group"
        reader.check_slots()
        signing = Ed25519PrivateKey.from_private_bytes(reader.signing_seed())
        assert public is not None
        assert signing.public_key().public_bytes_raw() == public.public
        assert reader.seal(size, root) == reader.sum()
