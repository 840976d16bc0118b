"""The names round the word that says what an institution is: before it (``Gran`` kommune) or after it (NAV ``Gran``).

With capitals, a place or a word with a capital amid a sentence is one. Without any (speech recognition), a place is,
and a word that no list of everyday words knows.
"""

from __future__ import annotations

from anonymizer.detect.common_words import common_words
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import Hint, vocabulary

__all__ = ["FROM", "HINTS", "InstitutionNames"]

HINTS = Hint.ORGANISATION | Hint.FORM | Hint.ORGANISATION_COMPOUND | Hint.CUE
"""What a word must have for an institution to begin or end there."""
FROM = frozenset(
    ["på", "hos", "i", "ved", "te", "til", "fra", "frå", "ifra", "av", "åt", "hjå", "for", "pao", "mot"]
)
"""Prepositions that stand before an institution's name."""
_NAMED_AFTER_THINGS = frozenset(
    ["kindergarten", "school", "nursing_home", "housing", "clinic", "addiction_treatment", "rehabilitation"]
)
"""What is often called by a thing's name (Trollskogen barnehage), so that a definite noun before it is a name."""
_DEFINITE = ("en", "et", "a", "an", "ane", "ene")
_BARE_HEADS = frozenset(
    ["skole", "skule", "barnehage", "barnehave", "hotell", "industri", "sykehjem", "sjukeheim"]
)
"""Heads that have no article where they end a name: på karuss ``skole``, but på en skole."""
_DESCRIBING = (
    "ig",
    "isk",
    "sk",
    "al",
    "ell",
    "iv",
    "ær",
    "bar",
    "som",
    "løs",
    "ende",
    "ande",
    "t",
    "e",
    "s",
    "full",
)
"""How adjectives and genitives end: privat barnehage, norsk skole, barnas skole."""
_KINDS_OF_HOUSES = frozenset(
    ["annen", "anna", "egen", "liten", "sliten", "åpen", "open", "gammel", "gammal", "ukjent", "moderne", "barnehage",
     "skole", "skule", "hotell", "hjem", "heim", "jobb", "helgen", "sommer", "vinter", "morgen", "morgon",
     "helga", "jula", "påska", "uka", "veka", "kveld", "fjor", "går", "byen", "bygda", "fritid", "kirke", "hverdagen"]
)  # fmt: skip
_SETTLED = frozenset(["municipality", "former_municipality", "settlement", "district", "neighbourhood"])
_TOWNS = frozenset(["municipality", "county", "former_county"])
_WHERE_SHOPS_ARE = (
    "parken",
    "torget",
    "brygga",
    "brygge",
    "tunet",
    "jordet",
    "vika",
    "bakken",
    "moen",
    "haugen",
    "åsen",
)
"""How a word ends that after a chain's name says which of its shops: obs ``sørlandsparken``."""
_OLD_AND_NEW = frozenset(["gamle", "nye", "øvre", "nedre", "indre", "ytre", "nordre", "søndre", "gamla"])
_COMPANY = frozenset(["as", "asa", "ans"])
_SONS = frozenset(["sønn", "sønner"])
_SHORTEST = 4


