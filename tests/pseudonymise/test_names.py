"""A surrogate stands in the form of the name it replaces."""

from __future__ import annotations

import pytest
from anonymizer.pseudonymise.names import inflect, parse_name, relation_around

KNOWN = {"kari", "lars", "svenn", "jonas", "nordli", "per"}


def known(word: str) -> bool:
    return word in KNOWN


@pytest.mark.parametrize(
    ("written", "base", "by_name", "by_mark"),
    [
        ("Kari", "kari", "Maja", "[person 2]"),
        ("Karis", "kari", "Majas", "[person 2]s"),
        ("Kari’s", "kari", "Majas", "[person 2]s"),
        ("Lars", "lars", "Maja", "[person 2]"),
        ("Lars'", "lars", "Majas", "[person 2]s"),
        ("Jonas", "jonas", "Maja", "[person 2]"),
        ("Kari Nordlis", "kari nordli", "Majas", "[person 2]s"),
        ("kari nordli", "kari nordli", "maja", "[person 2]"),
        ("KARI", "kari", "MAJA", "[person 2]"),
        ("Svenn'n", "svenn", "Maja", "[person 2]"),
        ("K.N.", "k.n.", "M.", "[person 2]"),
        ("fru Nordli", "nordli", "fru Maja", "[person 2]"),
        ("tante Kari", "kari", "tante Maja", "[person 2]"),
        ("han Per", "per", "han Maja", "[person 2]"),
    ],
)
def test_name_and_mark_take_the_form_of_the_written_name(
    written: str, base: str, by_name: str, by_mark: str
) -> None:
    name = parse_name(written, known)
    assert name.base == base
    assert inflect("Maja", name) == by_name
    assert inflect("[person 2]", name) == by_mark


def test_a_name_in_s_takes_an_apostrophe_and_a_definite_ending_fits_its_consonant() -> None:
    assert inflect("Lars", parse_name("Karis", known)) == "Lars'"
    assert inflect("Espen", parse_name("Svenn'n", known)) == "Espen'n"


def test_a_rare_name_is_known_by_its_other_mentions() -> None:
    assert parse_name("Odas", known).base == "odas"
    assert parse_name("Odas", known, {"oda", "odas"}.__contains__).base == "oda"


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("så ringte søstera mi <Kari> igjen", "sister"),
        ("og broren hennes som heter <Ola>", "brother"),
        ("min gamle venn <Per> sa", "friend"),
        ("min <Per> sa", None),
        ("onkel <Per> kom", "uncle"),
        ("<Kari>, søstera mi, kom", "sister"),
        ("<Per> er min eldste bror", "brother"),
        ("mannen <Per> så ut som", None),
        ("mannen min <Per> sa", "husband"),
        ("han gikk forbi <Per> og", None),
        ("storesyster mi <Eli> sa", "sister"),
        ("fastlegen min, <Holm>, sa", "doctor"),
    ],
)
def test_the_relation_is_read_from_the_words_around_a_name(text: str, relation: str | None) -> None:
    start, end = text.index("<"), text.index(">") - 1
    assert relation_around(text.replace("<", "").replace(">", ""), start, end) == relation


def test_a_relation_word_may_be_all_there_is() -> None:
    name = parse_name("mammas", known)
    assert (name.base, name.relation, inflect("[moren]", name)) == ("", "mother", "[moren]s")
