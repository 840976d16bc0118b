"""Letters as readers see them: what a file or a PDF took apart or ran together is one code point a letter again."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ODD", "mended", "mended_letter"]

ODD = re.compile(
    "[\u00ad\ufffe\x02]"  # hyphens that only divide
    "|\u02da\\s?[aA]|\u00a8\\s?[aouAOU](?=\\w)|\u00b4[eE](?!\\s)"  # an accent before its letter
    "|[\ufb00-\ufb06]"  # one sign for fi, fl, ff, st
    "|[^\\W\\d_][\u0300-\u036f]+"  # a letter and its accent apart
)
_ACCENTS = {"\u02da": "\u030a", "\u00a8": "\u0308", "\u00b4": "\u0301"}


def mended_letter(match: re.Match[str]) -> str:
    """Return what stands for one match of ``ODD``."""
    text = match.group()
    if text[0] in _ACCENTS:
        return unicodedata.normalize("NFC", text[-1] + _ACCENTS[text[0]])
    if "\ufb00" <= text[0] <= "\ufb06":
        return unicodedata.normalize("NFKC", text)
    return "" if len(text) == 1 else unicodedata.normalize("NFC", text)


def mended(text: str) -> str:
    """Return a text with every letter whole."""
    return ODD.sub(mended_letter, text)
