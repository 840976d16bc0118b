"""Word manuscripts: the running text with its styles and tables, and all that hides around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from xml.etree.ElementTree import Element

from anonymizer.formats.docx_parts import gather
from anonymizer.formats.docx_story import Table, Text, tell
from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.model import Block, BlockKind, Cell, Manuscript, place_blocks
from anonymizer.formats.ooxml import Package, attribute, local
from anonymizer.formats.timed import Parts

__all__ = ["part_kind", "read"]

_STYLES = (
    (re.compile(r"toc|innhold|table of figures|figurliste", re.IGNORECASE), BlockKind.CONTENTS),
    (re.compile(r"heading|overskrift|title|tittel|subtitle", re.IGNORECASE), BlockKind.HEADING),
    (re.compile(r"quote|sitat|block ?text", re.IGNORECASE), BlockKind.QUOTE),
    (re.compile(r"caption|bildetekst", re.IGNORECASE), BlockKind.CAPTION),
    (re.compile(r"list|liste", re.IGNORECASE), BlockKind.LIST_ITEM),
)
_LOOKED_THROUGH = frozenset(
    {"sdt", "sdtContent", "customXml", "ins", "moveTo", "AlternateContent", "Choice", "smartTag"}
)
# What reference managers and Word itself keep in fields: cited works and page numbers, no one's data.
_USUAL_FIELD = re.compile(
    r"\s*(?:ADDIN\s|TOC\b|PAGEREF\b|PAGE\b|NUMPAGES\b|REF\b|SEQ\b|STYLEREF\b|BIBLIOGRAPHY\b|CITATION\b|HYPERLINK\s+\\l|"
    r"NOTEREF\b|DATE\b|TIME\b|=|SECTION|MERGEFORMAT|FORM\w+|\W*$|[\w\s\\\"*-]{0,6}$)",
    re.IGNORECASE,
)
_JSON_FIELD = re.compile(r'"(?:citationItems|itemData|csl|uris)"|<EndNote>|</\w+>|^\s*[\w+/=]{40,}\s*$')
_KINDS = {
    "footnote": BlockKind.FOOTNOTE,
    "endnote": BlockKind.FOOTNOTE,
    "comment": BlockKind.COMMENT,
    "header": BlockKind.HEADER,
    "footer": BlockKind.HEADER,
    "deleted": BlockKind.DELETED,
}
_NO_TEXT = re.compile(
    r"(?:core:(?:created|modified|lastPrinted|revision|language|version|contentType|other)|app:\w+|style|numbering|xml|"
    r"bookmark|[A-Z]\w+|embedded-file)(?::\d+)?"
)


def read(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of a .docx; raises ``UnreadableInput`` and ``LimitExceeded`` as the transcript reader."""
    package = Package(source, place)
    main = package.main()
    parts = Parts()
    body = next((child for child in package.xml(main) if local(child) == "body"), None)
    if body is None:
        raise place.unreadable("the document has no body", hint="open it in Word and save it anew")
    styles = _styles(package)
    blocks = list(_body(body, styles, parts, place))
    _notes(package, main, parts, place)
    gather(package, main, parts, place)
    blocks += _parts(parts)
    if not any(block.text.strip() for block in blocks if not block.kind.outside):
        raise place.unreadable("the document holds no text")
    return place_blocks("docx", blocks)


def _styles(package: Package) -> dict[str, str]:
    names: dict[str, str] = {}
    for member in package.names:
        if member.endswith(".xml") and local(package.xml(member)) == "styles":
            for style in package.xml(member):
                name = next((attribute(child, "val") for child in style if local(child) == "name"), None)
                names[attribute(style, "styleId") or ""] = name or ""
    return names


