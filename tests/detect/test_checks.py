"""Check digits and date parts; all numbers are synthetic (month + 80) or of a form that is not allotted."""

from __future__ import annotations

import pytest
from anonymizer.detect.checks import CHECKS, Validity, mod11, national_id_kind
from hypothesis import given
from hypothesis import strategies as st


def with_check_digits(nine):
    """Return eleven figures by the rule in force, or None where no check digit fits."""
    first = -mod11(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -mod11(f"{nine}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return None if 10 in {first, second} else f"{nine}{first}{second}"


@given(
    st.integers(1, 28),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(0, 999),
    st.integers(0, 10),
    st.integers(1, 9),
)
def test_a_wrong_figure_is_noticed(day, month, year, number, at, shift):
    valid = with_check_digits(f"{day:02d}{month + 80:02d}{year:02d}{number:03d}")
    if valid is None:
        return
    assert CHECKS["fodselsnummer"](valid) is Validity.VALID
    wrong = valid[:at] + str((int(valid[at]) + shift) % 10) + valid[at + 1 :]
    # The rule of 2032 lets four values pass as first check digit, so that the last one carries most of the weight.
    if at != 9:
        assert mod11(wrong, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) != 0
        assert CHECKS["fodselsnummer"](wrong) is not Validity.VALID


def test_the_first_check_digit_of_2032():
    nine = "018590500"
    old = with_check_digits(nine)
    assert old is not None
    others = set()
    for first in range(10):
        second = -mod11(f"{nine}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if second < 10 and CHECKS["fodselsnummer"](f"{nine}{first}{second}") is Validity.VALID:
            others.add(f"{nine}{first}{second}")
    assert old in others
    assert 2 <= len(others) <= 4


@pytest.mark.parametrize(
    ("digits", "kind"),
    [
        ("01859050022", "fnr"),
        ("01709050022", "fnr"),
        ("41859050016", "d"),
        ("01529050018", "h"),
        ("41529050018", "h"),
        ("81234500007", "fh"),
        ("32859050022", None),
        ("01939050022", None),
        ("30829050022", None),
        ("0185905002", None),
    ],
)
def test_kinds_by_the_date_part(digits, kind):
    assert national_id_kind(digits) == kind


@pytest.mark.parametrize(
    ("check", "text", "validity"),
    [
        ("bank_account", "0001.23.45674", Validity.POSSIBLE),
        ("bank_account", "0001.23.45675", Validity.INVALID),
        ("organisation_number", "312 345 676", Validity.VALID),
        ("organisation_number", "312 345 677", Validity.INVALID),
        ("duf_number", "201498765404", Validity.VALID),
        ("duf_number", "201498765405", Validity.POSSIBLE),
        ("duf_number", "301498765404", Validity.INVALID),
        ("iban", "NO40 0001 2345 674", Validity.VALID),
        ("iban", "NO40 0001 2345 675", Validity.INVALID),
        ("luhn", "4000 0000 0000 0002", Validity.VALID),
        ("luhn", "4000 0000 0000 0003", Validity.INVALID),
        ("norwegian_phone", "43 60 08 22", Validity.POSSIBLE),
        ("norwegian_phone", "+47 43600822", Validity.POSSIBLE),
        ("norwegian_phone", "12345678", Validity.INVALID),
        ("norwegian_phone", "03600822", Validity.INVALID),
        ("norwegian_phone", "20304050", Validity.INVALID),
        ("norwegian_phone", "44444444", Validity.INVALID),
        ("calendar_date", "29.02.2000", Validity.POSSIBLE),
        ("calendar_date", "30.02.2000", Validity.INVALID),
        ("calendar_date", "2001-04-31", Validity.INVALID),
        ("human_age", "115 år", Validity.POSSIBLE),
        ("human_age", "140 år", Validity.INVALID),
        ("ip_address", "192.0.2.17", Validity.VALID),
        ("ip_address", "192.0.2.300", Validity.INVALID),
    ],
)
def test_check(check, text, validity):
    assert CHECKS[check](text) is validity
