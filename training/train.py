"""Trains the model that the package ships: networks in turn, each taught by those before it; the last one ships.

    python training/train.py --data ../shared/data/norne

Everything random is seeded; PyTorch's sums on several cores may still differ in the last digits. About an hour on
two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from anonymizer.detect.ner import features
from augment import Augmenter
from corpus import TAG_NUMBER, Sentence, plain_words, read_norne
from evaluate import Probabilities, tables
from export import SHIPPED, write_model
from generate import Speech
from lists import lexicon, read_lists
from network import Dropout, Network, Shape
from torch import Tensor
from torch.nn import functional

HERE = Path(__file__).parent
IGNORED = -100

Inputs = tuple[Tensor, Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Recipe:
    """One network's training.

    `teach` is the weight of the teachers' opinion against the labels, on the corpus alone: of invented speech the
    labels know more. `begin` is the seed of an earlier network to go on from, `taught_by` those of the teachers
    (else all the earlier ones).
    """

    shape: Shape
    dropout: Dropout
    seed: int
    epochs: int
    rate: float = 2e-3
    words_a_batch: int = 2000
    invented: int = 6000
    teach: float = 0.0
    begin: int | None = None
    taught_by: Sequence[int] | None = None


class Words:
    """Features of every word met, each worked out once."""

    def __init__(self, known: dict[str, int]) -> None:
        self.lexicon = known
        self.numbers: dict[str, int] = {}
        self.rows = np.zeros((1024, features.COLUMNS), dtype=np.int32)
        self.bits = np.zeros((1024, features.LEXICON_COLUMNS), dtype=np.float32)

    def number(self, word: str) -> int:
        found = self.numbers.get(word)
        if found is None:
            found = self.numbers[word] = len(self.numbers)
            if found == len(self.rows):
                self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
                self.bits = np.concatenate([self.bits, np.zeros_like(self.bits)])
            self.rows[found] = features.rows(word)
            self.bits[found] = features.lexicon_bits(word, self.lexicon)
        return found

    def batch(self, sentences: Sequence[Sentence]) -> tuple[Inputs, Tensor]:
        """What `Network.forward` takes, and the label numbers."""
        longest = max(len(sentence.words) for sentence in sentences)
        numbers = np.zeros((len(sentences), longest), dtype=np.int64)
        labels = np.full((len(sentences), longest), IGNORED, dtype=np.int64)
        for row, sentence in enumerate(sentences):
            numbers[row, : len(sentence.words)] = [self.number(word) for word in sentence.words]
            labels[row, : len(sentence.words)] = [TAG_NUMBER[tag] for tag in sentence.tags]
        used, places = np.unique(numbers, return_inverse=True)
        lengths = torch.tensor([len(sentence.words) for sentence in sentences])
        inputs = (
            torch.from_numpy(self.rows[used]).long(),
            torch.from_numpy(self.bits[used]),
            torch.from_numpy(places.reshape(numbers.shape)),
            lengths,
        )
        return inputs, torch.from_numpy(labels)


def batches(sentences: Sequence[Sentence], size: int, chance: random.Random) -> list[list[Sentence]]:
    """Sentences of like length together, in random order; about `size` words each."""
    out: list[list[Sentence]] = [[]]
    for sentence in sorted(sentences, key=lambda one: len(one.words) + 4 * chance.random()):
        out[-1].append(sentence)
        if len(out[-1]) * len(sentence.words) >= size:
            out.append([])
    out = [batch for batch in out if batch]
    chance.shuffle(out)
    return out


def opinions(networks: Sequence[Network], inputs: Inputs) -> Tensor:
    """Mean label probabilities of several networks."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        each = [functional.softmax(network(*inputs).float(), dim=-1) for network in networks]
    return torch.stack(each).mean(0)


def predictor(networks: Sequence[Network], words: Words) -> Probabilities:
    """A function from sentences to label probabilities, as the tables want it."""

    def predict(sentences: Sequence[Sentence]) -> list[np.ndarray]:
        out: list[np.ndarray] = [np.zeros(0)] * len(sentences)
        order = sorted(range(len(sentences)), key=lambda i: len(sentences[i].words))
        for start in range(0, len(order), 256):
            chosen = order[start : start + 256]
            mean = opinions(networks, words.batch([sentences[i] for i in chosen])[0]).numpy()
            for row, i in enumerate(chosen):
                out[i] = mean[row, : len(sentences[i].words)]
        return out

    return predict


