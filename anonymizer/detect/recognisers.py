"""The recognisers that are code rather than rules: the language model's word, and what word lists say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import regex

from anonymizer.detect.demonyms import DemonymRecognizer, PeopleAndFaithRecognizer
from anonymizer.detect.dialect_words import DialectRecognizer
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.lower_case import LOOK_BACK, LowerCaseNames
from anonymizer.detect.names import everyday_words, first_names
from anonymizer.detect.organisations import OrganisationRecognizer
from anonymizer.detect.people import PeopleRecognizer
from anonymizer.detect.places import PlaceRecognizer
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.roles import RoleRecognizer
from anonymizer.detect.special_categories import SpecialCategoryRecognizer
from anonymizer.detect.vocabulary import vocabulary
from anonymizer.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Span

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["NerRecognizer", "code_recognisers"]

_LABELS = {
    "PER": EntityType.PERSON,
    "LOC": EntityType.LOCATION,
    "ORG": EntityType.ORGANIZATION,
    "DRV": EntityType.DEMONYM,
}
_LEAST = {"PER": 0.3, "LOC": 0.35, "ORG": 0.5, "DRV": 0.6}
"""How probable a candidate must be to be proposed: a missed name costs more than one too many."""

_LIKELY, _SURE, _CERTAIN = 0.5, 0.85, 0.99
"""How probable a name must be that is an everyday word too, with no capital but a sentence's: more, the commoner the
word."""
_LISTED_WITH = regex.compile(r"(?:,| og| &) (?!Og)\p{Lu}\p{Ll}")
_OPENING = frozenset(("", *'.?!:;…«"“('))
_WORDS = regex.compile(r"\p{L}+(?:['-]\p{L}+)*+")
_LETTERS = regex.compile(r"\p{L}{2}")
_DIGIT = regex.compile(r"\d")
_SHORTENED = regex.compile(r"(?<!\p{L})\p{L}{1,4}\.$")
_ACRONYM = regex.compile(r"[\p{Lu}\d]{2,6}-")
"""DUF-nummeret, LAR-pasient: made of an abbreviation, not of a place."""


class NerRecognizer(GuardedRecognizer):
    """What the language model takes for people, places, organisations and words made of place names."""

    def __init__(self, people: PeopleRecognizer) -> None:
        super().__init__("ner", list(dict.fromkeys(_LABELS.values())))
        self._lower_case = LowerCaseNames(people)
        self._words = vocabulary()
        self._never = (
            everyday_words() | (self._words.no_identifiers - first_names()) | self._words.generic_institutions
        )

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield the model's candidates that are probable enough."""
        candidates = artifacts.tokens.spans.get("ner_candidates")
        if candidates is None:
            return
        for span, probability in zip(candidates, candidates.attrs["scores"], strict=True):
            kind = _LABELS.get(span.label_)
            if (
                kind is not None
                and probability >= _LEAST[span.label_]
                and not self._is_nothing(text, span, float(probability))
                and _LETTERS.search(span.text)
                and not (kind is EntityType.DEMONYM and _ACRONYM.match(span.text))
            ):
                # The pipeline's threshold is its own; what is proposed here is above the detector's.
                score = 0.4 + 0.55 * float(probability)
                where = self._evident(span, float(probability), kind)
                if where is not None:
                    yield Proposal(*where, kind, min(score, 0.95), self.name)

    def _is_nothing(self, text: str, span: Span, probability: float) -> bool:
        """Say whether a candidate is generic names, or a place or more by an everyday word's capital alone."""
        words = _WORDS.findall(span.text.casefold())
        if all(word in self._never for word in words):
            return True
        opens = len(words) == 1 and text[: span.start_char].rstrip()[-1:] in _OPENING
        if probability >= _CERTAIN or not (opens or span.text.islower()):
            return False
        if span.label_ == "PER":
            if not opens or not self._words.gazetteer.is_word(words[0]):
                return False
            return not self._is_someone(text, span) and not (
                words[0] in first_names() and probability >= _SURE
            )
        return self._is_no_place(words, probability)

    def _is_someone(self, text: str, span: Span) -> bool:
        """Say whether what follows speaks of a person: a deed, another name, or nothing at all (an answer)."""
        after = text[span.end_char : span.end_char + 40]
        word = _WORDS.match(after, pos=1)
        if word is not None and word[0].casefold() in self._words.cues("doing"):
            return True
        return after.strip(" .!?") == "" or _LISTED_WITH.match(after) is not None

    def _is_no_place(self, words: list[str], probability: float) -> bool:
        everyday = all(
            self._words.is_everyday(word) or word in self._words.not_organisations for word in words
        )
        return everyday and probability < _LIKELY

    def _evident(self, span: Span, probability: float, kind: EntityType) -> tuple[int, int] | None:
        """Return where the candidate stands; without a capital, what else speaks for it, or ``None``."""
        whole = span.start_char, _end(span, kind)
        if not span.text.islower():
            opens = span.start == 0 or span.doc[span.start - 1].is_punct
            if kind is EntityType.PERSON:
                if _DIGIT.search(span.text):
                    return None
                words = [token.text for token in span]
                if opens and len(span) == 1 and probability < self._lower_case.least_opening(words[0]):
                    return None
                first, last = self._lower_case.capital_words(words)
                end = whole[1] if last == len(words) else span[last - 1].idx + len(span[last - 1])
                return span[first].idx, end
            return whole
        words = [token.text for token in span]
        if kind is not EntityType.PERSON:
            return None if self._lower_case.is_common(words) else whole
        name = self._lower_case.name_in(words, probability, _words_before(span))
        if name is None:
            return None
        return span[name[0]].idx, span[name[1] - 1].idx + len(span[name[1] - 1])


def _end(span: Span, kind: EntityType) -> int:
    """Return where a mention ends: a full stop is part of a shortened personal name only (``Per Chr.``)."""
    shortened = kind is EntityType.PERSON and _SHORTENED.search(span.text)
    stop = span.text.endswith(".") and not shortened
    return int(span.end_char) - stop


def _words_before(span: Span) -> list[str]:
    return [token.text for token in span.doc[max(0, span.start - LOOK_BACK) : span.start]]


def code_recognisers() -> list[GuardedRecognizer]:
    """Return one of each, ready to work; raises ``PackError`` if a word list is not sound."""
    people = PeopleRecognizer()
    return [
        NerRecognizer(people),
        people,
        PlaceRecognizer(),
        OrganisationRecognizer(),
        DemonymRecognizer(),
        PeopleAndFaithRecognizer(),
        RoleRecognizer(),
        SpecialCategoryRecognizer(),
        DialectRecognizer(),
    ]
