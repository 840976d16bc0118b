"""The word lists keep their schemas, and a list that does not is refused by file, line and key."""

from pathlib import Path

import pytest
from anonymizer.data import SCHEMAS, lexicon_names, load_lexicon, read_lexicon
from anonymizer.errors import PackError

HEAD = "# source: tests\n# checked: nothing\n"
SURNAMES = SCHEMAS["surnames"]


@pytest.mark.parametrize("name", lexicon_names())
def test_every_shipped_list_keeps_its_schema_and_says_where_it_is_from(name: str) -> None:
    lexicon = load_lexicon(name)
    assert lexicon.rows
    assert lexicon.source
    assert lexicon.checked


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("first_names", 3500),
        ("surnames", 3000),
        ("word_names", 200),
        ("settlements", 2000),
        ("nature", 500),
        ("demonyms", 300),
        ("organisations", 400),
    ],
)
def test_lists_are_as_long_as_the_work_needs(name: str, at_least: int) -> None:
    assert len(load_lexicon(name).rows) >= at_least


def test_names_of_all_groups_stand_there() -> None:
    origins = load_lexicon("first_names").column("origin")
    assert origins.count("no") >= 1800
    assert origins.count("sami") >= 60
    assert origins.count("kven") >= 30
    assert len(origins) - sum(origins.count(group) for group in ("no", "sami", "kven")) >= 1500


def test_there_are_357_municipalities_and_every_place_stands_in_one_of_them() -> None:
    numbers = set(load_lexicon("municipalities").column("number"))
    assert len(numbers) == 357
    assert set(load_lexicon("settlements").column("municipality")) <= numbers
    assert {number for number in load_lexicon("organisations").column("municipality") if number} <= numbers
    successors = load_lexicon("former_municipalities").column("successors")
    assert {number for cell in successors for number in cell.split("|")} <= numbers


def test_every_county_of_2024_has_municipalities() -> None:
    counties = {row[0] for row in load_lexicon("counties").rows if row[2].endswith("-")}
    assert counties == set(load_lexicon("municipalities").column("county"))
    assert len(counties) == 15


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("name\torigin\nBakke\tno\nBakke\tsami\n", "list.tsv:5 (Bakke)"),
        ("name\torigin\nBakke\tmars\n", "list.tsv:4 (Bakke)"),
        ("name\torigin\nBakke \tno\n", "list.tsv:4 (Bakke )"),
        ("name\torigin\nBakke\n", "list.tsv:4"),
        ("name\torigin\nVik\tno\nBakke\tno\n", "list.tsv:5 (Bakke)"),
        ("name\torigin\n\tno\n", "list.tsv:4 ()"),
        ("name\torigin\nA\u030as\tno\n", "list.tsv:4 (A\u030as)"),
        ("navn\torigin\nBakke\tno\n", "list.tsv:3"),
        ("name\torigin\n", "list.tsv"),
        ("name\torigin\nBakke\tno", "list.tsv:4"),
    ],
)
def test_a_broken_list_is_refused_by_line_and_key(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "list.tsv"
    path.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_lexicon(path, SURNAMES)
    assert caught.value.where == where


def test_a_list_without_a_source_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("# checked: nothing\nname\torigin\nBakke\tno\n", encoding="utf-8")
    with pytest.raises(PackError, match="source"):
        read_lexicon(path, SURNAMES)


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(PackError):
        load_lexicon("no_such_list")
