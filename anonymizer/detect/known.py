"""People the study knows: their names, places of work, places and contacts, searched for everywhere.

Exact, inflected (genitive, definite ending) and, for longer words, misspelt by a letter or two. Short names and
names that are everyday words count only with a capital letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import OSA

from anonymizer.detect.proposal import Proposal
from anonymizer.detect.text import plain_view
from anonymizer.model import EntityType, KnownPerson

__all__ = ["SURE_NAME", "FoundNames", "KnownNames"]

SURE_NAME = 0.7
"""A person's name at least this sure is looked for everywhere else."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]{1,3})?")
_SENTENCE_START = regex.compile(r"(?:^|[.!?:;\"«(\[-]\s{0,3}|\.\.\.\s{0,3})$")
_ENDINGS = ("s", "'s", "'n", "'en", "'", "en", "ens", "n", "a", "as", "ene", "enes", "ane", "anes")
_SHORT = 3
_FUZZY = 5
_SCORE = 0.95
_WEAK = 0.55
_FUZZY_SCORE = 0.7


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    entity_type: EntityType
    key: str
    part: bool
    """One word of a longer name."""


class KnownNames:
    """The names of the people a study knows, ready to be searched for."""

    def __init__(self, people: Sequence[KnownPerson], *, fuzzy: bool = True) -> None:
        self._first: dict[str, list[_Phrase]] = {}
        self._initials: dict[str, str] = {}
        self._digits: dict[str, tuple[EntityType, str]] = {}
        self._literal: dict[str, tuple[EntityType, str]] = {}
        self._everyday = _everyday_names() if people else frozenset()
        for person in people:
            for name in (person.name, *person.aliases):
                self._add(name, EntityType.PERSON, person.key, parts=True)
            for workplace in person.workplaces:
                self._add(workplace, EntityType.ORGANIZATION, person.key, parts=False)
            for place in person.places:
                self._add(place, EntityType.LOCATION, person.key, parts=False)
            for contact in person.contacts:
                self._add_contact(contact, person.key)
        self._fuzzy: dict[str, list[tuple[str, _Phrase]]] = {}
        for first, phrases in self._first.items():
            for phrase in phrases:
                if fuzzy and len(phrase.words) == 1 and len(first) >= _FUZZY and first not in self._everyday:
                    self._fuzzy.setdefault(_sound(first), []).append((first, phrase))
        self._memo: dict[str, _Phrase | None] = {}

    def _add(self, name: str, entity_type: EntityType, key: str, *, parts: bool) -> None:
        words = tuple(_words(name))
        if not words or not any(len(word) > 1 for word in words):
            return
        self._put(_Phrase(words, entity_type, key, part=False))
        if parts and len(words) > 1:
            for word in words:
                if len(word) >= _SHORT and word not in _PARTICLES:
                    self._put(_Phrase((word,), entity_type, key, part=True))
            self._initials.setdefault(words[0], words[-1][0])

    def _put(self, phrase: _Phrase) -> None:
        known = self._first.setdefault(phrase.words[0], [])
        if all(one.words != phrase.words or one.entity_type != phrase.entity_type for one in known):
            known.append(phrase)
            known.sort(key=lambda one: -len(one.words))

    def _add_contact(self, contact: str, key: str) -> None:
        contact = contact.strip()
        digits = "".join(character for character in contact if character.isdigit())
        if "@" in contact:
            self._literal[contact.casefold()] = (EntityType.EMAIL_ADDRESS, key)
        elif len(digits) >= 5:
            self._digits[digits[-8:]] = (EntityType.PHONE_NUMBER, key)
        elif contact:
            self._add(contact, EntityType.PERSON, key, parts=True)

    def holds(self, name: str) -> bool:
        """Tell whether ``name`` is a known person's name, alias, or a part of one."""
        words = tuple(_words(name))
        if not words:
            return False
        return any(
            phrase.entity_type is EntityType.PERSON and phrase.words == words[: len(phrase.words)]
            for phrase in self._first.get(words[0], ())
        )

    def search(self, text: str) -> Iterator[Proposal]:
        """Yield every mention of a known person, place of work, place or contact in ``text``."""
        if self._first:
            yield from self._search_names(text)
        if self._digits:
            yield from self._search_digits(text)
        for literal, (entity_type, key) in self._literal.items():
            for found in regex.finditer(regex.escape(literal), text, regex.IGNORECASE):
                yield Proposal(found.start(), found.end(), entity_type, _SCORE, "known", key)

    def _search_names(self, text: str) -> Iterator[Proposal]:
        tokens = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
        uncased = not any(character.isupper() for character in text)
        at = 0
        while at < len(tokens):
            start, end, word = tokens[at]
            hit = self._exact(tokens, at)
            if hit is not None:
                phrase, count = hit
                end = tokens[at + count - 1][1]
                score = self._score(phrase, word, text[max(0, start - 8) : start], uncased=uncased)
                if score:
                    start, end = self._with_initials(text, start, end, phrase)
                    yield Proposal(start, end, phrase.entity_type, score, "known", phrase.key)
                at += count
                continue
            fuzzy = self._misspelt(word, text[max(0, start - 8) : start], uncased=uncased)
            if fuzzy is not None:
                yield Proposal(start, end, fuzzy.entity_type, _FUZZY_SCORE, "known-fuzzy", fuzzy.key)
            at += 1

    def _exact(self, tokens: list[tuple[int, int, str]], at: int) -> tuple[_Phrase, int] | None:
        word = tokens[at][2].casefold()
        for form in _stems(word):
            for phrase in self._first.get(form, ()):
                count = len(phrase.words)
                if form != word and count > 1:
                    continue
                if count == 1:
                    if form != word and len(form) <= _SHORT and not word.endswith(("s", "'s", "'n")):
                        continue
                    return phrase, 1
                rest = [token[2].casefold() for token in tokens[at + 1 : at + count]]
                if (
                    len(rest) == count - 1
                    and rest[:-1] == list(phrase.words[1:-1])
                    and phrase.words[-1] in _stems(rest[-1])
                ):
                    return phrase, count
        return None

    def _score(self, phrase: _Phrase, word: str, before: str, *, uncased: bool) -> float:
        if len(phrase.words) > 1:
            return _SCORE
        everyday = phrase.words[0] in self._everyday
        short = len(phrase.words[0]) <= _SHORT
        if word[:1].isupper():
            if everyday and _SENTENCE_START.search(before):
                return _WEAK
            return _SCORE if not everyday else 0.8
        if everyday or (short and not uncased):
            return 0.0
        return 0.85

    def _with_initials(self, text: str, start: int, end: int, phrase: _Phrase) -> tuple[int, int]:
        """Take in the other name's initial: ``Kari N.``, ``K. Nordli``."""
        if not phrase.part:
            return start, end
        initial = self._initials.get(phrase.words[0])
        after = regex.compile(r" ([\p{Lu}])\b\.?(?!\w)").match(text, end)
        if initial and after and after[1].casefold() == initial:
            return start, after.end()
        before = regex.search(r"\b[\p{Lu}]\. ?$", text[max(0, start - 4) : start])
        if before and not initial:
            return start - len(before[0]), end
        return start, end

    def _misspelt(self, word: str, before: str, *, uncased: bool) -> _Phrase | None:
        if len(word) < _FUZZY or not self._fuzzy or not (word[0].isupper() or uncased):
            return None
        if word in self._memo:
            phrase = self._memo[word]
        else:
            phrase = self._memo[word] = self._closest(word.casefold())
            if len(self._memo) > 100_000:
                self._memo.clear()
        if phrase is not None and _SENTENCE_START.search(before) and len(word) < _FUZZY + 1:
            return None
        return phrase

    def _closest(self, word: str) -> _Phrase | None:
        best: tuple[int, _Phrase] | None = None
        for form in _stems(word):
            if form in self._everyday or len(form) < _FUZZY:
                continue
            for name, phrase in self._fuzzy.get(_sound(form), ()):
                limit = 1 if len(name) < 8 else 2
                distance = OSA.distance(form, name, score_cutoff=limit)
                if distance <= limit and (best is None or distance < best[0]):
                    best = (distance, phrase)
        if best is None or _is_other_name(word):
            return None
        return best[1]

    def _search_digits(self, text: str) -> Iterator[Proposal]:
        for found in regex.finditer(r"\d(?:[ .-]?\d){4,14}", text):
            digits = "".join(character for character in found[0] if character.isdigit())
            hit = self._digits.get(digits[-8:])
            if hit:
                yield Proposal(found.start(), found.end(), hit[0], _SCORE, "known", hit[1])


