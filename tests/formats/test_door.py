"""What the door takes in, what it turns away, and what its errors say."""

import pytest
from anonymizer import formats
from anonymizer.errors import LimitExceeded, UnreadableInput, UsageError
from anonymizer.model import Transcript, Turn


@pytest.mark.parametrize(
    ("source", "name", "found"),
    [
        (b"I: hei", "a.txt", "txt"),
        (b"WEBVTT\n\n", "a.VTT", "vtt"),
        (b"WEBVTT\n\n", "-", "vtt"),
        (b"\xef\xbb\xbfWEBVTT\n", "", "vtt"),
        (b"WEBVTT\n\n", "a.txt", "txt"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nhei\n", "", "srt"),
        (b'{"segments": []}', "", "json"),
        (b'[{"start": 1}]', "", "json"),
        (b"[00:00:01] I: hei", "", "txt"),
        (b"{{PERSON:Kari}}: hei", "", "txt"),
        (b"PK\x03\x04", "noe.annet", "docx"),
        (b"I: hei", r"C:\data\intervju 1.txt", "txt"),
    ],
)
def test_a_format_is_told_by_what_a_file_holds_and_how_it_is_named(source, name, found):
    assert formats.sniff(source, name) == found


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (b"%PDF-1.7", "a.pdf", "PDF"),
        (b"{\\rtf1", "a.txt", "RTF"),
        (b"RIFF....WAVE", "a.wav", "recording"),
        (b"tekst", "a.odt", r"\.odt"),
        (b"tekst", "a.doc", r"\.doc"),
        (b"tekst", "a.docx", "not a Word document"),
        (b"", "a.txt", "empty"),
        (b"hei", "a.vtt", "WEBVTT"),
        (b"WEBVTT\n\nhei\n", "a.vtt", "no cue"),
        (b"WEBVTT\n\n00:01 --> 00:02.000\nhei\n", "a.vtt", "times"),
        (b"hei", "a.srt", "no cue"),
        (b"1\n00:00:01;000 --> 00:00:02;000\nhei\n", "a.srt", "times"),
        (b"{", "a.json", "valid JSON"),
        (b'{"a": 1}', "a.json", "no segments"),
        (b'{"segments": []}', "a.json", "no segments"),
        (b'{"segments": [{"start": 0, "end": 1}]}', "a.json", "segment 0"),
        (b'{"segments": [{"start": 0, "end": NaN, "text": "hei"}]}', "a.json", "segment 0"),
        (b'[{"start": 0, "end": 1, "text": " "}]', "a.json", "no text"),
        (b'[{"start": 0, "end": 1, "text": "\\ud83d"}]', "a.json", "half a character"),
        (b'[{"start": 0, "end": 1, "text": "\\u0000"}]', "a.json", "control character"),
        (b'[{"start": 0, "end": ' + b"9" * 5000 + b', "text": "a"}]', "a.json", "too long|segments"),
    ],
)
def test_what_cannot_be_read_is_named_and_said_why(source, name, message):
    with pytest.raises(UnreadableInput, match=message) as caught:
        formats.read(source, name)
    assert caught.value.where.startswith(name)
    assert caught.value.hint


def test_errors_never_hold_text_of_the_file():
    for source in (b"WEBVTT\n\n00:01 --> Kari Nordli\nhei", b'{"Kari": Nordli}', b"Kari\x00Nordli"):
        for name in ("a.vtt", "a.srt", "a.json"):
            with pytest.raises(UnreadableInput) as refused:
                formats.read(source, name)
            assert "Kari" not in str(refused.value)
            assert "Nordli" not in f"{refused.value!r}{refused.value.__cause__}"


@pytest.mark.parametrize("name", ["a.txt", "a.vtt", "a.srt", "a.json"])
def test_caps_on_turns_and_cues(name, golden):
    source = {
        "a.txt": "uncased.txt",
        "a.vtt": "zoom.vtt",
        "a.srt": "brackets.srt",
        "a.json": "whisperx.json",
    }[name]
    with pytest.raises(LimitExceeded):
        formats.read(golden[source], name, limits=formats.Limits(turns=1, cues=1))


def test_an_unknown_format_to_write_is_a_usage_error():
    transcript = Transcript("txt", (Turn("Hei"),))
    with pytest.raises(UsageError, match="unknown format"):
        formats.write(transcript, "pdf")
    with pytest.raises(UsageError, match=r"without times.*choose txt"):
        formats.write(transcript, "vtt")


def test_the_table_of_formats_is_what_is_read_and_written(golden):
    for form in formats.FORMATS.values():
        transcript = formats.read(golden["teams.vtt"], "a.vtt")
        written = formats.write(transcript, form.name)
        if form.readable:
            assert formats.read(written, f"a{form.suffix}").format == form.name
