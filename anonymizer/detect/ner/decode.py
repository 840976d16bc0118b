"""From label probabilities to mentions: the best label sequence that is well formed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

#: Given out by the network; what NorNE calls products and events it learns as MISC and keeps to itself.
LABELS = ("PER", "LOC", "ORG", "DRV")
KINDS = (*LABELS, "MISC")
TAGS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in "BI"))

_FORBIDDEN = np.float32(-1e4)
_INSIDE = np.array([tag.startswith("I") for tag in TAGS])
_STEP = np.array(
    [[_FORBIDDEN if b[0] == "I" and a[1:] != b[1:] else 0.0 for b in TAGS] for a in TAGS], dtype=np.float32
)
_UNWANTED = np.array([tag == "O" or tag.endswith("MISC") for tag in TAGS])


@dataclass(frozen=True)
class Mention:
    """Words `start` to `end` (excluded) of a sentence; `score` is the mean probability of the label."""

    start: int
    end: int
    label: str
    score: float


def best_labels(logs: Sequence[Array], bias: float = 0.0) -> list[NDArray[np.int64]]:
    """The best well-formed BIO sequence of each sentence (Viterbi), all sentences stepped through together.

    `logs` are log-probabilities, words x labels. `bias` is taken from the score of every label that is not
    given out: above 0 it finds more and errs more.
    """
    order = sorted((i for i in range(len(logs)) if len(logs[i])), key=lambda i: -len(logs[i]))
    out = [np.zeros(0, dtype=np.int64) for _ in logs]
    if not order:
        return out
    lengths = np.array([len(logs[i]) for i in order])
    longest = int(lengths[0])
    scores = np.zeros((longest, len(order), len(TAGS)), dtype=np.float32)
    for row, i in enumerate(order):
        scores[: len(logs[i]), row] = logs[i]
    scores[:, :, _UNWANTED] -= np.float32(bias)
    best = scores[0] + np.where(_INSIDE, _FORBIDDEN, np.float32(0.0))
    came_from = np.zeros((longest, len(order), len(TAGS)), dtype=np.int64)
    for step in range(1, longest):
        live = int((lengths > step).sum())
        paths = best[:live, :, None] + _STEP[None]
        came_from[step, :live] = paths.argmax(axis=1)
        best[:live] = paths.max(axis=1) + scores[step, :live]
    for row, i in enumerate(order):
        label = int(best[row].argmax())
        found = np.empty(lengths[row], dtype=np.int64)
        for step in range(int(lengths[row]) - 1, -1, -1):
            found[step] = label
            label = int(came_from[step, row, label])
        out[i] = found
    return out


def mentions(labels: NDArray[np.int64], probabilities: Array) -> list[Mention]:
    """The mentions that a label sequence describes, MISC left out."""
    if not labels.any():
        return []
    out: list[Mention] = []
    names = [TAGS[number] for number in labels]
    place = 0
    while place < len(names):
        kind = names[place][2:]
        end = place + 1
        while kind and end < len(names) and names[end] == f"I-{kind}":
            end += 1
        if kind in LABELS:
            first = TAGS.index(f"B-{kind}")
            score = float(probabilities[place:end, first : first + 2].sum(axis=1).mean())
            out.append(Mention(place, end, kind, round(score, 4)))
        place = end
    return out
