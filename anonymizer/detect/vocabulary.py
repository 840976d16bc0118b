"""What the word lists say of one word alone: which recogniser should look at it, and what it is if that is certain.

A ``Vocabulary`` answers for a word by a number whose bits are the ``Hint``s; most words of a talk have none, and the
same words come again and again, so every answer is kept. What stands around a word is the recognisers' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from anonymizer.data import load_lexicon
from anonymizer.detect.common_words import common_words
from anonymizer.detect.gazetteer import Gazetteer, fold, without_genitive
from anonymizer.detect.names import everyday_words, is_name

__all__ = ["Hint", "Vocabulary", "vocabulary"]

_NOUN = (
    "", "s", "en", "ens", "er", "ers", "ene", "enes", "ar", "ars", "ane", "anes", "a", "as", "an", "e", "es", "ne",
    "nes", "n", "ns", "r", "rs", "inga", "ern",
)  # fmt: skip
_WITHOUT_R = ("a", "an", "ane", "ar", "arar", "arane", "aran", "era", "erar", "eran", "æra", "æran")
_INFLECTIONS = {"noun": _NOUN, "adjective": ("", "e", "t"), "fixed": ("", "en", "s")}
_LONGEST_ENDING = 16
_LONGEST_WORD = 60
_KEPT = 200_000
_SURELY_SETTLED, _LONG_SETTLEMENT = 6, 8
"""Letters of a place whose people are told by an ending that verbs (-ing) or any noun (-er) may have."""
_SETTLED = frozenset({"municipality", "former_municipality", "settlement"})
_SHORTEST_HEAD = 5
"""Letters an institution's head must have to be known at the end of a longer word (motorbåtforening)."""


class Hint:
    """Bits of what ``Vocabulary.hints`` answers."""

    PLACE = 1
    """A place's name may begin here."""
    FARM = 2
    """No known name, but formed as farms and places are."""
    STREET = 4
    """Ends as a street does, or is the word after a street's name."""
    PLACE_COMPOUND = 8
    """A place's name and a word for what is there: Mjøsområdet, Oslo-gryta."""
    PLACE_NOUN = 16
    """A word before a place's name: gården."""
    RESIDENCE = 32
    """A word before a preposition and a place: bor."""
    ORGANISATION = 64
    FORM = 128
    ORGANISATION_COMPOUND = 256
    CUE = 512
    """A word before an employer, a club, a school or a place of treatment."""
    ROLE = 1024
    DEMONYM = 2048
    PEOPLE = 4096
    """A nationality, people, language or faith."""
    SPECIAL = 8192
    DIALECT = 16384