class InstitutionNames:
    """Where the name before or after an institution's head begins or ends, in a reading."""

    def __init__(self) -> None:
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer
        self._generic = self._words.generic_institutions
        self._common = common_words()
        self._farms = tuple(self._words.farm_endings)

    def place_end(self, reading: Reading, at: int, kinds: frozenset[str] = _TOWNS) -> int:
        """Return where a place that begins at ``at`` ends; 0 if none does.

        Without a capital, one that is an everyday word too counts if it is of these ``kinds``.
        """
        if not reading.has(Hint.PLACE, at):
            return 0
        match = self._gazetteer.places(reading.words, at)
        if match is None:
            return 0
        word = reading.folded(at)
        if not reading.capital(at) and self._words.is_everyday(word):
            # After an institution's head a town is one, ski or moss as it may be.
            town = reading.uncased and any(place.kind in kinds for place in match.values)
            if not town or word in self._words.not_places or reading.is_function_word(at):
                return 0
        return reading.trimmed(match)

    def capital_place(self, reading: Reading, at: int) -> int:
        """Return where a place ends that begins with a capital (or in a text without any); 0 if none does."""
        if at < len(reading.words) and (reading.capital(at) or reading.uncased):
            return self.place_end(reading, at)
        return 0

    def before(self, reading: Reading, at: int, *, loose: bool, kind: str) -> int | None:
        """Return where the name before a head begins: ``Nordre Follo`` before ``kommune``.

        A ``loose`` head is an everyday word too; ``kind`` is what it says the institution is.
        """
        if at == 0 or not reading.beside(at):
            return None
        if reading.folded(at) in _SONS and reading.folded(at - 1) in {"og", "&"}:
            return self.before(reading, at - 1, loose=False, kind=kind)
        if reading.folded(at - 1) in _OLD_AND_NEW and at > 1:  # Varhaug gamle kyrkjegard
            return self.before(reading, at - 1, loose=True, kind=kind)
        first = self._place_before(reading, at, loose=loose)
        if first is not None:
            return first
        if reading.has(Hint.STREET, at - 1):  # Kløverveien bofellesskap, Dr. Moes vei bofellesskap
            return at - 2 if len(reading.folded(at - 1)) <= _SHORTEST and at > 1 else at - 1
        if reading.uncased and reading.folded(at) in _COMPANY:
            return next(
                (back for back in range(at - 1, max(at - 4, 0), -1) if reading.folded(back - 1) in FROM), None
            )
        if reading.uncased:
            return self._unknown_before(reading, at, loose=loose, kind=kind)
        first = at
        while first > 0 and at - first < 4 and reading.beside(first) and reading.capital(first - 1):
            first -= 1
        if first < at and reading.opens(first) and (at - first == 1 or reading.is_function_word(first)):
            # A capital that only begins the sentence: Denne skolen, Privat barnehage.
            stem = reading.folded(first)
            alone = at - first == 1 and (reading.words[at].isupper() or not reading.named(at))
            if alone and (not stem.endswith("s") or self._common.is_everyday(stem[:-1])):
                return None
            first += reading.is_function_word(first)
        if first == at or any(reading.folded(one) in self._generic for one in range(first, at)):
            return None
        return None if reading.is_function_word(first) else self._joined(reading, first)

    def after(self, reading: Reading, at: int, end: int, *, people: bool, shop: bool = False) -> int | None:
        """Return where the name after a head (``at`` to ``end``) ends.

        ``people``: it may be somebody's; of a ``shop`` it may be any place, the street too.
        """
        if not reading.beside(end):
            return None
        if reading.folded(end) == "bydel":  # barneverntjenesten i bydel Grorud
            return self.capital_place(reading, end + 1) or None
        place = self.place_end(reading, end, _SETTLED if shop else _TOWNS)
        if shop and reading.has(Hint.STREET, end) and (reading.capital(end) or reading.uncased):
            return end + 1
        if place and (reading.capital(end) or reading.capital(at) or reading.uncased):
            other = reading.folded(place) == "og" and self.capital_place(reading, place + 1)
            return other or place
        if reading.uncased:
            inside = reading.folded(end - 1) in {"i", "på"} and not reading.has(Hint.PLACE | Hint.FARM, end)
            if (
                shop
                and reading.folded(end).endswith(_WHERE_SHOPS_ARE)
                and reading.folded(end) not in self._common
            ):
                return end + 1
            known = not people and reading.is_first_name(end)
            if inside or known or not self.is_unknown(reading, end):
                return None
            return end + 1 + (people and reading.is_person(end) and reading.is_person(end + 1))
        if not reading.capital(end) or reading.is_function_word(end):
            return None
        if not reading.capital(at) and (not people or reading.is_first_name(end)):
            return None
        return None if reading.is_first_name(end) and not people else reading.run(end, 3)

    def is_unknown(self, reading: Reading, at: int) -> bool:
        """Say whether a word in lower case is in no list of everyday words: it may be a name."""
        word = reading.folded(at)
        if len(word) < _SHORTEST or not word.isalpha() or reading.is_function_word(at):
            return False
        if word in self._generic or word in self._words.no_identifiers or reading.has(HINTS, at):
            return False
        if not self._common.is_everyday(word):
            return True
        # Made of two words, and as places are: svarttjern skole.
        return word not in self._common and reading.folded(at - 1) in FROM and word.endswith(self._farms)

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
                if not loose or (settled and reading.folded(first - 1) in FROM):
                    return first
        return None

    def _unknown_before(self, reading: Reading, at: int, *, loose: bool, kind: str) -> int | None:
        """Return where a name that no list knows begins, in a text without capitals: ``karuss`` skole."""
        first = at
        while first > 0 and at - first < 3 and reading.beside(first) and self.is_unknown(reading, first - 1):
            first -= 1
        if first < at:
            return None if loose and reading.folded(first - 1) not in FROM else first
        thing = reading.folded(at - 1)
        if kind in _NAMED_AFTER_THINGS and thing.endswith(_DEFINITE) and len(thing) > _SHORTEST + 1:
            named = reading.folded(at - 2) in FROM and thing not in self._generic
            return at - 1 if named and not reading.has(HINTS, at - 1) else None
        if reading.folded(at) in _BARE_HEADS and len(thing) > _SHORTEST and self._is_thing(reading, at - 1):
            return at - 1 if reading.folded(at - 2) in FROM else None  # tusenbein barnehage
        return None

    def _is_thing(self, reading: Reading, at: int) -> bool:
        """Say whether a word may be a noun that a house is called by, and no word for what kind of house it is."""
        word = reading.folded(at)
        if reading.is_function_word(at) or word in self._generic or reading.has(HINTS | Hint.CUE, at):
            return False
        return not word.endswith(_DESCRIBING) and word not in _KINDS_OF_HOUSES

    def _joined(self, reading: Reading, first: int) -> int:
        """Return where a name of two places begins: ``Fjell og Årstad`` DPS."""
        if first > 1 and reading.folded(first - 1) == "og" and reading.named(first - 2):
            other = self._gazetteer.organisation(reading.words, first - 2)
            return first if other is not None and other.end == first - 1 else first - 2
        return first
