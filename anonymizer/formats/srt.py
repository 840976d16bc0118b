"""SubRip: numbered cues with comma times; a speaker's label stands at the beginning of the text, if anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from anonymizer.formats.cues import Dialect, read_cues, write_cues
from anonymizer.formats.encoding import Encoding, decode, encode
from anonymizer.formats.layout import Json
from anonymizer.formats.limits import Place
from anonymizer.formats.timed import Parts, blocks, merged_cues, stamp, turns_of, unify_line_ends
from anonymizer.model import Transcript

__all__ = ["read", "render", "write"]

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>i|b|u|s|font)(?P<note>[ \t][^<>\n]{0,300})?>|\{\\an?\d{1,2}\}", re.IGNORECASE
)
_FONT = re.compile(
    r"""(?:[ \t]{1,4}(?:color|size)[ \t]?=[ \t]?(?:"\#?[a-fA-F0-9]{1,8}"|\#?[a-fA-F0-9]{1,8}))*[ \t]*"""
)
_SETTINGS = re.compile(r"[ \t]{0,8}|(?:[ \t]{1,4}[XY][12]:\d{1,4}){4}[ \t]{0,8}")


def _tokens(payload: str, parts: Parts) -> list[Json]:
    found: list[Json] = []
    position = 0
    for match in _TAG.finditer(payload):
        if match.start() > position:
            found.append({"text": payload[position : match.start()]})
        note = match["note"]
        if note and not _FONT.fullmatch(note):
            found.append([f"<{match['end']}{match['name']}", parts.add("annotation", note), ">"])
        else:
            found.append(match.group())
        position = match.end()
    if position < len(payload):
        found.append({"text": payload[position:]})
    return found


def _as_is(text: str, layout: Mapping[str, Json]) -> str:
    return text


_DIALECT = Dialect(",", _tokens, _as_is, _SETTINGS, blank_inside=True, voice=False)


def read(source: bytes, place: Place) -> Transcript:
    """Return the transcript of a .srt; raises ``UnreadableInput`` without any cue or with times that cannot be read."""
    text, encoding = decode(source, place.name, place.limits)
    text, line_end = unify_line_ends(text)
    found, rest = blocks(text, lambda line: not line.strip())
    parts = Parts()
    fragments, after = read_cues(found, _DIALECT, parts, place)
    layout = {
        "encoding": encoding.name,
        "mark": encoding.mark,
        "line_end": line_end,
        "after": after,
        "rest": rest,
    }
    return Transcript("srt", turns_of(fragments, place), parts.as_tuple(), layout).with_joined_offsets()


def write(transcript: Transcript) -> bytes:
    """Return the file a .srt transcript came from, with its present texts and labels."""
    layout = transcript.layout
    text = write_cues(transcript, _DIALECT, layout.get("after", []), "") + layout.get("rest", "\n")
    text = text.replace("\n", layout.get("line_end", "\n"))
    return encode(text, Encoding(layout.get("encoding", "utf-8"), layout.get("mark", False)))


def render(transcript: Transcript) -> bytes:
    """Return any timed transcript as SubRip, each turn's first cue with its label."""
    out = []
    last = None
    for number, (turn, start, end, text) in enumerate(merged_cues(transcript.turns), 1):
        label = f"{turn.speaker}: " if turn is not last and turn.speaker is not None else ""
        body = re.sub(r"\n\s*\n", "\n", text)
        out.append(f"{number}\n{stamp(start, ',')} --> {stamp(end, ',')}\n{label}{body}\n")
        last = turn
    return "\n".join(out).encode("utf-8")
