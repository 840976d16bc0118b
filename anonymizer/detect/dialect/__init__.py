"""Dialect in transcripts: which words show it, what area they point at, and how they are written in a standard.

- `dialect_area(text)`: a probability for each of `AREAS`, summing to 1;
- `estimate(text)` and `speaker_areas(transcript)`: the same with the words that show it;
- `dialect_marks(text)`, `find_dialect(text)`: where dialect words stand;
- `normalise(text, to)`, `edits(text, to)`, `normalise_transcript(transcript, to)`: dialect words rewritten to
  Bokmål or Nynorsk.
"""

from __future__ import annotations

from anonymizer.detect.dialect.area import AREAS, AreaEstimate, dialect_area, estimate, speaker_areas
from anonymizer.detect.dialect.normalise import Edit, edits, normalise, normalise_transcript
from anonymizer.detect.dialect.words import (
    DialectMark,
    DialectWord,
    dialect_marks,
    dialect_words,
    find_dialect,
)

__all__ = [
    "AREAS",
    "AreaEstimate",
    "DialectMark",
    "DialectWord",
    "Edit",
    "dialect_area",
    "dialect_marks",
    "dialect_words",
    "edits",
    "estimate",
    "find_dialect",
    "normalise",
    "normalise_transcript",
    "speaker_areas",
]
