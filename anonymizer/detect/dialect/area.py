"""Where someone's speech, as it is written down, comes from: probabilities over seven areas.

The score of an area is the sum of three parts, turned into probabilities by the softmax:

- a bias: how common the area is before a word is read;
- a linear model over hashed letter sequences and words (`features`), trained by multinomial logistic regression;
- the closed list: each form found adds its weight to its areas, and takes from both written standards if
  neither has it. The linear model is trained with this part in place, so that it learns what the list does not say.

Both kinds of evidence grow with the square root of the amount of speech. What the model was trained on and how well it
does stands in `docs/dialect.md`; `training/dialect/train.py` makes it again.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from anonymizer.detect.dialect.features import BUCKETS, plain, vector
from anonymizer.detect.dialect.words import dialect_words
from anonymizer.errors import IntegrityError
from anonymizer.model import Transcript

__all__ = ["AREAS", "MODEL", "AreaEstimate", "dialect_area", "estimate", "lexicon_evidence", "speaker_areas"]

AREAS = ("bokmaal", "nynorsk", "north", "troendelag", "west", "east", "south")
"""The two written standards and the five dialect areas, in the contract's order."""

MODEL = Path(__file__).with_name("area.npz")
_DIGEST = Path(__file__).with_name("area.sha256")
_SHOWN = 8

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AreaEstimate:
    """An area's probability by name, summing to 1, and the words of the text that speak most for the likeliest."""

    probabilities: Mapping[str, float]
    words: tuple[str, ...]

    @property
    def area(self) -> str:
        """Return the likeliest area."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


@dataclass(frozen=True, slots=True)
class _Model:
    weights: NDArray[np.float32]  # BUCKETS x areas
    bias: Scores
    lexicon: float


@cache
def _model() -> _Model:
    """Check the shipped weights against their digest and read them (arrays only, never pickled objects)."""
    hint = "install the package again"
    try:
        raw = MODEL.read_bytes()
        digest = _DIGEST.read_text(encoding="ascii").split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        raise IntegrityError("a file is missing or unreadable", where="dialect model", hint=hint) from None
    if hashlib.sha256(raw).hexdigest() != digest:
        raise IntegrityError("a file is not what was shipped", where="dialect model", hint=hint)
    with np.load(io.BytesIO(raw), allow_pickle=False) as given:
        weights = np.zeros((BUCKETS, len(AREAS)), dtype=np.float32)
        weights[given["rows"]] = given["weights"]
        return _Model(weights, given["bias"].astype(np.float64), float(given["lexicon"]))


def lexicon_evidence(words: Counter[str]) -> Scores:
    """Return what the closed list says about a text: a score for each area, 0 where it says nothing.

    A form that occurs `n` times counts `1 + ln n` times; the sum is divided by the square root of the number of forms.
    """
    listed = dialect_words()
    scores = np.zeros(len(AREAS))
    found = 0
    for form, count in words.items():
        word = listed.get(form.replace("’", "'"))
        if word is None:
            continue
        found += 1
        times = 1.0 + float(np.log(count))
        for area, weight in word.areas.items():
            scores[AREAS.index(area)] += times * weight
        if word.mark:
            scores[:2] -= times
    return np.asarray(scores / np.sqrt(max(found, 1)), dtype=np.float64)


def _logits(text: str) -> Scores:
    model = _model()
    at, values = vector(text)
    learnt = values @ model.weights[at] if len(at) else np.zeros(len(AREAS))
    return np.asarray(
        model.bias + learnt + model.lexicon * lexicon_evidence(Counter(plain(text))), dtype=np.float64
    )


def _softmax(scores: Scores) -> Scores:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), dtype=np.float64)


def dialect_area(text: str) -> dict[str, float]:
    """Return the probability of each area for a text by one person; the seven sum to 1.

    A text without a word gives the prior. Raises `IntegrityError` if the model's file was altered.
    """
    return dict(zip(AREAS, _softmax(_logits(text)).tolist(), strict=True))


def estimate(text: str) -> AreaEstimate:
    """Return the probabilities for a text, and the words in it that speak most for the likeliest area."""
    probabilities = dialect_area(text)
    best = max(AREAS, key=probabilities.__getitem__)
    return AreaEstimate(MappingProxyType(probabilities), _telling(text, AREAS.index(best)))


def speaker_areas(transcript: Transcript) -> Mapping[str | None, AreaEstimate]:
    """Return the estimate for each speaker of a transcript by label, in order of first appearance."""
    said: dict[str | None, list[str]] = defaultdict(list)
    for turn in transcript.turns:
        said[turn.speaker].append(turn.text)
    return MappingProxyType({label: estimate("\n".join(texts)) for label, texts in said.items()})


def _telling(text: str, area: int) -> tuple[str, ...]:
    """Return up to eight words that raise an area's score above the other areas', most telling first."""
    model = _model()
    rest = [index for index in range(len(AREAS)) if index != area]
    worth: dict[str, float] = {}
    for word, count in Counter(plain(text)).items():
        at, values = vector(word)
        scores = values @ model.weights[at] / 4 + model.lexicon * lexicon_evidence(Counter({word: 1}))
        gain = float(scores[area] - np.sort(scores[rest])[-3:].mean())
        if gain > 0.25:
            worth[word] = gain * float(np.sqrt(1 + np.log(count)))
    return tuple(sorted(worth, key=lambda word: (-worth[word], word))[:_SHOWN])
