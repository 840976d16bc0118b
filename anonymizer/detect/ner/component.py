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
from threadpoolctl import ThreadpoolController

from anonymizer.detect.ner.decode import LABELS, TAGS, Mention, best_labels, mentions
from anonymizer.detect.ner.network import Network, Places

#: The group in `doc.spans` of what may be a mention; its `attrs["scores"]` are probabilities, in order.
CANDIDATES = "ner_candidates"

#: Longer documents are read in windows, so that time and memory stay linear and steps stay few.
WINDOW, OVERLAP = 128, 16

#: Word vectors kept at a time (about 20 MB); when there are more, all are forgotten.
KEPT_WORDS = 20_000


class Lexicon(Mapping[str, int]):
    """Class bits of a folded word (`features.fold`), from a trie that is read in place."""

    def __init__(self, trie: marisa_trie.RecordTrie) -> None:
        self._trie = trie

    def __getitem__(self, word: str) -> int:
        return int(self._trie[word][0][0])

    def get(self, word: str, default: int = 0) -> int:  # type: ignore[override]
        """The bits, or `default` for an unknown word."""
        # A control character in a key makes marisa-trie read past its records.
        found = self._trie.get(word) if word.isprintable() else None
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
    """Sets `doc.ents` (labels PER, LOC, ORG, DRV) and `doc.spans["ner_candidates"]`.

    The candidates err towards finding too much, for a resolver that weighs them against other sources.
    """

    def __init__(self, *, entity_bias: float, candidate_bias: float) -> None:
        self.entity_bias = entity_bias
        self.candidate_bias = candidate_bias
        self._network: Network | None = None
        self._folder: Path | None = None
        self._blas = ThreadpoolController()
        self._known: dict[int, int] = {}
        self._vectors = np.zeros((0, 0), dtype=np.float32)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the component may give out."""
        return LABELS

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document, in place."""
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Documents in, the same documents out, in order; they are read `batch_size` at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._annotate(batch)
            yield from batch

    @property
    def network(self) -> Network:
        """The network itself; raises `RuntimeError` before `from_disk`."""
        if self._network is None:
            msg = "turn_ner holds no trained network; load it with load_ner()"
            raise RuntimeError(msg)
        return self._network

    def _annotate(self, docs: list[Doc]) -> None:
        # The products are small: shared among cores they wait for each other, and several times as long on a busy
        # machine. Whoever wants all cores gives each its own transcripts.
        with self._blas.limit(limits=1, user_api="blas"):
            self._annotate_alone(docs)

    def _annotate_alone(self, docs: list[Doc]) -> None:
        network = self.network
        kept, rows = self._read_words(docs)
        windows = [
            (i, start, min(len(listed), start + WINDOW + 2 * OVERLAP))
            for i, listed in enumerate(rows)
            for start in range(0, max(1, len(listed) - OVERLAP), WINDOW)
        ]
        probabilities = [np.zeros((len(listed), len(TAGS)), dtype=np.float32) for listed in rows]
        for batch in _by_words(windows):
            parts = network.probabilities(self._vectors, [rows[i][start:stop] for i, start, stop in batch])
            for (i, start, _), part in zip(batch, parts, strict=True):
                skip = OVERLAP if start else 0
                probabilities[i][start + skip : start + len(part)] = part[skip:]
        logs = [np.log(part + 1e-9) for part in probabilities]
        best = best_labels(logs, self.entity_bias), best_labels(logs, self.candidate_bias)
        for doc, places, part, entities, candidates in zip(docs, kept, probabilities, *best, strict=True):
            doc.set_ents([span for span, _ in _spans(doc, places, mentions(entities, part))])
            found = _spans(doc, places, mentions(candidates, part))
            scores = {"scores": [score for _, score in found]}
            doc.spans[CANDIDATES] = SpanGroup(
                doc, name=CANDIDATES, spans=[span for span, _ in found], attrs=scores
            )

    def _read_words(self, docs: list[Doc]) -> tuple[list[Places], list[Places]]:
        """For each document the tokens that are no white space, and the rows of `self._vectors` that they have.

        Words not met before are worked out and kept.
        """
        network = self.network
        if len(self._known) > KEPT_WORDS:
            self._known.clear()
        known = self._known
        keys = [doc.to_array("ORTH") for doc in docs]
        distinct, numbers = np.unique(np.concatenate(keys), return_inverse=True)
        new = [key for key in distinct.tolist() if key not in known]
        strings = docs[0].vocab.strings
        room = len(known) + len(new)
        if room > len(self._vectors):
            grown = np.zeros((room * 3 // 2, network.width), dtype=np.float32)
            grown[: len(known)] = self._vectors[: len(known)]
            self._vectors = grown
        for start in range(0, len(new), 4096):
            part = new[start : start + 4096]
            vectors = network.word_vectors([strings[key] for key in part])
            self._vectors[len(known) : len(known) + len(part)] = vectors
            known.update(zip(part, range(len(known), len(known) + len(part)), strict=True))
        # Line ends and runs of blanks are tokens to spaCy, but nothing that anybody said.
        said = np.array([not strings[key].isspace() for key in distinct.tolist()], dtype=bool)
        row_of = np.array([known[key] for key in distinct.tolist()], dtype=np.int64)
        kept: list[Places] = []
        rows: list[Places] = []
        for part_numbers in np.split(numbers, np.cumsum([len(listed) for listed in keys])[:-1]):
            places = np.flatnonzero(said[part_numbers])
            kept.append(places)
            rows.append(row_of[part_numbers[places]])
        return kept, rows

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
        self._known.clear()
        self._network = Network(weights, read_lexicon(self._folder / "lexicon.marisa"))
        self._vectors = np.zeros((0, self._network.width), dtype=np.float32)
        return self


def _by_words(windows: list[tuple[int, int, int]], limit: int = 4000) -> Iterator[list[tuple[int, int, int]]]:
    """Windows together, a few thousand words at a time: full matrix products, little memory."""
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


def _spans(doc: Doc, places: Places, found: list[Mention]) -> list[tuple[Span, float]]:
    """The mentions as spans with their scores; one without a letter or digit is none."""
    out = []
    for mention in found:
        span = Span(doc, int(places[mention.start]), int(places[mention.end - 1]) + 1, label=mention.label)
        if any(char.isalnum() for char in span.text):
            out.append((span, mention.score))
    return out


@Language.factory("turn_ner", default_config={"entity_bias": 0.0, "candidate_bias": 1.0})
def make_turn_ner(nlp: Language, name: str, entity_bias: float, candidate_bias: float) -> TurnNer:
    """spaCy's way in; an untrained component, to be filled by `from_disk`."""
    return TurnNer(entity_bias=entity_bias, candidate_bias=candidate_bias)
