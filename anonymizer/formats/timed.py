"""What WebVTT and SubRip share: blocks apart by blank lines, cues with times, tags inside the text.

A cue becomes one or more *fragments*: stretches of visible text between tags, labels and changes of speaker. Each
fragment is a ``Cue`` of the model, so that whoever replaces text in a turn moves nothing but offsets, and every tag
stays where it was. A fragment that goes on in the cue of the one before is marked ``joined`` in its layout.

Layout of a fragment: ``time`` the line of times · ``id``, ``settings`` where they match a strict form, else
``id_part``, ``settings_part`` naming a part · ``gap`` the blank lines before, if not one · ``blocks`` notes and styles
that stand before · ``lead`` and ``close`` tags round the text · ``label`` how the speaker's label is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from anonymizer.formats.limits import Place
from anonymizer.model import Cue, Part, Turn

__all__ = [
    "TIMING",
    "Block",
    "Fragment",
    "Parts",
    "blocks",
    "cue_texts",
    "merged_cues",
    "seconds",
    "stamp",
    "timing",
    "turns_of",
    "unify_line_ends",
]

TIMING = re.compile(
    r"[ \t]{0,8}(?P<start>(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})"
    r"[ \t]{0,8}-->[ \t]{0,8}(?P<end>(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})"
)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines without a blank one between them; ``gap`` is the white space before, ``line`` counts from 1."""

    gap: str
    lines: tuple[str, ...]
    line: int


@dataclass(slots=True)
class Fragment:
    """A stretch of a cue's text while the file is read."""

    text: str = ""
    speaker: str | None = None
    start_time: float = 0.0
    end_time: float = 0.0
    layout: dict[str, Any] = field(default_factory=dict)
    lead: list[Any] = field(default_factory=list)
    close: list[Any] = field(default_factory=list)
    breaks_turn: bool = False

    def cue(self, start: int) -> Cue:
        """Return the fragment as a cue whose text begins at ``start`` in its turn."""
        layout = dict(self.layout)
        if self.lead:
            layout["lead"] = self.lead
        if self.close:
            layout["close"] = self.close
        return Cue(start, start + len(self.text), self.start_time, self.end_time, layout)


