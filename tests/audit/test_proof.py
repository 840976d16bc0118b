"""A proof for one entry, in the form of c2sp.org/tlog-proof."""

from __future__ import annotations

import pytest
from anonymizer.audit import LogKey, prove_entry, verify_entry
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError

from .conftest import ORIGIN, open_log


def test_each_entry_is_proved_under_the_newest_checkpoint(story):
    _, log, _ = story
    raws = list(log.raw_entries())
    for seq, raw in enumerate(raws, 1):
        proof = prove_entry(log, seq)
        assert proof.startswith(f"c2sp.org/tlog-proof@v1\nindex {seq - 1}\n")
        assert proof.endswith("\n\n" + log.newest())
        assert verify_entry(raw, proof, log.key) == seq
        with pytest.raises(IntegrityError, match="does not show"):
            verify_entry(raws[seq % 6], proof, log.key)


def test_extra_data_of_others_is_passed_over(story):
    _, log, _ = story
    proof = prove_entry(log, 2).replace("index", "extra AAAA\nindex")
    assert verify_entry(next(log.raw_entries(2)), proof, log.key) == 2


def test_a_proof_under_another_key_shows_nothing(story, other_signer):
    _, log, _ = story
    with pytest.raises(IntegrityError, match="not signed"):
        verify_entry(next(log.raw_entries()), prove_entry(log, 1), LogKey(ORIGIN, other_signer.public_key))


def test_no_byte_of_a_proof_can_change_unnoticed(story):
    _, log, _ = story
    raw, proof = next(log.raw_entries(3)), prove_entry(log, 3).encode()
    for at in range(len(proof)):
        changed = bytearray(proof)
        changed[at] ^= 1
        with pytest.raises((IntegrityError, UnreadableInput, UnicodeDecodeError)):
            verify_entry(raw, changed.decode(), log.key)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nx",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 0\nx\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 0\n\nx",
        "x" * 100_000,
    ],
)
def test_what_is_no_proof_is_unreadable(story, wrong):
    _, log, _ = story
    with pytest.raises(UnreadableInput):
        verify_entry(b"{}", wrong, log.key)


def test_only_entries_that_are_signed_can_be_proved(story):
    _, log, _ = story
    for seq in (0, 7):
        with pytest.raises(UsageError):
            prove_entry(log, seq)
    with pytest.raises(UsageError):
        prove_entry(open_log()[1], 1)
