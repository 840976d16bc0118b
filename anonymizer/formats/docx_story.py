"""The text of one story of a Word document (body, header, note, comment) and everything that hides in it.

Paragraphs end in a line feed, line breaks inside them are a vertical tab. Inserted text is text, deleted text becomes
parts, as do field codes, alternative texts, names of bookmarks and of content controls, and who made a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from anonymizer.formats.limits import Place
from anonymizer.formats.ooxml import attribute, local
from anonymizer.formats.timed import Parts

__all__ = ["Story", "Table", "Text", "tell"]

_PROPERTIES = frozenset(
    [
        "pPr",
        "rPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "sectPr",
        "sdtPr",
        "sdtEndPr",
        "rubyPr",
        "fldData",
        "tblPrEx",
        "pPrChange",
        "rPrChange",
        "numPr",
        "proofErr",
        "lastRenderedPageBreak",
    ]
)
_DELETED = frozenset({"del", "moveFrom"})
_HIDDEN = _DELETED | {"delText", "instrText", "delInstrText", "sdtPr"}
_FIXED = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\x0b",
    "cr": "\x0b",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\xad",
}
_ANCHORS = {"commentReference": "comment", "footnoteReference": "footnote", "endnoteReference": "endnote"}
_NAMING = {
    "docPr": "alt",
    "cNvPr": "alt",
    "shape": "alt",
    "textpath": "alt",
    "textbox": "alt",
    "OLEObject": "alt",
    "rect": "alt",
    "oval": "alt",
    "imagedata": "alt",
    "bookmarkStart": "bookmark",
    "hyperlink": "link",
}
_NAME_ATTRIBUTES = ("descr", "title", "alt", "string", "name", "tooltip", "anchor")
_USUAL_NAME = re.compile(
    r"_\w*|(?:Picture|Bilde|Image|Text Box|Tekstboks|TextBox|Rectangle|Rektangel|Shape|Figur|Group|Gruppe|Object|Objekt"
    r"|Diagram|Chart|Table|Tabell|officeArt object|image)?[ _]?\d{0,6}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A comment or note that belongs to a place in a text."""

    at: int
    kind: str
    reference: str


