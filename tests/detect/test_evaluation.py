"""Measuring: gold markup, entity recall, intervals, errors listed without words unless asked for."""

from __future__ import annotations

import pytest
from anonymizer.detect import evaluate, parse_gold
from anonymizer.detect.evaluation import Share, wilson
from anonymizer.errors import UnreadableInput
from anonymizer.model import EntityType, Tier


def test_marks_are_read_with_their_places():
    gold = parse_gold("Jeg er {{PERSON|p1:Kari Nordli}} fra {{LOCATION:Gran}}.")
    assert gold.text == "Jeg er Kari Nordli fra Gran."
    assert [(gold.text[m.start : m.end], m.entity_type.value, m.entity) for m in gold.mentions] == [
        ("Kari Nordli", "PERSON", "p1"),
        ("Gran", "LOCATION", None),
    ]


@pytest.mark.parametrize("marked", ["ja\n{{NAVN:Kari}}", "ja\n{{PERSON:Kari}", "ja\nKari}}"])
def test_an_unsound_mark_is_refused_with_its_line(marked):
    with pytest.raises(UnreadableInput, match=r"gold\.txt:2"):
        parse_gold(marked, where="gold.txt")


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (81, 263, 0.255, 0.366), (0, 20, 0.0, 0.161)],
)
def test_wilson(hits, total, low, high):
    # 81 of 263: Newcombe 1998, Statistics in Medicine 17, table I.
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.001)


@pytest.fixture
def measured(tmp_path, pack, rules_alone):
    path = tmp_path / "gold.txt"
    path.write_text(
        "I: Hva er nummeret?\n\n"
        "R: Det er {{PHONE_NUMBER|t1:43 60 08 22}}, eller kanskje {{PHONE_NUMBER|t1:fire tre}}.\n\n"
        "R: Skriv til {{EMAIL_ADDRESS|e1:kari@post.example}}. Det var {{LOCATION|l1:xq}} da. Det var @handle.\n",
        encoding="utf-8",
    )
    return evaluate([path], pack, detector=rules_alone)


def test_an_entity_counts_only_if_every_mention_is_covered(measured):
    phone = EntityType.PHONE_NUMBER
    assert measured.recall(phone) == Share(1, 2)
    assert measured.entity_recall(phone) == Share(0, 1)
    assert measured.recall(EntityType.EMAIL_ADDRESS) == Share(1, 1)
    assert measured.recall(*measured.of_tier(Tier.INDIRECT)) == Share(0, 1)


def test_precision_counts_characters(measured):
    assert measured.precision(EntityType.PHONE_NUMBER).value == 1
    assert measured.precision(EntityType.USERNAME) == Share(0, len("@handle"))
    total = len("43 60 08 22") + len("kari@post.example")
    assert measured.precision() == Share(total, total + len("@handle"))


def test_errors_are_listed_without_their_words_unless_asked_for(measured):
    errors = measured.errors()
    assert {(row["kind"], row["entity_type"], row["line"]) for row in errors} == {
        ("missed", "PHONE_NUMBER", 3),
        ("missed", "LOCATION", 5),
        ("for nothing", "USERNAME", 5),
    }
    assert not any("text" in row for row in errors)
    assert {row["text"] for row in measured.errors(show_text=True)} == {"fire tre", "xq", "@handle"}


def test_rows_have_tiers_types_and_intervals(measured):
    rows = {row["what"]: row for row in measured.rows()}
    assert {
        "all",
        "direct",
        "strong",
        "indirect",
        "PHONE_NUMBER",
        "EMAIL_ADDRESS",
        "LOCATION",
        "USERNAME",
    } == set(rows)
    assert rows["PHONE_NUMBER"]["mention_recall"] == 0.5
    assert rows["PHONE_NUMBER"]["mention_recall_low"] < 0.5 < rows["PHONE_NUMBER"]["mention_recall_high"]
    assert rows["USERNAME"]["mention_recall"] is None


def test_flagged_types_do_not_count(tmp_path, pack, rules_alone):
    path = tmp_path / "gold.txt"
    path.write_text("Hun er {{ROLE:ordføreren}} der.", encoding="utf-8")
    result = evaluate([path], pack, detector=rules_alone)
    assert result.recall() == Share(0, 0)
    assert result.errors() == []
