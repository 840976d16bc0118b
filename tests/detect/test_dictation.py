"""Numbers read aloud: in any grouping, with corrections, over several turns."""

from __future__ import annotations

import random

from anonymizer.model import Transcript, Turn
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.conftest import found, talk
from tests.detect.test_speech_numbers import ONES, ones_first, tens_first

PHONES = st.integers(40_000_000, 49_999_999).map(str).filter(lambda digits: len(set(digits)) > 3)


def said(digits, chance):
    """Return figures as someone may say them: one by one, in pairs, either way of counting."""
    words, at = [], 0
    while at < len(digits):
        pair = digits[at : at + 2]
        if len(pair) == 2 and pair[0] not in "01" and chance.random() < 0.7:
            words.append(tens_first(int(pair)) if chance.random() < 0.6 else ones_first(int(pair), " "))
            at += 2
        else:
            words.append(ONES[int(digits[at])].replace("én", "en"))
            at += 1
    return words


@settings(max_examples=60, deadline=None)
@given(PHONES, st.integers(0, 10_000))
def test_a_phone_number_however_it_is_said(rules_alone, digits, seed):
    words = said(digits, random.Random(seed))
    text = f"Ja, nummeret mitt er {' '.join(words)}, altså."
    detection = rules_alone.detect(talk(text))
    spans = [text[one.start : one.end] for one in detection.findings]
    assert any(" ".join(words) in span for span in spans)


@settings(max_examples=40, deadline=None)
@given(PHONES, st.integers(0, 10_000), st.integers(1, 3))
def test_a_phone_number_over_several_turns(rules_alone, digits, seed, cut):
    chance = random.Random(seed)
    pieces = [said(digits[: cut * 2], chance), said(digits[cut * 2 :], chance)]
    detection = rules_alone.detect(
        talk("Hva er telefonnummeret ditt?", " ".join(pieces[0]), "mm", " ".join(pieces[1]))
    )
    for turn, words in ((1, pieces[0]), (3, pieces[1])):
        covered = " ".join(one.text for one in detection.findings if one.turn == turn)
        assert all(word in covered for phrase in words for word in phrase.split() if word != "og")


def test_pieces_of_one_number_are_one_entity(rules_alone):
    detection = rules_alone.detect(talk("Nummeret?", "Førtitre seksti", "Ja", "null åtte tjueto"))
    pieces = [one for one in detection.findings if one.entity_type.value == "PHONE_NUMBER"]
    assert [one.turn for one in pieces] == [1, 3]
    assert len({one.entity for one in pieces}) == 1
    assert pieces[0].entity is not None


def test_what_the_other_repeats_is_covered_too(rules_alone):
    detection = rules_alone.detect(talk("Telefon?", "43 60", "43 60, ja", "08 22"))
    assert found(detection) == [
        ("43 60", "PHONE_NUMBER"),
        ("43 60", "PHONE_NUMBER"),
        ("08 22", "PHONE_NUMBER"),
    ]


def test_a_correction_replaces_what_was_said(rules_alone):
    text = "Det er førtitre seksti, nei unnskyld, sekstien null åtte tjueto"
    assert found(rules_alone.detect(talk(text))) == [(text[7:], "PHONE_NUMBER")]


def test_numbers_of_two_people_are_not_one(rules_alone):
    detection = rules_alone.detect(
        talk("Hvor mange var dere?", "Førtitre", "Og hvor mange dager?", "Seksti, tjueto kanskje")
    )
    assert found(detection, "PHONE_NUMBER") == []


def test_many_turns_of_numbers_stay_linear(rules_alone):
    turns = tuple(Turn("tretti sju " * 5, speaker="IR"[at % 2]) for at in range(600))
    assert rules_alone.detect(Transcript("vtt", turns)).complete
