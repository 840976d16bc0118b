"""Checkpoints: the published examples verify, ours have one spelling, and nothing else is read."""

from __future__ import annotations

import base64
import contextlib
from pathlib import Path

import pytest
from anonymizer.audit import Checkpoint, Ed25519Signer, LogKey, fingerprint, origin_of, parse_checkpoint
from anonymizer.audit.note import fingerprints_match, sign_checkpoint
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError
from hypothesis import given
from hypothesis import strategies as st

from .conftest import ORIGIN, STUDY

# The example of c2sp.org/tlog-checkpoint, as published; its key is not, so only the syntax can be checked.
PUBLISHED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9"
    "nTo+zyWE+xeMcTOAYQ8=\n"
)
# A note and the verifier key that signed it, from golang.org/x/mod/sumdb/note (BSD-3-Clause).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GOLDEN = (
    "anonymizer/study/0f3c5a9be1d24c7788aa01b2c3d4e5f6\n42\n"
    "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n\n"
    "— anonymizer/study/0f3c5a9be1d24c7788aa01b2c3d4e5f6 "
    "SVbW614IbpXzuaTyaWAvnaSVzxhzZGB93GpXb2A6iJQxjC0SF4SFTS4bMhZVYsD0bQT1sd1Qki7JwAlgdPi5GjwJEwM=\n"
)


def test_the_published_example_is_read():
    checkpoint = parse_checkpoint(PUBLISHED)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a")
    assert [(name, key_id.hex()) for name, key_id, _ in checkpoint.signatures] == [
        ("example.com/behind-the-sofa", "033de0ae")
    ]


def test_a_signature_made_by_go_verifies():
    key = LogKey.from_vkey(GO_VKEY)
    assert key.to_vkey() == GO_VKEY
    raw = base64.b64decode(GO_SIGNATURE)
    assert raw[:4] == key.id
    assert key.verifies(GO_TEXT, raw[4:])
    assert not key.verifies(GO_TEXT + b"\n", raw[4:])
    go_private = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    assert Ed25519Signer(go_private).sign(GO_TEXT) == raw[4:]


def test_a_checkpoint_is_these_bytes_and_no_others(signer):
    assert sign_checkpoint(ORIGIN, 42, b"\xab" * 32, signer) == GOLDEN


def test_the_specification_shows_the_same_bytes(signer):
    page = (Path(__file__).parents[2] / "docs" / "log.md").read_text(encoding="utf-8")
    assert GOLDEN in page
    assert fingerprint(signer.public_key) in page


def test_a_checkpoint_of_ours_is_read_and_verifies(signer, other_signer):
    checkpoint = parse_checkpoint(GOLDEN)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (ORIGIN, 42, b"\xab" * 32)
    assert checkpoint.signed_by(LogKey(ORIGIN, signer.public_key))
    assert not checkpoint.signed_by(LogKey(ORIGIN, other_signer.public_key))
    assert not checkpoint.signed_by(LogKey(origin_of("1" * 32), signer.public_key))


def test_signatures_of_witnesses_are_passed_over(signer):
    witnessed = GOLDEN + PUBLISHED.splitlines()[-1] + "\n"
    checkpoint = parse_checkpoint(witnessed)
    assert len(checkpoint.signatures) == 2
    assert checkpoint.signed_by(LogKey(ORIGIN, signer.public_key))


def test_a_signature_line_holds_a_key_id_and_something_more():
    four, five = (base64.b64encode(bytes(length)).decode() for length in (4, 5))
    assert len(parse_checkpoint(f"{GOLDEN}— witness {five}\n").signatures) == 2
    with pytest.raises(UnreadableInput):
        parse_checkpoint(f"{GOLDEN}— witness {four}\n")


def test_a_note_may_have_a_hundred_signatures_and_no_more():
    line = GOLDEN.splitlines()[-1] + "\n"
    assert len(parse_checkpoint(GOLDEN + line * 99).signatures) == 100
    with pytest.raises(UnreadableInput):
        parse_checkpoint(GOLDEN + line * 100)


