"""Everyday words: those on the lists, in their other forms, and put together of two.

The list has the simple words of Bokmål. What Nynorsk and speech make of them (``kastar``, ``klokkan``) is known by its
ending, a compound (``sandkassa``) by its parts, unless its last part is one that farms and surnames end in
(``bratteteig``), where nothing but the list itself tells.
"""

from __future__ import annotations

from functools import cache

from anonymizer.data import load_lexicon, recognisers_dir
from anonymizer.detect.names import everyday_words, first_names, listed_words, surnames
from anonymizer.errors import PackError

__all__ = ["CommonWords", "common_words"]

_SHORTEST_FIRST, _SHORTEST_LAST = 3, 4
_LONGEST = 40
_KEPT = 200_000
_JOINTS = "se-"


class CommonWords:
    """The words of writing, speech and dialect that without a capital are no name by themselves; all in lower case."""

    def __init__(self) -> None:
        names = first_names() | surnames()
        dialect = frozenset(load_lexicon("dialect_words").column("form"))
        self._listed = (
            listed_words("common-words")
            | listed_words("spoken-words")
            | everyday_words()
            | (frozenset(word.casefold() for word in dialect) - names)
        )
        self._names = names
        self._endings = _endings()
        self._longest_ending = max(map(len, self._endings))
        self._farms = _farm_endings()
        self._memo: dict[str, bool] = {}

    def __contains__(self, word: object) -> bool:
        """Tell whether ``word`` itself is on the lists."""
        return word in self._listed

    def is_everyday(self, word: str) -> bool:
        """Tell whether ``word`` is a listed word, a form of one, or a compound of two; a listed name never is."""
        if word in self._listed:
            return True
        known = self._memo.get(word)
        if known is None:
            if len(self._memo) > _KEPT:
                self._memo.clear()
            may_be = len(word) <= _LONGEST and word not in self._names
            known = may_be and (self._is_form(word) or self._is_compound(word))
            if may_be and not known and "ao" in word:  # å as it is written in parts of the west: pao, frao
                known = self.is_everyday(word.replace("ao", "å"))
            self._memo[word] = known
        return known

    def _is_form(self, word: str) -> bool:
        """Tell whether ``word`` is a form of a listed word: ``skildringane`` of ``skildringene``."""
        if word in self._listed:
            return True
        if word.startswith("kv") and "hv" + word[2:] in self._listed:
            return True
        for size in range(1, min(len(word) - 2, self._longest_ending) + 1):
            stem = word[:-size]
            for instead in self._endings.get(word[-size:], ()):
                if stem + instead in self._listed:
                    return True
        return False

    def _is_compound(self, word: str) -> bool:
        for at in range(_SHORTEST_FIRST, len(word) - _SHORTEST_LAST + 1):
            first = word[:at]
            joined = first in self._listed or (
                first[-1] in _JOINTS and at > _SHORTEST_FIRST and first[:-1] in self._listed
            )
            last = word[at:]
            if joined and last not in self._farms and last not in self._names and self.is_everyday(last):
                return True
        return False


def _endings() -> dict[str, tuple[str, ...]]:
    """Return the Bokmål endings that an ending may stand for, by ending."""
    path = recognisers_dir() / "word-endings.txt"
    found: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        try:
            ending, instead = line.split()
        except ValueError:
            raise PackError("two endings belong on a line", where=f"{path.name}, line {number}") from None
        found.setdefault(ending, []).append("" if instead == "-" else instead)
    return {ending: tuple(dict.fromkeys(instead)) for ending, instead in found.items()}


def _farm_endings() -> frozenset[str]:
    """Return what farms, and the surnames made of them, end in, in every form."""
    endings: set[str] = set()
    for ending, _, _, inflected in load_lexicon("place_endings").rows:
        endings.update((ending, *filter(None, inflected.split("|"))))
    return frozenset(endings)


@cache
def common_words() -> CommonWords:
    """Return the everyday words, read once a process; raise ``PackError`` if a list is not sound."""
    return CommonWords()
