"""Cited authors are silent wherever they stand; other people are not."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import pytest

LISTS = {
    "apa": "Grimsbo, K. & Eikrem, P. A. (2015). Samtalen. Gyldendal.\n\nSkårderud, F. (2010). Skam. Tidsskrift, 2(3), 4–9.",
    "vancouver": "1. Grimsbo K, Eikrem PA. Samtalen. Gyldendal; 2015.\n\n2. Skårderud F. Skam. Tidsskrift. 2010;2(3):4-9.",
    "chicago": "Grimsbo, Kari og Per Eikrem. 2015. Samtalen. Oslo: Gyldendal.\n\nSkårderud, Finn. 2010. «Skam.» Tidsskrift 2: 4–9.",
}


def names(findings) -> set[str]:
    return {finding.text for finding in findings if finding.entity_type == "PERSON"}


@pytest.mark.parametrize("style", LISTS)
@pytest.mark.parametrize(
    "sentence",
    [
        "Grimsbo og Eikrem (2015) skriver om samtalen.",
        "Samtalen er viktig (Grimsbo & Eikrem, 2015, s. 45).",
        "Ifølge Grimsbo m.fl. er dette vanlig.",
        "Som Skårderud understreker, handler det om skam.",
        "Grimsbos begrep er nyttig (ibid., s. 46).",
        "Dette sier Finn Skårderud om saken.",
        "«Den som lytter, åpner et rom for endring», skriver Grimsbo (2015).",
    ],
)
def test_an_author_is_silent(scan, style, sentence):
    text = f"3 Metode\n\n{sentence}\n\nReferanser\n\n{LISTS[style]}\n"
    assert names(scan(text)) == set()


@pytest.mark.parametrize(
    "citation",
    [
        "Hovland og Åmodt (2019)",
        "(Hovland, 2019; Åmodt & Lie, 2020)",
        "Hovland et al. [12]",
        "Hovland (2020, s. 3)",
    ],
)
def test_a_name_in_citation_form_is_an_authors_though_the_list_lacks_it(scan, citation):
    assert names(scan(f"3 Metode\n\nDette er vist av {citation}. Hovland sier også mer.\n")) == set()


def test_an_age_in_brackets_is_no_citation(scan):
    found = scan("4 Funn\n\nEn annen, Torvald (52), ville ikke ha opptak.\n")
    assert "Torvald" in {finding.text for finding in found}


def test_another_first_name_is_another_person(scan):
    text = f"Forord\n\nTakk til Bente Grimsbo på værestedet.\n\nReferanser\n\n{LISTS['apa']}\n"
    assert "Bente Grimsbo" in names(scan(text))


def test_a_first_name_in_a_quote_is_found_though_a_source_has_it(scan):
    text = (
        "4 Funn\n\n«Så ringte jeg til Trude, og hun kom med en gang», sa en av deltakerne.\n\nReferanser\n\n"
        "Trude, K. (2015). Samtalen. Gyldendal.\n"
    )
    assert [f.rule for f in scan(text) if f.text == "Trude"] == ["name-in-quote"]


def test_a_letter_after_an_unmarked_end_of_the_list_is_still_read(scan):
    text = f"Referanser\n\n{LISTS['apa']}\n\nHei! Ta kontakt med Aslaug Rimstad på telefon 948 62 117.\n"
    rules = {finding.rule for finding in scan(text)}
    assert "phone" in rules
    assert "Aslaug Rimstad" in names(scan(text))
