"""Where each transcript stands, what is out of date and what comes next. Reads plain facts, opens no key."""

from __future__ import annotations

from dataclasses import dataclass, fields

from anonymizer.detect import rules_digest
from anonymizer.study.exporting import Exported
from anonymizer.study.holds import held_because
from anonymizer.study.records import State
from anonymizer.study.workspace import Workspace

__all__ = ["Status", "SummaryRow", "TranscriptStatus", "study_status", "study_summary"]


@dataclass(frozen=True, slots=True)
class TranscriptStatus:
    """One transcript: its number in the study, whose it is (codes), how far it came, what is stale, what is next."""

    transcript: str
    number: int
    codes: tuple[str, ...]
    format: str
    turns: int
    words: int
    state: State
    reviewed: bool
    stale: tuple[str, ...]
    unresolved: dict[str, int]
    leaks: int
    next_step: str
    held: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What became of one transcript: findings by tier, what was replaced, flagged and left, and the file."""

    number: int
    codes: tuple[str, ...]
    turns: int
    words: int
    direct: int
    strong: int
    indirect: int
    replaced: int
    flagged: int
    unresolved: dict[str, int]
    state: State
    file: str

    def as_row(self) -> dict[str, object]:
        """Return the row as it is printed."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Status:
    """A study at a glance; ``closed`` is the day its project ended."""

    study: str
    pack: str
    participants: int
    log_size: int
    transcripts: tuple[TranscriptStatus, ...]
    closed: str = ""


def study_status(space: Workspace) -> Status:
    """Return where each transcript of the study stands."""
    pack = space.pack.digest
    rules = rules_digest(space.pack)
    codes = {key: record.code for key, record in space.participants().items()}
    rows = []
    for key, record in space.transcripts().items():
        state = record.state(pack)
        stale = record.stale_because(pack, rules)
        held = held_because(space, record)
        rows.append(
            TranscriptStatus(
                transcript=key,
                number=record.number,
                codes=tuple(codes.get(who, "?") for who in record.participants),
                format=record.format,
                turns=record.turns,
                words=record.words,
                state=state,
                reviewed=record.is_reviewed,
                stale=stale,
                unresolved=record.unresolved,
                leaks=record.leaks,
                next_step="stands still" if held else _next(state, stale, reviewed=record.is_reviewed),
                held=held.value if held is not None else "",
            )
        )
    return Status(
        study=space.profile.id,
        pack=space.pack.id,
        participants=len(codes),
        log_size=space.vault.log.size,
        transcripts=tuple(rows),
        closed=(space.vault.load("closed", space.profile.id) or {}).get("date", ""),
    )


def _next(state: State, stale: tuple[str, ...], *, reviewed: bool) -> str:
    if state is State.INGESTED or {"rules", "known-name"} & set(stale):
        return "detect"
    if state is State.INCOMPLETE:
        return "mend the source and ingest it again"
    if state in {State.DETECTED, State.REVIEWED}:
        return "pseudonymise" if reviewed else "review, then pseudonymise"
    if state is State.PSEUDONYMISED:
        return "export" if reviewed else "review or export"
    return "" if reviewed else "review"


def study_summary(space: Workspace, exported: Exported | None = None) -> tuple[SummaryRow, ...]:
    """Return what became of every transcript, with its file name in ``exported``."""
    codes = {key: record.code for key, record in space.participants().items()}
    pack = space.pack.digest
    rows = []
    for key, record in space.transcripts().items():
        rows.append(
            SummaryRow(
                number=record.number,
                codes=tuple(codes.get(who, "?") for who in record.participants),
                turns=record.turns,
                words=record.words,
                direct=record.found.get("direct", 0),
                strong=record.found.get("strong", 0),
                indirect=record.found.get("indirect", 0),
                replaced=sum(record.replaced.values()),
                flagged=record.found.get("flagged", 0),
                unresolved=record.unresolved,
                state=record.state(pack),
                file=exported.files.get(key, "") if exported is not None else "",
            )
        )
    return tuple(rows)
