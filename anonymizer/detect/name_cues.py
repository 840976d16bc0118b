"""What speaks for a name before it: a title, a pronoun as an article, a word of naming, an apposition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anonymizer.detect.name_words import NameToken, NameWords

__all__ = ["NameCues"]

_CALLED = frozenset(
    (
        "meg",
        "mæ",
        "mei",
        "seg",
        "sæ",
        "ham",
        "han",
        "henne",
        "ho",
        "hun",
        "hu",
        "den",
        "dem",
        "oss",
        "de",
        "dei",
        "alle",
    )
)
_PETS = frozenset(
    (
        "hunden",
        "bikkja",
        "bikkjå",
        "valpen",
        "katten",
        "katta",
        "pusen",
        "hesten",
        "merra",
        "ponnien",
        "kaninen",
    )
)
_OURS = frozenset(("vår", "våres", "min", "mi", "hennes", "hans", "hennar", "deres", "deira", "mitt"))
_SAYING = frozenset(("sier", "seier", "sei", "sa"))
"""``Kaller meg Dille``, ``sier de Dille``."""
_MERELY = frozenset(("bare", "berre", "bærre", "vare", "alltid", "for"))
_DEFINITE = ("en", "a", "n", "mann", "gutt", "jenta")
_APPOSED = re.compile(r", (?:han|hun|ho|hu|hanj|hainn|hænn|hanjn|ham) ")


class NameCues:
    """Names the cue before a word: ``title``, ``abbreviated``, ``article``, ``named``, ``nick`` or nothing."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._calling = words.naming | _SAYING
        self.openers = words.titles | words.articles | words.naming | _CALLED | _PETS
        """Words after which a word without a capital may be a name."""

    def before(self, text: str, tokens: Sequence[NameToken], at: int) -> str:
        """Return the cue before the word at ``at``."""
        if at == 0:
            return ""
        before = tokens[at - 1]
        if tokens[at].start - before.end > 1:
            apposed = self._is_apposed(text, tokens, at) or self._is_pet(text, tokens, at)
            return "named" if tokens[at].capital and apposed else ""
        if before.folded in self._words.titles or (
            tokens[at].capital and self._words.is_compound_title(before.folded)
        ):
            return "title"
        if before.text == "." and at >= 2 and tokens[at - 2].folded + "." in self._words.titles:
            return "abbreviated"
        if before.folded in self._words.articles:
            return "article"
        if before.folded in self._words.naming:
            return "named"
        word = tokens[at].folded
        pet = before.folded in _PETS and word.endswith("en") and word not in self._words.common
        if pet or self._is_nicknamed(tokens, at):
            return "nick"
        called = at >= 2 and before.folded in _CALLED and tokens[at - 2].folded in self._calling
        return "named" if called else ""

    def _is_nicknamed(self, tokens: Sequence[NameToken], at: int) -> bool:
        """Say whether someone is called by a noun: ``kalte ham bare bamse``, ``kaller ho rotta``."""
        whom = at - 1
        if tokens[whom].folded in _MERELY:
            whom -= 1
        elif not tokens[at].folded.endswith(_DEFINITE):
            return False
        if whom < 1 or tokens[whom].folded not in _CALLED:
            return False
        verb = tokens[whom - 1].folded
        return verb in self._words.naming and verb.startswith("ka")

    def _is_pet(self, text: str, tokens: Sequence[NameToken], at: int) -> bool:
        """Say whether a word stands after a comma and an animal of someone's: ``Katta vår, Mysil``."""
        if text[tokens[at].start - 2 : tokens[at].start] != ", " or tokens[at].folded in self._words.never:
            return False
        whose = tokens[at - 1].folded in _OURS
        return tokens[at - 1 - (whose and at > 1)].folded in _PETS

    def _is_apposed(self, text: str, tokens: Sequence[NameToken], at: int) -> bool:
        """Say whether a word stands between commas before a pronoun: ``en av dem, Kebaben, han kokte``."""
        token = tokens[at]
        if text[token.start - 2 : token.start] != ", " or token.folded in self._words.never:
            return False
        return _APPOSED.match(text, token.end) is not None
