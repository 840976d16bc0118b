"""Trains the area model shipped with the package and prints how well it does.

    python training/dialect/train.py --data FOLDER [--measure-only]

FOLDER holds `norsid/norsid_dev.conll.gz` and `norne/{nob,nno}-train.iob.gz`. Needs SciPy besides
what the package needs.
The measure is four-way (Bokmål, North, Trøndelag, West), cross-validated with folds by prompt, weighted F1.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))

from anonymizer.detect.dialect.area import AREAS, MODEL, lexicon_evidence
from anonymizer.detect.dialect.features import BUCKETS, plain, vector
from corpora import OF_LETTER, Prompt, Rewriter, norne, norsid, templates
from measure import measure

LEXICON = 0.6
STRENGTH = 12.0
SEED = 20
NEUTRAL = [
    "ja",
    "nei",
    "mm",
    "hm",
    "eh",
    "ehm",
    "hallo",
    "okei",
    "ok",
    "takk",
    "jo",
    "å",
    "oi",
    "uff",
    "latter",
    "pause",
    "uklart",
    "altså",
    "javel",
    "nettopp",
    "fint",
    "bra",
]
# Bokmål is what most people write: twice the weight of any other area before a word is read.
PRIOR = {area: (2.0 if area == "bokmaal" else 1.0) for area in AREAS}


def rows_of(texts: Sequence[str]) -> tuple[Any, np.ndarray]:
    """Return the feature rows, and what the closed list says of each text."""
    ends, at, values = [0], [], []
    for text in texts:
        here, there = vector(text)
        at.append(here)
        values.append(there)
        ends.append(ends[-1] + len(here))
    matrix = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(at), ends), shape=(len(texts), BUCKETS), dtype=np.float64
    )
    return matrix, np.array([lexicon_evidence(Counter(plain(text))) for text in texts])


def fit(
    matrix: Any,  # noqa: ANN401 - SciPy has no types
    offset: np.ndarray,
    gold: np.ndarray,
    weight: np.ndarray,
    strength: float = STRENGTH,
) -> np.ndarray:
    """Return the weights of a multinomial logistic regression with a fixed offset and no bias, by L-BFGS."""
    used = np.unique(matrix.indices)
    matrix = matrix[:, used].tocsr()
    turned = matrix.T.tocsr()
    size, areas = len(used), gold.shape[1]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        here = flat.reshape(size, areas)
        scores = matrix @ here + offset
        scores -= scores.max(1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        change = weight[:, None] * (np.exp(logs) - gold)
        slope = turned @ change + here / strength
        value = -(weight[:, None] * gold * logs).sum() + (here**2).sum() / (2 * strength)
        return float(value), slope.ravel()

    best = minimize(
        loss, np.zeros(size * areas), jac=True, method="L-BFGS-B", options={"maxiter": 120, "maxcor": 8}
    ).x
    weights = np.zeros((BUCKETS, areas))
    weights[used] = best.reshape(size, areas)
    return weights


def joined(sentences: Sequence[tuple[str, str]], choice: random.Random) -> list[tuple[str, str]]:
    """Return longer texts, each of two to eight sentences of one source: interviews are no single sentences."""
    by_source: dict[str, list[str]] = {}
    for source, text in sentences:
        by_source.setdefault(source, []).append(text)
    result = []
    for source, texts in by_source.items():
        pool = list(texts)
        choice.shuffle(pool)
        while pool:
            take = choice.randint(2, 8)
            result.append((source, " . ".join(pool[:take])))
            del pool[:take]
    return result


def training_texts(prompts: Sequence[Prompt], data: Path) -> list[tuple[str, str]]:
    """Return area and text of everything the model learns from, single sentences and joined ones."""
    choice, rewrite = random.Random(SEED), Rewriter()
    written = {
        area: [
            text for text in norne(data / "norne" / f"{code}-train.iob.gz") if 3 <= len(text.split()) <= 30
        ]
        for area, code in (("bokmaal", "nob"), ("nynorsk", "nno"))
    }
    sources = [(f"{OF_LETTER[each.letter]}/{each.translator}", each.text) for each in prompts]
    for area, texts in written.items():
        sources += [(f"{area}/norne", text) for text in choice.sample(texts, 1500)]
    sources += [(f"{area}/templates", text) for area, text in templates()]
    bokmaal = [each.text for each in prompts if each.letter == "B"] + choice.sample(written["bokmaal"], 1200)
    bokmaal += [text for area, text in templates() if area == "bokmaal"]
    for area in rewrite.forms:
        for text in bokmaal:
            new = rewrite(text, area, choice)
            if new is not None:
                sources.append((f"{area}/rewritten", new))
    sources += joined(sources, choice)
    return [(source.partition("/")[0], text) for source, text in sources]


def train(prompts: Sequence[Prompt], data: Path) -> None:
    """Train on everything and write the weights beside the code that reads them."""
    texts = training_texts(prompts, data)
    # What everyone says alike must leave the prior as it is.
    neutral = [*NEUTRAL, *(f"{one} {other}" for one in NEUTRAL for other in NEUTRAL[:6])]
    texts += [(area, text) for text in neutral for area in AREAS]
    matrix, lexicon = rows_of([text for _, text in texts])
    gold = np.eye(len(AREAS))[[AREAS.index(area) for area, _ in texts]]
    share = np.array([PRIOR[area] for area in AREAS]) / gold.sum(0)
    weight = gold @ (share / share.min()).clip(max=12)
    weight *= len(weight) / weight.sum()
    bias = np.log([PRIOR[area] / sum(PRIOR.values()) for area in AREAS])
    weights = fit(matrix, LEXICON * lexicon + bias, gold, weight)
    rows = np.flatnonzero(np.abs(weights).max(1) > 0.02)
    raw = io.BytesIO()
    np.savez_compressed(
        raw,
        rows=rows.astype(np.uint32),
        weights=weights[rows].astype(np.float16),
        bias=bias.astype(np.float32),
        lexicon=np.float32(LEXICON),
    )
    MODEL.write_bytes(raw.getvalue())
    digest = hashlib.sha256(raw.getvalue()).hexdigest()
    MODEL.with_suffix(".sha256").write_text(f"{digest}  {MODEL.name}\n", encoding="ascii")
    print(f"{MODEL.name}: {len(raw.getvalue()) / 1e6:.2f} MB, {len(rows)} buckets, {len(texts)} texts")
    print("texts by area:", dict(zip(AREAS, gold.sum(0).astype(int).tolist(), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--measure-only", action="store_true", help="do not write the model")
    options = parser.parse_args()
    prompts = norsid(options.data / "norsid" / "norsid_dev.conll.gz")
    if not options.measure_only:
        train(prompts, options.data)
    measure(prompts, options.data)


if __name__ == "__main__":
    main()
