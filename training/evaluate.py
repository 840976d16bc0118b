"""Scores on development sets: by variety, by label, as written and as dictated; and on invented speech."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from anonymizer.detect.ner import LABELS, load_ner
from anonymizer.detect.ner.decode import TAGS, best_labels
from corpus import Sentence, as_dictated, read_norne, spans

HERE = Path(__file__).parent

Probabilities = Callable[[Sequence[Sentence]], list[np.ndarray]]
#: What is taken from the score of "no name" when little may be missed (`ner_candidates`).
CANDIDATE_BIAS = 1.0

_MARK = re.compile(r"\{\{(\w+):([^}]*)\}\}")


def read_marked(path: Path) -> list[Sentence]:
    """Lines with `{{PER:Kari Nordli}}` in them, words parted by blanks."""
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        words: list[str] = []
        tags: list[str] = []
        place = 0
        for mark in [*_MARK.finditer(line), None]:
            plain = line[place : mark.start() if mark else len(line)].split()
            words += plain
            tags += ["O"] * len(plain)
            if mark:
                named = mark[2].split()
                words += named
                tags += [f"B-{mark[1]}", *[f"I-{mark[1]}"] * (len(named) - 1)]
                place = mark.end()
        out.append(Sentence(tuple(words), tuple(tags)))
    return out


def count(sentences: Sequence[Sentence], found: Sequence[Sequence[tuple[int, int, str]]]) -> Counter[str]:
    """Gold, found and right mentions by label; mentions covered and findings that touch one, whatever the label."""
    tally: Counter[str] = Counter()
    for sentence, mentions in zip(sentences, found, strict=True):
        gold = {span for span in sentence.spans() if span[2] in LABELS}
        guessed = set(mentions)
        for name, some in (("gold", gold), ("found", guessed), ("right", gold & guessed)):
            tally.update(f"{name} {kind}" for _, _, kind in some)
        named = {place for start, end, _ in gold for place in range(start, end)}
        reached = {place for start, end, _ in guessed for place in range(start, end)}
        for start, end, kind in gold:
            if kind != "DRV":
                tally["to cover"] += 1
                tally["covered"] += all(place in reached for place in range(start, end))
        for start, end, _ in guessed:
            tally["findings"] += 1
            tally["touching"] += any(place in named for place in range(start, end))
    return tally


def line(tally: Counter[str]) -> str:
    """F, precision and recall over all labels, F by label, coverage and the precision that goes with it."""

    def share(names: Sequence[str]) -> tuple[float, float, float]:
        right, found, gold = (
            sum(tally[f"{what} {name}"] for name in names) for what in ("right", "found", "gold")
        )
        return 2 * right / max(1, found + gold), right / max(1, found), right / max(1, gold)

    whole = "F {:.3f} P {:.3f} R {:.3f}".format(*share(LABELS))
    by_label = " ".join(f"{name} {share([name])[0]:.3f}" for name in LABELS)
    covered = tally["covered"] / max(1, tally["to cover"])
    return (
        f"{whole} | {by_label} | covered {covered:.3f} at {tally['touching'] / max(1, tally['findings']):.3f}"
    )


def tables(predict: Probabilities, dev: Mapping[str, list[Sentence]]) -> str:
    """One line for each development set and way of writing, with and without the bias of the candidates."""
    sets: dict[str, list[Sentence]] = dict(dev)
    sets["both"] = [sentence for sentences in dev.values() for sentence in sentences]
    sets["both, dictated"] = [low for sentence in sets["both"] if (low := as_dictated(sentence)).words]
    sets["speech"] = [
        one for path in sorted((HERE / "spoken_dev").glob("*.txt")) for one in read_marked(path)
    ]
    sets["speech, dictated"] = [low for sentence in sets["speech"] if (low := as_dictated(sentence)).words]
    out = []
    for name, sentences in sets.items():
        if not sentences:
            continue
        logs = [np.log(part + 1e-9).astype(np.float32) for part in predict(sentences)]
        for bias in (0.0, CANDIDATE_BIAS):
            found = [
                [span for span in spans([TAGS[number] for number in labels]) if span[2] in LABELS]
                for labels in best_labels(logs, bias)
            ]
            out.append(f"{name + (' +' if bias else ''):20} {line(count(sentences, found))}")
    return "\n".join(out)


def main() -> None:
    """Tables for the shipped model, word boundaries as in the corpus."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with NorNE's *.iob.gz")
    options = parser.parse_args()
    network = load_ner().get_pipe("turn_ner").network

    def predict(sentences: Sequence[Sentence]) -> list[np.ndarray]:
        distinct = sorted({word for sentence in sentences for word in sentence.words})
        numbers = {word: number for number, word in enumerate(distinct)}
        out: list[np.ndarray] = []
        vectors = network.word_vectors(distinct)
        for start in range(0, len(sentences), 256):
            part = sentences[start : start + 256]
            rows = [np.array([numbers[word] for word in one.words], dtype=np.int64) for one in part]
            out.extend(network.probabilities(vectors, rows))
        return out

    print(tables(predict, read_norne(options.data, "dev")))


if __name__ == "__main__":
    main()
