"""Recordings: by content, sealed piece by piece, gone when promised, with a certificate."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import tracemalloc
from pathlib import Path

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


def test_a_sealed_copy_s_key_is_no_proof_that_the_file_is_gone(study, tmp_path):
    key = add(study, tmp_path / "tordis.wav", seal=True)
    (tmp_path / "tordis.wav").rename(tmp_path / "moved.wav")
    with pytest.raises(UsageError, match="certified"):
        study.delete_recording(key)
    assert study.delete_recording(key, by_hand=True)
    again = add(study, tmp_path / "moved.wav", seal=True, remove_source=True)
    assert study.delete_recording(again).file_deleted is False
    assert study.recordings() == {}


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


HOURS = 96 << 20
"""As many bytes as an hour or two of speech take."""


def sparse(path):
    with path.open("wb") as file:
        file.write(b"RIFF")
        file.truncate(HOURS)  # no block of it is on the disk
    return path


def test_hours_of_sound_stream_in_constant_memory(study, tmp_path):
    tracemalloc.start()
    add(study, sparse(tmp_path / "long.wav"), seal=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < HOURS // 6


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read where Linux tells it")
def test_a_recording_goes_to_a_fresh_key_and_away_in_constant_memory(study, tmp_path):
    """Sealed, sealed anew because another one goes, deleted: never more of it in memory than some pieces."""
    add(study, tmp_path / "tordis.wav", seal=True)
    before = resident()
    with Sampler() as memory:
        key = add(study, sparse(tmp_path / "long.wav"), seal=True)
        study.delete_recording(str(tmp_path / "tordis.wav"))
        study.delete_recording(key)
    assert memory.most - before < HOURS // 2
    assert not (tmp_path / "long.wav").exists()


def resident() -> int:
    """Return how much memory this process holds now, libraries written in C included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Sampler(threading.Thread):
    """Looks every few milliseconds at how much memory is held."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.005):
            self.most = max(self.most, resident())

    def __enter__(self) -> Sampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()
