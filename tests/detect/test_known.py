"""People the study knows are found everywhere: exact, inflected, misspelt; everyday words are left alone."""

from __future__ import annotations

import pytest
from anonymizer.detect.known import FoundNames, KnownNames
from anonymizer.model import KnownPerson

KARI = KnownPerson(
    key="k1",
    name="Borghild Sørlifjell",
    aliases=("Bogga",),
    workplaces=("Nordlia bakeri",),
    places=("Tverrelvdalen",),
    contacts=("borghild@post.example", "43 60 08 22"),
)


def hits(text, *people, **options):
    return [text[one.start : one.end] for one in KnownNames(people or (KARI,), **options).search(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jeg traff Borghild Sørlifjell i går.", ["Borghild Sørlifjell"]),
        ("Det var Borghilds hus.", ["Borghilds"]),
        ("borghild sa det", ["borghild"]),
        ("Hun Bogga, ja.", ["Bogga"]),
        ("Fru Sørlifjell kom.", ["Sørlifjell"]),
        ("Borghild S. var der.", ["Borghild S."]),
        ("B. Sørlifjell skrev.", ["B. Sørlifjell"]),
        ("Hos Sørlefjell altså.", ["Sørlefjell"]),
        ("hun Borgild, ja", ["Borgild"]),
        ("Hun var på Nordlia bakeri.", ["Nordlia bakeri"]),
        ("oppi Tverrelvdalen", ["Tverrelvdalen"]),
        ("skriv til Borghild@post.example", ["Borghild", "Borghild@post.example"]),
        ("ring 436 00 822 da", ["436 00 822"]),
        ("Ingen av dem var der.", []),
        ("Et bakeri i en dal.", []),
    ],
)
def test_search(text, expected):
    assert hits(text) == expected


def test_a_hit_knows_whom_it_points_at():
    (hit,) = KnownNames([KARI]).search("Bogga")
    assert hit.entity == "k1"


def test_short_names_need_a_capital():
    bo = KnownPerson(key="k2", name="Bo")
    assert hits("jeg vil bo der Bo bodde", bo) == ["Bo"]


def test_fuzzy_can_be_off():
    assert hits("hun Borgild", fuzzy=False) == []


def test_a_name_that_was_found_is_looked_for_elsewhere():
    names = FoundNames.of(["Borghild Sørlifjell", "Torkjells"])
    text = "Og Sørlifjell og Borghilds mann, men ikke sørlifjell."
    assert [text[one.start : one.end] for one in names.search(text)] == ["Sørlifjell", "Borghilds"]
