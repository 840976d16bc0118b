"""Tables: every cell arrives whole, none is a formula."""

import csv
import io

import pytest
from anonymizer import formats
from anonymizer.model import Cue, Transcript, Turn
from hypothesis import given
from hypothesis import strategies as st


def rows(source):
    return list(csv.reader(io.StringIO(source.decode("utf-8"), newline="")))


def test_a_turn_is_a_row_with_times_where_known():
    turns = (Turn('Hei, "du"\nder', "Kari; Ola", cues=(Cue(0, 5, 1.5, 2.25),)), Turn("Ja", None))
    assert rows(formats.write(Transcript("vtt", turns), "csv")) == [
        ["turn", "speaker", "start", "end", "text"],
        ["0", "Kari; Ola", "1.5", "2.25", 'Hei, "du"\nder'],
        ["1", "", "", "", "Ja"],
    ]


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+4712345678", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠a", "|calc", "%0A",
     '=HYPERLINK("http://x.example","a")', "- Ja"],
)  # fmt: skip
def test_formulas_are_defused_in_text_and_labels(formula):
    table = rows(formats.write(Transcript("txt", (Turn(formula, formula),)), "csv"))
    assert table[1][1] == table[1][4] == f"'{formula}"
    assert formats.csv_cell(formula) == f"'{formula}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (3, "3"), (-1.5, "-1.5"), ("Ja – nei", "Ja – nei"), ("(latter)", "(latter)")],
)
def test_ordinary_values_stay_as_they_are(value, cell):
    assert formats.csv_cell(value) == cell


@given(st.text())
def test_no_cell_begins_like_a_formula_and_none_loses_text(text):
    cell = formats.csv_cell(text)
    assert cell in {text, f"'{text}"}
    assert not cell or cell[0] not in "=+-@\t\r\n"
