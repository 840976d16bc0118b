"""Whether a listed name of one word is an institution where it stands, or an everyday word, a brand or somebody."""

from __future__ import annotations

from anonymizer.detect.common_words import common_words
from anonymizer.detect.gazetteer import fold
from anonymizer.detect.institution_names import FROM, InstitutionNames
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import vocabulary

__all__ = ["CUED", "KEPT_IN", "KNOWN", "LIKELY", "LONG_NAME", "LONG_WORD", "InstitutionWords"]

KNOWN = 0.87
LIKELY = 0.7
CUED = 0.6

LONG_NAME = 6
"""Letters from which a name without a capital is taken for one after a preposition."""
LONG_WORD = 10
KEPT_IN = frozenset(["prison", "hospital", "psychiatry", "addiction_treatment"])
"""Kinds that people are kept in: after a word of treatment or prison their short names are no places."""
_SURNAMED = frozenset(["employer", "school", "sports_club", "rehabilitation", "addiction_treatment"])
"""Kinds whose names are people's as well (Rosenberg): without a cue they are somebody."""
_SHORT = 2

_Rows = tuple[tuple[str, ...], ...]


class InstitutionWords:
    """Listed institutions of one word."""

    def __init__(self, names: InstitutionNames) -> None:
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer
        self._generic = self._words.generic_institutions
        self._common = common_words()
        self._names = names

    def score(self, reading: Reading, at: int, rows: _Rows) -> float:
        """Return how surely a word that the list has as ``rows`` is an institution where it stands; 0 for not."""
        word = reading.folded(at)
        forms = [form for row in rows for form in (row[0], *row[3].split("|")) if fold(form) == word]
        if any(form.isupper() for form in forms):
            if not (reading.words[at].isupper() or reading.uncased):
                return 0.0
            if len(word) > _SHORT and self._is_acronym(reading, at, word):
                return LIKELY
        return self._weighed(reading, at, word, rows)

    def _weighed(self, reading: Reading, at: int, word: str, rows: _Rows) -> float:
        """Return how surely a name of one word is an institution where it stands; 0 where it is none."""
        everyday = word in self._words.not_organisations or self._gazetteer.is_word(word) or len(word) < 3
        if reading.is_person(at) and all(row[1] in _SURNAMED for row in rows):
            everyday = True
        employer = all(row[1] == "employer" for row in rows)
        brand = employer or word in self._words.no_identifiers
        if employer and not (everyday or word in self._generic | self._words.no_identifiers):
            after = reading.uncased and len(word) >= LONG_NAME and reading.folded(at - 1) in FROM
            if reading.named(at) or (
                after and not (self._common.is_everyday(word) or self._gazetteer.place(word))
            ):
                return LIKELY
        if everyday or brand or word in self._generic:
            acronym = reading.words[at].isupper() and len(word) > 1 and not reading.uncased
            told = reading.named(at) or acronym or (brand and not everyday and reading.uncased)
            if (
                brand
                and (told or reading.folded(at - 1) in FROM)
                and self._names.capital_place(reading, at + 1)
            ):
                return LIKELY if reading.beside(at + 1) else 0.0  # DHL Kjeller
            return CUED if told and reading.cued(at, "work", "club", "schooling", "treatment") else 0.0
        common = self._common.is_everyday(word)
        if reading.capital(at):
            return KNOWN if reading.named(at) or not common or reading.words[at].isupper() else 0.0
        if not reading.uncased:
            return 0.0
        after = reading.folded(at - 1) in FROM
        if after and reading.cued(at, "treatment") and any(row[1] in KEPT_IN for row in rows):
            return CUED  # sona på ila
        if self._gazetteer.place(word) or (common and len(word) < LONG_WORD):
            return 0.0
        if len(word) > 4 or (reading.folded(at - 1) in {"på", "ved"} and not common):
            return LIKELY
        return CUED if after and reading.cued(at, "work", "club", "schooling", "treatment") else 0.0

    def _is_acronym(self, reading: Reading, at: int, word: str) -> bool:
        """Say whether a listed acronym is one where it stands, though someone may be called so: ``på unn``."""
        if word in self._generic | self._words.no_identifiers | self._words.not_organisations:
            return False
        return not reading.uncased or reading.folded(at - 1) in {"på", "ved"}