class Vocabulary:
    """The lists behind the recognisers of places, origins, organisations, roles and special categories."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._hints: dict[str, int] = {}
        self._common = common_words()

    def of(self, words: Iterable[str]) -> list[int]:
        """Return the hints of each word, as written."""
        kept = self._hints
        try:
            return [kept[word] for word in words]
        except KeyError:
            pass
        if len(kept) > _KEPT:
            kept.clear()
        hints = []
        for word in words:
            known = kept.get(word)
            if known is None:
                known = self._look_up(word)
                if len(word) <= _LONGEST_WORD:
                    kept[word] = known
            hints.append(known)
        return hints

    def is_everyday(self, word: str) -> bool:
        """Say whether a place's name is also an everyday word."""
        folded = fold(word)
        return (
            folded in self.not_places
            or folded in everyday_words()
            or self.gazetteer.is_word(folded)
            or folded in self._common
        )

    def is_common(self, word: str) -> bool:
        """Say whether a word is an ordinary one of the language, a place's name or not."""
        return fold(word) in self._common

    def cues(self, kind: str) -> frozenset[str]:
        """Return the cue words of one kind (``work``, ``residence`` …), folded."""
        return self._cues[kind]

    def hints_compound(self, word: str) -> bool:
        """Say whether a word is a place's name and an institution in one, in lower case too."""
        folded = fold(word)
        for size in range(min(len(folded) - 3, _LONGEST_ENDING), 1, -1):
            if "organisation" in self._endings.get(folded[-size:], ()):
                return self._is_base(folded[:-size])
        return False

    @cached_property
    def not_places(self) -> frozenset[str]:
        """Return the words that no place counts by unless a preposition and a capital say so."""
        return _lookalikes("place")

    @cached_property
    def not_organisations(self) -> frozenset[str]:
        """Return the words that name an institution only with a capital and a cue."""
        return _lookalikes("organisation")

    @cached_property
    def not_peoples(self) -> frozenset[str]:
        """Return the words that say a people only of someone who is it: ``ho er same``."""
        return _lookalikes("nationality")

    @cached_property
    def no_identifiers(self) -> frozenset[str]:
        """Return names that identify no one: medicines, brands, feasts; folded."""
        return frozenset(fold(row[0]) for row in load_lexicon("no_identifiers").rows)

    @cached_property
    def generic_institutions(self) -> frozenset[str]:
        """Return what names an institution that every place has: NAV, DPS, the hospital; folded."""
        return frozenset(fold(term) for term in load_lexicon("generic_institutions").column("term"))

    @cached_property
    def _stood_in_for(self) -> dict[str, tuple[str, ...]]:
        """Return what of a place's name each form of an ending for its people stands in for: -døl for -dal."""
        rows = load_lexicon("demonym_endings").rows
        return {
            fold(row[0]) + form: tuple(fold(one) for one in row[4].split("|") if one)
            for row in rows
            for form in _NOUN
        }

    @cached_property
    def head_endings(self) -> tuple[str, ...]:
        """Return the heads of institutions that a longer word may end in (motorbåtforening), folded."""
        return tuple(dict.fromkeys(_heads()))

    @cached_property
    def definite_heads(self) -> tuple[str, ...]:
        """Return what a word ends in that is an institution with the place after it (lokalsykehuset på), folded."""
        return tuple(dict.fromkeys(_definite_heads()))

    @cached_property
    def farm_endings(self) -> frozenset[str]:
        """Return what the names of farms and places end in, in every form, folded."""
        rows = load_lexicon("place_endings").rows
        return frozenset(fold(form) for row in rows for form in (row[0], *filter(None, row[3].split("|"))))

    @cached_property
    def _cues(self) -> dict[str, frozenset[str]]:
        kinds: dict[str, set[str]] = {}
        for word, kind in load_lexicon("cue_words").rows:
            kinds.setdefault(kind, set()).add(fold(word))
        return {kind: frozenset(words) for kind, words in kinds.items()}

    @cached_property
    def _exact(self) -> dict[str, int]:
        """Return the hints that a folded word has by being on a list, in any of its forms."""
        found = self._origins()

        def add(word: str, hint: int) -> None:
            found[word] = found.get(word, 0) | hint

        for kind, hint in (
            ("placename", Hint.PLACE_NOUN),
            ("residence", Hint.RESIDENCE),
            ("work", Hint.CUE),
            ("club", Hint.CUE),
            ("schooling", Hint.CUE),
            ("treatment", Hint.CUE),
        ):
            for word in self._cues[kind]:
                add(word, hint)
        for word, match, _ in load_lexicon("special_categories").rows:
            if match == "whole":
                add(fold(word), Hint.SPECIAL)
        for word, _, mark, _, _ in load_lexicon("dialect_words").rows:
            if mark == "yes":
                add(word, Hint.DIALECT)
        for word in self.generic_institutions:
            add(word, Hint.FORM)
        add("eneste", Hint.ROLE)
        add("einaste", Hint.ROLE)
        return found

    def _origins(self) -> dict[str, int]:
        """Return the words for people, dialects, nationalities and faiths in all their forms."""
        demonyms: list[str] = []
        peoples: list[str] = []
        for word, _, _, kind in load_lexicon("demonyms").rows:
            forms = demonyms if kind not in {"nationality", "people"} else peoples
            folded = fold(word)
            forms += self._inflected(folded, "adjective" if word.endswith("sk") else "noun")
        for word, _, inflection in load_lexicon("peoples_and_faiths").rows:
            peoples += self._inflected(fold(word), inflection)
        found = dict.fromkeys(demonyms, Hint.DEMONYM) | dict.fromkeys(peoples, Hint.PEOPLE)
        for word in _lookalikes("demonym"):
            found.pop(word, None)
        found |= dict.fromkeys(_lookalikes("nationality"), Hint.PEOPLE)
        return found

    def _inflected(self, folded: str, inflection: str) -> list[str]:
        """Return the forms of a word, those of dialects that let an -r go too: ``somalierar``, ``læstadiana``."""
        forms = [folded + ending for ending in _INFLECTIONS[inflection]]
        if inflection == "noun" and folded.endswith(("er", "ar")) and len(folded) > _LONG_SETTLEMENT:
            short = [folded[:-2] + ending for ending in _WITHOUT_R]
            forms += [
                form for form in short if form not in self._common and not self.gazetteer.is_place(form)
            ]
        return forms

    @cached_property
    def _beginnings(self) -> dict[str, int]:
        rows = load_lexicon("special_categories").rows
        return {fold(word): Hint.SPECIAL for word, match, _ in rows if match == "begins"}

    @cached_property
    def _endings(self) -> dict[str, tuple[str, ...]]:
        """Return what a word's ending may make of it: kinds of ending by folded ending."""
        found: dict[str, list[str]] = {}
        for ending, kind in dict.fromkeys(_listed_endings()):
            found.setdefault(ending, []).append(kind)
        return {ending: tuple(kinds) for ending, kinds in found.items()}

    @cached_property
    def _street_words(self) -> frozenset[str]:
        rows = load_lexicon("street_endings").rows
        return frozenset(fold(row[0]) for row in rows if row[1] != "compound")

    def _look_up(self, word: str) -> int:
        if not word[0].isalnum() or len(word) > _LONGEST_WORD:
            return 0
        folded = fold(word)
        hints = self._exact.get(folded, 0)
        place, organisation, form, role = self.gazetteer.may_begin(folded)
        if folded in everyday_words() and not word[0].isupper():
            place = False  # in lower case "å" and "for" begin no place; fra Å i Lofoten does
        if place:
            hints |= Hint.PLACE
        if organisation:
            hints |= Hint.ORGANISATION
        if form:
            hints |= Hint.FORM
        if role:
            hints |= Hint.ROLE
        if folded in self._street_words:
            hints |= Hint.STREET
        if "-" in word:
            hints |= self._hyphened(word, folded)
        if len(folded) > 4:
            hints |= self._by_ending(word, folded, hints)
        for size in range(3, min(len(folded), _LONGEST_ENDING) + 1):
            if folded[:size] in self._beginnings:
                return hints | Hint.SPECIAL
        return hints

    def _hyphened(self, word: str, folded: str) -> int:
        first, _, rest = folded.rpartition("-")
        if not rest or not first:
            return 0
        if any(self._exact.get(part, 0) & Hint.PEOPLE for part in (first, rest)):
            return Hint.PEOPLE
        if word.rpartition("-")[2].islower() and self._named(first) and not is_name(first):
            return Hint.PLACE_COMPOUND if word[0].isupper() or not self.is_everyday(first) else 0
        return 0

    def _by_ending(self, word: str, folded: str, hints: int) -> int:
        found = 0
        endings = self._endings
        for size in range(min(len(folded) - 1, _LONGEST_ENDING), 1, -1):
            for kind in endings.get(folded[-size:], ()):
                hint = _ENDING_HINTS[kind]
                if not found & hint and self._bears_out(kind, word, folded, folded[:-size], hints):
                    found |= hint
        return found

    def _bears_out(self, kind: str, word: str, folded: str, base: str, hints: int) -> bool:
        """Say whether what stands before an ending makes the word what the ending may make of it."""
        if kind == "special":
            return True
        if kind == "farm":
            return len(base) > 1 and not hints & Hint.PLACE and not is_name(folded)
        if kind == "street":
            return len(base) > 1
        if kind == "head":
            return len(base) > 2
        if kind == "organisation":
            return len(base) > 2 and (word[0].isupper() or self._is_base(base))
        if kind == "compound":
            return len(base) > 2 and not hints & Hint.PLACE and self._is_base(base)
        return self._is_origin(folded, base, kind.partition(" ")[0])

    def _is_origin(self, folded: str, base: str, sure: str) -> bool:
        """Say whether ``base`` is a place's name before an ending for people or a dialect."""
        if len(base) < (3 if sure == "sure" else 4) or folded in _lookalikes("demonym"):
            return False
        instead = self._stood_in_for.get(folded[len(base) :], ())
        listed = folded in self._common
        if sure == "sure":
            if not self.is_everyday(base) and self._is_base(base):
                return True
            return not listed and any(self._is_settled(base + end, 4) for end in ("", *instead))
        if listed or is_name(folded) or self.gazetteer.place(folded):
            return False
        # bud-aling, rau-l(and)-ing; a verb's -ing may hide a hamlet in -e or -a (kjør-ing), so those must be more.
        everyday = self._common.is_everyday(folded)
        if sure == "weak":
            long = (base + end for end in ("", *instead))
            return not everyday and any(self._is_settled(form, _LONG_SETTLEMENT) for form in long)
        if not everyday and any(self._is_settled(base + end, _SURELY_SETTLED) for end in instead):
            return True
        stems = (base, *without_genitive(base)) if not self.is_everyday(base) else ()
        if any(self._named(stem) for stem in stems if len(stem) > 3):
            return True
        longer = [base + end for end in instead]
        if base.endswith("r"):
            longer.append(base[:-1] + "er")
        return any(self._is_municipality(form) for form in longer if len(form) > 4)

    def _is_settled(self, folded: str, shortest: int) -> bool:
        """Say whether people live in a place of this name, an everyday word as it may be."""
        if len(folded) < shortest or folded in self.not_places or folded in everyday_words():
            return False
        return any(place.kind in _SETTLED for place in self.gazetteer.place(folded))

    def _is_municipality(self, folded: str) -> bool:
        if folded in self.not_places:
            return False
        return any(place.kind == "municipality" for place in self.gazetteer.place(folded))

    def _is_base(self, base: str) -> bool:
        """Say whether ``base`` is a place as the first part of a compound: ``mjøs``, ``trondheims``, ``lofot``."""
        stems = (base, base.rstrip("-"), *without_genitive(base))
        if any(self._named(stem) for stem in stems if len(stem) > 3):
            return True
        longer = (stem + end for stem in stems if len(stem) > 3 for end in ("a", "en", "e"))
        return any(self._named(form) for form in longer)

    def _named(self, folded: str) -> bool:
        if self.is_everyday(folded):  # a town's longer name says little else: bergen, halden
            return len(folded) > 5 and self._is_municipality(folded)
        return bool(self.gazetteer.place(folded))


