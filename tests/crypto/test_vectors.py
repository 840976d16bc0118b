"""Every vector through both readers."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from anonymizer.crypto import Key, SlotKeys, open_bytes, open_record, open_stream
from anonymizer.errors import IntegrityError

from . import second_decryptor

FILES = sorted((Path(__file__).parent.parent / "vectors").glob("*.txt"))
REASONS = {
    "header failure": {"header"},
    "commitment failure": {"commitment"},
    "payload failure": {"chunk", "the last chunk is not short", "too short", "tag"},
}


@dataclass
class Vector:
    head: dict[str, str]
    sealed: bytes

    @classmethod
    def read(cls, path: Path) -> Vector:
        text, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        return cls(dict(line.split(": ", 1) for line in text.splitlines()), base64.b64decode(body))

    @property
    def secret(self) -> bytes:
        return bytes.fromhex(self.head["key"])

    @property
    def context(self) -> bytes:
        return bytes.fromhex(self.head["context"])

    def check(self, plain: bytes) -> None:
        assert hashlib.sha256(plain).hexdigest() == self.head["plaintext-sha256"]


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def vector(request: pytest.FixtureRequest) -> Vector:
    return Vector.read(request.param)


def test_there_are_vectors_of_every_outcome() -> None:
    outcomes = {(v.head["what"], v.head["expect"]) for v in map(Vector.read, FILES)}
    assert len(FILES) > 50
    for what in ("object", "record", "grant"):
        for expect in ("success", "header failure", "payload failure"):
            assert (what, expect) in outcomes
    assert ("object", "commitment failure") in outcomes


def _open(vector: Vector) -> bytes:
    if vector.head["what"] == "grant":
        return SlotKeys(vector.secret).open(vector.sealed, info=vector.context)
    key = Key(vector.head["key-id"], vector.secret)
    if vector.head["what"] == "record":
        return open_record(key, vector.sealed, place=vector.context)
    return open_bytes(key, vector.sealed, context=vector.context)


def test_the_package(vector: Vector) -> None:
    if vector.head["expect"] == "success":
        vector.check(_open(vector))
        return
    with pytest.raises(IntegrityError) as caught:
        _open(vector)
    assert caught.value.exit_code == 3


def test_the_package_byte_by_byte(vector: Vector) -> None:
    if vector.head["what"] != "object" or len(vector.sealed) > 2000:
        return
    key = Key(vector.head["key-id"], vector.secret)
    pieces = (vector.sealed[at : at + 1] for at in range(len(vector.sealed)))
    opened = open_stream(key, pieces, context=vector.context)
    if vector.head["expect"] == "success":
        vector.check(b"".join(opened))
        return
    with pytest.raises(IntegrityError):
        b"".join(opened)


def test_the_second_reader(vector: Vector) -> None:
    opener = getattr(second_decryptor, f"open_{vector.head['what']}")
    if vector.head["expect"] == "success":
        vector.check(opener(vector.secret, vector.sealed, vector.context))
        return
    if vector.head["comment"] == "the id of another key":
        return  # it is given the key itself and has no id to compare
    with pytest.raises(second_decryptor.Refused) as caught:
        opener(vector.secret, vector.sealed, vector.context)
    reason = str(caught.value)
    assert any(reason.startswith(known) for known in REASONS[vector.head["expect"]]), reason
