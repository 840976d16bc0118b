"""The entries of speech recognition's JSON: what of a segment or word is text, time, measure or neither.

The keys are those of openai-whisper, faster-whisper, WhisperX, whisper.cpp and transformers as generally known (not
checked against each release); any other key is unknown here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from anonymizer.formats.layout import Json
from anonymizer.formats.timed import seconds

__all__ = [
    "BAD",
    "DROPPED",
    "GROUPS",
    "MARKER",
    "NUMBERS",
    "PLAIN",
    "SEGMENT_LISTS",
    "SPELLED",
    "TEXTS",
    "core",
    "edges",
    "is_segment",
    "is_untimed",
    "marker",
    "measure",
    "style_of",
    "texts_in",
    "time_template",
    "word_core",
]

SEGMENT_LISTS = ("segments", "transcription", "chunks", "turns")
SPELLED = frozenset({"tokens", "chars", "token_ids", "dtw"})
NUMBERS = frozenset(
    [
        "id",
        "seek",
        "start",
        "end",
        "temperature",
        "avg_logprob",
        "compression_ratio",
        "no_speech_prob",
        "probability",
        "score",
        "confidence",
        "p",
        "duration",
        "duration_after_vad",
        "language_probability",
        "version",
        "vocab",
        "ctx",
        "state",
        "head",
        "layer",
        "mels",
        "ftype",
        "from",
        "to",
        "turn",
        "speaker_turn_next",
        "multilingual",
        "translate",
        "t_dtw",
        "num_speakers",
        "beam_size",
        "best_of",
        "patience",
        "batch_size",
    ]
)
GROUPS = frozenset(["model", "params", "result", "audio", "text", "info", "timestamps", "offsets", "words"])
TEXTS = frozenset(
    ["model", "systeminfo", "type", "language", "task", "language_code", "detected_language", "format"]
)
PLAIN = re.compile(
    r"[a-z]{2,3}(?:-[A-Z]{2})?|norwegian|nynorsk|bokm[aå]l|norwegian (?:nynorsk|bokm[aå]l)|english|danish|swedish|sami"
    r"|transcribe|translate|tiny|base|small|medium|large|turbo|large-v[123](?:-turbo)?|(?:tiny|base|small|medium)\.en"
    r"|anonymizer-transcript"
)
_LARGEST = 10_000_000
MARKER = re.compile(r"(\s*)@(\s*)")
_EDGE = re.compile(r"(\s*)(.*?)(\s*)\Z", re.DOTALL)
BAD = re.compile(r"[\ud800-\udfff\x00-\x08\x0e-\x1f\x7f]")


class _Dropped:
    pass


DROPPED = _Dropped()


def texts_in(value: Json) -> Iterator[str]:
    """Yield every string and number in a value, keys of mappings included."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def measure(value: Json) -> Json:
    """Return a measure of the recogniser as it is; one as long as an identity number, or no number, as null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int | float) and abs(value) >= _LARGEST:
        return None
    return value if value is None or isinstance(value, bool | int | float) else None


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_segment(entry: Json) -> bool:
    """Tell whether an entry has a text and two times."""
    try:
        core(entry)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return False
    return True


def is_untimed(entry: Json) -> bool:
    """Tell whether an entry says that it has no times, as our own JSON of an untimed source does."""
    return (
        isinstance(entry, dict) and "start" in entry and entry["start"] is None and entry.get("end") is None
    )


def core(entry: Json) -> tuple[str, float, float]:
    """Return text, start and end (seconds) of a segment; raise when it lacks one."""
    if isinstance(entry, list):
        text, start, end = entry[4], entry[2], entry[3]
    else:
        text = entry["text"]
        if isinstance(entry.get("offsets"), dict):
            start, end = entry["offsets"]["from"] / 1000, entry["offsets"]["to"] / 1000
        elif isinstance(entry.get("timestamps"), dict):
            start, end = seconds(entry["timestamps"]["from"]), seconds(entry["timestamps"]["to"])
        elif isinstance(entry.get("timestamp"), list):
            start, end = entry["timestamp"]
            end = start if end is None else end
        elif is_untimed(entry):
            start = end = 0.0
        else:
            start, end = entry["start"], entry["end"]
    if not isinstance(text, str) or not is_number(start) or not is_number(end):
        raise TypeError
    return text, float(start), float(end)


def word_core(entry: Json) -> tuple[str | None, float | None, float | None]:
    """Return text, start and end (seconds) of a word, each ``None`` where the entry lacks it."""
    text: Json
    if isinstance(entry, list) and len(entry) >= 3 and isinstance(entry[2], str):
        text, start, end = entry[2], entry[0], entry[1]
    elif isinstance(entry, dict):
        text = entry.get("word", entry.get("text"))
        start, end = entry.get("start"), entry.get("end")
        if isinstance(entry.get("timestamp"), list) and len(entry["timestamp"]) == 2:
            start, end = entry["timestamp"]
    else:
        return None, None, None
    if not isinstance(text, str):
        return None, None, None
    times = [float(each) if is_number(each) and math.isfinite(each) else None for each in (start, end)]
    return text, times[0], times[1]


def edges(raw: str) -> tuple[str, str, str]:
    """Return the white space before a text, the text, the white space after it; white space alone is text."""
    match = _EDGE.match(raw)
    return match.groups() if match and raw.strip() else (raw, "", "")  # type: ignore[return-value]


def marker(raw: str) -> str:
    """Return the template of a text: ``@`` with the white space that stood round it."""
    before, _, after = edges(raw)
    return f"{before}@{after}"


def style_of(text: str) -> dict[str, Json]:
    """Return how the JSON was laid out."""
    indent = re.match(r"\s*[\[{]\r?\n([ \t]+)", text)
    style: dict[str, Json] = {"rest": text[len(text.rstrip()) :]}
    if indent:
        style["indent"] = indent[1] if "\t" in indent[1] else len(indent[1])
    key = re.search(r'[{,]\s*"[A-Za-z_]{1,40}":( ?)', text)
    colon = ": " if key is None or key[1] else ":"
    comma = re.search(r'[\d"\]}el],( ?)[\[{"\d-]', text)
    style["separators"] = ["," if indent or (comma and not comma[1]) else ", ", colon]
    style["ascii"] = text.isascii() and "\\u" in text
    style["line_end"] = "\r\n" if "\r\n" in text else "\n"
    return style


def time_template(key: str, value: Json) -> Json:
    """Return the template of a field that holds times, ``None`` for any other field."""
    if key in {"start", "end"}:
        return f"@{key}" + (":int" if isinstance(value, int) else "")
    if key == "timestamp" and isinstance(value, list):
        return ["@start", "@end" if len(value) > 1 and value[1] is not None else None]
    if key == "offsets" and isinstance(value, dict):
        return {name: f"@{name}:ms" for name in value if name in {"from", "to"}}
    if key == "timestamps" and isinstance(value, dict):
        return {name: f"@{name}:stamp" for name in value if name in {"from", "to"}}
    return None
