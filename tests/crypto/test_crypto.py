"""Round trips, known answers and refusals of the sealing functions."""

from __future__ import annotations

import pickle
import tracemalloc
import unicodedata

import pytest
from anonymizer.crypto import (
    KdfCost,
    Key,
    SlotKeys,
    fields,
    key_from_passphrase,
    key_from_recovery,
    key_id_of,
    looks_like_recovery_key,
    new_id,
    new_recovery_key,
    open_bytes,
    open_record,
    open_stream,
    record_key_id,
    seal_bytes,
    seal_record,
    seal_stream,
    seal_to,
    self_test,
    selftest,
)
from anonymizer.errors import IntegrityError, Locked, UsageError
from hypothesis import given, settings
from hypothesis import strategies as st

from . import second_decryptor as second

KEY = Key("000102030405060708090a0b0c0d0e0f", bytes(range(100, 132)))
SECRET = bytes(range(100, 132))
SLOT = SlotKeys(bytes(range(96)))
SALT = b"0123456789abcdef"
plaintexts = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([16383, 16384, 16385, 32768, 40000]).map(lambda size: b"\xc3" * size),
)
parts = st.lists(st.one_of(st.text(max_size=5), st.binary(max_size=5), st.integers(0, 99)), max_size=5)


def test_the_self_test_passes_and_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    self_test()
    for name in ("_gcm_siv", "_hkdf", "_argon2id", "_ed25519", "_object", "_slot"):
        selftest.self_test.cache_clear()
        with monkeypatch.context() as patch:
            broken = lambda: False  # noqa: E731
            broken.__name__ = name
            patch.setattr(selftest, name, broken)
            with pytest.raises(IntegrityError, match=name.strip("_")):
                selftest.self_test()
    selftest.self_test.cache_clear()
    self_test()


@given(plaintexts, st.binary(max_size=30), st.integers(1, 20000))
def test_an_object_comes_back_however_it_is_cut(plain: bytes, context: bytes, size: int) -> None:
    pieces = [plain[at : at + size] for at in range(0, len(plain), size)]
    sealed = b"".join(seal_stream(KEY, pieces, context=context))
    assert open_bytes(KEY, sealed, context=context) == plain
    cut = [sealed[at : at + size] for at in range(0, len(sealed), size)]
    assert b"".join(open_stream(KEY, cut, context=context)) == plain
    assert second.open_object(SECRET, sealed, context) == plain
    assert key_id_of(sealed[:22]) == KEY.id


@given(st.binary(max_size=60), st.binary(max_size=30))
@settings(max_examples=30)
def test_a_record_comes_back(plain: bytes, place: bytes) -> None:
    sealed = seal_record(KEY, plain, place=place)
    assert open_record(KEY, sealed, place=place) == plain
    assert second.open_record(SECRET, sealed, place) == plain
    assert record_key_id(sealed) == KEY.id
    assert seal_record(KEY, plain, place=place) != sealed


@given(st.binary(max_size=60), st.binary(max_size=30))
@settings(max_examples=20)
def test_a_secret_sealed_to_a_slot_comes_back(plain: bytes, info: bytes) -> None:
    sealed = seal_to(SLOT.public, plain, info=info)
    assert SLOT.open(sealed, info=info) == plain
    assert second.open_grant(SLOT.private, sealed, info) == plain
    assert len(sealed) == 1 + 1120 + len(plain) + 16


@given(parts, parts)
def test_different_fields_never_join_to_the_same_bytes(one: list[str], other: list[str]) -> None:
    def plain(values: list[str]) -> list[bytes]:
        return [v if isinstance(v, bytes) else str(v).encode() for v in values]

    assert (fields(*one) == fields(*other)) == (plain(one) == plain(other))


