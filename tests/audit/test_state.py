"""What the machine remembers, and the check on opening a study."""

from __future__ import annotations

import os
import stat

import pytest
from anonymizer.audit import Log, State, check_opening
from anonymizer.audit.merkle import CompactRange, root_of
from anonymizer.audit.note import LogKey, sign_checkpoint
from anonymizer.errors import IntegrityError, RolledBack, UsageError

from .conftest import ADDED, CONSENT, CREATED, DETECTED, INGESTED, ORIGIN, READ, command, open_log


@pytest.fixture
def state(tmp_path):
    return State(tmp_path / "home" / "anonymizer" / "study" / "checkpoint")


def test_a_machine_that_never_saw_the_study_remembers_nothing(state, story):
    _, log, _ = story
    assert state.seen() is None
    check_opening(log, state)


def test_the_newest_checkpoint_and_the_key_are_remembered(state, story):
    _, log, _ = story
    for note in log.notes():
        state.advance(note, log.key)
    seen = State(state.path).seen()
    assert (seen.key, seen.note, seen.checkpoint.size) == (log.key, log.newest(), 6)
    assert state.path.read_text(encoding="utf-8") == log.newest()
    assert sorted(path.name for path in state.path.parent.iterdir()) == ["checkpoint", "key"]
    check_opening(log, state)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_only_the_owner_can_read_it(state, story):
    _, log, _ = story
    state.advance(log.newest(), log.key)
    assert stat.S_IMODE(state.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.path.parent.stat().st_mode) == 0o700


def test_it_never_goes_back(state, story):
    _, log, _ = story
    first, _, last = log.notes()
    state.advance(last, log.key)
    with pytest.raises(RolledBack):
        state.advance(first, log.key)
    assert state.seen().note == last


def test_it_takes_no_other_history_of_the_same_size(state, story, signer):
    _, log, _ = story
    state.advance(log.newest(), log.key)
    with pytest.raises(IntegrityError, match="another history"):
        state.advance(sign_checkpoint(ORIGIN, 6, bytes(32), signer), log.key)


def test_it_takes_no_other_key(state, story, signer, other_signer):
    _, log, _ = story
    state.advance(log.newest(), log.key)
    other = LogKey(ORIGIN, other_signer.public_key)
    with pytest.raises(IntegrityError, match="another key"):
        state.advance(sign_checkpoint(ORIGIN, 9, bytes(32), other_signer), other)
    with pytest.raises(IntegrityError, match="not signed"):
        state.advance(sign_checkpoint(ORIGIN, 9, bytes(32), other_signer), log.key)


def test_damage_to_it_is_not_passed_over(state, story):
    _, log, _ = story
    state.advance(log.newest(), log.key)
    note, vkey = state.path.read_bytes(), state.key_path.read_bytes()
    for path, raw in ((state.path, note), (state.key_path, vkey)):
        for at in range(len(raw)):
            changed = bytearray(raw)
            changed[at] ^= 1
            path.write_bytes(changed)
            with pytest.raises(IntegrityError):
                state.seen()
        path.write_bytes(raw)
    state.key_path.unlink()
    with pytest.raises(IntegrityError, match="pinned key"):
        state.seen()
    state.key_path.write_bytes(vkey)
    state.path.write_bytes(b"x" * 100_000)
    with pytest.raises(IntegrityError, match="too large"):
        state.seen()


def test_a_crash_between_its_two_files_leaves_a_pinned_key(state, story, other_signer):
    conn, log, _ = story
    state.advance(log.newest(), log.key)
    state.path.unlink()
    assert state.seen().checkpoint is None
    check_opening(log, state)
    conn.execute("UPDATE log_key SET public = ?", (other_signer.public_key,))
    with pytest.raises(IntegrityError):
        check_opening(log, state)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_can_not_be_written_is_named(state, story):
    _, log, _ = story
    state.path.parent.mkdir(parents=True, mode=0o500)
    with pytest.raises(UsageError, match="STATE/key: can't be written"):
        state.advance(log.newest(), log.key)


