"""What participants say of themselves that tells their gender: proposals for a person, and the neutral word.

Only where a pack neutralises gender (rules.md TXT-09, way of working T3). A proposal is a flagged finding: nothing
happens to it before someone has accepted it, and people spoken about are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from anonymizer.data import Strict, load_yaml, rules_dir
from anonymizer.model import Action, EntityType, Finding, Standard, Tier, Transcript
from anonymizer.pseudonymise.keytable import INTERVIEWER
from anonymizer.pseudonymise.wordings import fold

__all__ = ["GENDER_PHRASE", "neutral_word", "propose_neutral"]

GENDER_PHRASE = "gender-phrase"
"""The recogniser's name on a proposal."""

_SCORE = 0.5


class _Word(Strict):
    nb: str
    nn: str
    forms: tuple[str, ...]


class _Phrases(Strict):
    source: str
    certainty: str
    before: tuple[str, ...]
    articles: tuple[str, ...]
    words: tuple[_Word, ...]


@cache
def _phrases() -> _Phrases:
    return load_yaml(rules_dir() / "categories" / "gender_phrases.yaml").parse(_Phrases)


@cache
def _words() -> Mapping[str, _Word]:
    return {fold(form): word for word in _phrases().words for form in word.forms}


@cache
def _pattern() -> re.Pattern[str]:
    def either(words: Sequence[str]) -> str:
        return "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))

    said = _phrases()
    forms = either([form for word in said.words for form in word.forms])
    return re.compile(
        rf"\b(?:{either(said.before)})\s+(?:(?:{either(said.articles)})\s+){{0,2}}(?P<word>{forms})\b",
        re.IGNORECASE,
    )


def propose_neutral(
    transcript: Transcript, findings: Sequence[Finding], speakers: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a flagged finding for each gendered word a participant says of themselves, where nothing else is found."""
    for at, turn in enumerate(transcript.turns):
        if turn.speaker is not None and speakers.get(turn.speaker) == INTERVIEWER:
            continue
        for match in _pattern().finditer(turn.text):
            start, end = match.span("word")
            if any(one.turn == at and one.start < end and start < one.end for one in findings):
                continue
            yield Finding(
                entity_type=EntityType.ROLE,
                start=start,
                end=end,
                text=match["word"],
                score=_SCORE,
                recognizer=GENDER_PHRASE,
                turn=at,
                speaker=turn.speaker,
                tier=Tier.INDIRECT,
                action=Action.FLAG,
            )


def neutral_word(text: str, standard: Standard) -> str | None:
    """Return what is said instead of a gendered word, ``None`` for a word that no list has."""
    word = _words().get(fold(text))
    if word is None:
        return None
    return word.nn if standard is Standard.NYNORSK else word.nb
