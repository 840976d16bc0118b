"""The snapshot that the checks read, assembled from what the study holds in plain: records, log, pack, study.yaml.

Opens no key and reads no transcript. What is recorded nowhere stays ``None``, and the check says that evidence is
missing. What happened (recordings, requests, risk) is read from the log, whose words are fixed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from anonymizer import policy
from anonymizer.audit import Outcome
from anonymizer.detect import rules_digest
from anonymizer.errors import AnonymizerError
from anonymizer.formats import DEFAULT, read_manuscript
from anonymizer.participants import Basis, ProjectProfile
from anonymizer.policy import Facts, LetterFault, Severity, lint_letter
from anonymizer.study.consenting import capacity_of, ground_of, sample_of
from anonymizer.study.holds import holds
from anonymizer.study.log import verify_log
from anonymizer.study.memberchecks import member_checks, open_checks
from anonymizer.study.obligations import obligations
from anonymizer.study.project import project_of
from anonymizer.study.records import ParticipantRecord, TranscriptRecord
from anonymizer.study.story import Story
from anonymizer.study.waiving import waivers
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["facts_of", "facts_of_taking_in"]


def facts_of(space: Workspace, *, transcripts: Collection[str] | None = None, verify: bool = True) -> Facts:
    """Return the facts of a study, about all its transcripts or those named.

    ``verify`` checks the whole log as well (LOG-01); without it that is left unanswered.
    """
    people = space.participants()
    all_records = space.transcripts()
    records = {key: one for key, one in all_records.items() if transcripts is None or key in transcripts}
    story = Story(set(people), {key: one.participants for key, one in all_records.items()})
    for entry in space.vault.log.entries():
        story.read(entry)
    outcome = verify_log(space.places.study).outcome if verify else None
    return Facts(
        project=_project(space),
        participants=tuple(_participant(space, key, record) for key, record in people.items()),
        transcripts=_transcripts(space, records, story),
        holds=_holds(space),
        obligations=_obligations(space),
        requests=tuple(policy.Request(**body) for body in story.requests),
        recordings=tuple(policy.Recording(**body) for body in story.recordings.values()),
        member_checks=tuple(
            policy.MemberCheck(what=one.what, due=one.due, answer=one.answer)
            for one in member_checks(space).values()
        ),
        member_checks_waiting=len(open_checks(space)),
        keys=policy.Keys(
            warnings=_keys_warnings(space),
            slots=tuple(story.slots.values()),
            recovery=len(story.recovery),
            self_test=True,
            destroyed=story.closed,
            neutral_codes=_codes_neutral(space, all_records),
        ),
        risk=policy.Risk(**story.risk),
        publication=policy.Publication(
            quotes=len(story.quotes),
            linkability=tuple(story.quotes.values()),
            sample_table=story.sample_table,
            institutions=tuple(story.pools),
        ),
        incidents=tuple(policy.Incident(**body) for body in story.incidents.values()),
        waivers=_waivers(space),
        first_ingest=story.first_ingest,
        restricted_touched=story.touched,
        exported_label=story.label,
        closed=story.closed,
        log_intact=None if outcome is None else outcome is not Outcome.BROKEN,
        log_anchored=None if outcome is None else outcome is Outcome.CONFIRMED,
    )


def facts_of_taking_in(space: Workspace, participants: Collection[str]) -> Facts:
    """Return what must be known before a transcript of these participants comes in.

    The project, its duties, where the keys are, and of people only those named; they are counted as taking part in
    the one transcript that is not there yet. Reads no log: it is asked for every file.
    """
    known = space.participants()
    people = {key: known[key] for key in participants if key in known}
    slots = space.vault.slots() if space.vault.slot_id else ()
    coming = policy.Transcript(number=0, participants=tuple(people), state="ingested")
    return Facts(
        project=_project(space),
        participants=tuple(_participant(space, key, record) for key, record in people.items()),
        transcripts=(coming,) if people else (),
        holds=_holds(space),
        obligations=_obligations(space),
        recordings=tuple(policy.Recording() for _ in space.vault.all("recording")),
        keys=policy.Keys(
            warnings=_keys_warnings(space),
            slots=tuple(tuple(one.masters) for one in slots if not one.recovery) if slots else None,
            recovery=sum(one.recovery for one in slots),
            # Whoever opened the study was refused if its folders stood in each other (vault, Places.check).
            self_test=True,
        ),
        waivers=_waivers(space),
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


def _keys_warnings(space: Workspace) -> tuple[str, ...] | None:
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


def _transcripts(
    space: Workspace, records: Mapping[str, TranscriptRecord], story: Story
) -> tuple[policy.Transcript, ...]:
    pack, rules = space.pack.digest, rules_digest(space.pack) if records else ""
    return tuple(
        policy.Transcript(
            number=one.number,
            participants=one.participants,
            state=one.state(pack).value,
            reviewed=one.is_reviewed,
            stale=bool(one.stale_because(pack, rules)),
            leaks=one.leaks,
            problems=one.problems,
            unresolved=sum(one.unresolved.values()),
            types=story.types.get(key),
            gender_neutralised=story.gender.get(key),
        )
        for key, one in records.items()
    )


def _codes_neutral(space: Workspace, records: Mapping[str, TranscriptRecord]) -> bool | None:
    """Tell whether the codes are no running numbers in the order of the interviews; initials only a name would show."""
    order: dict[str, None] = {}
    for record in records.values():
        order.update(dict.fromkeys(record.participants))
    people = space.participants()
    codes = [people[key].code for key in order if key in people]
    if not codes:
        return None
    parts = [re.fullmatch(r"(\D*)(\d+)", code) for code in codes]
    numbers = [int(one[2]) for one in parts if one is not None]
    same_word = len({one[1] for one in parts if one is not None}) == 1
    running = len(codes) > 1 and len(numbers) == len(codes) and same_word
    return not (running and numbers == list(range(numbers[0], numbers[0] + len(numbers))))
