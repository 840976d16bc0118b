"""All that the study holds of one participant, found by owner and by what was made from what.

A record about a participant or a transcript is found if it is saved with that owner, or if its body names the
participant (``participant``) or the transcript (``transcript``, with ``turns`` where it is about some turns only).
Whoever adds a kind of record keeps to this, and withdrawal finds it. A recording names everyone who speaks in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anonymizer.model import Transcript
from anonymizer.participants import GroupWithdrawal, Obligation
from anonymizer.pseudonymise import KeyTable, fold, sweep
from anonymizer.pseudonymise import ParticipantRow as KeyRow
from anonymizer.study.obligations import obligations
from anonymizer.study.project import letter_of
from anonymizer.study.records import ExportRecord, Recording, TranscriptRecord
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["FACTS", "Lineage", "Mention", "group_promise", "known_as", "mentions_of", "trace", "turns_of"]

FACTS = ("quote", "sample-row", "member-check", "restricted-version")
"""Kinds of records about a participant's material, beyond the transcripts themselves."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Where a participant's name stands in someone else's words: a turn or a part, and the span."""

    turn: int | None
    part: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything of one participant.

    ``mentioned`` are others' transcripts in which the name stands, ``recordings`` those of the participant alone,
    ``heard`` those of a group; ``obligations`` the open ones about any of it.
    """

    participant: str
    own: Mapping[str, TranscriptRecord]
    shared: Mapping[str, TranscriptRecord]
    mentioned: Mapping[str, TranscriptRecord]
    group: GroupWithdrawal
    facts: tuple[tuple[str, str, Mapping[str, Any]], ...]
    recordings: Mapping[str, Recording]
    heard: Mapping[str, Recording]
    exports: Mapping[str, ExportRecord]
    obligations: Mapping[str, Obligation]
    backups: tuple[str, ...]
    key_rows: int
    objects: int

    @property
    def touched(self) -> frozenset[str]:
        """Return every transcript that goes or is written anew."""
        return frozenset({*self.own, *self.shared, *self.mentioned})

    @property
    def silenced(self) -> Mapping[str, Recording]:
        """Return the recordings that go: their own, and a group's unless the letter keeps the group.

        No voice can be taken out of a recording, so that one of a group goes as a whole.
        """
        return (
            self.recordings if self.group is GroupWithdrawal.KEEP_GROUP else {**self.recordings, **self.heard}
        )

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the records of one kind that go."""
        return tuple(key for one, key, _ in self.facts if one == kind)

    def counts(self) -> dict[str, int]:
        """Return how much there is of each kind, for whoever decides."""
        return {
            "transcripts": len(self.own),
            "shared transcripts": len(self.shared),
            "others' transcripts with the name": len(self.mentioned),
            "recordings": len(self.recordings),
            "group recordings": len(self.heard),
            "quotes": len(self.of_kind("quote")),
            "rows of the sample table": len(self.of_kind("sample-row")),
            "member checks": len(self.of_kind("member-check")),
            "rows of the key table": self.key_rows,
            "sealed objects": self.objects,
            "exports": len(self.exports),
            "backups": len(self.backups),
            "open obligations": len(self.obligations),
        }


def trace(space: Workspace, participant: str) -> Lineage:
    """Return everything the study holds of a participant (both masters)."""
    space.need(*Master)
    own, shared, mentioned = {}, {}, {}
    search = _Names(space, participant)
    for key, record in space.transcripts().items():
        if record.participants == (participant,):
            own[key] = record
        elif participant in record.participants:
            shared[key] = record
        elif search.found(space.original(record)):
            mentioned[key] = record
    touched = {*own, *shared, *mentioned}
    facts = _facts(space, participant, own, shared)
    sound = {key: Recording.model_validate(body) for key, _, body in space.vault.all("recording")}
    theirs = {key: one for key, one in sound.items() if participant in one.participants}
    requests = [key for key, _, _ in space.vault.all("right", participant)]
    about = {participant, *own, *theirs, *requests, *(key for _, key, _ in facts)}
    return Lineage(
        participant=participant,
        own=own,
        shared=shared,
        mentioned=mentioned,
        group=group_promise(space, participant),
        facts=tuple(facts),
        recordings={key: one for key, one in theirs.items() if len(one.participants) == 1},
        heard={key: one for key, one in theirs.items() if len(one.participants) > 1},
        exports={
            key: one
            for key, one in space.exports().items()
            if touched & {file.transcript for file in one.files}
        },
        obligations={
            key: one for key, one in obligations(space).items() if one.met is None and one.about in about
        },
        backups=tuple(key for key, _, body in space.vault.all("backup") if not body.get("deleted")),
        key_rows=sum(1 for _ in space.vault.rows(owner=participant)),
        objects=len(space.vault.objects(owner=participant)),
    )


