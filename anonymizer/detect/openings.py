"""A sentence's first word, whose capital says nothing: what follows it tells a person from an everyday word.

What only people do (``Bjørn sa``) makes someone of it. What bears do as well (``Bjørn har vi sett``) does not,
unless kin is spoken of (``Liv er søstera mi``); a subject after the verb means that the first word is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, auto

from anonymizer.detect.names import listed_words, naming_words
from anonymizer.detect.vocabulary import vocabulary

__all__ = ["Opening", "Openings"]

_SUBJECTS = frozenset(
    ("jeg", "eg", "æ", "æg", "e", "je", "i", "vi", "me", "mi", "du", "dere", "dokker", "de", "dei", "dem", "dæm", "man",
     "en", "ein", "han", "hun", "ho", "hu", "det", "da", "den", "alle", "ingen", "noen", "nokon", "folk", "som")
)  # fmt: skip
_NEGATIONS = frozenset(("ikke", "ikkje", "itj", "itte", "ikkj", "inte"))
_COPULAS = frozenset(("er", "e", "æ", "var", "va", "ble", "blei", "vart"))
_DEFINITE = ("", "a", "en", "n")


class Opening(Enum):
    """What the words after a sentence's first word make of it."""

    WORD = auto()
    """No subject: a verb or an object put first."""
    SOMEONE = auto()
    """Someone: people do this, or kin is spoken of."""
    CALLED = auto()
    """Someone is called so: ``Tulla kaller de meg``."""
    OPEN = auto()
    """Nothing tells."""


class Openings:
    """Reads what follows a sentence's first word; ``is_title`` says whether a word is a title or a word for kin."""

    def __init__(self, is_title: Callable[[str], bool]) -> None:
        self._is_title = is_title
        self._deeds = vocabulary().cues("doing")
        self._general = listed_words("general-verbs")
        self._naming = naming_words()
        self._before_subject = self._general | self._deeds | {"så", "såg"}

    def read(self, following: Sequence[str]) -> Opening:
        """Return what the next words (up to three, in lower case) make of the first."""
        if not following or following[0] in _SUBJECTS or following[0] in _NEGATIONS:
            return Opening.WORD
        verb, rest = following[0], following[1:]
        if verb in self._naming:  # Katta heter Dronninga says nothing of the cat
            return Opening.CALLED if verb.startswith("kal") else Opening.WORD
        if verb in self._before_subject and any(word in _SUBJECTS for word in rest[:1]):
            return Opening.WORD
        if verb not in self._deeds:
            return Opening.OPEN
        if verb not in self._general:
            return Opening.SOMEONE
        return Opening.SOMEONE if verb in _COPULAS and any(map(self._is_kin, rest)) else Opening.OPEN

    def _is_kin(self, word: str) -> bool:
        stems = (word.removesuffix(ending) for ending in _DEFINITE)
        return any(self._is_title(stem) for stem in stems)
