"""After text is replaced, labels renamed and turns struck, the file holds exactly that and keeps its frame."""

from dataclasses import replace

import pytest
from anonymizer import formats
from anonymizer.model import Cue, Word


def moved(spans, start, end, length):
    """Return spans after ``start:end`` became ``length`` long, as pseudonymising moves them."""

    def shift(at):
        if at <= start:
            return at
        return at - (end - start) + length if at >= end else start + length

    return tuple(
        replace(span, start=shift(span.start), end=max(shift(span.start), shift(span.end))) for span in spans
    )


def put(transcript, old, new):
    """Replace every occurrence of ``old`` in turns, labels and parts."""
    turns = []
    for turn in transcript.turns:
        text, cues, words = turn.text, turn.cues, turn.words
        while old in text:
            at = text.index(old)
            cues, words = (moved(spans, at, at + len(old), len(new)) for spans in (cues, words))
            text = text[:at] + new + text[at + len(old) :]
        speaker = turn.speaker.replace(old, new) if turn.speaker else turn.speaker
        turns.append(replace(turn, text=text, speaker=speaker, cues=cues, words=words))
    parts = tuple(replace(part, text=part.text.replace(old, new)) for part in transcript.parts)
    return replace(transcript, turns=tuple(turns), parts=parts)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("labels-names.txt", "Kari Nordli", "Anne"),
        ("labels-names.txt", "Ola", "[person 2]"),
        ("teams.txt", "Ola Li", "Bo"),
        ("windows-1252.txt", "Bærum", "[kommune på Østlandet]"),
        ("utf16.txt", "Ås", "[sted]"),
        ("teams.vtt", "Kari Nordli", "Deltaker 1"),
        ("teams.vtt", "Per", "[person 2]"),
        ("zoom.vtt", "Kari Nordli", "D1"),
        ("prefix.srt", "Andøya", "[sted]"),
        ("brackets.srt", "mer tekst", "…"),
    ],
)
def test_a_replacement_changes_the_file_there_and_nowhere_else(golden, name, old, new):
    text, _ = formats.read_text(golden[name])
    written, _ = formats.read_text(formats.write(put(formats.read(golden[name], name), old, new)))
    assert old in text
    assert written == text.replace(old, new)


def test_names_in_notes_voices_ids_and_classes_of_webvtt_can_all_be_replaced(golden):
    transcript = formats.read(golden["full.vtt"], "full.vtt")
    for old, new in (
        ("Kari Nordli", "D1"),
        ("Kari", "D1"),
        ("karis", "d1s"),
        ("Ola", "P2"),
        ("hemmelig", "c"),
    ):
        transcript = put(transcript, old, new)
    text, _ = formats.read_text(golden["full.vtt"])
    for old, new in (
        ("Kari Nordli", "D1"),
        ("Kari", "D1"),
        ("karis", "d1s"),
        ("Ola", "P2"),
        ("hemmelig", "c"),
    ):
        text = text.replace(old, new)
    assert formats.read_text(formats.write(transcript))[0] == text


def test_a_replacement_with_signs_of_the_markup_is_escaped(golden):
    written = formats.write(put(formats.read(golden["teams.vtt"]), "Per", "<i>A & B"))
    assert (
        "Fint at Ola\nog &lt;i&gt;A &amp; B kom." in written.decode()
        or "&lt;i>A &amp; B kom." in written.decode()
    )
    assert formats.read(written).turns[0].text == "Da er alle her. Fint at Ola\nog <i>A & B kom."


def test_words_of_speech_recognition_follow_their_replacement(golden):
    transcript = put(formats.read(golden["openai.json"], "a.json"), "marius", "even")
    written = formats.write(put(transcript, "ås", "[sted]")).decode()
    assert '"word": " even.", "start": 1.0, "end": 2.5' in written
    assert '"word": " [sted]", "start": 3.2, "end": 4.0' in written
    assert '"text": " ja jeg heter even. og bor på [sted]", "segments"' in written
    assert "marius" not in written
    assert " ås" not in written


