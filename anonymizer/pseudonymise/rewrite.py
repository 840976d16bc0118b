"""A turn rewritten: its text, and where its cues and words now stand.

A finding that crosses cues is split: the surrogate stands in the first cue, the rest of the finding is taken out
of the others. No cue is lost: one that held nothing else keeps ``…``. Times are never touched, except that the words
of one finding become one word from the first one's start to the last one's end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from anonymizer.model import Cue, Turn, Word
from anonymizer.pseudonymise.edits import Edit, make_edits

__all__ = ["EMPTIED", "rewrite_turn"]

EMPTIED = "…"
"""What stands in a cue of which nothing else is left."""

_AFTER = re.compile(r"([^\w\s\[(]{0,3})(\s)(?=\S)")


def rewrite_turn(turn: Turn, edits: Sequence[Edit]) -> Turn:
    """Return the turn with the edits made; they are in order, inside the text and do not overlap."""
    pieces = _split(turn, edits)
    if not pieces:
        return turn
    places = _Places(pieces)
    cues = tuple(replace(cue, start=places.start(cue.start), end=places.end(cue.end)) for cue in turn.cues)
    return replace(
        turn,
        text=make_edits(turn.text, pieces),
        cues=cues,
        words=_move_words(turn.words, turn.cues, cues, places),
    )


def _split(turn: Turn, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits so that none crosses the end of a cue."""
    pieces: list[Edit] = []
    for edit, after in zip_longest(edits, edits[1:]):
        inside = [cue for cue in turn.cues if cue.start < edit.end and edit.start < cue.end]
        if len(inside) < 2:
            pieces.append(edit)
            continue
        pieces.extend(_split_one(turn.text, inside, edit, after.start if after else len(turn.text)))
    return pieces


def _split_one(text: str, inside: Sequence[Cue], edit: Edit, limit: int) -> list[Edit]:
    """Return the edit cue by cue; what it takes along after its end stops at ``limit``, the next edit."""
    first, last = inside[0], inside[-1]
    replacement = edit.replacement
    rest = text[edit.end : last.end]
    end, left = min(edit.end, last.end), ""
    if not rest.strip():
        left = EMPTIED
    elif (
        (match := _AFTER.match(rest))
        and edit.end + match.end() <= limit
        and text[inside[-2].end : last.start] == match[2]
    ):
        # ", sa han" would begin with a comma: what belongs to the name goes with it to the first cue, and the space
        # that stood between the cues stands for the one after the name
        end = edit.end + match.end()
        replacement += match[1]
    pieces = [Edit(max(edit.start, first.start), first.end, replacement)]
    pieces += [Edit(cue.start, cue.end, EMPTIED) for cue in inside[1:-1]]
    if end > last.start:
        pieces.append(Edit(last.start, end, left))
    return [piece for piece in pieces if piece.start < piece.end]


class _Places:
    """Where offsets of the old text stand in the new one."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts = [edit.start for edit in edits]
        self._shifts = [0]  # how far text after the n-th edit has moved
        for edit in edits:
            self._shifts.append(self._shifts[-1] + len(edit.replacement) - (edit.end - edit.start))

    def start(self, offset: int) -> int:
        """Return where something that begins here begins now; inside an edit: where the surrogate begins."""
        at = bisect_right(self._starts, offset)
        if at and offset < self._edits[at - 1].end:
            return self._edits[at - 1].start + self._shifts[at - 1]
        return offset + self._shifts[at]

    def end(self, offset: int) -> int:
        """Return where something that ends here ends now; inside an edit: where the surrogate ends."""
        at = bisect_right(self._starts, offset - 1)
        if at and offset <= self._edits[at - 1].end:
            return self._edits[at - 1].end + self._shifts[at]
        return offset + self._shifts[at]


def _move_words(
    words: Sequence[Word], old_cues: Sequence[Cue], cues: Sequence[Cue], places: _Places
) -> tuple[Word, ...]:
    moved: list[Word] = []
    home = -1
    cue_starts = [cue.start for cue in old_cues]
    for word in words:
        cue = bisect_right(cue_starts, word.start) - 1
        start, end = places.start(word.start), places.end(word.end)
        if cue >= 0:
            start, end = max(start, cues[cue].start), min(end, cues[cue].end)
        if start >= end:
            continue
        if moved and cue == home and start < moved[-1].end:
            last = moved[-1]
            moved[-1] = replace(
                last,
                end=max(last.end, end),
                start_time=min(last.start_time, word.start_time),
                end_time=max(last.end_time, word.end_time),
            )
        else:
            moved.append(replace(word, start=start, end=end))
        home = cue
    return tuple(moved)
