"""What verification says: the three verdicts, and for every kind of tampering which it is and where."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys

import pytest
from anonymizer.audit import Ed25519Signer, Entry, Fault, Log, Outcome, State, export, read_entries, verify
from anonymizer.audit.canonical import encode
from anonymizer.audit.merkle import root_of
from anonymizer.audit.note import LogKey, fingerprint, sign_checkpoint
from anonymizer.audit.sources import DatabaseSource
from anonymizer.errors import Busy, IntegrityError, UnreadableInput, UsageError
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import (
    ADDED,
    CONSENT,
    CREATED,
    DETECTED,
    INGESTED,
    ORIGIN,
    READ,
    RESEARCHER,
    START,
    command,
    open_log,
)


def rewrite(conn, log, edit, signer=None, before_first="0" * 64):
    """Rewrite history the clever way: ``edit`` the list of raw entries, number and link them anew.

    With a signer every checkpoint is signed anew too.
    """
    raws = edit(list(log.raw_entries()))
    sizes = [int(size) for (size,) in conn.execute("SELECT size FROM checkpoint")]
    conn.execute("DELETE FROM log")
    prev = before_first
    leaves = []
    for seq, raw in enumerate(raws, 1):
        entry = Entry.from_bytes(raw)
        entry = Entry(
            seq, entry.time, entry.actor, entry.action, entry.object, entry.rule, entry.details, prev
        )
        conn.execute("INSERT INTO log VALUES (?, ?)", (seq, entry.to_bytes()))
        leaves.append(entry.leaf)
        prev = entry.leaf.hex()
    if signer is not None:
        conn.execute("DELETE FROM checkpoint")
        for size in {min(size, len(leaves)) for size in sizes} | {len(leaves)}:
            note = sign_checkpoint(log.origin, size, root_of(leaves[:size]), signer)
            conn.execute("INSERT INTO checkpoint VALUES (?, ?)", (size, note))
        conn.execute("UPDATE log_key SET public = ?", (signer.public_key,))


def drop(*numbers):
    return lambda raws: [raw for seq, raw in enumerate(raws, 1) if seq not in numbers]


def replace_in(number, old, new):
    return lambda raws: [raw.replace(old, new) if seq == number else raw for seq, raw in enumerate(raws, 1)]


# Sound logs


def test_a_sound_log_is_consistent_in_itself_and_nothing_more(story):
    conn, _, path = story
    verdict = verify(conn)
    assert (verdict.outcome, verdict.entries, verdict.exit_code) == (Outcome.CONSISTENT, 6, 0)
    assert (verdict.confirmed, verdict.unknown, verdict.clock_back) == (0, 0, ())
    assert "nothing outside" in str(verdict)
    assert verify(path) == verdict


def test_the_bundle_gets_the_verdict_of_the_database(story, tmp_path, signer):
    conn, _, _ = story
    bundle = tmp_path / "log.jsonl"
    assert export(conn, bundle) == 6
    assert verify(bundle) == verify(conn)
    assert verify(bundle).fingerprint == fingerprint(signer.public_key)


def test_a_checkpoint_kept_elsewhere_confirms_what_it_covers(story, tmp_path):
    conn, log, _ = story
    kept = tmp_path / "kept.txt"
    kept.write_bytes(list(log.notes())[1].encode())
    verdict = verify(conn, checkpoints=[kept])
    assert (verdict.outcome, verdict.confirmed) == (Outcome.CONFIRMED, 3)
    assert verdict.confirmed_by == ("checkpoint kept.txt",)
    both = verify(conn, checkpoints=[kept, log.newest()])
    assert (both.outcome, both.confirmed) == (Outcome.CONFIRMED, 6)


def test_the_fingerprint_from_the_notification_confirms_all_that_is_there(story, signer):
    conn, _, _ = story
    verdict = verify(conn, key_fingerprint=fingerprint(signer.public_key))
    assert (verdict.outcome, verdict.confirmed) == (Outcome.CONFIRMED, 6)


def test_state_confirms_up_to_what_the_machine_has_seen(story, tmp_path, signer):
    conn, log, _ = story
    state = State(tmp_path / "state" / "checkpoint")
    state.advance(list(log.notes())[1], log.key)
    verdict = verify(conn, state=state)
    assert (verdict.confirmed, verdict.confirmed_by) == (3, ("STATE",))
    assert str(verdict) == "confirmed up to entry 3 of 6, by STATE"


def test_a_checkpoint_between_the_logs_own_is_compared_too(story, signer):
    conn, log, _ = story
    note = sign_checkpoint(ORIGIN, 4, root_of(log.leaves()[:4]), signer)
    assert verify(conn, checkpoints=[note]).confirmed == 4


def test_an_action_of_a_later_version_is_counted_but_breaks_nothing(story, signer):
    conn, log, _ = story
    rewrite(conn, log, replace_in(6, b'"keytable.read"', b'"keytable.counted"'), signer)
    verdict = verify(conn)
    assert (verdict.outcome, verdict.unknown) == (Outcome.CONSISTENT, 1)


def test_a_clock_that_went_back_is_told_but_breaks_nothing(signer):
    conn, log = open_log()
    command(conn, log, signer, CREATED, at=START)
    command(conn, log, signer, ADDED, at=START.replace(hour=3))
    command(conn, log, signer, CONSENT, at=START.replace(hour=9))
    verdict = verify(conn)
    assert (verdict.outcome, verdict.clock_back) == (Outcome.CONSISTENT, (2,))


# Tampering without the key


def tampered(sql, *parameters):
    return lambda conn, log: conn.execute(sql, parameters)


def flip(seq, old, new):
    def do(conn, log):
        raw = next(log.raw_entries(seq))
        assert old in raw
        conn.execute("UPDATE log SET entry = ? WHERE seq = ?", (raw.replace(old, new), seq))

    return do


def swap(one, other):
    def do(conn, log):
        first, second = next(log.raw_entries(one)), next(log.raw_entries(other))
        conn.execute("UPDATE log SET entry = ? WHERE seq = ?", (second, one))
        conn.execute("UPDATE log SET entry = ? WHERE seq = ?", (first, other))

    return do


@pytest.mark.parametrize(
    ("tamper", "fault", "seq"),
    [
        pytest.param(flip(3, b'"2"', b'"3"'), Fault.ALTERED, 3, id="another letter version"),
        pytest.param(flip(6, b'"rows":3', b'"rows":2'), Fault.ALTERED, 4, id="the last entry"),
        pytest.param(flip(1, b'"profile":1', b'"profile":2'), Fault.ALTERED, 1, id="the first entry"),
        pytest.param(flip(3, b'"v":1', b'"v":1 '), Fault.ALTERED, 3, id="a space"),
        pytest.param(flip(3, b'"v":1', b'"v":2'), Fault.ALTERED, 3, id="another version of the form"),
        pytest.param(flip(3, b'"seq":3', b'"seq":3,"seq":3'), Fault.ALTERED, 3, id="a key twice"),
        pytest.param(flip(3, b'"date":"2026-02-27",', b""), Fault.ALTERED, 3, id="a detail gone"),
        pytest.param(flip(3, b'"prev":"', b'"prev":"0'), Fault.ALTERED, 3, id="a malformed link"),
        pytest.param(tampered("UPDATE log SET entry = 'x' WHERE seq = 4"), Fault.ALTERED, 4, id="no entry"),
        pytest.param(
            tampered("UPDATE log SET entry = CAST(entry AS TEXT) WHERE seq = 4"), Fault.ALTERED, 4, id="text"
        ),
        pytest.param(tampered("DELETE FROM log WHERE seq = 4"), Fault.MISSING, 4, id="removed"),
        pytest.param(tampered("DELETE FROM log WHERE seq = 1"), Fault.MISSING, 1, id="the first removed"),
        pytest.param(
            tampered("UPDATE log SET seq = seq + 9 WHERE seq > 3"), Fault.ALTERED, 4, id="numbered anew"
        ),
        pytest.param(swap(3, 4), Fault.REORDERED, 3, id="swapped"),
        pytest.param(swap(1, 6), Fault.REORDERED, 1, id="ends swapped"),
        pytest.param(
            tampered("UPDATE log SET entry = (SELECT entry FROM log WHERE seq = 2) WHERE seq = 5"),
            Fault.REORDERED,
            5,
            id="one entry twice",
        ),
        pytest.param(
            tampered("INSERT INTO log SELECT 0, entry FROM log WHERE seq = 1"),
            Fault.ALTERED,
            1,
            id="before the first",
        ),
        pytest.param(tampered("DELETE FROM log WHERE seq > 4"), Fault.TRUNCATED, 5, id="cut"),
        pytest.param(tampered("DELETE FROM log"), Fault.TRUNCATED, 1, id="all entries gone"),
        pytest.param(
            tampered("DELETE FROM checkpoint WHERE size = 6"), Fault.UNSIGNED, 4, id="last head gone"
        ),
        pytest.param(tampered("DELETE FROM checkpoint"), Fault.UNSIGNED, 1, id="all heads gone"),
        pytest.param(tampered("DELETE FROM log_key"), Fault.UNSIGNED, 1, id="key gone"),
        pytest.param(tampered("UPDATE log_key SET public = x'00'"), Fault.ALTERED, None, id="key malformed"),
        pytest.param(
            tampered("UPDATE log_key SET public = zeroblob(32)"), Fault.UNSIGNED, 1, id="key of zeros"
        ),
        pytest.param(
            tampered(
                "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 1) WHERE size = 3"
            ),
            Fault.ALTERED,
            3,
            id="head under another size",
        ),
        pytest.param(
            tampered("UPDATE checkpoint SET note = 'x' WHERE size = 3"), Fault.ALTERED, 3, id="no head"
        ),
        pytest.param(
            tampered("UPDATE checkpoint SET note = x'00' WHERE size = 3"), Fault.ALTERED, 3, id="blob"
        ),
        pytest.param(tampered("DROP TABLE checkpoint"), Fault.MISSING, None, id="table gone"),
        pytest.param(tampered("DROP TABLE log"), Fault.MISSING, None, id="log gone"),
    ],
)
def test_tampering_is_seen_and_named(story, tamper, fault, seq, tmp_path):
    conn, log, _ = story
    before = verify(conn)
    tamper(conn, log)
    verdict = verify(conn)
    assert not before.broken
    assert (verdict.fault, verdict.seq) == (fault, seq)
    assert verdict.exit_code == 3


@pytest.mark.parametrize(
    "edit", [drop(3), drop(6), drop(1), replace_in(3, b'"2"', b'"3"'), lambda raws: raws[:2] + raws[:1:-1]]
)
def test_a_history_linked_anew_without_the_key_is_seen(story, edit):
    conn, log, _ = story
    rewrite(conn, log, edit)
    assert verify(conn).fault in {Fault.ALTERED, Fault.TRUNCATED}


def test_a_history_linked_anew_is_placed_between_two_checkpoints(story):
    conn, log, _ = story
    rewrite(conn, log, replace_in(5, b'"PERSON":7', b'"PERSON":8'))
    verdict = verify(conn)
    assert (verdict.fault, verdict.seq) == (Fault.ALTERED, 4)
    assert "entries 4 to 6" in verdict.why


def test_a_history_that_names_one_before_its_first_entry_is_seen_even_if_signed(story, signer):
    conn, log, _ = story
    rewrite(conn, log, lambda raws: raws, signer, before_first="1" * 64)
    verdict = verify(conn)
    assert (verdict.fault, verdict.seq) == (Fault.ALTERED, 1)


def test_an_entry_slipped_in_behind_the_last_checkpoint_is_unsigned(story):
    conn, log, _ = story
    conn.execute("BEGIN")
    log.append(RESEARCHER, *READ, START)
    conn.execute("COMMIT")
    verdict = verify(conn)
    assert (verdict.fault, verdict.seq) == (Fault.UNSIGNED, 7)


# Tampering with a key: one's own, or the right one


def test_a_log_signed_anew_with_another_key_is_told_apart_by_what_was_kept(
    story, signer, other_signer, tmp_path
):
    conn, log, _ = story
    state = State(tmp_path / "checkpoint")
    kept, key = log.newest(), log.key
    state.advance(kept, key)
    rewrite(conn, log, drop(6), other_signer)
    assert verify(conn).outcome is Outcome.CONSISTENT  # the honest limit: nothing inside can tell
    assert verify(conn, key_fingerprint=fingerprint(other_signer.public_key)).confirmed == 5
    for known in ({"state": state}, {"checkpoints": [kept]}, {"key_fingerprint": key.fingerprint}):
        verdict = verify(conn, **known)
        assert (verdict.fault, verdict.seq) == (Fault.UNSIGNED, 1)


def test_a_history_signed_anew_with_the_right_key_is_a_fork_to_whoever_kept_a_checkpoint(
    story, signer, tmp_path
):
    conn, log, _ = story
    state = State(tmp_path / "checkpoint")
    kept = log.newest()
    state.advance(kept, log.key)
    rewrite(conn, log, replace_in(2, b'"by":"form"', b'"by":"import"'), signer)
    assert verify(conn).outcome is Outcome.CONSISTENT
    for known in ({"state": state}, {"checkpoints": [kept]}):
        verdict = verify(conn, **known)
        assert (verdict.fault, verdict.seq) == (Fault.FORKED, 6)


def test_a_log_cut_at_a_checkpoint_is_rolled_back_to_whoever_knows_a_later_one(story, tmp_path):
    conn, log, _ = story
    state = State(tmp_path / "checkpoint")
    kept = log.newest()
    state.advance(kept, log.key)
    conn.execute("DELETE FROM log WHERE seq > 3")
    conn.execute("DELETE FROM checkpoint WHERE size > 3")
    assert verify(conn).outcome is Outcome.CONSISTENT
    for known in ({"state": state}, {"checkpoints": [kept]}):
        verdict = verify(conn, **known)
        assert (verdict.fault, verdict.seq, verdict.exit_code) == (Fault.ROLLED_BACK, 4, 3)


def test_an_emptied_log_is_broken_and_rolled_back_where_more_was_seen(story):
    conn, log, _ = story
    kept = log.newest()
    conn.execute("DELETE FROM log")
    conn.execute("DELETE FROM checkpoint")
    assert verify(conn).fault is Fault.MISSING
    assert verify(conn, checkpoints=[kept]).fault is Fault.ROLLED_BACK


def test_two_copies_that_went_on_apart_are_forks_of_each_other(story, tmp_path, signer):
    conn, log, path = story
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    command(conn, log, signer, READ)
    other = sqlite3.connect(copy, isolation_level=None)
    other_log = Log(other, ORIGIN)
    command(other, other_log, signer, INGESTED)
    assert verify(conn).outcome is verify(copy).outcome is Outcome.CONSISTENT
    verdict = verify(copy, checkpoints=[log.newest()])
    assert verdict.fault is Fault.FORKED
    command(other, other_log, signer, READ)
    assert verify(copy, checkpoints=[log.newest()]).fault is Fault.FORKED
    other.close()


def test_a_log_in_the_name_of_another_study_is_refused(story):
    conn, _, _ = story
    verdict = verify(conn, origin="anonymizer/study/" + "1" * 32)
    assert (verdict.fault, verdict.seq) == (Fault.UNSIGNED, 1)
    assert verify(conn, origin=ORIGIN).outcome is Outcome.CONSISTENT


# Wrong use, and files that are no log


def test_a_checkpoint_of_another_study_is_wrong_usage(story, signer):
    conn, _, _ = story
    foreign = sign_checkpoint("anonymizer/study/" + "1" * 32, 3, bytes(32), signer)
    with pytest.raises(UsageError, match="another log"):
        verify(conn, checkpoints=[foreign])


def test_what_is_no_checkpoint_file_is_unreadable(story, tmp_path):
    conn, _, _path = story
    for content in (b"", b"\xff\xfe", b"tekst\n"):
        wrong = tmp_path / "wrong"
        wrong.write_bytes(content)
        with pytest.raises(UnreadableInput):
            verify(conn, checkpoints=[wrong])
    with pytest.raises(UnreadableInput):
        verify(conn, checkpoints=[tmp_path / "nowhere"])
    with pytest.raises(UnreadableInput):
        verify(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(UnreadableInput):
        verify(empty)


def test_a_damaged_state_confirms_nothing(story, tmp_path):
    conn, log, _ = story
    state = State(tmp_path / "checkpoint")
    state.advance(log.newest(), log.key)
    state.path.write_text(state.path.read_text().replace("\n6\n", "\n5\n"))
    with pytest.raises(IntegrityError):
        verify(conn, state=state)


def test_a_log_that_is_being_written_is_busy(story):
    conn, _, path = story
    conn.execute("PRAGMA locking_mode = EXCLUSIVE")
    conn.execute("BEGIN EXCLUSIVE")
    reader = sqlite3.connect(path, timeout=0)
    with pytest.raises(Busy):
        verify(reader)
    reader.close()


# Crashes, and other processes

KILLED = """
import os, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size = 1")
conn.execute("BEGIN")
conn.execute("UPDATE log SET entry = zeroblob(9)")
conn.execute("CREATE TABLE filler (page BLOB)")
for _ in range(64):
    conn.execute("INSERT INTO filler VALUES (randomblob(4096))")
