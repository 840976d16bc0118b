"""The snapshot that the checks read, assembled from what the study holds in plain: records, log, pack, study.yaml.

Opens no key and reads no transcript. What is recorded nowhere stays ``None``, and the check says that evidence is
missing. What happened (recordings, requests, risk) is read from the log, whose words are fixed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymizer import policy
from anonymizer.audit import Entry, Outcome
from anonymizer.detect import rules_digest
from anonymizer.errors import AnonymizerError
from anonymizer.formats import DEFAULT, read_manuscript
from anonymizer.participants import Basis, ProjectProfile, one_month
from anonymizer.policy import Facts, Severity, lint_letter
from anonymizer.study.consenting import capacity_of, ground_of, sample_of
from anonymizer.study.holds import holds
from anonymizer.study.log import verify_log
from anonymizer.study.memberchecks import member_checks, open_checks
from anonymizer.study.obligations import obligations
from anonymizer.study.project import project_of
from anonymizer.study.records import ParticipantRecord, TranscriptRecord
from anonymizer.study.waiving import waivers
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["facts_of"]

_TOUCHES = {
    "detection.done",
    "decision.made",
    "transcript.reviewed",
    "transcript.pseudonymised",
    "export.made",
    "quote.added",
}


def facts_of(space: Workspace, *, transcripts: Collection[str] | None = None, verify: bool = True) -> Facts:
    """Return the facts of a study, about all its transcripts or those named.

    ``verify`` checks the whole log as well (LOG-01); without it that is left unanswered.
    """
    people = space.participants()
    all_records = space.transcripts()
    records = {key: one for key, one in all_records.items() if transcripts is None or key in transcripts}
    story = _Story(set(people), {key: one.participants for key, one in all_records.items()})
    for entry in space.vault.log.entries():
        story.read(entry)
    today = utc_now().date()
    outcome = verify_log(space.places.study).outcome if verify else None
    return Facts(
        project=_project(space),
        participants=tuple(_participant(space, key, record) for key, record in people.items()),
        transcripts=_transcripts(space, records, story),
        holds=tuple(
            policy.Hold(participant=one.participant, cause=one.cause, since=one.since)
            for one in holds(space).values()
        ),
        obligations=tuple(
            policy.Obligation(duty=one.duty, due=one.due, met=one.met, evidence=one.evidence, cause=one.cause)
            for one in obligations(space).values()
        ),
        requests=tuple(policy.Request(**body) for body in story.requests),
        recordings=tuple(policy.Recording(**body) for body in story.recordings.values()),
        member_checks=tuple(
            policy.MemberCheck(what=one.what, due=one.due, answer=one.answer)
            for one in member_checks(space).values()
        ),
        member_checks_waiting=len(open_checks(space)),
        keys=_keys(space, story, _codes_neutral(space, all_records)),
        risk=policy.Risk(**story.risk),
        publication=policy.Publication(
            quotes=len(story.quotes),
            linkability=tuple(story.quotes.values()),
            sample_table=story.sample_table,
            institutions=tuple(story.pools),
        ),
        incidents=tuple(policy.Incident(**body) for body in story.incidents.values()),
        waivers=tuple(
            policy.Waiver(rule=one.rule, reason=one.reason, expires=one.expires)
            for one in waivers(space).values()
            # A waiver for one thing is that thing's; these are for the rule as a whole.
            if one.holds(today) and not one.about
        ),
        first_ingest=story.first_ingest,
        restricted_touched=story.touched,
        exported_label=story.label,
        closed=story.closed,
        log_intact=None if outcome is None else outcome is not Outcome.BROKEN,
        log_anchored=None if outcome is None else outcome is Outcome.CONFIRMED,
    )


@dataclass
class _Story:
    """What the log tells, read entry by entry."""

    people: set[str]
    speakers: Mapping[str, tuple[str, ...]]
    types: dict[str, dict[str, int]] = field(default_factory=dict)
    gender: dict[str, bool] = field(default_factory=dict)
    recordings: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    quotes: dict[str, str] = field(default_factory=dict)
    pools: list[int | None] = field(default_factory=list)
    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    risk: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sample_table: bool = False
    label: str | None = None
    closed: bool = False
    first_ingest: dt.date | None = None
    touched: int = 0
    _restricted: set[str] = field(default_factory=set)

    def read(self, entry: Entry) -> None:
        """Take in one entry."""
        details, about = entry.details, entry.object or ""
        day = dt.date.fromisoformat(entry.time[:10])
        if entry.action in _TOUCHES and self._restricted:
            told = {about, *details.get("transcripts", ()), str(details.get("transcript", ""))}
            self.touched += any(self._restricted & set(self.speakers.get(one, ())) for one in told)
        handler = getattr(self, "_on_" + re.sub(r"[.-]", "_", entry.action), None)
        if handler is not None:
            handler(details, about, day)

    def _on_transcript_ingested(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.first_ingest = min(day, self.first_ingest or day)

    def _on_detection_done(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        found: dict[str, int] = {}
        for group in ("direct", "strong", "indirect", "flagged"):
            for name, count in details[group].items():
                found[name] = found.get(name, 0) + count
        self.types[about] = found

    def _on_transcript_pseudonymised(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        if "gender_neutralised" in details:
            self.gender[about] = details["gender_neutralised"]

    def _on_decision_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        if details["decision"] == "keep" and details["type"] == "ORGANIZATION":
            self.pools.append(details.get("pool"))

    def _on_institution_named(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.pools.append(details["pool"])

    def _on_audio_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.recordings[about] = {"recorder": details.get("recorder"), "due": details.get("due")}

    def _on_audio_deleted(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.recordings.setdefault(about, {})["deleted"] = day

    def _on_right_requested(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        due = dt.date.fromisoformat(details["due"])
        self.requests.append({"right": details["right"], "due": due, "about": about})

    def _on_right_answered(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        waiting = [one for one in self.requests if one["about"] == about and "answered" not in one]
        mine = [one for one in waiting if one["right"] == details["right"]]
        one = mine[0] if mine else {"right": details["right"], "due": day, "about": about}
        if not mine:
            self.requests.append(one)
        if details["answer"] == "extended":
            one["due"] = one_month(one["due"], 2)
            return
        one.update(answered=day, answer=details["answer"], exception=details.get("exception"))

    def _on_restriction_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.add(about)

    def _on_objection_recorded(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.add(about)

    def _on_restriction_lifted(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.discard(about)

    def _on_quote_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.quotes[about] = details["linkable"]

    def _on_quote_removed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.quotes.pop(about, None)

    def _on_sample_table_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.sample_table = details["rows"] > 0

    def _on_risk_assessed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        names = ("unique", "below", "threshold", "small_places")
        self.risk.update({name: details.get(name) for name in names})
        self.risk["small_places"] = details.get("small_places")

    def _on_risk_signed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.risk.update({name: details[name] for name in ("singling_out", "linkability", "inference")})

    def _on_recall_sampled(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.risk.update({name: details[name] for name in ("sampled", "missed")})

    def _on_incident_recorded(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.incidents[about] = {"discovered": details["discovered"], "report": details["report"]}

    def _on_slot_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.slots[about] = tuple(details["masters"])

    def _on_recovery_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        # The printed key opens all, but it is no person: it counts for the key table, not for access.
        self.slots[about] = ("identity",)

    def _on_slot_removed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.slots.pop(about, None)

    def _on_export_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.label = details.get("label", self.label)

    def _on_label_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.label = details["label"]

    def _on_study_closed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        # Closing destroys the key table, every data key but the study's own, and the sealed recordings with them.
        self.closed = True
        for one in self.recordings.values():
            one.setdefault("deleted", day)


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
        text = _text_of(space.places.study / str(body["file"]))
        if text is not None:
            identifying = space.pack.participants.identity == "required" or profile.recording
            faults = lint_letter(text, identifying=identifying)
            found = {
                "faults": tuple(one.key for one in faults if one.severity is Severity.BLOCK),
                "warnings": tuple(one.key for one in faults if one.severity is not Severity.BLOCK),
            }
    return policy.Letter(**{**body, **found})


def _text_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return read_manuscript(file.read(DEFAULT.source + 1), path.name).text
    except (OSError, AnonymizerError):
        return None


def _transcripts(
    space: Workspace, records: Mapping[str, TranscriptRecord], story: _Story
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


def _keys(space: Workspace, story: _Story, neutral: bool | None) -> policy.Keys:
    seen = space.places.keys.is_dir()
    return policy.Keys(
        warnings=tuple(one.value for one in space.places.keys_warnings()) if seen else None,
        slots=tuple(story.slots.values()),
        # Whoever opened the study was refused if its folders stood in each other (vault, Places.check).
        self_test=True,
        destroyed=story.closed,
        neutral_codes=neutral,
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
