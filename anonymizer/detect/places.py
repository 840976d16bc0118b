"""Places in speech: names the gazetteer knows, farms and streets by how they are formed, compounds of a place's name.

A name that is nothing else counts wherever it stands; one that is an everyday word too (Voss, Ski, Time) needs a
capital amid a sentence and a preposition, or a word of living or coming before it (bor på voss). A surname that is a
place too (Sande) is left to the people unless a preposition of place stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.gazetteer import Place
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import Hint, vocabulary
from anonymizer.model import EntityType

__all__ = ["PlaceRecognizer"]

_HINTS = Hint.PLACE | Hint.FARM | Hint.STREET | Hint.PLACE_COMPOUND | Hint.PLACE_NOUN | Hint.RESIDENCE
_HINTS_OF_A_NAME = Hint.ORGANISATION | Hint.FORM | Hint.PLACE | Hint.STREET | Hint.PLACE_COMPOUND
_MAJOR = frozenset(
    ("municipality", "county", "former_county", "landsdel", "city", "country", "svalbard", "sapmi")
)
_COARSE = frozenset(("country", "world_region", "area"))

_SHORT = 4
CALLED = 0.85
KNOWN = 0.8
LIKELY = 0.7
FORMED = 0.65
GUESSED = 0.55

_Found = tuple[int, int, float] | None


def _is_field_letter(reading: Reading, at: int) -> bool:
    """Say whether a platform's or a block's letter stands after its name: ``Statfjord B``."""
    if at >= len(reading.words) or reading.words[at] not in {"A", "B", "C", "D"} or not reading.beside(at):
        return False
    return not reading.is_word(at + 1) or reading.words[at + 1].islower()


class PlaceRecognizer(GuardedRecognizer):
    """Places by word lists, word formation and prepositions."""

    def __init__(self) -> None:
        super().__init__("places", [EntityType.LOCATION])
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield named places of every size, streets without a number and compounds of a place's name."""
        reading = artifacts.reading
        done = 0
        for at in reading.where(_HINTS):
            if at < done:
                continue
            found = self._found(reading, at)
            if found is None:
                continue
            first, done, score = found
            start, end = reading.span(first, done)
            yield Proposal(start, end, EntityType.LOCATION, score, self.name)

    def _found(self, reading: Reading, at: int) -> _Found:
        hints = reading.hints[at]
        if hints & Hint.PLACE:
            found = self._named(reading, at)
            if found is not None:
                return found
        if hints & Hint.STREET:
            found = self._street(reading, at)
            if found is not None:
                return found
        if hints & Hint.PLACE_COMPOUND:
            return at, at + 1, FORMED
        if hints & Hint.FARM:
            found = self._farm(reading, at)
            if found is not None:
                return found
        if hints & Hint.PLACE_NOUN:
            found = self._called(reading, at)
            if found is not None:
                return found
        return self._after_residence(reading, at) if hints & Hint.RESIDENCE else None

    def _named(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.places(reading.words, at)
        if match is None:
            return None
        end = reading.trimmed(match)
        places = match.values
        if all(place.name in {"Norge", "Noreg"} for place in places):
            return None
        if end - at > 1:
            score = self._phrase(reading, at, end)
        elif reading.capital(at):
            score = self._capital(reading, at, places)
            if score and _is_field_letter(reading, end):
                end += 1
        else:
            score = self._lower(reading, at, places)
        return (at, end, score) if score else None

    def _phrase(self, reading: Reading, at: int, end: int) -> float:
        if reading.capital(at) and (reading.capital(end - 1) or not reading.opens(at)):
            return CALLED
        everyday = all(self._words.is_everyday(reading.words[one]) for one in range(at, end))
        if not everyday:
            return LIKELY
        return LIKELY if reading.uncased and reading.preposition(at) else 0.0

    def _is_everyday(self, reading: Reading, at: int, places: Sequence[Place]) -> bool:
        return (
            all(place.is_word or place.indexed for place in places)
            or self._words.is_everyday(reading.words[at])
            or self._words.is_everyday(places[0].name)
        )

    def _capital(self, reading: Reading, at: int, places: Sequence[Place]) -> float:
        preposition = reading.preposition(at)
        if self._is_everyday(reading, at, places):
            if reading.opens(at):
                return GUESSED if self._is_answer(reading, at, places) else 0.0
            if preposition and not (preposition == "likely" and reading.is_first_name(at)):
                return LIKELY
            lookalike = reading.folded(at) in self._words.not_places or places[0].indexed
            return 0.0 if lookalike or reading.is_person(at) or reading.is_first_name(at) else GUESSED
        if reading.is_person(at):
            beside = (reading.capital(at + 1) and reading.beside(at + 1)) or (
                reading.named(at - 1) and reading.beside(at)
            )
            if preposition == "sure" and not (beside and reading.is_first_name(at)):
                return CALLED
            major = any(place.kind in _MAJOR for place in places) and not reading.is_first_name(at)
            if beside:
                return 0.0
            return GUESSED if major or preposition else 0.0
        return KNOWN

    def _is_answer(self, reading: Reading, at: int, places: Sequence[Place]) -> bool:
        """Say whether a town stands alone as a sentence at the beginning, as the answer to a question: ``Hamar.``"""
        after = reading.words[at + 1] if at + 1 < len(reading.words) else "."
        town = any(place.kind in {"municipality", "city", "settlement"} for place in places)
        return at == 0 and after in ".?!" and town and not self._words.is_common(reading.words[at])

    def _lower(self, reading: Reading, at: int, places: Sequence[Place]) -> float:
        preposition = reading.preposition(at)
        kinds = {place.kind for place in places}
        word = reading.folded(at)
        if len(word) < 3:
            return FORMED if reading.resided(at) and reading.uncased else 0.0
        if self._is_everyday(reading, at, places):
            if word in self._words.not_places:
                return 0.0
            if reading.resided(at):
                return FORMED
            if not reading.uncased:
                return 0.0
            if preposition and not self._words.is_common(reading.words[at]) and len(word) > _SHORT:
                return GUESSED
            town = any(place.kind in {"municipality", "city", "country"} for place in places)
            return (
                GUESSED if town and preposition and reading.folded(at - 1) != "på" and len(word) > 3 else 0.0
            )
        if reading.is_person(at) or reading.is_first_name(at):
            sure = preposition == "sure" or (preposition and kinds & _MAJOR and not reading.is_first_name(at))
            return FORMED if sure and (reading.uncased or reading.resided(at)) else 0.0
        if preposition:
            return LIKELY if reading.uncased or kinds & _MAJOR else FORMED
        if kinds & _MAJOR or kinds & _COARSE:
            return FORMED if len(word) > 3 else 0.0
        return GUESSED if reading.uncased and len(word) > 4 else 0.0

    def _street(self, reading: Reading, at: int) -> _Found:
        first = at
        while first > 0 and at - first < 3 and reading.beside(first) and reading.capital(first - 1):
            first -= 1
        if first < at and not reading.capital(at):
            owner = reading.folded(at - 1)
            if owner.endswith(("s", "'")) and not reading.is_function_word(first):
                return first, at + 1, KNOWN
            return None
        ending = self._gazetteer.street_ending(reading.words[at])
        if ending is None or ending[0].casefold() == reading.folded(at):
            return None
        preposition = reading.preposition(at)
        if reading.capital(at):
            return (at, at + 1, LIKELY) if preposition or reading.named(at) else None
        if reading.uncased and preposition and ending[2] == "sure":
            base = reading.folded(at).removesuffix("s").removesuffix(ending[0].casefold())
            stems = (base, base.removesuffix("s"), base + "a", base + "en")
            if len(base) > 3 and any(
                self._gazetteer.names(stem) or self._gazetteer.place(stem)
                for stem in stems
                if len(stem) > 3 and not self._words.is_everyday(stem)
            ):
                return at, at + 1, GUESSED
            if reading.folded(at) in self._words.cues("streetname"):
                return at, at + 1, GUESSED
        return None

    def _farm(self, reading: Reading, at: int) -> _Found:
        if reading.is_person(at):
            return None
        if reading.named(at) and reading.preposition(at):
            return at, at + 1, LIKELY if reading.preposition(at) == "sure" else GUESSED
        if reading.uncased and reading.resided(at):
            ending = self._gazetteer.place_ending(reading.words[at])
            if ending is not None and ending[1] == "sure":
                return at, at + 1, GUESSED
        return None

    def _called(self, reading: Reading, at: int) -> _Found:
        """Return the name after a noun for places: ``gården Nordli``, ``en gård som heter Nordli``."""
        named = at + 1
        calling = self._words.cues("calling")
        for ahead in range(at + 1, min(at + 5, len(reading.words))):
            if reading.folded(ahead) in calling:
                named = ahead + 1
                break
        if not reading.capital(named) or not reading.beside(named) or reading.is_function_word(named):
            return None
        apposed = named == at + 1
        if apposed and (
            reading.opens(at) or reading.is_first_name(named) or reading.has(Hint.ORGANISATION, named)
        ):
            return None
        match = self._gazetteer.places(reading.words, named)
        end = max(reading.run(named, 2), reading.trimmed(match) if match else 0)
        return named, end, CALLED

    def _after_residence(self, reading: Reading, at: int) -> _Found:
        """Return an unknown name with a capital after a word of living and a preposition: ``bor på Xnes``."""
        for named in (at + 2, at + 3):
            if not reading.capital(named):
                continue
            if reading.preposition(named) != "sure" or reading.has(_HINTS_OF_A_NAME, named):
                return None
            if reading.is_function_word(named) or reading.is_first_name(named):
                return None
            word = reading.words[named]
            if (
                not word.isalpha()
                or word.isupper()
                or len(word) < 3
                or word.casefold() in self._words.no_identifiers
            ):
                return None
            return named, named + 1, GUESSED
        return None
