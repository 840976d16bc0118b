"""A transcript with every identifier replaced: a pure function of version, findings, key table and pack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from anonymizer.data import DialectPolicy, Gender, Naming, Pack, ThirdPersons, To
from anonymizer.model import Action, EntityType, Finding, Standard, Tier, Transcript
from anonymizer.pseudonymise.edits import Edit, make_edits
from anonymizer.pseudonymise.keytable import KeyTable
from anonymizer.pseudonymise.labels import new_labels, participant_names
from anonymizer.pseudonymise.material import Mention, mentions, present_in
from anonymizer.pseudonymise.rewrite import rewrite_turn
from anonymizer.pseudonymise.standard import written_standard
from anonymizer.pseudonymise.surrogates import Surrogates
from anonymizer.pseudonymise.wordings import fold

_WORD = re.compile(r"[^\W\d_]{4,}|\d{4,}")

__all__ = ["Choices", "Note", "Pseudonymised", "TextEdit", "pseudonymise"]


@dataclass(frozen=True, slots=True)
class Note:
    """A finding that needs a person's eye; never its text.

    ``reason``: ``flagged`` (found but left, as the pack or a person says), ``ambiguous`` (replaced, several people
    fit), ``unknown`` (replaced, not in the key table), ``elsewhere`` (found but left: the transcript lacks the part).
    """

    reason: str
    entity_type: EntityType
    tier: Tier
    turn: int | None
    part: str | None
    start: int
    end: int

    @property
    def left(self) -> bool:
        """Tell whether the finding still stands in the text."""
        return self.reason in {"flagged", "elsewhere"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen rather than taken out, for the manifest."""

    naming: Naming
    fictive_names: bool = False
    shifted_dates: bool = False
    neutralised_gender: bool = False
    normalised_dialect: bool = False


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A change to a turn that is no finding: a dialect word normalised, a phrase made gender-neutral."""

    turn: int
    start: int
    end: int
    replacement: str
    kind: str = "dialect"


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """The rewritten transcript and what was done: counts by type and tier, notes, choices."""

    transcript: Transcript
    replaced: Mapping[tuple[EntityType, Tier], int]
    unresolved: tuple[Note, ...]
    choices: Choices
    standard: Standard
    third_persons: int = 0
    """How many people who do not take part were told apart and replaced."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Old label to new label: identifying, never to be written down."""

    @property
    def left(self) -> tuple[Note, ...]:
        """Return the findings that still stand in the text."""
        return tuple(note for note in self.unresolved if note.left)


