"""Institutions and employers: known ones, formed ones (``Gran kommune``, ``NAV Gran``), and those a cue gives away.

A generic name alone (NAV, LAR, DPS, the hospital) is none. A name that is also an everyday word (Start, Brann), and a
chain or brand (Kiwi), counts only with a capital and a cue: someone works, plays, studies or is treated there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anonymizer.detect.common_words import common_words
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.gazetteer import fold
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
_FROM = frozenset(["på", "hos", "i", "ved", "te", "til", "fra", "frå", "ifra", "av", "åt", "hjå", "for"])
_UNITS = frozenset(["avdeling", "avd", "seksjon", "seksjonen", "avdelingen", "klinikk", "poliklinikk"])
_LOOSE = frozenset(
    ["school", "church", "employer", "newspaper", "clinic", "public_body", "association", "sports_club"]
)
"""Kinds whose short heads are everyday words: before them in lower case only a name that is nothing else counts."""
_LONG_HEAD = 10
_NAMED_AFTER_PEOPLE = frozenset(["et spisested", "en arbeidsplass", "en forening", "en menighet"])
"""What is often called by somebody's name (Kafé Magdalena), told by the category of its head."""
_NAMED_AFTER_THINGS = frozenset(
    ["kindergarten", "school", "nursing_home", "housing", "clinic", "addiction_treatment", "rehabilitation"]
)
"""What is often called by a thing's name (Trollskogen barnehage), so that a definite noun before it is a name."""
_SURNAMED = frozenset(["employer", "school", "sports_club", "rehabilitation", "addiction_treatment"])
"""Kinds whose names are people's as well (Rosenberg): without a cue they are somebody."""
_KEPT_IN = frozenset(["prison", "hospital", "psychiatry", "addiction_treatment"])
_DEFINITE = ("en", "et", "a", "an", "ane", "ene", "heimen", "tunet")
_WARD = frozenset(["to", "tre", "fire", "fem", "seks", "sju", "syv", "åtte", "ni", "ti", *"bcdfgh"])
_WARD_CODE = re.compile(r"\d{1,3}[a-h]?|[a-h]\d{1,2}")
_SHORTEST_BRANCH = 7
_SETTLED = frozenset(["municipality", "former_municipality", "settlement"])
_ORDINALS = frozenset(["første", "fyrste", "andre", "tredje", "fjerde", "femte", "sjette"])

_Found = tuple[int, int, float] | None


