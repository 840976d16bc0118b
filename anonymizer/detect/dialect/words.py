"""Dialect words: the closed list, and where its words stand in a text.

The list (`rules/lexicon/dialect_words.tsv`) gives each form the areas it is written in, with a weight from 1 (there
among others) to 3 (nearly only there), says whether it is a mark (a word neither written standard has and no one is
called), and what it is in Bokmål and Nynorsk where that does not depend on the words around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import regex

from anonymizer.data import load_lexicon
from anonymizer.errors import PackError
from anonymizer.model import Standard

__all__ = ["DialectMark", "DialectWord", "dialect_marks", "dialect_words", "find_dialect", "tokens"]

_TOKEN = regex.compile(r"\p{L}[\p{L}\p{M}]*+(?:['’][\p{L}\p{M}]++)?+")
_AMID = regex.compile(r"[.?!:…«»\"“”()\[\]\n–—-]\s*+$")
_GLUED_BEFORE = regex.compile(r"(?:[-_@/\\\d'’]|\w[.:])$")
_GLUED_AFTER = regex.compile(r"[-_@/\\\d'’]|[.:]\w")
_SCORES = {1: 0.6, 2: 0.75, 3: 0.9}
_LONE_BEFORE = regex.compile(r"(?<!\S)[^\W\d_aeiouyæøåAEIOUYÆØÅ][.,]?+\s$")
_LONE_AFTER = regex.compile(r"[.,]?+\s[^\W\d_aeiouyæøåAEIOUYÆØÅ](?![\w'’])")


@dataclass(frozen=True, slots=True)
class DialectWord:
    """One form of the list; `areas` maps area to weight 1 to 3, `written` standard to replacement."""

    form: str
    areas: Mapping[str, int]
    mark: bool
    written: Mapping[Standard, str]

    @property
    def score(self) -> float:
        """Return how surely the word tells an area: by its greatest weight."""
        return _SCORES[max(self.areas.values())]


@dataclass(frozen=True, slots=True)
class DialectMark:
    """A dialect word in a text: `start`/`end` are code points, `areas` maps area to weight 1 to 3."""

    start: int
    end: int
    word: str
    areas: Mapping[str, int]
    score: float


@cache
def dialect_words() -> Mapping[str, DialectWord]:
    """Return the list by form, lower-cased; raise `PackError` if a replacement would itself be replaced."""
    words = {}
    for form, areas, mark, nb, nn in load_lexicon("dialect_words").rows:
        weights = {area: int(weight) for area, weight in (each.split(":") for each in areas.split("|"))}
        written = {
            standard: text for standard, text in ((Standard.BOKMAAL, nb), (Standard.NYNORSK, nn)) if text
        }
        words[form] = DialectWord(form, MappingProxyType(weights), mark == "yes", MappingProxyType(written))
    for word in words.values():
        for standard, text in word.written.items():
            if any(part in words and standard in words[part].written for part in text.split()):
                raise PackError(
                    f"the replacement in column {standard} is a form that is replaced too",
                    where=f"dialect_words.tsv ({word.form})",
                )
    return MappingProxyType(words)


def tokens(text: str) -> Iterator[tuple[int, int, DialectWord]]:
    """Yield where a form of the list stands as a word of its own: start, end, the form.

    A word that is part of a longer token (`a-dæm`, `dæm_2`, an address), that has capitals inside, that begins with a
    capital amid a sentence (it may be a name), or that is a letter spelled out is passed over.
    """
    words = dialect_words()
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        token = match.group()
        word = words.get(token.casefold().replace("’", "'"))
        if word is None:
            continue
        if _GLUED_BEFORE.search(text, max(0, start - 2), start) or _GLUED_AFTER.match(text, end, end + 2):
            continue
        if not token.islower():
            if not token[0].isupper() or not (len(token) == 1 or token[1:].islower()):
                continue
            before = text[max(0, start - 20) : start]
            if before.strip() and not _AMID.search(before):
                continue
        if len(token) == 1 and _spelled(text, start, end):
            continue
        yield start, end, word


def _spelled(text: str, start: int, end: int) -> bool:
    """Say whether a lone letter stands next to a lone consonant, as when a name is spelled out."""
    return bool(_LONE_BEFORE.search(text, max(0, start - 8), start) or _LONE_AFTER.match(text, end, end + 8))


def dialect_marks(text: str) -> tuple[DialectMark, ...]:
    """Return the dialect words of a text, in order; words that a written standard has too are none."""
    return tuple(
        DialectMark(start, end, text[start:end], word.areas, word.score)
        for start, end, word in tokens(text)
        if word.mark
    )


def find_dialect(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and score of every dialect word: the recogniser behind findings of type DIALECT."""
    for start, end, word in tokens(text):
        if word.mark:
            yield start, end, word.score
