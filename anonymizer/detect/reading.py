"""A stretch of text as words, read once for all recognisers that go by word lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer import PhraseMatch, fold
from anonymizer.detect.names import everyday_words, first_names, is_name
from anonymizer.detect.vocabulary import Hint, vocabulary

__all__ = ["Reading", "prepositions"]

_WORD = re.compile(r"(?:[Ss]ta?|[Ss]kt)\.(?=\s)|\w+(?:['/-]\w+)*+(?:'(?=\s|$))?|[^\w\s]")
_OPENING = frozenset('.?!:;…«»"“”()-[]')
_LOOK_BACK = 4
_TO_PEOPLE = frozenset(("til", "te", "åt", "ved", "mot", "imot", "forbi", "gjennom"))
"""Prepositions that stand before people as well: they say less of a place."""


@cache
def prepositions() -> dict[str, str]:
    """Return the prepositions of place of one word, folded, with how surely a place follows: sure or likely."""
    rows = load_lexicon("place_prepositions").rows
    return {fold(phrase): sure for phrase, sure, _ in rows if " " not in phrase and sure != "weak"}


class Reading:
    """The words and marks of a text with what the vocabulary hints of each.

    ``words`` are as written, ``hints`` bits of ``Hint``, ``hinted`` where there are any, ``any`` all of them together.
    """

    __slots__ = ("__dict__", "any", "hinted", "hints", "text", "uncased", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _WORD.findall(text)
        self.hints = vocabulary().of(self.words)
        self.hinted = [at for at, hint in enumerate(self.hints) if hint]
        together = 0
        for hint in set(self.hints):
            together |= hint
        self.any = together
        self.uncased = text.islower()

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Return where each word stands."""
        return [found.span() for found in _WORD.finditer(self.text)]

    def where(self, hint: int) -> Iterator[int]:
        """Yield the words that have any bit of ``hint``."""
        if self.any & hint:
            for at in self.hinted:
                if self.hints[at] & hint:
                    yield at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where the words ``start`` to ``end`` (exclusive) stand."""
        return self.spans[start][0], self.spans[end - 1][1]

    def folded(self, at: int) -> str:
        """Return a word folded; empty outside the text."""
        return fold(self.words[at]) if 0 <= at < len(self.words) else ""

    def is_word(self, at: int) -> bool:
        """Say whether a word, not a mark, stands there."""
        return 0 <= at < len(self.words) and self.words[at][0].isalnum()

    def capital(self, at: int) -> bool:
        """Say whether a word with a capital stands there."""
        return 0 <= at < len(self.words) and self.words[at][0].isupper()

    def opens(self, at: int) -> bool:
        """Say whether a word begins a sentence, where a capital says nothing."""
        return at == 0 or self.words[at - 1] in _OPENING

    def named(self, at: int) -> bool:
        """Say whether a word has a capital that says something."""
        return self.capital(at) and not self.opens(at)

    def beside(self, at: int) -> bool:
        """Say whether a word stands with nothing but a space after the word before it."""
        return at > 0 and self.spans[at][0] - self.spans[at - 1][1] == 1

    def preposition(self, at: int) -> str:
        """Return how well the word before ``at`` goes with a place: ``sure``, ``likely`` or nothing."""
        before = self.folded(at - 1)
        sure = prepositions().get(before, "")
        return "likely" if sure and before in _TO_PEOPLE else sure

    def resided(self, at: int) -> bool:
        """Say whether a word of living or coming stands before the preposition before ``at``."""
        if not self.preposition(at):
            return False
        return any(self.has(Hint.RESIDENCE, back) for back in (at - 2, at - 3) if back >= 0)

    def has(self, hint: int, at: int) -> bool:
        """Say whether a word has any bit of ``hint``."""
        return 0 <= at < len(self.hints) and bool(self.hints[at] & hint)

    def cued(self, at: int, *kinds: str) -> bool:
        """Say whether a cue word of these kinds stands in the few words before ``at``."""
        cues = [vocabulary().cues(kind) for kind in kinds]
        for back in range(at - 1, max(-1, at - 2 - _LOOK_BACK), -1):
            if self.words[back] in ".?!;":
                return False
            word = self.folded(back)
            if any(word in words for words in cues):
                return True
        return False

    def run(self, at: int, longest: int = 4) -> int:
        """Return where a run of words with capitals from ``at`` ends (exclusive); ``og`` and ``&`` may link."""
        end = at
        while end < len(self.words) and end - at < longest and self.capital(end):
            if end > at and not self.beside(end):
                break
            end += 1
            if self.folded(end) in {"og", "&"} and self.capital(end + 1) and end > at:
                end += 1
        return end

    def is_person(self, at: int) -> bool:
        """Say whether a word is a personal name and no everyday word, by the lists."""
        word = self.folded(at)
        return is_name(word) or (word.endswith("s") and is_name(word[:-1]))

    def is_first_name(self, at: int) -> bool:
        """Say whether a word is a first name by the lists."""
        return self.folded(at) in first_names()

    def is_function_word(self, at: int) -> bool:
        """Say whether a word is one of those that are never a name."""
        return self.folded(at) in everyday_words()

    def trimmed(self, match: PhraseMatch[Any]) -> int:
        """Return where a match ends, marks at its end left out."""
        end = match.end
        while end > match.start + 1 and not self.is_word(end - 1):
            end -= 1
        return end
