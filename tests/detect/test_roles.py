"""Roles that few hold in a place: flagged, never removed, and never in the way of what is."""

from __future__ import annotations

import pytest
from anonymizer.model import Action, Tier
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Ordføreren er pasienten min, presten også.", ["Ordføreren", "presten"]),
        ("Han er gift med lensmannen.", ["lensmannen"]),
        ("Ho var den einaste legen her.", ["den einaste legen"]),
        ("Jeg var rektor på Voss.", ["rektor"]),
        ("ordføraren og presten kjenner alle", ["ordføraren", "presten"]),
    ],
)
def test_roles(rules_alone, text, roles):
    findings = [one for one in rules_alone.detect(talk(text)).findings if one.entity_type == "ROLE"]
    assert [one.text for one in findings] == roles
    assert {(one.action, one.tier) for one in findings} == {(Action.FLAG, Tier.INDIRECT)}


@pytest.mark.parametrize(
    "text",
    ["Og du ble prest?", "Det var den eneste gangen.", "Han var den eneste som kom.", "En lege og en lærer."],
)
def test_a_calling_alone_says_too_little(rules_alone, text):
    assert found(rules_alone.detect(talk(text)), "ROLE") == []


def test_a_role_takes_no_name_and_no_place(rules_alone):
    text = "Det sa presten i Modalen, og lensmannen, Kari Nordli."
    assert found(rules_alone.detect(talk(text)), "LOCATION", "PERSON") == [
        ("Modalen", "LOCATION"),
        ("Kari Nordli", "PERSON"),
    ]
