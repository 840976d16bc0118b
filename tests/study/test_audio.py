"""Recordings: by content, sealed piece by piece, gone when promised, with a certificate."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc

import pytest
from anonymizer.errors import GateRefused, Shredded, UsageError
from anonymizer.participants import ParticipantRow, Scope

from .conftest import bytes_on_disk

TODAY = dt.datetime.now(dt.UTC).date()
SOUND = b"RIFF" + bytes(range(256)) * 40


@pytest.fixture
def study(new_study, tmp_path):
    made = new_study(profile={"letters": [{"version": "2", "audio_deleted": "after-transcription"}]})
    both = frozenset({Scope.INTERVIEW, Scope.AUDIO})
    made.import_rows(
        [
            ParticipantRow("K7QX", "Tordis Fjellro", speaker=("R",), letter_version="2", scopes=both),
            ParticipantRow("M2WD", "Halvor Brekkås", letter_version="2", scopes=frozenset({Scope.INTERVIEW})),
        ]
    )
    (tmp_path / "tordis.wav").write_bytes(SOUND)
    return made


def add(study, path, **how):
    return study.add_recording(path, "K7QX", recorder="nettskjema", recorded=TODAY, **how)


def test_a_recording_is_known_by_its_content_and_due_as_promised(study, tmp_path, sources):
    key = add(study, tmp_path / "tordis.wav")
    (tmp_path / "copy.wav").write_bytes(SOUND)
    assert add(study, tmp_path / "copy.wav") == key
    assert {item.duty for item in study.due()} == {"delete-audio", "transcribe"}
    assert study.recordings()[key].due == TODAY + dt.timedelta(days=study.space.pack.audio.within_days)
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    assert "transcribe" not in {item.duty for item in study.due()}


def test_deleting_takes_the_file_with_this_content_and_certifies(study, tmp_path):
    key = add(study, tmp_path / "tordis.wav")
    (tmp_path / "tordis.wav").rename(tmp_path / "moved.wav")
    with pytest.raises(UsageError, match="certified"):
        study.delete_recording(key)
    done = study.delete_recording(str(tmp_path / "moved.wav"))
    assert done.file_deleted
    assert not (tmp_path / "moved.wav").exists()
    assert study.recordings() == {}
    body = json.loads((done.folder / f"{done.certificate}.json").read_text(encoding="utf-8"))
    assert (body["what"], body["erasure"], body["about"]) == ("audio", "deleted", key)
    assert "delete-audio" not in {item.duty for item in study.due()}


def test_another_file_of_the_same_name_is_not_deleted(study, tmp_path):
    key = add(study, tmp_path / "tordis.wav")
    (tmp_path / "tordis.wav").write_bytes(b"RIFF something else")
    done = study.delete_recording(key, by_hand=True)
    assert not done.file_deleted
    assert (tmp_path / "tordis.wav").exists()
    text = (done.folder / f"{done.certificate}.txt").read_text(encoding="utf-8")
    assert "A person has confirmed" in text


def test_a_sealed_copy_takes_the_file_s_place(study, tmp_path):
    key = add(study, tmp_path / "tordis.wav", seal=True, remove_source=True)
    assert not (tmp_path / "tordis.wav").exists()
    sealed = study.recordings()[key].object
    assert study.space.vault.unseal(sealed) == SOUND
    assert SOUND[4:260] not in bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")
    study.erase("K7QX", confirm="K7QX")
    assert study.recordings() == {}
    with pytest.raises((Shredded, UsageError)):
        study.space.vault.unseal(sealed)


def test_withdrawing_the_recording_alone_leaves_the_interview(study, tmp_path, sources):
    key = add(study, tmp_path / "tordis.wav", seal=True)
    study.ingest(sources / "tordis.txt", participants=["K7QX"])
    sealed = study.recordings()[key].object
    study.erase("K7QX", confirm="K7QX", scopes=[Scope.AUDIO])
    with pytest.raises((Shredded, UsageError)):
        study.space.vault.unseal(sealed)
    (record,) = study.transcripts().values()
    assert "Telefonen" in study.space.original(record).turns[3].text


def test_someone_else_s_withdrawal_moves_the_recording_to_a_fresh_key(study, tmp_path, sources):
    (sources / "par.txt").write_text("I: Hei.\n\nR: Ja.\n\nHalvor Brekkås: Nei.\n", encoding="utf-8")
    key = add(study, tmp_path / "tordis.wav", seal=True)
    study.ingest(sources / "par.txt", participants=["K7QX", "M2WD"])
    before = study.recordings()[key].object
    study.erase("M2WD", confirm="M2WD")
    after = study.recordings()[key].object
    assert after != before
    assert study.space.vault.unseal(after) == SOUND


@pytest.mark.parametrize(
    ("code", "recorder", "rule"), [("M2WD", "nettskjema", "CON-01"), ("K7QX", "phone", "AUD-02")]
)
def test_no_recording_without_consent_or_with_a_phone(study, tmp_path, code, recorder, rule):
    with pytest.raises(GateRefused, match=rule):
        study.add_recording(tmp_path / "tordis.wav", code, recorder=recorder, recorded=TODAY)
    assert study.recordings() == {}


def test_a_pack_without_recordings_takes_none(new_study, tmp_path):
    study = new_study("notes-only")
    study.import_rows([ParticipantRow("K7QX")])
    (tmp_path / "a.wav").write_bytes(SOUND)
    with pytest.raises(GateRefused, match="PRJ-04"):
        study.add_recording(tmp_path / "a.wav", "K7QX", recorder="recorder", recorded=TODAY)


def test_hours_of_sound_stream_in_constant_memory(study, tmp_path):
    with (tmp_path / "long.wav").open("wb") as file:
        for number in range(64):
            file.write(number.to_bytes(1, "big") * (1 << 20))
    tracemalloc.start()
    key = add(study, tmp_path / "long.wav", seal=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 << 20
    study.delete_recording(key)
    assert not (tmp_path / "long.wav").exists()