@dataclass(slots=True)
class Text:
    """A stretch of paragraphs outside tables."""

    text: str = ""
    anchors: list[Anchor] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table: rows of cells."""

    rows: list[list[Text]] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """What a story holds, in order."""

    blocks: list[Text | Table] = field(default_factory=list)

    def plain(self) -> str:
        """Return all text of the story, lines apart by line feeds, cells by tabs."""
        return "\n".join(_plain(block) for block in self.blocks).replace("\x0b", "\n").strip()


def _plain(block: Text | Table) -> str:
    if isinstance(block, Text):
        return block.text.rstrip("\n")
    return "\n".join("\t".join(cell.text for cell in row) for row in block.rows)


def tell(root: Element, parts: Parts, place: Place) -> Story:
    """Return the story under an element."""
    teller = _Teller(parts, place)
    story = Story()
    teller.blocks(root, story)
    return story


class _Teller:
    def __init__(self, parts: Parts, place: Place) -> None:
        self._parts = parts
        self._place = place

    def blocks(self, root: Element, story: Story) -> None:
        """Read block by block; whatever holds blocks (content controls, custom XML) is looked through."""
        for child in root:
            name = local(child)
            if name == "p":
                self._paragraph(child, story)
            elif name == "tbl":
                table = Table()
                self._rows(child, table)
                story.blocks.append(table)
            elif name == "altChunk":
                raise self._place.unreadable(
                    "another document is embedded in the text", hint="open it in Word and save it anew"
                )
            elif name in _DELETED:
                self._deleted(child)
            elif name == "AlternateContent":
                for chosen in self._alternatives(child):
                    self.blocks(chosen, story)
            elif (
                name == "r" or name in _FIXED or name in {"t", "hyperlink", "fldSimple", "smartTag", "oMath"}
            ):
                self._paragraph(child, story, whole=False)
            elif name == "sdtPr":
                self._control(child)
            elif name not in _PROPERTIES:
                self._named(child, name)
                self.blocks(child, story)

    def _rows(self, root: Element, table: Table) -> None:
        for child in root:
            name = local(child)
            if name == "tr":
                row: list[Text] = []
                self._cells(child, row)
                table.rows.append(row)
            elif name not in _PROPERTIES:
                self._rows(child, table)

    def _cells(self, root: Element, row: list[Text]) -> None:
        for child in root:
            name = local(child)
            if name == "tc":
                inner = Story()
                self.blocks(child, inner)
                anchors = [
                    anchor for block in inner.blocks if isinstance(block, Text) for anchor in block.anchors
                ]
                row.append(Text("\n".join(_plain(block) for block in inner.blocks).strip("\n"), anchors))
            elif name not in _PROPERTIES:
                self._cells(child, row)

    def _paragraph(self, root: Element, story: Story, *, whole: bool = True) -> None:
        if not story.blocks or not isinstance(story.blocks[-1], Text):
            story.blocks.append(Text())
        text = story.blocks[-1]
        if not isinstance(text, Text):
            raise AssertionError("a text was appended above")
        out: list[str] = []
        boxes: list[Element] = []
        start = len(text.text)
        if whole:
            self._inline(root, out, boxes, text.anchors, start)
        else:
            self._item(root, out, boxes, text.anchors, start)
        text.text += "".join(out) + "\n"
        for box in boxes:
            self.blocks(box, story)

    def _inline(
        self, root: Element, out: list[str], boxes: list[Element], anchors: list[Anchor], start: int
    ) -> None:
        for child in root:
            self._item(child, out, boxes, anchors, start)

    def _item(
        self, child: Element, out: list[str], boxes: list[Element], anchors: list[Anchor], start: int
    ) -> None:
        name = local(child)
        if name == "t":
            out.append(re.sub(r"[\r\n]", " ", child.text or ""))
        elif name in _FIXED:
            out.append(_FIXED[name])
        elif name == "sym":
            out.append(_symbol(child))
        elif name in _HIDDEN:
            self._hidden(child, name)
        elif name == "txbxContent":
            boxes.append(child)
        elif name in _ANCHORS:
            anchors.append(Anchor(start + sum(map(len, out)), _ANCHORS[name], attribute(child, "id") or ""))
        elif name == "AlternateContent":
            for chosen in self._alternatives(child):
                self._inline(chosen, out, boxes, anchors, start)
        elif name not in _PROPERTIES:
            if name == "fldSimple":
                self._keep("field", attribute(child, "instr"))
            self._named(child, name)
            self._inline(child, out, boxes, anchors, start)

    def _alternatives(self, root: Element) -> Iterator[Element]:
        """Yield what newer programs show, and what older ones show if that says anything else."""
        choices = [child for child in root if local(child) == "Choice"]
        shown = {text for choice in choices for text in _all_text(choice)}
        yield from choices
        for fallback in root:
            if local(fallback) == "Fallback" and not set(_all_text(fallback)) <= shown:
                yield fallback

    def _hidden(self, child: Element, name: str) -> None:
        if name == "sdtPr":
            self._control(child)
        elif name in {"instrText", "delInstrText"}:
            self._keep("field", child.text)
        else:
            self._deleted(child)

    def _deleted(self, root: Element) -> None:
        self._keep("deleted", "".join(_all_text(root)))

    def _control(self, root: Element) -> None:
        for element in root.iter():
            if local(element) in {"alias", "tag", "listItem", "docPart", "dataBinding", "date"}:
                for key, value in element.items():
                    if key.rpartition("}")[2] in {"val", "displayText", "value", "fullDate"}:
                        self._keep("control", value)

    def _named(self, element: Element, name: str) -> None:
        kind = _NAMING.get(name)
        if kind is None:
            return
        for each in _NAME_ATTRIBUTES:
            value = attribute(element, each)
            if value and not _USUAL_NAME.fullmatch(value.strip()):
                self._keep(kind, value)

    def _keep(self, kind: str, text: str | None) -> None:
        if text and text.strip():
            self._parts.add(kind, text)


def _all_text(root: Element) -> list[str]:
    return [element.text for element in root.iter() if local(element) in {"t", "delText"} and element.text]


def _symbol(element: Element) -> str:
    """Return a symbol's character; those of symbol fonts have no meaning outside their font."""
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    return (
        ""
        if 0xE000 <= code <= 0xF8FF or code < 0x20 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF
        else chr(code)
    )
