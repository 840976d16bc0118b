"""What verification says of a log: one of three verdicts, and for a broken log what is wrong and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["BrokenLog", "Fault", "Outcome", "Verdict"]


class Outcome(StrEnum):
    """The three verdicts of the contract."""

    BROKEN = "broken"
    CONSISTENT = "consistent"
    CONFIRMED = "confirmed"


class Fault(StrEnum):
    """What is wrong with a broken log."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    ROLLED_BACK = "rolled-back"
    FORKED = "forked"
    UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Verdict:
    """The result of ``verify``."""

    outcome: Outcome
    entries: int
    """How many entries were read."""
    fault: Fault | None = None
    seq: int | None = None
    """The entry at which the fault shows, where one can be named."""
    why: str = ""
    """One clause on the fault."""
    confirmed: int = 0
    """Up to which entry something outside confirms the log."""
    confirmed_by: tuple[str, ...] = ()
    fingerprint: str | None = None
    unknown: int = 0
    """Entries whose action or details this version does not know (written by a later one)."""
    clock_back: tuple[int, ...] = ()
    """Entries with a time before that of the entry before them: no fault, but worth asking about."""

    @property
    def broken(self) -> bool:
        """Whether the log is not what was written."""
        return self.outcome is Outcome.BROKEN

    @property
    def exit_code(self) -> int:
        """3 for a broken log, else 0 (contract)."""
        return 3 if self.broken else 0

    def __str__(self) -> str:
        if self.fault is not None:
            at = f" at entry {self.seq}" if self.seq is not None else ""
            return f"broken: {self.fault}{at}: {self.why}"
        if self.outcome is Outcome.CONFIRMED:
            return (
                f"confirmed up to entry {self.confirmed} of {self.entries}, by {', '.join(self.confirmed_by)}"
            )
        return f"consistent in itself, {self.entries} entries; nothing outside the log confirms it"


class BrokenLog(Exception):
    """A check failed; ``verify`` turns it into a verdict."""

    def __init__(self, fault: Fault, seq: int | None, why: str) -> None:
        super().__init__(why)
        self.fault, self.seq, self.why = fault, seq, why
