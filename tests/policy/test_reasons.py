"""A rule that can fail in several ways says which: each further reason, alone."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.policy import (
    Approval,
    Consent,
    Dpia,
    Facts,
    Hold,
    Keys,
    Letter,
    MemberCheck,
    Obligation,
    Publication,
    Recording,
    Request,
    Risk,
    Sample,
    run_checks,
)

from tests.policy.conftest import FIRST, TODAY, day, duty, facts, pack, person, project, transcript

SENT = Approval(body="sikt", status="sent", date=day("2026-01-05"))
LATE = Approval(body="sikt", status="approved", date=day("2026-04-01"))
REFUSED = Approval(body="rek", status="refused", reference="3")
FOUR = tuple(person(key) for key in "abcd")
ENDED = project(ends=day("2026-08-01"))
DONE = Keys(destroyed=True)
OTHER_LETTER = Consent(letter_version="9", date=FIRST, scopes=("interview",))

CASES = [
    ("PRJ-02", facts(project=project(approvals=(SENT,))), "awaiting-assessment"),
    ("PRJ-02", facts(project=project(approvals=(SENT, LATE))), "assessed-late"),
    (
        "PRJ-06",
        facts(project=project(samples=(Sample(id="s", ethical_consent=False),))),
        "basis-consent-without-consent",
    ),
    ("PRJ-06", facts(project=project(samples=(Sample(id="s", vulnerable=True),))), "consent-may-be-weak"),
    (
        "PRJ-07",
        facts(project=project(dpia=Dpia(required=True, document="d", residual_high=True))),
        "prior-consultation-missing",
    ),
    ("REK-01", facts(project=project(approvals=(REFUSED,))), "rek-not-approved"),
    (
        "REK-01",
        facts(project=project(samples=(Sample(id="s", refused=True),)), participants=(person(sample="s"),)),
        "refused-sample-inside",
    ),
    (
        "CON-02",
        facts(project=project(letters=(Letter(version="2", ending=("delete", "archive"), faults=()),))),
        "two-endings-promised",
    ),
    (
        "CON-02",
        facts(project=project(letters=(Letter(version="2", faults=(), warnings=("method",)),))),
        "letter-faults",
    ),
    ("CON-03", facts(project=project(keep_until=day("2030-01-01"))), "deletion-promised"),
    ("CON-04", facts(participants=(person(capacity="declined"),)), "declined-inside"),
    ("RGT-02", facts(obligations=(duty("tell-recipient", "2026-08-01"),)), "withdrawal-not-finished"),
    (
        "RGT-03",
        facts(requests=(Request(right="erasure", due=TODAY, answer="refused"),)),
        "refusal-without-ground",
    ),
    (
        "RGT-05",
        facts(member_checks=(MemberCheck(what="quotes", due=TODAY, answer="refused"),)),
        "member-checks-refused",
    ),
    (
        "RGT-05",
        facts(
            member_checks=(MemberCheck(what="quotes", due=TODAY, answer="approved"),), member_checks_waiting=1
        ),
        "member-checks-open",
    ),
    ("KEY-01", facts(keys=Keys(warnings=(), self_test=False)), "keys-not-apart"),
    ("KEY-01", facts(keys=Keys(warnings=("open-to-others",), self_test=True)), "keys-open-to-others"),
    (
        "KEY-01",
        facts(keys=Keys(warnings=(), self_test=True, slots=(("identity",),) * 3)),
        "many-identity-slots",
    ),
    ("AUD-02", facts(recordings=(Recording(recorder="zoom"),)), "recorder-without-agreement"),
    ("TXT-01", facts(transcripts=(transcript(state="INCOMPLETE", problems=1),)), "transcripts-incomplete"),
    ("TXT-01", facts(transcripts=(transcript(leaks=1),)), "names-still-there"),
    ("TXT-02", facts(transcripts=(transcript(unresolved=1),)), "findings-unresolved"),
    ("TXT-03", facts(risk=Risk(unique=0, below=1, threshold=6)), "combinations-few"),
    ("TXT-05", facts(publication=Publication(institutions=(None, 90))), "institution-without-pool"),
    ("TXT-08", facts(publication=Publication(unmarked=1)), "replacements-unmarked"),
    (
        "QUO-01",
        facts(publication=Publication(quotes=1, linkability=("number",))),
        "quotes-linked-in-small-study",
    ),
    (
        "QUO-01",
        facts(publication=Publication(quotes=1, linkability=("pseudonym",)), participants=FOUR * 3),
        "quotes-linked-more",
    ),
    ("THI-02", facts(project=project(third_persons=False)), "third-persons-undeclared"),
    ("NESH-01", facts(project=project(reuse=("x",), reuse_assessed=False)), "reuse-not-assessed"),
    ("END-02", facts(project=ENDED, recordings=(Recording(),)), "copies-left"),
    ("END-02", facts(closed=True), "key-table-left"),
    (
        "END-04",
        facts(
            project=ENDED,
            exported_label="anonymised",
            closed=True,
            keys=DONE,
            risk=Risk(
                unique=0, below=0, threshold=6, singling_out="no", linkability="possible", inference="no"
            ),
        ),
        "risk-left",
    ),
    ("LOG-01", facts(log_anchored=False), "log-not-anchored"),
    ("KEY-03", facts(exported_label="anonymised", keys=Keys()), "label-not-earned"),
    ("CON-06", facts(obligations=(duty("delete-paper", "2026-08-01"),)), "obligations-open"),
    ("PRJ-03", facts(obligations=(Obligation(duty="condition", due=TODAY),)), "obligations-open"),
    (
        "RGT-01",
        facts(requests=(Request(right="access", due=day("2026-02-01"), answered=dt.date(2026, 2, 2)),)),
        "requests-late",
    ),
    (
        "RGT-02",
        facts(holds=(Hold(participant="a", cause="withdrawal", since=day("2026-01-01")),)),
        "withdrawal-not-finished",
    ),
    ("AUD-03", facts(project=ENDED, recordings=(Recording(due=day("2027-01-01")),)), "recordings-kept"),
]


def one(rule: str, given: Facts, rules):
    return next(found for found in run_checks(given, rules, today=TODAY) if found.id == rule)


@pytest.mark.parametrize(("rule", "given", "key"), CASES, ids=[f"{case[0]}-{case[2]}" for case in CASES])
def test_the_reason(rule, given, key):
    found = one(rule, given, pack())
    assert (found.verdict, found.key) == ("fail", key)


@pytest.mark.parametrize(
    ("rule", "types", "key"),
    [
        ("TXT-04", {"LOCATION": {"action": "flag"}}, "pack-keeps-small-places"),
        (
            "TXT-04",
            {"LOCATION": {"action": "replace", "to": "rung", "population_at_least": 900}},
            "pack-keeps-small-places",
        ),
        ("THI-01", {"PERSON": {"action": "flag", "to": "surrogate"}}, "pack-keeps-third-persons"),
    ],
)
def test_a_pack_that_is_too_mild(rule, types, key):
    assert one(rule, facts(), pack(types=types)).key == key


def test_interviewees_under_a_duty_need_the_stricter_pack():
    owed = facts(project=project(duty_of_confidentiality=True))
    assert one("THI-03", owed, pack()).key == "pack-too-mild-for-duty"


def test_dialect_is_kept_or_unseen():
    spoken = facts(transcripts=(transcript(types={"DIALECT": 1}, reviewed=False),))
    assert one("TXT-06", spoken, pack()).key == "dialect-not-reviewed"
    assert one("TXT-06", spoken, pack(dialect={"policy": "keep"})).key == "dialect-under-pseudonym"