def test_a_failure_while_writing_leaves_the_older_state_and_nothing_else(state, story, monkeypatch):
    _, log, _ = story
    first, _, last = log.notes()
    state.advance(first, log.key)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        state.advance(last, log.key)
    assert state.seen().note == first
    assert len(list(state.path.parent.iterdir())) == 2


# Opening a study


def test_a_log_newer_than_state_opens(state, story, signer):
    conn, log, _ = story
    state.advance(log.newest(), log.key)
    command(conn, log, signer, READ)
    check_opening(log, state)


def test_a_log_older_than_state_is_rolled_back(state, story):
    conn, log, _ = story
    state.advance(log.newest(), log.key)
    conn.execute("DELETE FROM log WHERE seq > 3")
    conn.execute("DELETE FROM checkpoint WHERE size > 3")
    leaves = log.leaves()
    edge = CompactRange()
    edge.extend(leaves)
    conn.execute("UPDATE log_head SET size = 3, edge = ?", (edge.to_bytes(),))
    with pytest.raises(RolledBack, match="has seen 6"):
        check_opening(log, state)


def test_an_empty_log_opens_only_where_nothing_was_seen(state, story):
    _, seen_log, _ = story
    _, empty = open_log()
    check_opening(empty, state)
    state.advance(seen_log.newest(), seen_log.key)
    with pytest.raises(RolledBack):
        check_opening(empty, state)


def test_a_log_begun_anew_with_another_key_does_not_open(state, story, other_signer):
    _, log, _ = story
    state.advance(log.newest(), log.key)
    conn, other = open_log()
    command(conn, other, other_signer, CREATED)
    command(conn, other, other_signer, ADDED, CONSENT)
    command(conn, other, other_signer, INGESTED, DETECTED, READ)
    assert other.root() == log.root()
    with pytest.raises(IntegrityError, match="another key"):
        check_opening(other, state)


def test_a_copy_that_went_another_way_does_not_open(state, story, signer):
    conn, log, _ = story
    command(conn, log, signer, READ)
    state.advance(log.newest(), log.key)
    other_conn, other = open_log()
    command(other_conn, other, signer, CREATED)
    command(other_conn, other, signer, ADDED, CONSENT)
    command(other_conn, other, signer, INGESTED, DETECTED, READ)
    command(other_conn, other, signer, INGESTED)
    with pytest.raises(IntegrityError, match="another history"):
        check_opening(other, state)


def test_a_copy_without_a_checkpoint_where_state_has_one_is_compared_by_its_entries(state, story, signer):
    _, log, _ = story
    four = sign_checkpoint(ORIGIN, 4, root_of(log.leaves()[:4]), signer)
    state.advance(four, log.key)
    check_opening(log, state)
    state.advance(sign_checkpoint(ORIGIN, 5, bytes(32), signer), log.key)
    with pytest.raises(IntegrityError, match="another history"):
        check_opening(log, state)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM checkpoint WHERE size = 6",
        "DELETE FROM log WHERE seq = 6",
        "DELETE FROM checkpoint",
        "DELETE FROM log_key",
        "UPDATE log_key SET public = zeroblob(32)",
        "UPDATE log_key SET name = 'anonymizer/study/11111111111111111111111111111111'",
        "UPDATE checkpoint SET note = 'x' WHERE size = 6",
        "UPDATE checkpoint SET note = replace(note, 'A', 'B') WHERE size = 6",
        "UPDATE log_head SET edge = zeroblob(64)",
    ],
)
def test_a_log_with_a_wrong_end_does_not_open(state, story, damage):
    conn, log, _ = story
    conn.execute(damage)
    with pytest.raises(IntegrityError):
        check_opening(log, state)


def test_a_log_under_another_origin_does_not_open(state, story):
    conn, _, _ = story
    with pytest.raises(IntegrityError):
        check_opening(Log(conn, "anonymizer/study/" + "1" * 32), state)
