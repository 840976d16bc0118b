"""What went wrong in published studies, told again on invented data, and the rule that catches it (practice.md)."""

from __future__ import annotations

from anonymizer.policy import Keys, Letter, Publication, Risk, lint_letter, run_checks
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.conftest import TODAY, facts, pack, project, transcript

FORM = """\
Forespørsel om deltakelse i prosjektet «Likepersoner i arbeid»

Formålet med [sett inn tittel] er å forstå likepersoners arbeid. Deltakelsen skjer på anonymt grunnlag.
Vi noterer navn og telefonnummer og gjør lydopptak. Min veileder har tilgang til opplysningene.

Samtykke: Jeg har fått informasjon om studien «Brukererfaring som kunnskap», og er villig til å delta.
"""

PROMISES = """\
Prosjektet avsluttes 1. juni 2027. Alle data slettes ved prosjektets slutt.
Etter prosjektets slutt vil opplysningene anonymiseres.
"""


def failed(given, rules):
    return {one.id for one in run_checks(given, rules, today=TODAY) if one.verdict == "fail"}


def test_the_form_with_template_text_two_titles_and_a_promise_of_anonymity():
    found = {fault.key for fault in lint_letter(FORM)}
    assert {"template-text", "two-titles", "anonymous-while-identified", "complaint", "rights"} <= found


def test_the_double_promise_in_the_text_and_in_the_profile():
    assert "deleted-and-anonymised" in {fault.key for fault in lint_letter(PROMISES)}
    double = project(
        letters=(Letter(version="2", ending=("delete", "anonymise"), faults=()),), ending="anonymise"
    )
    assert {"CON-02", "CON-03"} <= failed(facts(project=double), pack())


def test_dialect_under_a_pseudonym():
    spoken = facts(transcripts=(transcript(types={"DIALECT": 12}),))
    kept = pack("fictive-names", dialect={"policy": "keep"})
    assert "TXT-06" in failed(spoken, kept)
    assert "TXT-06" not in failed(spoken, pack("small-community"))


def test_exact_years_and_the_lone_woman_in_the_sample_table():
    table = Publication(sample_table=True, quotes=3, linkability=("number",) * 3)
    assert "TXT-03" in failed(facts(publication=table, risk=Risk(unique=1, below=1, threshold=6)), pack())


def test_numbers_in_the_order_of_the_interviews():
    assert "KEY-02" in failed(facts(keys=Keys(neutral_codes=False)), pack("numbered-informants"))


def test_anonymised_is_said_while_the_list_of_names_is_kept():
    assert {"KEY-03", "END-04"} <= failed(facts(exported_label="anonymised"), pack("fictive-names"))


COUNTS = st.integers(min_value=0, max_value=3)


@settings(max_examples=60, deadline=None)
@given(
    leaks=COUNTS,
    unresolved=COUNTS,
    reviewed=st.booleans(),
    state=st.sampled_from(["ingested", "detected", "reviewed", "pseudonymised", "exported", "INCOMPLETE"]),
    unique=st.none() | COUNTS,
    below=st.none() | COUNTS,
    warnings=st.none() | st.just(()) | st.just(("synced",)),
    label=st.sampled_from([None, "identifiable", "pseudonymised", "anonymised"]),
)
def test_no_facts_are_too_strange_and_none_with_a_leak_may_leave(
    *, leaks, unresolved, reviewed, state, unique, below, warnings, label
):
    whole = facts(
        transcripts=(transcript(state=state, leaks=leaks, unresolved=unresolved, reviewed=reviewed),),
        risk=Risk(unique=unique, below=below, threshold=6),
        keys=Keys(warnings=warnings, self_test=True),
        exported_label=label,
    )
    results = {one.id: one for one in run_checks(whole, pack(), today=TODAY)}
    assert len(results) == 56
    if leaks or state not in {"pseudonymised", "exported"}:
        assert results["TXT-01"].refuses
    if unique or unique is None:
        assert results["TXT-03"].refuses
    if label == "anonymised":
        assert results["END-04"].refuses
