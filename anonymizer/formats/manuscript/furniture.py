"""What a printed page carries besides its text: page numbers, running heads, tables of contents."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

__all__ = ["ENDED", "Line", "double_spaced", "mark_furniture", "read_lines"]

_LINE = re.compile(r"[^\n\f\r]*(?:\r\n|\n|\r|\f|$)")
_NUMBER = re.compile(
    r"\s*(?:[-–—|]\s*)?(?:side|page|s\.)?\s*(?P<n>\d{1,4}|[ivxl]{1,7})(?:\s*(?:av|of|/)\s*\d{1,4})?\s*(?:[-–—|])?\s*",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,3}|[ivxl]+)?\s*$|…{2,}\s*\d{0,3}\s*$|_{4,}\s*\d{1,3}\s*$")
_ENTRY = re.compile(r"\s*\S.{1,110}?[\s.…]+(?P<n>\d{1,3}|[ivxl]{1,6})\s*$")
_CONTENTS = re.compile(
    r"\s*(?:innh[oa]ld(?:sfortegnelse|sliste|slista)?|table of contents|contents)\s*:?\s*", re.IGNORECASE
)
_RUNS = 5
_LONGEST_LINE = 400
"""Letters of a line beyond which it is running text of its own, no line of a page."""
ENDED = re.compile(r"[.!?:;…]['\"»”’)\]]*\s*$|[»”\"]\s*$|\)\s*$")


@dataclass(slots=True)
class Line:
    """A line of a printed page; ``role`` says what it is besides text: number, head or contents."""

    start: int
    text: str
    page: int
    broken: bool = False  # a page ended before this line
    role: str = ""

    @property
    def blank(self) -> bool:
        """Tell whether nothing stands on the line."""
        return not self.text.strip()


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text; ``\\f`` ends a page."""
    lines: list[Line] = []
    page, broken = 1, False
    for match in _LINE.finditer(text):
        raw = match.group()
        if not raw:
            continue
        lines.append(Line(match.start(), raw.rstrip("\r\n\f"), page, broken))
        broken = raw.endswith("\f")
        page += broken
    return lines


def mark_furniture(lines: list[Line]) -> None:
    """Give page numbers, running heads and lines of tables of contents their role."""
    _page_numbers(lines)
    _running_heads(lines)
    _contents(lines)


def _page_numbers(lines: list[Line]) -> None:
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


def _at_edge(lines: list[Line], at: int) -> bool:
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


def _running_heads(lines: list[Line]) -> None:
    """Mark short lines that come back beside page numbers or page ends."""

    def form(line: Line) -> str:
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


def _beside_number(lines: list[Line], at: int) -> bool:
    """Tell whether the next line on either side, blank ones aside, is a page number."""
    for step in (1, -1):
        other = at + step
        while 0 <= other < len(lines) and lines[other].blank:
            other += step
        if 0 <= other < len(lines) and lines[other].role == "number":
            return True
    return False


def _contents(lines: list[Line]) -> None:
    """Mark tables of contents: lines with leaders, and runs of lines that end in numbers that never fall."""
    listed = False
    run: list[Line] = []
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


def double_spaced(lines: list[Line]) -> bool:
    """Tell whether a blank line stands between the lines of one paragraph."""
    cut = joined = 0
    for first, gap, second in zip(lines, lines[1:], lines[2:], strict=False):
        if first.blank or second.blank or not gap.blank:
            continue
        joined += 1
        cut += not ENDED.search(first.text) and second.text.lstrip()[:1].islower()
    return joined > 20 and cut * 3 > joined
