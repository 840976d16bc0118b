"""Reading NorNE and turning it into what the network learns from: sentences of words with BIO labels."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

VARIETIES = ("nob", "nno")

#: NorNE's types as the product knows them. Products, events and the rest are learnt (so that the network has a
#: place to put them) but never given out. NorNE splits places by how they are used; the product does not.
MERGED = {
    "PER": "PER",
    "LOC": "LOC",
    "GPE_LOC": "LOC",
    "GPE_ORG": "LOC",
    "ORG": "ORG",
    "DRV": "DRV",
    "PROD": "MISC",
    "EVT": "MISC",
    "MISC": "MISC",
}
KINDS = ("PER", "LOC", "ORG", "DRV", "MISC")
TAGS = ("O", *(f"{edge}-{kind}" for kind in KINDS for edge in "BI"))
TAG_NUMBER = {tag: number for number, tag in enumerate(TAGS)}


@dataclass(frozen=True)
class Sentence:
    """Words and their labels (`O`, `B-PER`, …), of the same length; `invented` if a template made it."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    invented: bool = False

    def spans(self) -> list[tuple[int, int, str]]:
        """Mentions as (start, end, kind) in words, end excluded."""
        return spans(self.tags)


def spans(tags: tuple[str, ...] | list[str]) -> list[tuple[int, int, str]]:
    """The mentions that BIO labels describe; an `I` that continues nothing begins a mention."""
    out: list[tuple[int, int, str]] = []
    start, kind = 0, ""
    for place, tag in enumerate([*tags, "O"]):
        edge, _, here = tag.partition("-")
        if kind and (edge != "I" or here != kind):
            out.append((start, place, kind))
            kind = ""
        if here and not kind:
            start, kind = place, here
    return out


def read_iob(path: Path) -> Iterator[Sentence]:
    """One `token<TAB>tag` a line, a blank line between sentences, gzipped."""
    words: list[str] = []
    tags: list[str] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            word, tab, tag = line.rstrip("\n").partition("\t")
            if tab:
                edge, _, kind = tag.partition("-")
                words.append(word)
                tags.append(f"{edge}-{MERGED[kind]}" if kind else "O")
            elif words:
                yield Sentence(tuple(words), tuple(tags))
                words, tags = [], []
    if words:
        yield Sentence(tuple(words), tuple(tags))


def read_norne(folder: Path, part: str) -> dict[str, list[Sentence]]:
    """The sentences of `train` or `dev`, by variety, in the order of the texts."""
    return {variety: list(read_iob(folder / f"{variety}-{part}.iob.gz")) for variety in VARIETIES}


def as_dictated(sentence: Sentence) -> Sentence:
    """The sentence as speech recognition often writes it: lower-case and without punctuation."""
    kept = [
        (word.lower(), tag)
        for word, tag in zip(sentence.words, sentence.tags, strict=True)
        if any(char.isalnum() for char in word)
    ]
    repaired: list[tuple[str, str]] = []
    for word, tag in kept:
        last = repaired[-1][1] if repaired else "O"
        broken = tag.startswith("I-") and last[2:] != tag[2:]
        repaired.append((word, "B-" + tag[2:] if broken else tag))
    return Sentence(tuple(word for word, _ in repaired), tuple(tag for _, tag in repaired), sentence.invented)


def plain_words(texts: Iterable[Iterable[Sentence]]) -> set[str]:
    """Lower-case words that stand in the texts at least twice and never in a mention."""
    outside: Counter[str] = Counter()
    inside: set[str] = set()
    for sentence in chain.from_iterable(texts):
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if tag != "O":
                inside.add(word.lower())
            elif word.islower() and word.isalpha() and len(word) > 2:
                outside[word] += 1
    return {word for word, times in outside.items() if times > 1} - inside
