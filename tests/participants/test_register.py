"""participants.csv: what it may say and how it errs."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import RegisterError
from anonymizer.participants import INTERVIEWER, Scope, read_register

GOOD = """\
code;name;aliases;gender;age;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;Tora|Tordis F.;f;43;2026-01-13;2;interview|quotes;R;a.txt|b.vtt
interviewer;Oda Spørvik;;;;;;;I;
"""


def test_a_row_is_read_as_it_is_meant():
    tordis, staff = read_register(GOOD, where="p.csv")
    assert tordis.aliases == ("Tora", "Tordis F.")
    assert tordis.consent_date == dt.date(2026, 1, 13)
    assert tordis.scopes == {Scope.INTERVIEW, Scope.QUOTES}
    assert tordis.transcripts == ("a.txt", "b.vtt")
    assert staff.code == INTERVIEWER
    assert staff.is_interviewer


def test_comma_and_semicolon_are_the_same_register():
    assert read_register(GOOD.replace(";", ","), where="p.csv") == read_register(GOOD, where="p.csv")


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("code;name;phone\nA1;Tordis;", "row 1", "unknown column"),
        ("code\nA1", "row 1", "“name” is missing"),
        ("code;name\nA1;\n", "row 2", "name is missing"),
        ("code;name\nA1;Tordis\nA1;Oda", "row 3", "same code as row 2"),
        ("code;name;age\nA1;Tordis;forty", "row 2", "age is a whole number"),
        ("code;name;consent_date\nA1;Tordis;13.01.2026", "row 2", "ISO date"),
        ("code;name;scopes\nA1;Tordis;everything", "row 2", "scopes are of"),
        ("code;name;gender\nA1;Tordis;k", "row 2", "gender is"),
        ("code;name\nA 1;Tordis", "row 2", "a code is"),
        ("code;name\nA1", "row 2", "has 1 cells"),
        ('code;name\nA1;"Tordis', "p.csv", "not valid CSV"),
        ("", "p.csv", "empty"),
    ],
)
def test_an_error_names_file_and_row_and_no_value(text, where, says):
    with pytest.raises(RegisterError) as caught:
        read_register(text, where="p.csv")
    message = str(caught.value)
    assert where in message
    assert says in message
    assert "Tordis" not in message
    assert "forty" not in message


@pytest.mark.parametrize("column", ["name", "aliases", "contact"])
def test_a_pack_that_forbids_identity_makes_identity_columns_the_error(column):
    with pytest.raises(RegisterError, match="forbids identity"):
        read_register(f"code;{column}\nA1;x", where="p.csv", identity_allowed=False)


def test_without_identity_a_code_is_enough():
    (row,) = read_register("code;age\nA1;43", where="p.csv", identity_allowed=False)
    assert (row.code, row.name, row.age) == ("A1", "", 43)
