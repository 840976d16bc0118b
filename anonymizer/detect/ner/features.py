"""What the network sees of a word: hashed rows for its spelling and the lexicons that know it.

A word's features depend on the word alone, so a word is worked out once and kept; context is the network's
task.
The hashes are CRC-32, which is the same on every machine and in every process.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

WORD_ROWS = 1 << 14
GRAM_ROWS = 1 << 14
AFFIX_ROWS = 1 << 13
SHAPE_ROWS = 512

#: Features of one word, in this order: the word, affixes, n-grams (with padding), the shape.
AFFIXES = 8
GRAMS = 28
COLUMNS = 1 + AFFIXES + GRAMS + 1
#: Row 0 of every table is all zeros: it stands for a feature that is absent.
PAD = 0

#: Longest part of a word that is looked at; bounds the cost of a "word" of a million characters.
LONGEST = 40

#: What the lexicons may say of a word. One bit each, so that a word may be several things at once.
LEXICON_CLASSES = (
    "first_name",
    "surname",
    "foreign_first_name",
    "foreign_surname",
    "norwegian_place",
    "world_place",
    "organisation",
    "word",
)
#: Bits of a word looked up as it stands and, after those, of the word without a genitive or definite ending and
#: of what stands before its hyphen.
LEXICON_COLUMNS = 3 * len(LEXICON_CLASSES)

_ENDINGS = ("'s", "’s", "s", "'n", "’n", "en", "a", "n", "et")


def fold(word: str) -> str:
    """The spelling that lexicons are keyed by: composed, lower-case, straight apostrophe."""
    return unicodedata.normalize("NFC", word[:LONGEST]).lower().replace("’", "'")


def _row(text: str, rows: int) -> int:
    return 1 + crc32(text.encode("utf-8", "surrogatepass")) % (rows - 1)


def shape(word: str) -> str:
    """Upper, lower, digit and other characters as `Xxd-`, runs longer than three cut short."""
    out: list[str] = []
    for char in word[:LONGEST]:
        kind = "X" if char.isupper() else "x" if char.isalpha() else "d" if char.isdigit() else char
        if len(out) < 3 or out[-3:] != [kind] * 3:
            out.append(kind)
    return "".join(out[:12])


def rows(word: str) -> list[int]:
    """The `COLUMNS` table rows of a word; absent features are `PAD`."""
    low = fold(word)
    # Every digit counts alike: years, ages and numbers are no names.
    plain = "".join("0" if char.isdigit() else char for char in low)
    out = [_row("w" + plain, WORD_ROWS)]
    for size in range(1, 5):
        out.append(_row(f"p{size}{plain[:size]}", AFFIX_ROWS) if len(plain) >= size else PAD)
    for size in range(1, 5):
        out.append(_row(f"s{size}{plain[-size:]}", AFFIX_ROWS) if len(plain) >= size else PAD)
    edged = f"<{plain}>"
    grams = [edged[i : i + size] for size in (3, 4, 5) for i in range(len(edged) - size + 1)]
    if len(grams) > GRAMS:  # the ends of a long word say more than its middle
        grams = grams[: GRAMS // 2] + grams[-(GRAMS // 2) :]
    out.extend(_row("g" + gram, GRAM_ROWS) for gram in grams)
    out.extend([PAD] * (1 + AFFIXES + GRAMS - len(out)))
    out.append(_row("f" + shape(word), SHAPE_ROWS))
    return out


def lexicon_bits(word: str, lexicon: Mapping[str, int]) -> list[int]:
    """Three groups of lexicon classes: the word, the word without an ending, the part before a hyphen."""
    low = fold(word)
    whole = lexicon.get(low, 0)
    stem = 0
    for ending in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= 2:
            stem |= lexicon.get(low[: -len(ending)], 0)
    head, hyphen, _ = low.partition("-")
    part = lexicon.get(head, 0) if hyphen and head else 0
    return [bits >> i & 1 for bits in (whole, stem, part) for i in range(len(LEXICON_CLASSES))]


def matrix(words: Iterable[str], lexicon: Mapping[str, int]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Rows (words x COLUMNS) and lexicon bits (words x LEXICON_COLUMNS) of several words."""
    listed = list(words)
    row_matrix = np.array([rows(word) for word in listed], dtype=np.int32).reshape(-1, COLUMNS)
    bits = np.array([lexicon_bits(word, lexicon) for word in listed], dtype=np.float32)
    return row_matrix, bits.reshape(-1, LEXICON_COLUMNS)
