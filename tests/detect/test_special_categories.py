"""Special categories and offences are flagged for a person to judge; dialect words likewise."""

from __future__ import annotations

import pytest
from anonymizer.model import Action
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jeg fikk diagnosen schizofreni.", ["diagnosen", "schizofreni"]),
        ("Hun var heroinavhengig og gikk på metadon.", ["heroinavhengig", "metadon"]),
        ("Han ble dømt for ran og sonet et år.", ["dømt", "sonet"]),
        ("Jeg er lesbisk, og fagorganisert.", ["lesbisk", "fagorganisert"]),
        ("ho tok ein overdose", ["overdose"]),
    ],
)
def test_special_categories(rules_alone, text, words):
    findings = [
        one for one in rules_alone.detect(talk(text)).findings if one.entity_type == "SPECIAL_CATEGORY"
    ]
    assert [one.text for one in findings] == words
    assert {one.action for one in findings} == {Action.FLAG}


@pytest.mark.parametrize(
    "text",
    [
        "Det bekrefter jeg.",
        "En fangst på tolv kilo.",
        "Det var en fin dag på fjellet.",
        "Eg veit ikkje kven.",
    ],
)
def test_everyday_words_are_none(rules_alone, text):
    assert found(rules_alone.detect(talk(text)), "SPECIAL_CATEGORY") == []


def test_a_faith_is_removed_not_only_flagged(rules_alone):
    assert found(rules_alone.detect(talk("Jeg er muslim.")), "NRP", "SPECIAL_CATEGORY") == [("muslim", "NRP")]


def test_dialect_words_are_flagged(rules_alone):
    detection = rules_alone.detect(talk("Æ veit itj ka æ ska si."))
    dialect = [one for one in detection.findings if one.entity_type == "DIALECT"]
    assert {"Æ", "itj"} <= {one.text for one in dialect}
    assert {one.action for one in dialect} == {Action.FLAG}
    assert found(rules_alone.detect(talk("Jeg vet ikke hva jeg skal si.")), "DIALECT") == []
