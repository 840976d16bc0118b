"""LaTeX manuscripts: what the reader will see, and the comments that only the source shows.

Only as much of LaTeX as tells text from commands: no macro is expanded, nothing is run and no file is included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymizer.formats.encoding import decode
from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.model import Block, BlockKind, Cell, Manuscript, place_blocks

__all__ = ["read"]

_COMMENT = re.compile(r"(?<!\\)%(.*)$")
_PRINTED = (("\\appendix", "Appendix"), ("\\begin{thebibliography}", "References"))
_QUOTES = frozenset({"quote", "quotation", "displayquote", "verse", "blockquote"})
_TABLES = frozenset({"tabular", "tabularx", "longtable", "tabulary", "tabular*"})
_HEADING = re.compile(r"\\(?:part|chapter|section|subsection|subsubsection|paragraph)\*?(?:\[[^\]]*\])?\{")
_BEGIN = re.compile(r"\\begin\{(\w+\*?)\}(?:\[[^\]]*\])?")
_END = re.compile(r"\\end\{(\w+\*?)\}")
_SILENT = re.compile(
    r"\\(?:label|ref|eqref|pageref|autoref|cref|includegraphics|usepackage|documentclass|bibliographystyle|bibliography"
    r"|addbibresource|input|include|vspace|hspace|setlength|newcommand|renewcommand|pagestyle|thispagestyle|geometry"
    r"|hypersetup|selectlanguage|addcontentsline|setcounter|graphicspath|hyphenation)\*?(?:\[[^\]]*\])*(?:\{[^{}]*\})*"
)
_CITE = re.compile(r"\\(?:[a-zA-Z]*cite[a-zA-Z]*)\*?(?:\[[^\]]*\])*\{[^{}]*\}")
_APART = re.compile(
    r"\\(?P<kind>footnote|footnotetext|todo|caption|author|title|date|thanks)(?:\[[^\]]*\])?\{"
)
_KINDS = {
    "footnote": BlockKind.FOOTNOTE,
    "footnotetext": BlockKind.FOOTNOTE,
    "thanks": BlockKind.FOOTNOTE,
    "todo": BlockKind.COMMENT,
    "caption": BlockKind.CAPTION,
    "author": BlockKind.PARAGRAPH,
    "title": BlockKind.HEADING,
    "date": BlockKind.PARAGRAPH,
}
_COMMAND = re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\]]*\])?")
_ACCENTS = {r"\aa": "å", r"\AA": "Å", r"\o": "ø", r"\O": "Ø", r"\ae": "æ", r"\AE": "Æ"}


def read(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of a .tex; lines are the source's."""
    text, _ = decode(source, place.name, place.limits)
    reader = _Reader()
    blocks = list(reader.read(text))
    if not any(block.text for block in blocks if not block.kind.outside):
        raise place.unreadable("the file holds no text")
    return place_blocks("tex", blocks)


