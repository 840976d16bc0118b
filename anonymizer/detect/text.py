"""Text as recognisers read it, and the way back to the text as it was written.

A ``View`` is a reading of a text: spaces, dashes and figures of every kind folded to the plain ones, letters
composed, invisible characters gone; or number words read as figures. It knows where each of its characters came
from, so that a finding in the reading becomes a stretch of the original.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

__all__ = ["Piece", "View", "part_view", "plain_view", "windows"]

WINDOW = 6_000
"""Code points read at once: ordinary turns are far shorter; a megabyte is read in steps, so time stays linear."""
OVERLAP = 400
"""Code points that neighbouring windows share: longer than any identifier that has a pattern."""
LONGEST_TOKEN = 300
"""A run without a space past this length is broken for the language model, which has no use for it."""

# ASCII, Norwegian letters and ordinary punctuation need no folding; everything else is looked at one by one.
_ORDINARY = regex.compile(
    r"[ -~¡-¬®-ÿĀ-ƿ–—…«»“”•€\t-\r\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    r"\u2010-\u2015\u2212‘’‛ʼ´`′]*+"
)
_SPACES = dict.fromkeys(
    map(ord, "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"), " "
)
_SPACES.update(dict.fromkeys(range(0x2000, 0x200B), " "))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‛ʼ´`′＇"), "'") | {ord("＠"): "@", ord("．"): "."}
_FOLD = _SPACES | _DASHES | _QUOTES
_SIMPLE = regex.compile(
    r"[\t-\r\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u2010-\u2015\u2212‘’‛ʼ´`′]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a view and where it stands in the text below; ``same`` if both have it letter for letter."""

    start: int
    end: int
    below_start: int
    below_end: int
    same: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """A reading of a text; without ``pieces`` it has the same length, character for character."""

    text: str
    pieces: tuple[Piece, ...] = ()

    def below(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the text below that ``start``–``end`` of this reading came from."""
        if not self.pieces:
            return start, end
        first = self._piece(start)
        last = self._piece(max(start, end - 1))
        below_start = first.below_start + (start - first.start if first.same else 0)
        below_end = last.below_start + (end - last.start) if last.same else last.below_end
        return below_start, max(below_start, below_end)

    def _piece(self, at: int) -> Piece:
        index = bisect_right(self.pieces, at, key=lambda piece: piece.start) - 1
        return self.pieces[max(index, 0)]

    @classmethod
    def of(cls, parts: Sequence[tuple[str, int, int]], source: str) -> View:
        """Join ``parts`` (text, and where it came from in ``source``) to one reading."""
        pieces: list[Piece] = []
        at = 0
        for text, start, end in parts:
            if text:
                pieces.append(Piece(at, at + len(text), start, end, same=text == source[start:end]))
                at += len(text)
        return cls("".join(text for text, _, _ in parts), tuple(pieces))


def plain_view(text: str) -> View:
    """Return ``text`` with spaces, dashes, quotes and figures folded, composed, without what can't be seen."""
    if text.isascii() and text.isprintable():
        return View(text)
    if _ORDINARY.fullmatch(text):
        return View(text.translate(_FOLD)) if _SIMPLE.search(text) else View(text)
    return _slow_view(text)


def part_view(name: str, text: str) -> View:
    """Return a part's text as ``plain_view`` does; in a file's name ``_`` stands for a space."""
    view = plain_view(text)
    return View(view.text.replace("_", " "), view.pieces) if name.startswith("file") else view


def _slow_view(text: str) -> View:
    # Letter by letter with its combining marks: composing never crosses a base letter.
    parts: list[tuple[str, int, int]] = []
    changed = False
    start = 0
    for end in _cluster_ends(text):
        cluster = text[start:end]
        read = cluster.translate(_FOLD) if len(cluster) == 1 else unicodedata.normalize("NFC", cluster[:32])
        read = "".join(_character(character) for character in read)
        parts.append((read, start, end))
        changed = changed or len(read) != end - start
        start = end
    if not changed:
        return View("".join(part for part, _, _ in parts))
    return View.of(_merged(parts, text), text)


def _cluster_ends(text: str) -> Iterator[int]:
    length = len(text)
    for at in range(1, length):
        if not unicodedata.combining(text[at]):
            yield at
    if length:
        yield length


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":
        return ""
    if category == "Cc":
        return " "
    if category in {"Cs", "Co", "Cn"}:
        return "\ufffd"
    if "\uff01" <= character <= "\uff5e":
        return unicodedata.normalize("NFKC", character)
    return character


def _merged(parts: list[tuple[str, int, int]], source: str) -> list[tuple[str, int, int]]:
    """Join neighbours that read as written, so that a long text has few pieces."""
    merged: list[tuple[str, int, int]] = []
    run: list[str] = []
    run_start = run_end = 0
    for read, start, end in parts:
        if read == source[start:end]:
            if not run:
                run_start = start
            run.append(read)
            run_end = end
            continue
        if run:
            merged.append(("".join(run), run_start, run_end))
            run = []
        merged.append((read, start, end))
    if run:
        merged.append(("".join(run), run_start, run_end))
    return merged


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, stretch) that cover ``text``; cut at a space where there is one, overlapping."""
    if len(text) <= WINDOW:
        yield 0, text
        return
    start = 0
    while True:
        end = min(start + WINDOW, len(text))
        if end < len(text):
            space = text.rfind(" ", end - OVERLAP // 2, end)
            end = space if space > start else end
        yield start, text[start:end]
        if end == len(text):
            return
        back = max(end - OVERLAP, start + 1)
        space = text.find(" ", back, end)
        start = space + 1 if space >= 0 else back
