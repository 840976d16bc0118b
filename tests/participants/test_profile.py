"""The profile: its keys, what a letter promises, and what a change asks for."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import UsageError
from anonymizer.participants import Consequence, Ending, compare_profiles, one_month, parse_profile

FULL = {
    "title": "Rus og arbeid",
    "controller": "En høgskole",
    "responsible": "Oda Spørvik",
    "ends": "2027-06-30",
    "samples": [{"id": "users", "planned": 8, "pool": 45}],
    "letters": [{"version": "2", "date": "2026-01-05", "ending": ["anonymise", "delete"]}],
    "approvals": [
        {"body": "sikt", "status": "approved", "conditions": [{"id": "tick-box", "text": "fjern"}]}
    ],
}


def changed(**keys):
    return {
        (one.key, one.consequence)
        for one in compare_profiles(parse_profile(FULL), parse_profile({**FULL, **keys}))
    }


def test_an_unknown_key_is_named_and_no_value_shown():
    with pytest.raises(UsageError) as caught:
        parse_profile({"titel": "Kari Nordli", "ends": "soon"}, where="p.yaml")
    assert "titel" in str(caught.value)
    assert "ends" in str(caught.value)
    assert "Kari" not in str(caught.value)
    assert "soon" not in str(caught.value)


def test_of_two_promises_the_strictest_holds():
    letter = parse_profile(FULL).letter("2")
    assert letter.strictest_ending is Ending.DELETE
    assert parse_profile(FULL).letter("9") is None


@pytest.mark.parametrize(
    ("keys", "key", "consequence"),
    [
        ({"title": "Et annet navn"}, "title", Consequence.NO_NEED),
        ({"samples": [{"id": "users", "planned": 9, "pool": 45}]}, "samples.planned", Consequence.NO_NEED),
        ({"samples": [{"id": "users", "planned": 20, "pool": 45}]}, "samples.planned", Consequence.REPORT),
        ({"samples": [{"id": "staff"}]}, "samples", Consequence.REPORT),
        ({"ends": "2028-01-01"}, "ends", Consequence.REPORT),
        ({"responsible": "Noen andre"}, "responsible", Consequence.REPORT),
        ({"special_categories": True}, "special_categories", Consequence.REPORT),
        ({"letters": []}, "letters", Consequence.REPORT),
    ],
)
def test_a_change_is_reported_or_not(keys, key, consequence):
    assert changed(**keys) == {(key, consequence)}


def test_nothing_changed_is_no_change():
    assert changed() == set()


def test_a_month_is_a_calendar_month():
    assert one_month(dt.date(2026, 1, 31)) == dt.date(2026, 2, 28)
    assert one_month(dt.date(2026, 12, 3)) == dt.date(2027, 1, 3)
    assert one_month(dt.date(2026, 2, 28), 2) == dt.date(2026, 4, 28)
