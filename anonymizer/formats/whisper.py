"""JSON of speech recognition: openai-whisper, faster-whisper, WhisperX, whisper.cpp, transformers; and our own.

A segment is a cue, a run of segments of one speaker a turn, a word a ``Word``. The layout of each is its entry with
every text and time taken out: ``@`` stands for the text (with the white space round it), ``@start``, ``@end`` …
for times, ``@speaker`` for the label, ``@part:field:1`` for a text kept as a part.

Left out on writing: ``tokens`` and ``chars`` (they spell the text), fields that no known program writes (their texts
are kept as parts ``dropped:n``, so that they are looked at), words that do not stand in their segment's text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from anonymizer.formats.encoding import Encoding, decode, encode
from anonymizer.formats.limits import Place
from anonymizer.formats.timed import Parts, cue_texts, seconds, stamp
from anonymizer.model import Cue, Transcript, Turn, Word

__all__ = ["read", "render", "write"]

_SEGMENT_LISTS = ("segments", "transcription", "chunks", "turns")
_SPELLED = frozenset({"tokens", "chars", "token_ids", "dtw"})
_NUMBERS = frozenset(
    "id seek start end temperature avg_logprob compression_ratio no_speech_prob probability score confidence p "
    "duration duration_after_vad language_probability version vocab ctx state head layer mels ftype from to turn "
    "speaker_turn_next multilingual translate t_dtw num_speakers beam_size best_of patience batch_size".split()
)
_GROUPS = frozenset("model params result audio text info timestamps offsets words".split())
_TEXTS = frozenset("model systeminfo type language task language_code detected_language format".split())
_PLAIN = re.compile(
    r"[a-z]{2,3}(?:-[A-Z]{2})?|norwegian|nynorsk|bokm[aå]l|norwegian (?:nynorsk|bokm[aå]l)|english|danish|swedish|sami"
    r"|transcribe|translate|tiny|base|small|medium|large|turbo|large-v[123](?:-turbo)?|(?:tiny|base|small|medium)\.en"
    r"|anonymizer-transcript"
)
_LARGEST = 10_000_000
_MARKER = re.compile(r"(\s*)@(\s*)")
_EDGE = re.compile(r"(\s*)(.*?)(\s*)\Z", re.DOTALL)
_BAD = re.compile(r"[\ud800-\udfff\x00-\x08\x0e-\x1f\x7f]")


@dataclass(slots=True)
class _Segment:
    """A segment while the file is read."""

    text: str
    speaker: str | None
    start: float
    end: float
    entry: Any
    words: list[Word] = field(default_factory=list)
    untimed: bool = False


def read(source: bytes, place: Place) -> Transcript:
    """Return the transcript of a .json.

    Raises ``UnreadableInput`` for invalid JSON, lone surrogates, JSON without segments, or a segment without text or
    times; ``LimitExceeded`` when nested too deeply.
    """
    text, encoding = decode(source, place.name, place.limits)
    try:
        data = json.loads(text)
        _check(data, place, 0)
        return _Reader(place, text, encoding).transcript(data)
    except json.JSONDecodeError as error:
        raise place.unreadable("not valid JSON", line=error.lineno) from None
    except RecursionError:
        raise place.too_large("the JSON is nested too deeply", place.limits.depth) from None
    except ValueError:
        raise place.unreadable("a number in the JSON is too long") from None


def _check(value: Any, place: Place, depth: int) -> None:
    """Refuse what no text can hold, anywhere in the data."""
    if depth > place.limits.depth:
        raise place.too_large("the JSON is nested too deeply", place.limits.depth)
    if isinstance(value, str):
        if _BAD.search(value):
            raise place.unreadable("a string holds half a character or a control character")
    elif isinstance(value, dict):
        for key, each in value.items():
            _check(key, place, depth + 1)
            _check(each, place, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, place, depth + 1)


class _Reader:
    def __init__(self, place: Place, text: str, encoding: Encoding) -> None:
        self._place = place
        self._source = text
        self._encoding = encoding
        self._parts = Parts()
        self._segments: list[_Segment] = []

    def transcript(self, data: Any) -> Transcript:
        top = self._top(data)
        if not self._segments:
            raise self._place.unreadable("the JSON holds no segments of a transcript")
        if not any(segment.text for segment in self._segments):
            raise self._place.unreadable("the segments hold no text")
        layout = {
            "encoding": self._encoding.name,
            "mark": self._encoding.mark,
            "style": _style(self._source),
            "top": top,
        }
        turns = tuple(_turns(self._segments))
        return Transcript("json", turns, self._parts.as_tuple(), layout).with_joined_offsets()

    def _top(self, data: Any) -> Any:
        if isinstance(data, list):
            if data and all(_is_segment(each) for each in data):
                self._read_segments(data)
                return "@segments"
            if data and isinstance(data[0], list) and data[0] and all(_is_segment(each) for each in data[0]):
                self._read_segments(data[0])
                return ["@segments", *(self._kept("info", each) for each in data[1:])]
            return None
        if not isinstance(data, dict):
            return None
        name = next((key for key in _SEGMENT_LISTS if isinstance(data.get(key), list)), None)
        if name is None:
            return None
        self._read_segments(data[name])
        return dict(self._fields(data, name))

    def _fields(self, data: Mapping[str, Any], segments: str) -> Iterator[tuple[str, Any]]:
        for key, value in data.items():
            if key == segments:
                yield key, "@segments"
            elif key == "text" and isinstance(value, str):
                yield key, self._whole_text(value)
            elif key == "word_segments" and isinstance(value, list):
                yield key, "@word_segments"
            elif key not in _SPELLED:
                kept = self._kept(key, value)
                if kept is not _DROPPED:
                    yield key, kept

    def _whole_text(self, value: str) -> str:
        raw = [_with_edges(segment) for segment in self._segments]
        texts = [segment.text for segment in self._segments]
        for way in ("@concat", "@strip", "@join"):
            if _joined(way, raw, texts) == value:
                return way
        if value.split() != " ".join(texts).split():
            self._parts.add("dropped", value)
        return "@join"

    def _kept(self, key: str, value: Any) -> Any:
        """Return a field that a known program writes, its free texts moved to parts; else ``_DROPPED``."""
        if isinstance(value, dict) and key in _GROUPS:
            inner = ((name, self._kept(name, each)) for name, each in value.items() if name not in _SPELLED)
            return {name: each for name, each in inner if each is not _DROPPED}
        if key in _NUMBERS and (value is None or isinstance(value, bool | int | float)):
            return _number(value)
        if key in _TEXTS and isinstance(value, str):
            return value if _PLAIN.fullmatch(value) else f"@part:{self._parts.add('field', value)}"
        if key in _TEXTS and value is None:
            return None
        if key == "info" and isinstance(value, list):
            inner_list = [
                _number(each)
                if isinstance(each, int | float) or each is None
                else self._kept("language", each)
                for each in value
            ]
            return [each for each in inner_list if each is not _DROPPED]
        for text in _texts(value):
            self._parts.add("dropped", f"{key}: {text}")
        return _DROPPED

    def _read_segments(self, entries: list[Any]) -> None:
        if len(entries) > self._place.limits.cues:
            raise self._place.too_large("the file has too many segments", self._place.limits.cues)
        for number, entry in enumerate(entries):
            if not _is_segment(entry):
                raise self._place.unreadable("a segment lacks its text or times", at=f"segment {number}")
            self._segments.append(self._segment(entry, number))

    def _segment(self, entry: Any, number: int) -> _Segment:
        raw, start, end = _core(entry)
        if not (math.isfinite(start) and math.isfinite(end)):
            raise self._place.unreadable("the times of a segment are no numbers", at=f"segment {number}")
        _, text, _ = _edges(raw)
        segment = _Segment(text, None, start, end, None, untimed=_is_untimed(entry))
        if isinstance(entry, list):
            segment.entry = [
                "@start"
                if at == 2
                else "@end"
                if at == 3
                else _marker(raw)
                if at == 4
                else self._listed(each, segment)
                for at, each in enumerate(entry)
            ]
            return segment
        speaker = entry.get("speaker")
        segment.speaker = str(speaker) if isinstance(speaker, str | int) and str(speaker).strip() else None
        kept: dict[str, Any] = {}
        for key, value in entry.items():
            if key in _SPELLED:
                continue
            if key == "text":
                kept[key] = _marker(raw)
            elif key == "speaker":
                kept[key] = "@speaker" if segment.speaker is not None else None
            elif key in {"start", "end"} and not segment.untimed:
                kept[key] = f"@{key}" + (":int" if isinstance(value, int) else "")
            elif key == "timestamp" and isinstance(value, list):
                kept[key] = ["@start", "@end" if len(value) > 1 and value[1] is not None else None]
            elif key == "offsets" and isinstance(value, dict):
                kept[key] = {name: f"@{name}:ms" for name in value if name in {"from", "to"}}
            elif key == "timestamps" and isinstance(value, dict):
                kept[key] = {name: f"@{name}:stamp" for name in value if name in {"from", "to"}}
            elif key == "words" and isinstance(value, list):
                segment.words.extend(self._words(value, segment))
                kept[key] = "@words"
            else:
                field_kept = self._kept(key, value)
                if field_kept is not _DROPPED:
                    kept[key] = field_kept
        segment.entry = kept
        return segment

    def _listed(self, value: Any, segment: _Segment) -> Any:
        """Return a member of a segment written as a list (a dumped named tuple)."""
        if value is None or isinstance(value, bool | int | float):
            return _number(value)
        if isinstance(value, list) and value and all(isinstance(each, list | dict) for each in value):
            segment.words.extend(self._words(value, segment))
            return "@words"
        if isinstance(value, list):
            return []
        for text in _texts(value):
            self._parts.add("dropped", text)
        return None

    def _words(self, entries: list[Any], segment: _Segment) -> Iterator[Word]:
        """Yield the words that stand in the segment's text, in order; offsets count in that text."""
        position = 0
        clock = segment.start
        for entry in entries:
            raw, start, end = _word_core(entry)
            if raw is None:
                continue
            _, text, _ = _edges(raw)
            found = segment.text.find(text, position)
            if found < 0 or any(each.isalnum() for each in segment.text[position:found]):
                continue
            timed = start is not None and end is not None
            first = start if start is not None else clock
            last = end if end is not None else first
            position = found + len(text)
            clock = last
            layout = {"entry": self._word_entry(entry, raw, timed, segment)}
            yield Word(found, position, first, last, layout)

    def _word_entry(self, entry: Any, raw: str, timed: bool, segment: _Segment) -> Any:
        if isinstance(entry, list):
            return ["@start", "@end", _marker(raw), *(_number(each) for each in entry[3:4])]
        kept: dict[str, Any] = {}
        for key, value in entry.items():
            if key in {"word", "text"}:
                kept[key] = _marker(raw)
            elif key in {"start", "end"}:
                if timed:
                    kept[key] = f"@{key}" + (":int" if isinstance(value, int) else "")
            elif key == "timestamp" and isinstance(value, list):
                kept[key] = ["@start", "@end"]
            elif key == "speaker":
                if value is not None and str(value) == segment.speaker:
                    kept[key] = "@speaker"
            elif key in _NUMBERS and (value is None or isinstance(value, bool | int | float)):
                kept[key] = _number(value)
        return kept


