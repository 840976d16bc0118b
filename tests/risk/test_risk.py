"""Risk of recognition: what the five studies' tables would have shown before they were printed."""

from __future__ import annotations

import pytest
from anonymizer.data import Linkability
from anonymizer.errors import UsageError
from anonymizer.risk import (
    ColumnKind,
    Kind,
    Pool,
    QuoteFact,
    Thresholds,
    assess,
    parse_pool,
    read_sample_table,
)
from anonymizer.risk.coarsen import information
from anonymizer.risk.figures import exact_durations, parse_span
from hypothesis import given
from hypothesis import strategies as st

LONE_WOMAN = """\
code;Kjønn;Alder
A;kvinne;35–44
B;mann;35–44
C;mann;35–44
D;mann;45–54
E;mann;45–54
F;mann;45–54
"""


def table(text: str):
    return read_sample_table(text, where="table.csv")


def lone(report):
    return [finding for finding in report.findings if finding.kind is Kind.LONE_COMBINATION]


def kinds(report):
    return {finding.kind for finding in report.findings}


def test_the_lone_woman_of_the_sample_is_found_and_her_gender_is_what_to_leave_out():
    report = assess(table(LONE_WOMAN))
    (finding,) = lone(report)
    assert (finding.kind, finding.severity, finding.rule) == (Kind.LONE_COMBINATION, "block", "TXT-03")
    assert (finding.columns, finding.values, finding.codes) == (("Kjønn",), ("kvinne",), ("A",))
    assert finding.mend is not None
    assert (finding.mend.column, finding.mend.step) == ("Kjønn", "omit")
    assert report.blocks
    assert (report.k, report.unique, report.below, report.threshold) == (1, 1, 2, 6)


def test_groups_of_two_and_three_are_too_few_until_the_pool_says_otherwise():
    report = assess(table(LONE_WOMAN))
    assert [(one.size, one.severity) for one in report.findings if one.kind is Kind.SMALL_GROUP] == [
        (2, "warn"),
        (3, "warn"),
    ]
    figures = ["Kjønn=kvinne:20", "Kjønn=mann:60", "Alder=35–44:40", "Alder=45–54:40"]
    cleared = assess(table(LONE_WOMAN), pool=Pool(*parse_pool(80, figures)))
    assert (cleared.findings, cleared.unique, cleared.below, cleared.cleared) == ((), 0, 0, 3)


@pytest.mark.parametrize(("women", "severity"), [(1, "block"), (5, "warn"), (6, None), (40, None)])
def test_the_stated_pool_decides_how_lone_she_is(women, severity):
    pool = Pool(*parse_pool(80, [f"Kjønn=kvinne:{women}"]))
    report = assess(table(LONE_WOMAN), pool=pool)
    assert [finding.severity for finding in lone(report)] == ([severity] if severity else [])
    assert report.cleared == (severity is None)


def test_a_share_taken_from_the_sample_never_clears_anyone():
    (finding,) = lone(assess(table(LONE_WOMAN), pool=Pool(size=45)))
    assert finding.pool is not None
    assert (finding.severity, finding.pool.basis, finding.pool.people) == ("warn", "sample", 7)


def test_two_columns_that_are_harmless_alone_combine():
    text = "code,Kjønn,Alder\nA,mann,30–39\nB,mann,30–39\nC,kvinne,30–39\nD,kvinne,40–49\nE,mann,40–49\nF,mann,40–49\n"
    combined = {finding.values: finding for finding in lone(assess(table(text)))}
    assert set(combined) == {("kvinne", "30–39"), ("kvinne", "40–49")}
    assert combined["kvinne", "30–39"].columns == ("Kjønn", "Alder")


def test_the_cheapest_coarsening_is_a_wider_band_before_a_column_is_left_out():
    text = "code,Alder,Rolle\nA,41,rådgiver\nB,43,rådgiver\nC,44,rådgiver\nD,42,rådgiver\n"
    for finding in lone(assess(table(text))):
        assert finding.mend is not None
        assert (finding.mend.column, finding.mend.step, finding.mend.width) == ("Alder", "band", 5)


def test_exact_sober_years_are_named_and_banded():
    report = assess(table("code;Edru\nA;18,5 år\nB;18 år\nC;15–20 år\nD;15–20 år\n"))
    exact = [finding for finding in report.findings if finding.kind is Kind.EXACT_DURATION]
    assert [finding.values for finding in exact] == [("18,5 år",), ("18 år",)]
    assert all(finding.mend and (finding.mend.step, finding.mend.width) == ("band", 5) for finding in exact)


def test_a_small_municipality_is_told_from_a_city_and_goes_to_its_county():
    report = assess(table("code;Kommune\nA;Bjerkreim\nB;Bjerkreim\nC;Oslo\nD;Oslo\n"))
    (finding,) = [one for one in report.findings if one.kind is not Kind.SMALL_GROUP]
    assert (finding.kind, finding.values, finding.rule) == (Kind.SMALL_PLACE, ("Bjerkreim",), "TXT-04")
    assert finding.mend is not None
    assert finding.mend.step == "county"


