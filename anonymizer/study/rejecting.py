"""Which rejections bind: a name that the register knows stays in a text only for a recorded reason, a whole one never.

Rules.md TXT-01 can't be waived for direct identifiers. A single word may still be an everyday word, or someone else's
name: then a person says which, and the log holds the reason. A rejection from before the name was known binds no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from anonymizer.errors import GateRefused, UsageError
from anonymizer.model import Decision, KnownPerson, Transcript, Verdict
from anonymizer.pseudonymise import KeyTable, fold, sweep
from anonymizer.pseudonymise import ParticipantRow as KeyRow
from anonymizer.study.decisions import text_at

__all__ = ["KEEP_REASONS", "KnownHere", "binding"]

KEEP_REASONS = ("common-word", "public-figure", "no-identifier", "consented")
"""Why a single word that the register knows as a name may stay; words of the log."""

_PHONE = 5
_LAST = 8
"""A phone number is told by its last digits, whatever stands before them."""


class _Name(NamedTuple):
    turn: int | None
    part: str | None
    start: int
    end: int
    whole: bool


@dataclass(frozen=True)
class KnownHere:
    """Where the people of the register are named in one transcript."""

    transcript: Transcript
    names: tuple[_Name, ...]
    contacts: frozenset[str]

    @classmethod
    def of(cls, transcript: Transcript, people: Iterable[KnownPerson]) -> KnownHere:
        """Look for everyone the register knows by name."""
        everyone = tuple(people)
        # One row for each of them, staff too: one reserved id may stand for several of these.
        rows = tuple(KeyRow(str(at), (one.name, *one.aliases)) for at, one in enumerate(everyone))
        found = []
        for leak in sweep(transcript, KeyTable(participants=rows)):
            if leak.part != "speaker":
                text = text_at(transcript, leak.turn, leak.part)[leak.start : leak.end]
                whole = len(fold(text).split()) > 1
                found.append(_Name(leak.turn, leak.part, leak.start, leak.end, whole))
        contacts = (_contact(each) for one in everyone for each in one.contacts)
        return cls(transcript, tuple(found), frozenset(filter(None, contacts)))

    def check(self, decision: Decision) -> None:
        """Raise for a rejection that may not be: ``GateRefused`` of a whole name, ``UsageError`` without a reason."""
        if decision.verdict is not Verdict.REJECT:
            return
        whole = self._whole(decision)
        if whole:
            raise GateRefused(
                "this is the whole name, or the contact, of someone in the register; it never stays",
                rule="TXT-01",
                hint="accept it; if the register is wrong, correct it: anonymizer participant rectify",
            )
        if whole is not None and decision.reason not in KEEP_REASONS:
            raise UsageError(
                "this is a name of someone in the register",
                hint=f"accept it, or say why it may stay: {', '.join(KEEP_REASONS)}",
            )

    def binds(self, decision: Decision) -> bool:
        """Tell whether a decision counts: every one but a rejection that ``check`` would refuse."""
        if decision.verdict is not Verdict.REJECT:
            return True
        whole = self._whole(decision)
        return whole is None or (not whole and decision.reason in KEEP_REASONS)

    def _whole(self, decision: Decision) -> bool | None:
        """Return whether a rejected span is a whole name, or ``None`` where nobody is named in it."""
        here = [
            name.whole
            for name in self.names
            if (name.turn, name.part) == (decision.turn, decision.part)
            and name.start < decision.end
            and decision.start < name.end
        ]
        if here:
            return any(here)
        text = text_at(self.transcript, decision.turn, decision.part)[decision.start : decision.end]
        return True if _contact(text) in self.contacts else None


def _contact(text: str) -> str:
    if "@" in text:
        return text.strip().casefold()
    digits = "".join(filter(str.isdigit, text))
    return digits[-_LAST:] if len(digits) >= _PHONE else ""


def binding(known: KnownHere, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that count in a transcript."""
    return tuple(one for one in decisions if known.binds(one))