def test_a_second_signature_does_not_mend_a_wrong_first_one_under_the_same_key(signer):
    good = GOLDEN.splitlines()[-1]
    wrong = good.split(" ")
    raw = bytearray(base64.b64decode(wrong[2]))
    raw[20] ^= 1
    wrong[2] = base64.b64encode(raw).decode()
    note = GOLDEN.replace(good, " ".join(wrong) + "\n" + good)
    assert not parse_checkpoint(note).signed_by(LogKey(ORIGIN, signer.public_key))


@pytest.mark.parametrize(
    "wrong",
    [
        GOLDEN[:-1],
        GOLDEN + "\n",
        GOLDEN.replace("\n\n", "\n"),
        GOLDEN.replace("\n42\n", "\n042\n"),
        GOLDEN.replace("\n42\n", "\n-42\n"),
        GOLDEN.replace("\n42\n", "\n4_2\n"),
        GOLDEN.replace("\n42\n", "\n٤٢\n"),
        GOLDEN.replace("\n42\n", "\n42 \n"),
        GOLDEN.replace("\n42\n", "\n99999999999999999\n"),
        GOLDEN.replace("q6s=\n", "q6t=\n"),
        GOLDEN.replace("q6s=\n", "q6s\n"),
        GOLDEN.replace("q6s=\n", "q6urqw==\n"),
        GOLDEN.replace("\n", "\r\n"),
        GOLDEN.replace("— ", "- "),
        GOLDEN.replace("— ", "—  "),
        GOLDEN.replace("— ", "–\u00a0"),
        GOLDEN.replace("\n42\n", "\n\n42\n"),
        GOLDEN.replace("42\n", "42\t\n"),
        GOLDEN + "— witness AAAA\n",
        GOLDEN + "witness AAAAAAE=\n",
        GOLDEN + "— a+b AAAAAAA=\n",
        GOLDEN + "\ud800",
        "",
        "\n\n\n",
        "x" * 70_000,
    ],
)
def test_what_is_no_checkpoint_is_refused(wrong):
    with pytest.raises(UnreadableInput):
        parse_checkpoint(wrong)


@given(st.text(max_size=200) | st.builds("{}\n{}\n{}\n\n— {} {}\n".format, *[st.text(max_size=12)] * 5))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(UnreadableInput):
        assert isinstance(parse_checkpoint(text), Checkpoint)


@given(st.integers(0, len(GOLDEN.encode()) - 1), st.integers(0, 7))
def test_no_bit_of_a_checkpoint_can_change_unnoticed(at, bit):
    raw = bytearray(GOLDEN.encode())
    raw[at] ^= 1 << bit
    key = LogKey(ORIGIN, bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"))
    with contextlib.suppress(UnicodeDecodeError, UnreadableInput):
        assert not parse_checkpoint(raw.decode()).signed_by(key)


def test_a_fingerprint_is_eight_groups_of_four_and_compared_whole(signer, other_signer):
    text = fingerprint(signer.public_key)
    assert text == "kzdv-vj2u-mndu-yauf-35o3-6k6k-w462-mujv"
    assert fingerprints_match(text, signer.public_key)
    assert fingerprints_match(text.upper().replace("-", " "), signer.public_key)
    assert not fingerprints_match(text, other_signer.public_key)
    for wrong in ("", text[:-1], text[:19], text + "a", "0" * 32, "æ" * 32):
        with pytest.raises(UsageError):
            fingerprints_match(wrong, signer.public_key)


@pytest.mark.parametrize(
    "study", ["", "kari", "rusprosjektet-2026", "0F3C5A9BE1D24C7788AA01B2C3D4E5F6", "../0f3c"]
)
def test_an_origin_is_made_of_a_random_id_alone(study):
    with pytest.raises(UsageError):
        origin_of(study)
    assert origin_of(STUDY) == ORIGIN


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "PeterNeumann",
        GO_VKEY[:-1],
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("c74f20a3", "C74F20A3"),
        GO_VKEY.replace("PeterNeumann", "Peter Neumann"),
        GO_VKEY.replace("+AR", "+BR"),
    ],
)
def test_a_malformed_verifier_key_is_refused(wrong):
    with pytest.raises(IntegrityError):
        LogKey.from_vkey(wrong)
