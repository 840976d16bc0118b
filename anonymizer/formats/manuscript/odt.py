"""OpenDocument texts (.odt): running text, tables, notes, comments, tracked changes and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.model import Block, BlockKind, Cell, Manuscript, place_blocks
from anonymizer.formats.ooxml import Package, attribute, local

__all__ = ["read"]

_QUOTE = re.compile(r"quot|sitat|block", re.IGNORECASE)
_CAPTION = re.compile(r"caption|illustration|table$|tabell|figur", re.IGNORECASE)
_APART = frozenset(
    {"note", "annotation", "annotation-end", "tracked-changes", "note-citation", "table", "text-box"}
)
_WHO = {"creator": "creator", "initial-creator": "creator", "title": "title", "subject": "subject"}


def read(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of an .odt; raises ``UnreadableInput`` if broken or encrypted."""
    package = Package(source, place, needs="content.xml", kind="OpenDocument text")
    if "META-INF/manifest.xml" in package.names:
        manifest = package.xml("META-INF/manifest.xml")
        if any(local(element) == "encryption-data" for element in manifest.iter()):
            raise place.unreadable("the file is encrypted", hint="save it without password")
    content = package.xml("content.xml")
    text = next((element for element in content.iter() if local(element) == "text"), None)
    if text is None:
        raise place.unreadable("the document has no text", hint="open it in LibreOffice and save it anew")
    reader = _Reader(_parents(content))
    blocks = [*reader.walk(text), *reader.apart, *_meta(package), *_margins(package, reader)]
    if not any(block.text for block in blocks if not block.kind.outside):
        raise place.unreadable("the document holds no text")
    return place_blocks("odt", blocks)


def _parents(content: Element) -> dict[str, str]:
    """Return the named style under each automatic one."""
    return {
        attribute(style, "name") or "": attribute(style, "parent-style-name") or ""
        for style in content.iter()
        if local(style) == "style"
    }


class _Reader:
    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles
        self._tables = 0
        self._counts = {"footnote": 0, "comment": 0, "deleted": 0}
        self.apart: list[Block] = []

    def walk(self, root: Element) -> Iterator[Block]:
        for child in root:
            name = local(child)
            if name in {"h", "p"}:
                yield from self._paragraph(child, heading=name == "h")
            elif name == "table":
                yield from self._table(child)
            elif name == "tracked-changes":
                self._changes(child)
            elif name in {"table-of-content", "illustration-index", "table-index", "alphabetical-index"}:
                for paragraph in child.iter():
                    if local(paragraph) == "p" and (text := self._text(paragraph)):
                        yield Block(BlockKind.CONTENTS, text)
            elif name == "list-item":
                for block in self.walk(child):
                    kind = BlockKind.LIST_ITEM if block.kind is BlockKind.PARAGRAPH else block.kind
                    yield Block(kind, block.text, block.place, cell=block.cell)
            else:
                yield from self.walk(child)

    def _paragraph(self, element: Element, *, heading: bool) -> Iterator[Block]:
        text = self._text(element)
        style = attribute(element, "style-name") or ""
        style = self._styles.get(style) or style
        kind = BlockKind.PARAGRAPH
        if heading or style.startswith("Title"):
            kind = BlockKind.HEADING
        elif _QUOTE.search(style):
            kind = BlockKind.QUOTE
        elif _CAPTION.search(style):
            kind = BlockKind.CAPTION
        if text:
            yield Block(kind, text)
        for inner in element.iter():
            if local(inner) == "text-box":
                yield from self.walk(inner)
            elif local(inner) == "note":
                yield from self._note(inner)
            elif local(inner) == "annotation":
                self._comment(inner)

    def _note(self, element: Element) -> Iterator[Block]:
        text = " ".join(filter(None, (self._text(p) for p in element.iter() if local(p) == "p")))
        self._counts["footnote"] += 1
        if text:
            yield Block(BlockKind.FOOTNOTE, text, f"footnote:{self._counts['footnote']}")

    def _comment(self, element: Element) -> None:
        self._counts["comment"] += 1
        number = self._counts["comment"]
        text = "\n".join(filter(None, (self._text(p) for p in element.iter() if local(p) == "p")))
        self.apart.append(Block(BlockKind.COMMENT, text, f"comment:{number}"))
        for each in element:
            if local(each) == "creator" and each.text:
                self.apart.append(Block(BlockKind.METADATA, each.text, f"comment-author:{number}"))

    def _changes(self, element: Element) -> None:
        authors: set[str] = set()
        for each in element.iter():
            if local(each) == "deletion":
                self._counts["deleted"] += 1
                text = " ".join(filter(None, (self._text(p) for p in each.iter() if local(p) in {"p", "h"})))
                self.apart.append(Block(BlockKind.DELETED, text, f"deleted:{self._counts['deleted']}"))
            elif local(each) == "creator" and each.text:
                authors.add(each.text)
        for number, author in enumerate(sorted(authors), 1):
            self.apart.append(Block(BlockKind.METADATA, author, f"author:{number}"))

    def _table(self, table: Element) -> Iterator[Block]:
        self._tables += 1
        number = self._tables
        rows = [element for element in table.iter() if local(element) == "table-row"]
        for row, element in enumerate(rows, 1):
            cells = [each for each in element if local(each) in {"table-cell", "covered-table-cell"}]
            for column, cell in enumerate(cells, 1):
                text = "\n".join(filter(None, (self._text(p) for p in cell.iter() if local(p) in {"p", "h"})))
                if text:
                    where = f"table:{number}/row:{row}/cell:{column}"
                    yield Block(BlockKind.CELL, text, where, cell=Cell(number, row, column))

    def _text(self, element: Element) -> str:
        return "".join(self._inline(element)).strip()

    def _inline(self, element: Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            name = local(child)
            if name == "s":
                yield " " * min(int(attribute(child, "c") or 1), 100)
            elif name in {"tab", "line-break"}:
                yield "\t" if name == "tab" else "\n"
            elif name not in _APART:
                yield from self._inline(child)
            yield child.tail or ""


def _meta(package: Package) -> Iterator[Block]:
    if "meta.xml" not in package.names:
        return
    seen: set[str] = set()
    for element in package.xml("meta.xml").iter():
        name = local(element)
        value = (element.text or "").strip()
        if value and (name in _WHO or name in {"keyword", "description", "user-defined", "printed-by"}):
            place = f"core:{_WHO.get(name, name)}"
            if (place, value) not in {(p, value) for p in seen}:
                seen.add(place)
                yield Block(
                    BlockKind.METADATA, value, place if name != "initial-creator" else "core:initial-creator"
                )


def _margins(package: Package, reader: _Reader) -> Iterator[Block]:
    if "styles.xml" not in package.names:
        return
    number = 0
    for element in package.xml("styles.xml").iter():
        if local(element) in {
            "header",
            "footer",
            "header-left",
            "footer-left",
            "header-first",
            "footer-first",
        }:
            text = " ".join(block.text for block in reader.walk(element))
            if text:
                number += 1
                yield Block(BlockKind.HEADER, text, f"header:{number}")
