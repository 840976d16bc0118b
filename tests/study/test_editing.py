"""Transcripts mended: what was struck is in no version, decisions stay where words do, keys change hands."""

from __future__ import annotations

import pytest
from anonymizer.errors import GateRefused, RegisterError, UsageError
from anonymizer.model import EntityType
from anonymizer.study import State


@pytest.fixture
def study(new_study, sources):
    made = new_study()
    made.import_register(sources / "participants.csv")
    made.ingest(sources / "tordis.txt", participants=["K7QX"])
    made.ingest(sources / "halvor.txt", participants=["M2WD"])
    made.detect()
    return made


def only(study, number):
    return next(record for record in study.transcripts().values() if record.number == number)


def text(study, number):
    return " ".join(turn.text for turn in study.space.original(only(study, number)).turns)


def test_a_struck_turn_is_in_no_version_and_what_it_told_is_forgotten(study, tmp_path):
    study.pseudonymise()
    study.export(tmp_path / "clean")
    assert "eilif" in str(list(study.space.key_table().rows())).casefold()
    before = study.space.vault.info(only(study, 2).source_object)
    assert study.strike(2, [1]) == 2
    assert text(study, 2) == "Hei. [utsegn stroken]" or text(study, 2) == "Hei. [utsagn strøket]"
    record = only(study, 2)
    after = study.space.vault.info(record.source_object)
    assert before.key_id != after.key_id
    assert b"Eilif" not in study.space.vault.unseal(record.source_object)
    assert "eilif" not in str(list(study.space.key_table().rows())).casefold()
    assert len(list((tmp_path / "clean").glob("*.txt"))) == 1
    study.pseudonymise()
    assert "Eilif" not in " ".join(turn.text for turn in study.read(2).turns)
    assert len(study.export(tmp_path / "again").files) == 2


def test_a_turn_that_is_not_there_strikes_nothing(study):
    with pytest.raises(UsageError, match="turns go from 0 to 1"):
        study.strike(2, [1, 7])
    assert only(study, 2).version == 1


def test_a_replaced_source_keeps_decisions_on_unchanged_words(study, sources):
    key = next(key for key, record in study.transcripts().items() if record.number == 1)
    desk = study.review(key)
    desk.reject(next(f for f in desk.waiting() if f.text == "Gran"))
    start, end = desk.find("fint", 3, None)
    desk.add(start, end, EntityType.ORGANIZATION, turn=3)
    changed = (sources / "tordis.txt").read_text(encoding="utf-8").replace("(latter)", "(ler)")
    changed = changed.replace("I: Og så?", "I: Ja vel.\n\nR: Mm.\n\nI: Og så?").replace("fint", "godt")
    (sources / "new.txt").write_text(changed, encoding="utf-8")
    done = study.replace(1, sources / "new.txt", rectified=True)
    assert (done.version, done.carried, done.questioned) == (2, 1, 1)
    record = only(study, 1)
    assert record.state(study.space.pack.digest) is State.INGESTED
    (decision,) = study.space.decisions(record)
    turn = study.space.original(record).turns[decision.turn]
    assert turn.text[decision.start : decision.end] == "Gran"
    study.detect()
    assert "Gran" not in {f.text for f in study.review(key).effective()}
    assert "participant.rectified" in {entry.action for entry in study.log_entries()}


def test_an_old_version_is_kept_only_on_a_recorded_ground(study, sources):
    (sources / "new.txt").write_text("I: Hei.\n\nHalvor: Noe annet.\n", encoding="utf-8")
    study.replace(2, sources / "new.txt", keep_old="a claim is pending")
    ((_, _, body),) = study.space.vault.all("restricted-version")
    assert "Kinsarvik" in study.space.vault.unseal(body["object"]).decode()
    study.erase("M2WD", confirm="M2WD")
    assert not list(study.space.vault.all("restricted-version"))


def test_a_wrong_label_in_the_new_file_changes_nothing(study, sources):
    (sources / "new.txt").write_text("I: Hei.\n\nKåre: Noe annet.\n\nI: Ja\n\nKåre: Ja.\n", encoding="utf-8")
    with pytest.raises(RegisterError):
        study.replace(2, sources / "new.txt")
    assert only(study, 2).version == 1


def test_a_transcript_moves_to_whom_it_belongs(study):
    study.move(1, ["M2WD"], speakers={"R": "M2WD"})
    halvor, tordis = (study.space.participant_by_code(code) for code in ("M2WD", "K7QX"))
    record = only(study, 1)
    assert record.participants == (halvor,)
    assert study.space.vault.info(record.text_object).owner == halvor
    study.erase("K7QX", confirm="K7QX")
    assert "Telefonen er" in text(study, 1)
    assert tordis not in study.space.vault.owners()


def test_one_may_become_two_and_one_again(study):
    study.move(1, ["K7QX", "M2WD"])
    key = next(key for key, record in study.transcripts().items() if record.number == 1)
    assert key in study.space.vault.owners()
    study.move(1, ["K7QX"])
    assert key not in study.space.vault.owners()
    assert "Telefonen er" in text(study, 1)


def test_a_removed_transcript_is_gone_and_the_others_are_not(study, sources):
    study.remove(1)
    assert [record.number for record in study.transcripts().values()] == [2]
    assert "Kinsarvik" in text(study, 2)
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_what_stands_still_is_not_mended(study, sources):
    study.withdraw("M2WD")
    with pytest.raises(GateRefused, match="RGT-02"):
        study.strike(2, [1])


def test_the_file_a_struck_or_replaced_version_came_from_goes_too(new_study, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    study.ingest(sources / "halvor.txt", participants=["M2WD"])
    study.strike(1, [1])
    assert not (sources / "tordis.txt").exists()
    changed = (sources / "halvor.txt").read_text(encoding="utf-8").replace("58", "59")
    (sources / "changed.txt").write_text(changed, encoding="utf-8")
    study.replace(2, sources / "changed.txt", keep_old="the archive act")
    assert (sources / "halvor.txt").exists()
    study.replace(2, sources / "changed.txt")
    assert not (sources / "halvor.txt").exists()
    assert (sources / "changed.txt").exists()
    (sources / "changed.txt").write_text(changed.replace("59", "60"), encoding="utf-8")
    study.replace(2, sources / "changed.txt")
    (item,) = [one for one in study.due() if one.duty == "delete-source" and "transcript" in one.about]
    assert item.where == str((sources / "changed.txt").resolve())
    study.erase("M2WD", confirm="M2WD")
    assert not (sources / "changed.txt").exists()


def test_a_file_that_was_changed_since_is_left_to_a_person(new_study, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    (sources / "tordis.txt").write_text("my own notes", encoding="utf-8")
    study.strike(1, [1])
    assert (sources / "tordis.txt").read_text(encoding="utf-8") == "my own notes"
    assert "transcript 1" in {item.about for item in study.due() if item.duty == "delete-source"}
