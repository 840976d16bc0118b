"""Manuscripts in Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import lxml.html
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token

from anonymizer.formats.encoding import decode
from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.model import (
    Block,
    BlockKind,
    Cell,
    Manuscript,
    name_in_words,
    place_blocks,
)

__all__ = ["read_html", "read_markdown"]

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]{0,500}>")
_FOOTNOTE = re.compile(r"\[\^[^\]]{1,40}\]:\s*")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article main header footer aside nav li dt dd h1 h2 h3 h4 h5 h6 blockquote pre td th caption "
        "figcaption table tr thead tbody tfoot ul ol dl figure body html form fieldset address details summary",
    )
)
_HTML_KINDS = {
    "blockquote": BlockKind.QUOTE,
    "li": BlockKind.LIST_ITEM,
    "caption": BlockKind.CAPTION,
    "figcaption": BlockKind.CAPTION,
    "nav": BlockKind.CONTENTS,
    "del": BlockKind.DELETED,
}


def read_markdown(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of a Markdown file; lines are the source's."""
    text, _ = decode(source, place.name, place.limits)
    blocks: list[Block] = []
    front = _FRONT.match(text)
    rest = text
    if front:
        for number, line in enumerate(front.group(1).splitlines(), 2):
            if line.strip():
                blocks.append(
                    Block(BlockKind.METADATA, line.strip(), f"front-matter:{number - 1}", line=number)
                )
        rest = re.sub(r"[^\n]", "", front.group()) + text[front.end() :]
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(rest)
    blocks += _markdown(tokens)
    return place_blocks("md", blocks)


def _markdown(tokens: Sequence[Token]) -> Iterator[Block]:  # noqa: PLR0912 - one branch a kind of token
    inside: list[str] = []
    files = comments = tables = row = column = 0
    for token in tokens:
        if token.nesting == 1:
            inside.append(token.type.removesuffix("_open"))
            if token.type == "table_open":
                tables, row = tables + 1, 0
            elif token.type == "tr_open":
                row, column = row + 1, 0
            elif token.type in {"td_open", "th_open"}:
                column += 1
        elif token.nesting == -1:
            inside.pop()
        line = token.map[0] + 1 if token.map else None
        if token.type in {"html_block", "inline"}:
            for comment in _COMMENT.findall(token.content):
                comments += 1
                if comment.strip():
                    yield Block(BlockKind.COMMENT, comment.strip(), f"comment:{comments}", line=line)
        if token.type == "inline":
            for target in _targets(token.children or []):
                files += 1
                yield Block(BlockKind.FILE_NAME, name_in_words(target), f"file:{files}", line=line)
            content = _inline(token.children or [])
            for part, skipped in _notes_apart(content):
                if part.strip():
                    yield _markdown_block(
                        part, inside, None if line is None else line + skipped, (tables, row, column)
                    )
        elif token.type in {"fence", "code_block"} and token.content.strip():
            yield Block(BlockKind.PARAGRAPH, token.content.rstrip(), line=line)
        elif token.type == "html_block":
            content = _TAG.sub("", _COMMENT.sub("", token.content)).strip()
            if content:
                yield Block(BlockKind.PARAGRAPH, content, line=line)


def _notes_apart(text: str) -> Iterator[tuple[str, int]]:
    """Yield the notes of a paragraph that holds several, each with the lines before it."""
    starts = [match.start() for match in re.finditer(rf"^{_FOOTNOTE.pattern}", text, re.MULTILINE)]
    bounds = sorted({0, *starts}) if starts else [0]
    for start, end in zip(bounds, [*bounds[1:], len(text)], strict=True):
        yield text[start:end].rstrip("\n"), text.count("\n", 0, start)


def _markdown_block(text: str, inside: list[str], line: int | None, at: tuple[int, int, int]) -> Block:
    if "td" in inside or "th" in inside:
        table, row, column = at
        cell = Cell(table, row, column)
        return Block(BlockKind.CELL, text, f"table:{table}/row:{row}/cell:{column}", line=line, cell=cell)
    if _FOOTNOTE.match(text):
        return Block(BlockKind.FOOTNOTE, _FOOTNOTE.sub("", text, count=1), line=line)
    kind = BlockKind.PARAGRAPH
    if "blockquote" in inside:
        kind = BlockKind.QUOTE
    elif "heading" in inside:
        kind = BlockKind.HEADING
    elif "list_item" in inside:
        kind = BlockKind.LIST_ITEM
    return Block(kind, text, line=line)


_LOCAL = re.compile(r"(?!\w{2,}:|#|//).*[^\W\d_]{2}.*\.\w{2,5}$")
"""A file beside the manuscript, not a page of the web or a place in the text."""


def _targets(children: Sequence[Token]) -> Iterator[str]:
    """Yield the files that a line shows or links to; their names go out with the text."""
    for child in children:
        target = str(child.attrs.get("src") or child.attrs.get("href") or "")
        if child.type in {"image", "link_open"} and _LOCAL.match(target):
            yield target


