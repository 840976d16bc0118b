"""The words of the domain: what a transcript is, what is found in it and what a person decided about it.

Everything here is frozen and knows no format, no database and no library. Offsets are code points, times are
seconds from the start of the recording.

A transcript is a sequence of turns. A turn is what one speaker says until another takes over; in timed formats
it is the run of cues of one speaker, their texts joined by one space. Text outside the turns (a title, a note, a
comment, an author, a file name) stands in parts. Whatever else a format needs to be written again as it was
stands in ``layout``: never free text, so that nothing there can identify anyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

__all__ = [
    "Action",
    "Cue",
    "Decision",
    "Detection",
    "EntityType",
    "Finding",
    "KnownPerson",
    "Part",
    "Role",
    "Standard",
    "Tier",
    "Transcript",
    "Turn",
    "Verdict",
    "Word",
]

Layout = Mapping[str, Any]
"""What a writer needs besides the text: JSON values, no free text."""


class Tier(StrEnum):
    """How strongly a finding points at a person (contract; FSD's scheme in three steps)."""

    DIRECT = "direct"
    STRONG = "strong"
    INDIRECT = "indirect"

    @property
    def rank(self) -> int:
        """Return 2 for direct, 1 for strong, 0 for indirect: a pack may raise a tier, never lower it."""
        return {"direct": 2, "strong": 1, "indirect": 0}[self.value]


class Action(StrEnum):
    """What a pack does with a finding: take it out of the text, or only show it to a person."""

    REPLACE = "replace"
    FLAG = "flag"


class EntityType(StrEnum):
    """Every kind of identifier; Presidio's names where they exist (contract, Findings)."""

    PERSON = "PERSON"
    LOCATION = "LOCATION"
    ORGANIZATION = "ORGANIZATION"
    DATE_TIME = "DATE_TIME"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    URL = "URL"
    IP_ADDRESS = "IP_ADDRESS"
    IBAN_CODE = "IBAN_CODE"
    NRP = "NRP"
    NO_FODSELSNUMMER = "NO_FODSELSNUMMER"
    NO_D_NUMBER = "NO_D_NUMBER"
    NO_H_NUMBER = "NO_H_NUMBER"
    NO_DUF_NUMBER = "NO_DUF_NUMBER"
    NO_HPR_NUMBER = "NO_HPR_NUMBER"
    NO_BANK_ACCOUNT = "NO_BANK_ACCOUNT"
    NO_ORGANISATION_NUMBER = "NO_ORGANISATION_NUMBER"
    NO_VEHICLE_REGISTRATION = "NO_VEHICLE_REGISTRATION"
    STREET_ADDRESS = "STREET_ADDRESS"
    POSTCODE = "POSTCODE"
    AGE = "AGE"
    DEMONYM = "DEMONYM"
    ROLE = "ROLE"
    CASE_NUMBER = "CASE_NUMBER"
    USERNAME = "USERNAME"
    DIALECT = "DIALECT"
    SPECIAL_CATEGORY = "SPECIAL_CATEGORY"

    @property
    def tier(self) -> Tier:
        """Return the tier the contract gives this type."""
        if self in _DIRECT:
            return Tier.DIRECT
        return Tier.STRONG if self in _STRONG else Tier.INDIRECT


_DIRECT = frozenset(
    {
        EntityType.PERSON,
        EntityType.EMAIL_ADDRESS,
        EntityType.NO_FODSELSNUMMER,
        EntityType.NO_D_NUMBER,
        EntityType.NO_H_NUMBER,
        EntityType.NO_DUF_NUMBER,
        EntityType.NO_HPR_NUMBER,
    }
)
_STRONG = frozenset(
    {
        EntityType.PHONE_NUMBER,
        EntityType.STREET_ADDRESS,
        EntityType.URL,
        EntityType.IP_ADDRESS,
        EntityType.USERNAME,
        EntityType.IBAN_CODE,
        EntityType.NO_BANK_ACCOUNT,
        EntityType.NO_VEHICLE_REGISTRATION,
        EntityType.CASE_NUMBER,
    }
)


class Role(StrEnum):
    """What a speaker is in the interview."""

    INTERVIEWER = "interviewer"
    PARTICIPANT = "participant"
    UNKNOWN = "unknown"


class Standard(StrEnum):
    """The written standard that marks and relations follow."""

    BOKMAAL = "nb"
    NYNORSK = "nn"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its time: ``start``/``end`` are offsets in the turn's text, times are seconds."""

    start: int
    end: int
    start_time: float
    end_time: float
    layout: Layout = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed stretch of a turn: ``start``/``end`` are offsets in the turn's text, times are seconds."""

    start: int
    end: int
    start_time: float
    end_time: float
    layout: Layout = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another takes over.

    ``speaker`` is the label as written (``None`` where the source has none). ``offset`` is where the text begins
    in the file as findings count it: the decoded file for .txt, else the turns' texts joined by one line feed.
    """

    text: str
    speaker: str | None = None
    role: Role = Role.UNKNOWN
    offset: int = 0
    cues: tuple[Cue, ...] = ()
    words: tuple[Word, ...] = ()
    layout: Layout = field(default_factory=dict)

    @property
    def start_time(self) -> float | None:
        """Return when the turn begins, in seconds, where the source knows it."""
        return self.cues[0].start_time if self.cues else None

    @property
    def end_time(self) -> float | None:
        """Return when the turn ends, in seconds, where the source knows it."""
        return self.cues[-1].end_time if self.cues else None


@dataclass(frozen=True, slots=True)
class Part:
    """Text outside the turns; ``name`` tells the place, such as ``comment:2`` or ``core:author``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One interview as text, with all that its format needs to be written again."""

    format: str
    turns: tuple[Turn, ...]
    parts: tuple[Part, ...] = ()
    layout: Layout = field(default_factory=dict)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Return the speaker labels in order of first appearance."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker is not None))

    @property
    def word_count(self) -> int:
        """Return the number of white-space separated words in the turns."""
        return sum(len(turn.text.split()) for turn in self.turns)

    def with_joined_offsets(self) -> Transcript:
        """Return the transcript with every turn's offset counted in the texts joined by one line feed."""
        turns: list[Turn] = []
        offset = 0
        for turn in self.turns:
            turns.append(replace(turn, offset=offset))
            offset += len(turn.text) + 1
        return replace(self, turns=tuple(turns))


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of one turn, or of one part, that may identify someone.

    Exactly one of ``turn`` (index from 0) and ``part`` (name) is set; ``start``/``end`` are offsets in its text.
    ``entity`` links mentions of the same person, place or thing where a recogniser knows it.
    """

    entity_type: EntityType
    start: int
    end: int
    text: str
    score: float
    recognizer: str
    turn: int | None = None
    part: str | None = None
    speaker: str | None = None
    tier: Tier = Tier.INDIRECT
    action: Action = Action.REPLACE
    entity: str | None = None

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Finding) -> bool:
        """Tell whether both stand in the same text and share a code point."""
        return (
            self.turn == other.turn
            and self.part == other.part
            and self.start < other.end
            and other.start < self.end
        )


@dataclass(frozen=True, slots=True)
class Detection:
    """The outcome of detection: findings in order, without overlap, and what could not be searched.

    ``problems`` name a turn or part and a cause, never text; with any problem the transcript is INCOMPLETE.
    """

    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every turn and part was searched by every recogniser."""
        return not self.problems

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Someone the study knows: what to search for everywhere. ``key`` is a random id, never a name."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    birth_decade: int | None = None
    workplaces: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    relation: str | None = None


class Verdict(StrEnum):
    """What a person decided about a finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETYPE = "retype"
    WIDEN = "widen"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on a stretch of a transcript; it outlives every re-run of detection.

    Anchored to transcript version, turn or part, span and type. For RETYPE ``entity_type`` is the new type; for
    WIDEN ``start``/``end`` are the new span and ``was`` the old one; ``action`` REPLACE or FLAG on ADD.
    ``questioned`` is set when a later detector disagrees and the person should look again.
    """

    verdict: Verdict
    version: int
    start: int
    end: int
    entity_type: EntityType
    turn: int | None = None
    part: str | None = None
    was: tuple[int, int] | None = None
    entity: str | None = None
    reason: str | None = None
    questioned: bool = False
