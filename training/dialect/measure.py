"""Four-way dialect identification on NorSID dev, cross-validated with folds by prompt.

    python training/dialect/measure.py --data FOLDER [--folds 10]

Two figures, since NorSID's sentences tell their translator by more than dialect. *As spoken* leaves out letter case,
punctuation and figures, as the shipped model does. *As given* also reads how the sentence is typed: who writes no
full stop, who begins with a small letter. Published figures read the sentences as given.

Each is the mean of a multinomial logistic regression and a naive Bayes model over the eleven writers of the
training folds, whose probabilities are added up by dialect. Vocabulary
and weights come from the training folds alone; what was chosen with all folds in view stands in `docs/dialect.md`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))

from anonymizer.detect.dialect.area import lexicon_evidence
from anonymizer.detect.dialect.features import plain
from corpora import Prompt, norne, norsid

LETTERS = "BNTV"
STRENGTH = 4.0
STEPS = 60
TEMPER = 0.8
Extractor = Callable[[str], Sequence[str]]


def cleaned(text: str) -> str:
    return " ".join(re.sub(r"\d+", "0", re.sub(r"[^\w\s]|_", " ", text.lower())).split())


def letters(text: str, longest: int) -> list[str]:
    edged = f" {text} "
    return [edged[at : at + size] for size in range(1, longest + 1) for at in range(len(edged) - size + 1)]


def pairs(text: str) -> list[str]:
    words = ["<", *text.split(), ">"]
    return [f"{left} {right}" for left, right in pairwise(words)]


class Standards:
    """Which words Bokmål and Nynorsk newspapers and reports have (NorNE, names left out)."""

    def __init__(self, data: Path) -> None:
        self.words = {
            code: {
                word.lower()
                for sentence in norne(data / "norne" / f"{name}-train.iob.gz", names=False)
                for word in sentence.split()
            }
            for code, name in (("b", "nob"), ("n", "nno"))
        }

    def of(self, word: str) -> str:
        return "".join(code for code, words in self.words.items() if word in words) or "x"

    def features(self, text: str) -> list[str]:
        words = text.split()
        kinds = [self.of(word) for word in words]
        found = ["L" + kind for kind in kinds]
        found += [
            f"E{kind}{word[-size:]}" for word, kind in zip(words, kinds, strict=True) for size in (1, 2)
        ]
        found += [left + right for left, right in zip(["<", *kinds], [*kinds, ">"], strict=True)]
        found += [f"all{code}{all(code in kind for kind in kinds)}" for code in "bn"]
        return [*found, f"strange{min(kinds.count('x'), 3)}"]


def typing(text: str) -> list[str]:
    """Return how a sentence is typed: its first letter, its end, its signs, figures and capitals."""
    end = re.search(r"(\s*)([.?!]*)\s*$", text)
    assert end is not None
    first = "U" if text[:1].isupper() else "l" if text[:1].islower() else "o"
    found = [f"first{first}", f"end{end[2]}", f"space{end[1]}{end[2]}"]
    found += ["sign" + sign for sign in re.findall(r"\s?[^\w\s]\s?", text)]
    found += ["figure" + re.sub(r"\d", "0", each) for each in re.findall(r"\S*\d\S*", text)]
    capital = [re.sub(r"[a-zæøå]+", "a", re.sub(r"[A-ZÆØÅ]", "A", each)) for each in text.split()]
    return found + ["shape" + each for each in capital if each[:1] == "A"]


def typing_with_words(text: str) -> list[str]:
    """Return how a sentence is typed, together with each of its words: small letter and `æ`, say."""
    how, words = typing(text)[:3], cleaned(text).split()
    found = [f"{each}&{word}" for each in how for word in words]
    parts = [part for word in words for part in (word[-2:] + "$", "^" + word[:2])]
    return [*found, *(f"{each}&{part}" for each in how[:2] for part in parts), "".join(how)]


class Block:
    """One kind of feature: sublinear TF-IDF over what occurs in two prompts or more, scaled to length `size`."""

    def __init__(self, extract: Extractor, size: float = 1.0) -> None:
        self.extract, self.size = extract, size

    def learn(self, texts: Sequence[str], prompts: Sequence[int]) -> None:
        by_prompt: dict[int, set[str]] = defaultdict(set)
        seen: Counter[str] = Counter()
        for text, prompt in zip(texts, prompts, strict=True):
            found = set(self.extract(text))
            seen.update(found)
            by_prompt[prompt] |= found
        spread: Counter[str] = Counter()
        for found in by_prompt.values():
            spread.update(found)
        self.place = {feature: at for at, feature in enumerate(sorted(f for f, n in spread.items() if n > 1))}
        self.rarity = np.array([np.log((1 + len(texts)) / (1 + seen[feature])) + 1 for feature in self.place])

    def rows(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - SciPy has no types
        ends, at, values = [0], [], []
        for text in texts:
            counts = Counter(feature for feature in self.extract(text) if feature in self.place)
            here = [self.place[feature] for feature in counts]
            row = (1 + np.log(np.array(list(counts.values()), dtype=float))) * self.rarity[here]
            at += here
            values.append(row * self.size / (np.linalg.norm(row) or 1))
            ends.append(len(at))
        return sparse.csr_matrix((np.concatenate(values), at, ends), shape=(len(texts), len(self.place)))


def regression(rows: Any, gold: np.ndarray) -> np.ndarray:  # noqa: ANN401
    """Return the weights of a multinomial logistic regression, the bias last."""
    rows = sparse.hstack([rows, np.ones((rows.shape[0], 1))]).tocsr()
    turned, shape = rows.T.tocsr(), (rows.shape[1], gold.shape[1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        scores = rows @ weights
        scores -= scores.max(1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        bound = weights / STRENGTH
        bound[-1] = 0
        slope = turned @ (np.exp(logs) - gold) + bound
        return float(-(gold * logs).sum() + (bound * weights).sum() / 2), slope.ravel()

    start = np.zeros(shape[0] * shape[1])
    options = {"maxiter": STEPS, "maxcor": 8}
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x.reshape(shape))


def naive_bayes(rows: Any, gold: np.ndarray) -> np.ndarray:  # noqa: ANN401
    """Return log probabilities of the features by writer, a feature counted once a sentence, smoothed by 0.3."""
    counts = (rows > 0).astype(float).T @ gold + 0.3
    return np.asarray(np.log(counts / counts.sum(0)))


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def probabilities(
    sentences: Sequence[Prompt], folds: int, standards: Standards, *, given: bool, listed: bool
) -> np.ndarray:
    """Return each sentence's probabilities for B, N, T and V, from a model that saw no sentence of its prompt."""
    writers = sorted({each.translator for each in sentences})
    letter_of = {each.translator: each.letter for each in sentences}
    gather = np.array(
        [[letter_of[writer] == letter for letter in LETTERS] for writer in writers], dtype=float
    )
    gold = np.eye(len(writers))[[writers.index(each.translator) for each in sentences]]
    evidence = sparse.csr_matrix(
        [lexicon_evidence(Counter(plain(each.text)))[2:] * 0.15 * listed for each in sentences]
    )
    order = sorted({each.prompt for each in sentences})
    fold = np.array([order.index(each.prompt) % folds for each in sentences])
    result = np.zeros((len(sentences), len(LETTERS)))
    for number in range(folds):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        kinds: list[tuple[Block, bool]] = [
            (Block(lambda text: letters(text, 6)), False),
            (Block(str.split), False),
            (Block(pairs), False),
            (Block(standards.features), False),
        ]
        if given:
            kinds += [
                (Block(lambda text: letters(text, 5)), True),
                (Block(typing, 0.7), True),
                (Block(typing_with_words, 0.7), True),
            ]
        learnt, tested = [evidence[inside]], [evidence[outside]]
        for block, raw in kinds:
            texts = [each.text if raw else cleaned(each.text) for each in sentences]
            block.learn([texts[at] for at in inside], [sentences[at].prompt for at in inside])
            learnt.append(block.rows([texts[at] for at in inside]))
            tested.append(block.rows([texts[at] for at in outside]))
        known, unknown = sparse.hstack(learnt).tocsr(), sparse.hstack(tested).tocsr()
        weights = regression(known, gold[inside])
        there = (unknown > 0).astype(float)
        # The features of a sentence depend on each other: their evidence is damped by the square root of their number.
        damped = TEMPER * (there @ naive_bayes(known, gold[inside])) / np.sqrt(there.sum(1)).reshape(-1, 1)
        both = softmax(unknown @ weights[:-1] + weights[-1]) + softmax(np.asarray(damped))
        result[outside] = both @ gather / 2
    return result


