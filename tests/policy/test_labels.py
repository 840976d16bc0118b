"""The word "anonymous" is earned, and found where it is used without being."""

from __future__ import annotations

import pytest
from anonymizer.policy import (
    Keys,
    Label,
    Recording,
    Risk,
    earned_label,
    find_claims,
    load_matrices,
    matrix_for,
    overclaims,
    run_checks,
)

from tests.policy.conftest import TODAY, facts, pack, project, transcript

SIGNED = {"singling_out": "no", "linkability": "no", "inference": "unlikely"}
ENDED = {
    "keys": Keys(destroyed=True),
    "closed": True,
    "risk": Risk(unique=0, below=0, threshold=6, **SIGNED),
    "project": project(ends=TODAY),
}


def label(**changes):
    given = facts(**{**ENDED, **changes})
    return earned_label(given, run_checks(given, pack(), today=TODAY))


def test_all_destroyed_passed_and_signed_is_anonymised():
    assert label() is Label.ANONYMISED


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": Keys(destroyed=False)},
        {"recordings": (Recording(),)},
        {"risk": Risk(unique=0, below=0, threshold=6)},
        {"risk": Risk(unique=0, below=0, threshold=6, **{**SIGNED, "inference": "possible"})},
        {"risk": Risk(unique=1, below=0, threshold=6, **SIGNED)},
        {"transcripts": (transcript(reviewed=False),)},
    ],
    ids=["key", "recording", "unsigned", "risk left", "unique", "not reviewed"],
)
def test_with_any_of_it_missing_it_is_pseudonymised(changes):
    assert label(**changes) is Label.PSEUDONYMISED


def test_without_results_nothing_is_anonymised():
    assert earned_label(facts(**ENDED)) is Label.PSEUDONYMISED


@pytest.mark.parametrize("changes", [{"transcripts": ()}, {"transcripts": (transcript(leaks=1),)}])
def test_what_is_not_written_anew_is_identifiable(changes):
    assert label(keys=Keys(), **changes) is Label.IDENTIFIABLE


@pytest.mark.parametrize(
    "claim",
    [
        "Intervjuene er anonymisert.",
        "Alle deltakere er anonyme.",
        "Materialet ble anonymiserte utdrag.",
        "The transcripts are anonymised.",
        "Data are fully anonymous.",
        "Vi har sikret anonymitet.",
        "Informantane er anonyme.",
        "ANONYMT",
    ],
)
def test_a_claim_is_found(claim):
    assert len(find_claims(claim)) == 1
    assert overclaims(claim, Label.PSEUDONYMISED)
    assert not overclaims(claim, Label.ANONYMISED)


@pytest.mark.parametrize(
    "fine",
    [
        "Intervjuene er pseudonymisert.",
        "Teksten er ikke anonym.",
        "Dette er ikkje heilt anonymt.",
        "It is not anonymous.",
        "Anonymizer writes the files.",
        "Anonymising takes time.",
    ],
)
def test_no_claim(fine):
    assert find_claims(fine) == ()


def test_a_claim_has_its_place():
    text = "Om studien\nAlle er anonyme her."
    (claim,) = find_claims(text)
    assert (text[claim.start : claim.end], claim.line) == ("anonyme", 2)


def test_the_matrices_load_and_are_found_by_name():
    assert set(load_matrices()) >= {"general", "uio"}
    assert matrix_for("Universitetet i Oslo").id == "uio"
    assert matrix_for("uio").id == "uio"
    assert matrix_for("Høgskolen i Eksempel").id == "general"
    assert matrix_for(None).id == "general"


@pytest.mark.parametrize(
    ("medium", "encrypted", "limit"),
    [
        ("Minnepinne", False, "green"),
        ("usb", True, "red"),
        ("Dropbox", False, "green"),
        ("Dropbox", True, "green"),
        ("TSD", False, "black"),
        ("skuffen", False, None),
    ],
)
def test_uio_s_matrix(medium, encrypted, limit):
    assert matrix_for("uio").limit(medium, encrypted=encrypted) == limit
