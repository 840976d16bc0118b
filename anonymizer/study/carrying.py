"""Spans carried from one version of a transcript to the next, where the words they stand on are unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import TypeVar

from anonymizer.model import Decision, Finding, Transcript

__all__ = ["carry"]

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_SPEAKER = "speaker:"

Span = TypeVar("Span", Finding, Decision)
_Move = Callable[[int, int], tuple[int, int] | None]


def carry(old: Transcript, new: Transcript, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the findings or decisions of ``old`` that stand on unchanged words in ``new``, moved there.

    Turns are matched by their text first, then in order; inside a changed turn a span is carried only if it and
    its bounds lie in a stretch of words that is the same.
    """
    moves = _Moves(old, new)
    result = []
    for span in spans:
        found = moves.move(span.turn, span.part, span.start, span.end)
        if found is None:
            continue
        turn, part, start, end = found
        moved = replace(span, turn=turn, part=part, start=start, end=end)
        if isinstance(moved, Decision) and moved.was is not None:
            was = moves.move(span.turn, span.part, *moved.was)
            if was is None:
                continue
            moved = replace(moved, was=was[2:])
        result.append(moved)
    return tuple(result)


@dataclass
class _Moves:
    old: Transcript
    new: Transcript
    _turns: dict[int, int] = field(init=False)
    _cache: dict[tuple[int | None, str | None], _Move] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = _matched([turn.text for turn in self.old.turns], [turn.text for turn in self.new.turns])

    def move(
        self, turn: int | None, part: str | None, start: int, end: int
    ) -> tuple[int | None, str | None, int, int] | None:
        if turn is not None:
            at = self._turns.get(turn)
            if at is None:
                return None
            texts = (self.old.turns[turn].text, self.new.turns[at].text)
            return self._moved((turn, None), texts, (at, None), start, end)
        assert part is not None  # noqa: S101 - a span stands in a turn or in a part
        if part.startswith(_SPEAKER):
            return self._label(part, start, end)
        before = next((one.text for one in self.old.parts if one.name == part), None)
        after = next((one.text for one in self.new.parts if one.name == part), None)
        if before is None or after is None:
            return None
        return self._moved((None, part), (before, after), (None, part), start, end)

    def _moved(
        self,
        place: tuple[int | None, str | None],
        texts: tuple[str, str],
        target: tuple[int | None, str | None],
        start: int,
        end: int,
    ) -> tuple[int | None, str | None, int, int] | None:
        if place not in self._cache:
            self._cache[place] = _mover(*texts)
        found = self._cache[place](start, end)
        return None if found is None else (*target, *found)

    def _label(self, part: str, start: int, end: int) -> tuple[int | None, str | None, int, int] | None:
        number = int(part.removeprefix(_SPEAKER)) - 1
        before, after = self.old.speakers, self.new.speakers
        if number >= len(before) or before[number] not in after:
            return None
        return None, f"{_SPEAKER}{after.index(before[number]) + 1}", start, end


def _matched(old: list[str], new: list[str]) -> dict[int, int]:
    result: dict[int, int] = {}
    for _, a, a_end, b, b_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        result.update(zip(range(a, a_end), range(b, b_end), strict=False))
    return result


def _mover(old: str, new: str) -> _Move:
    if old == new:
        return lambda start, end: (start, end)
    before, after = _tokens(old), _tokens(new)
    words = ([old[a:b] for a, b in before], [new[a:b] for a, b in after])
    blocks = [
        (before[one.a][0], before[one.a + one.size - 1][1], after[one.b][0])
        for one in SequenceMatcher(None, *words, autojunk=False).get_matching_blocks()
        if one.size
    ]

    def move(start: int, end: int) -> tuple[int, int] | None:
        for first, last, there in blocks:
            if first <= start and end <= last:
                return start - first + there, end - first + there
        return None

    return move


def _tokens(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _TOKEN.finditer(text)]
