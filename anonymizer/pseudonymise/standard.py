"""Which written standard a transcript follows: marks and relations are written in it."""

from __future__ import annotations

import re
from functools import cache

from anonymizer.model import Standard, Transcript
from anonymizer.pseudonymise.wordings import standard_words

__all__ = ["written_standard"]

_WORD = re.compile(r"[^\W\d_]+")


@cache
def _votes() -> tuple[frozenset[str], frozenset[str]]:
    words = standard_words()
    return frozenset(words.nb) - frozenset(words.nn), frozenset(words.nn) - frozenset(words.nb)


def written_standard(transcript: Transcript) -> Standard:
    """Return the standard more of the closed word list's words belong to; Bokmål on a tie."""
    nb_words, nn_words = _votes()
    balance = 0
    for turn in transcript.turns:
        for word in _WORD.findall(turn.text.casefold()):
            balance += (word in nn_words) - (word in nb_words)
    return Standard.NYNORSK if balance > 0 else Standard.BOKMAAL
