"""Decisions carried to a new version: only onto the very same words."""

from __future__ import annotations

from anonymizer.model import Decision, EntityType, Part, Transcript, Turn, Verdict
from anonymizer.study.carrying import carry
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.lists(st.sampled_from(["ja", "nei", "Gran", "Eilif", "fint", ",", "."]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=6)


def transcript(texts, note="merk dette"):
    return Transcript("txt", tuple(Turn(text, speaker="R") for text in texts), (Part("note", note),))


def every_word(text):
    spans, at = [], 0
    for word in text.split(" "):
        spans.append((at, at + len(word)))
        at += len(word) + 1
    return spans


@given(TEXTS, TEXTS)
def test_a_carried_span_holds_the_same_words(old, new):
    before, after = transcript(old), transcript(new)
    for turn, text in enumerate(old):
        for start, end in every_word(text):
            one = Decision(Verdict.ACCEPT, 1, start, end, EntityType.PERSON, turn=turn)
            for moved in carry(before, after, [one]):
                assert after.turns[moved.turn].text[moved.start : moved.end] == text[start:end]


@given(
    st.lists(WORDS.map(" ".join), min_size=1, max_size=6, unique=True),
    st.integers(0, 5),
    st.text(alphabet="abc ", min_size=1, max_size=9),
)
def test_a_turn_put_in_loses_nothing(texts, at, extra):
    before = transcript(texts)
    after = transcript([*texts[:at], extra + "!", *texts[at:]])
    decisions = [
        Decision(Verdict.REJECT, 1, start, end, EntityType.PERSON, turn=turn)
        for turn, text in enumerate(texts)
        for start, end in every_word(text)
    ]
    assert len(carry(before, after, decisions)) == len(decisions)


@given(TEXTS)
def test_the_same_text_carries_everything_as_it_was(texts):
    same = transcript(texts)
    decisions = tuple(
        Decision(Verdict.WIDEN, 1, start, end, EntityType.PERSON, turn=turn, was=(start, end))
        for turn, text in enumerate(texts)
        for start, end in every_word(text)
    )
    assert carry(same, same, decisions) == decisions


def test_a_label_that_left_takes_its_decision_along():
    before = Transcript("txt", (Turn("a", speaker="Kari"), Turn("b", speaker="Ola")))
    after = Transcript("txt", (Turn("[utsagn trukket]"), Turn("b", speaker="Ola")))
    decisions = [Decision(Verdict.ACCEPT, 1, 0, 3, EntityType.PERSON, part=f"speaker:{n}") for n in (1, 2)]
    assert [one.part for one in carry(before, after, decisions)] == ["speaker:1"]


def test_a_changed_part_keeps_what_stands():
    before, after = transcript(["ja"], "Kari ringte Ola"), transcript(["ja"], "Per ringte Ola")
    decisions = [
        Decision(Verdict.ACCEPT, 1, 0, 4, EntityType.PERSON, part="note"),
        Decision(Verdict.ACCEPT, 1, 12, 15, EntityType.PERSON, part="note"),
    ]
    assert [(one.start, one.end) for one in carry(before, after, decisions)] == [(11, 14)]
