"""Dialect words rewritten to a written standard, word for word from the closed list.

A form is replaced only if it is one and the same word wherever it stands; all else, names, hesitations, marks in
brackets and figures included, stays as it is, character for character. Normalising twice changes nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import regex

from anonymizer.detect.dialect.words import tokens
from anonymizer.model import Standard, Transcript

__all__ = ["Edit", "edits", "normalise", "normalise_transcript"]

_BRACKETS = regex.compile(r"\[[^\[\]\n]{0,200}\]|\([^()\n]{0,200}\)|\{\{[^{}\n]{0,200}\}\}")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the code points `start` to `end` of a text by `replacement`."""

    start: int
    end: int
    replacement: str


def edits(text: str, to: Standard) -> tuple[Edit, ...]:
    """Return the replacements that take a text's dialect words to a standard, in order, without overlap."""
    closed = [match.span() for match in _BRACKETS.finditer(text)]
    at = 0
    result = []
    for start, end, word in tokens(text):
        replacement = word.written.get(to)
        if replacement is None:
            continue
        while at < len(closed) and closed[at][1] <= start:
            at += 1
        if at < len(closed) and closed[at][0] <= start:
            continue
        if text[start].isupper():
            replacement = replacement[0].upper() + replacement[1:]
        result.append(Edit(start, end, replacement))
    return tuple(result)


def normalise(text: str, to: Standard) -> tuple[str, tuple[Edit, ...]]:
    """Return the text in a written standard, and the replacements made (offsets in the text given)."""
    made = edits(text, to)
    pieces = []
    at = 0
    for edit in made:
        pieces += [text[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*pieces, text[at:]]), made


def normalise_transcript(transcript: Transcript, to: Standard) -> tuple[Transcript, int]:
    """Return the transcript with its turns in a written standard, and how many words were replaced.

    Times of cues and words are left out of the turns that change: the result is for reading, not for subtitles.
    """
    turns = []
    count = 0
    for turn in transcript.turns:
        text, made = normalise(turn.text, to)
        count += len(made)
        turns.append(replace(turn, text=text, cues=(), words=()) if made else turn)
    return replace(transcript, turns=tuple(turns)), count
