"""Decisions of a person: what waits for one, and what one changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from anonymizer.data import Pack
from anonymizer.errors import GateRefused, UsageError
from anonymizer.model import Action, Decision, EntityType, Finding, Transcript, Verdict
from anonymizer.study.decisions import HUMAN, effective, text_at, undecided
from anonymizer.study.holds import held_because, refuse_held
from anonymizer.study.people import known_people
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.rejecting import KnownHere, binding
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change, Master

__all__ = ["Desk", "decide_everywhere", "open_desk"]

LARGE_POOL = "large-pool"
"""The log's reason for what stands because it points at many."""


@dataclass
class Desk:
    """One transcript laid open for review: the original, what was found and what was decided so far.

    Holds plaintext in memory only. Every verdict is saved at once, as one change of the study.
    """

    space: Workspace
    key: str
    record: TranscriptRecord
    transcript: Transcript
    found: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    known: KnownHere

    def waiting(self, *, flagged: bool = True, dialect: bool = False) -> tuple[Finding, ...]:
        """Return what no person has ruled on, in order; without ``flagged`` only what the pack replaces.

        Dialect words are many and no one's alone: they wait only if ``dialect`` asks for them.
        """
        return tuple(
            finding
            for finding in undecided(self.found, binding(self.known, self.decisions))
            if finding.action is Action.REPLACE
            or (flagged and (dialect or finding.entity_type is not EntityType.DIALECT))
        )

    def effective(self) -> tuple[Finding, ...]:
        """Return the findings as they count now."""
        return effective(self.transcript, self.found, binding(self.known, self.decisions))

    def accept(self, finding: Finding) -> None:
        """Rule that a finding is an identifier of this type and goes."""
        self._say(self._decision(Verdict.ACCEPT, finding), finding)

    def reject(self, finding: Finding, *, reason: str | None = None) -> None:
        """Rule that a finding is no identifier and stays.

        A name that the register knows needs one of ``KEEP_REASONS`` (``UsageError``); a whole name never stays
        (``GateRefused``, TXT-01).
        """
        self._say(self._decision(Verdict.REJECT, finding, reason=reason), finding)

    def keep(self, finding: Finding, *, pool: int) -> None:
        """Rule that a finding may stand though it points at someone: at ``pool`` people, more than the pack asks for.

        Raises ``GateRefused`` (TXT-05) where the pack lets nothing of this type stand, or asks for a larger pool.
        """
        _need_pool(self.space.pack, finding.entity_type, pool)
        self.say([self._decision(Verdict.REJECT, finding, reason=LARGE_POOL)], finding, pool=pool)

    def retype(self, finding: Finding, entity_type: EntityType) -> None:
        """Rule that a finding is an identifier of another type."""
        self._say(replace(self._decision(Verdict.RETYPE, finding), entity_type=entity_type), finding)

    def widen(self, finding: Finding, start: int, end: int) -> None:
        """Rule that the identifier reaches from ``start`` to ``end`` of the turn or part."""
        self._check(finding.turn, finding.part, start, end)
        changed = replace(
            self._decision(Verdict.WIDEN, finding), start=start, end=end, was=(finding.start, finding.end)
        )
        self._say(changed, finding)

    def add(
        self,
        start: int,
        end: int,
        entity_type: EntityType,
        *,
        turn: int | None = None,
        part: str | None = None,
    ) -> None:
        """Add an identifier that detection missed."""
        self._check(turn, part, start, end)
        self._say(
            Decision(Verdict.ADD, self.record.version, start, end, entity_type, turn=turn, part=part), None
        )

    def find(self, words: str, turn: int | None, part: str | None) -> tuple[int, int] | None:
        """Return where ``words`` first stand in a turn or part, or ``None``."""
        text = text_at(self.transcript, turn, part)
        start = text.find(words) if words else -1
        if start < 0 and words:
            start = text.casefold().find(words.casefold())
        return (start, start + len(words)) if start >= 0 else None

    def context(self, finding: Finding, width: int = 70) -> tuple[str, str, str]:
        """Return the words before a finding, the finding and the words after it, on one line each."""
        text = text_at(self.transcript, finding.turn, finding.part)
        pieces = (
            text[max(0, finding.start - width) : finding.start],
            text[finding.start : finding.end],
            text[finding.end : finding.end + width],
        )
        before, words, after = ("".join(c if c.isprintable() else " " for c in piece) for piece in pieces)
        return before, words, after

    def mark_reviewed(self) -> None:
        """Record that a person has seen the transcript whole; what was not ruled on counts as accepted."""
        undecided = len(self.waiting(flagged=False))
        with self.space.vault.change() as tx:
            self._log_identity(tx)
            generations = (self.record.findings_generation, self.record.decisions_generation)
            self.record = self.record.model_copy(update={"reviewed": generations})
            self.space.save_transcript(tx, self.key, self.record)
            details = {"version": self.record.version, "undecided": undecided}
            tx.log("transcript.reviewed", object_id=self.key, details=details)

    def _decision(self, verdict: Verdict, finding: Finding, *, reason: str | None = None) -> Decision:
        return Decision(
            verdict,
            self.record.version,
            finding.start,
            finding.end,
            finding.entity_type,
            turn=finding.turn,
            part=finding.part,
            reason=reason,
        )

    def _check(self, turn: int | None, part: str | None, start: int, end: int) -> None:
        if not 0 <= start < end <= len(text_at(self.transcript, turn, part)):
            raise UsageError(
                "the span is not inside the turn", where=f"turn {turn}" if part is None else part
            )

    def _say(self, decision: Decision, finding: Finding | None) -> None:
        self.say([decision], finding)

    def say(
        self, decisions: Sequence[Decision], finding: Finding | None = None, *, pool: int | None = None
    ) -> None:
        """Record decisions; an earlier one on the very same span is replaced by the new one.

        With ``pool`` they are decisions to keep what points at that many people, and the log says so.
        """
        for decision in decisions:
            self.known.check(decision)
        spans = {(d.turn, d.part, d.was or (d.start, d.end)) for d in decisions}
        kept = [d for d in self.decisions if (d.turn, d.part, d.was or (d.start, d.end)) not in spans]
        self.decisions = (*kept, *decisions)
        with self.space.vault.change() as tx:
            self._log_identity(tx)
            was_reviewed = self.record.is_reviewed
            self.record = self.space.seal_decisions(tx, self.key, self.record, self.decisions)
            if was_reviewed:
                generations = (self.record.findings_generation, self.record.decisions_generation)
                self.record = self.record.model_copy(update={"reviewed": generations})
            self.space.save_transcript(tx, self.key, self.record)
            for decision in decisions:
                details: dict[str, object] = {
                    "decision": decision.verdict.value,
                    "type": decision.entity_type.value,
                    "tier": decision.entity_type.tier.value,
                    "source": "person" if finding is None or finding.recognizer == HUMAN else "detector",
                    "version": decision.version,
                    "count": 1,
                }
                if finding is not None and finding.entity_type is not decision.entity_type:
                    details["was_type"] = finding.entity_type.value
                if decision.reason is not None:
                    details["reason"] = decision.reason
                if pool is not None:
                    details |= {"decision": "keep", "pool": pool}
                tx.log("decision.made", object_id=self.key, details=details)

    def _log_identity(self, tx: Change) -> None:
        self.space.log_identity(tx, "review", 1)


