"""How a word is made comparable: one spelling, one case, and the genitive taken off.

Names in transcripts come in any case (speech recognition writes none), with letters composed or not, and with a
genitive: ``Karis``, ``Lars'``, ``Bergen's``. What is looked up is the folded word first, so that a name that ends in
s is not cut, then the word without its genitive.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["fold", "pieces", "without_genitive"]

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "ʹ": "'"})
_DASHES = re.compile(r"[\s\-‐‑–—]+")


def fold(word: str) -> str:
    """Return ``word`` in composed letters (NFC) and lower case, with one kind of apostrophe."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word).lower().translate(_APOSTROPHES)


def without_genitive(folded: str) -> tuple[str, ...]:
    """Return what a folded word may be the genitive of, likeliest first; empty if it has no such ending.

    ``karis`` gives ``kari``; ``lars'`` gives ``lars``; ``oslo's`` gives ``oslo``; ``lars`` gives ``lar``, which is why
    the word itself is looked up first.
    """
    if folded.endswith("'s"):
        return (folded[:-2],)
    if folded.endswith("'"):
        return (folded[:-1],)
    if folded.endswith("s") and len(folded) > 2:
        return (folded[:-1],)
    return ()


def pieces(tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the folded parts of some tokens, hyphens and spaces being the same (``Nord-Trøndelag``)."""
    return tuple(part for token in tokens for part in _DASHES.split(fold(token)) if part)
