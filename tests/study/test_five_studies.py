"""The promises of five ways of working, played from start to close: gates, deadlines, refusals, certificates.

Each is one of the ways of working the packs are made for; people, places and numbers are invented.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from anonymizer.errors import GateRefused, RegisterError, UsageError
from anonymizer.participants import Ending, MemberCheckOf, ParticipantRow, Scope, one_month
from anonymizer.study import Capacity, Right, checklist, masters_of, verify_log
from anonymizer.study.memberchecks import gate_publication

TODAY = dt.datetime.now(dt.UTC).date()
SIGNED = tuple(checklist())
EVERY = frozenset(Scope)


def person(code: str, name: str = "", scopes: frozenset[Scope] = EVERY, label: str = "R") -> ParticipantRow:
    return ParticipantRow(code, name, consent_date=TODAY, letter_version="1", scopes=scopes, speaker=(label,))


def interview(folder: Path, name: str, words: str) -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"I: Hvordan har du det?\n\nR: {words}\n", encoding="utf-8")
    return path


def finish(study, to):
    study.detect()
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    study.pseudonymise()
    return study.export(to)


def sign(study):
    """Measure all that leaves together, judge events, scan the thesis, and answer WP216's three questions."""
    study.risk()
    study.judge_events(coarsened=0, undecided=0, ground="none were found")
    study.log_scan(block=0, warn=0)
    study.sign_risk(singling_out="no", linkability="unlikely", inference="unlikely")


def certificates(tmp_path):
    return len(list((tmp_path / "study" / "certificates").glob("*.txt")))


def actions(study):
    return [entry.action for entry in study.log_entries()]


@pytest.fixture
def recording(tmp_path):
    def make(name: str) -> Path:
        path = tmp_path / f"{name}.wav"
        path.write_bytes(b"RIFF" + name.encode() * 99)
        return path

    return make


def test_a_meeting_place_where_one_left_and_one_was_asked_again_when_sober(new_study, tmp_path, recording):
    letter = {
        "version": "1",
        "ending": ["delete"],
        "audio_deleted": "after-analysis",
        "member_check": "transcript",
    }
    ends = (TODAY + dt.timedelta(days=200)).isoformat()
    study = new_study("quotes-unlinked", profile={"letters": [letter], "ends": ends, "ending": "delete"})
    study.import_rows(
        [person("K7QX", "Torgrim Åsbøl"), person("M2WD", "Håvard Linde"), person("Z4RT", "Finn Torp")]
    )
    for code in ("K7QX", "M2WD"):
        study.add_recording(recording(code), code, recorder="nettskjema", recorded=TODAY)
    week = TODAY + dt.timedelta(days=7)
    assert {item.due for item in study.due() if item.duty == "transcribe"} == {week}
    study.ingest(interview(tmp_path, "a", "Jeg har det bra."), participants=["K7QX"])
    study.ingest(interview(tmp_path, "b", "Jeg er sliten."), participants=["M2WD"])
    assert not [item for item in study.due() if item.duty == "transcribe"]
    # One left in the middle of the interview, one had been drinking.
    study.erase("Z4RT", confirm="Z4RT")
    study.set_capacity("M2WD", Capacity.DOUBT)
    with pytest.raises(GateRefused, match="CON-04"):
        finish(study, tmp_path / "out")
    study.set_capacity("M2WD", Capacity.RECONFIRMED)
    assert len(finish(study, tmp_path / "out").files) == 2
    with pytest.raises(GateRefused, match="RGT-05"):
        gate_publication(study.space)
    for code in ("K7QX", "M2WD"):
        check = study.send_member_check(code, MemberCheckOf.TRANSCRIPT, tmp_path / f"check-{code}")
        study.answer_member_check(check, "approved")
    gate_publication(study.space)
    with pytest.raises(GateRefused, match="recordings"):
        study.close_project(Ending.DELETE, signed=SIGNED, ground="the letter")
    for key in tuple(study.recordings()):
        study.delete_recording(key)
    for item in study.due():
        if item.duty == "delete-paper":
            study.settle(item.obligation)
    study.close_project(Ending.DELETE, signed=SIGNED, ground="the letter")
    assert certificates(tmp_path) == 4
    assert not list((tmp_path / "out").glob("*.txt"))
    study.close()
    assert not verify_log(tmp_path / "study").broken


