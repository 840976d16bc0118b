"""Finds a study's originals in a text: names, nicknames, places, numbers, as written, inflected, and nearly so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from anonymizer.detect.gazetteer import fold, shipped_gazetteer, without_genitive
from anonymizer.scan.tracing import WORD
from anonymizer.study import KnownWord, WordKind

__all__ = ["Originals"]


class Originals:
    """Finds originals in a text: as written, inflected, and nearly so."""

    def __init__(self, words: Sequence[KnownWord]) -> None:
        self._exact: dict[str, WordKind] = {}
        self._phrases: list[tuple[re.Pattern[str], WordKind]] = []
        self._digits: set[str] = set()
        self._fuzzy: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if word.kind is WordKind.CONTACT:
                digits = re.sub(r"\D", "", word.text)
                if len(digits) >= 6 and "@" not in word.text:
                    self._digits.add(digits[-8:])
                else:
                    self._phrases.append((re.compile(re.escape(word.text), re.IGNORECASE), word.kind))
                continue
            parts = word.text.split()
            if word.kind is WordKind.PLACE and len(parts) > 1:
                self._phrases.append(
                    (re.compile(rf"\b{re.escape(word.text)}\w{{0,3}}\b", re.IGNORECASE), word.kind)
                )
                continue
            for part in parts:
                folded = fold(part.strip(".,"))
                if len(folded) > 2:
                    self._exact.setdefault(folded, word.kind)
                    if word.kind is WordKind.PERSON and len(folded) >= 5:
                        self._fuzzy[folded[0]].append(folded)

    def search(self, text: str) -> Iterator[tuple[int, int, WordKind, bool]]:
        """Yield start, end, kind, and whether it is the original for sure rather than like it."""
        for match in WORD.finditer(text):
            yield from self._word(text, match.group(), match.start())
        for pattern, kind in self._phrases:
            for match in pattern.finditer(text):
                yield match.start(), match.end(), kind, True
        if self._digits:
            for match in re.finditer(r"\+?\d[\d\s.-]{4,16}\d", text):
                if re.sub(r"\D", "", match.group())[-8:] in self._digits:
                    yield match.start(), match.end(), WordKind.CONTACT, True

    def _word(self, text: str, word: str, start: int) -> Iterator[tuple[int, int, WordKind, bool]]:
        for part in [word] if "-" not in word else [word, *word.split("-")]:
            folded = fold(part)
            forms = [folded, *without_genitive(folded)]
            kind = next((self._exact[form] for form in forms if form in self._exact), None)
            if kind is not None and self._meant(text, part, start):
                yield start, start + len(word), kind, True
                return
        if not word[0].isupper() or len(word) < 5:
            return
        folded = fold(word).removesuffix("s")
        known = shipped_gazetteer().name(word)
        for name in self._fuzzy.get(folded[0], ()):
            allowed = 1 if len(name) < 8 else 2
            near = DamerauLevenshtein.distance(folded, name, score_cutoff=allowed)
            # A common name of its own (Marit, Marie) is someone else, not a slip.
            if near <= allowed and (known is None or near == 0 or known[0].use != "common"):
                yield start, start + len(word), WordKind.PERSON, False
                return

    def _meant(self, text: str, word: str, start: int) -> bool:
        """Tell whether a word that is also an everyday word is meant as the name: by its capital within a sentence."""
        if not shipped_gazetteer().is_word(word):
            return True
        begins = start == 0 or re.search(r"[.!?:»«\"]\s*$", text[max(0, start - 3) : start]) is not None
        return word[:1].isupper() and not begins
