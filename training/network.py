"""The network as it is trained (PyTorch). `anonymizer.detect.ner.network` runs the same sums with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from anonymizer.detect.ner import features
from corpus import TAGS
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of the layers; what is shipped must fit in 20 MB."""

    word: int = 96
    affix: int = 48
    gram: int = 96
    shape: int = 24
    lexicon: int = 32
    width: int = 256
    hidden: int = 192
    layers: int = 2


@dataclass(frozen=True)
class Dropout:
    """How much is left out while learning."""

    word: float = 0.3  # a word's own row, so that spelling and context must do
    lexicon: float = 0.3  # all that the lexicons say of a word
    entry: float = 0.1  # one thing that a lexicon says
    width: float = 0.3
    hidden: float = 0.4


class Network(nn.Module):
    """Words in a sentence to label scores: hashed features, then LSTMs reading both ways."""

    def __init__(self, shape: Shape, dropout: Dropout) -> None:
        super().__init__()
        self.sizes, self.dropout = shape, dropout
        self.word = nn.Embedding(features.WORD_ROWS, shape.word, padding_idx=0)
        self.affix = nn.Embedding(features.AFFIX_ROWS, shape.affix, padding_idx=0)
        self.gram = nn.Embedding(features.GRAM_ROWS, shape.gram, padding_idx=0)
        self.shape = nn.Embedding(features.SHAPE_ROWS, shape.shape, padding_idx=0)
        self.lexicon = nn.Linear(features.LEXICON_COLUMNS, shape.lexicon)
        joined = shape.word + 2 * shape.affix + shape.gram + shape.shape + shape.lexicon
        self.mix = nn.Linear(joined, shape.width)
        self.norm = nn.LayerNorm(shape.width)
        inputs = [shape.width] + [2 * shape.hidden] * (shape.layers - 1)
        self.forwards = nn.ModuleList(nn.LSTM(size, shape.hidden, batch_first=True) for size in inputs)
        self.backwards = nn.ModuleList(nn.LSTM(size, shape.hidden, batch_first=True) for size in inputs)
        self.out = nn.Linear(2 * shape.hidden, len(TAGS))
        for table in (self.word, self.affix, self.gram, self.shape):
            nn.init.normal_(table.weight, std=0.1)
            with torch.no_grad():
                table.weight[0].zero_()

    def types(self, rows: Tensor, bits: Tensor) -> Tensor:
        """A vector for each distinct word."""
        half = features.AFFIXES // 2
        word, affix, gram, form = rows.split([1, features.AFFIXES, features.GRAMS, 1], dim=1)
        own = self.word(word[:, 0])
        count = (gram != 0).sum(1, keepdim=True).clamp(min=1)
        if self.training:
            own = own * (torch.rand(len(own), 1) >= self.dropout.word)
            bits = bits * (torch.rand(len(bits), 1) >= self.dropout.lexicon)
            bits = bits * (torch.rand_like(bits) >= self.dropout.entry)
        joined = torch.cat(
            [
                own,
                self.affix(affix[:, :half]).sum(1),
                self.affix(affix[:, half:]).sum(1),
                self.gram(gram).sum(1) / count.sqrt(),
                self.shape(form[:, 0]),
                torch.tanh(self.lexicon(bits)),
            ],
            dim=1,
        )
        return self.norm(functional.relu(self.mix(joined)))

    def forward(self, rows: Tensor, bits: Tensor, places: Tensor, lengths: Tensor) -> Tensor:
        """Label scores (sentences x longest x labels).

        `rows` and `bits` belong to the batch's distinct words, `places` (sentences x longest) picks among them.
        """
        known = self.types(rows, bits)
        batch, longest = places.shape
        hidden = known[places]
        steps = torch.arange(longest)[None]
        turned = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)
        whole = torch.arange(batch)[:, None]
        hidden = self.locked(hidden, self.dropout.width)
        for number, (onward, back) in enumerate(zip(self.forwards, self.backwards, strict=True)):
            ahead = onward(hidden)[0]
            behind = back(hidden[whole, turned])[0][whole, turned]
            result = torch.cat([ahead, behind], dim=2)
            hidden = result + hidden if number else result
            hidden = self.locked(hidden, self.dropout.hidden)
        return self.out(hidden)

    def locked(self, hidden: Tensor, rate: float) -> Tensor:
        """Dropout with one mask for a whole sentence (variational dropout, Gal and Ghahramani 2016)."""
        if not self.training or not rate:
            return hidden
        kept = torch.rand(hidden.shape[0], 1, hidden.shape[2], dtype=hidden.dtype) >= rate
        return hidden * kept / (1 - rate)
