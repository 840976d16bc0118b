"""The detect stage: every sealed transcript searched, names found once looked for everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from anonymizer.data import Gender
from anonymizer.detect import Detector, add_names, found_names, names_occur, rules_digest
from anonymizer.model import Action, Detection, Finding, KnownPerson, Tier, Transcript
from anonymizer.pseudonymise import propose_neutral
from anonymizer.study.decisions import order_of, question
from anonymizer.study.holds import workable
from anonymizer.study.people import known_people
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change, Master

__all__ = ["Detected", "Progress", "add_findings", "detect_study", "mark_known_names"]

Progress = Callable[[str, int, int], None]
"""Called with a stage, how many transcripts are done and how many there are."""

STALE_NAME = "known-name"
"""Someone was added to the register whose name stands in the transcript."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What detection of one transcript gave."""

    transcript: str
    findings: int
    problems: tuple[str, ...]


def needs_detection(record: TranscriptRecord, digest: str) -> bool:
    """Tell whether a transcript was never searched, or not by the rules and names in force."""
    return record.findings_object is None or record.detector != digest or bool(record.stale)


def detect_study(space: Workspace, *, progress: Progress | None = None) -> tuple[Detected, ...]:
    """Search every transcript that needs it; one change of the study for each.

    A name found in one transcript is then looked for in all (architecture.md). Decisions stand; those a new run
    sees otherwise are marked as questioned. A transcript that could not be searched whole is INCOMPLETE.
    """
    space.need(Master.IDENTITY, Master.WORK)
    digest = rules_digest(space.pack)
    transcripts = workable(space)
    due = [key for key, record in transcripts.items() if needs_detection(record, digest)]
    if not due:
        return ()
    detector = Detector(space.pack, known_people(space))
    originals = {key: space.original(space.transcript(key)) for key in transcripts}
    found: dict[str, Detection] = {}
    for done, key in enumerate(due):
        if progress is not None:
            progress("detect", done, len(due))
        found[key] = _with_proposals(space, key, originals[key], detector.detect(originals[key]))
    if progress is not None:
        progress("detect", len(due), len(due))
    everything: dict[str, Sequence[Finding]] = {
        key: found[key].findings if key in found else space.findings(space.transcript(key), transcript)
        for key, transcript in originals.items()
    }
    names = found_names(finding for findings in everything.values() for finding in findings)
    outcome = []
    for key, transcript in originals.items():
        record = space.transcript(key)
        before = everything[key]
        after = add_names(transcript, before, names, space.pack)
        if key not in found and tuple(after) == tuple(before):
            continue
        problems = found[key].problems if key in found else ()
        _save(space, key, record, transcript, after, problems, detector.digest, new=key in found)
        outcome.append(Detected(key, len(after), problems))
    return tuple(outcome)


def _with_proposals(space: Workspace, key: str, transcript: Transcript, found: Detection) -> Detection:
    """Add what tells a participant's own gender, for a person to decide, where the pack neutralises it."""
    if space.pack.gender is not Gender.NEUTRALISE:
        return found
    more = propose_neutral(transcript, found.findings, space.source(key).speakers)
    return replace(found, findings=tuple(sorted((*found.findings, *more), key=order_of)))


def _save(
    space: Workspace,
    key: str,
    record: TranscriptRecord,
    transcript: Transcript,
    findings: Sequence[Finding],
    problems: Sequence[str],
    digest: str,
    *,
    new: bool,
    source: str = "detector",
) -> None:
    old = space.findings(record, transcript)
    decisions = space.decisions(record)
    asked = question(old, findings, decisions) if record.findings_object is not None else decisions
    with space.vault.change() as tx:
        if tuple(old) != tuple(findings) or record.findings_object is None:
            record = space.seal_findings(tx, key, record, findings)
        if asked != decisions:
            record = space.seal_decisions(tx, key, record, asked)
        update: dict[str, object] = {"stale": ()}
        if record.stale:
            # Who is known decides which rejections bind, even where the same words are found as before.
            update["made_from"] = None
        if new:
            update |= {"detector": digest, "problems": len(problems)}
        counts = _counts(findings)
        update["found"] = {name: sum(by_type.values()) for name, by_type in counts.items()}
        record = record.model_copy(update=update)
        space.save_transcript(tx, key, record)
        space.log_identity(tx, "detect", 1)
        _log(tx, key, record, counts, source)


def _counts(findings: Iterable[Finding]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in (*(tier.value for tier in Tier), "flagged")
    }
    for finding in findings:
        place = "flagged" if finding.action is Action.FLAG else finding.tier.value
        counts[place][finding.entity_type.value] += 1
    return counts


def add_findings(space: Workspace, key: str, transcript: Transcript, more: Sequence[Finding]) -> None:
    """Seal further findings of a searched transcript: names of the key table that detection did not find."""
    record = space.transcript(key)
    findings = sorted((*space.findings(record, transcript), *more), key=order_of)
    _save(space, key, record, transcript, findings, (), record.detector or "", new=False, source="register")


def _log(
    tx: Change, key: str, record: TranscriptRecord, counts: Mapping[str, Counter[str]], source: str
) -> None:
    details: dict[str, object] = {name: dict(by_type) for name, by_type in counts.items()}
    details |= {
        "version": record.version,
        "status": "incomplete" if record.problems else "complete",
        "rules": record.detector,
        "unresolved": 0,
        "source": source,
    }
    if record.problems:
        details["problems"] = record.problems
    tx.log("detection.done", object_id=key, details=details)


def mark_known_names(space: Workspace, people: Sequence[KnownPerson]) -> tuple[str, ...]:
    """Mark as stale exactly the transcripts in which a newly known name stands; return their ids."""
    marked = _naming(space, people)
    if marked:
        with space.vault.change() as tx:
            _mark(space, tx, marked)
            space.log_identity(tx, "register", len(people))
    return tuple(key for key, _ in marked)


def mark_within(space: Workspace, tx: Change, people: Sequence[KnownPerson]) -> None:
    """Do the same within the change that makes the names known, so that no crash can come between."""
    _mark(space, tx, _naming(space, people))


def _naming(space: Workspace, people: Sequence[KnownPerson]) -> list[tuple[str, TranscriptRecord]]:
    marked = []
    searched = [
        (key, record) for key, record in space.transcripts().items() if record.findings_object is not None
    ]
    if not searched or not people:
        return []
    for key, record in searched:
        if STALE_NAME not in record.stale and names_occur(space.original(record), people):
            marked.append((key, record))
    return marked


def _mark(space: Workspace, tx: Change, marked: Sequence[tuple[str, TranscriptRecord]]) -> None:
    for key, record in marked:
        space.save_transcript(tx, key, record.model_copy(update={"stale": (*record.stale, STALE_NAME)}))
        tx.log("transcript.stale", object_id=key, details={"cause": STALE_NAME})