class OrganisationRecognizer(GuardedRecognizer):
    """Particular institutions, employers, schools, clubs."""

    def __init__(self) -> None:
        super().__init__("organisations", [EntityType.ORGANIZATION])
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer
        self._generic = self._words.generic_institutions
        self._common = common_words()
        self._heads = self._words.head_endings
        self._farms = tuple(self._words.farm_endings)

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
        if found is None and hints & (Hint.FORM | Hint.ORGANISATION):
            found = self._placed(reading, at)
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
        acronym = any(form.isupper() for form in self._forms(match.values, word))
        if acronym and not (reading.words[at].isupper() or reading.uncased):
            return None
        score = self._word_score(reading, at, word, match.values)
        return (at, self._extended(reading, end), score) if score else None

    def _word_score(self, reading: Reading, at: int, word: str, rows: tuple[tuple[str, ...], ...]) -> float:
        """Return how surely a name of one word is an institution where it stands; 0 where it is none."""
        everyday = word in self._words.not_organisations or self._gazetteer.is_word(word) or len(word) < 3
        if reading.is_person(at) and all(row[1] in _SURNAMED for row in rows):
            everyday = True
        brand = word in self._words.no_identifiers or all(row[1] == "employer" for row in rows)
        if everyday or brand or word in self._generic:
            acronym = reading.words[at].isupper() and len(word) > 1 and not reading.uncased
            told = reading.named(at) or acronym or (brand and not everyday and reading.uncased)
            return CUED if told and reading.cued(at, "work", "club", "schooling", "treatment") else 0.0
        common = self._common.is_everyday(word)
        if reading.capital(at):
            return KNOWN if reading.named(at) or not common else 0.0
        if not reading.uncased:
            return 0.0
        after = reading.folded(at - 1) in _FROM
        if after and reading.cued(at, "treatment") and any(row[1] in _KEPT_IN for row in rows):
            return CUED  # sona på ila
        if self._gazetteer.place(word) or (common and len(word) < _LONG_HEAD):
            return 0.0
        if len(word) > 4:
            return LIKELY
        return CUED if after and reading.cued(at, "work", "club", "schooling", "treatment") else 0.0

    def _forms(self, rows: tuple[tuple[str, ...], ...], word: str) -> list[str]:
        """Return the listed names that a word was found by, as they are written."""
        return [form for row in rows for form in (row[0], *row[3].split("|")) if fold(form) == word]

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
        if match is None:
            return 0
        word = reading.folded(at)
        if not reading.capital(at) and self._words.is_everyday(word):
            # After an institution's head a town is one, ski or moss as it may be.
            town = reading.uncased and any(place.kind == "municipality" for place in match.values)
            if not town or word in self._words.not_places or reading.is_function_word(at):
                return 0
        return reading.trimmed(match)

    def _formed(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.institution_form(reading.words, at)
        if match is None:
            first = (
                self._name_before(reading, at, loose=False, kind="")
                if self._ends_in_head(reading, at)
                else None
            )
            return None if first is None else (first, self._extended(reading, at + 1), FORMED)
        end = reading.trimmed(match)
        for row in match.values:
            found = self._by_form(reading, at, end, row)
            if found is not None:
                return found
        return None

    def _ends_in_head(self, reading: Reading, at: int) -> bool:
        """Say whether a word ends in an institution's head: ``motorbåtforening``."""
        word = reading.folded(at)
        return word.endswith(self._heads) or (word.endswith("s") and word[:-1].endswith(self._heads))

    def _by_form(self, reading: Reading, at: int, end: int, row: tuple[str, ...]) -> _Found:
        head, position, kind, category = row[:4]
        if position == "after":
            if head[0].isupper() and not self._as_written(reading, at, head):
                return None
            loose = kind in _LOOSE and len(head) < _LONG_HEAD
            first = self._name_before(reading, at, loose=loose, kind=kind)
            return None if first is None else (first, self._extended(reading, end), FORMED)
        if position == "before" and end < len(reading.words):
            people = category in _NAMED_AFTER_PEOPLE or (reading.uncased and category == "en butikk")
            last = self._name_after(reading, at, end, people=people)
            if last is None and kind == "employer" and reading.folded(end) in {"på", "i"}:
                last = self._capital_place(reading, end + 1)
            return None if last is None else (at, last, FORMED)
        if position == "ward":
            return self._ward(reading, at, end)
        if position == "numbered":
            return self._numbered(reading, at, end)
        return None

    def _as_written(self, reading: Reading, at: int, head: str) -> bool:
        """Say whether a head listed with capitals has them (Bil, IL); an acronym needs none where there are none."""
        if head.isupper():
            return reading.uncased or reading.words[at].isupper()
        return reading.capital(at)

    def _ward(self, reading: Reading, at: int, end: int) -> _Found:
        """Return ``medisinsk sengepost 2``, ``post 4``, ``psykiatrisk avdeling på Notodden``."""
        branch = reading.folded(at - 1)
        special = branch.endswith("sk") and len(branch) > _SHORTEST_BRANCH and reading.beside(at)
        first, last = at - special, end
        sign = reading.folded(end)
        if end < len(reading.words) and reading.beside(end):
            letter = sign == "a" and reading.capital(end)
            if sign in _WARD or letter or _WARD_CODE.fullmatch(sign):
                last = end + 1
        placed = last
        if reading.folded(last) in {"på", "ved", "i"} and reading.is_word(last + 1):
            there = self._found(reading, last + 1) if reading.has(_HINTS, last + 1) else None
            placed = there[1] if there is not None and there[0] == last + 1 else 0
            placed = placed or self._capital_place(reading, last + 1) or last
        if last > end:
            known = special or reading.named(at) or reading.folded(first - 1) in _FROM
            return (first, placed, LIKELY) if known else None
        if special and (placed > last or reading.named(first)):
            return first, placed, LIKELY
        return None

    def _numbered(self, reading: Reading, at: int, end: int) -> _Found:
        """Return ``2. bataljon``, ``andre kompani``."""
        if reading.folded(at - 1) in _ORDINALS and not reading.opens(at - 1):
            return at - 1, end, LIKELY
        if at > 1 and reading.words[at - 1] == "." and reading.words[at - 2].isdigit():
            return at - 2, end, FORMED
        return None

    def _capital_place(self, reading: Reading, at: int) -> int | None:
        if at < len(reading.words) and (reading.capital(at) or reading.uncased):
            return self._place_end(reading, at) or None
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

    def _name_before(self, reading: Reading, at: int, *, loose: bool, kind: str) -> int | None:
        """Return where the name before a head begins: ``Nordre Follo`` before ``kommune``."""
        if at == 0 or not reading.beside(at):
            return None
        first = self._place_before(reading, at, loose=loose)
        if first is not None:
            return first
        if reading.uncased:
            return self._unknown_before(reading, at, loose=loose, kind=kind)
        first = at
        while first > 0 and at - first < 4 and reading.beside(first) and reading.capital(first - 1):
            first -= 1
        if first < at and reading.opens(first) and (at - first == 1 or reading.is_function_word(first)):
            # A capital that only begins the sentence: Denne skolen, Privat barnehage.
            stem = reading.folded(first)
            if at - first == 1 and (not stem.endswith("s") or self._common.is_everyday(stem[:-1])):
                return None
            first += reading.is_function_word(first)
        if first == at or any(reading.folded(one) in self._generic for one in range(first, at)):
            return None
        return None if reading.is_function_word(first) else self._joined(reading, first)

    def _place_before(self, reading: Reading, at: int, *, loose: bool) -> int | None:
        for size in (3, 2, 1):
            first = at - size
            if first < 0 or not reading.has(Hint.PLACE, first):
                continue
            place = self._gazetteer.places(reading.words, first)
            if place is None or place.end != at:
                continue
            if any(reading.capital(one) for one in range(first, at)):
                return self._joined(reading, first)
            if not all(self._words.is_everyday(reading.words[one]) for one in range(first, at)):
                return first
            if reading.uncased and reading.folded(first) not in self._words.not_places:
                settled = any(one.kind in _SETTLED for one in place.values)
                if not loose or (settled and reading.folded(first - 1) in _FROM):
                    return first
        return None

    def _unknown_before(self, reading: Reading, at: int, *, loose: bool, kind: str) -> int | None:
        """Return where a name that no list knows begins, in a text without capitals: ``karuss`` skole."""
        first = at
        while first > 0 and at - first < 3 and reading.beside(first) and self._is_unknown(reading, first - 1):
            first -= 1
        if first < at:
            return None if loose and reading.folded(first - 1) not in _FROM else first
        thing = reading.folded(at - 1)
        if kind in _NAMED_AFTER_THINGS and thing.endswith(_DEFINITE) and len(thing) > 5:
            named = reading.folded(at - 2) in _FROM and thing not in self._generic
            return at - 1 if named and not reading.has(_HINTS, at - 1) else None
        return None

    def _is_unknown(self, reading: Reading, at: int) -> bool:
        """Say whether a word in lower case is in no list of everyday words: it may be a name."""
        word = reading.folded(at)
        if len(word) < 4 or not word.isalpha() or reading.is_function_word(at):
            return False
        if word in self._generic or word in self._words.no_identifiers or reading.has(_HINTS, at):
            return False
        if not self._common.is_everyday(word):
            return True
        # Made of two words, and as places are: svarttjern skole.
        return word not in self._common and reading.folded(at - 1) in _FROM and word.endswith(self._farms)

    def _joined(self, reading: Reading, first: int) -> int:
        """Return where a name of two places begins: ``Fjell og Årstad`` DPS."""
        if first > 1 and reading.folded(first - 1) == "og" and reading.named(first - 2):
            other = self._gazetteer.organisation(reading.words, first - 2)
            return first if other is not None and other.end == first - 1 else first - 2
        return first

    def _name_after(self, reading: Reading, at: int, end: int, *, people: bool) -> int | None:
        if not reading.beside(end):
            return None
        place = self._place_end(reading, end)
        if place and (reading.capital(end) or reading.capital(at) or reading.uncased):
            other = reading.folded(place) == "og" and self._capital_place(reading, place + 1)
            return other or place
        if reading.uncased:
            inside = reading.folded(end - 1) in {"i", "på"} and not reading.has(Hint.PLACE | Hint.FARM, end)
            known = not people and reading.is_first_name(end)
            return None if inside or known or not self._is_unknown(reading, end) else end + 1
        if not (reading.capital(at) and reading.capital(end)) or reading.is_function_word(end):
            return None
        return None if reading.is_first_name(end) and not people else reading.run(end, 3)

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
