"""Reads and writes the blocks of WebVTT and SubRip; each format brings its ``Dialect``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from anonymizer.formats import labels
from anonymizer.formats.layout import Json
from anonymizer.formats.limits import Place
from anonymizer.formats.timed import TIMING, Block, Fragment, Parts, cue_texts, seconds, stamp, timing
from anonymizer.model import Cue, Transcript, Turn

__all__ = ["Dialect", "read_cues", "write_cues"]

_ID = re.compile(
    r"\d{1,6}[ \t]{0,4}|(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:[/-]\d{1,6}(?:-\d{1,4})?)?"
)
_LIKE_TIMES = re.compile(r"\d[:.,]\S{0,20}[ \t]{0,8}-->|-->[ \t]{0,8}\S{0,8}\d[:.,]")
_DASH = re.compile(r"[-–—][ \xa0]?(?=[^\s\d\-–—>])")
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a format writes its cues.

    ``tokens`` splits a payload into text (decoded) and tags; ``escape`` turns text back; ``mark`` stands before
    the thousandths; ``settings`` is the form of what may follow the times; ``note`` tells a block that is no cue.
    """

    mark: str
    tokens: Callable[[str, Parts], list[Json]]
    escape: Callable[[str, Mapping[str, Json]], str]
    settings: re.Pattern[str]
    blank_inside: bool
    voice: bool


def read_cues(
    found: list[Block], dialect: Dialect, parts: Parts, place: Place
) -> tuple[list[Fragment], list[dict[str, Json]]]:
    """Return the fragments of all cues, and the blocks that stand after the last cue."""
    cues: list[tuple[dict[str, Json], list[str]]] = []
    waiting: list[dict[str, Json]] = []
    for block in found:
        starts = [number for number, line in enumerate(block.lines) if "-->" in line and TIMING.match(line)]
        for number, line in enumerate(block.lines):
            if _LIKE_TIMES.search(line) and number not in starts and not block.lines[0].startswith("NOTE"):
                raise place.unreadable("the times of a cue cannot be read", line=block.line + number)
        heads = [start - 1 if start and _has_id(block, start, starts) else start for start in starts]
        if not heads or heads[0] > 0:
            rest = block.lines[: heads[0]] if heads else block.lines
            if dialect.blank_inside and cues and not waiting:
                cues[-1][1].extend([*block.gap.split("\n")[1:-1], *rest])
            else:
                waiting.append(_outside(block.gap, rest, parts))
        for number, (head, start) in enumerate(zip(heads, starts, strict=True)):
            gap = block.gap if number == 0 and head == 0 else "\n"
            stop = heads[number + 1] if number + 1 < len(heads) else len(block.lines)
            layout = _head(gap, block.lines[head:start], block.lines[start], dialect, parts)
            if waiting:
                layout["blocks"] = waiting
                waiting = []
            cues.append((layout, list(block.lines[start + 1 : stop])))
            if len(cues) > place.limits.cues:
                raise place.too_large("the file has too many cues", place.limits.cues)
    fragments = _fragments(cues, dialect, parts)
    if not fragments:
        raise place.unreadable("the file holds no cue")
    return fragments, waiting


def _has_id(block: Block, start: int, starts: list[int]) -> bool:
    return start - 1 not in starts and (
        start == 1 or _ID.fullmatch(block.lines[start - 1].strip()) is not None
    )


def _outside(gap: str, lines: tuple[str, ...], parts: Parts) -> dict[str, Json]:
    """Return the layout of a block that is no cue; its text becomes a part."""
    head, text = lines[0], "\n".join(lines[1:])
    kind = head.split(maxsplit=1)[0] if head.strip() else ""
    if kind in {"NOTE", "STYLE", "REGION"}:
        rest = head[len(kind) :]
        space = rest[: len(rest) - len(rest.lstrip())]
        if not rest.strip():
            space, rest = rest + ("\n" if len(lines) > 1 else ""), ""
        text = "\n".join([rest.lstrip(), *lines[1:]]) if rest.strip() else text
        return {"gap": gap, "kind": kind + space, "part": parts.add(kind.lower(), text)}
    return {"gap": gap, "kind": "", "part": parts.add("block", "\n".join(lines))}


