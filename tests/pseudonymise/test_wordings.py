"""The words that stand in brackets, and the names that are drawn, are what they say they are."""

from __future__ import annotations

import re

import pytest
from anonymizer.data import SCHEMAS, lexicon_names, load_lexicon
from anonymizer.model import EntityType, Standard
from anonymizer.pseudonymise.organisations import organisation_wording
from anonymizer.pseudonymise.places import demonym_wording, kind_by_form
from anonymizer.pseudonymise.wordings import (
    Wording,
    codenames,
    fictive_names,
    fold,
    marks,
    numbers,
    organisation_words,
    place_words,
    relations,
    standard_words,
)

BRACKETS = re.compile(r"[\[\]]")


def test_every_type_has_a_mark_in_both_standards() -> None:
    assert set(marks().types) == set(EntityType)
    for wording in marks().types.values():
        assert not BRACKETS.search(wording.say(Standard.BOKMAAL) + wording.say(Standard.NYNORSK))


def test_a_form_shows_one_relation_only() -> None:
    forms = [fold(form) for one in relations().relations for form in (*one.forms, *one.owned)]
    assert sorted({form for form in forms if forms.count(form) > 1}) == []
    assert len({one.id for one in relations().relations}) == len(relations().relations)


def test_months_and_seasons_are_whole() -> None:
    assert set(numbers().months.values()) == set(range(1, 13))
    assert sorted(month for one in numbers().seasons.values() for month in one.months) == list(range(1, 13))
    assert [numbers().months[name] for name in numbers().month_names] == list(range(1, 13))


def test_no_word_counts_for_both_standards() -> None:
    words = standard_words()
    assert set(words.nb) & set(words.nn) == {"de"}


def test_code_names_are_neither_people_nor_places() -> None:
    names = codenames().names
    assert len(set(map(fold, names))) == len(names) > 60
    taken: set[str] = set()
    for lexicon in ("first_names", "surnames", "municipalities", "settlements", "nicknames"):
        if lexicon in lexicon_names() and _ships(lexicon):
            rows = load_lexicon(lexicon)
            taken.update(map(fold, rows.column(rows.columns[1 if lexicon == "municipalities" else 0])))
    assert sorted(name for name in names if fold(name) in taken) == []


def _ships(name: str) -> bool:
    from anonymizer.data import rules_dir

    return (rules_dir() / "lexicon" / f"{name}.tsv").is_file()


def test_fictive_names_are_names_of_the_gender_they_stand_under() -> None:
    rows = load_lexicon("first_names")
    gender = dict(zip(map(fold, rows.column("name")), rows.column("gender"), strict=True))
    wrong = [
        (name, wanted)
        for wanted in ("f", "m")
        for names in fictive_names().of(wanted).values()
        for name in names
        if gender.get(fold(name), wanted) not in {wanted, "x"}
    ]
    assert wrong == []
    unknown = [
        name
        for one in "fm"
        for row in fictive_names().of(one).values()
        for name in row
        if fold(name) not in gender
    ]
    assert unknown == []


def test_every_decade_has_names_enough_for_a_study() -> None:
    for gender in ("f", "m"):
        for names in fictive_names().of(gender).values():
            assert len(set(names)) == len(names) >= 14


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Storvik universitetssjukehus", "sykehus"),
        ("DPS Storvik", "psykisk helsetjeneste"),
        ("Knøttvær ungdomsskole", "skole"),
        ("Storvik fengsel", "fengsel"),
        ("NAV Storvik", "NAV-kontor"),
        ("Knøttværklinikken", "behandlingssted"),
        ("Storvik legesenter", "legetjeneste"),
        ("Knøttvær bru og mek", "arbeidsplass"),
        ("Kirkens Bymisjon Storvik", "organisasjon"),
        ("Storvik kirke", "trossamfunn"),
        ("Storvik kommune", "kommunal tjeneste"),
        ("Blimp", "virksomhet"),
    ],
)
def test_an_organisation_is_told_by_a_word_of_its_name(name: str, kind: str) -> None:
    assert organisation_wording(name).nb == kind


def test_every_kind_of_organisation_in_the_lexicon_has_a_category() -> None:
    kinds = {kind for one in organisation_words().categories for kind in one.kinds}
    (column,) = (one for one in SCHEMAS["organisations"].columns if one.name == "kind")
    assert column.values <= kinds
    assert set(load_lexicon("institution_forms").column("kind")) <= kinds


def test_the_form_of_a_name_tells_a_kind_of_place() -> None:
    assert kind_by_form("Ukjentfjorden") == "fjord"
    assert kind_by_form("Ukjentdalens") == "valley"
    assert kind_by_form("Tøyen") is None
    assert kind_by_form("Blimp") is None


def test_an_inhabitant_is_told_by_the_part_of_the_country() -> None:
    place = Wording(nb="liten kommune på Vestlandet", nn="liten kommune på Vestlandet")
    assert demonym_wording(place) == Wording(nb="person fra Vestlandet", nn="person frå Vestlandet")
    assert demonym_wording(Wording(nb="sted", nn="stad")).nb == "innbygger"


def test_the_parts_of_the_country_are_worded_for_every_region() -> None:
    for part in place_words().regions.values():
        assert re.match(r"(?:i|på) [A-ZÅØÆÁ]", part.nb)
        assert part.people > 0


def test_every_part_of_the_world_in_the_gazetteer_has_words() -> None:
    assert set(load_lexicon("abroad").column("world_region")) <= set(place_words().abroad)