@given(st.data())
@settings(max_examples=60)
def test_any_flipped_bit_of_a_small_object_or_record_is_refused(data: st.DataObject) -> None:
    sealed = data.draw(st.sampled_from(["object", "record", "grant"]))
    raw = {
        "object": seal_bytes(KEY, b"tekst", context=b"c"),
        "record": seal_record(KEY, b"tekst", place=b"c"),
        "grant": seal_to(SLOT.public, b"tekst", info=b"c"),
    }[sealed]
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    bad = bytearray(raw)
    bad[at // 8] ^= 1 << at % 8
    open_it = {
        "object": lambda: open_bytes(KEY, bytes(bad), context=b"c"),
        "record": lambda: open_record(KEY, bytes(bad), place=b"c"),
        "grant": lambda: SLOT.open(bytes(bad), info=b"c"),
    }[sealed]
    with pytest.raises(IntegrityError):
        open_it()


@given(st.integers(0, 40000 + 22 + 56 + 48))
@settings(max_examples=60)
def test_a_cut_at_any_byte_is_refused(size: int) -> None:
    sealed = seal_bytes(KEY, bytes(40000), context=b"c")
    if size < len(sealed):
        with pytest.raises(IntegrityError):
            open_bytes(KEY, sealed[:size], context=b"c")


def test_nothing_unauthenticated_is_ever_yielded() -> None:
    plain = b"A" * (3 << 20)
    sealed = seal_bytes(KEY, plain, context=b"c")
    bad = sealed[:-1] + bytes([sealed[-1] ^ 1])
    got = b""
    with pytest.raises(IntegrityError):  # noqa: PT012
        for piece in open_stream(KEY, [bad], context=b"c"):
            got += piece
    assert plain.startswith(got)


def test_a_long_object_streams_in_constant_memory() -> None:
    def pieces(size: int) -> object:
        return (b"\0" * (1 << 20) for _ in range(size))

    def peak(size: int) -> int:
        tracemalloc.start()
        sealed = seal_stream(KEY, pieces(size), context=b"c")  # type: ignore[arg-type]
        total = sum(len(piece) for piece in open_stream(KEY, sealed, context=b"c"))
        assert total == size << 20
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(2)
    assert peak(64) < 1.5 * peak(8) < 20 << 20


def test_sub_keys_differ_by_label_and_agree_with_the_second_reader() -> None:
    assert bytes(KEY.sub("a").secret) != bytes(KEY.sub("b").secret) != SECRET
    assert bytes(KEY.sub("wrap data key").secret) == second.sub_key(SECRET, b"wrap data key")
    assert (
        bytes(KEY.sub("a").secret).hex() == "cc7bdedf7d75f4ee6a2b7f2b38528f1681f377055703bb5a05230e5e7dfc1f4b"
    )


def test_a_key_keeps_to_itself() -> None:
    key = Key.random()
    assert bytes(key.secret).hex() not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        pickle.dumps(SLOT)
    key.wipe()
    with pytest.raises(ValueError, match="wiped"):
        seal_record(key, b"x", place=b"")
    with pytest.raises(ValueError, match="32"):
        Key(new_id(), b"short")


def test_a_passphrase_gives_the_same_key_on_every_keyboard() -> None:
    cost = KdfCost.floor()
    composed = key_from_passphrase("blåbær på Åsgård", SALT, cost, key_id=KEY.id)
    written = unicodedata.normalize("NFD", "blåbær på Åsgård")
    assert bytes(key_from_passphrase(written, SALT, cost, key_id=KEY.id).secret) == bytes(composed.secret)
    assert bytes(composed.secret).hex() == "212c74a165816922560e1a792fc47416bbd9b5bf96732d679d657d1127e6d7c5"
    with pytest.raises(UsageError):
        key_from_passphrase("", SALT, cost, key_id=KEY.id)
    with pytest.raises(IntegrityError):
        key_from_passphrase("x", b"short", cost, key_id=KEY.id)


def test_the_default_cost_is_that_of_rfc_9106() -> None:
    assert KdfCost() == KdfCost(memory_kib=65536, passes=3, lanes=4)
    KdfCost().check()
    KdfCost.floor().check()


@pytest.mark.parametrize(
    "cost",
    [
        KdfCost(19 * 1024 - 1, 2, 1),
        KdfCost(65536, 1, 4),
        KdfCost(65536, 3, 0),
        KdfCost(2 * 1024 * 1024 + 1, 3, 4),
        KdfCost(65536, 65, 4),
        KdfCost(65536, 3, 17),
        KdfCost(-1, 3, 4),
    ],
)
def test_costs_outside_floor_and_ceiling(cost: KdfCost) -> None:
    with pytest.raises(IntegrityError):
        key_from_passphrase("x", SALT, cost, key_id=KEY.id)


def test_a_recovery_key_can_be_typed_from_paper() -> None:
    for _ in range(50):
        printed = new_recovery_key()
        assert looks_like_recovery_key(printed)
        want = bytes(key_from_recovery(printed, key_id=KEY.id).secret)
        body = printed[5:]
        sloppy = "anz1 " + body.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert bytes(key_from_recovery(sloppy, key_id=KEY.id).secret) == want
        assert not set(body) & set("ILOU")
    known = "ANZ1-0000-0000-0000-0000-0000-0000-0000-0000-VJQV"
    assert (
        bytes(key_from_recovery(known, key_id=KEY.id).secret).hex()
        == "6346e88f561405ac1dea06e3f386fe01b695a8ef05be1336034978b03980ac33"
    )


@given(st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
@settings(max_examples=60)
def test_a_mistyped_recovery_key_is_told(place: int, letter: str) -> None:
    printed = "ANZ1-000G-40R4-0M30-E209-185G-R38E-1W81-24GK-ZZW1"
    digits = list(printed[5:].replace("-", ""))
    if digits[place] == letter:
        return
    digits[place] = letter
    with pytest.raises(Locked):
        key_from_recovery("ANZ1" + "".join(digits), key_id=KEY.id)


@pytest.mark.parametrize("text", ["", "ANZ1", "ANZ1-0000", "et passord", "ANZ1-" + "UUUU-" * 8 + "UUUU"])
def test_what_is_no_recovery_key(text: str) -> None:
    with pytest.raises(Locked):
        key_from_recovery(text, key_id=KEY.id)


def test_malformed_slot_halves_are_refused() -> None:
    for public in (b"", SLOT.public[:-1], b"\xff" * 1216, SLOT.public[:1184] + bytes(32)):
        with pytest.raises(IntegrityError):
            seal_to(public, b"x", info=b"")
    with pytest.raises(IntegrityError):
        SlotKeys(bytes(95))
    assert "SlotKeys()" in repr(SLOT)
    assert SlotKeys(SLOT.private).public == SLOT.public
