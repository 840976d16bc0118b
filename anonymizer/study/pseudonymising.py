"""The pseudonymise stage: who is who, surrogates drawn once, every due transcript written anew and swept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from anonymizer.data import DialectPolicy, Pack
from anonymizer.model import Decision, EntityType, Finding, KnownPerson, Standard, Transcript, Verdict
from anonymizer.participants import INTERVIEWER
from anonymizer.pseudonymise import (
    KeyTable,
    Leak,
    Material,
    TextEdit,
    extend,
    pseudonymise,
    sweep,
    written_standard,
)
from anonymizer.study.decisions import effective, text_at
from anonymizer.study.detecting import Progress, add_findings
from anonymizer.study.holds import workable
from anonymizer.study.people import known_people, related_people
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.rejecting import KnownHere, binding
from anonymizer.study.workspace import Source, Workspace
from anonymizer.vault import Master

__all__ = ["Cleaned", "pseudonymise_study"]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What pseudonymising one transcript gave: ``leaks`` known names still there, ``unresolved`` (reason → count)."""

    transcript: str
    replaced: int
    unresolved: dict[str, int]
    leaks: int


@dataclass(frozen=True, slots=True)
class _Due:
    key: str
    record: TranscriptRecord
    transcript: Transcript
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    source: Source


def pseudonymise_study(space: Workspace, *, progress: Progress | None = None) -> tuple[Cleaned, ...]:
    """Write every due transcript anew; INCOMPLETE and stale ones wait. One change of the study for each.

    The key table grows first, in a change of its own. It may turn a mark of a transcript written earlier (a
    second small place makes the first one number 1), so that every transcript is made again and compared.
    """
    ready = {
        key: record
        for key, record in workable(space).items()
        if record.findings_object is not None and not record.problems and not record.stale
    }
    digest = space.pack.digest
    if not any(not record.is_written(digest) for record in ready.values()):
        return ()
    space.need(Master.IDENTITY, Master.WORK)
    known = known_people(space)
    work = [_gather(space, key, record, known) for key, record in ready.items()]
    table = _grow(space, work, known)
    overlooked = [due.key for due in work if _take_up(space, due, table)]
    if overlooked:
        work = [
            _gather(space, due.key, space.transcript(due.key), known) if due.key in overlooked else due
            for due in work
        ]
        table = _grow(space, work, known)
    result = []
    for done, due in enumerate(work):
        if progress is not None:
            progress("pseudonymise", done, len(work))
        outcome = _write(space, due, table, digest)
        if outcome is not None:
            result.append(outcome)
    if progress is not None:
        progress("pseudonymise", len(work), len(work))
    return tuple(result)


def _gather(space: Workspace, key: str, record: TranscriptRecord, known: Sequence[KnownPerson]) -> _Due:
    transcript = space.original(record)
    decisions = binding(KnownHere.of(transcript, known), space.decisions(record))
    findings = effective(transcript, space.findings(record, transcript), decisions)
    return _Due(key, record, transcript, findings, decisions, space.source(key))


def _grow(space: Workspace, work: list[_Due], known: Sequence[KnownPerson]) -> KeyTable:
    stored = space.key_table()
    people = [person for person in known if person.key != INTERVIEWER and person.relation is None]
    old = stored.register(people, [person for person in known if person.key == INTERVIEWER])
    old = old.relate(_related(space, work))
    new = extend(
        old,
        [
            Material(due.transcript, due.findings, space.owner_of(due.key, due.record), due.source.speakers)
            for due in work
        ],
        space.pack,
    )
    if list(stored.rows()) != list(new.rows()):
        with space.vault.change("draw-surrogates") as tx:
            count = space.save_key_table(tx, stored, new)
            space.log_identity(tx, "pseudonymise", count)
            tx.log(
                "surrogates.drawn",
                details={"scheme": space.pack.participants.naming.value, "count": count},
            )
    return new


def _related(space: Workspace, work: list[_Due]) -> dict[str, tuple[KnownPerson, ...]]:
    """Return the third persons of the register by the owner of the transcripts in which they may be spoken of."""
    by_participant = related_people(space)
    owners: dict[str, tuple[KnownPerson, ...]] = dict(by_participant)
    for due in work:
        owner = space.owner_of(due.key, due.record)
        if owner == due.key:
            owners[owner] = tuple(
                one for who in due.record.participants for one in by_participant.get(who, ())
            )
    return {owner: people for owner, people in owners.items() if people}


