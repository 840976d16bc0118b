"""The project as it was notified: what the form asks for, who approved it, and what the letters promise.

One model of the ``profile:`` part of study.yaml. Every field may be empty while the study is being set up; what a
step needs is asked for by the gates. It holds no personal data of participants.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, ValidationError, model_validator

from anonymizer.data import Strict
from anonymizer.errors import UsageError
from anonymizer.participants.rows import Scope

__all__ = [
    "Approval",
    "AudioDeleted",
    "Basis",
    "Condition",
    "Dpia",
    "Ending",
    "GroupWithdrawal",
    "Letter",
    "MemberCheckOf",
    "ProjectProfile",
    "Sample",
    "parse_profile",
]


class Basis(StrEnum):
    """The ground on which a sample is studied (GDPR art. 6 and 9; rules.md PRJ-06), apart from ethical consent."""

    CONSENT = "consent"
    PUBLIC_INTEREST = "public-interest"
    EXEMPTION = "exemption"
    OTHER = "other-basis"


class Ending(StrEnum):
    """What happens to the material at the end."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    ARCHIVE = "archive"


class GroupWithdrawal(StrEnum):
    """What the letter says of a group interview when one of the group withdraws."""

    REMOVE_TURNS = "remove-turns"
    KEEP_GROUP = "keep-group"


class AudioDeleted(StrEnum):
    """When a recording goes, as promised."""

    AFTER_TRANSCRIPTION = "after-transcription"
    AFTER_ANALYSIS = "after-analysis"
    AT_END = "at-end"


class MemberCheckOf(StrEnum):
    """What a participant was promised to see before publication."""

    TRANSCRIPT = "transcript"
    QUOTES = "quotes"
    RESULTS = "results"


class Letter(Strict):
    """An information letter: its version as participants.csv names it, and what it promises.

    ``ending`` may name two things that contradict each other, as in practice.md T1; the strictest then holds.
    """

    version: str = Field(pattern=r"^v?[0-9]{1,4}(?:[.-][0-9]{1,4}){0,3}$")
    date: dt.date | None = None
    file: str | None = None
    scopes: tuple[Scope, ...] = (Scope.INTERVIEW,)
    ending: tuple[Ending, ...] = ()
    group_withdrawal: GroupWithdrawal = GroupWithdrawal.REMOVE_TURNS
    audio_deleted: AudioDeleted | None = None
    member_check: MemberCheckOf | None = None
    contact_deleted: dt.date | None = None

    @property
    def strictest_ending(self) -> Ending | None:
        """Return what holds of several promises: deletion beats anonymising beats archiving (rules.md CON-03)."""
        order = (Ending.DELETE, Ending.ANONYMISE, Ending.ARCHIVE)
        return next((one for one in order if one in self.ending), None)


class Sample(Strict):
    """A group of participants with one basis; ``document`` is where the basis or exemption is written down."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    description: str = ""
    planned: int | None = Field(default=None, ge=0)
    pool: int | None = Field(default=None, ge=1)
    basis: Basis = Basis.CONSENT
    document: str = ""
    ethical_consent: bool = True
    vulnerable: bool = False
    refused: bool = False


class Condition(Strict):
    """A condition of the assessment letter, which becomes an obligation until there is evidence (rules.md PRJ-03)."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    text: str
    due: dt.date | None = None


class Approval(Strict):
    """Where the project stands with Sikt, REK or another body."""

    body: str = Field(pattern="^(sikt|rek|nesh|data-protection-officer|institution)$")
    status: str = Field(pattern="^(sent|approved|not-required|refused|changed)$")
    reference: str = ""
    date: dt.date | None = None
    conditions: tuple[Condition, ...] = ()


class Storage(Strict):
    """A medium on which material lies and the class it is allowed for."""

    medium: str
    holds: str = ""
    encrypted: bool = False


class Dpia(Strict):
    """The screening for a data protection impact assessment, and what it came to (GDPR arts. 35-36; rules.md PRJ-07).

    ``document`` is where a required one is written down; ``residual_high`` says that a high risk is left, and
    ``consulted`` that Datatilsynet was asked beforehand.
    """

    required: bool
    document: str = ""
    residual_high: bool = False
    consulted: bool = False


class ProjectProfile(Strict):
    """What the notification form asks for (rules.md PRJ-01; the form's fields are partly from general knowledge).

    ``institution`` chooses the storage matrix and rules that differ between institutions. ``advice`` is where the data
    protection officer's advice is written down; ``third_persons_informed`` how those who are spoken about are
    informed, or why they need not be; ``recipients`` who gets pseudonymised text; ``transcribed_by`` who or what
    turns speech into text (``hand``, ``local``, or a service); ``reuse`` what else the material is to be used for.
    """

    title: str = ""
    purpose: str = ""
    controller: str = ""
    institution: str = ""
    responsible: str = ""
    student: str = ""
    access: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    data_types: tuple[str, ...] = ()
    special_categories: bool = False
    criminal_offences: bool = False
    health: bool = False
    third_persons: bool = False
    third_persons_informed: str = ""
    duty_of_confidentiality: bool | None = None
    recording: bool = False
    transcribed_by: str = ""
    methods: tuple[str, ...] = ()
    recruitment: str = ""
    processors: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    recipients_in_letter: bool | None = None
    storage: tuple[Storage, ...] = ()
    starts: dt.date | None = None
    ends: dt.date | None = None
    ending: Ending | None = None
    keep_until: dt.date | None = None
    keep_ground: str = ""
    control_copy_years: int | None = Field(default=None, ge=0, le=30)
    archive_permission: str = ""
    reuse: tuple[str, ...] = ()
    reuse_assessed: bool | None = None
    dpia: Dpia | None = None
    advice: str = ""
    approvals: tuple[Approval, ...] = ()
    letters: tuple[Letter, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> ProjectProfile:
        for name, keys in (
            ("letters", [letter.version for letter in self.letters]),
            ("samples", [sample.id for sample in self.samples]),
        ):
            if len(set(keys)) != len(keys):
                raise ValueError(f"{name} has one id twice")
        return self

    def letter(self, version: str) -> Letter | None:
        """Return the letter of this version, or ``None`` if the profile does not know it."""
        return next((letter for letter in self.letters if letter.version == version), None)

    @property
    def promises(self) -> frozenset[Ending]:
        """Return every ending that some letter promises."""
        return frozenset(ending for letter in self.letters for ending in letter.ending)


def parse_profile(body: Mapping[str, Any], *, where: str = "study.yaml") -> ProjectProfile:
    """Return a profile from its mapping; raise ``UsageError`` that names the keys at fault, never a value."""
    try:
        return ProjectProfile.model_validate(dict(body))
    except ValidationError as error:
        keys = [".".join(str(step) for step in fault["loc"]) or "the profile" for fault in error.errors()]
        raise UsageError(
            f"these keys of the profile are unknown or wrong: {', '.join(dict.fromkeys(keys))}",
            where=where,
            hint="docs/rights.md lists the keys",
        ) from None
