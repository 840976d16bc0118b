"""The trained network, run with NumPy alone: words in, label probabilities out.

Hashed word features feed a stack of LSTMs that read each sentence both ways (Hochreiter and Schmidhuber 1997;
Graves and Schmidhuber 2005). A word's own vector depends on nothing but the word, so callers keep it; the LSTMs
step through many sentences at a time, longest first, so that every step is one matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anonymizer.detect.ner import features

Array = NDArray[np.float32]
Places = NDArray[np.int64]

_HALF, _ONE = np.float32(0.5), np.float32(1.0)


@dataclass(frozen=True)
class _Schedule:
    """How sentences, longest first, are stepped through.

    Step `t` handles the rows `starts[t]:starts[t + 1]` of the packed arrays, one for each sentence longer
    than `t`.
    `mirrored[i]` is the packed row that holds, for the backward reader, the word of packed row `i`.
    """

    starts: list[int]
    words: NDArray[np.int64]
    mirrored: NDArray[np.int64]


def _schedule(sentences: Sequence[NDArray[np.int64]]) -> _Schedule:
    lengths = np.array([len(words) for words in sentences])
    longest = int(lengths[0])
    table = np.zeros((len(sentences), longest), dtype=np.int64)
    for row, words in enumerate(sentences):
        table[row, : len(words)] = words
    inside = (np.arange(longest)[None] < lengths[:, None]).T
    packed_row = np.cumsum(inside.ravel()).reshape(inside.shape) - 1
    steps, rows = np.nonzero(inside)
    starts = [0, *np.cumsum(inside.sum(1)).tolist()]
    return _Schedule(starts, table[rows, steps], packed_row[lengths[rows] - 1 - steps, rows])


class Network:
    """Label probabilities for the words of sentences. It holds no state but its weights."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]], lexicon: Mapping[str, int]) -> None:
        """`weights` by the names that `training/` gives them; any float type, held as 32 bits."""
        self._lexicon = lexicon
        self._given = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}
        self._layers: list[tuple[Array, Array, Array]] = []
        while f"forwards.{len(self._layers)}.weight_ih_l0" in self._given:
            self._layers.append(self._both_ways(len(self._layers)))
        self._out = np.ascontiguousarray(self._given["out.weight"].T), self._given["out.bias"]

    @property
    def width(self) -> int:
        """Length of a word vector."""
        return len(self._given["mix.bias"])

    def word_vectors(self, words: Sequence[str]) -> Array:
        """A vector for each word: words x width."""
        given = self._given
        rows, bits = features.matrix(words, self._lexicon)
        half = 1 + features.AFFIXES // 2
        gram_rows = rows[:, 1 + features.AFFIXES : -1]
        count = np.maximum((gram_rows != features.PAD).sum(1, keepdims=True), 1)
        joined = np.concatenate(
            [
                given["word.weight"][rows[:, 0]],
                given["affix.weight"][rows[:, 1:half]].sum(1),
                given["affix.weight"][rows[:, half : 1 + features.AFFIXES]].sum(1),
                given["gram.weight"][gram_rows].sum(1) / np.sqrt(count, dtype=np.float32),
                given["shape.weight"][rows[:, -1]],
                np.tanh(bits @ given["lexicon.weight"].T + given["lexicon.bias"]),
            ],
            axis=1,
        )
        mixed = np.maximum(joined @ given["mix.weight"].T + given["mix.bias"], 0.0)
        mixed -= mixed.mean(axis=1, keepdims=True)
        mixed /= np.sqrt(mixed.var(axis=1, keepdims=True) + 1e-5)
        vectors: Array = mixed * given["norm.weight"] + given["norm.bias"]
        return vectors

    def probabilities(self, vectors: Array, sentences: Sequence[Places]) -> list[Array]:
        """For each sentence an array of words x labels.

        A sentence is given as the rows of `vectors` that its words have; an empty one gives an empty array.
        """
        order = sorted(
            (i for i in range(len(sentences)) if len(sentences[i])), key=lambda i: -len(sentences[i])
        )
        out = [np.zeros((0, len(self._out[1])), dtype=np.float32) for _ in sentences]
        if not order:
            return out
        plan = _schedule([sentences[i] for i in order])
        used, places = np.unique(plan.words, return_inverse=True)
        read = self._read(self._layers[0], vectors[used], places, plan)
        for layer in self._layers[1:]:
            read += self._read(layer, read, None, plan)
        scores = read @ self._out[0] + self._out[1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        starts = np.array(plan.starts)
        for row, i in enumerate(order):
            out[i] = scores[starts[: len(sentences[i])] + row]
        return out

    def _both_ways(self, layer: int) -> tuple[Array, Array, Array]:
        """Input weights, recurrent weights and bias of one layer, forward and backward stacked."""
        ways = []
        for way in ("forwards", "backwards"):
            name = f"{way}.{layer}."
            taken = self._given.pop(name + "weight_ih_l0").T, self._given.pop(name + "weight_hh_l0").T
            bias = self._given.pop(name + "bias_ih_l0") + self._given.pop(name + "bias_hh_l0")
            # PyTorch orders the gates input, forget, cell, output. sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so with
            # the three sigmoid gates halved here one tanh serves all four.
            half = np.full(len(bias), 0.5, dtype=np.float32)
            quarter = len(bias) // 4
            half[2 * quarter : 3 * quarter] = 1.0
            ways.append((taken[0] * half, taken[1] * half, bias * half))
        stacked = [np.ascontiguousarray(np.stack(parts)) for parts in zip(*ways, strict=True)]
        return stacked[0], stacked[1], stacked[2]

    @staticmethod
    def _read(
        layer: tuple[Array, Array, Array], inputs: Array, places: Places | None, plan: _Schedule
    ) -> Array:
        """One layer over packed words, both ways at once.

        `places` says which row of `inputs` each packed word takes; None when they are the packed words themselves.
        """
        taken, recurrent, bias = layer
        onward, back = inputs @ taken[0], inputs @ taken[1]
        onward += bias[0]
        back += bias[1]
        if places is not None:
            onward, back = onward[places], back[places[plan.mirrored]]
        else:
            back = back[plan.mirrored]
        size = recurrent.shape[1]
        state = np.zeros((2, plan.starts[1], size), dtype=np.float32)
        cell = np.zeros_like(state)
        buffer = np.empty((2, plan.starts[1], 4 * size), dtype=np.float32)
        read = np.empty((2, len(plan.words), size), dtype=np.float32)
        for start, stop in pairwise(plan.starts):
            live = stop - start
            state, cell, gates = state[:, :live], cell[:, :live], buffer[:, :live]
            np.matmul(state[0], recurrent[0], out=gates[0])
            np.matmul(state[1], recurrent[1], out=gates[1])
            gates[0] += onward[start:stop]
            gates[1] += back[start:stop]
            np.tanh(gates, out=gates)
            let_in, keep, new, let_out = (gates[:, :, i * size : (i + 1) * size] for i in range(4))
            let_in += _ONE
            let_in *= new
            keep += _ONE
            cell *= keep
            cell += let_in
            cell *= _HALF
            let_out += _ONE
            let_out *= _HALF
            state = np.multiply(np.tanh(cell), let_out, out=read[:, start:stop])
        return np.concatenate([read[0], read[1][plan.mirrored]], axis=1)
