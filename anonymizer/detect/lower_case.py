"""What speaks for a name that has no capital, as speech recognition writes it: lists, cues and no everyday use.

A language model that has learnt from lower-cased text takes verbs of everyday speech (``røk``, ``hekla``) for
names with great certainty. Without a capital its word alone is not enough: a listed name, a cue before it
(``heter``, ``tante``), or a word that no list of everyday words knows must go with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.detect.common_words import common_words
from anonymizer.detect.names import everyday_words, first_names, naming_words
from anonymizer.detect.number_words import read_word
from anonymizer.detect.people import PeopleRecognizer

__all__ = ["LOOK_BACK", "LowerCaseNames"]

RARE_WORD = 0.4
"""How probable a listed first name must be that is a seldom word too: ``stig``, ``thea``."""
DOUBTFUL = 0.9
"""How probable a name must be that is an everyday word, or that no list knows, neither as a name nor as a word."""

CERTAIN = 0.97
"""How probable what is nothing but everyday words must be, or a name without its capital in a text that has them."""
CALLED = 0.6
"""How probable an everyday word must be that someone is said to be called by."""
OPENING_COMMON = 0.8
"""How probable an everyday word that begins a sentence must be to pass for someone's nickname: ``Rotta``."""
OPENING_UNLISTED = 0.6
"""The same of a word that no list knows."""
_CLIPPED = 2
LOOK_BACK = 4
"""Words before a candidate that may hold a word of naming."""
_BETWEEN = frozenset(
    ("seg", "sæ", "meg", "mæ", "han", "ho", "hun", "hu", "henne", "ham", "den", "dei", "de", "bare", "berre", "vare",
     "for", "egentlig", "eigentleg", "jo", "alltid")
)  # fmt: skip
"""Words that may stand between it and the name: ``kalte han bare``."""


class LowerCaseNames:
    """Decides which of a candidate's words are a name, if any."""

    def __init__(self, people: PeopleRecognizer) -> None:
        self._people = people
        self._common = common_words()
        self._naming = naming_words()
        self._first = first_names()
        self._never = everyday_words()

    def is_common(self, words: Sequence[str]) -> bool:
        """Say whether every one of ``words`` is an everyday word or a number, and no certain name."""
        return all(
            self._everyday(word.casefold()) and self._people.kind(word.casefold()) in {"", "word"}
            for word in words
        )

    def name_in(
        self, words: Sequence[str], probability: float, before: Sequence[str], *, cased: bool = False
    ) -> tuple[int, int] | None:
        """Return which of ``words`` (start, end) are the name, or ``None`` if too little speaks for one.

        ``before`` are the words that stand before them, the nearest last; ``cased`` says that the text has capitals
        elsewhere, where a name would have one too.
        """
        folded = [word.casefold() for word in words]
        if any(map(str.isdigit, "".join(folded))):
            return None
        kinds = [self._people.kind(word) for word in folded]
        start, end = 0, len(folded)
        while start < end and not kinds[start] and self._everyday(folded[start]):
            start += 1
        while end > start and not kinds[end - 1] and self._everyday(folded[end - 1]):
            end -= 1
        if start == end:
            return self._called(folded, probability, before)
        kinds = kinds[start:end]
        if "first" in kinds or "last" in kinds or self._cued([*before, *folded[:start]]):
            return start, end
        rare = any(
            kind == "word" and word in self._first and word not in self._common
            for kind, word in zip(kinds, folded[start:end], strict=True)
        )
        if all(
            kind == "word" or word in self._common
            for kind, word in zip(kinds, folded[start:end], strict=True)
        ):
            least = RARE_WORD if rare and not cased else CERTAIN
        else:
            least = CERTAIN if cased else DOUBTFUL
        return (start, end) if probability >= least else None

    def _called(
        self, folded: Sequence[str], probability: float, before: Sequence[str]
    ) -> tuple[int, int] | None:
        """Return the first of everyday words if someone is said to be called so: ``kalte ham bare grevling``."""
        called = probability >= CALLED and folded[0] not in self._never and self._cued(before)
        return (0, 1) if called else None

    def least_opening(self, word: str) -> float:
        """Return how probable ``word`` must be as a name where it begins a sentence and its capital says nothing."""
        if self._people.kind(word.casefold()):
            return 0.0
        return OPENING_COMMON if self._everyday(word.casefold()) else OPENING_UNLISTED

    def capital_words(self, words: Sequence[str]) -> tuple[int, int]:
        """Return which of ``words`` (start, end) are the name: ``hette Gudrun`` begins at ``Gudrun``."""
        start, end = 0, len(words)
        while start + 1 < end and self._beside_name(words[start]) and not self._people.is_title(words[start]):
            start += 1
        while start + 1 < end and self._beside_name(words[end - 1]):
            end -= 1
        return start, end

    def _beside_name(self, word: str) -> bool:
        return (
            word.islower() and (word in self._naming or self._everyday(word)) and not self._people.kind(word)
        )

    def _cued(self, before: Sequence[str]) -> bool:
        """Say whether a title stands right before, or a word of naming, pronouns between: ``kaller seg``."""
        if before and self._people.is_title(before[-1].casefold()):
            return True
        for word in reversed(before[-LOOK_BACK:]):
            folded = word.casefold()
            if folded in self._naming:
                return True
            if folded not in _BETWEEN:
                return False
        return False

    def _everyday(self, word: str) -> bool:
        if not any(map(str.isalpha, word)) or any(map(str.isdigit, word)):
            return True
        if self._common.is_everyday(word) or read_word(word) is not None or self._parts_everyday(word):
            return True
        stem, mark, ending = word.partition("'")
        return bool(mark) and len(ending) <= _CLIPPED and stem in self._common  # me'n, het'n

    def _parts_everyday(self, word: str) -> bool:
        """Say whether an abbreviation is made of everyday words: ``org.nr``."""
        parts = [part for part in word.split(".") if part]
        return len(parts) > 1 and all(self._common.is_everyday(part) for part in parts)