def _body(root: Element, styles: dict[str, str], parts: Parts, place: Place) -> Iterator[Block]:
    tables = 0
    hidden = 0
    for top in _top(root):
        child = top
        if _hidden_runs(top):
            child = deepcopy(top)
            text = _without_hidden(child).strip()
            if text:
                hidden += 1
                yield Block(BlockKind.HIDDEN, text, f"hidden:{hidden}")
        # Each paragraph is told alone, so that its style belongs to its text.
        holder = Element("body")
        holder.append(child)
        style = _style(child, styles)
        set_in = _is_set_in(child)
        for block in tell(holder, parts, place).blocks:
            if isinstance(block, Text):
                for line in block.text.split("\n"):
                    if line.strip():
                        kind = _kind(style)
                        if kind is BlockKind.PARAGRAPH and set_in and _LABELLED.search(line):
                            kind = BlockKind.QUOTE
                        yield Block(kind, line.replace("\x0b", "\n").strip())
            else:
                tables += 1
                yield from _table(block, tables)


_LABELLED = re.compile(
    r"\((?!(?:tabell|figur|kapittel|vedlegg|del)\b)[A-ZÆØÅ][a-zæøåA-ZÆØÅ]{0,18}\s?(?:\d{1,2}|[A-Z])?\)\W*$"
)
"""Who spoke, in brackets at the end: (Informant 4), (Betjent D), (Solveig)."""
_SET_IN = 280
"""Twentieths of a point from which on a left indent sets a paragraph apart."""


def _is_set_in(paragraph: Element) -> bool:
    for properties in paragraph:
        if local(properties) == "pPr" and not any(local(each) == "numPr" for each in properties):
            for each in properties:
                left = (
                    attribute(each, "left") or attribute(each, "start") or "" if local(each) == "ind" else ""
                )
                if left.isdigit() and int(left) >= _SET_IN:
                    return True
    return False


def _hidden_runs(root: Element) -> list[Element]:
    """Return the runs whose own format keeps them from being seen."""
    return [
        run
        for run in root.iter()
        if local(run) == "r"
        and any(
            local(each) == "vanish" and (attribute(each, "val") or "1") not in {"0", "false", "off"}
            for properties in run
            if local(properties) == "rPr"
            for each in properties
        )
    ]


def _without_hidden(root: Element) -> str:
    """Take what cannot be seen out of a paragraph or table and return it."""
    texts = []
    for run in _hidden_runs(root):
        for each in list(run):
            if local(each) == "t":
                texts.append(each.text or "")
                run.remove(each)
    return "".join(texts)


def _top(root: Element) -> Iterator[Element]:
    for child in root:
        if local(child) in _LOOKED_THROUGH:
            yield from _top(child)
        else:
            yield child


def _style(paragraph: Element, styles: dict[str, str]) -> str:
    for properties in paragraph:
        if local(properties) == "pPr":
            for each in properties:
                if local(each) == "pStyle":
                    code = attribute(each, "val") or ""
                    return styles.get(code) or code
    return ""


def _kind(style: str) -> BlockKind:
    return next((kind for pattern, kind in _STYLES if pattern.search(style)), BlockKind.PARAGRAPH)


def _table(table: Table, number: int) -> Iterator[Block]:
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells, 1):
            text = cell.text.replace("\x0b", "\n").strip()
            if text:
                where = f"table:{number}/row:{row}/cell:{column}"
                yield Block(BlockKind.CELL, text, where, cell=Cell(number, row, column))


def _notes(package: Package, main: str, parts: Parts, place: Place) -> None:
    stories = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}
    for member in package.names:
        if not member.endswith(".xml") or member == main:
            continue
        root = package.xml(member)
        kind = stories.get(local(root))
        for element in root if kind else ():
            if kind is None or local(element) != kind:
                continue
            text = tell(element, parts, place).plain()
            number = parts.add(kind, text).partition(":")[2] if text else "0"
            author = attribute(element, "author")
            if author and author.strip():
                parts.once(f"comment-author:{number}", author)


def _parts(parts: Parts) -> Iterator[Block]:
    for part in parts.as_tuple():
        name, text = part.name, part.text.strip()
        if not text or _NO_TEXT.fullmatch(name):
            continue
        if name.startswith("field:") and (_USUAL_FIELD.match(text) or _JSON_FIELD.search(text)):
            continue
        yield Block(part_kind(name), text, name)


def part_kind(name: str) -> BlockKind:
    """Return what a part outside the running text is, by its name."""
    return _KINDS.get(name.partition(":")[0], BlockKind.METADATA)
