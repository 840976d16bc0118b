"""What stays when something is taken out: transcripts written anew without it, and a key table that forgot it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from anonymizer.model import Role, Transcript, Turn
from anonymizer.participants import GroupWithdrawal, rights_wordings
from anonymizer.pseudonymise import (
    Edit,
    KeyTable,
    OrganisationRow,
    PersonRow,
    PlaceRow,
    fold,
    rewrite_turn,
    written_standard,
)
from anonymizer.study.lineage import Lineage, mentions_of, turns_of
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.rewriting import rewrite
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change

__all__ = ["blank", "edited", "forget_unsaid", "prune_withdrawn", "without_name", "without_turns"]

Row = TypeVar("Row", PersonRow, PlaceRow, OrganisationRow)


def without_turns(space: Workspace, tx: Change, found: Lineage) -> list[tuple[str, TranscriptRecord, int]]:
    """Write shared transcripts anew without the participant's turns, or, as the letter says, without who spoke them."""
    result = []
    for key, record in found.shared.items():
        old, source = space.original(record), space.source(key)
        spoken = turns_of(space, key, found.participant)
        speakers = {label: who for label, who in source.speakers.items() if who != found.participant}
        new = masked(space, old, found.participant)
        words = rights_wordings()
        standard = written_standard(old)
        if found.group is GroupWithdrawal.REMOVE_TURNS:
            mark = words.turn_withdrawn.say(standard)
            new = replace(
                new, turns=tuple(blank(t, mark) if at in spoken else t for at, t in enumerate(new.turns))
            )
        else:
            label = _free_label(words.kept_label.say(standard), speakers)
            # Somebody of this group, no longer known whom: the transcript itself stands for them.
            speakers[label] = key
            new = replace(
                new,
                turns=tuple(
                    replace(t, speaker=label, role=Role.PARTICIPANT) if at in spoken else t
                    for at, t in enumerate(new.turns)
                ),
            )
        staying = tuple(who for who in record.participants if who != found.participant)
        done = rewrite(space, tx, key, record, new, speakers=speakers, participants=staying)
        removed = len(spoken) if found.group is GroupWithdrawal.REMOVE_TURNS else 0
        result.append((key, done.record, removed))
        _log_rewritten(space, tx, key, done.record, removed)
    return result


def without_name(space: Workspace, tx: Change, found: Lineage) -> list[tuple[str, TranscriptRecord, int]]:
    """Write others' transcripts anew without the participant's name."""
    result = []
    for key, record in found.mentioned.items():
        source = space.source(key)
        new = masked(space, space.original(record), found.participant)
        done = rewrite(space, tx, key, record, new, speakers=source.speakers)
        result.append((key, done.record, 0))
        _log_rewritten(space, tx, key, done.record, 0)
    return result


def _log_rewritten(space: Workspace, tx: Change, key: str, record: TranscriptRecord, removed: int) -> None:
    info = space.vault.info(record.text_object)
    tx.log(
        "transcript.rewritten",
        object_id=key,
        rule="RGT-02",
        details={
            "version": record.version,
            "turns_removed": removed,
            "generation": info.generation,
            "ciphertext": info.digest,
        },
    )


def blank(turn: Turn, mark: str) -> Turn:
    """Return a turn of which only a mark is left: no words, no speaker, its times."""
    emptied = rewrite_turn(turn, (Edit(0, len(turn.text), mark),)) if turn.text else replace(turn, text=mark)
    return replace(emptied, speaker=None, role=Role.UNKNOWN, words=())


def masked(space: Workspace, transcript: Transcript, participant: str) -> Transcript:
    """Return a transcript in which a mark stands for every mention of a participant."""
    mark = rights_wordings().name_withdrawn.say(written_standard(transcript))
    turns: dict[int, list[Edit]] = {}
    parts: dict[str, list[Edit]] = {}
    for one in sorted(mentions_of(space, participant, transcript), key=lambda each: each.start):
        edits = (
            turns.setdefault(one.turn, []) if one.turn is not None else parts.setdefault(one.part or "", [])
        )
        if not edits or one.start >= edits[-1].end:
            edits.append(Edit(one.start, one.end, mark))
    return replace(
        transcript,
        turns=tuple(rewrite_turn(turn, turns.get(at, ())) for at, turn in enumerate(transcript.turns)),
        parts=tuple(
            replace(part, text=edited(part.text, parts.get(part.name, ()))) for part in transcript.parts
        ),
    )


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits made that are in order and do not overlap."""
    for edit in reversed(edits):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def _free_label(label: str, taken: Mapping[str, str]) -> str:
    name, number = label, 1
    while name in taken:
        number += 1
        name = f"{label} {number}"
    return name


def prune_withdrawn(
    space: Workspace,
    tx: Change,
    table: KeyTable,
    found: Lineage,
    names: frozenset[str],
    rewritten: Sequence[tuple[str, TranscriptRecord, int]],
) -> None:
    """Take out of the key table the participant's rows, and what was known only through their words."""
    passed = {key: space.owner_of(key, record) for key, record, _ in rewritten}
    owners = set(found.shared) | {passed[key] for key in found.shared}
    left = {key: record for key, record in space.transcripts().items() if key not in found.own}
    texts = _texts(space, left, owners)

    def stays(owner: str, forms: Sequence[str]) -> bool:
        if any(form in names for form in forms):
            return False
        here = passed.get(owner, owner)
        said = any(form in text for form in forms for text in texts.get(here, ()))
        return owner not in found.shared or not forms or said

    def moved(row: Row) -> Row:
        here = passed.get(row.owner, row.owner)
        if here == row.owner:
            return row
        # Under its new owner a number may be someone else's: it is drawn again.
        fresh: dict[str, object] = {"owner": here, "number": None}
        if isinstance(row, PersonRow):
            fresh["relation_number"] = None
        return replace(row, **fresh)  # type: ignore[arg-type]

    new = table.without_owner(found.participant)
    new = replace(
        new,
        persons=tuple(moved(row) for row in new.persons if stays(row.owner, row.names)),
        places=tuple(moved(row) for row in new.places if stays(row.owner, row.forms)),
        organisations=tuple(moved(row) for row in new.organisations if stays(row.owner, row.forms)),
    )
    space.save_key_table(tx, table, new)


def forget_unsaid(space: Workspace, tx: Change, owners: Collection[str]) -> None:
    """Take out of the key table what no transcript of these owners says any more."""
    table = space.key_table()
    texts = _texts(space, space.transcripts(), owners)

    def stays(owner: str, forms: Sequence[str]) -> bool:
        said = any(form in text for form in forms for text in texts.get(owner, ()))
        return owner not in owners or not forms or said

    new = replace(
        table,
        persons=tuple(row for row in table.persons if stays(row.owner, row.names)),
        places=tuple(row for row in table.places if stays(row.owner, row.forms)),
        organisations=tuple(row for row in table.organisations if stays(row.owner, row.forms)),
    )
    space.save_key_table(tx, table, new)


def _texts(
    space: Workspace, records: Mapping[str, TranscriptRecord], owners: Collection[str]
) -> dict[str, list[str]]:
    """Return the folded texts of each owner's transcripts."""
    texts: dict[str, list[str]] = {}
    for key, record in records.items():
        owner = space.owner_of(key, record)
        if owner in owners:
            text = space.original(record)
            pieces = (*(t.text for t in text.turns), *(p.text for p in text.parts), *text.speakers)
            texts.setdefault(owner, []).extend(map(fold, pieces))
    return texts
