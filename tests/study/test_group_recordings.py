"""A recording of a group: everyone's consent, the strictest promise, and one who withdraws."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import GateRefused, Shredded, UsageError
from anonymizer.participants import ParticipantRow, Scope

TODAY = dt.datetime.now(dt.UTC).date()
SOUND = b"RIFF" + bytes(range(256)) * 50
ALL = ("K7QX", "M2WD", "S4LV", "A9MD")
NAMES = ("Tordis Fjellro", "Halvor Brekkås", "Solveig Myrbråten", "Amund Skarpnes")


@pytest.fixture
def group(new_study, tmp_path):
    def make(letter=None, **other):
        letters = [{"version": "2", "audio_deleted": "at-end", **(letter or {})}]
        letters += [{"version": "3", **other}] if other else []
        study = new_study(profile={"letters": letters})
        study.import_rows(
            [
                ParticipantRow(
                    code,
                    name,
                    consent_date=TODAY,
                    letter_version="3" if other and code == "S4LV" else "2",
                    scopes=frozenset({Scope.INTERVIEW, Scope.AUDIO}),
                )
                for code, name in zip(ALL, NAMES, strict=True)
            ]
        )
        (tmp_path / "group.wav").write_bytes(SOUND)
        return study

    return make


def add(study, path, **how):
    return study.add_recording(path, *ALL, recorder="recorder", recorded=TODAY, **how)


def duties(study, about="recording"):
    return {item.duty for item in study.due() if item.about.startswith(about)}


def test_the_strictest_promise_of_the_group_holds(group, tmp_path):
    study = group(audio_deleted="after-transcription")
    key = add(study, tmp_path / "group.wav")
    one = study.recordings()[key]
    assert one.delete == "after-transcription"
    assert len(one.participants) == 4
    assert duties(study) == {"delete-audio", "transcribe"}


def test_everyone_must_have_consented(group, tmp_path):
    study = group()
    study.record_consent("A9MD", letter="2", date=TODAY, scopes=[Scope.INTERVIEW])
    with pytest.raises(GateRefused, match="CON-01"):
        add(study, tmp_path / "group.wav")
    assert study.recordings() == {}


def test_where_turns_are_removed_the_recording_goes_and_the_others_words_stay(group, tmp_path):
    study = group({"group_withdrawal": "remove-turns"})
    key = add(study, tmp_path / "group.wav", seal=True)
    sealed = study.recordings()[key].object
    text = "\n\n".join(f"{name}: Ord fra {code.lower()}." for code, name in zip(ALL, NAMES, strict=True))
    (tmp_path / "group.txt").write_text(text, encoding="utf-8")
    study.ingest(tmp_path / "group.txt", participants=ALL)
    assert duties(study) == {"delete-audio"}
    assert study.withdraw("K7QX").counts["group recordings"] == 1
    study.erase("K7QX", confirm="K7QX")
    assert study.recordings() == {}
    assert not (tmp_path / "group.wav").exists()
    with pytest.raises((Shredded, UsageError)):
        study.space.vault.unseal(sealed)
    assert key in study.space.vault.shredded
    (record,) = study.transcripts().values()
    words = [turn.text for turn in study.space.original(record).turns]
    assert words == ["[utsagn trukket]", "Ord fra m2wd.", "Ord fra s4lv.", "Ord fra a9md."]
    assert not {item.duty for item in study.due()} & {"delete-audio", "transcribe"}


def test_where_the_group_is_kept_the_recording_stays_and_names_one_less(group, tmp_path):
    study = group({"group_withdrawal": "keep-group"})
    key = add(study, tmp_path / "group.wav", seal=True)
    study.erase("K7QX", confirm="K7QX")
    one = study.recordings()[key]
    assert {study.participants()[who].code for who in one.participants} == {"M2WD", "S4LV", "A9MD"}
    assert study.space.vault.unseal(one.object) == SOUND
    assert duties(study) == {"delete-audio", "transcribe"}
    for code in ("M2WD", "S4LV"):
        study.erase(code, confirm=code)
    assert study.space.vault.unseal(study.recordings()[key].object) == SOUND
    study.erase("A9MD", confirm="A9MD")
    assert study.recordings() == {}
    assert not (tmp_path / "group.wav").exists()


def test_a_recording_that_is_elsewhere_is_told_and_due_within_a_month(group, tmp_path):
    study = group()
    study.change_profile({**study.space.profile.profile, "ends": (TODAY + dt.timedelta(900)).isoformat()})
    add(study, tmp_path / "group.wav")
    (tmp_path / "group.wav").rename(tmp_path / "moved.wav")
    erased = study.erase("K7QX", confirm="K7QX")
    assert any("group.wav" in line for line in erased.outside)
    (item,) = [item for item in study.due() if item.duty == "delete-audio"]
    assert item.due <= TODAY + dt.timedelta(days=30)
    study.settle(item.obligation)


def test_withdrawing_the_voice_alone_takes_the_group_s_recording(group, tmp_path):
    study = group()
    add(study, tmp_path / "group.wav", seal=True)
    study.erase("K7QX", confirm="K7QX", scopes=[Scope.AUDIO])
    assert study.recordings() == {}
    assert not (tmp_path / "group.wav").exists()
    assert len(study.participants()) == 4


def test_two_recordings_of_one_person_are_two_duties_to_write_out(group, tmp_path):
    study = group()
    for number in (1, 2):
        path = tmp_path / f"{number}.wav"
        path.write_bytes(SOUND + bytes([number]))
        study.add_recording(path, "K7QX", recorder="recorder", recorded=TODAY)
        (tmp_path / f"{number}.txt").write_text(f"I: Hei.\n\nK7QX: Del {number}.\n", encoding="utf-8")
    assert [item.duty for item in study.due()].count("transcribe") == 2
    study.ingest(tmp_path / "1.txt", participants=["K7QX"])
    assert [item.duty for item in study.due()].count("transcribe") == 1
    study.ingest(tmp_path / "2.txt", participants=["K7QX"])
    assert "transcribe" not in {item.duty for item in study.due()}


def test_a_recording_of_an_earlier_study_is_read(group):
    from anonymizer.study.records import Recording

    old = {"participant": "a" * 32, "recorder": "recorder", "recorded": "2026-01-01", "delete": "at-end"}
    old |= {"due": "2026-02-01", "digest": "b" * 32, "place": "c" * 32}
    assert Recording.model_validate(old).participants == ("a" * 32,)