class FoundNames:
    """Names that were found somewhere, to be looked for elsewhere: exact and inflected, with a capital letter.

    Without one only where the word lists know the name and no everyday word is spelled the same.
    """

    SCORE = 0.6

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._known = names | {name + "s" for name in names}
        self._memo: dict[str, bool] = {}

    @classmethod
    def of(cls, texts: Iterable[str]) -> FoundNames:
        """Collect the words of names; short ones and everyday words are left to what stands around them."""
        everyday = _everyday_names()
        names: set[str] = set()
        for text in texts:
            for found in _WORD.finditer(text):
                word = found[0]
                folded = word.casefold()
                for ending in ("'s", "'n"):
                    folded = folded.removesuffix(ending)
                if folded.endswith("s") and folded[:-1] in names:
                    continue
                if (
                    word[0].isupper()
                    and len(folded) > _SHORT
                    and folded not in everyday
                    and folded not in _PARTICLES
                ):
                    names.add(folded)
        return cls(frozenset(names))

    @classmethod
    def within(cls, mentions: Iterable[tuple[str, int, int]]) -> FoundNames:
        """Collect the words of one transcript's mentions (text, start, end), everyday words too where a capital tells.

        Whoever speaks of ``han Bjørn`` means him with ``Bjørn`` at the beginning of a sentence as well.
        """
        mentions = list(mentions)
        names = set(cls.of(text[start:end] for text, start, end in mentions).names)
        everyday = _everyday_names()
        for text, start, end in mentions:
            before = text[max(0, start - 8) : start]
            whole = text[start:end]
            for found in _WORD.finditer(whole):
                word = found[0]
                alone = found.end() == len(whole) or not _is_other_name(word)
                opens = found.start() == 0 and alone and _SENTENCE_START.search(before) is not None
                if word[0].isupper() and len(word) > 1 and not opens and word.casefold() in everyday:
                    names.add(word.casefold())
                if whole.islower() and len(word) > _SHORT and _is_other_name(word):
                    names.add(word)  # speech recognition writes no capitals
        return cls(frozenset(names - _everyday_words()))

    def search(self, text: str) -> Iterator[Proposal]:
        """Yield every word of ``text`` that is one of the names."""
        lower = text.casefold()
        if not any(name in lower for name in self.names):
            return
        for found in _WORD.finditer(text):
            word = found[0]
            folded = word.casefold()
            if folded not in self._known and folded.removesuffix("'s") not in self.names:
                continue
            if word[0].isupper() or self._listed(folded):
                yield Proposal(found.start(), found.end(), EntityType.PERSON, self.SCORE, "name-again")

    def _listed(self, folded: str) -> bool:
        if folded not in self._memo:
            self._memo[folded] = _is_other_name(folded) or _is_other_name(folded.removesuffix("s"))
        return self._memo[folded]


_PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "da", "di", "del", "al", "el", "bin", "ibn", "abu", "dos"}
)


def _words(text: str) -> list[str]:
    return [found[0].casefold() for found in _WORD.finditer(plain_view(text).text)]


def _stems(word: str) -> list[str]:
    stems = [word]
    for ending in _ENDINGS:
        if len(word) > len(ending) + 1 and word.endswith(ending):
            stems.append(word[: -len(ending)])
    return stems


def _sound(word: str) -> str:
    """Return the class of a word's first letter: what a mishearing keeps (K/C/Q, S/Z, I/J, V/W, Å/O)."""
    return {"c": "k", "q": "k", "z": "s", "j": "i", "y": "i", "w": "v", "å": "o", "ø": "o"}.get(
        word[0], word[0]
    )


def _is_other_name(word: str) -> bool:
    """Tell whether a word that is nearly a known name is a name of its own (Marie beside Marit)."""
    from anonymizer.detect.names import is_name  # noqa: PLC0415 - the lists are only read when needed

    return is_name(word)


def _everyday_names() -> frozenset[str]:
    """Return the names that are also everyday words, from the lexicon."""
    from anonymizer.detect.names import everyday_names  # noqa: PLC0415

    return everyday_names()


def _everyday_words() -> frozenset[str]:
    """Return the function words that are never a name alone."""
    from anonymizer.detect.names import everyday_words  # noqa: PLC0415

    return everyday_words()
