"""The single-file verifier as it is published: its digest, and proofs that it and the package both judge alike."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from anonymizer.audit import (
    Ed25519Signer,
    Entry,
    Fault,
    Outcome,
    Verdict,
    export,
    prove_entry,
    prove_growth,
    read_entries,
    repair,
    verify_consistency,
    verify_entry,
    verify_growth,
)
from anonymizer.errors import Busy, IntegrityError, UnreadableInput, UsageError

from .conftest import ADDED, CONSENT, CREATED, DETECTED, command, open_log

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "verify_log.py"


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("verify_log_released", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_log_released"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["verify_log_released"]


@pytest.fixture
def log(tmp_path):
    conn, made = open_log(tmp_path / "l.db")
    signer = Ed25519Signer(bytes(range(32)))
    notes = []
    for _ in range(3):
        command(conn, made, signer, CREATED)
        command(conn, made, signer, ADDED, CONSENT, DETECTED)
        notes.append(made.newest())
    yield made, notes, tmp_path / "l.db"
    conn.close()


def test_its_digest_is_the_published_one():
    """`make release-digests` writes it; whoever takes the file from a release compares."""
    name, digest = reversed((ROOT / "docs" / "release-digests.txt").read_text(encoding="ascii").split())
    assert name == "tools/verify_log.py"
    assert hashlib.sha256(TOOL.read_bytes()).hexdigest() == digest


def test_an_entry_is_shown_to_both(log, tool):
    made, _, _ = log
    key = tool.parse_vkey(made.key.to_vkey())
    for seq, raw in enumerate(made.raw_entries(), 1):
        proof = prove_entry(made, seq)
        assert verify_entry(raw, proof, made.key) == tool.verify_entry(raw, proof, key) == seq
        with pytest.raises(tool.Broken):
            tool.verify_entry(raw[:-1] + b" ", proof, key)


def test_growth_is_shown_to_both_and_a_fork_to_none(log, tool):
    made, notes, _ = log
    key = tool.parse_vkey(made.key.to_vkey())
    for note in notes:
        proof = prove_growth(made, note)
        assert verify_growth(note, proof, made.key) == tool.verify_growth(note, proof, key) == 12
    forked, _ = proof.split("\n", 1)
    other = prove_growth(made, notes[0])
    with pytest.raises(IntegrityError):
        verify_growth(notes[1], other, made.key)
    with pytest.raises(tool.Broken):
        tool.verify_growth(notes[1], other, key)
    assert forked == "old 12"


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_no_byte_of_a_proof_changes_unnoticed(log, tool, at):
    made, notes, _ = log
    key = tool.parse_vkey(made.key.to_vkey())
    proof = prove_growth(made, notes[0])
    if at >= len(proof):
        pytest.skip("it is shorter")
    forged = proof[:at] + chr(ord(proof[at]) ^ 1) + proof[at + 1 :]
    with pytest.raises((IntegrityError, UnreadableInput)):
        verify_growth(notes[0], forged, made.key)
    with pytest.raises((tool.Broken, tool.Unreadable)):
        tool.verify_growth(notes[0], forged, key)


def test_from_the_command_line(log, tmp_path):
    made, notes, _ = log
    for name, text in (
        ("proof", prove_entry(made, 3)),
        ("growth", prove_growth(made, notes[0])),
        ("old", notes[0]),
        ("entry", list(made.raw_entries())[2].decode() + "\n"),
        ("wrong", list(made.raw_entries())[1].decode()),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    vkey = made.key.to_vkey()

    def tell(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(TOOL), *arguments, "--vkey", vkey],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    assert tell("--proof", "proof", "--entry", "entry")[1].startswith("entry 3 stands in the log of ")
    assert tell("--proof", "proof", "--entry", "wrong")[0] == 3
    assert "only grew, to 12 entries" in tell("--proof", "growth", "--old", "old")[1]
    assert tell("--proof", "growth", "--entry", "entry")[0] == 2
    assert tell("--proof", "nowhere", "--old", "old")[0] == 2
    assert tell("--proof", "proof")[0] == 2


# --- what only mutation testing found untested ----------------------------------------------------------------


def test_hashes_of_another_length_prove_nothing():
    assert verify_consistency(3, 3, b"x" * 32, b"x" * 32, [])
    assert not verify_consistency(3, 3, b"x" * 31, b"x" * 31, [])
    assert not verify_consistency(0, 2, b"x", b"x", [])


def test_a_bundle_gives_its_entries_back(log, tmp_path):
    made, _, _ = log
    export(made.conn, tmp_path / "b")
    assert [entry.seq for entry in read_entries(tmp_path / "b")] == list(range(1, 13))
    (tmp_path / "b").write_bytes(b"{}\n" + (tmp_path / "b").read_bytes())
    with pytest.raises(IntegrityError, match="b, line 1"):
        list(read_entries(tmp_path / "b"))


def test_entries_from_the_middle_are_numbered_as_they_stand(log):
    made, _, _ = log
    assert [entry.seq for entry in made.entries(5)] == list(range(5, 13))
    made.conn.execute("UPDATE log SET entry = x'00' WHERE seq = 6")
    with pytest.raises(IntegrityError, match="log entry 6"):
        list(made.entries(5))


def test_a_proof_of_growth_takes_the_whole_log_unless_told(log):
    made, notes, _ = log
    assert made.consistency_proof(4) == made.consistency_proof(4, 12)
    assert made.consistency_proof(4, 8) != made.consistency_proof(4)
    assert made.note_at(4) == notes[0]
    assert made.note_at(6) is None


def test_the_cache_is_mended_and_a_broken_log_is_not_touched(log):
    made, _, path = log
    made.conn.execute("UPDATE log_head SET edge = zeroblob(64)")
    made.conn.commit()
    verdict, mended = repair(path)
    assert (verdict.broken, mended) == (False, True)
    assert repair(path)[1] is False
    made.conn.execute("UPDATE log_head SET edge = zeroblob(64)")
    made.conn.execute("DELETE FROM log WHERE seq = 2")
    made.conn.commit()
    verdict, mended = repair(path)
    assert (verdict.broken, mended) == (True, False)
    assert made.conn.execute("SELECT edge FROM log_head").fetchone()[0] == bytes(64)


def test_a_repair_waits_for_no_writer_and_says_where_nothing_is(log, tmp_path):
    made, _, path = log
    made.conn.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        repair(path)
    made.conn.execute("ROLLBACK")
    with pytest.raises(UnreadableInput):
        repair(tmp_path / "nowhere" / "x.db")
    with pytest.raises(UsageError):
        repair(path, key_fingerprint="abc")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict(Outcome.BROKEN, 3, Fault.ALTERED, 2, "so"), "broken: altered at entry 2: so"),
        (Verdict(Outcome.BROKEN, 3, Fault.MISSING, None, "so"), "broken: missing: so"),
        (
            Verdict(Outcome.CONFIRMED, 3, None, None, "", 2, ("STATE", "x")),
            "confirmed up to entry 2 of 3, by STATE, x",
        ),
    ],
)
def test_a_verdict_in_words(verdict, words):
    assert str(verdict) == words


def test_an_entry_of_another_shape_is_not_known():
    raw = b'{"action":"x.y","actor":"system","details":{},"object":"","prev":"' + b"0" * 64
    raw += b'","rule":"","seq":1,"time":"2026-01-01T00:00:00Z","v":1}'
    assert not Entry.from_bytes(raw).known