def _head(gap: str, ids: tuple[str, ...], times: str, dialect: Dialect, parts: Parts) -> dict[str, Json]:
    layout: dict[str, Json] = {}
    match = TIMING.match(times)
    if match is None:
        raise AssertionError("the line was matched before")
    layout["time"] = match.group()
    if gap != _GAP:
        layout["gap"] = gap
    if ids:
        if _ID.fullmatch(ids[0]):
            layout["id"] = ids[0]
        else:
            layout["id_part"] = parts.add("cue-id", ids[0])
    settings = times[match.end() :]
    if settings:
        if dialect.settings.fullmatch(settings):
            layout["settings"] = settings
        else:
            layout["settings_part"] = parts.add("cue-settings", settings)
    return layout


def _fragments(
    cues: list[tuple[dict[str, Json], list[str]]], dialect: Dialect, parts: Parts
) -> list[Fragment]:
    payloads = [dialect.tokens("\n".join(lines), parts) for _, lines in cues]
    voiced = any(isinstance(token, dict) and token.get("voice") for tokens in payloads for token in tokens)
    prefixes = Prefixes() if voiced else Prefixes.of(payloads)
    fragments: list[Fragment] = []
    speaker: str | None = None
    for (layout, _), tokens in zip(cues, payloads, strict=True):
        match = TIMING.match(layout["time"])
        start, end = (seconds(match["start"]), seconds(match["end"])) if match else (0.0, 0.0)
        own = _split(tokens, None if voiced else speaker, prefixes)
        own[0].layout = {**layout, **own[0].layout}
        for number, fragment in enumerate(own):
            if number:
                fragment.layout = {"joined": True, **fragment.layout}
            fragment.start_time, fragment.end_time = start, end
        speaker = own[-1].speaker
        fragments.extend(own)
    return fragments


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Which beginnings of lines name a speaker in this file."""

    counts: Counter[str] | None = None
    dashes: bool = False
    names: bool = False

    @classmethod
    def of(cls, payloads: list[list[Json]]) -> Prefixes:
        """Return what the lines of all cues show."""
        counts: Counter[str] = Counter()
        dashes = 0
        names: list[int] = []
        for cue, tokens in enumerate(payloads):
            for number, line in enumerate(_visible(tokens).split("\n")):
                found = labels.prefix(line[:300])
                if found:
                    counts[found[1].casefold()] += 1
                    if not number and labels.like_name(found[1]):
                        names.append(cue)
                dashes += _DASH.match(line) is not None
        labelled = any(labels.plausible(counts, label) for label in counts)
        # A file that begins with a name and has more of them is labelled, be each seen once.
        named = labelled or (len(names) > 1 and names[0] == 0)
        return cls(counts, dashes > 0 and not named, named)

    def begin_a_line(self, line: str) -> bool:
        """Tell whether a line may begin with a label or a dash."""
        return self.counts is not None and (self.dashes or ":" in line)

    def at(self, text: str, *, first: bool) -> tuple[str, str | None, str] | None:
        """Return (before, speaker, after) where a line begins with a label or a dash."""
        if self.counts is None:
            return None
        found = labels.prefix(text[:300])
        if found:
            before, label, after = found
            tight = not after.endswith((" ", "\t", "\xa0")) and len(text) > len(before + label + after)
            if text[len(before + label + after) :][:1] == "\n":
                tight = False
            known = labels.plausible(self.counts, label, tight=tight)
            if known or (first and self.names and not tight and labels.like_name(label)):
                return before, label, after
        if self.dashes:
            dash = _DASH.match(text)
            if dash:
                return dash.group(), None, ""
        return None


def _visible(tokens: list[Json]) -> str:
    return "".join(token["text"] for token in tokens if isinstance(token, dict) and "text" in token)


def _split(tokens: list[Json], speaker: str | None, prefixes: Prefixes) -> list[Fragment]:
    """Return the fragments of one cue; at least one, be it empty."""
    splitter = _Splitter(speaker, prefixes)
    for token in tokens:
        splitter.take(token)
    return _after_voice(splitter.end())


class _Splitter:
    """Cuts one cue into fragments: at tags, at voices, and at labels that begin a line."""

    def __init__(self, speaker: str | None, prefixes: Prefixes) -> None:
        self._done: list[Fragment] = []
        self._now = Fragment(speaker=speaker)
        self._prefixes = prefixes
        self._line_begins = True

    def take(self, token: Json) -> None:
        if isinstance(token, dict) and "text" in token:
            self._text(token)
        elif isinstance(token, dict):
            if self._has_begun():
                self._flush()
            self._now.speaker = token["voice"]
            self._now.layout["label"] = {key: value for key, value in token.items() if key != "voice"}
        elif isinstance(token, str) and token.startswith("</"):
            self._now.close.append(token)
        else:
            if self._has_begun():
                self._flush()
            self._now.lead.append(token)

    def end(self) -> list[Fragment]:
        if self._has_begun() or self._now.lead or self._now.layout or not self._done:
            self._done.append(self._now)
        return self._done

    def _has_begun(self) -> bool:
        return bool(self._now.text or self._now.close or "label" in self._now.layout)

    def _flush(self) -> None:
        self._done.append(self._now)
        self._now = Fragment(speaker=self._now.speaker)

    def _text(self, token: Mapping[str, Json]) -> None:
        text = token["text"]
        apart = self._now.close or (not self._now.text and (self._done or "label" in self._now.layout))
        if "\n" in text and not text.strip() and apart:
            if self._has_begun():
                self._flush()
            self._now.lead.append(text)
            self._line_begins = True
            return
        if self._now.close:
            self._flush()
        said: list[str] = []
        for line in re.split(r"(\n)", text):
            if line == "\n":
                said.append(line)
                self._line_begins = True
            elif line:
                if self._line_begins and self._prefixes.begin_a_line(line):
                    self._now.text += "".join(said)  # what follows may be a fragment of its own
                    said = [self._unlabelled(line)]
                else:
                    said.append(line)
                self._line_begins = False
        self._now.text += "".join(said)
        if "escape" in token:
            self._now.layout["escape"] = token["escape"]

    def _unlabelled(self, line: str) -> str:
        """Take a label off the beginning of a line; a fragment of its own begins there."""
        found = self._prefixes.at(line, first=not self._done and not self._now.text)
        if found is None:
            return line
        before, label, after = found
        if self._has_begun():
            text = self._now.text
            self._now.text = text.rstrip("\n")
            self._flush()
            if len(self._done[-1].text) < len(text):
                self._now.lead.append(text[len(self._done[-1].text) :])
        self._now.speaker = label
        self._now.layout["label"] = {"before": before, "after": after}
        self._now.breaks_turn = label is None
        return line[len(before) + len(label or "") + len(after) :]


def _after_voice(fragments: list[Fragment]) -> list[Fragment]:
    """Take the voice off the fragments that follow its end tag."""
    ended = False
    for fragment in fragments:
        if "label" in fragment.layout:
            ended = False
        elif ended:
            fragment.speaker = None
        ended = ended or "</v>" in fragment.close
    return fragments


def write_cues(
    transcript: Transcript, dialect: Dialect, after_cues: list[Mapping[str, Json]], head: str
) -> str:
    """Return the text of all cues and the blocks between them, with line feeds; ``head`` stands before."""
    texts = {part.name: part.text for part in transcript.parts}
    out = [head]
    last: tuple[float, float] | None = None
    begun = False
    for turn in transcript.turns:
        if not turn.cues:
            clock = last[1] if last else 0.0
            bare = Turn(turn.text, turn.speaker)
            out.append(_gap(out, _GAP) + _untimed(bare, clock, dialect))
            continue
        for number, (cue, text) in enumerate(zip(turn.cues, cue_texts(turn), strict=True)):
            times = (cue.start_time, cue.end_time)
            joined = bool(cue.layout.get("joined")) and last == times
            if not joined:
                out.extend(_blocks(cue.layout.get("blocks", ()), texts))
                out.append(_gap(out, cue.layout.get("gap", _GAP)) + _cue_head(cue, dialect, texts))
            payload = _fragment(turn, cue, text, dialect, texts, first=number == 0, joined=joined)
            # The line of times is ended by what first follows it; a cue without payload has no empty line of its own.
            if payload and not (begun and joined):
                out.append("\n")
            out.append(payload)
            begun = bool(payload) or (joined and begun)
            last = times
    out.extend(_blocks(after_cues, texts))
    return "".join(out)


def _blocks(layouts: Iterable[Mapping[str, Json]], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the blocks between cues; one whose part is gone goes with it."""
    for block in layouts:
        if block["part"] in texts:
            yield block["gap"] + block["kind"] + re.sub(r"\n\s*\n", "\n", texts[block["part"]])