os._exit(9)
"""


def test_a_command_killed_half_way_leaves_the_log_as_it_was(story):
    conn, _, path = story
    before = verify(conn)
    conn.close()
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert path.with_name("study.db-journal").exists()
    assert verify(path) == before


def test_a_commit_in_the_middle_of_verifying_is_not_seen_by_half(story, signer, monkeypatch):
    conn, _, path = story
    conn.close()
    real = DatabaseSource.rest

    def commit_then_rest(self):
        writer = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            command(writer, Log(writer, ORIGIN), signer, READ)
        except sqlite3.OperationalError as error:
            assert "locked" in str(error)  # noqa: PT017 - a reader may hold the writer up, as SQLite sees fit
        finally:
            writer.close()
        return real(self)

    monkeypatch.setattr(DatabaseSource, "rest", commit_then_rest)
    assert verify(path).outcome is Outcome.CONSISTENT


def test_a_bundle_that_can_not_be_written_leaves_nothing_behind(story, tmp_path):
    conn, _, _ = story
    (tmp_path / "taken").mkdir()
    for target in (tmp_path / "nowhere" / "log.jsonl", tmp_path / "taken"):
        with pytest.raises(UsageError, match="can't be written"):
            export(conn, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study.db", "taken"]
    assert not conn.in_transaction


def test_a_log_without_a_checkpoint_is_not_exported(tmp_path):
    conn, _ = open_log()
    with pytest.raises(UsageError, match="no signed checkpoint"):
        export(conn, tmp_path / "log.jsonl")


def test_a_bundle_beyond_the_cap_is_not_read(story, tmp_path, monkeypatch):
    conn, _, _ = story
    bundle = tmp_path / "log.jsonl"
    export(conn, bundle)
    size = bundle.stat().st_size
    monkeypatch.setattr("anonymizer.audit.bundle.MAX_BYTES", size)
    assert not verify(bundle).broken
    monkeypatch.setattr("anonymizer.audit.bundle.MAX_BYTES", size - 1)
    with pytest.raises(UnreadableInput, match="too large"):
        verify(bundle)


def test_a_line_without_end_is_not_read_to_its_end(story, tmp_path):
    conn, _, _ = story
    bundle = tmp_path / "log.jsonl"
    export(conn, bundle)
    bundle.write_bytes(bundle.read_bytes() + b"x" * 3_000_000)
    assert verify(bundle).fault is Fault.TRUNCATED


# No byte of a bundle can change unnoticed


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    conn, log = open_log()
    signer = Ed25519Signer(bytes(range(32)))
    command(conn, log, signer, CREATED)
    command(conn, log, signer, ADDED, DETECTED)
    path = folder / "log.jsonl"
    export(conn, path)
    conn.close()
    return path, path.read_bytes(), folder / "changed.jsonl"


def test_the_bundle_is_entries_then_checkpoints_then_the_key(bundle):
    _, raw, _ = bundle
    lines = raw.split(b"\n")
    assert [line[: line.index(b":")] for line in lines[:-1]] == [
        *[b'{"action"'] * 3,
        *[b'{"checkpoint"'] * 2,
        b'{"fingerprint"',
    ]
    assert lines[-1] == b""
    key = LogKey(ORIGIN, Ed25519Signer(bytes(range(32))).public_key)
    assert lines[-2] == encode(
        {
            "fingerprint": key.fingerprint,
            "format": "anonymizer-log/1",
            "origin": ORIGIN,
            "public_key": "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
        }
    )


def test_every_single_byte_of_a_bundle_matters(bundle):
    _, raw, changed = bundle
    for at in range(len(raw)):
        forged = bytearray(raw)
        forged[at] ^= 1 << at % 8
        changed.write_bytes(forged)
        assert verify(changed).broken, f"byte {at} of {len(raw)}"


BEGINNINGS = (b'{"action":', b'{"checkpoint":', b'{"fingerprint":')


@settings(max_examples=200)
@given(st.data())
def test_a_bundle_cut_or_with_anything_moved_is_broken(bundle, data):
    _, raw, changed = bundle
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    put = data.draw(st.binary(max_size=4) | st.sampled_from([raw[start:end] * 2, b"\n", b"\r\n", raw]))
    forged = raw[:start] + put + raw[end:]
    changed.write_bytes(forged)
    if forged == raw:
        assert not verify(changed).broken
    elif any(line.startswith(BEGINNINGS) for line in forged.split(b"\n")):
        assert verify(changed).broken
    else:  # a remnant in which not one line is one of a bundle
        with pytest.raises(UnreadableInput):
            verify(changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.7\n",
        b"I: Hei.\n\nR: Ja.\n",
        b"{}\n",
        b"[]",
        b"\x00" * 300_000,
        b"x" * 300_000 + b'{"action":"',
        b"\n",
    ],
    ids=["pdf", "transcript", "object", "list", "zeros", "one long line", "nothing"],
)
def test_what_is_no_bundle_is_unreadable_and_not_broken(tmp_path, raw):
    (tmp_path / "x.pdf").write_bytes(raw)
    with pytest.raises(UnreadableInput, match="no exported log"):
        verify(tmp_path / "x.pdf")
    with pytest.raises(UnreadableInput, match="no exported log"):
        list(read_entries(tmp_path / "x.pdf"))


@pytest.mark.parametrize("fault", ["lines swapped", "line removed", "line doubled"])
def test_whole_lines_of_a_bundle_can_not_be_moved(bundle, fault):
    _, raw, changed = bundle
    lines = raw.splitlines(keepends=True)
    for at in range(len(lines) - 1):
        forged = list(lines)
        if fault == "lines swapped":
            forged[at], forged[at + 1] = forged[at + 1], forged[at]
        elif fault == "line removed":
            del forged[at]
        else:
            forged.insert(at, forged[at])
        # Leaving out a checkpoint that a later one covers takes nothing away: all entries stay signed.
        harmless = fault == "line removed" and at == 3
        changed.write_bytes(b"".join(forged))
        assert verify(changed).broken is not harmless


def test_a_truncated_database_file_is_broken_or_unreadable(story, tmp_path):
    conn, _, path = story
    conn.close()
    raw = path.read_bytes()
    damaged = tmp_path / "damaged.db"
    for size in range(100, len(raw), 997):
        damaged.write_bytes(raw[:size])
        assert verify(damaged).broken
