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
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from anonymizer.formats.encoding import Encoding, decode, encode
from anonymizer.formats.layout import Json
from anonymizer.formats.limits import Place
from anonymizer.formats.timed import Parts, cue_texts, stamp
from anonymizer.formats.whisper_entries import (
    BAD,
    DROPPED,
    GROUPS,
    MARKER,
    NUMBERS,
    PLAIN,
    SEGMENT_LISTS,
    SPELLED,
    TEXTS,
    core,
    edges,
    is_segment,
    is_untimed,
    marker,
    measure,
    style_of,
    texts_in,
    time_template,
    word_core,
)
from anonymizer.model import Cue, Transcript, Turn, Word

__all__ = ["read", "render", "write"]


@dataclass(slots=True)
class _Segment:
    """A segment while the file is read."""

    text: str
    speaker: str | None
    start: float
    end: float
    entry: Json
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


def _check(value: Json, place: Place, depth: int) -> None:
    """Refuse what no text can hold, anywhere in the data."""
    if depth > place.limits.depth:
        raise place.too_large("the JSON is nested too deeply", place.limits.depth)
    if isinstance(value, str):
        if BAD.search(value):
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

    def transcript(self, data: Json) -> Transcript:
        top = self._top(data)
        if not self._segments:
            raise self._place.unreadable("the JSON holds no segments of a transcript")
        if not any(segment.text for segment in self._segments):
            raise self._place.unreadable("the segments hold no text")
        layout = {
            "encoding": self._encoding.name,
            "mark": self._encoding.mark,
            "style": style_of(self._source),
            "top": top,
        }
        turns = tuple(_turns(self._segments))
        return Transcript("json", turns, self._parts.as_tuple(), layout).with_joined_offsets()

    def _top(self, data: Json) -> Json:
        if isinstance(data, list):
            if data and all(is_segment(each) for each in data):
                self._read_segments(data)
                return "@segments"
            if data and isinstance(data[0], list) and data[0] and all(is_segment(each) for each in data[0]):
                self._read_segments(data[0])
                return ["@segments", *(self._kept("info", each) for each in data[1:])]
            return None
        if not isinstance(data, dict):
            return None
        name = next((key for key in SEGMENT_LISTS if isinstance(data.get(key), list)), None)
        if name is None:
            return None
        self._read_segments(data[name])
        return dict(self._fields(data, name))

    def _fields(self, data: Mapping[str, Json], segments: str) -> Iterator[tuple[str, Json]]:
        for key, value in data.items():
            if key == segments:
                yield key, "@segments"
            elif key == "text" and isinstance(value, str):
                yield key, self._whole_text(value)
            elif key == "word_segments" and isinstance(value, list):
                yield key, "@word_segments"
            elif key not in SPELLED:
                kept = self._kept(key, value)
                if kept is not DROPPED:
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

    def _kept(self, key: str, value: Json) -> Json:
        """Return a field that a known program writes, its free texts moved to parts; else ``DROPPED``."""
        if isinstance(value, dict) and key in GROUPS:
            inner = ((name, self._kept(name, each)) for name, each in value.items() if name not in SPELLED)
            return {name: each for name, each in inner if each is not DROPPED}
        if key in NUMBERS and (value is None or isinstance(value, bool | int | float)):
            return measure(value)
        if key in TEXTS and isinstance(value, str):
            # Two or three letters are a language only where a language stands; elsewhere they may be a name.
            plain = PLAIN.fullmatch(value) and (len(value) > 3 or "language" in key)
            return value if plain else f"@part:{self._parts.add('field', value)}"
        if key in TEXTS and value is None:
            return None
        if key == "info" and isinstance(value, list):
            inner_list = [
                measure(each)
                if isinstance(each, int | float) or each is None
                else self._kept("language", each)
                for each in value
            ]
            return [each for each in inner_list if each is not DROPPED]
        for text in texts_in(value):
            self._parts.add("dropped", f"{key}: {text}")
        return DROPPED

    def _read_segments(self, entries: list[Json]) -> None:
        if len(entries) > self._place.limits.cues:
            raise self._place.too_large("the file has too many segments", self._place.limits.cues)
        for number, entry in enumerate(entries):
            if not is_segment(entry):
                raise self._place.unreadable("a segment lacks its text or times", at=f"segment {number}")
            self._segments.append(self._segment(entry, number))

    def _segment(self, entry: Json, number: int) -> _Segment:
        raw, start, end = core(entry)
        if not (math.isfinite(start) and math.isfinite(end)):
            raise self._place.unreadable("the times of a segment are no numbers", at=f"segment {number}")
        _, text, _ = edges(raw)
        segment = _Segment(text, None, start, end, None, untimed=is_untimed(entry))
        if isinstance(entry, list):
            segment.entry = [
                "@start"
                if at == 2
                else "@end"
                if at == 3
                else marker(raw)
                if at == 4
                else self._listed(each, segment)
                for at, each in enumerate(entry)
            ]
            return segment
        speaker = entry.get("speaker")
        segment.speaker = str(speaker) if isinstance(speaker, str | int) and str(speaker).strip() else None
        kept: dict[str, Json] = {}
        for key, value in entry.items():
            if key in SPELLED:
                continue
            if key == "text":
                kept[key] = marker(raw)
            elif key == "speaker":
                kept[key] = "@speaker" if segment.speaker is not None else None
            elif not segment.untimed and (template := time_template(key, value)) is not None:
                kept[key] = template
            elif key == "words" and isinstance(value, list):
                segment.words.extend(self._words(value, segment))
                kept[key] = "@words"
            else:
                field_kept = self._kept(key, value)
                if field_kept is not DROPPED:
                    kept[key] = field_kept
        segment.entry = kept
        return segment

    def _listed(self, value: Json, segment: _Segment) -> Json:
        """Return a member of a segment written as a list (a dumped named tuple)."""
        if value is None or isinstance(value, bool | int | float):
            return measure(value)
        if isinstance(value, list) and value and all(isinstance(each, list | dict) for each in value):
            segment.words.extend(self._words(value, segment))
            return "@words"
        if isinstance(value, list):
            return []
        for text in texts_in(value):
            self._parts.add("dropped", text)
        return None

    def _words(self, entries: list[Json], segment: _Segment) -> Iterator[Word]:
        """Yield the words that stand in the segment's text, in order; offsets count in that text."""
        position = 0
        clock = segment.start
        for entry in entries:
            raw, start, end = word_core(entry)
            if raw is None:
                continue
            _, text, _ = edges(raw)
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

    def _word_entry(self, entry: Json, raw: str, timed: bool, segment: _Segment) -> Json:
        if isinstance(entry, list):
            return ["@start", "@end", marker(raw), *(measure(each) for each in entry[3:4])]
        kept: dict[str, Json] = {}
        for key, value in entry.items():
            if key in {"word", "text"}:
                kept[key] = marker(raw)
            elif (template := time_template(key, value)) is not None:
                if timed:
                    kept[key] = template
            elif key == "speaker":
                if value is not None and str(value) == segment.speaker:
                    kept[key] = "@speaker"
            elif key in NUMBERS and (value is None or isinstance(value, bool | int | float)):
                kept[key] = measure(value)
        return kept


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
    cues: list[Cue] = []
    words: list[Word] = []
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
        self._segments: list[Json] = []
        self._words: list[Json] = []
        self._raw: list[str] = []
        self._texts: list[str] = []
        clock = 0.0
        for turn in transcript.turns:
            cues = turn.cues or (Cue(0, len(turn.text), clock, clock),)
            held = Turn(turn.text, turn.speaker, cues=cues)
            words = deque(turn.words)
            for number, (cue, text) in enumerate(zip(cues, cue_texts(held), strict=True)):
                # A word belongs to the last segment that begins before it.
                stop = cues[number + 1].start if number + 1 < len(cues) else len(turn.text) + 1
                here = []
                while words and words[0].start < stop:
                    here.append(words.popleft())
                self._segment(turn, cue, text, here)
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
        self, template: Json, text: str, start: float, end: float, speaker: str | None, words: list[Json]
    ) -> Json:
        if isinstance(template, dict):
            return {key: self._fill(each, text, start, end, speaker, words) for key, each in template.items()}
        if isinstance(template, list):
            return [self._fill(each, text, start, end, speaker, words) for each in template]
        if not isinstance(template, str) or "@" not in template:
            return template
        if MARKER.fullmatch(template):
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

    def top(self) -> Json:
        return self._placed(self._top)

    def _placed(self, template: Json) -> Json:
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


def _had_text(template: Json) -> bool:
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