class _Dropped:
    pass


_DROPPED = _Dropped()


def _texts(value: Any) -> Iterator[str]:
    """Yield every string and number in a value, keys of mappings included."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _number(value: Any) -> Any:
    """Return a measure of the recogniser as it is; one as long as an identity number, or no number, as null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int | float) and abs(value) >= _LARGEST:
        return None
    return value if value is None or isinstance(value, bool | int | float) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_segment(entry: Any) -> bool:
    try:
        _core(entry)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        return False
    return True


def _is_untimed(entry: Any) -> bool:
    return (
        isinstance(entry, dict) and "start" in entry and entry["start"] is None and entry.get("end") is None
    )


def _core(entry: Any) -> tuple[str, float, float]:
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
        elif _is_untimed(entry):
            start = end = 0.0
        else:
            start, end = entry["start"], entry["end"]
    if not isinstance(text, str) or not _is_number(start) or not _is_number(end):
        raise TypeError
    return text, float(start), float(end)


def _word_core(entry: Any) -> tuple[str | None, float | None, float | None]:
    if isinstance(entry, list) and len(entry) >= 3 and isinstance(entry[2], str):
        start, end, text = entry[0], entry[1], entry[2]
    elif isinstance(entry, dict):
        text = entry.get("word", entry.get("text"))
        start, end = entry.get("start"), entry.get("end")
        if isinstance(entry.get("timestamp"), list) and len(entry["timestamp"]) == 2:
            start, end = entry["timestamp"]
    else:
        return None, None, None
    if not isinstance(text, str):
        return None, None, None
    times = [float(each) if _is_number(each) and math.isfinite(each) else None for each in (start, end)]
    return text, times[0], times[1]


