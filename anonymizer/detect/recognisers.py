"""The recognisers that are code rather than rules: the language model's word, and what word lists say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import regex

from anonymizer.detect.common_words import common_words
from anonymizer.detect.demonyms import DemonymRecognizer, PeopleAndFaithRecognizer
from anonymizer.detect.dialect_words import DialectRecognizer
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.lower_case import LOOK_BACK, LowerCaseNames
from anonymizer.detect.names import everyday_words, first_names, is_name
from anonymizer.detect.number_words import read_word
from anonymizer.detect.openings import Opening, Openings
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

_LIKELY, _SURE, _SURE_WORD = 0.5, 0.85, 0.985
"""How probable must be what is an everyday word too: a place without a capital, a name that is a whole answer, and what
no list knows as a name.
"""
_GLANCE = 400
"""Code points of a turn that tell whether it has capitals."""
_LISTED_WITH = regex.compile(r"(?:,| og| &) (?!Og)\p{Lu}\p{Ll}")
_OPENING = frozenset(("", *'.?!:;…«"“()]'))
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
        self._common = common_words()
        self._openings = Openings(people.is_title)
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
        words = _WORDS.findall(span.text)
        folded = [word.casefold() for word in words]
        if all(word in self._never for word in folded):
            return True
        if self._opens_with_word(text, span, words):
            after = text[span.start_char + len(words[0]) :][:60]
            return span.label_ != "PER" or not self._is_someone(
                after, folded[0], probability, alone=not text[: span.start_char].strip()
            )
        if span.label_ == "PER" or not span.text.islower():
            return False
        return probability < _LIKELY and all(
            self._words.is_everyday(word) or word in self._words.not_organisations for word in folded
        )

    def _opens_with_word(self, text: str, span: Span, words: list[str]) -> bool:
        """Say whether a candidate is an everyday word with a sentence's capital (and more in lower case)."""
        if not words or not words[0][0].isupper() or text[: span.start_char].rstrip()[-1:] not in _OPENING:
            return False
        if any(not word.islower() or not self._common.is_everyday(word) for word in words[1:]):
            return False
        word = words[0].casefold()
        return (
            self._words.gazetteer.is_word(word)
            or self._common.is_everyday(word)
            or read_word(word) is not None
        )

    def _is_someone(self, after: str, word: str, probability: float, *, alone: bool) -> bool:
        """Say whether what comes ``after`` a sentence's first word makes it a person; nothing at all is an answer."""
        first_name = word in first_names()
        if not after.strip(" .!?"):
            return first_name and probability >= _SURE and alone
        following = [found[0].casefold() for found in _WORDS.finditer(after)][:3]
        reading = self._openings.read(following)
        if reading is Opening.CALLED:
            return True
        if reading is Opening.WORD:
            return False
        if first_name and word not in self._common and probability >= _SURE:
            return True  # Bente, Iver: seldom words
        if _LISTED_WITH.match(after):
            return is_name(following[-1] if following[0] == "og" else following[0])
        spaced = after.startswith(" ")
        return spaced and reading is Opening.SOMEONE and (first_name or probability >= _SURE_WORD)

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
        cased = any(map(str.isupper, span.doc.text[:_GLANCE]))
        name = self._lower_case.name_in(words, probability, _words_before(span), cased=cased)
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
