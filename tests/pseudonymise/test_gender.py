"""Gender neutralised for the participant: label and surrogate always, words about themselves when a person accepts."""

from __future__ import annotations

import pytest
from anonymizer.model import Action, Standard, Transcript, Turn
from anonymizer.pseudonymise import propose_neutral
from anonymizer.pseudonymise.gender import neutral_word

WHO = {"R": "a", "I": "interviewer"}


def proposed(text, speaker="R"):
    spoken = Transcript(format="txt", turns=(Turn(speaker=speaker, text=text),))
    return [one.text for one in propose_neutral(spoken, (), WHO)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jeg er mor til to.", ["mor"]),
        ("Som kvinne blir en sett annerledes.", ["kvinne"]),
        ("Æ e ei gammel dame.", ["dame"]),
        ("Eg var ung gut den gongen.", ["gut"]),
        ("Jeg ble enke tidlig.", ["enke"]),
        ("Som alenemor og kvinne.", ["alenemor"]),
        ("Moren min er død.", []),
        ("Han er mann for sin hatt.", []),
        ("Hun er mor til meg.", []),
        ("Jeg er glad i mor.", []),
        ("Jeg er morsom.", []),
    ],
)
def test_only_what_is_said_of_oneself_is_proposed(text, words):
    assert proposed(text) == words


def test_the_interviewer_is_left_alone():
    assert proposed("Jeg er mor selv.", speaker="I") == []


def test_a_proposal_changes_nothing_by_itself():
    spoken = Transcript(format="txt", turns=(Turn(speaker="R", text="Jeg er mor."),))
    (one,) = propose_neutral(spoken, (), WHO)
    assert one.action is Action.FLAG


def test_the_neutral_word_is_in_the_transcript_s_standard():
    assert neutral_word("Enkemann", Standard.BOKMAAL) == "etterlatt"
    assert neutral_word("enkje", Standard.NYNORSK) == "etterlaten"
    assert neutral_word("lærer", Standard.BOKMAAL) is None
