"""Two invented studies' logs, small enough to read."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from anonymizer.audit import Ed25519Signer, Log, origin_of

STUDY = "0f3c5a9be1d24c7788aa01b2c3d4e5f6"
ORIGIN = origin_of(STUDY)
RESEARCHER = "5107000000000001aaaaaaaaaaaaaaaa"
PARTICIPANT = "9a47000000000001bbbbbbbbbbbbbbbb"
TRANSCRIPT = "7c35000000000001cccccccccccccccc"
DIGEST = "ab" * 32
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(bytes(range(32)))


@pytest.fixture
def other_signer() -> Ed25519Signer:
    return Ed25519Signer(bytes(range(1, 33)))


def open_log(path: Path | str = ":memory:") -> tuple[sqlite3.Connection, Log]:
    conn = sqlite3.connect(path, isolation_level=None)
    Log.create_tables(conn)
    return conn, Log(conn, ORIGIN)


def command(
    conn: sqlite3.Connection, log: Log, signer: Ed25519Signer, *entries, at: datetime | None = None
) -> str:
    """Play one command: its entries and their checkpoint in one transaction."""
    at = at or START + timedelta(minutes=log.size)
    conn.execute("BEGIN IMMEDIATE")
    for action, object_id, rule, details in entries:
        log.append(RESEARCHER, action, object_id, rule, details, at)
    note = log.checkpoint(signer)
    conn.execute("COMMIT")
    return note


CREATED = (
    "study.created",
    STUDY,
    None,
    {"key": DIGEST, "pack": "sikt-base", "profile": 1, "software": "0.1.0"},
)
ADDED = ("participant.added", PARTICIPANT, None, {"by": "form"})
CONSENT = (
    "consent.recorded",
    PARTICIPANT,
    "CON-01",
    {"letter": "2", "scopes": ["interview", "audio"], "date": "2026-02-27", "evidence": "form"},
)
INGESTED = (
    "transcript.ingested",
    TRANSCRIPT,
    None,
    {
        "participants": [PARTICIPANT],
        "format": "vtt",
        "turns": 48,
        "words": 1210,
        "version": 1,
        "ciphertext": DIGEST,
    },
)
DETECTED = (
    "detection.done",
    TRANSCRIPT,
    None,
    {
        "version": 1,
        "status": "complete",
        "rules": DIGEST,
        "direct": {"PERSON": 7},
        "strong": {},
        "indirect": {"LOCATION": 4, "AGE": 1},
        "flagged": {"DIALECT": 12},
        "unresolved": 0,
        "source": "detector",
    },
)
READ = ("keytable.read", STUDY, "KEY-01", {"purpose": "pseudonymise", "rows": 3})


@pytest.fixture
def story(tmp_path, signer):
    """A study's database with six entries under three checkpoints; returns (conn, log, path)."""
    path = tmp_path / "study.db"
    conn, log = open_log(path)
    command(conn, log, signer, CREATED)
    command(conn, log, signer, ADDED, CONSENT)
    command(conn, log, signer, INGESTED, DETECTED, READ)
    yield conn, log, path
    conn.close()
