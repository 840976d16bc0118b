"""Phrases of one word or several, found at a place in a row of tokens: the longest one wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from anonymizer.detect.gazetteer.folding import fold, pieces, without_genitive

__all__ = ["PhraseMatch", "PhraseTable"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PhraseMatch(Generic[T]):
    """Tokens ``start`` to ``end`` (exclusive) are a phrase that stands for ``values``.

    ``ending`` is the genitive that the last token carries beyond the phrase (``"s"``, ``"'"`` or nothing).
    """

    start: int
    end: int
    values: tuple[T, ...]
    ending: str = ""


class PhraseTable(Generic[T]):
    """A table of phrases; a phrase may stand for several values (places of one name)."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        table: dict[str, list[T]] = {}
        longest: dict[str, int] = {}
        for phrase, value in entries:
            if phrase.isalpha():  # most names are one word: no need to take them apart
                key = first = fold(phrase)
                count = 1
            else:
                parts = pieces((phrase,))
                if not parts:
                    continue
                key, first, count = " ".join(parts), parts[0], len(parts)
            values = table.get(key)
            if values is None:
                table[key] = [value]
            elif values[-1] is not value:
                values.append(value)
            if longest.get(first, 0) < count:
                longest[first] = count
        self._table = {key: tuple(values) for key, values in table.items()}
        self._longest = longest

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, folded: str) -> bool:
        """Say whether a folded word is a phrase by itself: quicker than ``get``."""
        return folded in self._table

    def get(self, phrase: str) -> tuple[T, ...]:
        """Return what a phrase stands for, in its own form only; empty if unknown."""
        return self._table.get(" ".join(pieces((phrase,))), ())

    def may_begin(self, first: str) -> bool:
        """Say whether a phrase begins with the folded word ``first``, or is what it is the genitive of."""
        return bool(self._limit(first))

    def match(self, tokens: Sequence[str], at: int) -> PhraseMatch[T] | None:
        """Return the longest phrase that begins at token ``at``, its last token possibly in the genitive."""
        first = pieces((tokens[at],))
        if not first:
            return None
        limit = self._limit(first[0])
        if not limit:
            return None
        joined = " ".join(first)
        best: PhraseMatch[T] | None = None
        count = len(first)
        end = at + 1
        while True:
            found = self._table.get(joined)
            if found is not None:
                best = PhraseMatch(at, end, found)
            else:
                for stem in without_genitive(joined):
                    found = self._table.get(stem)
                    if found is not None:
                        best = PhraseMatch(at, end, found, joined[len(stem) :])
                        break
            if count >= limit or end >= len(tokens):
                return best
            more = pieces((tokens[end],))
            if more:
                joined = f"{joined} {' '.join(more)}"
                count += len(more)
            end += 1

    def _limit(self, first: str) -> int:
        limit = self._longest.get(first, 0)
        if not limit:
            for stem in without_genitive(first):
                limit = max(limit, 1 if self._longest.get(stem) else 0)
        return limit