def group_promise(space: Workspace, participant: str) -> GroupWithdrawal:
    """Return what a participant's letter promises of group interviews; without a letter their turns are removed."""
    letter = letter_of(space, participant)
    return letter.group_withdrawal if letter is not None else GroupWithdrawal.REMOVE_TURNS


def _facts(
    space: Workspace,
    participant: str,
    own: Mapping[str, TranscriptRecord],
    shared: Mapping[str, TranscriptRecord],
) -> list[tuple[str, str, Mapping[str, Any]]]:
    spoken = {key: turns_of(space, key, participant) for key in shared}
    found: list[tuple[str, str, Mapping[str, Any]]] = []
    for kind in FACTS:
        for key, owner, body in space.vault.all(kind):
            transcript = str(body.get("transcript", ""))
            theirs = participant in (owner, body.get("participant")) or transcript in own
            if not theirs and transcript in shared:
                turns = body.get("turns")
                theirs = kind == "quote" and (
                    not isinstance(turns, list) or bool(spoken[transcript] & set(turns))
                )
            if theirs:
                found.append((kind, key, body))
    return found


def turns_of(space: Workspace, transcript: str, participant: str) -> set[int]:
    """Return the turns of a transcript in which a participant speaks (identity)."""
    speakers = space.source(transcript).speakers
    text = space.original(space.transcript(transcript))
    return {
        at
        for at, turn in enumerate(text.turns)
        if turn.speaker is not None
        and speakers.get(turn.speaker, speakers.get(turn.speaker.strip())) == participant
    }


def mentions_of(space: Workspace, participant: str, transcript: Transcript) -> tuple[Mention, ...]:
    """Return where a participant's names and contacts stand in a transcript's turns and parts (identity).

    A single name that another participant or someone of the staff bears too points at no one, and is left.
    """
    return _Names(space, participant).found(transcript)


def known_as(space: Workspace, participant: str) -> frozenset[str]:
    """Return, folded, what a participant alone is called: whole names, and words of them nobody else bears."""
    return _Names(space, participant).alone


class _Names:
    def __init__(self, space: Workspace, participant: str) -> None:
        people = space.identities()
        body = people.get(participant, {})
        names = [name for name in (body.get("name", ""), *body.get("aliases", ())) if name]
        self._contact = fold(body.get("contact", ""))
        self._table = KeyTable(participants=(KeyRow(participant, tuple(names)),))
        others = [one for key, one in people.items() if key != participant]
        others += [json.loads(value) for _, _, value in space.vault.rows(kind="staff")]
        # Someone whom another participant speaks of may bear the same name.
        spoken_of = [one["name"] for other in others for one in other.get("third_persons", ())]
        called = [name for one in others for name in (one["name"], *one["aliases"])] + spoken_of
        self._shared = {word for name in called for word in fold(name).split()}

        whole = {fold(name) for name in names}
        self.alone = frozenset(
            whole | {word for name in whole for word in name.split() if word not in self._shared}
        )

    def found(self, transcript: Transcript) -> tuple[Mention, ...]:
        parts = {part.name: part.text for part in transcript.parts}
        result = []
        for leak in sweep(transcript, self._table):
            if leak.part == "speaker":
                continue
            text = transcript.turns[leak.turn].text if leak.turn is not None else parts[leak.part or ""]
            if fold(text[leak.start : leak.end]) not in self._shared:
                result.append(Mention(leak.turn, leak.part, leak.start, leak.end))
        if self._contact:
            result.extend(self._contacts(transcript))
        return tuple(result)

    def _contacts(self, transcript: Transcript) -> list[Mention]:
        texts: list[tuple[int | None, str | None, str]] = [
            (at, None, turn.text) for at, turn in enumerate(transcript.turns)
        ]
        texts += [(None, part.name, part.text) for part in transcript.parts]
        pattern = re.compile(re.escape(self._contact), re.IGNORECASE)
        return [
            Mention(turn, part, hit.start(), hit.end())
            for turn, part, text in texts
            for hit in pattern.finditer(text)
        ]
