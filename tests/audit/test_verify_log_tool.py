"""The single-file verifier of the standard library alone: the same verdicts as the package, on any bundle."""

from __future__ import annotations

import ast
import importlib.util
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from anonymizer.audit import Ed25519Signer, Log, export, verify
from anonymizer.audit.canonical import parse
from anonymizer.audit.merkle import root_of
from anonymizer.audit.note import fingerprint, sign_checkpoint
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import ADDED, CONSENT, CREATED, DETECTED, INGESTED, ORIGIN, READ, command, open_log
from .test_verify import drop, replace_in, rewrite

TOOL = Path(__file__).parents[2] / "tools" / "verify_log.py"

# RFC 8032, section 7.1: secret key, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("verify_log", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_log"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["verify_log"]


def same(tool, bundle, checkpoints=(), key=None):
    """Judge a bundle with both, and return the one verdict they agree on."""
    try:
        ours = verify(bundle, checkpoints=list(checkpoints), key_fingerprint=key)
        ours = (str(ours.outcome), ours.entries, ours.fault and str(ours.fault), ours.seq, ours.confirmed)
    except (UnreadableInput, UsageError):
        ours = "unreadable"
    try:
        theirs = tool.verify(bundle, list(checkpoints), key)
        theirs = (theirs.outcome, theirs.entries, theirs.fault, theirs.seq, theirs.confirmed)
    except tool.Unreadable:
        theirs = "unreadable"
    assert ours == theirs
    return ours if isinstance(ours, str) else ours[0]


def test_it_needs_the_standard_library_only():
    imported = set()
    for node in ast.walk(ast.parse(TOOL.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.split(".")[0])
    assert imported <= sys.stdlib_module_names


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_its_signatures_are_those_of_rfc_8032(tool, secret, public, message, signature):
    public, message, signature = (bytes.fromhex(text) for text in (public, message, signature))
    assert Ed25519Signer(bytes.fromhex(secret)).sign(message) == signature
    assert tool.verify_signature(public, message, signature)
    assert not tool.verify_signature(public, message + b"x", signature)
    for at in range(64):
        wrong = bytearray(signature)
        wrong[at] ^= 1
        assert not tool.verify_signature(public, message, bytes(wrong))


def test_a_signature_has_one_spelling(tool):
    public, message, signature = (bytes.fromhex(text) for text in RFC_8032[1][1:])
    higher = (int.from_bytes(signature[32:], "little") + tool.L).to_bytes(32, "little")
    assert not tool.verify_signature(public, message, signature[:32] + higher)
    assert not tool.verify_signature(public[:-1], message, signature)
    assert not tool.verify_signature(public, message, signature[:-1])
    assert not tool.verify_signature(b"\xff" * 32, message, signature)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_it_agrees_with_openssl_on_any_signature(tool, secret, message, bit):
    signer = Ed25519Signer(secret)
    signature = signer.sign(message)
    assert tool.verify_signature(signer.public_key, message, signature)
    wrong = (int.from_bytes(signature) ^ 1 << bit).to_bytes(64)
    assert not tool.verify_signature(signer.public_key, message, wrong)


@given(st.integers(0, 70))
def test_its_tree_is_the_tree_of_the_package(tool, size):
    leaves = [tool.leaf_hash(bytes([number])) for number in range(size)]
    roots = tool.roots_at(leaves, set(range(size + 1)))
    assert roots == {count: root_of(leaves[:count]) for count in range(size + 1)}


@pytest.mark.parametrize("depth", [7, 8, 9])
def test_it_takes_the_same_json(tool, depth):
    raw = b"[" * depth + b'"x"' + b"]" * depth
    if depth <= 8:
        assert tool.parse_json(raw) == parse(raw)
    else:
        with pytest.raises(ValueError):  # noqa: PT011 - its text is never shown
            tool.parse_json(raw)
        with pytest.raises(IntegrityError):
            parse(raw)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    conn, log = open_log()
    signer = Ed25519Signer(bytes(range(32)))
    command(conn, log, signer, CREATED)
    command(conn, log, signer, ADDED, CONSENT)
    export(conn, folder / "log.jsonl")
    conn.close()
    return (folder / "log.jsonl").read_bytes(), folder / "changed.jsonl"


def test_the_three_verdicts(tool, story, tmp_path, signer, other_signer):
    conn, log, _ = story
    bundle, kept, foreign = tmp_path / "log.jsonl", tmp_path / "kept", tmp_path / "foreign"
    export(conn, bundle)
    kept.write_bytes(log.newest().encode())
    foreign.write_bytes(sign_checkpoint("anonymizer/study/" + "1" * 32, 1, bytes(32), signer).encode())
    ours, other = fingerprint(signer.public_key), fingerprint(other_signer.public_key)
    assert same(tool, bundle) == "consistent"
    assert same(tool, bundle, [kept]) == "confirmed"
    assert same(tool, bundle, [kept], ours.upper()) == "confirmed"
    assert same(tool, bundle, [], other) == "broken"
    assert same(tool, bundle, [], ours[:9]) == "unreadable"
    assert same(tool, bundle, [foreign]) == "unreadable"
    assert same(tool, bundle, [bundle]) == "unreadable"
    assert same(tool, tmp_path / "nowhere") == "unreadable"


@pytest.mark.parametrize("resign", ["not", "same key", "other key"])
@pytest.mark.parametrize("edit", [drop(3), drop(6), drop(1), replace_in(3, b'"2"', b'"3"'), drop(4, 5, 6)])
def test_rewritten_histories_get_the_same_verdict(tool, story, tmp_path, signer, other_signer, edit, resign):
    conn, log, _ = story
    bundle, kept = tmp_path / "log.jsonl", tmp_path / "kept"
    kept.write_bytes(log.newest().encode())
    rewrite(conn, log, edit, {"not": None, "same key": signer, "other key": other_signer}[resign])
    export(conn, bundle)
    assert same(tool, bundle) == ("broken" if resign == "not" else "consistent")
    assert same(tool, bundle, [kept]) == "broken"


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM log WHERE seq = 4",
        "DELETE FROM log WHERE seq > 4",
        "DELETE FROM log",
        "DELETE FROM checkpoint WHERE size = 6",
        "DELETE FROM checkpoint",
        "DELETE FROM checkpoint; DELETE FROM log",
        "UPDATE checkpoint SET note = replace(note, 'a', 'b') WHERE size = 3",
        "UPDATE checkpoint SET note = 'x' WHERE size = 3",
        "UPDATE log SET entry = (SELECT entry FROM log WHERE seq = 2) WHERE seq = 5",
        "UPDATE log SET entry = (SELECT entry FROM log WHERE seq = 5) WHERE seq = 2",
        "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '48', '49') AS BLOB) WHERE seq = 4",
        "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '\"rows\":3', '\"rows\":4') AS BLOB)",
        "UPDATE log SET entry = CAST(replace(CAST(entry AS TEXT), '\"v\":1', '\"v\":2') AS BLOB)",
        "UPDATE log_key SET public = zeroblob(32)",
    ],
)
def test_damaged_logs_get_the_same_verdict(tool, story, tmp_path, damage):
    conn, log, _ = story
    bundle, kept = tmp_path / "log.jsonl", tmp_path / "kept"
    kept.write_bytes(log.newest().encode())
    conn.executescript(damage)
    export(conn, bundle)
    assert same(tool, bundle) == "broken"
    assert same(tool, bundle, [kept]) == "broken"


