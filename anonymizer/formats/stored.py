"""The transcript as the study keeps it (sealed): one JSON document with everything needed to write the file again.

Strict on reading: an unknown version, field, type or a span outside its text is an ``IntegrityError``, for what was
sealed by us and opened with the right key is either exactly what was written or not ours.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import NoReturn

from anonymizer.errors import IntegrityError
from anonymizer.formats.layout import Json
from anonymizer.model import Cue, Part, Role, Transcript, Turn, Word

__all__ = ["VERSION", "from_json", "to_json"]

SCHEMA = "anonymizer-stored-transcript"
VERSION = 1


def to_json(transcript: Transcript) -> bytes:
    """Return the transcript as UTF-8 JSON; the same transcript always gives the same bytes."""
    data = {
        "schema": SCHEMA,
        "version": VERSION,
        "format": transcript.format,
        "turns": [_turn_out(turn) for turn in transcript.turns],
        "parts": [[part.name, part.text] for part in transcript.parts],
        "layout": transcript.layout,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def from_json(source: bytes) -> Transcript:
    """Return the stored transcript; raise ``IntegrityError`` for anything that ``to_json`` does not write."""
    try:
        data = json.loads(source.decode("utf-8"), parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError):
        _refuse()
    fields = _fields(data, "schema", "version", "format", "turns", "parts", "layout")
    if fields["schema"] != SCHEMA:
        _refuse()
    if fields["version"] != VERSION or isinstance(fields["version"], bool):
        raise IntegrityError(
            "the stored transcript has an unknown version",
            hint="open the study with the version that wrote it",
        )
    return Transcript(
        _string(fields["format"]),
        tuple(_turn_in(each) for each in _list(fields["turns"])),
        tuple(_part_in(each) for each in _list(fields["parts"])),
        _mapping(fields["layout"]),
    )


def _turn_out(turn: Turn) -> dict[str, Json]:
    return {
        "text": turn.text,
        "speaker": turn.speaker,
        "role": turn.role.value,
        "offset": turn.offset,
        "cues": [_span_out(cue) for cue in turn.cues],
        "words": [_span_out(word) for word in turn.words],
        "layout": turn.layout,
    }


def _span_out(span: Cue | Word) -> list[Json]:
    return [span.start, span.end, span.start_time, span.end_time, span.layout]


def _turn_in(data: Json) -> Turn:
    fields = _fields(data, "text", "speaker", "role", "offset", "cues", "words", "layout")
    text = _string(fields["text"])
    speaker = fields["speaker"]
    if fields["role"] not in list(Role):
        _refuse()
    return Turn(
        text,
        None if speaker is None else _string(speaker),
        Role(fields["role"]),
        _whole(fields["offset"]),
        tuple(Cue(*_span_in(each, len(text))) for each in _list(fields["cues"])),
        tuple(Word(*_span_in(each, len(text))) for each in _list(fields["words"])),
        _mapping(fields["layout"]),
    )


def _span_in(data: Json, length: int) -> tuple[int, int, float, float, Mapping[str, Json]]:
    if not isinstance(data, list) or len(data) != 5:
        _refuse()
    start, end = _whole(data[0]), _whole(data[1])
    if not start <= end <= length:
        _refuse()
    return start, end, _time(data[2]), _time(data[3]), _mapping(data[4])


def _part_in(data: Json) -> Part:
    if not isinstance(data, list) or len(data) != 2:
        _refuse()
    return Part(_string(data[0]), _string(data[1]))


def _fields(data: Json, *names: str) -> dict[str, Json]:
    if not isinstance(data, dict) or set(data) != set(names):
        _refuse()
    return data


def _string(value: Json) -> str:
    if not isinstance(value, str):
        _refuse()
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        _refuse()
    return value


def _mapping(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        _refuse()
    return value


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _refuse()
    return value


def _time(value: Json) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        _refuse()
    return float(value)


def _refuse(_: str = "") -> NoReturn:
    raise IntegrityError(
        "the stored transcript is not what was written", hint="restore the study from a backup"
    )
