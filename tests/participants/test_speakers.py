"""Who stands behind a speaker label: told or plain, never guessed."""

from __future__ import annotations

import pytest
from anonymizer.errors import RegisterError
from anonymizer.model import Role, Transcript, Turn
from anonymizer.participants import INTERVIEWER, label_key, map_speakers

ASKS, ANSWERS, OPEN = Role.INTERVIEWER, Role.PARTICIPANT, Role.UNKNOWN


def interview(*labels: tuple[str | None, Role]) -> Transcript:
    return Transcript("txt", tuple(Turn("Ja.", speaker, role) for speaker, role in labels))


def test_role_words_are_plain_where_one_person_answers():
    speakers = map_speakers(interview(("I", ASKS), ("R", ANSWERS)), {}, ["p1"], where="a.txt")
    assert speakers == {"I": INTERVIEWER, "R": "p1"}


def test_the_register_decides_before_the_role_word():
    speakers = map_speakers(
        interview(("I", ASKS), ("R", ANSWERS)), {"i": "p1", "r": INTERVIEWER}, ["p1"], where=""
    )
    assert speakers == {"I": "p1", "R": INTERVIEWER}


def test_labels_are_compared_without_case_and_punctuation():
    labels = {label_key("Tordis Fjellro"): "p1"}
    assert map_speakers(interview(("TORDIS  FJELLRO:", OPEN)), labels, ["p1"], where="") == {
        "TORDIS  FJELLRO:": "p1"
    }


@pytest.mark.parametrize(
    ("labels", "participants"),
    [
        ([("I", ASKS), ("Tordis", OPEN)], ["p1"]),
        ([("I", ASKS), ("R", ANSWERS)], ["p1", "p2"]),
        ([("P1", ANSWERS), ("P2", ANSWERS)], ["p1"]),
    ],
)
def test_what_is_not_plain_is_an_error_that_counts(labels, participants):
    with pytest.raises(RegisterError, match=r"speaker labels? of 2 map to no one") as caught:
        map_speakers(interview(*labels), {}, participants, where="a.txt")
    assert "Tordis" not in str(caught.value)


def test_turns_without_a_label_need_no_one():
    assert map_speakers(interview((None, OPEN)), {}, ["p1"], where="") == {}
