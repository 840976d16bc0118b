"""Named-entity recognition for Norwegian: the model shipped with the package.

`load_ner()` gives a spaCy pipeline: a tokeniser and one component. After `nlp(text)` or `nlp.pipe(texts)`:

- `doc.ents`: mentions labelled PER, LOC (places, with countries and municipalities whatever their role), ORG
  or DRV (words derived from a name: `Oslo-gutt`, `EU-land`);
- `doc.spans["ner_candidates"]`: tuned to miss little; its `attrs["scores"]` are probabilities, in order.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import spacy
from spacy.language import Language

from anonymizer.detect.ner import component as _component  # registers the spaCy component
from anonymizer.detect.ner.decode import LABELS
from anonymizer.errors import IntegrityError

__all__ = ["CANDIDATES", "LABELS", "MODEL", "load_ner", "model_digest"]

CANDIDATES = _component.CANDIDATES
MODEL = Path(__file__).parent / "model"


def load_ner(folder: Path = MODEL) -> Language:
    """Check the model's files against their digests and load it. No network is used.

    Raises `IntegrityError` if a file is missing, altered or not listed.
    """
    _check(folder)
    return spacy.load(folder)


def model_digest(folder: Path = MODEL) -> str:
    """One digest for the whole model (SHA-256, hex), to record which model found what."""
    return hashlib.sha256(_digests(folder).read_bytes()).hexdigest()


def _digests(folder: Path) -> Path:
    return folder.with_name(folder.name + ".sha256")


def _check(folder: Path) -> None:
    hint = "install the package again"
    if not _digests(folder).is_file():
        raise IntegrityError("the list of digests is missing", where="NER model", hint=hint)
    listed = {}
    for line in _digests(folder).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present | listed.keys()):
        if name not in present or name not in listed:
            raise IntegrityError("a file is missing or not listed", where=f"NER model {name}", hint=hint)
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            raise IntegrityError("a file is not what was shipped", where=f"NER model {name}", hint=hint)
