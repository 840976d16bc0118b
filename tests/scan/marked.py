"""Invented manuscripts with marks: ``{{rule:what must be found}}``, as print and word processors hand them on.

They have the shapes of theses that were handed in: dense tables of contents, tables of which only lines are left,
letters and receipts in the appendices, speech without quotation marks. Nobody in them exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from anonymizer.formats import BlockKind, read_manuscript

from tests.scan.thesis import Thesis

FOLDER = Path(__file__).parent / "texts"
TEXTS = sorted(path.stem for path in FOLDER.glob("*.txt"))
_MARK = re.compile(r"\{\{([a-z-]+):(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Marked:
    """A text without its marks, and what each mark says must be found there: rule, start, end."""

    text: str
    marks: tuple[tuple[str, int, int], ...]


def marked(name: str) -> Marked:
    """Return a text of the folder."""
    source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    text, marks, at = "", [], 0
    for match in _MARK.finditer(source):
        text += source[at : match.start()]
        marks.append((match.group(1), len(text), len(text) + len(match.group(2))))
        text += match.group(2)
        at = match.end()
    return Marked(text + source[at:], tuple(marks))


def as_thesis(text: str) -> Thesis:
    """Return the text as a word processor has it: whole paragraphs, headings and tables of contents with styles."""
    kinds = {BlockKind.HEADING: "heading", BlockKind.CONTENTS: "contents", BlockKind.CAPTION: "caption"}
    thesis = Thesis()
    for block in read_manuscript(text.encode(), "").blocks:
        if not block.kind.outside:
            thesis.add(kinds.get(block.kind, "para"), block.text)
    return thesis
