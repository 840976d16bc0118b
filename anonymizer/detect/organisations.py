"""Institutions and employers: known ones, formed ones (``Gran kommune``, ``NAV Gran``), and those a cue gives away.

A generic name alone (NAV, LAR, DPS, the hospital) is none. A name that is also an everyday word (Start, Brann), and a
chain or brand (Kiwi), counts only with a capital and a cue: someone works, plays, studies or is treated there.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import Hint, vocabulary
from anonymizer.model import EntityType

__all__ = ["OrganisationRecognizer"]

_HINTS = Hint.ORGANISATION | Hint.FORM | Hint.ORGANISATION_COMPOUND | Hint.CUE

KNOWN = 0.87
FORMED = 0.85
LIKELY = 0.7
CUED = 0.6

_AT = frozenset(["på", "hos", "i", "for", "ved", "hjå", "med", "te", "til"])
_UNITS = frozenset(["avdeling", "avd", "seksjon", "seksjonen", "avdelingen", "klinikk", "poliklinikk"])
_LOOSE = frozenset(
    ["school", "church", "employer", "newspaper", "clinic", "public_body", "association", "sports_club"]
)
"""Kinds whose short heads are everyday words: before them in lower case only a name that is nothing else counts."""
_LONG_HEAD = 10

_Found = tuple[int, int, float] | None


class OrganisationRecognizer(GuardedRecognizer):
    """Particular institutions, employers, schools, clubs."""

    def __init__(self) -> None:
        super().__init__("organisations", [EntityType.ORGANIZATION])
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer
        self._generic = self._words.generic_institutions

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield institutions with the place or the ward in their name."""
        reading = artifacts.reading
        done = 0
        for at in reading.where(_HINTS):
            if at < done:
                continue
            found = self._found(reading, at)
            if found is None:
                continue
            first, done, score = found
            yield Proposal(*reading.span(first, done), EntityType.ORGANIZATION, score, self.name)

    def _found(self, reading: Reading, at: int) -> _Found:
        hints = reading.hints[at]
        found: _Found = None
        if hints & Hint.ORGANISATION:
            found = self._known(reading, at)
        if hints & Hint.FORM:
            formed = self._formed(reading, at)
            if formed is not None and (found is None or formed[1] - formed[0] > found[1] - found[0]):
                found = formed
        if hints & (Hint.FORM | Hint.ORGANISATION):
            found = self._placed(reading, at) or found
        if found is None and hints & Hint.ORGANISATION_COMPOUND:
            found = self._compound(reading, at)
        if found is None and hints & Hint.CUE:
            found = self._cued(reading, at)
        return found

    def _known(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.organisation(reading.words, at)
        if match is None:
            return None
        end = reading.trimmed(match)
        if end - at > 1:
            if not (reading.uncased or any(reading.capital(one) for one in range(at, end))):
                return None
            return at, self._extended(reading, end), KNOWN
        word = reading.folded(at)
        everyday = word in self._words.not_organisations or self._gazetteer.is_word(word) or len(word) < 3
        brand = word in self._words.no_identifiers or all(row[1] == "employer" for row in match.values)
        if everyday or brand or word in self._generic:
            acronym = reading.words[at].isupper() and len(word) > 1 and not reading.uncased
            if not (reading.named(at) or acronym or (brand and not everyday and reading.uncased)):
                return None
            if not reading.cued(at, "work", "club", "schooling", "treatment"):
                return None
            return at, self._extended(reading, end), CUED
        if reading.capital(at):
            return at, self._extended(reading, end), KNOWN
        if (
            reading.uncased
            and len(word) > 4
            and not reading.is_person(at)
            and not self._gazetteer.place(word)
        ):
            return at, self._extended(reading, end), LIKELY
        return None

    def _extended(self, reading: Reading, end: int) -> int:
        """Return where an institution's name ends with its place (Tyrili Arendal) or ward (avdeling for rus)."""
        if reading.folded(end) in _UNITS:
            if reading.folded(end + 1) == "for" and reading.is_word(end + 2):
                return end + 3
            if reading.is_word(end + 1) and (reading.capital(end + 1) or reading.words[end + 1].isdigit()):
                return end + 2
        if end < len(reading.words) and reading.beside(end):
            place = self._place_end(reading, end)
            if place and (reading.capital(end) or reading.uncased):
                return place
        return end

    def _place_end(self, reading: Reading, at: int) -> int:
        """Return where a place that begins at ``at`` ends; 0 if none does."""
        if not reading.has(Hint.PLACE, at):
            return 0
        match = self._gazetteer.places(reading.words, at)
        if match is None or (not reading.capital(at) and self._words.is_everyday(reading.words[at])):
            return 0
        return reading.trimmed(match)

    def _formed(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.institution_form(reading.words, at)
        if match is None:
            return None
        end = reading.trimmed(match)
        for row in match.values:
            if row[1] == "after":
                loose = row[2] in _LOOSE and len(row[0]) < _LONG_HEAD
                first = self._name_before(reading, at, loose=loose)
                if first is not None:
                    return first, self._extended(reading, end), FORMED
            elif row[1] == "before" and end < len(reading.words):
                last = self._name_after(reading, at, end)
                if last is not None:
                    return at, last, FORMED
        return None

    def _placed(self, reading: Reading, at: int) -> _Found:
        """Return ``Krisesenteret i Telemark`` and ``NA-gruppa på Løkka``: a generic name made one by its place."""
        word = reading.folded(at)
        group = word.endswith(("-gruppa", "-gruppen", "-møtet", "-møtene"))
        if not (group or (word in self._generic and reading.named(at) and not reading.words[at].isupper())):
            return None
        if reading.folded(at + 1) not in {"i", "på", "for"} or not reading.capital(at + 2):
            return None
        place = self._place_end(reading, at + 2)
        return (at, place, FORMED) if place else None

    def _name_before(self, reading: Reading, at: int, *, loose: bool) -> int | None:
        """Return where the name before a head begins: ``Nordre Follo`` before ``kommune``."""
        if at == 0 or not reading.beside(at):
            return None
        for size in (3, 2, 1):
            first = at - size
            if first < 0 or not reading.has(Hint.PLACE, first):
                continue
            place = self._gazetteer.places(reading.words, first)
            if place is None or place.end != at:
                continue
            if any(reading.capital(one) for one in range(first, at)):
                return self._joined(reading, first)
            everyday = all(self._words.is_everyday(reading.words[one]) for one in range(first, at))
            if not everyday or (
                not loose and reading.uncased and reading.folded(first) not in self._words.not_places
            ):
                return first
        first = at
        while first > 0 and at - first < 4 and reading.beside(first) and reading.capital(first - 1):
            first -= 1
        if first < at and reading.opens(first) and (at - first == 1 or reading.is_function_word(first)):
            # A capital that only begins the sentence: Denne skolen, Privat barnehage.
            if at - first == 1 and not reading.folded(first).endswith("s"):
                return None
            first += reading.is_function_word(first)
        if first == at or any(reading.folded(one) in self._generic for one in range(first, at)):
            return None
        return None if reading.is_function_word(first) else self._joined(reading, first)

    def _joined(self, reading: Reading, first: int) -> int:
        """Return where a name of two places begins: ``Fjell og Årstad`` DPS."""
        if first > 1 and reading.folded(first - 1) == "og" and reading.named(first - 2):
            return first - 2
        return first

    def _name_after(self, reading: Reading, at: int, end: int) -> int | None:
        if not reading.beside(end):
            return None
        place = self._place_end(reading, end)
        if place and (reading.capital(end) or reading.capital(at) or reading.uncased):
            return place
        if not (reading.capital(at) and reading.capital(end)) or reading.is_function_word(end):
            return None
        return None if reading.is_first_name(end) else reading.run(end, 3)

    def _compound(self, reading: Reading, at: int) -> _Found:
        """Return ``Borgestadklinikken``: a name and what it is in one word."""
        if reading.folded(at) in self._generic:
            return None
        if reading.named(at):
            return at, self._extended(reading, at + 1), LIKELY
        if self._words.hints_compound(reading.words[at]):
            return at, at + 1, LIKELY
        return None

    def _cued(self, reading: Reading, at: int) -> _Found:
        """Return an unknown name after a cue and a preposition: ``jobba som kokk på Xnes``."""
        for ahead in range(at + 1, min(at + 6, len(reading.words) - 1)):
            if reading.words[ahead] in ".?!,;":
                return None
            if reading.folded(ahead) in _AT and reading.capital(ahead + 1):
                return self._employer(reading, ahead + 1)
        return None

    def _employer(self, reading: Reading, at: int) -> _Found:
        end = reading.run(at)
        if reading.is_function_word(at) or (reading.has(Hint.ORGANISATION, at) and end - at == 1):
            return None
        several = end - at > 1 and any(
            reading.folded(one) in {"og", "&", "as", "asa", "ans"} for one in range(at, end)
        )
        if several:
            return at, end, LIKELY
        if reading.has(Hint.PLACE | Hint.FARM, at) or reading.is_person(at) or reading.is_first_name(at):
            return None
        if all(reading.folded(one) in self._generic | self._words.no_identifiers for one in range(at, end)):
            return None
        return at, end, CUED
