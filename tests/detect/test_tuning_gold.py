"""What the recognisers were tuned on is found: a guard against steps back, no measure of what is unseen."""

from __future__ import annotations

from pathlib import Path

import pytest
from anonymizer.detect import evaluate
from anonymizer.model import EntityType, Tier

TUNING = sorted((Path(__file__).parents[1] / "gold" / "tuning").glob("*.txt"))


@pytest.fixture(scope="module")
def measured(pack, detector):
    return evaluate(TUNING, pack, detector=detector)


def test_every_transcript_is_searched_whole(measured):
    assert measured.files == len(TUNING) >= 15
    assert measured.problems == []


@pytest.mark.parametrize("tier", [Tier.DIRECT, Tier.STRONG])
def test_direct_and_strong_identifiers(measured, tier):
    assert measured.recall(*measured.of_tier(tier)).value >= 0.98


def test_indirect_identifiers(measured):
    assert measured.recall(*measured.of_tier(Tier.INDIRECT)).value >= 0.975


def test_character_precision(measured):
    assert measured.precision().value >= 0.97


def test_people_are_found_with_all_their_mentions(measured):
    assert measured.entity_recall(EntityType.PERSON).value >= 0.975


def test_no_finding_where_words_only_look_like_names(pack, detector):
    (path,) = [path for path in TUNING if path.stem == "15-uten-funn"]
    assert evaluate([path], pack, detector=detector).errors(show_text=True) == []