def test_a_name_of_two_words_becomes_one_and_the_empty_word_goes(golden):
    transcript = formats.read(golden["whisperx.json"], "a.json")
    turn = transcript.turns[0]
    words = (Word(0, 4, 0.1, 0.2, turn.words[0].layout), Word(4, 4, 0.2, 0.9, turn.words[1].layout))
    edited = replace(
        turn, text="Anne", speaker="D1", cues=(replace(turn.cues[0], start=0, end=4),), words=words
    )
    written = formats.write(replace(transcript, turns=(edited, transcript.turns[1]))).decode()
    assert written.count('"word": "Anne"') == 2  # in the segment and in the flat list
    assert '"word": ""' not in written
    assert written.count("D1") == 3
    assert "SPEAKER_00" not in written


def test_text_that_no_cue_covers_is_never_lost(golden):
    transcript = formats.read(golden["teams.vtt"])
    turn = transcript.turns[0]
    cues = (replace(turn.cues[0], start=4, end=6), replace(turn.cues[1], start=20, end=24))
    written = formats.write(replace(transcript, turns=(replace(turn, cues=cues), *transcript.turns[1:])))
    again = formats.read(written).turns[0].text
    assert again.replace(" ", "").replace("\n", "") == turn.text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    "name", ["teams.vtt", "full.vtt", "brackets.srt", "dashes.srt", "whisperx.json", "openai.json"]
)
def test_turns_can_be_struck_and_the_rest_still_reads(golden, name):
    transcript = formats.read(golden[name], name)
    for gone in range(len(transcript.turns)):
        left = [turn for number, turn in enumerate(transcript.turns) if number != gone]
        if not any(turn.text.strip() for turn in left):
            continue
        again = formats.read(formats.write(replace(transcript, turns=tuple(left))), name)
        assert (
            " ".join(turn.text for turn in again.turns).split()
            == " ".join(turn.text for turn in left).split()
        )


@pytest.mark.parametrize("name", ["teams.vtt", "prefix.srt", "openai.json", "labels-short.txt"])
def test_a_withdrawn_turn_keeps_its_place_without_cues(golden, name):
    transcript = formats.read(golden[name], name)
    first = replace(transcript.turns[0], text="[utsagn trukket]", cues=(), words=())
    again = formats.read(formats.write(replace(transcript, turns=(first, *transcript.turns[1:]))), name)
    assert "[utsagn trukket]" in again.turns[0].text
    assert again.turns[-1].text == transcript.turns[-1].text or len(again.turns) == 1


def test_a_speaker_without_a_name_and_a_new_one_are_both_written(golden):
    for name in ("teams.vtt", "prefix.srt", "labels-short.txt", "whisperx.json"):
        transcript = formats.read(golden[name], name)
        nameless = replace(transcript, turns=tuple(replace(turn, speaker=None) for turn in transcript.turns))
        text = formats.read_text(formats.write(nameless))[0]
        assert not any(f"{speaker}:" in text or f"<v {speaker}" in text for speaker in transcript.speakers)
        named = replace(
            transcript, turns=tuple(replace(turn, speaker="Deltaker 9") for turn in nameless.turns)
        )
        assert set(formats.read(formats.write(named), name).speakers) == {"Deltaker 9"}


def test_parts_that_are_gone_leave_no_trace(golden):
    transcript = replace(formats.read(golden["full.vtt"]), parts=())
    text = formats.read_text(formats.write(transcript))[0]
    assert "Opptak" not in text
    assert "NOTE" not in text
    again = formats.read(text.encode(), "a.vtt")
    assert [(turn.speaker, turn.text) for turn in again.turns] == [
        (turn.speaker, turn.text) for turn in transcript.turns
    ]


def test_changed_times_are_written_anew(golden):
    transcript = formats.read(golden["prefix.srt"])
    turn = transcript.turns[0]
    cues = (Cue(turn.cues[0].start, turn.cues[0].end, 61.5, 3725.25, turn.cues[0].layout), *turn.cues[1:])
    written = formats.write(replace(transcript, turns=(replace(turn, cues=cues), *transcript.turns[1:])))
    assert b"00:01:01,500 --> 01:02:05,250" in written