def pseudonymise(
    transcript: Transcript,
    findings: Sequence[Finding],
    key_table: KeyTable,
    pack: Pack,
    *,
    speakers: Mapping[str, str],
    owner: str,
    edits: Sequence[TextEdit] = (),
) -> Pseudonymised:
    """Return the transcript with every finding whose action is ``replace`` replaced as the pack says.

    ``findings`` are those after decisions; ``edits`` come from the dialect normaliser or a person and give way to
    findings. Everything else comes out code point for code point. Raises ``UsageError`` for findings of another
    version and for a speaker label that maps to no one.
    """
    standard = written_standard(transcript)
    present = present_in(transcript, owner, speakers)
    called = participant_names(transcript, speakers, key_table, pack, standard)
    labels = new_labels(transcript, speakers, called, standard)
    found = list(mentions(transcript, findings))
    surrogates = Surrogates(
        key_table,
        pack,
        found,
        owner=owner,
        present=present,
        called=called,
        standard=standard,
        gone=_gone(transcript, found),
    )

    by_turn: dict[int, list[Edit]] = {}
    by_part: dict[str, list[Edit]] = {}
    notes = list(_left(transcript, findings))
    counts: Counter[tuple[EntityType, Tier]] = Counter()
    names, dates = False, False
    others = {row.id for row in key_table.persons}
    spoken_of: set[str] = set()
    for one in found:
        chosen = surrogates.choose(one)
        spoken_of |= others & {chosen.row_id}
        edit = Edit(one.start, one.end, chosen.text)
        finding = one.finding
        if finding.turn is not None:
            by_turn.setdefault(finding.turn, []).append(edit)
        else:
            by_part.setdefault(finding.part or "", []).append(edit)
        tier = max((finding.tier, pack.tier(finding.entity_type)), key=lambda each: each.rank)
        counts[finding.entity_type, tier] += 1
        if chosen.doubt is not None:
            notes.append(_note(chosen.doubt, finding, tier))
        names = names or (_is_person(one) and not chosen.text.endswith(("]", "]s")))
        dates = dates or (finding.entity_type is EntityType.DATE_TIME and "[" not in chosen.text)
    for finding in findings:
        if finding.action is Action.REPLACE and (finding.part or "").startswith("speaker"):
            counts[finding.entity_type, finding.tier] += 1  # the label is renamed with its turns
    changed = _add_edits(by_turn, edits)
    turns = tuple(
        replace(
            rewrite_turn(turn, by_turn.get(position, ())),
            speaker=labels.get(turn.speaker, turn.speaker) if turn.speaker is not None else None,
        )
        for position, turn in enumerate(transcript.turns)
    )
    parts = tuple(
        replace(part, text=make_edits(part.text, by_part.get(part.name, ()))) for part in transcript.parts
    )
    fictive = (
        pack.participants.naming is Naming.FICTIVE_NAME or pack.third_persons is ThirdPersons.FICTIVE_NAME
    )
    return Pseudonymised(
        _renumbered(replace(transcript, turns=turns, parts=parts)),
        dict(counts),
        tuple(notes),
        Choices(
            naming=pack.participants.naming,
            fictive_names=fictive and (names or pack.participants.naming is Naming.FICTIVE_NAME),
            shifted_dates=dates and pack.treatment(EntityType.DATE_TIME).to is To.SHIFT,
            neutralised_gender=pack.gender is Gender.NEUTRALISE,
            normalised_dialect="dialect" in changed and pack.dialect.policy is DialectPolicy.NORMALISE,
        ),
        standard,
        len(spoken_of),
        labels,
    )


def _gone(transcript: Transcript, found: Sequence[Mention]) -> frozenset[str]:
    """Return the folded words of four letters or figures and more that stand in findings and nowhere else."""
    taken = {fold(word) for one in found for word in _WORD.findall(one.text)}
    left: set[str] = set()
    stretches: dict[int | None, list[Mention]] = {}
    for one in found:
        stretches.setdefault(one.finding.turn, []).append(one)
    for position, turn in enumerate(transcript.turns):
        end = 0
        for one in stretches.get(position, ()):
            left.update(map(fold, _WORD.findall(turn.text[end : one.start])))
            end = one.end
        left.update(map(fold, _WORD.findall(turn.text[end:])))
    return frozenset(taken - left)


def _is_person(mention: Mention) -> bool:
    return mention.finding.entity_type is EntityType.PERSON


def _note(reason: str, finding: Finding, tier: Tier) -> Note:
    return Note(reason, finding.entity_type, tier, finding.turn, finding.part, finding.start, finding.end)


def _left(transcript: Transcript, findings: Sequence[Finding]) -> list[Note]:
    """Return notes on what is found but left. Speaker labels have no part of their own: they are always renamed."""
    parts = {part.name for part in transcript.parts}
    notes = []
    for one in findings:
        if one.action is Action.FLAG:
            notes.append(_note("flagged", one, one.tier))
        elif one.turn is None and one.part not in parts and not (one.part or "").startswith("speaker"):
            notes.append(_note("elsewhere", one, one.tier))
    return notes


def _add_edits(by_turn: dict[int, list[Edit]], edits: Sequence[TextEdit]) -> set[str]:
    """Add edits that no finding touches; return the kinds of those added."""
    added: set[str] = set()
    for edit in sorted(edits, key=lambda one: (one.turn, one.start)):
        there = by_turn.setdefault(edit.turn, [])
        if all(edit.end <= one.start or one.end <= edit.start for one in there):
            there.append(Edit(edit.start, edit.end, edit.replacement))
            added.add(edit.kind)
    for there in by_turn.values():
        there.sort()
    return added


def _renumbered(transcript: Transcript) -> Transcript:
    """Return the transcript with offsets that fit its new texts; a .txt file's are set anew by its writer."""
    return transcript.with_joined_offsets()
