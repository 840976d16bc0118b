"""The copy a participant may have of their own material (GDPR art. 15 and 20), with third persons masked.

It is identifiable, so it goes only where it is told to, never into the study's folder, and becomes an obligation.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymizer.errors import GateRefused
from anonymizer.model import EntityType, Finding, Standard, Tier, Transcript
from anonymizer.participants import INTERVIEWER, Basis, Duty, rights_wordings
from anonymizer.pseudonymise import Edit, fold, rewrite_turn, written_standard
from anonymizer.study.access_letter import access_letter
from anonymizer.study.audio import recordings
from anonymizer.study.consenting import capacity_of, ground_of, sample_of
from anonymizer.study.decisions import effective
from anonymizer.study.handing import build_folder, outside_study
from anonymizer.study.holds import holds
from anonymizer.study.obligations import open_obligation
from anonymizer.study.people import known_people, row_of
from anonymizer.study.project import letter_of, project_of
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.rejecting import KnownHere, binding
from anonymizer.study.rights import Right, answer
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import Master

__all__ = ["AccessCopy", "access_copy"]

_SOMEONE = frozenset(
    {EntityType.PERSON, EntityType.PHONE_NUMBER, EntityType.EMAIL_ADDRESS, EntityType.USERNAME}
)
"""What points at a third person by itself, beyond everything of the direct tier."""


@dataclass(frozen=True, slots=True)
class AccessCopy:
    """What was written: the folder, how many transcripts, how many mentions of third persons are masked."""

    folder: Path
    transcripts: int
    masked: int


def access_copy(space: Workspace, participant: str, to: Path, *, portable: bool = False) -> AccessCopy:
    """Write a participant's copy into a new folder: a letter, what the register holds, consents, every transcript.

    In a group interview only the participant's own turns and the questions are theirs. ``portable`` logs it as
    portability. Raises ``GateRefused`` for a transcript that was not searched yet, since nobody is masked there.
    """
    space.need(*Master)
    if portable:
        _gate_portability(space, participant)
    target = outside_study(space, to)
    names = _own_names(space, participant)
    texts: dict[str, str] = {}
    interviews: list[dict[str, Any]] = []
    masked = 0
    for key, record in space.transcripts().items():
        if participant not in record.participants:
            continue
        turns, count = _turns(space, key, record, participant, names)
        masked += count
        texts[f"interview-{record.number}.txt"] = "\n\n".join(
            f"{turn['speaker']}: {turn['text']}" for turn in turns
        )
        interviews.append({"number": record.number, "version": record.version, "turns": turns})
    mark = rights_wordings().third_person.say(Standard.BOKMAAL)
    body = {
        "made": utc_now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "register": {
            key: value
            for key, value in space.identities().get(participant, {}).items()
            if value and key not in {"seen", "third_persons"}
        },
        "third_persons": [
            {"relation": one.relation, "name": mark} for one in row_of(space, participant).third_persons
        ],
        "consent": [one.model_dump(mode="json") for one in space.participants()[participant].consent],
        "capacity": capacity_of(space, participant),
        "restrictions": [
            one.model_dump(mode="json", exclude={"participant"}) for one in holds(space, participant).values()
        ],
        "recordings": [
            one.model_dump(mode="json", include={"recorded", "delete", "due"})
            for one in recordings(space).values()
            if participant in one.participants
        ],
        "interviews": interviews,
        "used": _used(space, participant),
    }
    texts["les-meg.txt"] = access_letter(
        project_of(space), letter_of(space, participant), utc_now().date(), portable=portable
    )
    texts["copy.json"] = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    building = build_folder(target, {name: text.encode() for name, text in texts.items()}, space.profile.id)
    try:
        with space.vault.change() as tx:
            tx.log("keytable.read", details={"purpose": "access", "rows": 1})
            tx.log(
                "access-copy.made",
                object_id=participant,
                rule="RGT-04",
                details={"format": "json", "transcripts": len(interviews), "third_persons_masked": masked},
            )
            open_obligation(
                space,
                tx,
                Duty.DELETE_COPY,
                about=participant,
                owner=participant,
                place=str(target),
                cause="access",
            )
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if target.exists():
        target.rmdir()
    building.replace(target)
    answer(space, participant, Right.PORTABILITY if portable else Right.ACCESS)
    return AccessCopy(target, len(interviews), masked)


def _gate_portability(space: Workspace, participant: str) -> None:
    """Raise ``GateRefused`` (PRJ-06) where the material does not rest on consent (GDPR art. 20(1)(a))."""
    sample = sample_of(space, participant)
    if (sample is not None and sample.basis is not Basis.CONSENT) or (
        ground_of(space, participant) is not None and not space.participants()[participant].consent
    ):
        raise GateRefused(
            "portability holds only where the legal basis is consent",
            rule="PRJ-06",
            hint="answer the request with a refusal, or give an access copy: without --portable",
        )


def _own_names(space: Workspace, participant: str) -> frozenset[str]:
    body = space.identities().get(participant, {})
    whole = [
        fold(name)
        for name in (body.get("name", ""), *body.get("aliases", ()), body.get("contact", ""))
        if name
    ]
    return frozenset({*whole, *(word for name in whole for word in name.split())})


def _turns(
    space: Workspace, key: str, record: TranscriptRecord, participant: str, names: frozenset[str]
) -> tuple[list[dict[str, Any]], int]:
    if record.findings_object is None or record.problems:
        raise GateRefused(
            "the transcript was not searched whole, so that third persons are not known",
            rule="RGT-04",
            where=f"transcript {record.number}",
            hint="run: anonymizer detect",
        )
    transcript = space.original(record)
    decisions = binding(KnownHere.of(transcript, known_people(space)), space.decisions(record))
    findings = effective(transcript, space.findings(record, transcript), decisions)
    speakers = space.source(key).speakers
    mark = rights_wordings().third_person.say(written_standard(transcript))
    edits: dict[int, list[Edit]] = {}
    for finding in findings:
        if finding.turn is not None and _is_someone_else(finding, names):
            edits.setdefault(finding.turn, []).append(Edit(finding.start, finding.end, mark))
    turns, masked = [], 0
    for at, (turn, who) in enumerate(_own(transcript, speakers, participant)):
        if who is None:
            turns.append(
                {"speaker": "–", "text": rights_wordings().other_turn.say(written_standard(transcript))}
            )
            continue
        changed = rewrite_turn(turn, edits.get(at, ()))
        masked += len(edits.get(at, ()))
        turns.append({"speaker": "I" if who == INTERVIEWER else "R", "text": changed.text})
    return turns, masked


def _own(
    transcript: Transcript, speakers: Mapping[str, str], participant: str
) -> list[tuple[Any, str | None]]:
    """Return each turn with who speaks: the participant, ``interviewer``, or ``None`` for another participant."""
    result: list[tuple[Any, str | None]] = []
    for turn in transcript.turns:
        who = participant if turn.speaker is None else speakers.get(turn.speaker, INTERVIEWER)
        result.append((turn, who if who in {participant, INTERVIEWER} else None))
    return result


def _is_someone_else(finding: Finding, names: frozenset[str]) -> bool:
    points = finding.entity_type in _SOMEONE or finding.tier is Tier.DIRECT
    return points and fold(finding.text).removesuffix("s") not in names and fold(finding.text) not in names


def _used(space: Workspace, participant: str) -> list[dict[str, str]]:
    """Return what the log says was done with the participant's material: times and words, no one's name."""
    about = {participant} | {
        key for key, one in space.transcripts().items() if participant in one.participants
    }
    return [
        {"time": entry.time, "what": entry.action}
        for entry in space.vault.log.entries()
        if entry.object in about
    ]
