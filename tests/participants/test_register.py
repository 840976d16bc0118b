"""participants.csv: what it may say and how it errs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata

import pytest
from anonymizer.errors import RegisterError
from anonymizer.participants import (
    INTERVIEWER,
    Capacity,
    ConsentEvidence,
    ParticipantRow,
    Scope,
    ThirdPerson,
    read_register,
    write_register,
)
from hypothesis import given
from hypothesis import strategies as st

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
        ("code;name;phone\nA1;Tordis;", "row 1", "column 3 is unknown"),
        ("code\nA1", "row 1", "“name” is missing"),
        ("code;name\nA1;\n", "row 2", "name is missing"),
        ("code;name\nA1;Tordis\nA1;Oda", "row 3", "same code as row 2"),
        ("code;name;age\nA1;Tordis;forty", "row 2", "age is a whole number"),
        ("code;name;evidence\nA1;Tordis;håndslag", "row 2", "evidence is one of"),
        ("code;name;capacity\nA1;Tordis;kanskje", "row 2", "capacity is one of"),
        ("code;name;sample\nA1;Tordis;Våre Brukere", "row 2", "sample is the id"),
        ("code;name;third_persons\nA1;Tordis;Ragnfrid", "row 2", "relation: name"),
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


# written out again

_WORDS = st.text(
    st.characters(whitelist_categories=("L", "N"), whitelist_characters=" .-+=@'\"-–,;"),
    min_size=1,
    max_size=20,
).map(lambda word: unicodedata.normalize("NFC", word.strip()))
_FILLED = _WORDS.filter(bool)


@st.composite
def _rows(draw: st.DrawFn) -> ParticipantRow:
    third = st.builds(ThirdPerson, _FILLED.filter(lambda word: ":" not in word and len(word) <= 40), _FILLED)
    return ParticipantRow(
        code=draw(st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,9}", fullmatch=True)),
        name=draw(_FILLED),
        aliases=tuple(dict.fromkeys(draw(st.lists(_FILLED, max_size=3)))),
        gender=draw(st.sampled_from([None, "f", "m", "x"])),
        age=draw(st.none() | st.integers(1, 129)),
        workplace=draw(_WORDS),
        contact=draw(_WORDS),
        consent_date=draw(st.none() | st.dates()),
        scopes=frozenset(draw(st.lists(st.sampled_from(Scope)))),
        evidence=draw(st.none() | st.sampled_from(ConsentEvidence)),
        sample=draw(st.sampled_from(["", "users"])),
        capacity=draw(st.none() | st.sampled_from(Capacity)),
        third_persons=tuple(sorted(set(draw(st.lists(third, max_size=2))))),
    )


@given(st.lists(_rows(), max_size=4, unique_by=lambda row: row.code))
def test_a_register_written_out_is_read_back_as_it_was(rows):
    back = read_register(write_register(rows), where="p.csv")
    assert list(back) == rows


@given(st.text("'\"=+-@|%\uff1d ax", min_size=1, max_size=5).map(str.strip).filter(bool))
def test_a_name_of_signs_and_quotation_marks_is_read_back_as_it_was(name):
    (row,) = read_register(write_register([ParticipantRow(code="K7QX", name=name)]), where="p.csv")
    assert row.name == name


@given(st.lists(_rows(), min_size=1, max_size=3, unique_by=lambda row: row.code))
def test_no_cell_is_a_formula_to_a_spreadsheet(rows):
    for line in csv.reader(io.StringIO(write_register(rows)), delimiter=";"):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