def _gap(out: list[str], gap: str) -> str:
    """Return the white space before a block: none needed at the beginning of the file."""
    if any(out):
        return gap if gap.startswith("\n") else _GAP
    return gap.lstrip("\n") if gap == _GAP else gap


def _untimed(turn: Turn, clock: float, dialect: Dialect) -> str:
    text = re.sub(r"\n\s*\n", "\n", dialect.escape(turn.text, {}))
    return f"{stamp(clock, dialect.mark)} --> {stamp(clock, dialect.mark)}\n{_label(turn, {}, dialect)}{text}"


def _cue_head(cue: Cue, dialect: Dialect, texts: Mapping[str, str]) -> str:
    layout = cue.layout
    name = layout.get("id") or texts.get(layout.get("id_part", ""), "").replace("\n", " ")
    settings = layout.get("settings") or texts.get(layout.get("settings_part", ""), "").replace("\n", " ")
    return (f"{name}\n" if name else "") + timing(cue, dialect.mark) + settings


def _fragment(
    turn: Turn, cue: Cue, text: str, dialect: Dialect, texts: Mapping[str, str], *, first: bool, joined: bool
) -> str:
    layout = cue.layout
    lead = "".join(_tag(each, texts) for each in layout.get("lead", ()))
    close = "".join(_tag(each, texts) for each in layout.get("close", ()))
    label = ""
    if "label" in layout:
        label = _label(turn, layout["label"], dialect, texts)
        if turn.speaker is None and "before" not in layout["label"]:
            close = close.replace("</v>", "")
    elif turn.speaker is not None and first and not layout.get("joined"):
        label = _label(turn, {}, dialect, texts)
    body = dialect.escape(text, layout)
    if not joined:
        lead = lead.lstrip("\n")
    return lead + label + body + close


