"""Builds a Word document from nothing but text: python-docx's empty one, stripped of all that tells who and when."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as OpcPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from anonymizer.formats.layout import Json

__all__ = ["NewDocument"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNWANTED = (
    "stylesWithEffects",
    "core-properties",
    "extended-properties",
    "custom-properties",
    "thumbnail",
    "customXml",
)
_NOTE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
_RESERVED = 2
_TEMPLATE = frozenset(f"word/{each}.xml" for each in ("styles", "stylesWithEffects", "settings", "numbering"))
_REVISIONS = re.compile(rb'\s?<w:rsid[^<>]*/>|\sw:rsid\w*="[^"<>]*"')


class NewDocument:
    """A document that grows paragraph by paragraph; ``parts`` are the texts of comments, notes and margins by name."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._document = docx.Document()
        self._parts = parts
        self._paragraph: Any = None
        self._table: Any = None
        self._table_number: object = None
        self._row: object = None
        self._written: set[str] = set()
        self._notes: dict[str, list[str]] = {"footnote": [], "endnote": []}

    def text(self, text: str, *, bold: bool = False) -> None:
        """Append text: a line feed ends the paragraph, a vertical tab the line."""
        self._table = self._table_number = None
        if self._paragraph is None:
            self._paragraph = self._document.add_paragraph()
        for number, paragraph in enumerate(text.split("\n")):
            if number:
                self._paragraph = self._document.add_paragraph()
            _run(self._paragraph, paragraph, bold=bold)

    def cell(self, layout: Mapping[str, Any], label: str | None, text: str) -> None:
        """Put a turn into its cell, its label and times into theirs."""
        place = (layout["table"], layout["row"])
        width = max(int(layout["width"]), int(layout["column"]) + 1)
        if self._table is None or self._table_number != layout["table"]:
            self._table = self._document.add_table(rows=0, cols=width)
            self._table_number, self._row = layout["table"], None
        if self._row != place:
            self._cells = self._table.add_row().cells
            self._row = place
        for column, stamp in layout.get("stamps", {}).items():
            _run(self._cells[int(column)].paragraphs[0], stamp)
        if label is not None:
            _run(self._cells[int(layout.get("label_column", 0))].paragraphs[0], label, bold=True)
        target = self._cells[int(layout["column"])]
        for number, paragraph in enumerate(text.split("\n")):
            self._paragraph = target.add_paragraph() if number else target.paragraphs[0]
            _run(self._paragraph, paragraph)
        self._last_in_cell = self._paragraph
        self._paragraph = None

    def notes(self, names: Iterable[str]) -> None:
        """Attach comments, footnotes and endnotes to what was written last."""
        paragraph = self._paragraph or (self._last_in_cell if self._table is not None else None)
        for name in names:
            if name not in self._parts:
                continue
            if paragraph is None:
                paragraph = self._paragraph = self._document.add_paragraph()
            kind = name.partition(":")[0]
            text = _legal(self._parts[name])
            if kind == "comment":
                run = paragraph.runs[-1] if paragraph.runs else paragraph.add_run()
                comment = self._document.add_comment(run, text=text, author="", initials="")
                for key in (qn("w:date"), qn("w:initials")):
                    comment._comment_elm.attrib.pop(key, "")
            elif kind in self._notes:
                self._notes[kind].append(text)
                reference = OxmlElement(f"w:{kind}Reference")
                reference.set(qn("w:id"), str(len(self._notes[kind]) + _RESERVED - 1))
                paragraph.add_run()._r.append(reference)

    def finish(self) -> bytes:
        """Return the file."""
        self._margins()
        for kind, texts in self._notes.items():
            if texts:
                self._note_part(kind, texts)
        part = self._document.part
        for element in part.element.iter():
            for key in [key for key in element.attrib if "rsid" in str(key)]:
                del element.attrib[key]
        settings = part.settings.element
        for element in list(settings):
            if element.tag in {qn("w:rsids"), qn("w:attachedTemplate"), qn("w:proofState")}:
                settings.remove(element)
        for holder in (part.package, part):
            for key, relation in list(holder.rels.items()):
                if relation.reltype.endswith(_UNWANTED):
                    del holder.rels[key]
        out = io.BytesIO()
        self._document.save(out)
        return _repacked(out.getvalue())

    def _margins(self) -> None:
        section = self._document.sections[0]
        for kind, story in (("header", section.header), ("footer", section.footer)):
            texts = [
                text for name, text in self._parts.items() if name.partition(":")[0] == kind and text.strip()
            ]
            for number, line in enumerate(
                line for text in dict.fromkeys(texts) for line in _legal(text).split("\n")
            ):
                paragraph = story.add_paragraph() if number else story.paragraphs[0]
                _run(paragraph, line)

    def _note_part(self, kind: str, texts: list[str]) -> None:
        root = OxmlElement(f"w:{kind}s")
        for number, mark in enumerate(("separator", "continuationSeparator")):
            root.append(_note(kind, number, None, mark))
        for number, text in enumerate(texts, _RESERVED):
            root.append(_note(kind, number, text, None))
        part = self._document.part
        blob = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
        note_part = OpcPart(PackURI(f"/word/{kind}s.xml"), _NOTE_TYPE.format(kind=kind), blob, part.package)
        part.relate_to(note_part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))


def _note(kind: str, number: int, text: str | None, mark: str | None) -> Json:
    note = OxmlElement(f"w:{kind}")
    if mark:
        note.set(qn("w:type"), mark)
    note.set(qn("w:id"), str(number))
    for line in (text or "").split("\n"):
        paragraph = OxmlElement("w:p")
        run = OxmlElement("w:r")
        if mark:
            run.append(OxmlElement(f"w:{mark}"))
        else:
            run.text = line
        paragraph.append(run)
        note.append(paragraph)
    return note


def _run(paragraph: Json, text: str, *, bold: bool = False) -> None:
    if not text:
        return
    # python-docx takes a line feed in a run for a line break, and a tab for a tab.
    run = paragraph.add_run(text.replace("\x0b", "\n"))
    if bold:
        run.bold = True


def _legal(text: str) -> str:
    from anonymizer.formats.docx import legal  # noqa: PLC0415

    return legal(text)


def _repacked(source: bytes) -> bytes:
    """Return the zip with members in a fixed order and a fixed date, so that a file tells nothing of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            content = old.read(name)
            new.writestr(info, _REVISIONS.sub(b"", content) if name in _TEMPLATE else content)
    return out.getvalue()
