"""Deadlines: opened by what happens, met by the tool or a person, shown the most urgent first."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import UsageError
from anonymizer.study import Right
from anonymizer.study.obligations import obligations
from anonymizer.study.profiling import profile_versions
from anonymizer.study.rights import requests

from .conftest import bytes_on_disk

TODAY = dt.datetime.now(dt.UTC).date()
PROFILE = {
    "ends": "2027-06-30",
    "control_copy_years": 5,
    "approvals": [
        {
            "body": "sikt",
            "status": "approved",
            "date": "2025-11-03",
            "conditions": [{"id": "tick-box", "text": "Avkryssingen må bort", "due": "2026-12-01"}],
        }
    ],
    "letters": [{"version": "2", "contact_deleted": "2027-06-01"}],
}


def test_the_profile_s_dates_become_duties_and_move_with_it(new_study):
    study = new_study(profile=PROFILE)
    assert [(item.duty, item.due.isoformat()) for item in study.due()] == [
        ("condition", "2026-12-01"),
        ("delete-contact", "2027-06-01"),
        ("project-end", "2027-06-30"),
        ("final-message", "2027-09-30"),
        ("retention-end", "2032-06-30"),
    ]
    changes = study.change_profile({**PROFILE, "ends": "2028-06-30", "title": "Nytt"})
    assert {one.key for one in changes} == {"ends", "title"}
    duties = {item.duty: item.due.isoformat() for item in study.due()}
    assert duties["project-end"] == "2028-06-30"
    assert duties["notify"] == TODAY.isoformat()
    assert sorted(profile_versions(study.space)) == [1, 2]
    entry = [one for one in study.log_entries() if one.action == "profile.changed"][-1]
    assert entry.details["consequence"] == "report-and-wait"


def test_a_wrong_profile_changes_nothing(new_study, tmp_path):
    study = new_study(profile=PROFILE)
    before = (tmp_path / "study" / "study.yaml").read_bytes()
    with pytest.raises(UsageError, match="ends"):
        study.change_profile({**PROFILE, "ends": "later"})
    assert (tmp_path / "study" / "study.yaml").read_bytes() == before
    with pytest.raises(UsageError, match="titel"):
        new_study(name="other", profile={"titel": "x"})
    assert not (tmp_path / "other" / "study.yaml").exists()


def test_what_a_person_did_is_settled_by_the_first_digits(new_study):
    study = new_study(profile=PROFILE)
    item = study.due()[0]
    with pytest.raises(UsageError, match="more digits"):
        study.settle("")
    with pytest.raises(UsageError, match="evidence"):
        study.settle(item.obligation[:10])
    study.settle(item.obligation[:10], document="Skjema 2, uten avkryssing; saksmappe 14")
    assert item.obligation not in {one.obligation for one in study.due()}
    met = obligations(study.space)[item.obligation]
    assert (met.met, met.evidence) == (TODAY, "document")
    entry = [one for one in study.log_entries() if one.action == "obligation.met"][-1]
    assert study.space.vault.unseal(entry.details["note"]).decode().startswith("Skjema 2")
    by_hand = study.due()[-1]
    study.settle(by_hand.obligation)
    assert obligations(study.space)[by_hand.obligation].evidence == "confirmed-by-hand"


def test_what_has_a_command_of_its_own_is_not_settled_by_saying_so(new_study, sources):
    study = new_study(profile=PROFILE)
    study.import_register(sources / "participants.csv")
    for duty, way in (("delete-contact", "forget-contact"), ("project-end", "close")):
        item = next(one for one in study.due() if one.duty == duty)
        with pytest.raises(UsageError, match=way):
            study.settle(item.obligation)
    key = study.request("K7QX", Right.OBJECTION)
    item = next(one for one in study.due() if one.duty == "answer-right")
    study.settle(item.obligation)
    assert requests(study.space)[key].answered == TODAY


def test_the_notification_is_due_a_month_before_collection_until_it_is_sent(new_study):
    starts = TODAY + dt.timedelta(days=80)
    study = new_study(profile={"starts": starts.isoformat()})
    (item,) = study.due()
    assert (item.duty, item.rule, item.due) == ("notify", "PRJ-02", starts - dt.timedelta(days=30))
    sent = {"body": "sikt", "status": "sent", "date": TODAY.isoformat()}
    study.change_profile({"starts": starts.isoformat(), "approvals": [sent]})
    assert not [one for one in study.due() if one.rule == "PRJ-02"]


def test_a_breach_is_reported_within_72_hours(new_study):
    study = new_study()
    found = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=10)
    key = study.record_incident(discovered=found, report="needed", ground="En minnepinne ble borte.")
    (item,) = study.due()
    assert (item.duty, item.rule) == ("incident-report", "LOG-02")
    assert item.due == (found + dt.timedelta(hours=72)).date()
    study.record_incident(discovered=found, report="needed", ground="Den er funnet.", incident=key)
    assert len(study.due()) == 1
    with pytest.raises(UsageError, match="record incident"):
        study.settle(item.obligation)
    study.record_incident(discovered=found, report="sent", ground="Sendt i Altinn.", incident=key)
    assert study.due() == ()
    study.record_incident(discovered=found, report="not-needed", ground="Filen var kryptert.")
    assert study.due() == ()


def test_a_source_left_behind_is_a_duty_until_it_is_removed(new_study, sources, tmp_path):
    study = new_study()
    study.import_register(sources / "participants.csv")
    (register,) = study.due()
    assert register.where == str((sources / "participants.csv").resolve())
    study.import_register(sources / "participants.csv")
    with pytest.raises(UsageError, match="still there"):
        study.settle(register.obligation)
    (sources / "participants.csv").unlink()
    study.settle(register.obligation)
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    (item,) = study.due()
    assert (item.duty, item.about) == ("delete-source", "transcript 1")
    assert item.where == str((sources / "tordis.txt").resolve())
    assert b"tordis.txt" not in bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")
    study.ingest(sources / "tordis.txt", participants=["K7QX"], remove_source=True)
    assert not (sources / "tordis.txt").exists()
    assert study.due() == ()


def test_erasure_deletes_the_source_that_was_left_behind(new_study, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    study.ingest(sources / "halvor.txt", participants=["M2WD"])
    (sources / "halvor.txt").write_text("changed since", encoding="utf-8")
    study.erase("K7QX", confirm="K7QX")
    assert not (sources / "tordis.txt").exists()
    erased = study.erase("M2WD", confirm="M2WD")
    assert (sources / "halvor.txt").exists(), "a file that is another now is not the tool's to delete"
    assert any(str(sources / "halvor.txt") in line for line in erased.outside)
    assert "delete-source" in {item.duty for item in study.due()}


def test_the_calendar_holds_dates_and_kinds_only(new_study):
    study = new_study(profile=PROFILE)
    text = study.due_calendar()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == len(study.due())
    assert "DTSTART;VALUE=DATE:20270630\r\nDTEND;VALUE=DATE:20270701\r\n" in text
    assert "Avkryssingen" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_first_notification_is_no_change_that_keeps_transcripts_out(new_study, sources):
    study = new_study(profile={"starts": (TODAY + dt.timedelta(days=9)).isoformat()})
    study.import_register(sources / "participants.csv")
    assert [item.rule for item in study.due() if item.duty == "notify"] == ["PRJ-02"]
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new