def test_the_population_threshold_is_the_packs():
    text = "code;Kommune\nA;Bjerkreim\nB;Bjerkreim\n"
    assert kinds(assess(table(text), thresholds=Thresholds(population=2000))) == {Kind.SMALL_GROUP}


def test_a_named_workplace_asks_for_a_decision():
    report = assess(table("code;Arbeidssted\nA;Lyngheim\nB;Lyngheim\n"))
    assert [one.rule for one in report.findings if one.kind is Kind.INSTITUTION] == ["TXT-05"]


def test_a_group_that_shares_a_diagnosis_tells_it_of_everyone_in_it():
    text = "code;Kjønn;Diagnose\nA;mann;gikt\nB;mann;gikt\nC;kvinne;gikt\nD;kvinne;astma\n"
    shared = [one for one in assess(table(text)).findings if one.kind is Kind.SAME_SENSITIVE_VALUE]
    assert [(one.codes, one.values) for one in shared] == [(("A", "B"), ("gikt",))]


def test_linked_quotes_give_back_what_the_table_took_away():
    quotes = [
        QuoteFact("A", Linkability.PSEUDONYM, exact_durations=("18,5 år",)),
        QuoteFact("A", Linkability.PSEUDONYM),
    ]
    report = assess(table(LONE_WOMAN), quotes=quotes)
    assert [(one.code, one.quotes, one.alone_in_table) for one in report.linked] == [("A", 2, True)]
    assert {Kind.LINKED_QUOTES, Kind.QUOTE_DETAIL} <= kinds(report)
    unlinked = [QuoteFact("A", Linkability.NONE, exact_durations=("18,5 år",))] * 2
    assert kinds(assess(table(LONE_WOMAN), quotes=unlinked)) == kinds(assess(table(LONE_WOMAN)))


def test_empty_cells_single_nobody_out():
    report = assess(table("code;Kjønn\nA;\nB;-\nC;mann\nD;mann\n"))
    assert [(one.kind, one.codes) for one in report.findings] == [(Kind.SMALL_GROUP, ("C", "D"))]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Jeg har vært rusfri i 18,5 år.", 1),
        ("det er 14 måneder siden", 1),
        ("i ti år", 0),
        ("20 år", 0),
        ("15-20 år", 0),
        ("18 og et halvt år", 1),
        ("klokka 18, året etter", 0),
    ],
)
def test_exact_durations_in_a_quote(text, count):
    assert len(exact_durations(text)) == count


def test_months_are_read_as_years():
    assert parse_span("18 måneder") == parse_span("1,5 år")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Alder", ColumnKind.AGE),
        ("År edru", ColumnKind.DURATION),
        ("Gender", ColumnKind.GENDER),
        ("Bosted (kommune)", ColumnKind.PLACE),
        ("Stilling", ColumnKind.ROLE),
        ("Noe annet", ColumnKind.OTHER),
    ],
)
def test_headings_say_what_a_column_holds(heading, kind):
    assert table(f"code;{heading}\nA;x\n").columns[0].kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "code;Navn\n",
        "Navn\nA\n",
        "code;Navn;Navn\nA;Tordis;b\n",
        "code;Navn\nA;Tordis;b\n",
        "code;Navn\nA;Tordis\nA;b\n",
        "code;Navn\n;Tordis\n",
        'code;Navn\nA;"Tordis\n',
    ],
)
def test_a_bad_table_is_refused_without_its_content(text):
    with pytest.raises(UsageError) as caught:
        table(text)
    assert "table.csv" in str(caught.value)
    assert "Tordis" not in str(caught.value)


@pytest.mark.parametrize("stated", ["kvinne:4", "Kjønn=kvinne", "Kjønn=kvinne:81"])
def test_a_figure_that_cannot_be_is_refused(stated):
    with pytest.raises(UsageError):
        parse_pool(80, [stated])


CELLS = st.sampled_from(["a", "b", "c", "34", "38", "41", ""])


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=9))
def test_every_finding_is_true_and_minimal_and_its_mend_mends(rows):
    text = "code,Alder,Rolle,Annet\n" + "".join(f"{at},{','.join(row)}\n" for at, row in enumerate(rows))
    read = table(text)
    names = [column.name for column in read.columns]
    for finding in assess(read).findings:
        if finding.kind is not Kind.LONE_COMBINATION:
            continue
        columns = [names.index(name) for name in finding.columns]

        def sharing(part, finding=finding):
            wanted = dict(zip(finding.columns, finding.values, strict=True))
            return sum(all(row[at] == wanted[names[at]] for at in part) for row in read.rows)

        assert sharing(columns) == 1
        assert all(sharing([at for at in columns if at != out]) > 1 for out in columns if len(columns) > 1)
        assert finding.mend is not None or len(rows) == 1


@given(st.lists(CELLS, min_size=1, max_size=20))
def test_information_is_never_negative_and_nought_where_all_are_alike(cells):
    assert information(cells) >= 0
    assert information(["x"] * len(cells)) == 0