def f1(gold: np.ndarray, chosen: np.ndarray) -> tuple[float, np.ndarray]:
    """Return F1 weighted by class size, and F1 by class."""
    table = np.zeros((len(LETTERS), len(LETTERS)))
    np.add.at(table, (gold, chosen), 1)
    each = 2 * np.diag(table) / np.maximum(table.sum(0) + table.sum(1), 1)
    return float(each @ table.sum(1) / table.sum()), each


def report(name: str, sentences: Sequence[Prompt], shares: np.ndarray) -> None:
    """Print weighted F1 with a 95 % interval (bootstrap over prompts), F1 by class and the calibration error."""
    gold = np.array([LETTERS.index(each.letter) for each in sentences])
    chosen = shares.argmax(1)
    total, each = f1(gold, chosen)
    prompts = np.array([one.prompt for one in sentences])
    groups = [np.flatnonzero(prompts == prompt) for prompt in np.unique(prompts)]
    draw = np.random.default_rng(1)
    drawn = []
    for _ in range(1000):
        take = np.concatenate([groups[at] for at in draw.integers(0, len(groups), len(groups))])
        drawn.append(f1(gold[take], chosen[take])[0])
    low, high = np.quantile(drawn, [0.025, 0.975])
    bins = np.minimum((shares.max(1) * 10).astype(int), 9)
    off = sum(
        abs(shares.max(1)[bins == at].mean() - (chosen == gold)[bins == at].mean()) * (bins == at).mean()
        for at in np.unique(bins)
    )
    by_class = ", ".join(f"{letter} {score:.3f}" for letter, score in zip(LETTERS, each, strict=True))
    print(
        f"{name}: weighted F1 {total:.3f} (95 % {low:.3f} to {high:.3f}); {by_class}; calibration error {off:.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=10)
    options = parser.parse_args()
    measure(norsid(options.data / "norsid" / "norsid_dev.conll.gz"), options.data, options.folds)


def measure(sentences: Sequence[Prompt], data: Path, folds: int = 10) -> None:
    standards = Standards(data)
    for name, given, listed in (
        ("as given", True, True),
        ("as given, without the dialect word list", True, False),
        ("as spoken", False, True),
        ("as spoken, without the dialect word list", False, False),
    ):
        report(name, sentences, probabilities(sentences, folds, standards, given=given, listed=listed))


if __name__ == "__main__":
    main()
