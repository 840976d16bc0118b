"""Running text out of printed lines: plain text files, and what a PDF gives.

A PDF knows lines, not paragraphs. Here page numbers and running heads are taken out, a word that was divided at the
end of a line is whole again, and lines become paragraphs. Each joint remembers where its letters come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from anonymizer.formats.manuscript.furniture import ENDED, Line, double_spaced, mark_furniture, read_lines
from anonymizer.formats.manuscript.letters import ODD, mended_letter
from anonymizer.formats.manuscript.model import Block, BlockKind

__all__ = ["flow"]

_NUMBERED = re.compile(r"\s*\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-ZÆØÅ«\"][^.!?;]{1,90}\s*")
_KEYWORD = re.compile(
    r"\s*(?:kapittel|kapitel|chapter|del|vedlegg|appendiks|appendix|tabell|figur|table|figure)\s+(?:\d+|[A-Z])\b.{0,90}",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\s*(?:tabell|figur|table|figure|bilde)\s+\d+(?:[.\-–]\d+)?\s*[:.–-]?\s+\S", re.IGNORECASE
)
_BULLET = re.compile(r"\s*(?:[•·▪◦‣\uf0b7o*–—-]\s+\S|\(?\d{1,2}[.)]\s+\S|\(?[a-z][.)]\s+\S)")
_OPENING = re.compile(r"\s*[«\"“”„]")
_DIVIDED = re.compile(r"(?P<word>[^\W\d_]+)[-\u00ad\u2010\ufffe\x02]\s*$")
_SUSPENDED = re.compile(r"\s*(?:og|eller|and|or|samt|til|enn|men)\b")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S[^\n]*?\S(?: {3,}|\t+)\S")
"""A line with at least two gaps is a row of a table without rules: it is no heading and goes on with no other."""
_RULE = re.compile(r"\s*[-–—_=]{5,}\s*")
_LONGEST_WORD = 80
_LONGEST_BLOCK = 20_000
"""Letters after which a paragraph ends though nothing says so: none is longer, and checks stay linear."""


def flow(text: str) -> list[Block]:
    """Return the blocks of a text of lines, with pieces that point into ``text``; ``\\f`` ends a page."""
    lines = read_lines(text)
    paged = any(line.page > 1 for line in lines)
    mark_furniture(lines)
    widths = sorted(len(line.text.strip()) for line in lines if not line.blank and not line.role)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    wrapped = 30 <= width <= 140
    return list(_blocks(lines, width, wrapped=wrapped, double=wrapped and double_spaced(lines), paged=paged))


def _blocks(lines: list[Line], width: int, *, wrapped: bool, double: bool, paged: bool) -> Iterator[Block]:
    held: list[Line] = []
    gap = 0
    turned = False
    heads: set[str] = set()
    counts: Counter[str] = Counter()

    def place(line: Line, kind: str = "para") -> str:
        if not paged:
            counts[kind] += 1
            return f"{kind}:{counts[kind]}"
        name = f"page:{line.page}/{kind}"
        counts[name] += 1
        return f"{name}:{counts[name]}"

    def release() -> Iterator[Block]:
        if held:
            yield _joined(held, place(held[0]), paged=paged)
            held.clear()

    for line in lines:
        turned = turned or line.broken
        if line.role == "number":
            turned = True
            continue
        if line.role == "head":
            turned = True
            form = re.sub(r"\d+", "#", line.text.strip())
            if form not in heads:
                heads.add(form)
                yield Block(BlockKind.HEADER, line.text.strip(), f"header:{len(heads)}", page=line.page)
            continue
        if line.blank:
            gap += 1
            continue
        size = 0 if not held else line.start - held[0].start
        if held and not (
            size < _LONGEST_BLOCK
            and wrapped
            and _continues(held[-1], line, gap, width, turned=turned, double=double)
        ):
            yield from release()
        held.append(line)
        gap, turned = 0, False
    yield from release()


def _continues(before: Line, line: Line, gap: int, width: int, *, turned: bool, double: bool) -> bool:
    """Tell whether a line goes on with the paragraph of the line before it."""
    if "contents" in (before.role, line.role):
        return False
    text, earlier = line.text, before.text
    if any(_COLUMNS.search(each) or _RULE.fullmatch(each) for each in (text, earlier)):
        return False
    ended = ENDED.search(earlier) is not None
    lower = text.lstrip()[:1].islower()
    divided = _DIVIDED.search(earlier, max(0, len(earlier) - _LONGEST_WORD)) is not None
    if gap > (1 if double else 0) and not (
        turned and not ended and (lower or len(earlier.strip()) > 0.85 * width)
    ):
        return divided and lower and turned
    if _NUMBERED.fullmatch(text) and len(text.strip()) < 0.9 * width and not divided:
        return False
    if _NUMBERED.fullmatch(earlier) and len(earlier.strip()) < 0.85 * width:
        return False
    if _KEYWORD.fullmatch(earlier) and len(earlier.strip()) < 0.85 * width:
        return False
    if (_KEYWORD.fullmatch(text) and ended) or _CAPTION.match(text):
        return False
    if _BULLET.match(text) and (ended or _BULLET.match(earlier)):
        return False
    if _OPENING.match(text) and ended:
        return False
    short = len(earlier.strip()) < 0.8 * width
    if ended and (short or _stands_alone(text, width)):
        return False
    return not (len(earlier.strip()) < 0.6 * width and not divided and not lower)


def _stands_alone(text: str, width: int) -> bool:
    """Tell whether a line after the end of a sentence is a heading or a cell: short, capital, and not ended itself."""
    plain = text.strip()
    return (
        len(plain) < 0.6 * width
        and len(plain.split()) <= 9
        and plain[:1].isupper()
        and not ENDED.search(plain)
        and not plain.endswith((",", "-", "–"))
    )


def _joined(lines: list[Line], place: str, *, paged: bool) -> Block:
    text = ""
    pieces: list[tuple[int, int]] = []
    for line in lines:
        body = line.text.rstrip()
        start = line.start + len(body) - len(body.lstrip())
        body = body.lstrip()
        if text:
            divided = _DIVIDED.search(text, max(0, len(text) - _LONGEST_WORD))
            if divided and body[:1].islower():
                if not _SUSPENDED.match(body):
                    text = _closed(text, divided)
                else:
                    text += " "
            elif divided and text.endswith("-"):
                pass  # NAV-|Trondheim: the hyphen is the word's own
            else:
                text += " "
        pieces.append((len(text), start))
        text += body
    kind = BlockKind.PARAGRAPH
    first = lines[0]
    if first.role == "contents":
        kind = BlockKind.CONTENTS
    elif _CAPTION.match(text):
        kind = BlockKind.CAPTION
    elif len(text) < 110 and (_is_numbered(text) or _is_named(text)):
        kind = BlockKind.HEADING
    elif len(lines) > 0 and _BULLET.match(text):
        kind = BlockKind.LIST_ITEM
    # A soft hyphen or a stray accent inside a line would split a name.
    text, pieces = _mended(text, pieces)
    return Block(kind, text, place, tuple(pieces), page=first.page if paged else None)


def _is_numbered(text: str) -> bool:
    return _NUMBERED.fullmatch(text) is not None and not _COLUMNS.search(text)


def _is_named(text: str) -> bool:
    """Tell whether a line is ``Vedlegg 2`` and the like, whatever it ends with but the end of a sentence."""
    if _KEYWORD.fullmatch(text) is None:
        return False
    return not ENDED.search(text) or (text.rstrip().endswith(")") and "(" in text)


def _closed(text: str, divided: re.Match[str]) -> str:
    """Return the text without the hyphen that only divides a word; an abbreviation keeps its own (NAV-|kontoret)."""
    word = divided.group("word")
    cut = text[: divided.end("word")]
    return f"{cut}-" if len(word) > 1 and word.isupper() else cut


def _mended(text: str, pieces: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with each letter whole, as one code point, and pieces to match.

    A PDF may hold a soft hyphen in a word, an accent before its letter, a letter taken apart, or two letters as one.
    """
    if not ODD.search(text):
        return text, pieces
    kept: list[str] = []
    moved: list[tuple[int, int]] = []
    length = 0

    def keep(part: str, source: int) -> None:
        nonlocal length
        if moved and moved[-1][0] == length:
            moved.pop()
        moved.append((length, source))
        kept.append(part)
        length += len(part)

    bounds = [*(start for start, _ in pieces[1:]), len(text)]
    for (start, source), end in zip(pieces, bounds, strict=True):
        at = start
        for match in ODD.finditer(text, start, end):
            keep(text[at : match.start()], source + at - start)
            keep(mended_letter(match), source + match.start() - start)
            at = match.end()
        keep(text[at:end], source + at - start)
    return "".join(kept), moved