def _take_up(space: Workspace, due: _Due, table: KeyTable) -> bool:
    """Make findings of the names that the key table knows and detection did not find here; say if there were any."""
    more = tuple(
        Finding(
            entity_type=EntityType.PERSON,
            start=leak.start,
            end=leak.end,
            text=due.transcript.turns[leak.turn].text[leak.start : leak.end],
            score=_KEY_TABLE_SCORE,
            recognizer="key-table",
            turn=leak.turn,
            speaker=due.transcript.turns[leak.turn].speaker,
            tier=space.pack.tier(EntityType.PERSON),
            action=space.pack.action(EntityType.PERSON),
        )
        for leak in _named_leaks(space, due, due.transcript, table)
        if leak.turn is not None
        and leak.part is None
        and not any(
            each.turn == leak.turn and each.start < leak.end and leak.start < each.end
            for each in due.findings
        )
    )
    if more:
        add_findings(space, due.key, due.transcript, more)
    return bool(more)


def _write(space: Workspace, due: _Due, table: KeyTable, digest: str) -> Cleaned | None:
    owner = space.owner_of(due.key, due.record)
    made = pseudonymise(
        due.transcript,
        due.findings,
        table,
        space.pack,
        speakers=due.source.speakers,
        owner=owner,
        edits=_dialect_edits(space.pack, due.transcript),
    )
    record = due.record
    same = record.clean_object is not None and space.clean(record) == made.transcript
    if same and record.is_written(digest):
        return None
    leaks = len(_named_leaks(space, due, made.transcript, table))
    unresolved = dict(Counter(note.reason for note in made.unresolved))
    replaced: Counter[str] = Counter()
    for (entity_type, _), count in made.replaced.items():
        replaced[entity_type.value] += count
    with space.vault.change() as tx:
        if not same:
            record = space.seal_clean(tx, due.key, record, made.transcript)
            record = record.model_copy(update={"clean_generation": record.clean_generation + 1})
        record = record.model_copy(
            update={
                "made_from": record.inputs(digest),
                "replaced": dict(replaced),
                "unresolved": unresolved,
                "left": dict(Counter(note.entity_type.value for note in made.left)),
                "leaks": leaks,
                "choices": {**asdict(made.choices), "naming": made.choices.naming.value},
            }
        )
        space.save_transcript(tx, due.key, record)
        space.log_identity(tx, "pseudonymise", 1)
        tx.log(
            "transcript.pseudonymised",
            object_id=due.key,
            details={
                "version": record.version,
                "scheme": made.choices.naming.value,
                "replaced": dict(replaced),
                "unresolved": len(made.left),
                "dialect": _DIALECT[space.pack.dialect.policy],
                "gender_neutralised": made.choices.neutralised_gender,
                "dates_shifted": made.choices.shifted_dates,
                "third_persons": made.third_persons,
                "ciphertext": space.vault.info(record.clean_object or "").digest,
            },
        )
    return Cleaned(due.key, sum(replaced.values()), unresolved, leaks)


_KEY_TABLE_SCORE = 0.6
"""A name known from elsewhere that no recogniser saw here: likely, and for a person to look at."""

_DIALECT = {
    DialectPolicy.KEEP: "kept",
    DialectPolicy.FLAG: "flagged",
    DialectPolicy.NORMALISE: "normalised",
}


def _dialect_edits(pack: Pack, transcript: Transcript) -> tuple[TextEdit, ...]:
    """Return the dialect words to be written in the standard, where the pack normalises; findings go before them."""
    if pack.dialect.policy is not DialectPolicy.NORMALISE:
        return ()
    from anonymizer.detect.dialect import edits  # noqa: PLC0415 - its model is loaded where dialect is rewritten

    to = written_standard(transcript) if pack.dialect.to == "standard" else Standard(pack.dialect.to)
    return tuple(
        TextEdit(at, edit.start, edit.end, edit.replacement)
        for at, turn in enumerate(transcript.turns)
        for edit in edits(turn.text, to)
    )


def _named_leaks(space: Workspace, due: _Due, text: Transcript, table: KeyTable) -> list[Leak]:
    """Return where names of known people stand in a transcript, but for those that a person has said may stand."""
    allowed = {
        text_at(due.transcript, each.turn, each.part)[each.start : each.end].casefold()
        for each in due.decisions
        if each.verdict is Verdict.REJECT
    }
    named = {row.id for row in table.participants}
    named |= {row.id for row in table.staff} | {row.id for row in table.persons}
    owners = {space.owner_of(due.key, due.record), *due.record.participants}
    found = []
    for leak in sweep(text, table, owners=owners):
        if leak.part == "speaker" and leak.turn is not None:
            stands = text.turns[leak.turn].speaker or ""
        else:
            stands = text_at(text, leak.turn, leak.part)
        if leak.row_id in named and stands[leak.start : leak.end].casefold() not in allowed:
            found.append(leak)
    return found
