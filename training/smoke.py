"""Runs the whole training in small: from invented sentences in NorNE's format to a model that loads.

python training/smoke.py            about a minute on one core; nothing of the package is touched
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from anonymizer.detect.ner import load_ner
from corpus import VARIETIES, Sentence
from generate import Speech
from lists import read_lists

HERE = Path(__file__).parent
SIZES = {"train": 300, "dev": 60}
#: The merged type by a type of NorNE's.
GIVEN_BACK = {"LOC": "GPE_LOC", "MISC": "PROD"}


def write_iob(sentences: Iterable[Sentence], path: Path) -> None:
    """Sentences in NorNE's format."""
    blocks = []
    for sentence in sentences:
        tags = [
            f"{tag[:2]}{GIVEN_BACK.get(tag[2:], tag[2:])}" if tag != "O" else tag for tag in sentence.tags
        ]
        blocks.append("".join(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, tags, strict=True)))
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("\n".join(blocks))


def small_settings() -> dict[str, object]:
    """The shipped settings with one short epoch a network and small layers."""
    settings: dict[str, object] = json.loads((HERE / "settings.json").read_text(encoding="utf-8"))
    networks = settings["networks"]
    assert isinstance(networks, list)
    for network in networks:
        network.update(epochs=1, invented=100, shape={"hidden": 16, "width": 32})
    return settings


def smoke(folder: Path) -> Path:
    """Train in an empty folder; return where the model is. Raises `CalledProcessError` if training fails."""
    data = folder / "data"
    data.mkdir()
    speech = Speech(read_lists(), 0)
    for variety in VARIETIES:
        for part, size in SIZES.items():
            write_iob((speech.sentence() for _ in range(size)), data / f"{variety}-{part}.iob.gz")
    settings = folder / "settings.json"
    settings.write_text(json.dumps(small_settings()), encoding="utf-8")
    out = folder / "out" / "model"
    options = {"data": data, "work": folder / "work", "settings": settings, "out": out}
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    subprocess.run([sys.executable, str(HERE / "train.py"), *given], check=True)  # noqa: S603 - our own script
    return out


def main() -> None:
    """Train in small and read a sentence with the outcome."""
    argparse.ArgumentParser(description=main.__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        nlp = load_ner(smoke(Path(folder)))
        nlp("Jeg heter Kari Nordli og kommer fra Gran.")
    print("trained, written, checked and loaded")


if __name__ == "__main__":
    main()
