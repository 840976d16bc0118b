"""What the checks ask of the project and of people: profile, letters, consents, holds, duties. Reads no log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from anonymizer import policy
from anonymizer.errors import AnonymizerError
from anonymizer.formats import DEFAULT, read_manuscript
from anonymizer.participants import Basis, ProjectProfile
from anonymizer.policy import Facts, LetterFault, Severity, lint_letter
from anonymizer.study.consenting import capacity_of, ground_of, sample_of
from anonymizer.study.holds import holds
from anonymizer.study.obligations import obligations
from anonymizer.study.project import project_of
from anonymizer.study.records import ParticipantRecord
from anonymizer.study.waiving import waivers
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["facts_of_frame", "facts_of_taking_in", "keys_warnings"]


def facts_of_frame(space: Workspace) -> dict[str, Any]:
    """Return the facts that are recorded about the project and its people, by name in ``Facts``."""
    return {
        "project": _project(space),
        "participants": tuple(_participant(space, key, one) for key, one in space.participants().items()),
        "holds": _holds(space),
        "obligations": _obligations(space),
        "waivers": _waivers(space),
    }


def facts_of_taking_in(space: Workspace, participants: Collection[str]) -> Facts:
    """Return what must be known before a transcript of these participants comes in.

    The project, its duties, where the keys are, and of people only those named; they are counted as taking part in
    the one transcript that is not there yet. Reads no log: it is asked for every file.
    """
    frame = facts_of_frame(space)
    people = tuple(one for one in frame["participants"] if one.id in participants)
    slots = space.vault.slots() if space.vault.slot_id else ()
    coming = policy.Transcript(number=0, participants=tuple(one.id for one in people), state="ingested")
    frame |= {"participants": people, "transcripts": (coming,) if people else ()}
    return Facts(
        **frame,
        recordings=tuple(policy.Recording() for _ in space.vault.all("recording")),
        keys=policy.Keys(
            warnings=keys_warnings(space),
            slots=tuple(tuple(one.masters) for one in slots if not one.recovery) if slots else None,
            recovery=sum(one.recovery for one in slots),
            # Whoever opened the study was refused if its folders stood in each other (vault, Places.check).
            self_test=True,
        ),
    )


def _holds(space: Workspace) -> tuple[policy.Hold, ...]:
    return tuple(
        policy.Hold(participant=one.participant, cause=one.cause, since=one.since)
        for one in holds(space).values()
    )


def _obligations(space: Workspace) -> tuple[policy.Obligation, ...]:
    return tuple(
        policy.Obligation(duty=one.duty, due=one.due, met=one.met, evidence=one.evidence, cause=one.cause)
        for one in obligations(space).values()
    )


def _waivers(space: Workspace) -> tuple[policy.Waiver, ...]:
    """Return the waivers that hold today for a rule as a whole; one for a single thing is that thing's."""
    today = utc_now().date()
    return tuple(
        policy.Waiver(rule=one.rule, reason=one.reason, expires=one.expires)
        for one in waivers(space).values()
        if one.holds(today) and not one.about
    )


def keys_warnings(space: Workspace) -> tuple[str, ...] | None:
    """Return what the vault warns of where the keys are, ``None`` where they are not at hand."""
    if not space.places.keys.is_dir():
        return None
    return tuple(one.value for one in space.places.keys_warnings())


def _participant(space: Workspace, key: str, record: ParticipantRecord) -> policy.Participant:
    sample = sample_of(space, key)
    ground = ground_of(space, key)
    told = ground.ground.value if ground is not None else None
    if told is None and sample is not None and sample.basis is not Basis.CONSENT and sample.document:
        # The sample rests on another basis, with its document, and nobody in it was to be asked.
        told = None if sample.ethical_consent else sample.basis.value
    return policy.Participant(
        id=key,
        consents=tuple(policy.Consent(**one.model_dump()) for one in record.consent),
        ground=told,
        capacity=capacity_of(space, key),
        sample=sample.id if sample is not None else None,
    )


def _project(space: Workspace) -> policy.Project:
    """Return the profile as the checks read it: only what is filled in, under the same names."""
    profile = project_of(space)
    filled = profile.model_dump(exclude_unset=True)
    known = {name: value for name, value in filled.items() if name in policy.Project.model_fields}
    if "letters" in known:
        known["letters"] = tuple(_letter(space, profile, body) for body in known["letters"])
    return policy.Project(**known)


def _letter(space: Workspace, profile: ProjectProfile, body: Mapping[str, Any]) -> policy.Letter:
    """Return a letter with the faults of its text, where its file stands in the study's folder or is named whole."""
    found: dict[str, tuple[str, ...]] = {}
    if body.get("file"):
        identifying = space.pack.participants.identity == "required" or profile.recording
        path = space.places.study / str(body["file"])
        try:
            seen = path.stat()
            faults = _faults_of(path, seen.st_mtime_ns, seen.st_size, identifying=identifying)
        except OSError:
            faults = None
        if faults is not None:
            found = {
                "faults": tuple(one.key for one in faults if one.severity is Severity.BLOCK),
                "warnings": tuple(one.key for one in faults if one.severity is not Severity.BLOCK),
            }
    return policy.Letter(**{**body, **found})


@lru_cache(maxsize=32)
def _faults_of(path: Path, modified: int, size: int, *, identifying: bool) -> tuple[LetterFault, ...] | None:
    """Return the faults of a letter's text, ``None`` if it can't be read; once for each state of the file."""
    del modified, size
    try:
        with path.open("rb") as file:
            text = read_manuscript(file.read(DEFAULT.source + 1), path.name).text
    except (OSError, AnonymizerError):
        return None
    return lint_letter(text, identifying=identifying)
