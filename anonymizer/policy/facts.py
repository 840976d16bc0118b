"""What the checks look at: a frozen snapshot of a study, with no text, name, code or place of a participant in it.

``None`` always means that nothing is recorded; an empty tuple or zero means that it is recorded that there is none.
A check answers "needs evidence" on the first, never on the second.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Approval",
    "Condition",
    "Consent",
    "Dpia",
    "Facts",
    "Hold",
    "Incident",
    "Keys",
    "Letter",
    "MemberCheck",
    "Obligation",
    "Participant",
    "Project",
    "Publication",
    "Recording",
    "Request",
    "Risk",
    "Sample",
    "StorageUse",
    "Transcript",
    "Waiver",
]

Answer = Literal["no", "unlikely", "possible"]


class _Fact(BaseModel):
    # Unknown keys are left aside: the records of the study may say more than any check asks for.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sample(_Fact):
    """A group of participants with one legal basis; ``pool`` is the stated number they were recruited among."""

    id: str
    planned: int | None = None
    pool: int | None = None
    basis: str = "consent"
    document: str = ""
    ethical_consent: bool = True
    vulnerable: bool = False
    refused: bool = False


class Condition(_Fact):
    """A condition of an assessment."""

    id: str


class Approval(_Fact):
    """What a body has said: ``sent``, ``approved``, ``not-required``, ``refused`` or ``changed``."""

    body: str
    status: str
    reference: str = ""
    date: dt.date | None = None
    conditions: tuple[Condition, ...] = ()


class Letter(_Fact):
    """An information letter: what its fields promise, and the faults that the lint found in its text.

    ``faults`` is ``None`` while no text was read; each is a key of ``rules/letters/wordings.yaml``.
    """

    version: str
    date: dt.date | None = None
    scopes: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    audio_deleted: str | None = None
    member_check: str | None = None
    contact_deleted: dt.date | None = None
    faults: tuple[str, ...] | None = None
    warnings: tuple[str, ...] = ()


class StorageUse(_Fact):
    """A medium that material lies on."""

    medium: str
    holds: str = ""
    encrypted: bool = False


class Dpia(_Fact):
    """The screening for a data protection impact assessment (GDPR art. 35)."""

    required: bool
    document: str = ""
    residual_high: bool = False
    consulted: bool = False


class Project(_Fact):
    """The notification form as filled in; a field that is not filled in is ``None``."""

    title: str | None = None
    purpose: str | None = None
    controller: str | None = None
    institution: str | None = None
    responsible: str | None = None
    student: str | None = None
    access: tuple[str, ...] | None = None
    samples: tuple[Sample, ...] | None = None
    data_types: tuple[str, ...] | None = None
    special_categories: bool | None = None
    criminal_offences: bool | None = None
    health: bool | None = None
    third_persons: bool | None = None
    third_persons_informed: str | None = None
    recording: bool | None = None
    methods: tuple[str, ...] | None = None
    processors: tuple[str, ...] | None = None
    storage: tuple[StorageUse, ...] | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    ending: str | None = None
    keep_until: dt.date | None = None
    keep_ground: str = ""
    control_copy_years: int | None = None
    approvals: tuple[Approval, ...] = ()
    letters: tuple[Letter, ...] | None = None
    dpia: Dpia | None = None
    advice: str | None = None
    recipients: tuple[str, ...] | None = None
    recipients_in_letter: bool | None = None
    transcribed_by: str | None = None
    reuse: tuple[str, ...] | None = None
    reuse_assessed: bool | None = None
    duty_of_confidentiality: bool | None = None
    archive_permission: str | None = None


class Consent(_Fact):
    """A recorded consent. ``evidence`` is ``form``, ``audio``, ``electronic`` or ``oral``."""

    letter_version: str = ""
    date: dt.date | None = None
    scopes: tuple[str, ...] = ()
    evidence: str | None = None


class Participant(_Fact):
    """A participant as a random id, the consents, the ground where it is not consent, and the capacity judged."""

    id: str
    consents: tuple[Consent, ...] = ()
    ground: str | None = None
    capacity: str | None = None
    sample: str | None = None


class Transcript(_Fact):
    """How far a transcript has come and what was found in it: counts by entity type, in all and unresolved."""

    number: int
    participants: tuple[str, ...]
    state: Literal["ingested", "detected", "reviewed", "pseudonymised", "exported", "INCOMPLETE"]
    reviewed: bool = False
    stale: bool = False
    leaks: int = 0
    problems: int = 0
    unresolved: int = 0
    types: dict[str, int] | None = None
    gender_neutralised: bool | None = None
    third_persons: int | None = None

    @property
    def written(self) -> bool:
        """Tell whether its pseudonymised text is made from what stands now."""
        return self.state in {"pseudonymised", "exported"} and not self.stale


class Hold(_Fact):
    """Material that stands still: ``withdrawal``, ``capacity``, ``restriction`` or ``objection``."""

    participant: str
    cause: str
    since: dt.date | None = None


class Obligation(_Fact):
    """Something to be done by a date."""

    duty: str
    due: dt.date
    met: dt.date | None = None
    evidence: str | None = None
    cause: str = ""


class Request(_Fact):
    """A request under GDPR arts. 15 to 21, with the answer and the ground of a refusal."""

    right: str
    due: dt.date
    answered: dt.date | None = None
    answer: str | None = None
    exception: str | None = None


class Recording(_Fact):
    """A recording: the recorder it came from, whether the study holds it sealed, when it goes by, when it went."""

    recorder: str | None = None
    sealed: bool = False
    due: dt.date | None = None
    deleted: dt.date | None = None


class MemberCheck(_Fact):
    """Something a participant was sent to approve."""

    what: str
    due: dt.date
    answer: str | None = None


class Keys(_Fact):
    """Where the key table stands and who can open what.

    ``warnings`` are the vault's words; ``slots`` the master keys of each person's slot, ``recovery`` how
    many printed keys there are; ``self_test`` is whether the separation
    was tested when the study was opened; ``destroyed`` whether key table, originals and identity keys are gone.
    """

    warnings: tuple[str, ...] | None = None
    slots: tuple[tuple[str, ...], ...] | None = None
    recovery: int = 0
    self_test: bool | None = None
    rows: int | None = None
    destroyed: bool = False
    neutral_codes: bool | None = None


class Risk(_Fact):
    """The measured risk over all that leaves together, and the signed statement.

    ``unique`` and ``below`` count combinations that single one out and that are under ``threshold``. The three
    answers are those of WP216; ``signed`` says whether a person has put a name to them.
    """

    unique: int | None = None
    below: int | None = None
    threshold: int | None = None
    small_places: int | None = None
    singling_out: Answer | None = None
    linkability: Answer | None = None
    inference: Answer | None = None
    sampled: int | None = None
    missed: int | None = None

    @property
    def signed(self) -> bool:
        """Tell whether all three questions are answered in a signed statement."""
        return None not in (self.singling_out, self.linkability, self.inference)


class Publication(_Fact):
    """What is meant for readers: quotes and how they are linked, the sample table, named institutions, manuscripts.

    ``institutions`` and ``kept_pools`` are the numbers of people that decisions to name or keep have stated; a
    ``None`` among them is a decision that states none. ``rare_events`` counts undecided events that can be found
    elsewhere. ``manuscript_blocks`` counts what the last scan of a manuscript would block.
    """

    quotes: int = 0
    linkability: tuple[str, ...] = ()
    sample_table: bool = False
    institutions: tuple[int | None, ...] = ()
    rare_events: int | None = None
    manuscript_blocks: int | None = None
    unmarked: int | None = None


class Incident(_Fact):
    """A breach: when it was discovered and whether a report is ``needed``, ``not-needed`` or ``sent``."""

    discovered: dt.datetime
    report: str


class Waiver(_Fact):
    """A named, expiring exception."""

    rule: str
    reason: str
    expires: dt.date


class Facts(_Fact):
    """Everything the checks may look at, at one moment.

    ``restricted_touched`` counts what was done to material after its restriction; ``log_anchored`` tells whether a
    checkpoint outside confirms the log; ``signed`` are the points of the closing checklist that a person has done;
    ``member_checks_waiting`` counts participants who were promised or sent
    one and have not answered.
    """

    project: Project = Project()
    participants: tuple[Participant, ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    holds: tuple[Hold, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    requests: tuple[Request, ...] = ()
    recordings: tuple[Recording, ...] = ()
    member_checks: tuple[MemberCheck, ...] = ()
    member_checks_waiting: int | None = None
    keys: Keys = Keys()
    risk: Risk = Risk()
    publication: Publication = Publication()
    incidents: tuple[Incident, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    first_ingest: dt.date | None = None
    restricted_touched: int = 0
    exported_label: str | None = None
    closed: bool = False
    signed: tuple[str, ...] = ()
    log_intact: bool | None = None
    log_anchored: bool | None = None
