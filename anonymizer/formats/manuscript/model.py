"""What a manuscript is: blocks of text, each with its kind and its place, and where its letters stand in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from anonymizer.formats.manuscript.letters import mended

__all__ = ["Block", "BlockKind", "Cell", "Manuscript", "name_in_words", "place_blocks"]


class BlockKind(StrEnum):
    """What a block is in the manuscript, as far as the file itself tells."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CONTENTS = "contents"
    QUOTE = "quote"
    LIST_ITEM = "list-item"
    CELL = "table-cell"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    HEADER = "header"
    COMMENT = "comment"
    DELETED = "deleted"
    METADATA = "metadata"
    FILE_NAME = "file-name"
    HIDDEN = "hidden"

    @property
    def outside(self) -> bool:
        """Tell whether the block stands outside the running text, so that its findings name a part."""
        return self in _OUTSIDE


_OUTSIDE = frozenset(
    {
        BlockKind.HEADER,
        BlockKind.COMMENT,
        BlockKind.DELETED,
        BlockKind.METADATA,
        BlockKind.FILE_NAME,
        BlockKind.HIDDEN,
    }
)


def name_in_words(path: str) -> str:
    """Return a file's name as words: ``kart_KariNordli-2.png`` is kart Kari Nordli 2."""
    stem = re.sub(
        r"\.\w{1,5}$", "", re.sub(r"[?#].*", "", path.replace("\\", "/").rstrip("/")).rpartition("/")[2]
    )
    apart = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])|(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])", " ", stem)
    return " ".join(re.sub(r"%20|[_\-.]+", " ", apart).split())


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a block stands in a table: table, row and column, each counted from 1."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text with one kind.

    ``place`` names where it stands (``para:12``, ``page:3/para:2``, ``comment:1``). ``pieces`` are pairs of an offset
    in ``text`` and the offset in the manuscript's text where the letters from there on come from; a broken line that
    was joined has a piece of its own. A block without pieces stands outside the running text. ``line`` counts from 1
    where the source has lines of its own that the manuscript's text does not keep.
    """

    kind: BlockKind
    text: str
    place: str = ""
    pieces: tuple[tuple[int, int], ...] = ()
    line: int | None = None
    page: int | None = None
    cell: Cell | None = None

    def source(self, at: int) -> int | None:
        """Return where the letter at ``at`` stands in the manuscript's text; None outside the running text."""
        if not self.pieces:
            return None
        index = max(0, bisect_right(self.pieces, (at, 1 << 62)) - 1)
        own, source = self.pieces[index]
        return source + at - own


@dataclass(frozen=True)
class Manuscript:
    """A text meant for readers, as blocks in reading order, then what stands outside it.

    ``text`` is what offsets count in: the decoded file for .txt, else the blocks' texts joined by one line feed.
    """

    format: str
    text: str
    blocks: tuple[Block, ...]
    layout: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(at + 1 for at, letter in enumerate(self.text) if letter == "\n")]

    def line(self, block: Block, at: int = 0) -> int:
        """Return the line, counted from 1, of a letter of a block; 1 for what stands outside the text."""
        if block.line is not None:
            return block.line + block.text.count("\n", 0, at)
        source = block.source(at)
        return 1 if source is None else bisect_right(self._starts, source)


def place_blocks(form: str, blocks: Iterable[Block]) -> Manuscript:
    """Return the manuscript of blocks without pieces: each is given its offset in their joined texts."""
    placed: list[Block] = []
    texts: list[str] = []
    offset = 0
    for block in blocks:
        text = mended(block.text)
        if block.kind.outside:
            placed.append(replace(block, text=text))
            continue
        name = block.place or f"para:{len(texts) + 1}"
        placed.append(replace(block, text=text, place=name, pieces=((0, offset),)))
        texts.append(text)
        offset += len(text) + 1
    return Manuscript(form, "\n".join(texts), tuple(placed))