def _edges(raw: str) -> tuple[str, str, str]:
    match = _EDGE.match(raw)
    return match.groups() if match and raw.strip() else (raw, "", "")  # type: ignore[return-value]


def _marker(raw: str) -> str:
    before, _, after = _edges(raw)
    return f"{before}@{after}"


def _with_edges(segment: _Segment) -> str:
    marker = segment.entry[4] if isinstance(segment.entry, list) else segment.entry["text"]
    return str(marker).replace("@", segment.text)


def _turns(segments: list[_Segment]) -> Iterator[Turn]:
    run: list[_Segment] = []
    for segment in segments:
        if run and segment.speaker != run[0].speaker:
            yield _turn(run)
            run = []
        run.append(segment)
    yield _turn(run)


def _turn(run: list[_Segment]) -> Turn:
    cues, words = [], []
    position = 0
    for segment in run:
        layout = {"entry": segment.entry, **({"untimed": True} if segment.untimed else {})}
        cues.append(Cue(position, position + len(segment.text), segment.start, segment.end, layout))
        words.extend(
            Word(position + each.start, position + each.end, each.start_time, each.end_time, each.layout)
            for each in segment.words
        )
        position += len(segment.text) + 1
    untimed = all(segment.untimed for segment in run)
    text = " ".join(segment.text for segment in run)
    return Turn(
        text,
        speaker=run[0].speaker,
        cues=tuple(cues),
        words=tuple(words),
        layout={"untimed": True} if untimed else {},
    )