def test_nine_former_users_were_promised_both_deletion_and_anonymising(new_study, tmp_path, recording):
    letter = {
        "version": "1",
        "ending": ["delete", "anonymise"],
        "audio_deleted": "after-transcription",
        "member_check": "quotes",
    }
    approval = {
        "body": "sikt",
        "status": "approved",
        "conditions": [{"id": "tick-box", "text": "Avkryssingen må bort"}],
    }
    ends = TODAY + dt.timedelta(days=150)
    notified = {
        "letters": [letter],
        "approvals": [approval],
        "processors": ["Zoom, by agreement"],
        "ends": ends.isoformat(),
    }
    study = new_study("fictive-names", profile={**notified, "ending": "anonymise"})
    study.import_rows([person("K7QX", "Pernille Åsbøl"), person("M2WD", "Håvard Linde")])
    assert next(item for item in study.due() if item.duty == "project-end").due == ends
    # The two promises contradict each other: nothing comes in before the profile says which one is kept.
    with pytest.raises(GateRefused, match="CON-03"):
        study.ingest(interview(tmp_path, "a", "Jeg har vært rusfri i 18,5 år."), participants=["K7QX"])
    study.change_profile({**notified, "ending": "delete"})
    # What was notified is changed: it is reported, and nothing comes in before the answer has come.
    with pytest.raises(GateRefused, match="PRJ-05"):
        study.ingest(interview(tmp_path, "a", "Jeg har vært rusfri i 18,5 år."), participants=["K7QX"])
    study.settle(next(item.obligation for item in study.due() if item.duty == "notify"))
    sound = study.add_recording(
        recording("a"), "K7QX", recorder="zoom", recorded=TODAY - dt.timedelta(days=30)
    )
    assert next(item for item in study.due() if item.duty == "delete-audio").days_left < 0
    study.ingest(interview(tmp_path, "a", "Jeg har vært rusfri i 18,5 år."), participants=["K7QX"])
    study.delete_recording(sound)
    finish(study, tmp_path / "out")
    study.request("K7QX", Right.ACCESS)
    study.access_copy("K7QX", tmp_path / "copy")
    study.request("K7QX", Right.PORTABILITY)
    study.access_copy("K7QX", tmp_path / "copy-2", portable=True)
    assert not [item for item in study.due() if item.duty == "answer-right"]
    # Correction: what was misheard is put right within the month, and what was decided stays.
    study.request("K7QX", Right.RECTIFICATION)
    assert next(item for item in study.due() if item.duty == "answer-right").due == one_month(TODAY)
    corrected = interview(tmp_path, "corrected", "Jeg har vært rusfri i 17,5 år.")
    assert study.replace(1, corrected, rectified=True).version == 2
    assert finish(study, tmp_path / "out").files
    # Erasure: another one asks for it, and all of theirs goes.
    study.ingest(interview(tmp_path, "b", "Jeg angrer på at jeg ble med."), participants=["M2WD"])
    study.request("M2WD", Right.ERASURE)
    study.erase("M2WD", confirm="M2WD")
    assert not [item for item in study.due() if item.duty == "answer-right"]
    assert len(study.transcripts()) == 1
    (tmp_path / "quotes.txt").write_text("«Det var fint.»", encoding="utf-8")
    check = study.send_member_check(
        "K7QX", MemberCheckOf.QUOTES, tmp_path / "c", file=tmp_path / "quotes.txt"
    )
    study.answer_member_check(check, "approved")
    with pytest.raises(GateRefused) as caught:
        study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="the letter")
    assert "condition" in str(caught.value)
    assert "delete-copy" in str(caught.value)
    for copy in tmp_path.glob("copy*"):
        shutil.rmtree(copy)
    for item in study.due():
        if item.duty == "condition":
            with pytest.raises(UsageError, match="evidence"):
                study.settle(item.obligation)
        if item.duty in {"condition", "delete-copy", "delete-paper"}:
            study.settle(item.obligation, document="Skjema versjon 2, uten avkryssing")
    # Deletion was promised, so that nothing is kept whatever is chosen.
    closed = study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="the letter")
    assert (closed.destroyed, closed.kept) == (1, 0)
    assert certificates(tmp_path) == 3
    assert not list((tmp_path / "out").glob("*.txt"))


def test_peer_consultants_with_rek_and_contact_details_deleted_at_the_end(new_study, tmp_path, recording):
    ends = TODAY + dt.timedelta(days=90)
    profile = {
        "letters": [
            {
                "version": "1",
                "ending": ["anonymise"],
                "audio_deleted": "after-analysis",
                "member_check": "results",
                "contact_deleted": ends.isoformat(),
            }
        ],
        "approvals": [{"body": "rek", "status": "approved"}, {"body": "sikt", "status": "approved"}],
        "ends": ends.isoformat(),
        "ending": "anonymise",
        "control_copy_years": 5,
    }
    study = new_study("numbered-informants", profile=profile)
    dates = {item.duty: item.due for item in study.due()}
    assert dates["delete-contact"] == dates["project-end"] == ends
    assert dates["retention-end"].year == ends.year + 5
    only_interview = frozenset({Scope.INTERVIEW})
    study.import_rows([person("K7QX", "Turid Åsbøl"), person("M2WD", "Håvard Linde", only_interview)])
    study.rectify("K7QX", contact="tlf 41 00 19 63")
    with pytest.raises(GateRefused, match="CON-01"):
        study.add_recording(recording("b"), "M2WD", recorder="recorder", recorded=TODAY)
    sound = study.add_recording(recording("a"), "K7QX", recorder="recorder", recorded=TODAY, seal=True)
    assert study.recordings()[sound].due == ends
    study.ingest(interview(tmp_path, "a", "Jeg er likeperson."), participants=["K7QX"])
    study.ingest(interview(tmp_path, "b", "Det er jeg òg."), participants=["M2WD"])
    assert len(finish(study, tmp_path / "out").files) == 2
    (tmp_path / "results.txt").write_text("Resultater", encoding="utf-8")
    for code in ("K7QX", "M2WD"):
        check = study.send_member_check(
            code, MemberCheckOf.RESULTS, tmp_path / f"c-{code}", file=tmp_path / "results.txt"
        )
        study.answer_member_check(check, "no-answer")
    study.delete_recording(sound)
    # Two supervisors have access, with passphrases of their own; an assistant writes out and sees no name.
    for number in (1, 2):
        slot = study.add_slot(
            role="supervisor", passphrase=f"veileder {number} setning", masters=masters_of("supervisor")
        )
    assert len(study.slots()) == 3
    study.remove_slot(slot)
    # Contact details go as the letter says, before the rest.
    assert study.identity("K7QX")["contact"] == "tlf 41 00 19 63"
    study.forget_contacts()
    assert "contact" not in study.identity("K7QX")
    assert "delete-contact" not in {item.duty for item in study.due()}
    # What stays is to be called anonymised: nobody has measured it or answered for it yet.
    with pytest.raises(GateRefused, match="END-04"):
        study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="the letter")
    sign(study)
    closed = study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="the letter")
    assert closed.kept == 2
    assert len(list((tmp_path / "out").glob("*.txt"))) == 2
    left = {item.duty for item in study.due()}
    assert {"final-message", "retention-end"} <= left
    assert "delete-contact" not in left
    assert certificates(tmp_path) == 3


