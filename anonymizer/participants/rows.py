"""What the register says of one participant: the row, and the words that it may hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "COLUMNS",
    "INTERVIEWER",
    "Capacity",
    "ConsentEvidence",
    "ParticipantRow",
    "Scope",
    "ThirdPerson",
]

INTERVIEWER = "interviewer"
"""The reserved code of whoever asks the questions."""


class Scope(StrEnum):
    """What a participant has consented to, one by one."""

    INTERVIEW = "interview"
    AUDIO = "audio"
    QUOTES = "quotes"
    ARCHIVE = "archive"
    RECONTACT = "recontact"


class ConsentEvidence(StrEnum):
    """What shows that a consent was given (rules.md CON-05); an oral one alone is hard to document."""

    FORM = "form"
    AUDIO = "audio"
    ORAL = "oral"
    ELECTRONIC = "electronic"


class Capacity(StrEnum):
    """Whether someone can consent, judged for this person (hfl § 17; rules.md CON-04)."""

    OK = "ok"
    DOUBT = "doubt"
    DECLINED = "declined"
    RECONFIRMED = "reconfirmed"

    @property
    def stops(self) -> bool:
        """Tell whether the material must stand still."""
        return self in {Capacity.DOUBT, Capacity.DECLINED}


@dataclass(frozen=True, slots=True, order=True)
class ThirdPerson:
    """Someone a participant speaks of: by relation to them, or by role, and the name that is searched for."""

    relation: str
    name: str


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One row of participants.csv. ``transcripts`` are file names, ``speaker`` labels as they stand in them."""

    code: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    gender: str | None = None
    age: int | None = None
    municipality: str = ""
    workplace: str = ""
    contact: str = ""
    consent_date: dt.date | None = None
    letter_version: str = ""
    scopes: frozenset[Scope] = field(default_factory=frozenset)
    speaker: tuple[str, ...] = ()
    transcripts: tuple[str, ...] = ()
    evidence: ConsentEvidence | None = None
    sample: str = ""
    capacity: Capacity | None = None
    third_persons: tuple[ThirdPerson, ...] = ()

    @property
    def is_interviewer(self) -> bool:
        """Tell whether the row is about whoever asks the questions."""
        return self.code == INTERVIEWER


COLUMNS = (
    "code",
    "name",
    "aliases",
    "gender",
    "age",
    "municipality",
    "workplace",
    "contact",
    "consent_date",
    "letter_version",
    "scopes",
    "speaker",
    "transcripts",
    "evidence",
    "sample",
    "capacity",
    "third_persons",
)
