"""A name found once is looked for everywhere: names of one transcript searched for in all the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from anonymizer.data import Pack
from anonymizer.detect.known import KnownNames
from anonymizer.detect.text import plain_view
from anonymizer.model import Action, EntityType, Finding, KnownPerson, Transcript

__all__ = ["add_names", "found_names", "names_occur"]

_SURE = 0.7
"""How certain a finding must be for its name to be looked for elsewhere."""

_RECOGNIZER = "found-elsewhere"


def found_names(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the names that stand for certain among findings, as written."""
    return frozenset(
        finding.text
        for finding in findings
        if finding.entity_type is EntityType.PERSON
        and finding.action is Action.REPLACE
        and finding.score >= _SURE
        and any(word[:1].isupper() and len(word) > 2 for word in finding.text.split())
    )


def add_names(
    transcript: Transcript, findings: Sequence[Finding], names: frozenset[str], pack: Pack
) -> tuple[Finding, ...]:
    """Return ``findings`` and, where none stands yet, every mention of ``names``, in order and without overlap.

    Only exact and inflected mentions count, and only with a capital where the turn has any: what one transcript
    takes for a name must not eat everyday words of another.
    """
    if not names:
        return tuple(findings)
    known = KnownNames([KnownPerson(key="", name=name) for name in sorted(names)], fuzzy=False)
    result = list(findings)
    for turn, part, speaker, text in _texts(transcript):
        here = [each for each in findings if each.turn == turn and each.part == part]
        uncased = not any(character.isupper() for character in text)
        for hit in known.search(plain_view(text).text):
            free = all(hit.end <= each.start or each.end <= hit.start for each in here)
            if free and (uncased or text[hit.start : hit.start + 1].isupper()):
                found = Finding(
                    entity_type=hit.entity_type,
                    start=hit.start,
                    end=hit.end,
                    text=text[hit.start : hit.end],
                    score=round(hit.score, 3),
                    recognizer=_RECOGNIZER,
                    turn=turn,
                    part=part,
                    speaker=speaker,
                    tier=pack.tier(hit.entity_type),
                    action=pack.action(hit.entity_type),
                )
                result.append(found)
                here.append(found)
    return tuple(sorted(result, key=_order))


def names_occur(transcript: Transcript, people: Sequence[KnownPerson]) -> bool:
    """Tell whether any of these people, or where they work or live, is mentioned in a transcript."""
    known = KnownNames(people)
    texts = [text for _, _, _, text in _texts(transcript)]
    return any(True for text in (*texts, *transcript.speakers) for _ in known.search(plain_view(text).text))


def _texts(transcript: Transcript) -> Iterator[tuple[int | None, str | None, str | None, str]]:
    for at, turn in enumerate(transcript.turns):
        yield at, None, turn.speaker, turn.text
    for part in transcript.parts:
        yield None, part.name, None, part.text


def _order(finding: Finding) -> tuple[bool, int, str, int]:
    return (finding.turn is None, finding.turn or 0, finding.part or "", finding.start)
