"""Shapes that real manuscripts have: tables of aligned columns, letters behind the reference list, hidden text."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import pytest

ENTRIES = "\n".join(
    f"{n}. Aasen KB, Lie T. Omsorg og tid. Tidsskriftet. 2011;{n}(2):15–28." for n in range(1, 9)
)


def found(scanner, text: str, name: str = "a.txt") -> dict[str, list[str]]:
    rules: dict[str, list[str]] = {}
    for each in scanner.scan(text.encode(), name).findings:
        rules.setdefault(each.rule, []).append(each.text)
    return rules


@pytest.mark.parametrize(
    "heading",
    [
        "Appendix A: Letter to those who took part (in Norwegian)",
        "Vedlegg 1: Informasjonsskriv (bokmål)",
        "Vedlegg B – Samtykkjeskjema (nynorsk)",
    ],
)
def test_an_appendix_whatever_its_heading_ends_with_closes_the_reference_list(scanner, heading):
    text = f"Referanser\n\n{ENTRIES}\n\n{heading}\n\nDette er et spørsmål til deg om å delta.\n\n * Student: Ylva T. Moldestad, mob. +47 485 31 907\n"
    assert found(scanner, text)["phone"] == ["+47 485 31 907"]


def test_rows_of_aligned_columns_are_a_sample_table(scanner):
    rows = [
        "Nr    Kjønn     Alder    År i yrket     Kommune",
        "-----------------------------------------------",
        "1     Kvinne    52       27             Engerdal",
        "2     Kvinne    39       11             Engerdal",
        "3     Mann      31       6              Tolga",
        "4     Kvinne    44       19             Folldal",
    ]
    text = "3 Metode\n\nTabell 1. Deltakerne i studien\n\n" + "\n".join(rows) + "\n"
    rules = found(scanner, text)
    assert rules["lone-person"] == ["Mann"]
    assert len(rules["small-cell"]) == 4
