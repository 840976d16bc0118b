"""What study.db holds in plain: facts without text, names or places (contract, A study on disk)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from anonymizer.participants import AudioDeleted, Scope

__all__ = [
    "ConsentFact",
    "ExportRecord",
    "ExportedFile",
    "ParticipantRecord",
    "Recording",
    "State",
    "TranscriptRecord",
]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class State(StrEnum):
    """Where a transcript stands on its way out; INCOMPLETE when detection did not finish."""

    INGESTED = "ingested"
    DETECTED = "detected"
    REVIEWED = "reviewed"
    PSEUDONYMISED = "pseudonymised"
    EXPORTED = "exported"
    INCOMPLETE = "INCOMPLETE"


class ConsentFact(_Record):
    """A recorded consent: which letter, when, to what."""

    letter_version: str = ""
    date: dt.date | None = None
    scopes: tuple[Scope, ...] = ()
    evidence: str | None = None
    """What shows it: ``form``, ``audio``, ``oral`` or ``electronic``; unknown where a register brought it."""


class ParticipantRecord(_Record):
    """A participant as everyone with the study may see them: the code and the consent, no identity.

    ``identity`` is the id of the key table's row with the name, ``row`` the sealed digest of the register row that made
    it, so that the same row twice changes nothing.
    """

    code: str
    identity: str
    consent: tuple[ConsentFact, ...] = ()
    row: str | None = None


class TranscriptRecord(_Record):
    """A sealed transcript and how far it has come. Fields ending in ``_object`` are ids of sealed objects.

    ``found`` counts what the pack replaces by tier, and what is flagged; ``replaced`` counts by type,
    ``unresolved`` by reason, ``left`` by type what stands though it was found; ``leaks`` known names that still
    stand in the pseudonymised text. ``made_from`` is (version, findings generation, decisions generation, pack
    digest) of that text; ``stale`` names what has changed since, beyond those.
    """

    number: int
    format: str
    participants: tuple[str, ...]
    version: int = 1
    turns: int
    words: int
    digest_object: str
    source_object: str
    text_object: str
    findings_object: str | None = None
    findings_generation: int = 0
    detector: str | None = None
    problems: int = 0
    found: dict[str, int] = {}
    decisions_object: str | None = None
    decisions_generation: int = 0
    reviewed: tuple[int, int] | None = None
    clean_object: str | None = None
    clean_generation: int = 0
    made_from: tuple[int, int, int, str] | None = None
    replaced: dict[str, int] = {}
    unresolved: dict[str, int] = {}
    left: dict[str, int] = {}
    leaks: int = 0
    choices: dict[str, bool | str] = {}
    exported: int = 0
    stale: tuple[str, ...] = ()

    @property
    def is_reviewed(self) -> bool:
        """Tell whether a person has gone through the findings and decisions in force."""
        return self.reviewed == (self.findings_generation, self.decisions_generation)

    def is_written(self, pack_digest: str) -> bool:
        """Tell whether the pseudonymised text is made from what stands now."""
        return self.made_from == self.inputs(pack_digest)

    def inputs(self, pack_digest: str) -> tuple[int, int, int, str]:
        """Return what a pseudonymised text is made from."""
        return (self.version, self.findings_generation, self.decisions_generation, pack_digest)

    def state(self, pack_digest: str) -> State:
        """Return how far the transcript has come."""
        if self.findings_object is None:
            return State.INGESTED
        if self.problems:
            return State.INCOMPLETE
        if self.clean_object is not None and self.is_written(pack_digest) and not self.stale:
            return State.EXPORTED if self.exported == self.clean_generation else State.PSEUDONYMISED
        return State.REVIEWED if self.is_reviewed else State.DETECTED

    def stale_because(self, pack_digest: str, rules_digest: str) -> tuple[str, ...]:
        """Return why what stands is out of date: ``rules``, ``pack``, ``decisions``, ``known-name``, ``findings``."""
        reasons = list(self.stale)
        if self.findings_object is not None and self.detector != rules_digest:
            reasons.append("rules")
        if self.made_from is not None:
            version, findings, decisions, pack = self.made_from
            if version != self.version:
                reasons.append("version")
            if findings != self.findings_generation:
                reasons.append("findings")
            if decisions != self.decisions_generation:
                reasons.append("decisions")
            if pack != pack_digest:
                reasons.append("pack")
        return tuple(reasons)


class ExportedFile(_Record):
    """One file of an export: its number in that export and the transcript behind it."""

    number: int
    name: str
    transcript: str
    sha256: str
    version: int
    generation: int
    reviewed: bool


class ExportRecord(_Record):
    """An export folder as it was written."""

    purpose: str
    format: str | None = None
    pack: str
    time: str
    files: tuple[ExportedFile, ...]


class Recording(_Record):
    """A recording as study.db keeps it. ``object`` is the sealed copy, if the study has custody of one.

    What is sealed of it lies under the key of the only participant, or, of a group, under a key of its own.
    """

    participants: tuple[str, ...]
    recorder: str
    recorded: dt.date
    delete: AudioDeleted
    due: dt.date
    digest: str
    place: str
    object: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_one(cls, body: Any) -> Any:  # noqa: ANN401 - pydantic's signature
        # The first studies kept one participant for each recording.
        if isinstance(body, dict) and "participant" in body:
            rest = {name: value for name, value in body.items() if name != "participant"}
            return {**rest, "participants": (body["participant"],)}
        return body
