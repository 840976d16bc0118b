"""Third persons in the register: sealed, searched for, called by relation, masked in copies, gone with who spoke."""

from __future__ import annotations

import json

import pytest
from anonymizer.errors import RegisterError, UsageError
from anonymizer.participants import ParticipantRow, ThirdPerson

from .conftest import bytes_on_disk

TALK = """\
I: Hei.

R: Eg spurde Zorgwulf kva eg skulle gjera. Zorgwulf svara ikkje, og Quvvix var ikkje der.
"""


@pytest.fixture
def study(new_study, tmp_path):
    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    study = new_study()
    study.import_rows(
        [
            ParticipantRow("K7QX", "Tordis Fjellro", letter_version="1", speaker=("R",)),
            ParticipantRow("M2WD", "Halvor Brekkås", letter_version="1", speaker=("H",)),
        ]
    )
    study.ingest(tmp_path / "a.txt", participants=["K7QX"])
    study.detect()
    study.add_third_person("K7QX", "bror", "Zorgwulf Quvvixen")
    study.add_third_person("K7QX", "fastlege", "Quvvix")
    return study


def text(study):
    study.detect()
    study.pseudonymise()
    return " ".join(turn.text for turn in study.read(1).turns)


def test_they_are_searched_for_and_called_by_relation_or_role(study):
    (record,) = study.transcripts().values()
    assert record.stale
    clean = text(study)
    assert "Zorgwulf" not in clean
    assert "Quvvix" not in clean
    assert clean.count("[broren]") == 2
    assert "[legen]" in clean


def test_they_are_sealed(study, tmp_path):
    study.close()
    content = bytes_on_disk(tmp_path / "study", tmp_path / "study-keys", tmp_path / "state")
    for word in ("Zorgwulf", "zorgwulf", "Quvvix", "fastlege"):
        assert word.encode() not in content


def test_they_are_masked_in_an_access_copy(study, tmp_path):
    study.detect()
    study.access_copy("K7QX", tmp_path / "copy")
    content = bytes_on_disk(tmp_path / "copy").decode()
    assert "Zorgwulf" not in content
    assert "Quvvix" not in content
    body = json.loads((tmp_path / "copy" / "copy.json").read_text(encoding="utf-8"))
    assert {one["relation"] for one in body["third_persons"]} == {"bror", "fastlege"}


def test_they_go_with_the_participant_who_spoke_of_them(study, tmp_path):
    text(study)
    study.erase("K7QX", confirm="K7QX")
    rows = json.dumps([str(row) for row in study.space.key_table().rows()])
    assert "zorgwulf" not in rows.casefold()
    with pytest.raises(UsageError):
        study.third_persons("K7QX")


def test_they_are_listed_and_taken_out_again(study):
    assert study.third_persons("K7QX") == (
        ThirdPerson("bror", "Zorgwulf Quvvixen"),
        ThirdPerson("fastlege", "Quvvix"),
    )
    assert [entry.action for entry in study.log_entries()][-1] == "identity.opened"
    study.remove_third_person("K7QX", "quvvix")
    assert len(study.third_persons("K7QX")) == 1
    with pytest.raises(UsageError, match="no such third person"):
        study.remove_third_person("K7QX", "Quvvix")
    text(study)
    told = [row.names for row in study.space.key_table().persons if row.id.startswith("related-")]
    assert not [names for names in told if "quvvix" in names]


def test_in_a_group_they_are_known_by_relation_too(new_study, tmp_path):
    (tmp_path / "g.txt").write_text("R: Hei.\n\nH: Såg du Zorgwulf i går?\n\nR: Ja.\n", encoding="utf-8")
    study = new_study()
    related = (ThirdPerson("søster", "Zorgwulf"),)
    study.import_rows(
        [
            ParticipantRow("K7QX", "Tordis Fjellro", letter_version="1", speaker=("R",)),
            ParticipantRow(
                "M2WD", "Halvor Brekkås", letter_version="1", speaker=("H",), third_persons=related
            ),
        ]
    )
    study.ingest(tmp_path / "g.txt", participants=["K7QX", "M2WD"])
    assert "Såg du [søsteren] i går?" in text(study)


def test_one_who_bears_a_withdrawn_participant_s_name_keeps_it(new_study, tmp_path):
    (tmp_path / "h.txt").write_text("I: Hei.\n\nH: Systera mi Tordis var med.\n", encoding="utf-8")
    study = new_study()
    study.import_rows(
        [
            ParticipantRow("K7QX", "Tordis Fjellro", letter_version="1"),
            ParticipantRow(
                "M2WD",
                "Halvor Brekkås",
                letter_version="1",
                speaker=("H",),
                third_persons=(ThirdPerson("søster", "Tordis Brekkås"),),
            ),
        ]
    )
    study.ingest(tmp_path / "h.txt", participants=["M2WD"])
    study.erase("K7QX", confirm="K7QX")
    (record,) = study.transcripts().values()
    assert "Systera mi Tordis var med." in study.space.original(record).turns[1].text


def test_a_pack_without_identity_takes_none(new_study):
    study = new_study("notes-only")
    study.import_rows([ParticipantRow("K7QX")])
    with pytest.raises(RegisterError, match="forbids identity"):
        study.add_third_person("K7QX", "bror", "Zorgwulf")
