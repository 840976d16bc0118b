"""Running text out of printed lines: plain text files, and what a PDF gives.

A PDF knows lines, not paragraphs. Here page numbers and running heads are taken out, a word that was divided at the
end of a line is whole again, and lines become paragraphs. Each joint remembers where its letters come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from anonymizer.formats.manuscript.model import Block, BlockKind

__all__ = ["flow"]

_LINE = re.compile(r"[^\n\f\r]*(?:\r\n|\n|\r|\f|$)")
_NUMBER = re.compile(
    r"\s*(?:[-–—|]\s*)?(?:side|page|s\.)?\s*(?P<n>\d{1,4}|[ivxl]{1,7})(?:\s*(?:av|of|/)\s*\d{1,4})?\s*(?:[-–—|])?\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-ZÆØÅ«\"][^.!?;]{1,90}\s*")
_KEYWORD = re.compile(
    r"\s*(?:kapittel|kapitel|chapter|del|vedlegg|appendiks|appendix|tabell|figur|table|figure)\s+(?:\d+|[A-Z])\b.{0,90}",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\s*(?:tabell|figur|table|figure|bilde)\s+\d+(?:[.\-–]\d+)?\s*[:.–-]?\s+\S", re.IGNORECASE
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,3}|[ivxl]+)?\s*$|…{2,}\s*\d{0,3}\s*$|_{4,}\s*\d{1,3}\s*$")
_ENTRY = re.compile(r"\s*\S.{1,110}?[\s.…]+(?P<n>\d{1,3}|[ivxl]{1,6})\s*$")
_CONTENTS = re.compile(
    r"\s*(?:innhold(?:sfortegnelse|sliste)?|table of contents|contents)\s*:?\s*", re.IGNORECASE
)
_BULLET = re.compile(r"\s*(?:[•·▪◦‣\uf0b7o*–—-]\s+\S|\(?\d{1,2}[.)]\s+\S|\(?[a-z][.)]\s+\S)")
_OPENING = re.compile(r"\s*[«\"“”„]")
_ENDED = re.compile(r"[.!?:;…]['\"»”’)\]]*\s*$|[»”\"]\s*$|\)\s*$")
_DIVIDED = re.compile(r"(?P<word>[^\W\d_]+)[-\u00ad\u2010\ufffe\x02]\s*$")
_SUSPENDED = re.compile(r"\s*(?:og|eller|and|or|samt|til|enn|men)\b")
_SOFT = re.compile(r"[\u00ad\ufffe\x02]")
_RUNS = 5
_LONGEST_WORD = 80
_LONGEST_LINE = 400
"""Letters of a line beyond which it is running text of its own, no line of a page."""
_LONGEST_BLOCK = 20_000
"""Letters after which a paragraph ends though nothing says so: none is longer, and checks stay linear."""


@dataclass(slots=True)
class _Line:
    start: int
    text: str
    page: int
    broken: bool = False  # a page ended before this line
    role: str = ""

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def flow(text: str) -> list[Block]:
    """Return the blocks of a text of lines, with pieces that point into ``text``; ``\\f`` ends a page."""
    lines = _lines(text)
    paged = any(line.page > 1 for line in lines)
    _page_numbers(lines)
    _running_heads(lines)
    _contents(lines)
    widths = sorted(len(line.text.strip()) for line in lines if not line.blank and not line.role)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    wrapped = 30 <= width <= 140
    return list(_blocks(lines, width, wrapped=wrapped, double=wrapped and _double_spaced(lines), paged=paged))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    page, broken = 1, False
    for match in _LINE.finditer(text):
        raw = match.group()
        if not raw:
            continue
        lines.append(_Line(match.start(), raw.rstrip("\r\n\f"), page, broken))
        broken = raw.endswith("\f")
        page += broken
    return lines


def _page_numbers(lines: list[_Line]) -> None:
    """Mark the page numbers: lone numbers of which each is the next, or which stand at the edge of a page."""
    lone = [
        (at, match.group("n"))
        for at, line in enumerate(lines)
        if not line.blank and len(line.text.strip()) <= 16 and (match := _NUMBER.fullmatch(line.text))
    ]
    numbers = [(at, int(n)) for at, n in lone if n.isdigit()]
    best: dict[int, tuple[int, int | None]] = {}  # last index of the chain by its value
    reach: dict[int, tuple[int, int | None]] = {}
    for at, value in numbers:
        length, before = max(
            (best[value - step] for step in (1, 2) if value - step in best),
            default=(0, None),
            key=lambda chain: chain[0],
        )
        reach[at] = (length + 1, before)
        if value not in best or best[value][0] <= length + 1:
            best[value] = (length + 1, at)
    chain: int | None = max(reach, key=lambda at: reach[at][0], default=None)
    if chain is not None and reach[chain][0] >= 3:
        while chain is not None:
            lines[chain].role = "number"
            chain = reach[chain][1]
    for at, _ in lone:
        if _at_edge(lines, at):
            lines[at].role = "number"


def _at_edge(lines: list[_Line], at: int) -> bool:
    """Tell whether a form feed stands right before or after the line, blank lines aside."""
    for later in range(at + 1, len(lines)):
        if lines[later].broken:
            return True
        if not lines[later].blank:
            break
    for earlier in range(at, -1, -1):
        if lines[earlier].broken:
            return True
        if earlier != at and not lines[earlier].blank:
            break
    return False


def _running_heads(lines: list[_Line]) -> None:
    """Mark short lines that come back beside page numbers or page ends."""

    def form(line: _Line) -> str:
        return re.sub(r"\d+", "#", " ".join(line.text.split()).casefold())

    edge = [
        line
        for at, line in enumerate(lines)
        if not line.role
        and 2 < len(line.text.strip()) <= 100
        and (_at_edge(lines, at) or _beside_number(lines, at))
    ]
    counts = Counter(form(line) for line in edge)
    pages = sum(line.role == "number" or line.broken for line in lines)
    for line in edge:
        # A line that is at the edge by chance comes back by chance; a running head does so on many pages.
        if counts[form(line)] >= max(_RUNS, pages // 12):
            line.role = "head"


def _beside_number(lines: list[_Line], at: int) -> bool:
    """Tell whether the next line on either side, blank ones aside, is a page number."""
    for step in (1, -1):
        other = at + step
        while 0 <= other < len(lines) and lines[other].blank:
            other += step
        if 0 <= other < len(lines) and lines[other].role == "number":
            return True
    return False


def _contents(lines: list[_Line]) -> None:
    """Mark tables of contents: lines with leaders, and runs of lines that end in numbers that never fall."""
    listed = False
    run: list[_Line] = []
    last = 0
    for line in lines:
        if line.blank or line.role == "number" or len(line.text) > _LONGEST_LINE:
            continue
        if _LEADERS.search(line.text) and len(line.text.strip()) > 8:
            line.role = "contents"
            listed = True
            run, last = [], 0
            continue
        match = _ENTRY.fullmatch(line.text)
        value = int(match.group("n")) if match and match.group("n").isdigit() else None
        if value is not None and last <= value <= last + 25 and not line.text.strip().endswith("."):
            run.append(line)
            last = value
            if len(run) >= _RUNS or listed:
                for each in run:
                    each.role = "contents"
            continue
        if _CONTENTS.fullmatch(line.text):
            listed = True
            line.role = "contents"
        elif listed and len(line.text.strip()) > 60 and value is None and not run:
            listed = False
        run, last = ([], 0) if value is None else ([line], value)
        if value is None and len(line.text) > 90:
            listed = False


def _double_spaced(lines: list[_Line]) -> bool:
    """Tell whether a blank line stands between the lines of one paragraph."""
    cut = joined = 0
    for first, gap, second in zip(lines, lines[1:], lines[2:], strict=False):
        if first.blank or second.blank or not gap.blank:
            continue
        joined += 1
        cut += not _ENDED.search(first.text) and second.text.lstrip()[:1].islower()
    return joined > 20 and cut * 3 > joined


def _blocks(lines: list[_Line], width: int, *, wrapped: bool, double: bool, paged: bool) -> Iterator[Block]:
    held: list[_Line] = []
    gap = 0
    turned = False
    heads: set[str] = set()
    counts: Counter[str] = Counter()

    def place(line: _Line, kind: str = "para") -> str:
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


def _continues(before: _Line, line: _Line, gap: int, width: int, *, turned: bool, double: bool) -> bool:
    """Tell whether a line goes on with the paragraph of the line before it."""
    if "contents" in (before.role, line.role):
        return False
    text, earlier = line.text, before.text
    ended = _ENDED.search(earlier) is not None
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
    if short and ended:
        return False
    return not (len(earlier.strip()) < 0.6 * width and not divided and not lower)


def _joined(lines: list[_Line], place: str, *, paged: bool) -> Block:
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
    elif len(text) < 110 and (
        _NUMBERED.fullmatch(text) or (_KEYWORD.fullmatch(text) and not _ENDED.search(text))
    ):
        kind = BlockKind.HEADING
    elif len(lines) > 0 and _BULLET.match(text):
        kind = BlockKind.LIST_ITEM
    # A soft hyphen left inside a line would split a name; a space of the same length would too, so it is cut out.
    text, pieces = _without_soft(text, pieces)
    return Block(kind, text, place, tuple(pieces), page=first.page if paged else None)


def _closed(text: str, divided: re.Match[str]) -> str:
    """Return the text without the hyphen that only divides a word; an abbreviation keeps its own (NAV-|kontoret)."""
    word = divided.group("word")
    cut = text[: divided.end("word")]
    return f"{cut}-" if len(word) > 1 and word.isupper() else cut


def _without_soft(text: str, pieces: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    if not _SOFT.search(text):
        return text, pieces
    kept: list[str] = []
    moved: list[tuple[int, int]] = []
    length = 0
    bounds = [*(start for start, _ in pieces[1:]), len(text)]
    for (start, source), end in zip(pieces, bounds, strict=True):
        at = start
        for part in _SOFT.split(text[start:end]):
            if part or at == start:
                if moved and moved[-1][0] == length:
                    moved.pop()
                moved.append((length, source + at - start))
            kept.append(part)
            length += len(part)
            at += len(part) + 1
    return "".join(kept), moved