def test_two_copies_that_went_on_apart_get_the_same_verdict(tool, story, tmp_path, signer):
    conn, log, _ = story
    other = tmp_path / "other.db"
    conn.execute("VACUUM INTO ?", (str(other),))
    command(conn, log, signer, READ)
    kept, bundle = tmp_path / "kept", tmp_path / "log.jsonl"
    kept.write_bytes(log.newest().encode())
    copy = sqlite3.connect(other, isolation_level=None)
    command(copy, Log(copy, ORIGIN), signer, INGESTED, DETECTED)
    export(copy, bundle)
    copy.close()
    assert same(tool, bundle) == "consistent"
    assert same(tool, bundle, [kept]) == "broken"


def test_both_see_every_single_byte(tool, bundle):
    raw, changed = bundle
    for at in range(0, len(raw), 3):
        forged = bytearray(raw)
        forged[at] ^= 1 << at % 8
        changed.write_bytes(forged)
        assert same(tool, changed) == "broken"


@settings(max_examples=100)
@given(st.data())
def test_both_agree_on_any_forgery(tool, bundle, data):
    raw, changed = bundle
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    put = data.draw(st.binary(max_size=3) | st.sampled_from([b"\n", b"\r", b" ", b"{}", raw, raw[:start]]))
    forged = raw[:start] + put + raw[end:]
    changed.write_bytes(forged)
    wanted = "consistent" if forged == raw else "broken"
    if not any(line.startswith(tool.BEGINNINGS) for line in forged.split(b"\n")):
        wanted = "unreadable"
    assert same(tool, changed) == wanted


@pytest.mark.parametrize("raw", [b"%PDF-1.7\n", b"I: Hei.\n", b"{}\n", b"\x00" * 300_000, b"\n"])
def test_both_say_of_another_file_that_it_is_no_log(tool, tmp_path, raw):
    (tmp_path / "x").write_bytes(raw)
    assert same(tool, tmp_path / "x") == "unreadable"


def test_it_runs_alone_from_the_command_line(story, tmp_path, signer):
    conn, _, _ = story
    bundle = tmp_path / "log.jsonl"
    export(conn, bundle)
    alone = [sys.executable, "-I", "-S", str(TOOL)]
    sound = subprocess.run([*alone, str(bundle)], capture_output=True, text=True, check=False)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert sound.stdout.splitlines() == [
        f"key: {fingerprint(signer.public_key)}",
        "consistent in itself, 6 entries; nothing outside the log confirms it",
    ]
    bundle.write_bytes(bundle.read_bytes().replace(b'"words":1210', b'"words":1211'))
    broken = subprocess.run([*alone, str(bundle)], capture_output=True, text=True, check=False)
    assert broken.returncode == 3
    assert broken.stdout.startswith("broken: altered at entry 4: ")
    nothing = subprocess.run([*alone, "nowhere"], capture_output=True, text=True, check=False)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "Traceback" not in nothing.stderr
