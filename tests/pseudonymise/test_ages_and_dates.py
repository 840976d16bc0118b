"""Ages and dates are told coarsely, in the grammar they were written in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from anonymizer.data import load_pack
from anonymizer.data.packs import To
from anonymizer.model import EntityType, Standard
from anonymizer.pseudonymise.ages import coarsen_age
from anonymizer.pseudonymise.dates import coarsen_date, parse_date, shift_date
from anonymizer.pseudonymise.numerals import parse_number, parse_year
from hypothesis import given
from hypothesis import strategies as st

BAND = load_pack("sikt-base").treatment(EntityType.AGE)
ROUGH = load_pack("notes-only").treatment(EntityType.AGE)
NB, NN = Standard.BOKMAAL, Standard.NYNORSK


@pytest.mark.parametrize(
    ("written", "band", "rough"),
    [
        ("42", "[40–49]", "[rundt 40]"),
        ("42 år", "[40–49 år]", "[rundt 40 år]"),
        ("førtito år", "[40–49 år]", "[rundt 40 år]"),
        ("to og førti", "[40–49]", "[rundt 40]"),
        ("42-åring", "[40–49-åring]", "[rundt 40-åring]"),
        ("attenåring", "[10–19-åring]", "[rundt 20-åring]"),
        ("42 år gammel", "[40–49 år gammel]", "[rundt 40 år gammel]"),
        ("er 42 år", "er [40–49 år]", "er [rundt 40 år]"),
        ("førtiårene", "[40-årene]", "[40-årene]"),
        ("femtiårsdagen", "[50–59-årsdagen]", "[rundt 50-årsdagen]"),
        ("8 måneder", "[under 2 år]", "[under 2 år]"),
        ("åttifire", "[80–89]", "[rundt 80]"),
        ("93 år", "[90 år eller eldre]", "[rundt 90 år]"),
        ("seks år", "[0–9 år]", "[rundt 5 år]"),
        ("ganske gammel", "[alder]", "[alder]"),
    ],
)
def test_an_age_becomes_a_band_or_a_round_number(written: str, band: str, rough: str) -> None:
    assert coarsen_age(written, BAND, NB) == band
    assert coarsen_age(written, ROUGH, NB) == rough


@given(st.integers(min_value=0, max_value=120))
def test_every_age_lies_in_its_band_and_the_band_is_ten_years_or_open(age: int) -> None:
    told = coarsen_age(f"{age} år", BAND, NB)
    if age >= 90:
        assert told == "[90 år eller eldre]"
    else:
        low, high = (int(part) for part in told.strip("[]").removesuffix(" år").split("–"))
        assert low <= age <= high
        assert high - low == 9


@pytest.mark.parametrize(
    ("written", "month", "season", "year", "decade"),
    [
        ("12. mai 2015", "[mai 2015]", "[våren 2015]", "[2015]", "[2010-årene]"),
        ("12.05.2015", "[mai 2015]", "[våren 2015]", "[2015]", "[2010-årene]"),
        ("12/5-15", "[mai 2015]", "[våren 2015]", "[2015]", "[2010-årene]"),
        ("2015-05-12", "[mai 2015]", "[våren 2015]", "[2015]", "[2010-årene]"),
        ("tolvte mai nittenåttisju", "[mai 1987]", "[våren 1987]", "[1987]", "[1980-årene]"),
        ("den tolvte i femte", "[mai]", "[våren]", "[dato]", "[dato]"),
        ("nitten åttisju", "[1987]", "[1987]", "[1987]", "[1980-årene]"),
        ("to tusen og tolv", "[2012]", "[2012]", "[2012]", "[2010-årene]"),
        ("totusenogtjue", "[2020]", "[2020]", "[2020]", "[2020-årene]"),
        ("sommeren 2012", "[sommeren 2012]", "[sommeren 2012]", "[2012]", "[2010-årene]"),
        ("på åttitallet", "[1980-årene]", "[1980-årene]", "[1980-årene]", "[1980-årene]"),
        ("jula 2019", "[desember 2019]", "[vinteren 2019]", "[2019]", "[2010-årene]"),
        ("mandag", "[ukedag]", "[ukedag]", "[ukedag]", "[ukedag]"),
        ("klokka ti", "[klokkeslett]", "[klokkeslett]", "[klokkeslett]", "[klokkeslett]"),
        ("i fjor", "[dato]", "[dato]", "[dato]", "[dato]"),
    ],
)
def test_a_date_is_told_by_month_season_year_or_decade(
    written: str, month: str, season: str, year: str, decade: str
) -> None:
    told = [coarsen_date(written, to, NB) for to in (To.MONTH, To.SEASON, To.YEAR, To.DECADE)]
    assert told == [month, season, year, decade]


def test_nynorsk_has_its_own_words() -> None:
    assert coarsen_date("hausten 2012", To.SEASON, NN) == "[hausten 2012]"
    assert coarsen_date("tysdag", To.YEAR, NN) == "[vekedag]"
    assert coarsen_date("2012", To.DECADE, NN) == "[2010-åra]"


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("12. mai 2015", "7. april 2015"),
        ("12.05.2015", "07.04.2015"),
        ("2015-05-12", "2015-04-07"),
        ("mai 2015", "april 2015"),
        ("17. mai", "12. april"),
        ("2015", "[2010-årene]"),
        ("i fjor", "[dato]"),
    ],
)
def test_a_shifted_date_keeps_its_form(written: str, moved: str) -> None:
    assert shift_date(written, -35, NB) == moved


@given(
    st.dates(date(1900, 1, 1), date(2098, 12, 31)),
    st.integers(-52, 52).filter(bool),
    st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]),
)
def test_shifting_keeps_the_distance_between_two_dates(day: date, weeks: int, form: str) -> None:
    moved = parse_date(shift_date(day.strftime(form), 7 * weeks, NB))
    assert moved is not None
    assert date(moved.year or 0, moved.month or 0, moved.day or 0) == day + timedelta(days=7 * weeks)


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_be_told_coarsely(text: str) -> None:
    for to in (To.MONTH, To.SEASON, To.YEAR, To.DECADE):
        told = coarsen_date(text, to, NB)
        assert told.startswith("[")
        assert told.endswith("]")
    assert "[" in coarsen_age(text, BAND, NB)
    shift_date(text, 70, NB)


def test_numbers_are_read_as_they_are_said() -> None:
    assert [parse_number(said) for said in ("ti", "tjueen", "fem og tredve", "hundre og to", "mange")] == [
        10, 21, 35, 102, None,
    ]  # fmt: skip
    assert [parse_year(said) for said in ("1987", "nittenhundreognitti", "tjuetolv", "42")] == [
        1987, 1990, 2012, None,
    ]  # fmt: skip
