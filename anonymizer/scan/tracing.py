"""Finds the turn a quote was taken from, with omissions, edits and replaced names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

from rapidfuzz import fuzz

from anonymizer.study import SpokenTurn

__all__ = ["SHORTEST", "WORD", "Tracer"]

WORD = re.compile(r"[^\W\d_](?:[\w'’\-]*[^\W_])?")
_OMITTED = re.compile(r"[(\[](?:…|\.{2,4}|\.\s\.\s\.)[)\]]|…|\.{3,}|\[[^\]]{0,80}\]|\([^)]{0,30}\)")
_CANDIDATES = 6
_TRACED = 78.0
"""Likeness (0 to 100, of the shorter text within the longer) from which on a quote comes from a turn."""
SHORTEST = 5
"""Words a piece of a quote needs to be traced: shorter ones are anyone's."""


class Tracer:
    """Holds the turns of a study and finds the one that a quote comes from."""

    def __init__(self, turns: Sequence[SpokenTurn]) -> None:
        self._texts: list[tuple[SpokenTurn, str]] = []
        self._index: dict[str, set[int]] = defaultdict(set)
        for turn in turns:
            for text in turn.texts:
                plain = _plain(text)
                if len(plain.split()) >= 3:
                    for word in set(plain.split()):
                        self._index[word].add(len(self._texts))
                    self._texts.append((turn, plain))

    def find(self, quote: str) -> SpokenTurn | None:
        """Return the turn most like the quote, if one is like enough."""
        pieces = [piece for piece in map(_plain, _OMITTED.split(quote)) if piece]
        whole = " ".join(pieces)
        if len(whole.split()) < SHORTEST:
            return None
        weights: Counter[int] = Counter()
        for word in set(whole.split()):
            places = self._index.get(word, set())
            if places:
                weight = log(1 + len(self._texts) / len(places))
                for at in places:
                    weights[at] += weight  # type: ignore[assignment]
        best: tuple[float, SpokenTurn] | None = None
        for at, _ in weights.most_common(_CANDIDATES):
            turn, text = self._texts[at]
            like = _likeness(pieces, text)
            if best is None or like > best[0]:
                best = (like, turn)
        return best[1] if best is not None and best[0] >= _TRACED else None


def _likeness(pieces: Sequence[str], text: str) -> float:
    """Return how much of the pieces stands in the text, the longer pieces counting for more (0 to 100)."""
    total = sum(map(len, pieces))
    scores = []
    for piece in pieces:
        # A text shorter than the piece would be sought in the piece: then whole against whole.
        score = fuzz.partial_ratio(piece, text) if len(piece) <= len(text) else fuzz.ratio(piece, text)
        scores.append(score * len(piece))
    return sum(scores) / total if total else 0.0


def _plain(text: str) -> str:
    return " ".join(word.casefold() for word in WORD.findall(text))
