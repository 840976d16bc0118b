"""Decisions laid over findings: what counts, what waits, what is questioned."""

from __future__ import annotations

from anonymizer.model import Action, Decision, EntityType, Finding, Tier, Transcript, Turn, Verdict
from anonymizer.study.decisions import decision_from_dict, decision_to_dict, effective, question, undecided
from hypothesis import given
from hypothesis import strategies as st

TEXT = "Jeg heter Kari Nordli og bor på Gran."
TALK = Transcript("txt", (Turn(TEXT),))


def found(words: str, kind: EntityType = EntityType.PERSON, action: Action = Action.REPLACE) -> Finding:
    start = TEXT.index(words)
    return Finding(
        kind, start, start + len(words), words, 0.9, "people", turn=0, tier=kind.tier, action=action
    )


def said(verdict: Verdict, words: str, kind: EntityType = EntityType.PERSON) -> Decision:
    start = TEXT.index(words)
    return Decision(verdict, 1, start, start + len(words), kind, turn=0)


def texts(findings) -> list[str]:
    return [finding.text for finding in findings]


decisions = st.builds(
    Decision,
    st.sampled_from(Verdict),
    st.integers(1, 9),
    st.integers(0, 5),
    st.integers(6, 20),
    st.sampled_from(EntityType),
    turn=st.one_of(st.none(), st.integers(0, 3)),
    part=st.one_of(st.none(), st.just("comment:1")),
    was=st.one_of(st.none(), st.tuples(st.integers(0, 3), st.integers(4, 9))),
    reason=st.one_of(st.none(), st.just("common-word")),
    questioned=st.booleans(),
)


@given(decisions)
def test_a_decision_is_stored_and_read_as_it_was(decision):
    assert decision_from_dict(decision_to_dict(decision)) == decision


def test_what_is_rejected_is_gone_and_the_rest_stays():
    findings = [found("Kari Nordli"), found("Gran", EntityType.LOCATION)]
    assert texts(effective(TALK, findings, [said(Verdict.REJECT, "Gran")])) == ["Kari Nordli"]


def test_what_is_accepted_stays_even_if_a_later_run_does_not_find_it():
    (kept,) = effective(TALK, [], [said(Verdict.ACCEPT, "Gran", EntityType.LOCATION)])
    assert (kept.text, kept.action, kept.tier) == ("Gran", Action.REPLACE, Tier.INDIRECT)


def test_a_finding_past_an_accepted_span_keeps_what_is_left():
    assert texts(effective(TALK, [found("Kari Nordli")], [said(Verdict.ACCEPT, "Kari")])) == [
        "Kari",
        "Nordli",
    ]


def test_the_last_word_on_a_place_holds():
    both = [
        said(Verdict.RETYPE, "Gran", EntityType.PERSON),
        said(Verdict.RETYPE, "Gran", EntityType.LOCATION),
    ]
    (kept,) = effective(TALK, [found("Gran")], both)
    assert kept.entity_type is EntityType.LOCATION


def test_a_new_finding_on_a_rejected_span_questions_the_decision():
    rejected = said(Verdict.REJECT, "Gran", EntityType.LOCATION)
    old = [found("Gran", EntityType.LOCATION)]
    assert question(old, old, [rejected]) == (rejected,)
    (asked,) = question(old, [found("Gran", EntityType.PERSON)], [rejected])
    assert asked.questioned
    assert texts(undecided([found("Gran")], [asked])) == ["Gran"]
    assert undecided([found("Gran")], [rejected]) == ()
