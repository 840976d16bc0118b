"""Edges that only mutation testing found untested (docs/mutation.md)."""

from __future__ import annotations

import pytest
from anonymizer.crypto import (
    Key,
    SlotKeys,
    key_id_of,
    looks_like_recovery_key,
    new_recovery_key,
    passphrase,
    record_key_id,
    seal_bytes,
    seal_record,
    seal_to,
    selftest,
)
from anonymizer.errors import IntegrityError


def test_a_fresh_slot_opens_what_is_sealed_to_it_and_no_other_does() -> None:
    one, other = SlotKeys.generate(), SlotKeys.generate()
    sealed = seal_to(one.public, b"hemmelig", info=b"x")
    assert one.open(sealed, info=b"x") == b"hemmelig"
    with pytest.raises(IntegrityError):
        other.open(sealed, info=b"x")
    assert SlotKeys(one.private).public == one.public


def test_a_record_cut_anywhere_names_no_key() -> None:
    key = Key.random()
    whole = seal_record(key, b"", place=b"p")
    assert record_key_id(whole) == key.id
    for size in range(len(whole)):
        with pytest.raises(IntegrityError):
            record_key_id(whole[:size])


def test_a_header_cut_anywhere_names_no_key() -> None:
    key = Key.random()
    whole = seal_bytes(key, b"x", context=b"c")
    assert key_id_of(whole[:22]) == key.id
    for size in range(22):
        with pytest.raises(IntegrityError):
            key_id_of(whole[:size])


def test_the_ceiling_itself_is_permitted_and_the_floor() -> None:
    passphrase.CEILING.check()
    passphrase.FLOOR.check()


def test_only_the_whole_shape_looks_like_a_recovery_key() -> None:
    printed = new_recovery_key()
    assert looks_like_recovery_key(printed)
    assert not looks_like_recovery_key("ANZ1-ABCD")
    assert not looks_like_recovery_key("x" * len(printed.replace("-", "")))


@pytest.mark.parametrize("broken", ["old", "new", "same"])
def test_the_self_test_bites_at_each_half_of_an_object(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = bytes.fromhex(selftest._KNOWN_OBJECT)
    opens = selftest.open_bytes

    def half(key: Key, sealed: bytes, *, context: bytes) -> bytes:
        spoilt = (sealed == known) is (broken == "old")
        return b"x" if spoilt else opens(key, sealed, context=context)

    if broken == "same":
        monkeypatch.setattr(selftest, "seal_bytes", lambda *_, **__: known)
    else:
        monkeypatch.setattr(selftest, "open_bytes", half)
    selftest.self_test.cache_clear()
    try:
        with pytest.raises(IntegrityError, match="object"):
            selftest.self_test()
    finally:
        monkeypatch.undo()
        selftest.self_test.cache_clear()
        selftest.self_test()
