"""Who speaks in running text: what is a label, and what only looks like one."""

import pytest
from anonymizer import formats
from anonymizer.errors import UnreadableInput
from anonymizer.formats.labels import segment
from hypothesis import given
from hypothesis import strategies as st


def speakers(text):
    return [(piece.speaker, piece.text) for piece in segment(text)[0]]


@pytest.mark.parametrize(
    "label",
    ["I", "R", "INT", "Intervjuer", "Intervjuar", "Informant 3", "P1", "IP1", "R2", "Deltaker A", "SPEAKER_00", "S00",
     "Moderator", "Tolk", "informant", "Ukjent"],
)  # fmt: skip
def test_a_role_is_a_label_even_once(label):
    assert speakers(f"{label}: Ja, det var det.\n") == [(label, "Ja, det var det.")]


@pytest.mark.parametrize(
    "label", ["Kari", "Kari Nordli", "Anne-Lise", "Per O. Li", "K", "KN", "Åse", "Kari (mor)"]
)
def test_a_name_is_a_label_when_it_comes_back(label):
    text = f"{label}: Hei.\n\n{label}: Ja.\n"
    assert speakers(text) == [(label, "Hei."), (label, "Ja.")]


@pytest.mark.parametrize(
    "line",
    ["Nei: det var ikke sånn", "Klokka: 12", "Poenget: vi flyttet", "Ja: 12:30", "For eksempel: Gran", "https://x.example",
     "Kl. 12:30 kom han", "dette er poenget: vi flyttet", "Han sa: «Kom»", "- og så"],
)  # fmt: skip
def test_speech_with_a_colon_stays_speech(line):
    text = f"I: Hva skjedde?\n\nR: Vi dro.\n{line}\n{line}\n\nI: Ja?\n"
    assert speakers(text) == [("I", "Hva skjedde?"), ("R", f"Vi dro.\n{line}\n{line}"), ("I", "Ja?")]


def test_the_head_of_the_document_is_nobodys_speech():
    text = "Dato: 1. mai\nIntervjuer: Kari Nordli\nTil stede: Ola\n\nI: Hei.\nR: Hei.\n"
    assert speakers(text)[-2:] == [("I", "Hei."), ("R", "Hei.")]
    assert [speaker for speaker, _ in speakers(text)[:-2]] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[00:00:01] I: hei", [("I", "hei")]),
        ("I [00:00:01]: hei", [("I", "hei")]),
        ("I (00:01): hei", [("I", "hei")]),
        ("I:Hei\nR:Ja", [("I", "Hei"), ("R", "Ja")]),
        (
            "I: kl. 12:30 [00:01:02] gikk vi (…) (latter)",
            [("I", "kl. 12:30 [00:01:02] gikk vi (…) (latter)")],
        ),
        ("(Informant 3) Hei", [(None, "(Informant 3) Hei")]),
        ("## Kari\nHei\n\n## Ola\nHallo\n\n## Kari\nja", [("Kari", "Hei"), ("Ola", "Hallo"), ("Kari", "ja")]),
    ],
)
def test_times_and_marks_round_labels(text, expected):
    assert speakers(text) == expected


LINES = st.lists(
    st.sampled_from(
        ["I: ", "R:", "Kari: ja", "Kari Nordli   0:03", "[00:00:01] ", "Nei: det", "", " ", "Dato: i dag", "\t",
         "Ola\thei", "SPEAKER_00", "**Kari:** hei", "- ja", "hei på deg", "0:0:1.0 --> 0:0:2.0",
         "Ola", "\u2028", "x" * 90]
    ),
    max_size=12,
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\x0b"])


@given(LINES, ENDS)
def test_turns_labels_and_what_lies_between_are_the_text(lines, end):
    text = end.join(lines)
    pieces, rest = segment(text)
    assert (
        "".join(f"{piece.before}{piece.speaker or ''}{piece.after}{piece.text}" for piece in pieces) + rest
        == text
    )
    for piece in pieces:
        frame = piece.before + piece.after
        assert not any(character.isalpha() for character in frame)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300))
def test_any_plain_text_comes_out_as_it_went_in(text):
    try:
        transcript = formats.read(text.encode(), "a.txt")
    except UnreadableInput:
        return
    assert formats.write(transcript) == text.encode()
    decoded, _ = formats.read_text(text.encode())
    for turn in transcript.turns:
        assert decoded[turn.offset : turn.offset + len(turn.text)] == turn.text
