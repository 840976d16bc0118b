"""WebVTT (https://www.w3.org/TR/webvtt1/): voices become speakers; notes, styles and odd ids become parts."""

from __future__ import annotations

import html
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
    r"<(?P<end>/?)(?P<name>c|i|b|u|v|lang|ruby|rt)(?P<classes>(?:\.[^\s<>.&]{1,60}){0,8})"
    r"(?:(?P<space>[ \t]{1,8})(?P<note>[^<>\n]{0,300}))?>"
    r"|<(?:\d{1,3}:)?\d{2}:\d{2}\.\d{3}>"
)
_COLOURS = "white lime cyan red yellow magenta blue black"
_CLASSES = re.compile(rf"(?:\.(?:bg_)?(?:{'|'.join(_COLOURS.split())})|\.(?:first|loud|quiet))*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_NUMBER = r"-?\d{1,3}(?:\.\d{1,3})?%?"
_SETTING = (
    rf"(?:vertical:(?:rl|lr)|line:{_NUMBER}(?:,(?:start|center|end))?|size:{_NUMBER}"
    rf"|position:{_NUMBER}(?:,(?:line-left|center|middle|line-right))?"
    r"|align:(?:start|center|middle|end|left|right)|region:\d{1,3})"
)
_SETTINGS = re.compile(rf"[ \t]{{0,8}}|(?:[ \t]{{1,8}}{_SETTING}){{0,8}}[ \t]{{0,8}}")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;", "\u200e": "&lrm;", "\u200f": "&rlm;"}
_USUAL = "&<"


def _decoded(raw: str) -> dict[str, Json]:
    """Return a text token: the text without entities, and which characters stood as entities if not as usual."""
    if not any(character in raw for character in _ESCAPES):
        return {"text": raw}
    written = {each: html.unescape(each) for each in _ENTITY.findall(raw)}
    bare = _ENTITY.sub("", raw)
    escaped = "".join(
        character
        for character in _ESCAPES
        if character in written.values() or (character in _USUAL and character not in bare)
    )
    text = _ENTITY.sub(lambda match: html.unescape(match.group()), raw)
    return {"text": text} if escaped == _USUAL else {"text": text, "escape": escaped}


def _tokens(payload: str, parts: Parts) -> list[Json]:
    """Return text and tags of a payload; a ``<`` that begins no known tag is text."""
    found: list[Json] = []
    position = 0
    for match in _TAG.finditer(payload):
        if match.start() > position:
            found.append(_decoded(payload[position : match.start()]))
        found.append(_tag(match, parts))
        position = match.end()
    if position < len(payload):
        found.append(_decoded(payload[position:]))
    return found


def _tag(match: re.Match[str], parts: Parts) -> Json:
    name, note = match["name"], match["note"]
    if name is None or match["end"]:
        return match.group() if name is None or not (match["classes"] or note) else f"</{name}>"
    opening: Json = f"<{name}"
    if match["classes"]:
        strict = _CLASSES.fullmatch(match["classes"])
        opening = (
            opening + match["classes"] if strict else [opening, parts.add("class", match["classes"][1:])]
        )
    if name == "v" and note and note.strip():
        speaker = html.unescape(note.strip())
        pad = note[len(note.rstrip()) :]
        space = (match["space"] or " ") + note[: len(note) - len(note.lstrip())]
        return {
            "voice": speaker,
            **({"open": opening} if opening != "<v" else {}),
            **({"space": space} if space != " " else {}),
            **({"pad": pad} if pad else {}),
        }
    if not note or not note.strip():
        end = (match["space"] or "") + (note or "") + ">"
        return opening + end if isinstance(opening, str) else [*opening, end]
    if name == "lang" and isinstance(opening, str) and _LANGUAGE.fullmatch(note):
        return f"{opening}{match['space']}{note}>"
    name_of_part = parts.add("annotation", note)
    if isinstance(opening, str):
        return [f"{opening}{match['space']}", name_of_part, ">"]
    return [*opening, match["space"], name_of_part, ">"]


def _escape(text: str, layout: Mapping[str, Json]) -> str:
    text = re.sub(r"\n{2,}", "\n", text)  # a blank line would end the cue
    for character in layout.get("escape", _USUAL):
        text = text.replace(character, _ESCAPES[character])
    return text


_DIALECT = Dialect(".", _tokens, _escape, _SETTINGS, blank_inside=False, voice=True)


def read(source: bytes, place: Place) -> Transcript:
    """Return the transcript of a .vtt.

    Raises ``UnreadableInput`` without the ``WEBVTT`` line, without any cue, or with times that cannot be read.
    """
    text, encoding = decode(source, place.name, place.limits)
    text, line_end = unify_line_ends(text)
    found, rest = blocks(text, lambda line: not line)
    first = found[0].lines
    if found[0].gap or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", first[0]):
        raise place.unreadable("the first line is not WEBVTT", line=1)
    parts = Parts()
    title = first[0][len("WEBVTT") :]
    head: list[Json] = [title[: len(title) - len(title.lstrip())]]
    if title.strip():
        head.append(parts.add("header", title.lstrip()))
    lines = list(first[1:])
    extra = []
    while lines and "-->" not in lines[0] and not (len(lines) > 1 and "-->" in lines[1]):
        extra.append(parts.add("header", lines.pop(0)))
    body = found[1:]
    if lines:
        body = [type(found[0])("\n", tuple(lines), found[0].line + len(first) - len(lines)), *body]
    fragments, after = read_cues(body, _DIALECT, parts, place)
    layout = {
        "encoding": encoding.name,
        "mark": encoding.mark,
        "line_end": line_end,
        "head": head,
        "head_lines": extra,
        "after": after,
        "rest": rest,
    }
    return Transcript("vtt", turns_of(fragments, place), parts.as_tuple(), layout).with_joined_offsets()


def write(transcript: Transcript) -> bytes:
    """Return the file a .vtt transcript came from, with its present texts and voices."""
    layout = transcript.layout
    texts = {part.name: part.text for part in transcript.parts}
    head = layout.get("head", [""])
    first = "WEBVTT" + head[0] + "".join(texts.get(name, "") for name in head[1:])
    lines = [first, *(texts.get(name, "") for name in layout.get("head_lines", ()))]
    text = write_cues(transcript, _DIALECT, layout.get("after", []), "\n".join(lines)) + layout.get(
        "rest", "\n"
    )
    text = text.replace("\n", layout.get("line_end", "\n"))
    return encode(text, Encoding(layout.get("encoding", "utf-8"), layout.get("mark", False)))


def render(transcript: Transcript) -> bytes:
    """Return any timed transcript as WebVTT with a voice tag in every cue."""
    out = ["WEBVTT\n"]
    for turn, start, end, text in merged_cues(transcript.turns):
        voice = "" if turn.speaker is None else f"<v {_escape(turn.speaker, {'escape': '&<>'})}>"
        body = re.sub(r"\n\s*\n", "\n", _escape(text, {"escape": "&<>"}))
        out.append(f"{stamp(start, '.')} --> {stamp(end, '.')}\n{voice}{body}\n")
    return "\n".join(out).encode("utf-8")
