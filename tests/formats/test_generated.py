"""Generated transcripts survive each format; damaged files are read or refused, and nothing else ever happens."""

import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from anonymizer import formats
from anonymizer.errors import UnreadableInput
from anonymizer.model import Cue, Transcript, Turn
from hypothesis import given, settings
from hypothesis import strategies as st

DATA = Path(__file__).parent / "data"
FILES = sorted(path for path in DATA.iterdir() if path.suffix != ".golden")

SAID = st.lists(
    st.sampled_from(
        [
            "ja",
            "nei",
            "Gran",
            "[uklart]",
            "(…)",
            "(latter)",
            "A&B",
            "<3",
            "kl. 12:30",
            "«hei»",
            "–",
            "ŋ",
            "&amp;",
        ]
    ),
    min_size=1,
    max_size=6,
).map(lambda words: "Ja, " + " ".join(words))
SPEAKERS = st.sampled_from(["I", "R", "Informant 3", "P1"])


@st.composite
def transcripts(draw):
    """Return a timed transcript in which the speaker changes from turn to turn."""
    turns, clock, last = [], 0, None
    for _ in range(draw(st.integers(1, 5))):
        speaker = draw(SPEAKERS.filter(lambda each, last=last: each != last))
        cues, text = [], ""
        for part in draw(st.lists(SAID, min_size=1, max_size=3)):
            text += " " if text else ""
            length = draw(st.integers(1, 9_999))
            cues.append(Cue(len(text), len(text) + len(part), clock / 1000, (clock + length) / 1000))
            text, clock, last = text + part, clock + length, speaker
        turns.append(Turn(text, speaker, cues=tuple(cues)))
    return Transcript("generated", tuple(turns))


def said(transcript):
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def times(transcript):
    return [(cue.start_time, cue.end_time) for turn in transcript.turns for cue in turn.cues]


@given(transcripts(), st.sampled_from(["txt", "vtt", "srt", "json", "docx"]))
@settings(max_examples=60, deadline=None)
def test_a_generated_transcript_is_read_as_it_was_written(transcript, target):
    written = formats.write(transcript, target)
    again = formats.read(written, f"a.{target}")
    assert said(again) == said(transcript)
    if target in {"vtt", "srt"}:
        assert times(again) == times(transcript)
    assert formats.write(again) == written or target == "docx"
    assert said(formats.read(formats.write(again), f"a.{target}")) == said(transcript)


SCRAPS = [b"\n\n", b"\r", b"<v ", b"</v>", b"<i>", b" --> ", b":", b"[", b"{", b"\x00", b"\xe2\x80\xa8", b'"',
          b"NOTE ", b"&amp;", b"Kari: ", b"\x0b", b" " * 50, b"null", b"1e999", b"-1", b"\\ud800",
          b"1\n00:00:01,000 --> 00:00:02,000\n"]  # fmt: skip


def damaged(source, chance):
    out = bytearray(source)
    for _ in range(chance.choice((1, 1, 2, 5))):
        if not out:
            break
        at = chance.randrange(len(out))
        to = min(len(out), at + chance.randrange(1, 40))
        kind = chance.randrange(5)
        if kind == 0:
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[at : len(out) if chance.random() < 0.3 else to]
        elif kind == 2:
            out[at:at] = out[at:to] * chance.randrange(1, 4)
        elif kind == 3:
            out[at:at] = chance.choice(SCRAPS)
        else:
            out[at] = chance.randrange(256)
    return bytes(out)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file_is_read_whole_or_refused(path):
    chance = random.Random(path.name)
    source = path.read_bytes()
    for _ in range(60):
        broken = damaged(source, chance)
        try:
            transcript = formats.read(broken, path.name)
        except UnreadableInput:
            continue
        written = formats.write(transcript)
        if path.suffix == ".txt":
            assert written == broken
        else:
            assert said(formats.read(written, path.name)) == said(transcript)
        assert formats.from_json(formats.to_json(transcript)) == transcript


def test_a_damaged_word_document_is_read_whole_or_refused(golden):
    whole = formats.write(formats.read(golden["labels-roles.txt"], "a.txt"), "docx")
    with zipfile.ZipFile(BytesIO(whole)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    chance = random.Random(7)
    outcomes = set()
    for number in range(120):
        if number % 3:
            name = "word/document.xml" if number % 2 else chance.choice(sorted(members))
            out = BytesIO()
            with zipfile.ZipFile(out, "w") as package:
                for each, content in members.items():
                    package.writestr(each, damaged(content, chance) if each == name else content)
            broken = out.getvalue()
        else:
            broken = damaged(whole, chance)
        try:
            formats.to_json(formats.read(broken, "a.docx"))
            outcomes.add("read")
        except UnreadableInput:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


HOSTILE = {
    "spaces.txt": b"I: a\n" + b" " * 300_000 + b"\nR: b",
    "colons.txt": b":" * 300_000,
    "labels.txt": b"Kari Kari " * 30_000,
    "times.txt": b"00:00:01 " * 30_000,
    "tags.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 100_000,
    "classes.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<c.a.b.c" * 30_000,
    "settings.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000" + b" line:1" * 30_000 + b"x\na",
    "fonts.srt": b"1\n00:00:01,000 --> 00:00:02,000\n" + b'<font color="#fff" ' * 10_000,
    "blanks.srt": b"1\n00:00:01,000 --> 00:00:02,000\na" + b"\n\nx" * 30_000,
    "deep.json": b"[" * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_text_made_to_stall_a_pattern_does_not(name):
    try:
        transcript = formats.read(HOSTILE[name], name)
    except UnreadableInput:
        return
    assert formats.write(transcript) == HOSTILE[name]
