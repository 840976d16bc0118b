"""Every dialect of every format: what is read from it, and that it comes out as it went in."""

from dataclasses import replace
from pathlib import Path

import pytest
from anonymizer import formats
from anonymizer.errors import UsageError

DATA = Path(__file__).parent / "data"
FILES = sorted(path for path in DATA.iterdir() if path.suffix != ".golden")
# The token numbers of speech recognition spell the text, so these two come back without them.
WITHOUT_TOKENS = {"openai-tokens.json", "faster-tuples.json"}


def outline(transcript):
    turns = [f"{'–' if turn.speaker is None else turn.speaker} | {turn.text}" for turn in transcript.turns]
    parts = [f"# {part.name} | {part.text}" for part in transcript.parts]
    return "".join(line.replace("\n", "⏎") + "\n" for line in turns + parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reads_turns_speakers_and_parts(path, check):
    transcript = formats.read(path.read_bytes(), path.name)
    assert outline(transcript) == path.with_name(f"{path.name}.golden").read_text(encoding="utf-8")
    check(transcript)


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name not in WITHOUT_TOKENS], ids=lambda path: path.name
)
def test_an_unedited_transcript_comes_out_as_it_went_in(path):
    source = path.read_bytes()
    assert formats.write(formats.read(source, path.name)) == source


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_stored_form_alone_is_enough_to_write_the_file(path):
    transcript = formats.read(path.read_bytes(), path.name)
    assert formats.write(formats.from_json(formats.to_json(transcript))) == formats.write(transcript)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_said_is_written_from_anywhere_but_turns_and_parts(path, blank, unpack):
    transcript = formats.read(path.read_bytes(), path.name)
    said = {
        word for turn in transcript.turns for word in f"{turn.text} {turn.speaker}".split() if len(word) > 4
    }
    written = unpack(formats.write(blank(transcript)))
    assert not {
        word for word in said if word.strip(".,:«»") in written and not word.strip("[]")[:1].isdigit()
    }


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.suffix == ".txt"], ids=lambda path: path.name
)
def test_offsets_of_plain_text_count_in_the_decoded_file(path):
    text, _ = formats.read_text(path.read_bytes())
    for turn in formats.read(path.read_bytes(), path.name).turns:
        assert text[turn.offset : turn.offset + len(turn.text)] == turn.text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("target", ["txt", "docx", "json", "csv"])
def test_every_format_can_become_every_untimed_one(path, target):
    transcript = formats.read(path.read_bytes(), path.name)
    written = formats.write(transcript, target)
    assert written == formats.write(transcript, target)
    if target == "docx":
        again = formats.read(written, "x.docx")
        said = " ".join(turn.text for turn in transcript.turns).split()
        assert [word for word in said if word not in " ".join(turn.text for turn in again.turns)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("target", ["vtt", "srt"])
def test_timed_formats_become_each_other_and_untimed_ones_do_not(path, target):
    transcript = formats.read(path.read_bytes(), path.name)
    if any(turn.cues for turn in transcript.turns) and path.name != "own.json":
        again = formats.read(formats.write(transcript, target), f"x.{target}")
        assert again.turns[-1].end_time == pytest.approx(transcript.turns[-1].end_time, abs=0.001)
        assert (
            " ".join(turn.text for turn in again.turns).split()
            == " ".join(t.text for t in transcript.turns).split()
        )
        assert set(again.speakers) == set(transcript.speakers)
    else:
        with pytest.raises(UsageError, match="without times"):
            formats.write(transcript, target)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_new_labels_stand_where_the_old_ones_stood(path):
    transcript = formats.read(path.read_bytes(), path.name)
    names = {speaker: f"Deltaker {number}" for number, speaker in enumerate(transcript.speakers, 1)}
    turns = tuple(replace(turn, speaker=names.get(turn.speaker)) for turn in transcript.turns)
    again = formats.read(formats.write(replace(transcript, turns=turns)), path.name)
    assert [(turn.speaker, turn.text) for turn in again.turns] == [
        (turn.speaker, turn.text) for turn in turns
    ]
