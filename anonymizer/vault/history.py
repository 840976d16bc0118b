"""What the log tells about the keys: which files count, what was destroyed, what was left half done."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

from anonymizer.audit import Entry, Fault, Log, State, verify
from anonymizer.errors import IntegrityError, RolledBack

__all__ = ["Expected", "History"]

_PREFIXES = tuple(f'{{"action":"{name}'.encode() for name in ("intent.", "key.shredded", "slot.removed"))


@dataclass(frozen=True)
class Expected:
    """What a file of KEYS should be: the entry that announced it, which is its generation, and its digest."""

    generation: int
    digest: str


@dataclass
class History:
    """What was learnt from a verified log."""

    keys: Expected | None = None
    keytable: Expected | None = None
    shredded: set[str] = field(default_factory=set)
    removed_slots: set[str] = field(default_factory=set)
    pending: list[int] = field(default_factory=list)
    """Numbers of intents without completion."""

    @classmethod
    def read(cls, conn: sqlite3.Connection, log: Log, state: State) -> History:
        """Verify the log, all of it and against STATE, then read it; ``RolledBack`` or ``IntegrityError``."""
        verdict = verify(conn, state=state, origin=log.origin)
        if verdict.broken:
            older = verdict.fault in (Fault.ROLLED_BACK, Fault.TRUNCATED)
            kind = RolledBack if older else IntegrityError
            raise kind(f"the log is {verdict}", where="study.db", hint="run audit verify")
        history = cls()
        for raw in log.raw_entries():
            if raw.startswith(_PREFIXES):
                history.add(Entry.from_bytes(raw))
        return history

    def add(self, entry: Entry) -> None:
        """Take one more entry into account."""
        details: dict[str, Any] = dict(entry.details)
        match entry.action:
            case "intent.opened":
                self.pending.append(entry.seq)
                if "keys_after" in details:
                    self.keys = Expected(entry.seq, details["keys_after"])
                if "keytable_after" in details:
                    self.keytable = Expected(entry.seq, details["keytable_after"])
            case "intent.completed" | "intent.undone":
                self.pending = [seq for seq in self.pending if seq != details["intent"]]
            case "key.shredded":
                self.shredded.add(str(entry.object))
            case "slot.removed":
                self.removed_slots.add(str(entry.object))