def _style(text: str) -> dict[str, Any]:
    """Return how the JSON was laid out."""
    indent = re.match(r"\s*[\[{]\r?\n([ \t]+)", text)
    style: dict[str, Any] = {"rest": text[len(text.rstrip()) :]}
    if indent:
        style["indent"] = indent[1] if "\t" in indent[1] else len(indent[1])
    key = re.search(r'[{,]\s*"[A-Za-z_]{1,40}":( ?)', text)
    colon = ": " if key is None or key[1] else ":"
    comma = re.search(r'[\d"\]}el],( ?)[\[{"\d-]', text)
    style["separators"] = ["," if indent or (comma and not comma[1]) else ", ", colon]
    style["ascii"] = text.isascii() and "\\u" in text
    style["line_end"] = "\r\n" if "\r\n" in text else "\n"
    return style


def _joined(way: str, raw: list[str], texts: list[str]) -> str:
    whole = " ".join(texts) if way == "@join" else "".join(raw)
    return whole.strip() if way == "@strip" else whole


def write(transcript: Transcript) -> bytes:
    """Return JSON of the same structure with the present texts, words and labels."""
    writer = _Writer(transcript)
    style = transcript.layout.get("style", {})
    text = json.dumps(
        writer.top(),
        ensure_ascii=style.get("ascii", False),
        indent=style.get("indent"),
        separators=tuple(style.get("separators", (", ", ": "))),
        allow_nan=False,
    )
    text = (text + style.get("rest", "\n").replace("\r\n", "\n")).replace("\n", style.get("line_end", "\n"))
    encoding = Encoding(transcript.layout.get("encoding", "utf-8"), transcript.layout.get("mark", False))
    return encode(text, encoding)


