"""The key table: sealed row by row, asked and swept with."""

from __future__ import annotations

import random

import pytest
from anonymizer.data import load_pack
from anonymizer.errors import IntegrityError
from anonymizer.model import KnownPerson
from anonymizer.pseudonymise import STUDY, KeyTable, Material, NoPlaces, extend, sweep

from tests.pseudonymise.gold_text import transcript

SPEAKERS = {"R": "p-1", "Tor": "p-2"}
FICTIVE = load_pack("fictive-names")


@pytest.fixture
def table() -> KeyTable:
    people = [KnownPerson("p-1", "Kari Nordli", gender="f"), KnownPerson("p-2", "Tor Vik", gender="m")]
    one = transcript("R: {{PERSON:Oda Liv Moen}} på {{ORGANIZATION:Drillo verft}} i {{LOCATION:Knøttvær}}")
    two = transcript("Tor: {{PERSON:Oda Moen}} i {{LOCATION:Knøttvær}}")
    return extend(
        KeyTable().register(
            people, [KnownPerson("interviewer", "Line Berg"), KnownPerson("interviewer", "Eva Dal")]
        ),
        [Material(*one, "p-1", SPEAKERS), Material(*two, "p-2", SPEAKERS)],
        FICTIVE,
        random.Random(1),
        places=NoPlaces(),
    )


def test_every_row_has_one_owner_and_comes_back(table: KeyTable) -> None:
    rows = table.rows()
    assert {row.owner for row in rows} == {"p-1", "p-2", STUDY}
    assert len({(row.kind, row.row_id) for row in rows}) == len(rows)
    assert KeyTable.from_rows(rows) == table


def test_what_a_withdrawn_participant_brought_is_gone_with_their_rows(table: KeyTable) -> None:
    left = KeyTable.from_rows(row for row in table.rows() if row.owner != "p-1")
    assert left == table.without_owner("p-1")
    content = b" ".join(row.content for row in left.rows()).decode().casefold()
    assert "nordli" not in content
    assert "drillo" not in content
    assert "knøttvær" in content


def test_a_row_under_another_owner_or_of_no_known_shape_is_refused(table: KeyTable) -> None:
    row = next(row for row in table.rows() if row.kind == "person")
    for bad in (
        row._replace(owner="p-x"),
        row._replace(row_id="x"),
        row._replace(kind="ghost"),
        row._replace(content=b"{}"),
        row._replace(content=b"no json"),
    ):
        with pytest.raises(IntegrityError) as caught:
            KeyTable.from_rows([bad])
        assert "moen" not in str(caught.value).casefold()


def test_registering_again_corrects_a_name_and_keeps_the_surrogate(table: KeyTable) -> None:
    again = table.register([KnownPerson("p-1", "Kari Nordlie", gender="f")])
    before, after = table.participant("p-1"), again.participant("p-1")
    assert before is not None
    assert after is not None
    assert after.names == ("Kari Nordlie",)
    assert after.fictive_name == before.fictive_name
    assert again.staff == table.staff
    assert table.staff[0].names == ("Line Berg", "Eva Dal")


def test_whois_answers_names_and_numbers(table: KeyTable) -> None:
    row = table.participant("p-1")
    assert row is not None
    assert table.whois((row.fictive_name or "").upper()) == (row,)
    assert table.whois("ingen") == ()
    numbered = extend(table, [], load_pack("sikt-base"), random.Random(2), places=NoPlaces())
    known = numbered.participant("p-2")
    assert known is not None
    assert numbered.whois(f"Informant {known.number}") == (known,)


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("så kom Kari", "p-1"),
        ("NORDLIS hus", "p-1"),
        ("fra knøttvær", None),
        ("ved Drillo verft", None),
        ("så sa Line", "interviewer"),
        ("oda moen", None),
    ],
)
def test_the_sweep_finds_every_known_name(table: KeyTable, text: str, owner: str | None) -> None:
    for output in (text, text.encode(), ("\ufeff" + text).encode("utf-16-le"), text.encode("cp1252")):
        leaks = sweep(output, table)
        assert leaks
        assert owner is None or leaks[0].row_id == owner
        found = text[leaks[0].start : leaks[0].end]
        assert found.casefold() in {
            "kari",
            "nordli",
            "nordlis",
            "knøttvær",
            "drillo verft",
            "line",
            "oda moen",
        }


def test_the_sweep_leaves_words_marks_and_surrogates_alone(table: KeyTable) -> None:
    name = (table.participant("p-1") or table.participants[0]).fictive_name
    clean = f"{name} sa at karisma og linjene i [sted] var et liv verdt, [person 1]"
    assert sweep(clean, table) == []
    assert sweep("Liv er et rart ord. «Liv», sa hun.", table) == []
    assert len(sweep("hun het Liv", table)) == 1
    assert sweep("", table) == []
    assert sweep("Kari", KeyTable()) == []


def test_the_sweep_can_be_kept_to_some_owners(table: KeyTable) -> None:
    assert sweep("Kari og Tor", table, owners={"p-2"}) == [
        leak for leak in sweep("Kari og Tor", table) if leak.row_id == "p-2"
    ]
