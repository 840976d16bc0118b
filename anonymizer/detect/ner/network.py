"""The trained network, run with NumPy alone: words in, label probabilities out.

Hashed word features feed a stack of LSTMs that read each sentence both ways (Hochreiter and Schmidhuber 1997;
Graves and Schmidhuber 2005). A word's own vector depends on nothing but the word, so it is worked out once and kept;
the LSTMs step through many sentences at a time, longest first, so that every step is one matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anonymizer.detect.ner import features

Array = NDArray[np.float32]
Places = NDArray[np.int64]

_HALF, _ONE = np.float32(0.5), np.float32(1.0)

#: Word vectors kept at a time (about 20 MB); when full, all are forgotten.
KEPT_WORDS = 20_000


@dataclass(frozen=True)
class _Schedule:
    """How sentences, longest first, are stepped through.

    Step `t` handles the rows `starts[t]:starts[t + 1]` of the packed arrays, one for each sentence longer than `t`.
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
    """Label probabilities for the words of sentences. Not thread-safe: it keeps word vectors it has worked out."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]], lexicon: Mapping[str, int]) -> None:
        """`weights` by the names that `training/` gives them; any float type, held as 32 bits."""
        self._lexicon = lexicon
        given = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}
        self._given = given
        self._layers: list[tuple[Array, Array, Array]] = []
        layer = 0
        while f"forwards.{layer}.weight_ih_l0" in given:
            self._layers.append(self._both_ways(layer))
            layer += 1
        self._out = np.ascontiguousarray(given["out.weight"].T), given["out.bias"]
        self._numbers: dict[str, int] = {}
        self._vectors = np.zeros((0, len(given["mix.bias"])), dtype=np.float32)
        self._used = 0

    def _both_ways(self, layer: int) -> tuple[Array, Array, Array]:
        """Input weights, recurrent weights and bias of one layer, forward and backward stacked."""
        ways = []
        for way in ("forwards", "backwards"):
            name = f"{way}.{layer}."
            taken = self._given[name + "weight_ih_l0"].T, self._given[name + "weight_hh_l0"].T
            bias = self._given[name + "bias_ih_l0"] + self._given[name + "bias_hh_l0"]
            # PyTorch orders the gates input, forget, cell, output. sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, so with
            # the three sigmoid gates halved here one tanh serves all four.
            half = np.full(len(bias), 0.5, dtype=np.float32)
            quarter = len(bias) // 4
            half[2 * quarter : 3 * quarter] = 1.0
            ways.append((taken[0] * half, taken[1] * half, bias * half))
        stacked = [np.ascontiguousarray(np.stack(parts)) for parts in zip(*ways, strict=True)]
        return stacked[0], stacked[1], stacked[2]

    def probabilities(self, sentences: Sequence[Sequence[str]]) -> list[Array]:
        """For each sentence an array of words x labels; an empty sentence gives an empty array."""
        order = sorted((i for i in range(len(sentences)) if sentences[i]), key=lambda i: -len(sentences[i]))
        labels = len(self._out[1])
        out = [np.zeros((0, labels), dtype=np.float32) for _ in sentences]
        if not order:
            return out
        numbered = self._numbered([sentences[i] for i in order])
        plan = _schedule(numbered)
        used, places = np.unique(plan.words, return_inverse=True)
        hidden = self._vectors[used]
        read = self._read(self._layers[0], hidden, places, plan)
        for layer in self._layers[1:]:
            read = self._read(layer, read, None, plan) + read
        scores = read @ self._out[0] + self._out[1]
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        starts = np.array(plan.starts)
        for row, i in enumerate(order):
            out[i] = scores[starts[: len(sentences[i])] + row]
        return out

    def _read(
        self, layer: tuple[Array, Array, Array], inputs: Array, places: Places | None, plan: _Schedule
    ) -> Array:
        """One layer over packed words, both ways at once; `places` says which input row each packed word takes."""
        taken, recurrent, bias = layer
        projected = np.matmul(inputs[None], taken) + bias[:, None]
        onward = places if places is not None else np.arange(len(plan.words))
        rows = onward, onward[plan.mirrored]
        size = recurrent.shape[1]
        count = plan.starts[1]
        state = np.zeros((2, count, size), dtype=np.float32)
        cell = np.zeros((2, count, size), dtype=np.float32)
        gates = np.empty((2, count, 4 * size), dtype=np.float32)
        read = np.empty((2, len(plan.words), size), dtype=np.float32)
        for start, stop in zip(plan.starts, plan.starts[1:], strict=False):
            live = stop - start
            if live < state.shape[1]:
                state, cell = state[:, :live], cell[:, :live]
                gates = np.empty((2, live, 4 * size), dtype=np.float32)
            for way in (0, 1):
                np.matmul(state[way], recurrent[way], out=gates[way])
                gates[way] += projected[way][rows[way][start:stop]]
            np.tanh(gates, out=gates)
            let_in, keep, new, let_out = (gates[:, :, i * size : (i + 1) * size] for i in range(4))
            cell = _HALF * ((keep + _ONE) * cell + (let_in + _ONE) * new)
            state = np.tanh(cell)
            state *= _HALF * (let_out + _ONE)
            read[:, start:stop] = state
        return np.concatenate([read[0], read[1][plan.mirrored]], axis=1)

    def _numbered(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.int64]]:
        """The sentences as rows of the word vectors kept, new words worked out on the way."""
        if self._used > KEPT_WORDS:
            self._numbers.clear()
            self._used = 0
        numbers = self._numbers
        new: list[str] = []
        for words in sentences:
            for word in words:
                if word not in numbers:
                    numbers[word] = self._used + len(new)
                    new.append(word)
        if new:
            vectors = np.concatenate(
                [self._word_vectors(new[i : i + 4096]) for i in range(0, len(new), 4096)]
            )
            room = self._used + len(new)
            if room > len(self._vectors):
                grown = np.zeros((room * 3 // 2, self._vectors.shape[1]), dtype=np.float32)
                grown[: self._used] = self._vectors[: self._used]
                self._vectors = grown
            self._vectors[self._used : room] = vectors
            self._used = room
        return [np.array([numbers[word] for word in words], dtype=np.int64) for words in sentences]

    def _word_vectors(self, words: Sequence[str]) -> Array:
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