_ENDING_HINTS = {
    "special": Hint.SPECIAL,
    "farm": Hint.FARM,
    "street": Hint.STREET,
    "organisation": Hint.ORGANISATION_COMPOUND,
    "head": Hint.FORM,
    "compound": Hint.PLACE_COMPOUND,
    "sure demonym": Hint.DEMONYM,
    "likely demonym": Hint.DEMONYM,
    "weak demonym": Hint.DEMONYM,
}


def _listed_endings() -> Iterator[tuple[str, str]]:
    """Yield every listed ending in its forms, folded, with what it may make of a word."""
    for ending, sure, _, inflected in load_lexicon("place_endings").rows:
        if sure != "weak":
            for form in (ending, *filter(None, inflected.split("|"))):
                yield from ((fold(form) + genitive, "farm") for genitive in ("", "s"))
    for ending, position, sure, _ in load_lexicon("street_endings").rows:
        if position != "word" and sure == "sure":
            yield from ((fold(ending) + genitive, "street") for genitive in ("", "s"))
    for ending, _ in load_lexicon("place_compounds").rows:
        yield from ((fold(ending) + genitive, "compound") for genitive in ("", "s"))
    yield from _institution_endings()
    for ending, _, sure, *_ in load_lexicon("demonym_endings").rows:
        yield from ((fold(ending) + form, f"{sure} demonym") for form in _NOUN)
    for word, match, _ in load_lexicon("special_categories").rows:
        if match == "ends":
            yield from ((fold(word) + form, "special") for form in _NOUN)


def _institution_endings() -> Iterator[tuple[str, str]]:
    for head, position, *_ in load_lexicon("institution_forms").rows:
        if position == "compound":
            yield from ((fold(head) + genitive, "organisation") for genitive in ("", "s"))
    for head in (*_heads(), *_definite_heads()):
        yield from ((head + genitive, "head") for genitive in ("", "s"))


def _heads() -> Iterator[str]:
    """Yield the heads of institutions that a longer word may end in, folded."""
    for head, position, *_ in load_lexicon("institution_forms").rows:
        if position == "after" and len(head) >= _SHORTEST_HEAD and head.isalpha() and head.islower():
            yield fold(head)


def _definite_heads() -> Iterator[str]:
    """Yield the definite heads that a word may end in before a preposition and a place, folded."""
    for head, position, *_ in load_lexicon("institution_forms").rows:
        if position == "definite":
            yield fold(head)


@cache
def _lookalikes(kind: str) -> frozenset[str]:
    return frozenset(fold(word) for word, not_a in load_lexicon("lookalikes").rows if not_a == kind)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary over the shipped lists and the dumps that were added, one a process, its lists read."""
    words = Vocabulary(Gazetteer.with_indexes())
    words.of(("Lesja", "kommune"))
    return words
