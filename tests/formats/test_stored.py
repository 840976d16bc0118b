"""The stored form: exact, and strict about everything else."""

import json
import math

import pytest
from anonymizer import formats
from anonymizer.errors import IntegrityError
from anonymizer.model import Cue, Part, Role, Transcript, Turn, Word
from hypothesis import given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LAYOUT = st.dictionaries(
    TEXT, st.recursive(st.none() | st.booleans() | st.integers() | TEXT, st.lists, max_leaves=4), max_size=2
)
TIME = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def turns(draw):
    text = draw(TEXT)
    spans = st.tuples(*[st.integers(0, len(text))] * 2).map(sorted)
    cues = tuple(
        Cue(*draw(spans), draw(TIME), draw(TIME), draw(LAYOUT)) for _ in range(draw(st.integers(0, 2)))
    )
    words = tuple(
        Word(*draw(spans), draw(TIME), draw(TIME), draw(LAYOUT)) for _ in range(draw(st.integers(0, 2)))
    )
    return Turn(
        text,
        draw(st.none() | TEXT),
        draw(st.sampled_from(Role)),
        draw(st.integers(0)),
        cues,
        words,
        draw(LAYOUT),
    )


TRANSCRIPTS = st.builds(
    Transcript,
    st.sampled_from(["txt", "vtt", "srt", "json", "docx"]),
    st.lists(turns(), max_size=3).map(tuple),
    st.lists(st.builds(Part, TEXT, TEXT), max_size=2).map(tuple),
    LAYOUT,
)


@given(TRANSCRIPTS)
def test_what_is_stored_comes_back_equal(transcript):
    stored = formats.to_json(transcript)
    assert formats.from_json(stored) == transcript
    assert formats.to_json(formats.from_json(stored)) == stored


GOOD = Transcript(
    "vtt",
    (Turn("Hei du", "Kari", Role.PARTICIPANT, 0, (Cue(0, 6, 0.0, 1.0),), (Word(0, 3, 0.0, 0.5),)),),
    (Part("note:1", "x"),),
)


def damaged(change):
    data = json.loads(formats.to_json(GOOD))
    change(data)
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(schema="annet"),
        lambda data: data.update(version=2),
        lambda data: data.update(version=True),
        lambda data: data.update(extra=1),
        lambda data: data.pop("parts"),
        lambda data: data.update(format=7),
        lambda data: data.update(turns={}),
        lambda data: data.update(layout=[]),
        lambda data: data["parts"].append(["note:2"]),
        lambda data: data["parts"].append([1, "x"]),
        lambda data: data["turns"][0].update(text=None),
        lambda data: data["turns"][0].update(role="witness"),
        lambda data: data["turns"][0].update(offset=-1),
        lambda data: data["turns"][0].update(offset=True),
        lambda data: data["turns"][0].update(more=1),
        lambda data: data["turns"][0]["cues"][0].__setitem__(1, 7),
        lambda data: data["turns"][0]["cues"][0].__setitem__(0, 7),
        lambda data: data["turns"][0]["words"][0].__setitem__(2, "0"),
        lambda data: data["turns"][0]["words"][0].__setitem__(3, math.nan),
        lambda data: data["turns"][0]["words"][0].append(1),
    ],
)
def test_anything_else_is_refused(change):
    with pytest.raises(IntegrityError):
        formats.from_json(damaged(change))


@pytest.mark.parametrize(
    "source", [b"", b"[]", b"null", b"\xff", b"{" * 100_000, b'{"a":NaN}', formats.to_json(GOOD)[:-1]]
)
def test_what_is_no_stored_transcript_is_refused(source):
    with pytest.raises(IntegrityError) as caught:
        formats.from_json(source)
    assert "Kari" not in str(caught.value)
