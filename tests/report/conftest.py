# ruff: noqa: E501 - one line an entry reads as the log does
"""A whole project as its log tells it, written with the log's own tools and exported as a bundle."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anonymizer.audit import Ed25519Signer, Log, export, fingerprint, origin_of

STUDY = "0f3c5a9be1d24c7788aa01b2c3d4e5f6"
RESPONSIBLE, ASSISTANT = "51070000000000aa", "51070000000000bb"
ANNA, BIRK, CELIA = (f"9a4700{digit}0000000a1" for digit in "123")
T1, T2, T3 = (f"7c3500{digit}0000000b2" for digit in "123")
RECORDING, BACKUP, CHECK, QUOTE1, QUOTE2, WAIVER = (f"3e1100000000000{digit}" for digit in "123456")
DUTY1, DUTY2, REQUEST, EXPORT1, EXPORT2 = (f"0b8a00000000000{digit}" for digit in "12345")
DIGEST = "ab" * 32
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MADE = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)

Line = tuple[int, str, str, str | None, str | None, dict[str, Any]]
"""Day from the start, actor, action, object, rule, details."""


def _consent(who: str, letter: str, *scopes: str) -> dict[str, Any]:
    return {"letter": letter, "scopes": list(scopes), "date": "2026-02-27", "evidence": "form"}


def _ingested(*people: str) -> dict[str, Any]:
    return {
        "participants": list(people),
        "format": "vtt",
        "turns": 48,
        "words": 1210,
        "version": 1,
        "ciphertext": DIGEST,
    }


def _detected(persons: int, status: str = "complete") -> dict[str, Any]:
    return {
        "version": 1,
        "status": status,
        "rules": DIGEST,
        "direct": {"PERSON": persons},
        "strong": {"PHONE_NUMBER": 1},
        "indirect": {"AGE": 2, "LOCATION": 4},
        "flagged": {"DIALECT": 12},
        "unresolved": 0,
        "source": "detector",
    }


def _decision(decision: str, kind: str, source: str, count: int, **more: Any) -> dict[str, Any]:
    return {
        "decision": decision,
        "type": kind,
        "tier": "direct" if kind == "PERSON" else "indirect",
        "source": source,
        "version": 1,
        "count": count,
        **more,
    }


def _written() -> dict[str, Any]:
    return {
        "version": 1,
        "scheme": "fictive-name",
        "replaced": {"LOCATION": 4, "PERSON": 7},
        "unresolved": 0,
        "ciphertext": DIGEST,
    }


STORY: list[Line] = [
    (0, RESPONSIBLE, "study.created", STUDY, None, {"key": DIGEST, "pack": "fictive-names", "profile": 1, "software": "0.1.0"}),
    (0, RESPONSIBLE, "slot.added", RESPONSIBLE, None, {"masters": ["work", "identity"], "role": "responsible", "public": DIGEST, "slots": DIGEST}),
    (0, RESPONSIBLE, "slot.added", ASSISTANT, None, {"masters": ["work"], "role": "assistant", "public": DIGEST, "slots": DIGEST}),
    (1, RESPONSIBLE, "approval.recorded", STUDY, "PRJ-02", {"body": "sikt", "status": "approved", "date": "2026-02-20", "conditions": 1}),
    (1, RESPONSIBLE, "letter.added", STUDY, "CON-02", {"letter": "2", "date": "2026-02-25", "scopes": ["interview", "audio", "quotes"], "ending": "delete"}),
    *[(2, RESPONSIBLE, "participant.added", who, None, {"by": "import"}) for who in (ANNA, BIRK, CELIA)],
    (2, RESPONSIBLE, "consent.recorded", ANNA, "CON-01", _consent(ANNA, "2", "interview", "audio", "quotes")),
    (2, RESPONSIBLE, "consent.recorded", BIRK, "CON-01", _consent(BIRK, "2", "interview")),
    (2, RESPONSIBLE, "capacity.set", BIRK, "CON-04", {"capacity": "reconfirmed"}),
    (3, RESPONSIBLE, "transcript.ingested", T1, None, _ingested(ANNA)),
    (3, RESPONSIBLE, "transcript.ingested", T2, None, _ingested(BIRK)),
    (3, RESPONSIBLE, "transcript.ingested", T3, None, _ingested(CELIA)),
    (3, RESPONSIBLE, "audio.added", RECORDING, "AUD-02", {"delete": "after-transcription", "due": "2026-03-20", "sealed": True, "recorder": "nettskjema"}),
    (4, RESPONSIBLE, "keytable.read", STUDY, "KEY-01", {"purpose": "detect", "rows": 3}),
    (4, RESPONSIBLE, "detection.done", T1, None, _detected(9)),
    (4, RESPONSIBLE, "detection.done", T1, None, _detected(7)),
    (4, RESPONSIBLE, "detection.done", T2, None, _detected(5)),
    (4, RESPONSIBLE, "detection.done", T3, None, _detected(50, "incomplete")),
    (5, RESPONSIBLE, "decision.made", T1, None, _decision("reject", "PERSON", "detector", 2, reason="common-word")),
    (5, RESPONSIBLE, "decision.made", T1, None, _decision("add", "PERSON", "person", 1, reason="missed")),
    (5, RESPONSIBLE, "decision.made", T2, None, _decision("keep", "ORGANIZATION", "detector", 1, reason="large-pool", pool=45)),
    (5, RESPONSIBLE, "transcript.reviewed", T1, None, {"version": 1, "undecided": 0}),
    (5, RESPONSIBLE, "recall.sampled", T1, None, {"sampled": 40, "missed": 2}),
    (6, RESPONSIBLE, "transcript.pseudonymised", T1, None, _written()),
    (6, RESPONSIBLE, "transcript.pseudonymised", T2, None, _written()),
    (6, ASSISTANT, "gate.refused", T3, "TXT-01", {"step": "export", "severity": "block"}),
    (6, ASSISTANT, "export.made", EXPORT1, "TXT-01", {"purpose": "analysis", "format": ["vtt"], "files": 2, "transcripts": [T1, T2], "reviewed": 1, "unreviewed": 1, "label": "pseudonymised"}),
    (7, RESPONSIBLE, "check.done", T1, "TXT-03", {"step": "publish", "verdict": "pass", "severity": "warn", "looked_at": 3}),
    (7, RESPONSIBLE, "check.done", T2, "TXT-03", {"step": "publish", "verdict": "fail", "severity": "block", "looked_at": 4}),
    (7, RESPONSIBLE, "check.done", STUDY, "KEY-01", {"step": "open", "verdict": "fail", "severity": "block"}),
    (8, RESPONSIBLE, "check.done", STUDY, "KEY-01", {"step": "open", "verdict": "pass", "severity": "block"}),
    (8, RESPONSIBLE, "check.done", STUDY, "PRJ-07", {"step": "report", "verdict": "waived", "severity": "warn"}),
    (8, RESPONSIBLE, "check.waived", WAIVER, "PRJ-07", {"reason": "awaiting-answer", "expires": "2026-06-01"}),
    (8, RESPONSIBLE, "quote.added", QUOTE1, "QUO-01", {"transcript": T1, "turns": 1, "linkable": "pseudonym"}),
    (8, RESPONSIBLE, "quote.added", QUOTE2, "QUO-01", {"transcript": T3, "turns": 2, "linkable": "pseudonym"}),
    (8, RESPONSIBLE, "sample-table.set", STUDY, "TXT-03", {"rows": 3, "columns": 4, "smallest_group": 1}),
    (8, RESPONSIBLE, "risk.assessed", STUDY, "TXT-03", {"unique": 1, "below": 3, "threshold": 5, "quotes": 2}),
    (8, RESPONSIBLE, "institution.named", STUDY, "TXT-05", {"pool": 45}),
    (9, RESPONSIBLE, "member-check.sent", CHECK, "RGT-05", {"what": "quotes", "due": "2026-04-01"}),
    (10, RESPONSIBLE, "member-check.answered", CHECK, "RGT-05", {"what": "quotes", "answer": "approved"}),
    (10, RESPONSIBLE, "right.requested", REQUEST, "RGT-01", {"right": "access", "due": "2026-04-11"}),
    (15, RESPONSIBLE, "right.answered", REQUEST, "RGT-01", {"right": "access", "answer": "done"}),
    (16, RESPONSIBLE, "backup.made", BACKUP, None, {"due": "2026-12-31", "ciphertext": DIGEST}),
    (16, RESPONSIBLE, "obligation.opened", DUTY1, "END-02", {"obligation": "delete-backup", "due": "2026-12-31"}),
    (16, RESPONSIBLE, "obligation.opened", DUTY2, "END-02", {"obligation": "delete-paper", "due": "2026-05-01"}),
    (17, RESPONSIBLE, "audio.deleted", RECORDING, "AUD-03", {"erasure": "key-destroyed"}),
    (20, RESPONSIBLE, "withdrawal.frozen", CELIA, "RGT-02", {"scopes": ["interview", "audio", "quotes", "archive", "recontact"], "objects": 4}),
    (21, RESPONSIBLE, "key.shredded", CELIA, "RGT-02", {"generation": 2, "cause": "withdrawal"}),
    (21, RESPONSIBLE, "transcript.removed", T3, None, {"versions": 1, "erasure": "key-destroyed"}),
    (21, RESPONSIBLE, "quote.removed", QUOTE2, None, {"transcript": T3}),
    (21, RESPONSIBLE, "withdrawal.erased", CELIA, "RGT-02", {"scopes": ["interview", "audio", "quotes", "archive", "recontact"], "transcripts": 1, "rewritten": 0, "recordings": 0, "quotes": 1, "exports": 0, "outside": 2}),
    (30, RESPONSIBLE, "risk.signed", STUDY, "END-04", {"singling_out": "unlikely", "linkability": "possible", "inference": "no"}),
]  # fmt: skip


@pytest.fixture
def write_bundle(tmp_path: Path) -> Callable[..., tuple[Path, str]]:
    """Write a log from lines and return its bundle and the fingerprint of the key that signed it."""

    def write(
        lines: list[Line] = STORY, *, seed: int = 0, name: str = "log.jsonl", study: str = STUDY
    ) -> tuple[Path, str]:
        signer = Ed25519Signer(bytes(range(seed, seed + 32)))
        conn = sqlite3.connect(":memory:", isolation_level=None)
        Log.create_tables(conn)
        log = Log(conn, origin_of(study))
        conn.execute("BEGIN IMMEDIATE")
        for at, (day, actor, action, object_id, rule, details) in enumerate(lines):
            log.append(actor, action, object_id, rule, details, START + timedelta(days=day, minutes=at))
        log.checkpoint(signer)
        conn.execute("COMMIT")
        export(conn, tmp_path / name)
        conn.close()
        return tmp_path / name, fingerprint(signer.public_key)

    return write