def _inline(children: Sequence[Token]) -> str:
    out: list[str] = []
    for child in children:
        if child.type in {"text", "code_inline"}:
            out.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            out.append("\n")
        elif child.type == "image":
            out.append(child.content)
        elif child.type == "link_open":
            target = str(child.attrs.get("href", ""))
            if target.startswith(("mailto:", "tel:")):
                out.append(f"<{target.partition(':')[2]}> ")
    return "".join(out)


def read_html(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of an HTML page; lines are the source's, scripts and styles are left out."""
    text, _ = decode(source, place.name, place.limits)
    parser = lxml.html.HTMLParser(no_network=True, recover=True)
    try:
        root = lxml.html.document_fromstring(
            re.sub(r"\A\s*<\?xml[^>]*\?>", "", text), parser=parser, ensure_head_body=True
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise place.unreadable("the page is damaged", hint="save it as HTML anew") from None
    blocks = [*_Page().read(root)]
    if not any(block.text for block in blocks if not block.kind.outside):
        raise place.unreadable("the page holds no text")
    return place_blocks("html", blocks)


class _Page:
    """Walks a page without recursion: its nesting may be as deep as anyone likes."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._held: list[str] = []
        self._line = 1
        self._kind = BlockKind.PARAGRAPH
        self._cell: Cell | None = None
        self._tables = 0
        self._row = self._column = 0

    def read(self, root: etree._Element) -> Iterator[Block]:
        for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
            if event == "comment":
                if (element.text or "").strip():
                    yield self._apart(BlockKind.COMMENT, "comment", (element.text or "").strip())
                if event == "comment" and element.tail:
                    self._held.append(element.tail)
                continue
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                yield from self._open(element, tag)
            else:
                yield from self._close(element, tag)
        yield from self._release()

    def _open(self, element: etree._Element, tag: str) -> Iterator[Block]:
        yield from self._attributes(element, tag)
        if tag in _BLOCKS:
            yield from self._release()
            self._line = int(element.sourceline or self._line)  # type: ignore[call-overload]
            if tag == "table":
                self._tables, self._row = self._tables + 1, 0
            elif tag == "tr":
                self._row, self._column = self._row + 1, 0
            elif tag in {"td", "th"}:
                self._column += 1
            self._kind, self._cell = self._place(element, tag)
        if tag == "br":
            self._held.append("\n")
        elif tag == "q":
            self._held.append("«")
        if tag not in {"script", "style", "title"} and element.text:
            self._held.append(element.text)

    def _close(self, element: etree._Element, tag: str) -> Iterator[Block]:
        if tag == "q":
            self._held.append("»")
        if tag in _BLOCKS:
            yield from self._release()
            parent = element.getparent()
            if parent is not None and isinstance(parent.tag, str):
                self._kind, self._cell = self._place(parent, parent.tag)
        if element.tail:
            self._held.append(element.tail)

    def _place(self, element: etree._Element, tag: str) -> tuple[BlockKind, Cell | None]:
        if tag in {"td", "th"}:
            return BlockKind.CELL, Cell(self._tables, self._row, self._column)
        if re.fullmatch(r"h[1-6]", tag):
            return BlockKind.HEADING, None
        for each in [tag, *(str(above.tag) for above in element.iterancestors())]:
            if each in _HTML_KINDS:
                return _HTML_KINDS[each], None
        return BlockKind.PARAGRAPH, None

    def _release(self) -> Iterator[Block]:
        text = re.sub(r"[ \t\r\n\xa0]+", " ", "".join(self._held)).strip()
        self._held.clear()
        if not text:
            return
        if self._cell is not None:
            where = f"table:{self._cell.table}/row:{self._cell.row}/cell:{self._cell.column}"
            yield Block(BlockKind.CELL, text, where, line=self._line, cell=self._cell)
        else:
            yield Block(self._kind, text, line=self._line)

    def _attributes(self, element: etree._Element, tag: str) -> Iterator[Block]:
        if tag == "title" and (element.text or "").strip():
            yield self._apart(BlockKind.METADATA, "core:title", (element.text or "").strip())
        elif tag == "meta" and element.get("name", "").casefold() in {
            "author",
            "description",
            "keywords",
            "creator",
        }:
            yield self._apart(
                BlockKind.METADATA, f"core:{_core(element.get('name', ''))}", element.get("content", "")
            )
        for name in ("alt", "title", "aria-label", "cite"):
            if (element.get(name) or "").strip():
                yield self._apart(BlockKind.METADATA, "alt", element.get(name, ""))
        target = element.get("href", "")
        if target.startswith(("mailto:", "tel:")):
            yield self._apart(BlockKind.METADATA, "link", target)
        for file in (target, element.get("src", "")):
            if _LOCAL.match(file):
                yield self._apart(BlockKind.FILE_NAME, "file", name_in_words(file))

    def _apart(self, kind: BlockKind, name: str, text: str) -> Block:
        self._counts[name] = self._counts.get(name, 0) + 1
        return Block(kind, text, f"{name}:{self._counts[name]}")


def _core(name: str) -> str:
    return "creator" if name.casefold() in {"author", "creator"} else name.casefold()