class _Reader:
    def __init__(self) -> None:
        self._environments: list[str] = []
        self._held: list[str] = []
        self._line = 1
        self._table = self._row = 0
        self._apart: dict[str, int] = {}
        self._later: list[Block] = []

    def read(self, text: str) -> Iterator[Block]:
        body = not re.search(r"\\begin\{document\}", text)
        for number, raw in enumerate(text.splitlines(), 1):
            comment = _COMMENT.search(raw)
            if comment and comment.group(1).strip():
                yield self._named(BlockKind.COMMENT, comment.group(1).strip(), number)
            line = raw[: comment.start()] if comment else raw
            if not body and not re.match(r"\s*\\(?:author|title|begin\{document\})", line):
                continue
            body = body or "\\begin{document}" in line
            yield from self._feed(line, number)
        yield from self._release()

    def _feed(self, line: str, number: int) -> Iterator[Block]:
        if not line.strip():
            yield from self._release()
            return
        if _HEADING.search(line) or re.match(r"\s*\\(?:item\b|bibitem\b|author|title|caption)", line):
            yield from self._release()
        for command, heading in _PRINTED:
            # What LaTeX prints by itself tells where the appendices and the list of sources begin.
            if command in line:
                yield from self._release()
                yield Block(BlockKind.HEADING, heading, line=number)
        at = 0
        for match in re.finditer(rf"{_BEGIN.pattern}|{_END.pattern}", line):
            self._hold(line[at : match.start()], number)
            yield from self._release()
            at = match.end()
            if match.group().startswith("\\begin"):
                name = match.group(1)
                self._environments.append(name)
                if name == "thebibliography":
                    at = _after_group(line, at)
                if name in _TABLES:
                    self._table, self._row = self._table + 1, 0
                    at = _after_group(line, at)
            elif self._environments:
                self._environments.pop()
        self._hold(line[at:], number)
        if _HEADING.search(line) and line.count("{") <= line.count("}"):
            yield from self._release(BlockKind.HEADING)
        elif self._environments and self._environments[-1] in _TABLES and line.rstrip().endswith("\\\\"):
            yield from self._release()

    def _hold(self, text: str, number: int) -> None:
        if text.strip():
            if not self._held:
                self._line = number
            self._held.append(text.strip())

    def _release(self, kind: BlockKind | None = None) -> Iterator[Block]:
        raw, line = "\n".join(self._held), self._line
        self._held.clear()
        if raw:
            raw, apart = self._taken_out(raw, line)
            if kind is None:
                kind = BlockKind.PARAGRAPH
                if self._environments and self._environments[-1] in _TABLES:
                    yield from self._cells(raw, line)
                    raw = ""
                elif _QUOTES.intersection(self._environments):
                    kind = BlockKind.QUOTE
                elif raw.startswith("\\item"):
                    kind = BlockKind.LIST_ITEM
            text = _plain(raw)
            if text:
                yield Block(kind, text, line=line)
            yield from apart

    def _taken_out(self, raw: str, line: int) -> tuple[str, list[Block]]:
        """Return the text without footnotes, captions and notes, and these as blocks of their own."""
        apart: list[Block] = []
        while match := _APART.search(raw):
            end = _after_group(raw, match.end() - 1)
            inner = _plain(raw[match.end() : end].removesuffix("}"))
            if inner:
                kind = _KINDS[match.group("kind")]
                at = line + raw.count("\n", 0, match.start())
                apart.append(
                    self._named(kind, inner, at) if kind is BlockKind.COMMENT else Block(kind, inner, line=at)
                )
            raw = raw[: match.start()] + raw[end:]
        return raw, apart

    def _cells(self, raw: str, line: int) -> Iterator[Block]:
        for row in re.split(r"\\\\", raw):
            cells = [_plain(cell) for cell in re.split(r"(?<!\\)&", row)]
            if not any(cells):
                continue
            self._row += 1
            for column, cell in enumerate(cells, 1):
                if cell:
                    where = f"table:{self._table}/row:{self._row}/cell:{column}"
                    yield Block(
                        BlockKind.CELL, cell, where, line=line, cell=Cell(self._table, self._row, column)
                    )

    def _named(self, kind: BlockKind, text: str, line: int) -> Block:
        self._apart["comment"] = self._apart.get("comment", 0) + 1
        return Block(kind, text, f"comment:{self._apart['comment']}", line=line)


def _after_group(text: str, at: int) -> int:
    """Return where the braces that open at ``at`` are closed again, or the end of the text."""
    if text[at : at + 1] != "{":
        return at
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index + 1
    return len(text)


def _plain(raw: str) -> str:
    text = _CITE.sub("", _SILENT.sub("", raw))
    text = re.sub(r"\\bibitem(?:\[[^\]]*\])?\{[^{}]*\}", "", text).replace("}{", "} {")
    for command, letter in _ACCENTS.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])(?:\{\}|\s)?", letter, text)
    text = re.sub(r"\\(?:href)\{(?:mailto:)?([^{}]*)\}", r"\1 ", text)
    text = re.sub(r"\\enquote\{([^{}]*)\}", r"«\1»", text)
    text = (
        text.replace("``", "“").replace("''", "”").replace("~", " ").replace("\\\\", "\n").replace("---", "–")
    )
    text = text.replace("--", "–")
    text = re.sub(r"\\([%&$#_{}])", r"\1", text)
    text = _COMMAND.sub("", text)
    return "\n".join(" ".join(line.split()) for line in re.sub(r"[{}]", "", text).split("\n")).strip()
