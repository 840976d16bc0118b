"""Access, rectification, restriction, objection: each with its month."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import ParticipantRow, one_month
from anonymizer.study import Right

TODAY = dt.datetime.now(dt.UTC).date()
GROUP = "I: Hei.\n\nR: Jeg er Tordis Fjellro, og Eilif Lundereng hjalp meg.\n\nHalvor: Jeg bor på Voss.\n\nR: Ja.\n"


@pytest.fixture
def study(new_study, sources):
    made = new_study()
    made.import_register(sources / "participants.csv")
    made.ingest(sources / "tordis.txt", participants=["K7QX"])
    (sources / "group.txt").write_text(GROUP, encoding="utf-8")
    made.ingest(sources / "group.txt", participants=["K7QX", "M2WD"])
    return made


def duties(study):
    return {(item.duty, item.about) for item in study.due()}


def test_a_copy_holds_one_s_own_and_masks_others(study, tmp_path):
    key = study.request("K7QX", Right.ACCESS)
    with pytest.raises(GateRefused, match="RGT-04"):
        study.access_copy("K7QX", tmp_path / "copy")
    study.detect()
    copy = study.access_copy("K7QX", tmp_path / "copy")
    assert copy.transcripts == 2
    assert copy.masked >= 2
    texts = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "copy").iterdir()}
    assert set(texts) == {"les-meg.txt", "copy.json", "interview-1.txt", "interview-2.txt"}
    assert "Datatilsynet" in texts["les-meg.txt"]
    assert "ikke oppgitt i prosjektprofilen" in texts["les-meg.txt"]
    everything = " ".join(texts.values())
    for own in ("Tordis Fjellro", "vokste opp på Gran"):
        assert own in everything
    for other in ("Halvor", "Brekkås", "Eilif", "Lundereng", "Voss"):
        assert other not in everything, other
    assert "[en annen deltaker]" in texts["interview-2.txt"]
    body = json.loads(texts["copy.json"])
    assert body["register"]["municipality"] == "Gran"
    assert body["consent"][0]["letter_version"] == "2"
    assert key not in {item.obligation for item in study.due()}
    assert ("answer-right", key[:8]) not in duties(study)
    assert ("delete-copy", "K7QX") in duties(study)


def test_a_copy_never_goes_into_the_study_or_over_other_files(study, sources, tmp_path):
    study.detect()
    for folder in (tmp_path / "study" / "exports" / "x", tmp_path / "study-keys", sources):
        with pytest.raises(UsageError):
            study.access_copy("K7QX", folder)
    assert not any(entry.action == "access-copy.made" for entry in study.log_entries())


def test_a_request_has_a_month_and_once_two_more(study):
    key = study.request("K7QX", Right.PORTABILITY, received=TODAY - dt.timedelta(days=3))
    assert study.request("K7QX", Right.PORTABILITY) == key
    item = next(item for item in study.due() if item.duty == "answer-right")
    assert item.due == one_month(TODAY - dt.timedelta(days=3))
    assert study.extend_request(key, 2) == one_month(TODAY - dt.timedelta(days=3), 3)
    with pytest.raises(UsageError, match="once"):
        study.extend_request(key, 1)
    with pytest.raises(UsageError, match="future"):
        study.request("M2WD", Right.ACCESS, received=TODAY + dt.timedelta(days=1))


def test_a_corrected_name_makes_its_transcripts_stale(study):
    study.detect()
    study.request("M2WD", Right.RECTIFICATION)
    study.rectify("M2WD", aliases=("Eilif Lundereng",))
    assert study.identity("M2WD")["aliases"] == ["Eilif Lundereng"]
    assert study.identity("M2WD")["name"] == "Halvor Brekkås"
    assert {row.number: row.stale for row in study.status().transcripts}[2] == ("known-name",)
    assert not any(item.duty == "answer-right" for item in study.due())
    with pytest.raises(UsageError, match="field"):
        study.rectify("M2WD", consent_date=TODAY)


def test_what_is_restricted_is_kept_and_nothing_else_is_done_with_it(study, tmp_path):
    study.restrict("K7QX")
    assert study.detect() == ()
    with pytest.raises(UsageError, match="already"):
        study.restrict("K7QX")
    study.lift_restriction("K7QX")
    assert len(study.detect()) == 2
    with pytest.raises(UsageError, match="nothing is restricted"):
        study.lift_restriction("K7QX")


def test_an_objection_stands_until_it_is_answered(study):
    study.object("K7QX")
    assert [row.held for row in study.status().transcripts] == ["objection", "objection"]
    assert "answer-right" in {item.duty for item in study.due()}
    study.lift_restriction("K7QX")
    assert "answer-right" not in {item.duty for item in study.due()}
    assert [row.held for row in study.status().transcripts] == ["", ""]


def test_restricting_and_correcting_answer_the_request_for_it(study, sources):
    study.detect()
    study.request("K7QX", Right.RECTIFICATION)
    changed = (sources / "tordis.txt").read_text(encoding="utf-8").replace("fint", "bra")
    (sources / "changed.txt").write_text(changed, encoding="utf-8")
    study.replace(1, sources / "changed.txt", rectified=True)
    study.request("K7QX", Right.RESTRICTION)
    study.restrict("K7QX")
    assert not [item for item in study.due() if item.duty == "answer-right"]


def test_a_request_for_erasure_is_answered_by_a_refusal_or_by_erasing(study, sources):
    study.request("K7QX", Right.ERASURE)
    study.withdraw("K7QX")
    study.refuse_erasure("K7QX", "legal-duty", "The archive act.")
    assert not [item for item in study.due() if item.duty == "answer-right"]
    study.request("M2WD", Right.ERASURE)
    study.request("M2WD", Right.ACCESS)
    study.erase("M2WD", confirm="M2WD")
    assert not [item for item in study.due() if item.duty == "answer-right"]


def test_portability_is_for_what_rests_on_consent(new_study, tmp_path):
    sample = {"id": "staff", "basis": "public-interest", "document": "PVO 12", "ethical_consent": True}
    study = new_study(profile={"samples": [sample]})
    study.import_rows([ParticipantRow("K7QX", "Tordis Fjellro", letter_version="1")])
    with pytest.raises(GateRefused, match="PRJ-06"):
        study.access_copy("K7QX", tmp_path / "copy", portable=True)
    assert study.access_copy("K7QX", tmp_path / "copy").transcripts == 0
