"""Duties, waivers and wordings: the data files are whole, and dates come in order."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.audit.actions import ACTIONS
from anonymizer.errors import GateRefused, UsageError
from anonymizer.model import Standard
from anonymizer.participants import (
    Day,
    Duty,
    Obligation,
    calendar_text,
    check_waiver,
    due_date,
    duty_rules,
    rights_wordings,
    urgent_first,
    waiver_reasons,
)
from hypothesis import given
from hypothesis import strategies as st

TODAY = dt.date(2026, 11, 21)


def test_every_duty_of_the_log_has_its_time_and_rule():
    logged = set(ACTIONS["obligation.opened"].details["obligation"].words)
    assert set(duty_rules()) == logged == set(Duty)
    assert due_date(Duty.ANSWER_RIGHT, TODAY) == dt.date(2026, 12, 21)
    assert due_date(Duty.INCIDENT_REPORT, TODAY) == TODAY + dt.timedelta(days=3)


def test_the_reasons_of_waivers_are_those_of_the_log():
    assert set(waiver_reasons()) == set(ACTIONS["check.waived"].details["reason"].words)
    with pytest.raises(UsageError, match="looks like"):
        check_waiver("everything", "other", TODAY, TODAY)
    with pytest.raises(GateRefused, match="KEY-01"):
        check_waiver("KEY-01", "other", TODAY, TODAY)


@given(st.lists(st.tuples(st.sampled_from(list(Duty)), st.dates(), st.booleans()), max_size=20))
def test_what_waits_comes_by_date_and_what_is_met_does_not_come(drawn):
    made = [
        (str(at), Obligation(duty=duty, opened=TODAY, due=due, rule="RGT-01", met=TODAY if met else None))
        for at, (duty, due, met) in enumerate(drawn)
    ]
    waiting = urgent_first(made)
    assert [one.due for _, one in waiting] == sorted(one.due for _, one in made if one.met is None)


def test_a_mark_is_said_in_both_standards():
    words = rights_wordings()
    assert words.turn_withdrawn.say(Standard.BOKMAAL) == "[utsagn trukket]"
    assert words.turn_withdrawn.say(Standard.NYNORSK) == "[utsegn trekt]"


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=200))
def test_a_calendar_line_is_folded_and_comes_back_whole(summary):
    text = calendar_text([Day("0123", TODAY, summary)], made=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    (line,) = [line for line in unfolded.split("\r\n") if line.startswith("SUMMARY:")]
    back = line.removeprefix("SUMMARY:").replace("\\\\", "\0").replace("\\;", ";").replace("\\,", ",")
    assert back.replace("\0", "\\") == summary
