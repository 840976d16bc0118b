"""Reads the corpora, and makes sentences for the areas that no corpus covers."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
OF_LETTER = {"B": "bokmaal", "N": "north", "T": "troendelag", "V": "west"}
OF_TEMPLATE = {
    "bokmaal": "bokmaal",
    "nynorsk": "nynorsk",
    "nord": "north",
    "troendersk": "troendelag",
    "vest": "west",
    "oest": "east",
}


@dataclass(frozen=True)
class Prompt:
    """A NorSID sentence: which prompt it renders, which translator wrote it (B, 1 to 10), its area's letter."""

    prompt: int
    translator: str
    letter: str
    text: str


def norsid(path: Path) -> list[Prompt]:
    rows, head = [], {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in [*file, "\n"]:
            if line.startswith("# "):
                key, _, value = line[2:].rstrip("\n").partition(" = ")
                head[key] = value
            elif not line.strip() and head:
                prompt, _, translator = head["id"].partition("/")
                rows.append(Prompt(int(prompt), translator, head["dialect"], head["text"]))
                head = {}
    return rows


def norne(path: Path, *, names: bool = True) -> list[str]:
    """Return the sentences, without the words of names unless `names`."""
    sentences: list[str] = []
    words: list[str] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in [*file, "\n"]:
            if line.strip():
                word, _, tag = line.rstrip("\n").partition("\t")
                words += [word] if names or tag == "O" else []
            elif words:
                sentences.append(" ".join(words))
                words = []
    return sentences


def templates() -> Iterator[tuple[str, str]]:
    """Yield area and sentence; the slots for names are dropped."""
    for name, area in OF_TEMPLATE.items():
        for line in (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                yield area, re.sub(r"\{\w+\}", "", line)


class Rewriter:
    """Rewrites Bokmål sentences as they may be written for an area that no corpus covers."""

    def __init__(self) -> None:
        self.forms: dict[str, dict[str, list[str]]] = {}
        for line in (HERE / "rewrites.tsv").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#") and not line.startswith("area\t"):
                area, word, forms = line.split("\t")
                self.forms.setdefault(area, {})[word] = forms.split("|")

    def __call__(self, sentence: str, area: str, choice: random.Random) -> str | None:
        """Return the sentence rewritten, or None if nothing in it changes."""
        forms, changed = self.forms[area], False
        drawn: dict[str, str] = {}
        words = []
        for word in re.findall(r"\w+|\W+", sentence):
            key = word.lower()
            if key in forms:
                drawn.setdefault(key, choice.choice(forms[key]))
                changed |= drawn[key] != key
                words.append(drawn[key])
            else:
                words.append(word)
        return "".join(words) if changed else None
