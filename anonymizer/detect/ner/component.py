"""The spaCy component `turn_ner`: reads documents in batches and sets their entities."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import marisa_trie
import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from anonymizer.detect.ner.decode import LABELS, TAGS, Mention, best_labels, mentions
from anonymizer.detect.ner.network import Network

#: The group in `doc.spans` that holds what may be a mention; its `attrs["scores"]` are probabilities, in order.
CANDIDATES = "ner_candidates"

#: Longer documents are read in windows, so that time and memory stay linear and steps stay few.
WINDOW, OVERLAP = 96, 16


class Lexicon(Mapping[str, int]):
    """Class bits of a folded word (`features.fold`), from a trie that is read in place."""

    def __init__(self, trie: marisa_trie.RecordTrie) -> None:
        self._trie = trie

    def __getitem__(self, word: str) -> int:
        return int(self._trie[word][0][0])

    def get(self, word: str, default: int = 0) -> int:  # type: ignore[override]
        """The bits, or `default` for an unknown word."""
        found = self._trie.get(word)
        return int(found[0][0]) if found else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._trie.keys())

    def __len__(self) -> int:
        return len(self._trie)


def read_lexicon(path: Path) -> Lexicon:
    """Open a lexicon written by `training/`; a record is one byte of class bits."""
    trie = marisa_trie.RecordTrie("<B")
    trie.load(str(path))
    return Lexicon(trie)


class TurnNer:
    """Sets `doc.ents` (labels PER, LOC, ORG, DRV) and `doc.spans["ner_candidates"]`, a superset that errs towards
    finding too much, for a resolver that weighs it against other sources.
    """

    def __init__(self, *, entity_bias: float, candidate_bias: float) -> None:
        self.entity_bias = entity_bias
        self.candidate_bias = candidate_bias
        self._network: Network | None = None
        self._folder: Path | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """What the component may give out."""
        return LABELS

    def __call__(self, doc: Doc) -> Doc:
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Documents in, the same documents out, in order; they are read `batch_size` at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._annotate(batch)
            yield from batch

    def _annotate(self, docs: list[Doc]) -> None:
        if self._network is None:
            msg = "turn_ner holds no trained network; load it with load_ner()"
            raise RuntimeError(msg)
        words = [[token.text for token in doc] for doc in docs]
        windows = [
            (i, start)
            for i, listed in enumerate(words)
            for start in range(0, max(1, len(listed) - OVERLAP), WINDOW)
        ]
        windows = [(i, start) for i, start in windows if words[i]]
        probabilities = [np.zeros((len(listed), len(TAGS)), dtype=np.float32) for listed in words]
        # A few thousand words at a time: enough for full matrix products, little enough for the cache and memory.
        for batch in _by_words(
            [(i, start, min(len(words[i]), start + WINDOW + 2 * OVERLAP)) for i, start in windows]
        ):
            parts = self._network.probabilities([words[i][start:stop] for i, start, stop in batch])
            for (i, start, _), part in zip(batch, parts, strict=True):
                skip = OVERLAP if start else 0
                probabilities[i][start + skip : start + len(part)] = part[skip:]
        logs = [np.log(part + 1e-9) for part in probabilities]
        for doc, part, entities, candidates in zip(
            docs,
            probabilities,
            best_labels(logs, self.entity_bias),
            best_labels(logs, self.candidate_bias),
            strict=True,
        ):
            doc.set_ents(_spans(doc, mentions(entities, part)))
            found = mentions(candidates, part)
            scores = [mention.score for mention in found]
            group = SpanGroup(doc, name=CANDIDATES, spans=_spans(doc, found), attrs={"scores": scores})
            doc.spans[CANDIDATES] = group

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Copy the files the component was read from."""
        if self._folder is None:
            return
        path.mkdir(parents=True, exist_ok=True)
        for name in ("network.npz", "lexicon.marisa", "settings.json"):
            (path / name).write_bytes((self._folder / name).read_bytes())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> TurnNer:
        """Read the network, its lexicon and its settings from a folder."""
        self._folder = Path(path)
        settings = json.loads((self._folder / "settings.json").read_text(encoding="utf-8"))
        self.entity_bias = float(settings["entity_bias"])
        self.candidate_bias = float(settings["candidate_bias"])
        if tuple(settings["tags"]) != TAGS:
            msg = "the model's labels are not those of this version"
            raise ValueError(msg)
        with np.load(self._folder / "network.npz", allow_pickle=False) as arrays:
            weights: dict[str, NDArray[np.generic]] = {name: arrays[name] for name in arrays.files}
        self._network = Network(weights, read_lexicon(self._folder / "lexicon.marisa"))
        return self


def _by_words(windows: list[tuple[int, int, int]], limit: int = 6000) -> Iterator[list[tuple[int, int, int]]]:
    batch: list[tuple[int, int, int]] = []
    size = 0
    for window in windows:
        batch.append(window)
        size += window[2] - window[1]
        if size >= limit:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _spans(doc: Doc, found: list[Mention]) -> list[Span]:
    return [Span(doc, mention.start, mention.end, label=mention.label) for mention in found]


@Language.factory("turn_ner", default_config={"entity_bias": 0.0, "candidate_bias": 1.0})
def make_turn_ner(nlp: Language, name: str, entity_bias: float, candidate_bias: float) -> TurnNer:
    """spaCy's way in; an untrained component, to be filled by `from_disk`."""
    return TurnNer(entity_bias=entity_bias, candidate_bias=candidate_bias)
