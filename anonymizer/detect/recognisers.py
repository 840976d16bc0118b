"""The recognisers that are code rather than rules: the language model's word, and what word lists say."""

from __future__ import annotations

from collections.abc import Iterable

import regex

from anonymizer.detect.demonyms import DemonymRecognizer, PeopleAndFaithRecognizer
from anonymizer.detect.dialect_words import DialectRecognizer
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.names import everyday_words, first_names
from anonymizer.detect.organisations import OrganisationRecognizer
from anonymizer.detect.people import PeopleRecognizer
from anonymizer.detect.places import PlaceRecognizer
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.roles import RoleRecognizer
from anonymizer.detect.special_categories import SpecialCategoryRecognizer
from anonymizer.detect.vocabulary import vocabulary
from anonymizer.model import EntityType

__all__ = ["NerRecognizer", "code_recognisers"]

_LABELS = {
    "PER": EntityType.PERSON,
    "LOC": EntityType.LOCATION,
    "ORG": EntityType.ORGANIZATION,
    "DRV": EntityType.DEMONYM,
}
_LEAST = {"PER": 0.3, "LOC": 0.35, "ORG": 0.5, "DRV": 0.6}
"""How probable a candidate must be to be proposed: a missed name costs more than one too many."""

_LETTERS = regex.compile(r"\p{L}{2}")
_ACRONYM = regex.compile(r"[\p{Lu}\d]{2,6}-")
"""DUF-nummeret, LAR-pasient: made of an abbreviation, not of a place."""


class NerRecognizer(GuardedRecognizer):
    """What the language model takes for people, places, organisations and words made of place names."""

    def __init__(self) -> None:
        super().__init__("ner", list(dict.fromkeys(_LABELS.values())))
        self._never = everyday_words() | (vocabulary().no_identifiers - first_names())

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
                and span.text.casefold() not in self._never
                and _LETTERS.search(span.text)
                and not (kind is EntityType.DEMONYM and _ACRONYM.match(span.text))
            ):
                # The pipeline's threshold is its own; what is proposed here is above the detector's.
                score = 0.4 + 0.55 * float(probability)
                yield Proposal(span.start_char, span.end_char, kind, min(score, 0.95), self.name)


def code_recognisers() -> list[GuardedRecognizer]:
    """Return one of each, ready to work; raises ``PackError`` if a word list is not sound."""
    return [
        NerRecognizer(),
        PeopleRecognizer(),
        PlaceRecognizer(),
        OrganisationRecognizer(),
        DemonymRecognizer(),
        PeopleAndFaithRecognizer(),
        RoleRecognizer(),
        SpecialCategoryRecognizer(),
        DialectRecognizer(),
    ]
