"""What is told of one participant in the table, at the quotes and in the text is put together."""

from __future__ import annotations

import pytest

TABLE = """3 Metode

Utvalget besto av fire informanter.

Tabell 1. Informantene
Informant Kjønn Alder
Informant 1 Kvinne 45
Informant 2 Kvinne 45
Informant 3 Mann 45
Informant 4 Mann 45

4 Funn

"""
QUOTE = "«Jeg var redd for å miste jobben, og det var det verste av alt.»"


def told(scanner, text):
    findings = scanner.scan(text.encode(), "a.txt").findings
    return [each.text for each in findings if each.rule == "combination"]


def test_a_label_adds_what_the_table_left_out(scanner):
    assert told(scanner, TABLE + f"{QUOTE} (Informant 1, Alta)\n") == ["Alta"]


def test_the_authors_sentence_adds_it_too(scanner):
    assert told(scanner, TABLE + "Informant 3 er 45 år og kommer fra Vadsø.\n") == ["Vadsø"]


@pytest.mark.parametrize("label", ["Informant 1", "Informant 1, kvinne", "informant"])
def test_what_the_table_says_already_adds_nothing(scanner, label):
    assert told(scanner, TABLE + f"{QUOTE} ({label})\n") == []


def test_a_label_may_say_too_much_by_itself(scanner):
    assert set(told(scanner, f"4 Funn\n\n{QUOTE} (kvinne, 45 år, Alta)\n")) >= {"45 år", "Alta"}


def test_a_source_is_no_participant(scanner):
    assert told(scanner, f"4 Funn\n\n{QUOTE} (Bergsund, 2019, s. 45)\n") == []