def _tag(tag: Json, texts: Mapping[str, str]) -> str:
    """Return a tag as written; a list is a tag whose odd members name parts."""
    if isinstance(tag, str):
        return tag
    return "".join(_in_tag(each, texts) if number % 2 else each for number, each in enumerate(tag))


def _in_tag(name: str, texts: Mapping[str, str]) -> str:
    """Return a part's text so that it cannot end the tag it stands in; classes bring their dot."""
    text = texts.get(name, "")
    if not name.startswith("class:"):
        return re.sub(r"[<>\n]+", " ", text)
    return "." + re.sub(r"[\s<>&]+", "-", text) if text.strip() else ""


def _label(
    turn: Turn, how: Mapping[str, Json], dialect: Dialect, texts: Mapping[str, str] | None = None
) -> str:
    if "before" in how:
        if turn.speaker is None:
            return how["before"] if not how["after"] else ""
        return f"{how['before']}{turn.speaker}{how['after'] or ': '}"
    if turn.speaker is None:
        return ""
    if not dialect.voice:
        return f"{turn.speaker}: "
    name = dialect.escape(turn.speaker, {"escape": "&<>"})
    return f"{_tag(how.get('open', '<v'), texts or {})}{how.get('space', ' ')}{name}{how.get('pad', '')}>"
