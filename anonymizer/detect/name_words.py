"""What the lists say of a word as a name: first or last name, title, kin; and a text as words with their capitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import NamedTuple

from anonymizer.data import load_lexicon, rules_dir
from anonymizer.detect.common_words import common_words
from anonymizer.detect.names import (
    everyday_names,
    everyday_words,
    first_names,
    listed_words,
    naming_words,
    surnames,
)
from anonymizer.detect.number_words import read_word

__all__ = ["NameToken", "NameWords", "name_tokens"]

_WORD = re.compile(r"('?[^\W\d_]+(?:['-][^\W\d_]+)*(?:'(?=\s|$))?)|[.?!:;…\"«»“”()\[\]-]")
_SHORTEST_TITLE = 5
_SHORTEST_LOWER = 3
_KEPT = 200_000
_NO_ARTICLES = frozenset(("a", "i", "hans", "hennes", "hannes", "henne", "hi"))
"""Pronouns that stand before names for another reason: ``hans Silje``."""


class NameToken(NamedTuple):
    """A word or mark of a text, where it stands, and whether it has a capital and begins a sentence."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    opens: bool
    """It begins a sentence, where a capital says nothing."""


_new: Callable[[tuple[int, int, str, str, bool, bool]], NameToken] = partial(tuple.__new__, NameToken)
"""A token from its six fields, in the order above; a third of the time, and there is one for every word."""


@cache
def _words_of(name: str, column: str) -> frozenset[str]:
    if not (rules_dir() / "lexicon" / f"{name}.tsv").is_file():
        return frozenset()
    return frozenset(word.casefold() for word in load_lexicon(name).column(column))


@cache
def _nouns() -> frozenset[str]:
    if not (rules_dir() / "lexicon" / "word_names.tsv").is_file():
        return frozenset()
    words = load_lexicon("word_names")
    pairs = zip(words.column("word"), words.column("class"), strict=True)
    return frozenset(word for word, kind in pairs if kind == "noun")


class NameWords:
    """The lists of names, titles and kin, and what they say of a word, folded."""

    def __init__(self) -> None:
        self.first = first_names() | _words_of("nicknames", "nickname")
        self.last = surnames()
        self.never = everyday_words()
        self.common = common_words()
        self.titles = _words_of("titles_and_kin", "word")
        self.callings = frozenset(
            row[0].casefold() for row in load_lexicon("titles_and_kin").rows if row[1] == "title"
        )
        self.articles = _words_of("pronoun_articles", "word") - _NO_ARTICLES
        self.nouns = _nouns()
        self.naming = naming_words()
        self.first_of_two = listed_words("first-of-two")
        self.before_hyphen = listed_words("nickname-words")
        self._everyday = everyday_names()
        self._surname_endings = tuple(listed_words("surname-endings"))
        self._kinds: dict[str, str] = {}

    def kind(self, folded: str) -> str:
        """Return ``first``, ``last``, ``word`` (a name that is an everyday word too) or "" for what the lists say."""
        kind = self._kinds.get(folded)
        if kind is None:
            kind = self._kinds[folded] = self._look_up(folded)
            if len(self._kinds) > _KEPT:
                self._kinds.clear()
        return kind

    def is_title(self, folded: str) -> bool:
        """Say whether a word is a title or a kin term, after which a name may stand."""
        return folded in self.titles

    def _look_up(self, folded: str) -> str:
        if folded in self.never or len(folded) < 2:
            return ""
        for form in _stems(folded):
            named = form in self.first, form in self.last
            if any(named):
                if form != folded and folded in self.common:
                    return ""  # dans is no one called Dan
                if form in self._everyday or folded in self._everyday or folded in self.common:
                    return "word"
                return "first" if named[0] else "last"
        article, mark, rest = folded.partition("'")
        if mark and rest and (article in self.articles or article + "'" in self.articles):
            return "first" if self._look_up(rest) else ""
        if "-" in folded:
            parts = folded.split("-")
            kinds = [self._look_up(part) for part in parts if part]
            if kinds and (kinds[-1] in {"first", "last"} or all(kinds)):
                return "first" if kinds[-1] == "word" else kinds[-1]
        return ""

    def is_compound_title(self, folded: str) -> bool:
        """Say whether a word ends in a title: ``psykologspesialist``."""
        sizes = range(_SHORTEST_TITLE, len(folded) - 2)
        return any(folded[-size:] in self.titles for size in sizes)

    def may_be_surname(self, folded: str) -> bool:
        """Say whether a word no list knows is a surname after a first name: by its ending, or no word at all."""
        if folded in self.common or folded in self.titles or len(folded) <= _SHORTEST_LOWER:
            return False
        if len(folded) > _SHORTEST_TITLE and folded.endswith(self._surname_endings):
            return True
        return not self.common.is_everyday(folded) and read_word(folded) is None and folded.isalpha()


def name_tokens(text: str) -> list[NameToken]:
    """Return the words and marks of a text."""
    tokens: list[NameToken] = []
    add = tokens.append
    opens = True
    for found in _WORD.finditer(text):
        word = found[0]
        start, end = found.span()
        if found.lastindex is None:
            add(_new((start, end, word, word, False, False)))
            opens = True
            continue
        letter = word[0]
        if "-" in word and word.partition("-")[0] in listed_words("nickname-words"):
            letter = word.rpartition("-")[2][:1] or letter
        if "'" in word:
            article, mark, rest = word.partition("'")
            letter = (rest if mark and rest and (not article or article.islower()) else word)[0]
        add(_new((start, end, word, word.casefold(), letter.isupper(), opens)))
        opens = False
    return tokens


def _stems(folded: str) -> Iterator[str]:
    yield folded
    for ending in ("'s", "'n", "'en", "n'", "'", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) > 1:
            yield folded[: -len(ending)]
