"""What the area model sees of a text: hashed letter sequences, words and neighbouring words.

Letter case, punctuation and figures are left out on purpose: they tell how someone transcribes, not how someone speaks.
Hashing is CRC-32 (RFC 1952's polynomial, `zlib.crc32`) modulo `BUCKETS`: the same everywhere, and the model
holds no text.
"""

from __future__ import annotations

import zlib
from collections import Counter
from functools import lru_cache
from itertools import pairwise

import numpy as np
import regex
from numpy.typing import NDArray

__all__ = ["BUCKETS", "plain", "vector"]

BUCKETS = 1 << 16
_LONGEST = 5
_WORD = regex.compile(r"[\p{L}\p{M}]++(?:['’][\p{L}\p{M}]++)*+")
_LIMIT = 40


def plain(text: str) -> list[str]:
    """Return the words of a text, lower-cased; figures and punctuation are gone."""
    return [word.casefold()[:_LIMIT] for word in _WORD.findall(text)]


def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[int, ...]:
    edged = f" {word} "
    grams = [
        "c" + edged[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(edged) - size + 1)
    ]
    return tuple(_bucket(gram) for gram in [*grams, *["w" + word] * 3])


def vector(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the buckets a text fills and their values: square roots of counts, scaled to length 1.

    The value of evidence so grows with the square root of the amount of speech, as independent evidence of one
    kind does. A text without a word gives empty arrays.
    """
    words = plain(text)
    counts: Counter[int] = Counter()
    for word in words:
        counts.update(_of_word(word))
    edged = ["<", *words, ">"] if words else []
    for left, right in pairwise(edged):
        counts[_bucket(f"b{left} {right}")] += 2
    at = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.sqrt(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))
    if len(values):
        values = values / np.float32(np.sqrt(float(values @ values)))
    return at, values
