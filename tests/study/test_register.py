"""The register in the study: evidence, samples and capacity from the file, written out again, contacts forgotten."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from anonymizer.errors import GateRefused, Locked, RegisterError, UsageError
from anonymizer.participants import ParticipantRow, read_register
from anonymizer.study import Study
from anonymizer.vault import Master

from .conftest import PASSPHRASE, bytes_on_disk

TODAY = dt.datetime.now(dt.UTC).date()
FILE = """\
code;name;contact;consent_date;letter_version;scopes;evidence;sample;capacity;third_persons;speaker;transcripts
K7QX;Tordis Fjellro;+47 41 00 19 63;2026-01-13;2;interview|quotes;oral;users;ok;søster: Ragnfrid Fjellro;R;tordis.txt
M2WD;Halvor Brekkås;halvor@post.example;2026-01-14;2;interview;form;users;doubt;;Halvor;halvor.txt
interviewer;=Oda Spørvik;;;;;;;;;I;
"""
PROFILE = {"letters": [{"version": "2"}], "samples": [{"id": "users"}, {"id": "staff"}]}


@pytest.fixture
def study(new_study, sources):
    study = new_study(profile=PROFILE)
    (sources / "participants.csv").write_text(FILE, encoding="utf-8")
    study.import_register(sources / "participants.csv")
    return study


def entries(study, action):
    return [entry for entry in study.log_entries() if entry.action == action]


def test_evidence_sample_and_capacity_come_from_the_file(study, sources):
    who = study.space.participant_by_code("K7QX")
    assert study.participants()[who].consent[-1].evidence == "oral"
    assert study.space.vault.load("sample", who) == {"sample": "users"}
    assert study.held() == {"M2WD": ("capacity",)}
    with pytest.raises(GateRefused, match="CON-04"):
        study.ingest(sources / "halvor.txt", participants=["M2WD"])
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_what_a_person_recorded_since_is_not_undone_by_the_same_cell(study, sources):
    from anonymizer.study import Capacity

    study.set_capacity("M2WD", Capacity.RECONFIRMED)
    (sources / "participants.csv").write_text(
        FILE.replace("Brekkås;halvor@", "Brekkaas;halvor@"), encoding="utf-8"
    )
    assert len(study.import_register(sources / "participants.csv").updated) == 1
    assert study.held() == {}


def test_an_unknown_sample_is_an_error_with_its_row(study, sources):
    (sources / "participants.csv").write_text(FILE.replace(";users;doubt", ";pasienter;"), encoding="utf-8")
    with pytest.raises(RegisterError, match=r"row 3.*no such sample"):
        study.import_register(sources / "participants.csv")


def test_written_out_and_read_again_it_is_the_same_register(study, tmp_path):
    count = study.export_register(tmp_path / "out.csv")
    assert count == 3
    raw = (tmp_path / "out.csv").read_bytes()
    assert b"\n'=Oda" not in raw
    assert b"interviewer;'=Oda" in raw
    assert b";'+47 41 00 19 63;" in raw
    back = read_register(raw.decode("utf-8-sig"), where="out.csv")
    assert {row.code: row.name for row in back} == {
        "K7QX": "Tordis Fjellro",
        "M2WD": "Halvor Brekkås",
        "interviewer": "=Oda Spørvik",
    }
    assert study.import_register(tmp_path / "out.csv").unchanged == 2
    (entry,) = [one for one in entries(study, "keytable.read") if one.details["purpose"] == "export"]
    assert entry.details["rows"] == 3
    assert str(tmp_path / "out.csv") in {item.where for item in study.due() if item.duty == "delete-source"}


def test_writing_it_out_needs_the_identity_key_and_another_folder(study, tmp_path):
    with pytest.raises(UsageError, match="never goes"):
        study.export_register(tmp_path / "study" / "exports" / "p.csv")
    study.close()
    with (
        Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=frozenset({Master.WORK})) as work,
        pytest.raises(Locked, match="identity"),
    ):
        work.export_register(tmp_path / "p.csv")
    assert not (tmp_path / "p.csv").exists()


def test_the_file_goes_once_everyone_in_it_is_sealed(study, sources):
    path = sources / "participants.csv"
    assert str(path) in {item.where for item in study.due()}
    study.import_register(path, remove_source=True)
    assert not path.exists()
    assert str(path) not in {item.where for item in study.due()}
    assert study.identity("K7QX")["name"] == "Tordis Fjellro"


def test_contacts_are_forgotten_before_the_rest(study, sources, tmp_path):
    study.change_profile(
        {**PROFILE, "letters": [{"version": "2", "contact_deleted": (TODAY + dt.timedelta(9)).isoformat()}]}
    )
    assert "delete-contact" in {item.duty for item in study.due()}
    study.backup(tmp_path / "copy", until=TODAY + dt.timedelta(days=300))
    done = study.forget_contacts(["K7QX"])
    assert (done.count, done.backups) == (1, 1)
    assert "contact" not in study.identity("K7QX")
    assert study.identity("M2WD")["contact"] == "halvor@post.example"
    assert "delete-contact" in {item.duty for item in study.due()}
    study.forget_contacts()
    assert "delete-contact" not in {item.duty for item in study.due()}
    assert study.identity("M2WD")["name"] == "Halvor Brekkås"
    assert max(item.due for item in study.due() if item.duty == "delete-backup") <= TODAY + dt.timedelta(30)
    text = (done.folder / f"{done.certificate}.txt").read_text(encoding="utf-8")
    assert "kontaktopplysninger" in text
    with pytest.raises(UsageError, match="no contact details"):
        study.forget_contacts()


def test_what_was_forgotten_does_not_come_back(study, sources, tmp_path):
    study.close()
    shutil.copy(tmp_path / "study-keys" / "keytable.db", tmp_path / "yesterday.db")
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
        ring = again.space.vault._ring
        old = set(ring.owner_keys)
        again.forget_contacts()
        kept = set(again.space.vault._ring.owner_keys)
        who = again.space.participant_by_code("K7QX")
        assert not {key for key in old & kept if key[0] == who}
        again.import_register(sources / "participants.csv")
        changed = FILE.replace("Tordis Fjellro;", "Tordis Fjellroa;")
        (sources / "participants.csv").write_text(changed, encoding="utf-8")
        again.import_register(sources / "participants.csv")
        assert again.identity("K7QX").get("contact") is None
        again.rectify("K7QX", contact="41 00 20 00")
        assert again.identity("K7QX")["contact"] == "41 00 20 00"
    content = bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")
    assert b"41 00 19 63" not in content


def test_every_reading_of_the_key_table_is_logged_even_one_that_changes_nothing(study, sources, tmp_path):
    study.add_third_person("K7QX", "søster", "Ragnfrid Fjellro")
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    study.detect()
    study.close()

    def reads(act):
        with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
            before = again.space.vault.log.size
            act(again)
            new = [entry for entry in again.log_entries() if entry.seq > before]
            return [one.action for one in new if one.action in {"keytable.read", "identity.opened"}]

    assert reads(lambda s: s.add_third_person("K7QX", "søster", "Ragnfrid Fjellro"))
    assert reads(lambda s: s.third_persons("K7QX"))
    assert reads(lambda s: s.identity("K7QX"))
    assert reads(lambda s: s.review(next(iter(s.transcripts()))))
    assert reads(lambda s: s.withdraw("M2WD"))
    assert reads(lambda s: s.withdraw("M2WD"))
    assert reads(lambda s: s.rectify("K7QX", gender="f"))
    assert reads(lambda s: s.export_register(tmp_path / "out.csv"))


def test_under_a_pack_without_identity_no_name_comes_in_any_way(new_study, tmp_path):
    study = new_study("notes-only", name="notes")
    study.import_rows([ParticipantRow("K7QX", age=40)])
    for row in (ParticipantRow("M2WD", "Halvor"), ParticipantRow("M2WD", contact="41 00 19 63")):
        with pytest.raises(RegisterError, match="forbids identity"):
            study.add_participant(row)
    with pytest.raises(RegisterError, match="forbids identity"):
        study.rectify("K7QX", name="Tordis Fjellro")
    study.export_register(tmp_path / "notes.csv")
    assert study.import_register(tmp_path / "notes.csv").unchanged == 1