class _Writer:
    def __init__(self, transcript: Transcript) -> None:
        self._parts = {part.name: part.text for part in transcript.parts}
        self._top = transcript.layout.get("top", "@segments")
        self._segments: list[Any] = []
        self._words: list[Any] = []
        self._raw: list[str] = []
        self._texts: list[str] = []
        clock = 0.0
        for turn in transcript.turns:
            cues = turn.cues or (Cue(0, len(turn.text), clock, clock),)
            held = Turn(turn.text, turn.speaker, cues=cues)
            for number, (cue, text) in enumerate(zip(cues, cue_texts(held), strict=True)):
                later = cues[number + 1 :]
                words = [each for each in turn.words if _belongs(each, cue, later, first=number == 0)]
                self._segment(turn, cue, text, words)
                clock = cue.end_time

    def _segment(self, turn: Turn, cue: Cue, text: str, words: list[Word]) -> None:
        entry = cue.layout.get("entry") or {
            "start": "@start",
            "end": "@end",
            "text": " @",
            "speaker": "@speaker",
        }
        spelled = []
        for word in words:
            heard = turn.text[word.start : word.end]
            template = word.layout.get("entry", {})
            if heard or not _had_text(template):
                spelled.append(self._fill(template, heard, word.start_time, word.end_time, turn.speaker, []))
        self._words.extend(spelled)
        self._segments.append(self._fill(entry, text, cue.start_time, cue.end_time, turn.speaker, spelled))
        marker = entry[4] if isinstance(entry, list) else entry.get("text", "@")
        self._raw.append(str(marker).replace("@", text))
        self._texts.append(text)

    def _fill(
        self, template: Any, text: str, start: float, end: float, speaker: str | None, words: list[Any]
    ) -> Any:
        if isinstance(template, dict):
            return {key: self._fill(each, text, start, end, speaker, words) for key, each in template.items()}
        if isinstance(template, list):
            return [self._fill(each, text, start, end, speaker, words) for each in template]
        if not isinstance(template, str) or "@" not in template:
            return template
        if _MARKER.fullmatch(template):
            return template.replace("@", text)
        if template.startswith("@part:"):
            return self._parts.get(template[len("@part:") :], "")
        name, _, form = template[1:].partition(":")
        if name == "speaker":
            return speaker
        if name == "words":
            return words
        time = {"start": start, "from": start, "end": end, "to": end}[name]
        if form == "stamp":
            return stamp(time, ",")
        if form == "ms":
            return round(time * 1000)
        return int(time) if form == "int" else time

    def top(self) -> Any:
        return self._placed(self._top)

    def _placed(self, template: Any) -> Any:
        if isinstance(template, dict):
            return {key: self._placed(each) for key, each in template.items()}
        if isinstance(template, list):
            return [self._placed(each) for each in template]
        if template == "@segments":
            return self._segments
        if template == "@word_segments":
            return self._words
        if template in {"@concat", "@strip", "@join"}:
            return _joined(template, self._raw, self._texts)
        if isinstance(template, str) and template.startswith("@part:"):
            return self._parts.get(template[len("@part:") :], "")
        return template


def _belongs(word: Word, cue: Cue, later: tuple[Cue, ...], *, first: bool) -> bool:
    """Tell whether a word begins in this cue: past the end of the one before, before the next one's start."""
    if later and word.start >= later[0].start:
        return False
    return first or word.start >= cue.start


def _had_text(template: Any) -> bool:
    values = template.values() if isinstance(template, dict) else template
    return any(each in {"@", " @", "@ "} for each in values if isinstance(each, str))


def render(transcript: Transcript) -> bytes:
    """Return any transcript as JSON: ``{"format", "version", "turns": [{"turn", "speaker", "start", "end", "text"}]}``.

    Times are seconds, or null where the source has none.
    """
    turns = [
        {
            "turn": number,
            "speaker": turn.speaker,
            "start": None if turn.layout.get("untimed") else turn.start_time,
            "end": None if turn.layout.get("untimed") else turn.end_time,
            "text": turn.text,
        }
        for number, turn in enumerate(transcript.turns)
    ]
    data = {"format": "anonymizer-transcript", "version": 1, "turns": turns}
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")