def open_desk(space: Workspace, key: str) -> Desk:
    """Lay a searched transcript open for review (identity); raise ``UsageError`` if it was not searched."""
    space.need(Master.IDENTITY, Master.WORK)
    record = space.transcript(key)
    refuse_held(space, record)
    if record.findings_object is None:
        raise UsageError(
            "the transcript was not searched yet",
            where=f"transcript {record.number}",
            hint="run: anonymizer detect",
        )
    transcript = space.original(record)
    found, decisions = space.findings(record, transcript), space.decisions(record)
    with space.vault.change() as tx:
        space.log_identity(tx, "review", 1)
    return Desk(
        space, key, record, transcript, found, decisions, KnownHere.of(transcript, known_people(space))
    )


def _need_pool(pack: Pack, entity_type: EntityType, pool: int) -> None:
    keep = pack.treatment(entity_type).keep
    if keep is None or pool < keep.pool_at_least:
        asked = f"{keep.pool_at_least} people" if keep is not None else "a pack that lets this type stand"
        raise GateRefused(
            "what points at someone stays only by the pack's leave",
            rule="TXT-05",
            hint=f"it asks for {asked}; see “keep” in docs/packs.md",
        )


def decide_everywhere(
    space: Workspace,
    desk: Desk,
    finding: Finding,
    *,
    accept: bool,
    reason: str | None = None,
    pool: int | None = None,
) -> int:
    """Rule alike on every waiting finding in the study with the same words and type; return how many.

    ``reason`` is why they may stay, as in ``Desk.reject``, ``pool`` how many people they point at, as in ``Desk.keep``;
    what is refused anywhere is decided nowhere.
    """
    if pool is not None:
        _need_pool(space.pack, finding.entity_type, pool)
        accept, reason = False, LARGE_POOL
    words = finding.text.casefold()
    verdict = Verdict.ACCEPT if accept else Verdict.REJECT
    rulings: list[tuple[Desk, list[Decision]]] = []
    for key, record in space.transcripts().items():
        if record.findings_object is None or held_because(space, record) is not None:
            continue
        other = desk if key == desk.key else open_desk(space, key)
        alike = [
            waiting
            for waiting in other.waiting()
            if waiting.text.casefold() == words and waiting.entity_type is finding.entity_type
        ]
        ruling = [
            Decision(
                verdict,
                record.version,
                each.start,
                each.end,
                each.entity_type,
                turn=each.turn,
                part=each.part,
                reason=reason,
            )
            for each in alike
        ]
        for each in ruling:
            other.known.check(each)
        if ruling:
            rulings.append((other, ruling))
    for other, ruling in rulings:
        other.say(ruling, finding, pool=pool)
    return sum(len(ruling) for _, ruling in rulings)