def test_notes_only_keeps_no_name_and_no_recording(new_study, tmp_path, recording):
    study = new_study("notes-only")
    (tmp_path / "p.csv").write_text("code;name\nK7QX;Kari\n", encoding="utf-8")
    with pytest.raises(RegisterError):
        study.import_register(tmp_path / "p.csv")
    study.import_rows([ParticipantRow(code, speaker=("R",)) for code in ("K7QX", "M2WD", "S4LV")])
    with pytest.raises(GateRefused, match="PRJ-04"):
        study.add_recording(recording("a"), "K7QX", recorder="recorder", recorded=TODAY)
    # One was intoxicated and is not interviewed.
    study.set_capacity("M2WD", Capacity.DECLINED)
    with pytest.raises(GateRefused, match="CON-04"):
        study.ingest(interview(tmp_path, "b", "Nei."), participants=["M2WD"])
    study.ingest(interview(tmp_path, "a", "Jeg sover her."), participants=["K7QX"], remove_source=True)
    finish(study, tmp_path / "out")
    study.erase("K7QX", confirm="K7QX")
    assert study.transcripts() == {}
    assert not list((tmp_path / "out").glob("*.txt"))
    assert not [item for item in study.due() if item.duty == "delete-paper"]
    # The other one's notes are kept to the end, and then all is deleted and the paper shredded.
    study.ingest(interview(tmp_path, "c", "Her er det varmt."), participants=["S4LV"], remove_source=True)
    assert len(finish(study, tmp_path / "out").files) == 1
    with pytest.raises(GateRefused, match="points not signed off: paper"):
        study.close_project(Ending.DELETE, signed=set(SIGNED) - {"paper"}, ground="what was said")
    closed = study.close_project(Ending.DELETE, signed=SIGNED, ground="what was said")
    assert (closed.destroyed, closed.kept) == (1, 0)
    assert certificates(tmp_path) == 2
    assert not list((tmp_path / "out").glob("*.txt"))


def test_professionals_in_small_places_after_a_refused_sample(new_study, tmp_path, recording):
    letter = {"version": "1", "ending": ["anonymise"], "audio_deleted": "after-transcription"}
    first = {
        "letters": [letter],
        "samples": [{"id": "patients", "refused": True}],
        "approvals": [{"body": "rek", "status": "refused"}],
        "processors": ["Teams, by the municipality's agreement"],
        "ending": "anonymise",
    }
    study = new_study("small-community", profile=first)
    changes = study.change_profile(
        {
            **first,
            "samples": [{"id": "professionals", "planned": 4}],
            "approvals": [{"body": "sikt", "status": "approved"}],
        }
    )
    assert ("samples", "report-and-wait") in {(one.key, one.consequence) for one in changes}
    notify = next(item for item in study.due() if item.duty == "notify")
    study.settle(notify.obligation)
    study.import_rows([person("K7QX", "Torill Åsbøl")])
    with pytest.raises(GateRefused, match="AUD-02"):
        study.add_recording(recording("x"), "K7QX", recorder="phone", recorded=TODAY)
    sound = study.add_recording(recording("a"), "K7QX", recorder="teams", recorded=TODAY)
    study.ingest(interview(tmp_path, "a", "Kommunen er liten."), participants=["K7QX"])
    assert study.delete_recording(sound).file_deleted
    finish(study, tmp_path / "out")
    sign(study)
    closed = study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="the letter")
    assert closed.kept == 1
    assert actions(study).count("certificate.written") == 2
    assert actions(study).count("key.shredded") == 1
