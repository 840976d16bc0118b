"""How much detection missed: a person reads a random sample of turns again, blind, and marks what identifies.

The reader sees the original turn and nothing of what was found in it. Each mark is then held against the findings
that would be replaced: covered whole it counts as found, else as missed. Figures alone are kept, no text.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from anonymizer.errors import UsageError
from anonymizer.model import Action, EntityType, Finding
from anonymizer.study.holds import workable
from anonymizer.study.reviewing import Desk, open_desk
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["Missed", "RecallSample", "SampledTurn", "draw_recall_sample"]


@dataclass(frozen=True, slots=True)
class SampledTurn:
    """A turn to be read: its transcript's id and number, its own number from 0, and its text."""

    transcript: str
    number: int
    turn: int
    text: str

    def places(self, identifiers: Sequence[str]) -> tuple[tuple[int, int], ...]:
        """Return where each of these words stands; the same words twice are two places.

        Raises ``UsageError`` for words that do not stand in the turn, or not that often.
        """
        spans: list[tuple[int, int]] = []
        for words in identifiers:
            spans.append(_place(self.text, words.strip(), spans))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Missed:
    """An identifier that a reader marked and detection does not replace: where it stands."""

    transcript: str
    number: int
    turn: int
    start: int
    end: int


@dataclass
class RecallSample:
    """A sample in the making. Texts are in memory only; what was read is logged when it is finished."""

    space: Workspace
    turns: tuple[SampledTurn, ...]
    desks: dict[str, Desk]
    marked: int = 0
    words: int = 0
    missed: list[Missed] = field(default_factory=list)

    def mark(self, turn: SampledTurn, identifiers: Sequence[str]) -> tuple[Missed, ...]:
        """Take in what a reader marked in a turn, as it stands there; return what of it detection missed.

        Raises ``UsageError``, and counts nothing, for words that do not stand there.
        """
        spans = turn.places(identifiers)
        found = [
            one
            for one in self.desks[turn.transcript].effective()
            if one.turn == turn.turn and one.action is Action.REPLACE
        ]
        missed = tuple(
            Missed(turn.transcript, turn.number, turn.turn, start, end)
            for start, end in spans
            if not _is_covered(turn.text, start, end, found)
        )
        self.marked += len(spans)
        self.words += len(turn.text.split())
        self.missed += missed
        return missed

    def add(self, missed: Missed, entity_type: EntityType) -> None:
        """Make a finding of what was missed, as a reviewer would."""
        self.desks[missed.transcript].add(missed.start, missed.end, entity_type, turn=missed.turn)

    def finish(self) -> None:
        """Log the figures; a sample in which nothing was read says nothing, and is not logged."""
        if not self.words:
            return
        details = {"sampled": self.marked, "missed": len(self.missed), "words": self.words}
        with self.space.vault.change() as tx:
            tx.log("recall.sampled", rule="TXT-02", details=details)


def draw_recall_sample(space: Workspace, count: int) -> RecallSample:
    """Draw ``count`` turns at random, each as likely as any other, from all that was searched (identity)."""
    space.need(Master.IDENTITY, Master.WORK)
    if count < 1:
        raise UsageError("a sample has at least one turn")
    desks = {
        key: open_desk(space, key)
        for key, record in workable(space).items()
        if record.findings_object is not None
    }
    every = [
        SampledTurn(key, desk.record.number, at, turn.text)
        for key, desk in desks.items()
        for at, turn in enumerate(desk.transcript.turns)
        if turn.text.strip()
    ]
    if not every:
        raise UsageError("no transcript was searched yet", hint="run: anonymizer detect")
    drawn = secrets.SystemRandom().sample(every, min(count, len(every)))
    with space.vault.change() as tx:
        space.log_identity(tx, "review", len({one.transcript for one in drawn}))
    return RecallSample(space, tuple(drawn), desks)


def _place(text: str, words: str, taken: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return where ``words`` stand that are not taken yet: letter for letter, else whatever their case."""
    for where, what in ((text, words), (text.casefold(), words.casefold())):
        start = where.find(what) if what and len(where) == len(text) else -1
        while start >= 0:
            end = start + len(what)
            if not any(start < other_end and other_start < end for other_start, other_end in taken):
                return start, end
            start = where.find(what, start + 1)
    raise UsageError(
        "these words do not stand in the turn, or not that often", hint="write them as they stand"
    )


def _is_covered(text: str, start: int, end: int, found: Sequence[Finding]) -> bool:
    """Tell whether every letter and figure of a stretch lies in some finding."""
    return all(
        any(one.start <= at < one.end for one in found) for at in range(start, end) if text[at].isalnum()
    )
