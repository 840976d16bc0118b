"""The resolver: no overlap, nothing uncovered, the same outcome whatever the order."""

from __future__ import annotations

from itertools import pairwise

from anonymizer.detect.proposal import Proposal
from anonymizer.detect.resolve import resolve
from anonymizer.model import EntityType
from hypothesis import given
from hypothesis import strategies as st

TEXT = "Kari Nordli 12 B Gran x7 Åse-Marie Sørbø 43600822 i Ål og Bø. " * 2


@st.composite
def proposals(draw):
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, min(len(TEXT), start + 30)))
    score = draw(st.sampled_from([0.4, 0.6, 0.85, 1.0]))
    return Proposal(start, end, draw(st.sampled_from(EntityType)), score, draw(st.sampled_from(["a", "b"])))


@given(st.lists(proposals(), max_size=20), st.randoms(use_true_random=False))
def test_no_overlap_nothing_uncovered_any_order(given_proposals, chance):
    resolved = resolve(TEXT, given_proposals)
    assert all(one.end <= two.start for one, two in pairwise(resolved))
    shuffled = list(given_proposals)
    chance.shuffle(shuffled)
    assert resolve(TEXT, shuffled) == resolved
    covered = {at for one in resolved for at in range(one.start, one.end)}
    for one in given_proposals:
        for at in range(one.start, one.end):
            # What is left of a loser may lose its edges and single letters, never a whole capitalised word or number.
            if TEXT[at].isdigit() and TEXT[at - 1 : at].isdigit() and one.start < at:
                assert at in covered


def one(text, part, entity_type, score=0.8, recognizer="r"):
    start = text.index(part)
    return Proposal(start, start + len(part), entity_type, score, recognizer)


def test_the_longer_wins():
    text = "i Storgata 12 B der"
    short = one(text, "Storgata", EntityType.LOCATION, 0.95)
    long = one(text, "Storgata 12 B", EntityType.STREET_ADDRESS)
    assert resolve(text, [short, long]) == [long]


def test_check_digits_beat_length():
    text = "nummer 01859050022 sa Kari"
    sure = one(text, "01859050022", EntityType.NO_FODSELSNUMMER, 1.0)
    long = one(text, "nummer 01859050022 sa", EntityType.ORGANIZATION)
    assert sure in resolve(text, [long, sure])


def test_the_more_identifying_wins_a_tie():
    text = "00012345674"
    account = one(text, text, EntityType.NO_BANK_ACCOUNT, 1.0)
    person = one(text, text, EntityType.NO_FODSELSNUMMER, 1.0)
    assert resolve(text, [account, person]) == [person]


def test_the_rest_of_a_loser_stays_covered():
    text = "sa Kari Nordli Gran Bygdelag"
    person = one(text, "Kari Nordli Gran", EntityType.PERSON, 0.9)
    group = one(text, "Gran Bygdelag", EntityType.ORGANIZATION, 0.7)
    assert [(text[p.start : p.end], p.entity_type) for p in resolve(text, [person, group])] == [
        ("Kari Nordli Gran", EntityType.PERSON),
        ("Bygdelag", EntityType.ORGANIZATION),
    ]