def train(
    recipe: Recipe,
    texts: Sequence[Sequence[Sentence]],
    augmenter: Augmenter,
    words: Words,
    teachers: Sequence[Network] = (),
    begin: Network | None = None,
) -> Iterator[tuple[int, Network]]:
    """Train by the recipe; after every epoch its number and the network of averaged weights."""
    torch.manual_seed(recipe.seed)
    chance = augmenter.random
    chance.seed(recipe.seed)
    network = Network(recipe.shape, recipe.dropout)
    if begin is not None:
        network.load_state_dict(begin.state_dict())
    smooth = Network(recipe.shape, recipe.dropout).eval()
    smooth.load_state_dict(network.state_dict())
    rates = torch.optim.AdamW(
        network.parameters(), lr=recipe.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    steps = 0
    for epoch in range(recipe.epochs):
        began, total = time.monotonic(), 0.0
        todo = batches(augmenter.epoch(texts, recipe.invented), recipe.words_a_batch, chance)
        whole = recipe.epochs * len(todo)
        network.train()
        for batch in todo:
            steps += 1
            for group in rates.param_groups:
                group["lr"] = recipe.rate * min(1.0, steps / 300) * max(0.02, 1 - steps / whole)
            inputs, labels = words.batch(batch)
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(*inputs)
            loss = _loss(
                scores.float(), labels, recipe, batch, opinions(teachers, inputs) if teachers else None
            )
            rates.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            rates.step()
            total += loss.item()
            keep = min(0.998, (1 + steps) / (10 + steps))
            with torch.no_grad():
                torch._foreach_lerp_(list(smooth.parameters()), list(network.parameters()), 1 - keep)
        print(f"epoch {epoch} loss {total / len(todo):.4f} {time.monotonic() - began:.0f} s", flush=True)
        yield epoch, smooth


def _loss(
    scores: Tensor, labels: Tensor, recipe: Recipe, batch: Sequence[Sentence], taught: Tensor | None
) -> Tensor:
    """How far the scores are from the labels and, in the corpus's sentences, from what the teachers think."""
    there = labels != IGNORED
    flat, gold = scores[there], labels[there]
    apart = functional.cross_entropy(flat, gold, label_smoothing=0.02, reduction="none")
    if taught is None:
        return apart.mean()
    weight = torch.tensor([0.0 if sentence.invented else recipe.teach for sentence in batch])
    weight = weight[:, None].expand(labels.shape)[there]
    agree = functional.cross_entropy(flat, taught[there], reduction="none")
    return (weight * agree + (1 - weight) * apart).mean()


def main() -> None:
    """Train the networks of the settings; print tables on the development sets."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with NorNE's *.iob.gz")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for networks in the making")
    parser.add_argument("--settings", type=Path, default=HERE / "settings.json", help="sizes, seeds, epochs")
    parser.add_argument(
        "--out", type=Path, default=SHIPPED, help="where the model goes (default: the package)"
    )
    parser.add_argument("--no-export", action="store_true", help="leave the shipped model as it is")
    parser.add_argument("--threads", type=int, help="cores to use, else the settings'")
    options = parser.parse_args()
    settings = json.loads(options.settings.read_text(encoding="utf-8"))
    torch.set_num_threads(options.threads or settings["threads"])
    options.work.mkdir(parents=True, exist_ok=True)

    lists = read_lists()
    known = lexicon(lists)
    words = Words(known)
    texts = list(read_norne(options.data, "train").values())
    augmenter = Augmenter(Speech(lists, 0, plain=plain_words(texts)), known, **settings["augment"])
    dev = read_norne(options.data, "dev")

    earlier: dict[int, Network] = {}
    for given in settings["networks"]:
        recipe = _recipe(given)
        kept = options.work / f"network-{recipe.seed}.pt"
        if kept.is_file():
            network = Network(recipe.shape, recipe.dropout)
            network.load_state_dict(torch.load(kept))
        else:
            teachers = [earlier[seed] for seed in (earlier if recipe.taught_by is None else recipe.taught_by)]
            begin = None if recipe.begin is None else earlier[recipe.begin]
            for epoch, network in train(recipe, texts, augmenter, words, teachers, begin):
                torch.save(network.state_dict(), kept.with_suffix(".part"))
                if epoch % 3 == 2 or epoch == recipe.epochs - 1:
                    print(tables(predictor([network], words), dev), flush=True)
            kept.with_suffix(".part").replace(kept)
        earlier[recipe.seed] = network.eval()
    if not options.no_export:
        write_model(network.state_dict(), known, settings["bias"], options.out)


def _recipe(settings: dict[str, object]) -> Recipe:
    given = dict(settings)
    shape, dropout = Shape(**given.pop("shape")), Dropout(**given.pop("dropout"))  # type: ignore[arg-type]
    return Recipe(shape=shape, dropout=dropout, **given)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
