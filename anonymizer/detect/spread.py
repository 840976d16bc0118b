"""A name found once is looked for everywhere: names of one transcript searched for in all the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from anonymizer.data import Pack
from anonymizer.detect.known import SURE_NAME, FoundNames, KnownNames
from anonymizer.detect.text import View, part_view, plain_view
from anonymizer.model import Action, EntityType, Finding, KnownPerson, Transcript

__all__ = ["add_names", "found_names", "names_occur"]


def found_names(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the words of the people's names that stand for certain among findings, folded."""
    return FoundNames.of(
        finding.text
        for finding in findings
        if finding.entity_type is EntityType.PERSON
        and finding.action is Action.REPLACE
        and finding.score >= SURE_NAME
    ).names


def add_names(
    transcript: Transcript, findings: Sequence[Finding], names: frozenset[str], pack: Pack
) -> tuple[Finding, ...]:
    """Return ``findings`` and, where none stands yet, every mention of ``names``, in order and without overlap.

    Only exact and inflected mentions count, and without a capital only what the word lists know as a name: what one
    transcript takes for a name must not eat everyday words of another.
    """
    if not names:
        return tuple(findings)
    finder = FoundNames(names)
    taken: dict[tuple[int | None, str | None], list[Finding]] = {}
    for finding in findings:
        taken.setdefault((finding.turn, finding.part), []).append(finding)
    result = list(findings)
    for turn, part, speaker, text, view in _texts(transcript):
        here = taken.get((turn, part), [])
        for hit in finder.search(view.text):
            start, end = view.below(hit.start, hit.end)
            if any(start < one.end and one.start < end for one in here):
                continue
            result.append(
                Finding(
                    entity_type=hit.entity_type,
                    start=start,
                    end=end,
                    text=text[start:end],
                    score=hit.score,
                    recognizer="found-elsewhere",
                    turn=turn,
                    part=part,
                    speaker=speaker,
                    tier=pack.tier(hit.entity_type),
                    action=pack.action(hit.entity_type),
                )
            )
    if len(result) == len(findings):
        return tuple(findings)
    places = {part.name: at for at, part in enumerate(transcript.parts)}
    return tuple(sorted(result, key=lambda one: _order(one, places)))


def names_occur(transcript: Transcript, people: Sequence[KnownPerson]) -> bool:
    """Tell whether any of these people, or where they work or live, is mentioned in a transcript."""
    known = KnownNames(people)
    if any(known.holds(speaker) for speaker in transcript.speakers):
        return True
    return any(next(known.search(view.text), None) is not None for _, _, _, _, view in _texts(transcript))


def _texts(transcript: Transcript) -> Iterator[tuple[int | None, str | None, str | None, str, View]]:
    for at, turn in enumerate(transcript.turns):
        yield at, None, turn.speaker, turn.text, plain_view(turn.text)
    for part in transcript.parts:
        yield None, part.name, None, part.text, part_view(part.name, part.text)


def _order(finding: Finding, places: dict[str, int]) -> tuple[int, int, int]:
    """Return turns first, then parts as they stand, then speakers' labels."""
    if finding.turn is not None:
        return 0, finding.turn, finding.start
    return 1, places.get(finding.part or "", len(places)), finding.start
