"""Verification of a long log, against parsing its entries as JSON.

The bar (ratio, one run, one core): a million entries under a thousand checkpoints are verified at no more
than 3 times the cost of ``json.loads`` over the same lines.

    python benchmarks/audit.py [entries] [checkpoints]
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anonymizer.audit import Ed25519Signer, Entry, Log, Outcome, export, origin_of, verify
from anonymizer.audit.entry import FIRST_PREV, timestamp
from anonymizer.audit.merkle import CompactRange, hash_leaf
from anonymizer.audit.note import sign_checkpoint

BAR = 3.0
STUDY = "0f3c5a9be1d24c7788aa01b2c3d4e5f6"
RESEARCHER = "5107000000000001aaaaaaaaaaaaaaaa"


def details(number: int) -> tuple[str, dict[str, object]]:
    """What a working day writes: mostly decisions, now and then a transcript, a detection, an export."""
    if number % 50 == 0:
        return "detection.done", {
            "version": 1,
            "status": "complete",
            "rules": "ab" * 32,
            "direct": {"PERSON": number % 19},
            "strong": {"PHONE_NUMBER": 1},
            "indirect": {"AGE": 2, "LOCATION": number % 7},
            "flagged": {"DIALECT": number % 90},
            "unresolved": 0,
            "source": "detector",
        }
    if number % 10 == 0:
        return "transcript.pseudonymised", {
            "version": 2,
            "scheme": "fictive-name",
            "replaced": {"LOCATION": 3, "PERSON": number % 11},
            "unresolved": 0,
            "ciphertext": "cd" * 32,
        }
    if number % 5 == 0:
        return "keytable.read", {"purpose": "pseudonymise", "rows": number % 30}
    return "decision.made", {
        "decision": "accept",
        "type": "PERSON",
        "tier": "direct",
        "source": "person",
        "version": 1,
        "count": 1 + number % 4,
    }


def build(path: Path, entries: int, checkpoints: int) -> None:
    """Write the log straight into its tables; ``Log.append`` would spend most of the time in SQLite."""
    conn = sqlite3.connect(path, isolation_level=None)
    Log.create_tables(conn)
    signer, origin, edge = Ed25519Signer(bytes(range(32))), origin_of(STUDY), CompactRange()
    start, prev, step = datetime(2026, 1, 5, 8, tzinfo=UTC), FIRST_PREV, max(1, entries // checkpoints)
    conn.execute("BEGIN")
    for seq in range(1, entries + 1):
        action, values = details(seq)
        at = timestamp(start + timedelta(seconds=seq))
        raw = Entry(seq, at, RESEARCHER, action, f"{seq:032x}", None, values, prev).to_bytes()
        leaf = hash_leaf(raw)
        edge.append(leaf)
        prev = leaf.hex()
        conn.execute("INSERT INTO log VALUES (?, ?)", (seq, raw))
        if seq % step == 0 or seq == entries:
            note = sign_checkpoint(origin, seq, edge.root(), signer)
            conn.execute("INSERT INTO checkpoint VALUES (?, ?)", (seq, note))
    conn.execute("INSERT INTO log_key VALUES (1, ?, ?)", (origin, signer.public_key))
    conn.execute("COMMIT")
    conn.close()


def main() -> int:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    checkpoints = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        database, bundle = Path(folder) / "study.db", Path(folder) / "log.jsonl"
        build(database, entries, checkpoints)
        conn = sqlite3.connect(database)
        export(conn, bundle)
        conn.close()

        began = time.perf_counter()
        with bundle.open("rb") as file:
            for _, line in zip(range(entries), file, strict=False):
                json.loads(line)
        parsing = time.perf_counter() - began
        print(f"json.loads over {entries} entries: {parsing:.2f} s")
        worst = 0.0
        for name, path in (("bundle", bundle), ("database", database)):
            began = time.perf_counter()
            verdict = verify(path)
            took = time.perf_counter() - began
            if verdict.outcome is not Outcome.CONSISTENT or verdict.entries != entries or verdict.unknown:
                raise SystemExit(f"the log was not verified: {verdict}")
            worst = max(worst, took / parsing)
            print(f"verify the {name}: {took:.2f} s, ratio {took / parsing:.2f} (bar {BAR:.1f})")
    return int(worst > BAR)


if __name__ == "__main__":
    raise SystemExit(main())