class Parts:
    """Collects text that stands outside the turns, under numbered names."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self._parts: list[Part] = list(parts)
        self._count: dict[str, int] = {}

    def add(self, kind: str, text: str) -> str:
        """Keep a text and return the name of its part, such as ``note:2``."""
        self._count[kind] = self._count.get(kind, 0) + 1
        name = f"{kind}:{self._count[kind]}"
        self._parts.append(Part(name, text))
        return name

    def once(self, name: str, text: str) -> str:
        """Keep a text under a name that needs no number unless it comes back, such as ``core:creator``."""
        self._count[name] = self._count.get(name, 0) + 1
        if self._count[name] > 1:
            name = f"{name}:{self._count[name]}"
        self._parts.append(Part(name, text))
        return name

    def as_tuple(self) -> tuple[Part, ...]:
        """Return all parts in the order they were met."""
        return tuple(self._parts)


def unify_line_ends(text: str) -> tuple[str, str]:
    """Return the text with line feeds alone, and the line end it mostly had."""
    windows, carriage = text.count("\r\n"), text.count("\r")
    feeds = text.count("\n") - windows
    if not carriage:
        return text, "\n"
    line_end = max(((windows, "\r\n"), (feeds, "\n"), (carriage - windows, "\r")), key=lambda pair: pair[0])[
        1
    ]
    return text.replace("\r\n", "\n").replace("\r", "\n"), line_end


def blocks(text: str, is_blank: Callable[[str], bool]) -> tuple[list[Block], str]:
    """Return the blocks of a text with line feeds, and what stands after the last."""
    found: list[Block] = []
    lines: list[str] = []
    gap, first = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        if is_blank(line):
            if lines:
                found.append(Block(gap, tuple(lines), first))
                gap, lines = "\n" + line, []
            else:
                gap += ("\n" if number > 1 else "") + line
        else:
            if not lines:
                gap += "\n" if number > 1 else ""
                first = number
            lines.append(line)
    if lines:
        found.append(Block(gap, tuple(lines), first))
        gap = ""
    return found, gap


def seconds(time: str) -> float:
    """Return a time such as ``00:01:23.450`` or ``01:23,4`` in seconds."""
    whole, _, fraction = time.replace(",", ".").partition(".")
    total = 0
    for part in whole.split(":"):
        total = total * 60 + int(part)
    return round(total + (int(fraction) / 10 ** len(fraction) if fraction else 0.0), 3)


def stamp(time: float, mark: str) -> str:
    """Return seconds as ``HH:MM:SS`` with three decimals after ``mark``."""
    thousandths = max(0, round(time * 1000))
    rest, thousandths = divmod(thousandths, 1000)
    return f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{mark}{thousandths:03}"


def timing(cue: Cue, mark: str) -> str:
    """Return the line of times of a cue: as it was written, or anew where its times have changed."""
    written = str(cue.layout.get("time", ""))
    match = TIMING.match(written)
    if match and (seconds(match["start"]), seconds(match["end"])) == (cue.start_time, cue.end_time):
        return written
    return f"{stamp(cue.start_time, mark)} --> {stamp(cue.end_time, mark)}"


def turns_of(fragments: Iterable[Fragment], place: Place) -> tuple[Turn, ...]:
    """Return fragments as turns: a new one at each change of speaker; texts of cues are joined by one space."""
    turns: list[Turn] = []
    run: list[Fragment] = []
    for count, fragment in enumerate(fragments, 1):
        if count > place.limits.cues:
            raise place.too_large("the file has too many cues", place.limits.cues)
        if run and (fragment.speaker != run[0].speaker or fragment.breaks_turn):
            turns.append(_turn(run))
            run = []
        run.append(fragment)
    if run:
        turns.append(_turn(run))
    if len(turns) > place.limits.turns:
        raise place.too_large("the file has too many turns", place.limits.turns)
    return tuple(turns)


def _turn(run: list[Fragment]) -> Turn:
    texts: list[str] = []
    cues: list[Cue] = []
    position = 0
    for number, fragment in enumerate(run):
        if number and not (
            fragment.layout.get("joined") and "label" not in fragment.layout and not _broken(fragment)
        ):
            texts.append(" ")
            position += 1
        cues.append(fragment.cue(position))
        texts.append(fragment.text)
        position += len(fragment.text)
    return Turn("".join(texts), speaker=run[0].speaker, cues=tuple(cues))


def _broken(fragment: Fragment) -> bool:
    return any(isinstance(each, str) and not each.strip() for each in fragment.lead)


def cue_texts(turn: Turn) -> list[str]:
    """Return the present text of each cue of a turn.

    The single spaces that join cues belong to none and fall away; any other text between cues goes to the cue before
    it, so that nothing is lost.
    """
    texts: list[str] = []
    position = 0
    for cue in turn.cues:
        start = min(max(cue.start, position), len(turn.text))
        end = min(max(cue.end, start), len(turn.text))
        stray = turn.text[position:start]
        if stray.strip():
            if texts:
                texts[-1] += stray.rstrip()
            else:
                start = position
        texts.append(turn.text[start:end])
        position = end
    stray = turn.text[position:]
    if texts and stray.strip():
        texts[-1] += stray
    return texts


def merged_cues(turns: Iterable[Turn]) -> Iterator[tuple[Turn, float, float, str]]:
    """Yield every cue whole (fragments joined) with its turn, start and end in seconds, and present text.

    A turn that has lost its cues stands at the end of the one before.
    """
    clock = 0.0
    for turn in turns:
        if not turn.cues:
            yield turn, clock, clock, turn.text
            continue
        start, end, texts = turn.cues[0].start_time, turn.cues[0].end_time, ""
        for number, (cue, text) in enumerate(zip(turn.cues, cue_texts(turn), strict=True)):
            if number and not cue.layout.get("joined"):
                yield turn, start, end, texts
                start, texts = cue.start_time, ""
            elif number and turn.cues[number - 1].end < cue.start:
                texts += " "
            end = cue.end_time
            texts += text
        yield turn, start, end, texts
        clock = end
