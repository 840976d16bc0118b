"""Numbers as they are said: Bokmål, Nynorsk, dialect, tens first and ones first."""

from __future__ import annotations

import pytest
from anonymizer.detect.number_words import read_word
from anonymizer.detect.speech_numbers import numerals_view
from hypothesis import given
from hypothesis import strategies as st

ONES = ["null", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv", "tretten",
        "fjorten", "femten", "seksten", "sytten", "atten", "nitten"]  # fmt: skip
TENS = ["", "", "tjue", "tretti", "førti", "femti", "seksti", "sytti", "åtti", "nitti"]
OLD_TENS = [*TENS[:2], "tyve", "tredve", *TENS[4:]]


def tens_first(value, gap=""):
    if value < 20:
        return ONES[value]
    return TENS[value // 10] + (gap + ONES[value % 10].replace("én", "en") if value % 10 else "")


def ones_first(value, gap=""):
    if value < 20 or value % 10 == 0:
        return ONES[value] if value < 20 else OLD_TENS[value // 10]
    return f"{ONES[value % 10]}{gap}og{gap}{OLD_TENS[value // 10]}"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("førtitre seksti null åtte tjueto", "43 60 0 8 22"),
        ("jeg er femtiåtte år", "jeg er 58 år"),
        ("tre og tyve år", "23 år"),
        ("i nittensekstifire", "i 1964"),
        ("i nitten fireogseksti", "i 1964"),
        ("nitten hundre og sekstifire", "1964"),
        ("to tusen og fem", "2005"),
        ("totusenogfem", "2005"),
        ("tjuetjueto", "2022"),
        ("åttehundreogfemten", "815"),
        ("tredje mars", "3. mars"),
        ("den tolvte i tredje", "den 12. i 3."),
        ("ein fjortenåring", "1 14åring"),
        ("i trettiåra", "i 30åra"),
        ("fire og et halvt år", "4 og et halvt år"),
        ("sju og tjuge", "27"),
        ("eg er førti-fem", "eg er 45"),
    ],
)
def test_read_aloud(said, read):
    assert numerals_view(said).text == read


@pytest.mark.parametrize(
    "text",
    [
        "jeg fikk en ting",
        "dei to jentene gjekk",
        "vi gikk til byen",
        "for tredje gang",
        "ei jente og et hus",
        "ti hi",
        "",
    ],
)
def test_everyday_words_stay(text):
    assert numerals_view(text).text == text


@given(st.integers(0, 99))
def test_both_ways_of_counting(value):
    for word in (tens_first(value), ones_first(value)):
        numeral = read_word(word.replace(" ", ""))
        assert numeral is not None
        assert numeral.value == value


@given(st.integers(20, 99))
def test_written_apart(value):
    for said in (tens_first(value, " "), ones_first(value, " ")):
        assert numerals_view(f"hun ble {said} nå").text == f"hun ble {value} nå"


@given(st.integers(1900, 1999))
def test_years(year):
    said = (
        f"nitten{tens_first(year % 100)}" if year % 100 >= 10 else f"nittenhundreog{tens_first(year % 100)}"
    )
    expected = f"i {year}" if year % 100 else numerals_view(f"i {said}").text
    assert numerals_view(f"i {said}").text == expected


@given(st.text(alphabet="abetofirenhusåø ,.-1\n", max_size=80))
def test_every_reading_leads_back(text):
    view = numerals_view(text)
    for at in range(len(view.text)):
        start, end = view.below(at, at + 1)
        assert 0 <= start <= end <= len(text)
    assert view.below(0, len(view.text)) == (0, len(text)) if view.text else True


def test_a_reading_knows_where_it_came_from():
    text = "ja, femtiåtte år"
    view = numerals_view(text)
    start, end = view.below(view.text.index("58"), view.text.index("58") + 5)
    assert text[start:end] == "femtiåtte år"
