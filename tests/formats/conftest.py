"""Golden files and what must hold for every transcript, whatever its format."""

import json
import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from anonymizer import formats

DATA = Path(__file__).parent / "data"
WORD = re.compile(r"[^\W\d_]{3,}")


def strings(value):
    """Yield every string in a JSON value; the keys of mappings are ours and fixed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def layouts(transcript):
    yield transcript.layout
    for turn in transcript.turns:
        yield turn.layout
        for span in (*turn.cues, *turn.words):
            yield span.layout


def texts(transcript):
    for turn in transcript.turns:
        yield turn.text
        yield turn.speaker or ""
    for part in transcript.parts:
        yield part.text


# What a layout is made of besides white space and times; none of it comes from what anyone said.
STRUCTURE = {
    *(
        "note",
        "style",
        "region",
        "lang",
        "start",
        "end",
        "align",
        "position",
        "line",
        "size",
        "font",
        "color",
        "center",
    ),
    *(
        "part",
        "field",
        "header",
        "class",
        "text",
        "speaker",
        "words",
        "segments",
        "turns",
        "word_segments",
        "concat",
    ),
    *(
        "join",
        "strip",
        "int",
        "stamp",
        "from",
        "utf",
        "cue",
        "comment",
        "footnote",
        "endnote",
        "settings",
        "annotation",
    ),
    *("large", "block", "voice", "loud", "anonymizer", "transcript", "label"),
}


def holds(transcript):
    """Assert what every part of the program relies on."""
    for turn in transcript.turns:
        for spans in (turn.cues, turn.words):
            for span in spans:
                assert 0 <= span.start <= span.end <= len(turn.text)
            assert [span.start for span in spans] == sorted(span.start for span in spans)
    if transcript.format != "txt":
        assert transcript == transcript.with_joined_offsets()
    assert len({part.name for part in transcript.parts}) == len(transcript.parts)
    said = {word.casefold() for text in texts(transcript) for word in WORD.findall(text)} - STRUCTURE
    kept = {
        word.casefold()
        for layout in layouts(transcript)
        for text in strings(layout)
        for word in WORD.findall(text)
    }
    assert not said & kept
    for layout in layouts(transcript):
        json.dumps(layout, allow_nan=False)
    assert formats.from_json(formats.to_json(transcript)) == transcript


def blanked(transcript):
    """Return the transcript without a letter of what was said, by whom, or noted beside it."""
    turns = tuple(
        replace(
            turn,
            text="",
            speaker=None if turn.speaker is None else "X",
            cues=tuple(replace(cue, start=0, end=0) for cue in turn.cues),
            words=tuple(replace(word, start=0, end=0) for word in turn.words),
        )
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns, parts=tuple(replace(part, text="") for part in transcript.parts))


def unpacked(source):
    """Return all text of a file, members of a zip included."""
    if source.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(source)) as package:
            return "\n".join(f"{name}\n{package.read(name).decode('utf-8')}" for name in package.namelist())
    return (
        source.decode("utf-8", "replace")
        + source.decode("utf-16", "replace")
        + source.decode("utf-16-be", "replace")
    )


@pytest.fixture(scope="session")
def golden():
    """Return the golden files by name."""
    return {path.name: path.read_bytes() for path in sorted(DATA.iterdir()) if path.suffix != ".golden"}


@pytest.fixture(scope="session")
def check():
    """Return the assertion that holds for every transcript."""
    return holds


@pytest.fixture(scope="session")
def blank():
    return blanked


@pytest.fixture(scope="session")
def unpack():
    return unpacked
