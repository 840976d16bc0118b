"""Tables on their own: .csv and .xlsx, every sheet, its comments and names."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator
from zipfile import BadZipFile

from anonymizer.formats.encoding import decode
from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.model import Block, BlockKind, Cell, Manuscript, place_blocks
from anonymizer.formats.ooxml import Package

__all__ = ["read_csv", "read_xlsx"]

_CELLS = 1_000_000


def read_csv(source: bytes, place: Place) -> Manuscript:
    """Return a .csv as cells; the delimiter is what the first lines have most of."""
    text, _ = decode(source, place.name, place.limits)
    head = "\n".join(text.splitlines()[:20])
    delimiter = max(";,\t|", key=lambda sign: (head.count(sign), -";,\t|".index(sign)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    blocks: list[Block] = []
    line = 1
    try:
        for row, cells in enumerate(reader, 1):
            for column, cell in enumerate(cells, 1):
                if cell.strip():
                    where = f"table:1/row:{row}/cell:{column}"
                    blocks.append(
                        Block(BlockKind.CELL, cell.strip(), where, line=line, cell=Cell(1, row, column))
                    )
            line = reader.line_num + 1
    except csv.Error:
        raise place.unreadable("the table is damaged", line=line, hint="save it as CSV anew") from None
    if len(blocks) > _CELLS:
        raise place.too_large("the table has too many cells", _CELLS)
    return place_blocks("csv", blocks)


def read_xlsx(source: bytes, place: Place) -> Manuscript:
    """Return every sheet of an .xlsx as cells; hidden sheets, comments, sheet names and properties too."""
    package = Package(source, place, kind="workbook")
    for name in package.names:  # within the caps, and no document types, before openpyxl sees it
        if name.endswith((".xml", ".rels")):
            package.xml(name)
    from openpyxl import load_workbook  # noqa: PLC0415 - a second of import that only workbooks need

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(source), data_only=True)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, BadZipFile, OSError):
        raise place.unreadable("the workbook is damaged", hint="open it in Excel and save it anew") from None
    blocks: list[Block] = []
    apart: list[Block] = []
    for number, sheet in enumerate(book.worksheets, 1):
        apart.append(Block(BlockKind.METADATA, sheet.title, f"sheet:{number}"))
        if (sheet.max_row or 0) * (
            sheet.max_column or 0
        ) > 5 * _CELLS:  # a lone cell far out makes all the others
            raise place.too_large("a sheet reaches over too many cells", 5 * _CELLS)
        for row in sheet.iter_rows():
            for cell in row:
                where = f"table:{number}/row:{cell.row}/cell:{cell.column}"
                if cell.value is not None and str(cell.value).strip():
                    at = Cell(number, int(cell.row or 1), int(cell.column or 1))
                    blocks.append(
                        Block(BlockKind.CELL, str(cell.value).strip(), where, line=cell.row, cell=at)
                    )
                if cell.comment is not None:
                    note = f"comment:{len(apart)}"
                    apart.append(Block(BlockKind.COMMENT, cell.comment.text or "", note))
                    if cell.comment.author:
                        apart.append(
                            Block(BlockKind.METADATA, cell.comment.author, f"comment-author:{len(apart)}")
                        )
                if len(blocks) > _CELLS:
                    raise place.too_large("the workbook has too many cells", _CELLS)
    apart += _who(book.properties)
    if not blocks:
        raise place.unreadable("the workbook holds no text")
    return place_blocks("xlsx", [*blocks, *apart])


def _who(properties: object) -> Iterator[Block]:
    for name in ("creator", "lastModifiedBy", "title", "subject", "description", "keywords"):
        value = getattr(properties, name, None)
        if value and value != "openpyxl":
            yield Block(BlockKind.METADATA, str(value), f"core:{name}")
