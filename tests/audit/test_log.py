"""Writing the log: what an entry looks like, what may stand in it, and that it goes with its transaction."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta, timezone

import pytest
from anonymizer.audit import (
    ACTIONS,
    Entry,
    Log,
    LogKey,
    is_id,
    parse_checkpoint,
    verify,
    verify_consistency,
    verify_inclusion,
)
from anonymizer.audit.canonical import encode, parse
from anonymizer.audit.entry import FIRST_PREV, MAX_ENTRY
from anonymizer.errors import IntegrityError, UsageError
from hypothesis import given
from hypothesis import strategies as st

from .conftest import (
    CONSENT,
    CREATED,
    DIGEST,
    ORIGIN,
    PARTICIPANT,
    READ,
    RESEARCHER,
    START,
    STUDY,
    TRANSCRIPT,
    command,
    open_log,
)

GOLDEN_ENTRIES = [
    b'{"action":"study.created","actor":"5107000000000001aaaaaaaaaaaaaaaa","details":{"key":"'
    + b"ab" * 32
    + b'","pack":"sikt-base","profile":1,"software":"0.1.0"},"object":"0f3c5a9be1d24c7788aa01b2c3d4e5f6",'
    b'"prev":"' + b"0" * 64 + b'","rule":"","seq":1,"time":"2026-03-02T08:00:00Z","v":1}',
    b'{"action":"consent.recorded","actor":"5107000000000001aaaaaaaaaaaaaaaa","details":{"date":"2026-02-27",'
    b'"evidence":"form","letter":"2","scopes":["interview","audio"]},"object":"9a47000000000001bbbbbbbbbbbbbbbb",'
    b'"prev":"PREV","rule":"CON-01","seq":2,"time":"2026-03-02T08:01:00Z","v":1}',
]


def test_an_entry_is_these_bytes_and_no_others(signer):
    conn, log = open_log()
    command(conn, log, signer, CREATED)
    command(conn, log, signer, CONSENT)
    first, second = log.raw_entries()
    assert first == GOLDEN_ENTRIES[0]
    leaf = Entry.from_bytes(first).leaf.hex().encode()
    assert second == GOLDEN_ENTRIES[1].replace(b"PREV", leaf)
    assert [json.loads(raw)["seq"] for raw in (first, second)] == [1, 2]


def test_the_first_entry_names_none_before_it_and_each_later_one_the_leaf_before(story):
    _, log, _ = story
    entries = list(log.entries())
    assert entries[0].prev == FIRST_PREV
    assert [entry.prev for entry in entries[1:]] == [entry.leaf.hex() for entry in entries[:-1]]
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]


def test_the_time_is_utc_whatever_the_zone_of_the_clock(signer):
    conn, log = open_log()
    oslo = timezone(timedelta(hours=2))
    command(conn, log, signer, CREATED, at=datetime(2026, 7, 1, 1, 30, 59, 999999, tzinfo=oslo))
    assert next(log.entries()).time == "2026-06-30T23:30:59Z"


def test_a_time_without_a_zone_is_refused(signer):
    conn, log = open_log()
    with pytest.raises(UsageError, match="zone"):
        command(conn, log, signer, CREATED, at=datetime(2026, 7, 1))  # noqa: DTZ001


def test_writing_outside_a_transaction_is_refused(signer):
    _, log = open_log()
    with pytest.raises(UsageError, match="transaction"):
        log.append(RESEARCHER, *CREATED, START)
    with pytest.raises(UsageError, match="transaction"):
        log.checkpoint(signer)
    assert log.size == 0


def test_a_rollback_takes_the_entry_and_its_checkpoint_with_it(story, signer):
    conn, log, _ = story
    root = log.root()
    conn.execute("BEGIN")
    log.append(RESEARCHER, *READ, START)
    log.checkpoint(signer)
    conn.execute("ROLLBACK")
    assert (log.size, log.root()) == (6, root)
    command(conn, log, signer, READ)
    assert log.size == 7


def test_two_openers_of_one_database_continue_one_log(story, signer):
    conn, log, path = story
    other = sqlite3.connect(path, isolation_level=None)
    command(other, Log(other, ORIGIN), signer, READ)
    command(conn, log, signer, READ)
    other.close()
    assert [entry.seq for entry in log.entries(7)] == [7, 8]


def test_a_command_without_entries_signs_nothing_new(story, signer):
    conn, log, _ = story
    newest = log.newest()
    assert command(conn, log, signer) == newest
    assert len(list(log.notes())) == 3


def test_an_empty_log_is_not_signed(signer):
    conn, log = open_log()
    with pytest.raises(UsageError, match="empty"):
        command(conn, log, signer)


def test_a_log_keeps_the_key_it_began_with(story, other_signer):
    conn, log, _ = story
    with pytest.raises(IntegrityError, match="another signing key"):
        command(conn, log, other_signer, READ)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE log_head SET edge = zeroblob(64)",
        "UPDATE log_head SET edge = zeroblob(63)",
        "UPDATE log_head SET size = 5",
        "DELETE FROM log_head",
        "DELETE FROM log WHERE seq = 6",
        "UPDATE checkpoint SET note = 'x' WHERE size = 6",
        "INSERT INTO log (seq, entry) VALUES (7, x'00')",
    ],
)
def test_a_log_whose_end_was_tampered_with_is_not_built_upon(story, signer, damage):
    conn, log, _ = story
    conn.execute(damage)
    with pytest.raises(IntegrityError):
        command(conn, log, signer, READ)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM log_head",
        "UPDATE log_head SET edge = zeroblob(64)",
        "UPDATE log_head SET size = 5",
    ],
)
def test_a_damaged_cache_is_rebuilt_from_the_record(story, signer, damage):
    conn, log, _ = story
    root = log.root()
    conn.execute(damage)
    conn.execute("BEGIN")
    assert log.rebuild_head()
    assert not log.rebuild_head()
    conn.execute("COMMIT")
    assert log.root() == root
    command(conn, log, signer, READ)
    assert not verify(conn).broken


def test_the_cache_of_an_empty_log_is_empty():
    conn, log = open_log()
    conn.execute("BEGIN")
    assert not log.rebuild_head()
    conn.execute("INSERT INTO log_head VALUES (1, 1, zeroblob(32))")
    assert log.rebuild_head()
    assert log.root().hex().startswith("e3b0c442")


def test_an_entry_stays_what_was_hashed_whatever_its_caller_does_next(signer):
    conn, log = open_log()
    details = {"participants": [PARTICIPANT]}
    conn.execute("BEGIN")
    entry = log.append(RESEARCHER, "transcript.moved", TRANSCRIPT, None, details, START)
    details["participants"].append(RESEARCHER)
    assert entry.to_bytes() == next(log.raw_entries())


def test_proofs_from_the_log_verify_against_its_checkpoints(story):
    _, log, _ = story
    heads = [parse_checkpoint(note) for note in log.notes()]
    entries = list(log.entries())
    for head in heads:
        for entry in entries[: head.size]:
            proof = log.inclusion_proof(entry.seq, head.size)
            assert verify_inclusion(entry.leaf, entry.seq - 1, head.size, proof, head.root)
        for older in heads:
            if older.size <= head.size:
                proof = log.consistency_proof(older.size, head.size)
                assert verify_consistency(older.size, head.size, older.root, head.root, proof)
    assert verify_inclusion(entries[1].leaf, 1, 6, log.inclusion_proof(2), heads[-1].root)


# What may stand in an entry


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "kari"),
        ("actor", ""),
        ("action", "kari.intervjuet"),
        ("object_id", "Informant 3"),
        ("object_id", "intervju-kari.docx"),
        ("object_id", 3),
        ("rule", "fordi Kari ba om det"),
        ("rule", ""),
    ],
)
def test_free_text_has_no_place_in_the_envelope(signer, field, value):
    conn, log = open_log()
    fields = {
        "actor": RESEARCHER,
        "action": "keytable.read",
        "object_id": STUDY,
        "rule": None,
        "details": {"purpose": "ingest", "rows": 1},
        field: value,
    }
    conn.execute("BEGIN")
    with pytest.raises(UsageError) as caught:
        log.append(**fields, now=START)
    assert str(value) not in str(caught.value) or value in ("", 3)
    assert log.size == 0


@pytest.mark.parametrize(
    "change",
    [
        {"rows": "tre"},
        {"rows": 3.0},
        {"rows": -1},
        {"rows": True},
        {"rows": None},
        {"rows": 10**15},
        {"rows": [3]},
        {"purpose": "nysgjerrighet"},
        {"purpose": "ingest\n"},
        {"purpose": ["ingest"]},
        {"reason": "Kari Nordli ringte"},
        {"note": "Kari Nordli ringte"},
        {"": 1},
    ],
)
def test_details_are_of_the_kinds_the_action_names(signer, change):
    conn, log = open_log()
    conn.execute("BEGIN")
    with pytest.raises(UsageError) as caught:
        log.append(
            RESEARCHER, "keytable.read", STUDY, None, {"purpose": "ingest", "rows": 1, **change}, START
        )
    assert "Kari" not in str(caught.value)


def test_a_missing_detail_is_named():
    conn, log = open_log()
    conn.execute("BEGIN")
    with pytest.raises(UsageError, match="rows"):
        log.append(RESEARCHER, "keytable.read", STUDY, None, {"purpose": "ingest"}, START)


def test_every_action_may_name_a_sealed_note():
    conn, log = open_log()
    conn.execute("BEGIN")
    log.append(
        RESEARCHER, "capacity.set", PARTICIPANT, "CON-04", {"capacity": "doubt", "note": TRANSCRIPT}, START
    )
    assert next(log.entries()).known


@given(st.text(max_size=40))
def test_no_kind_of_value_lets_a_sentence_through(text):
    told = [
        (action.name, key)
        for action in ACTIONS.values()
        for key, kind in action.details.items()
        if kind.allows(text) and not kind.words
    ]
    if told:
        # What gets through is an id, a digest, a version, a date or the id of a pack: no space, no capital.
        assert text.isascii()
        assert " " not in text
        assert text == text.lower()
        assert all(key in {"pack", "note", "software", "letter"} or is_id(text) for _, key in told)


def test_names_codes_and_numbers_of_people_are_no_ids():
    for text in ("kari", "Kari Nordli", "P03", "informant-3", "41829012345", "92000000", "/home/kari/study"):
        assert not is_id(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("v", True),
        ("seq", 0),
        ("seq", "1"),
        ("seq", True),
        ("time", "2026-03-02T08:00:00+01:00"),
        ("time", "2026-03-02T08:00:00.5Z"),
        ("time", "2026-13-02T08:00:00Z"),
        ("time", 1772438400),
        ("actor", "Kari"),
        ("actor", None),
        ("action", "Kari Nordli ringte"),
        ("action", None),
        ("object", "P03"),
        ("rule", "fordi"),
        ("details", []),
        ("details", None),
        ("prev", "0" * 63),
        ("prev", "A" * 64),
        ("prev", None),
        ("name", "Kari"),
    ],
)
def test_a_line_of_another_shape_is_no_entry(story, field, value):
    _, log, _ = story
    raw = next(log.raw_entries())
    assert Entry.from_bytes(raw).known
    with pytest.raises(IntegrityError, match="no entry"):
        Entry.from_bytes(encode({**parse(raw), field: value}))


def test_an_entry_has_a_largest_size():
    entry = Entry(1, "2026-03-02T08:00:00Z", RESEARCHER, "moon.landed", None, None, {"x": ""}, FIRST_PREV)
    room = MAX_ENTRY - len(entry.to_bytes())
    full = encode({**parse(entry.to_bytes()), "details": {"x": "y" * room}})
    assert len(Entry.from_bytes(full).to_bytes()) == MAX_ENTRY
    with pytest.raises(IntegrityError):
        Entry.from_bytes(encode({**parse(entry.to_bytes()), "details": {"x": "y" * (room + 1)}}))
    conn, log = open_log()
    conn.execute("BEGIN")
    with pytest.raises(UsageError, match="too large"):
        log.append(RESEARCHER, "transcript.moved", None, None, {"participants": [PARTICIPANT] * 8000}, START)
    assert log.size == 0


# Canonical form

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(json_values)
def test_canonical_json_survives_a_round_trip_and_has_one_spelling(value):
    raw = encode(value)
    assert parse(raw) == value
    assert b"\n" not in raw
    for other in (json.dumps(value, indent=1), json.dumps(value, separators=(", ", ":"))):
        if other.encode() != raw:
            with pytest.raises(IntegrityError):
                parse(other.encode())


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-1}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":"\\u0061"}',
        b'{"a":"\\/"}',
        b'{"a":9007199254740992}',
        b"\xef\xbb\xbf{}",
        b"{} ",
        b"",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"[" * 100000,
        b"9" * 5000,
    ],
)
def test_anything_but_canonical_json_is_refused(raw):
    with pytest.raises(IntegrityError):
        parse(raw)


def test_canonical_json_is_eight_levels_deep_at_most():
    assert parse(b'[[[[[[[["x"]]]]]]]]') == [[[[[[[["x"]]]]]]]]
    with pytest.raises(IntegrityError):
        parse(b'[[[[[[[[["x"]]]]]]]]]')


@pytest.mark.parametrize("value", [1.5, {1: 2}, {"æ": 1}, b"x", -1, 2**53, "\ud800", {"a": {2, 3}}])
def test_what_has_no_canonical_form_is_not_written(value):
    with pytest.raises(ValueError, match=r"."):
        encode(value)


def test_the_pattern_of_an_action_takes_what_the_log_writes(story):
    _, log, _ = story
    for raw in log.raw_entries():
        entry = Entry.from_bytes(raw)
        match = ACTIONS[entry.action].line.fullmatch(raw)
        assert match is not None
        assert match.groups() == (entry.prev.encode(), str(entry.seq).encode(), entry.time.encode())


EXAMPLES = {
    "a random id": PARTICIPANT,
    "a list of a random id": [PARTICIPANT, TRANSCRIPT],
    "a whole number": 17,
    "true or false": True,
    "a version": "1.2.3",
    "a SHA-256": DIGEST,
    "a date": "2026-03-01",
    "a UTC time": "2026-03-01T12:00:00Z",
    "the id of a rule pack": "small-community",
    "counts": {"PERSON": 2, "AGE": 1},
}


def example(kind):
    if kind.name.startswith("one of"):
        return kind.words[-1]
    if kind.name.startswith("a list of one of"):
        return list(kind.words)
    return next(value for name, value in EXAMPLES.items() if kind.name.startswith(name))


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_every_action_can_be_written_with_all_its_details_and_with_the_required_ones_only(action, signer):
    conn, log = open_log()
    full = {key: example(kind) for key, kind in action.details.items()}
    least = {key: value for key, value in full.items() if key in action.required}
    command(conn, log, signer, (action.name, STUDY, "LOG-01", full), (action.name, None, None, least))
    for raw in log.raw_entries():
        assert action.line.fullmatch(raw)
        assert Entry.from_bytes(raw).known
        # The pattern is the schema: a line with a detail too many or a stray comma does not fit.
        assert not action.line.fullmatch(raw.replace(b'"details":{', b'"details":{"aaaa":1,'))
        assert not action.line.fullmatch(raw.replace(b'"details":{', b'"details":{,'))
        assert not action.line.fullmatch(raw.replace(b'},"object"', b',},"object"'))


def test_the_public_key_is_found_without_any_secret(story, signer):
    _, log, _ = story
    assert log.key == LogKey(ORIGIN, signer.public_key)
