"""One study from first file to export, as a researcher runs it."""

from __future__ import annotations

import json
import shutil

import pytest
from anonymizer.errors import Locked, RegisterError, UnreadableInput, UsageError
from anonymizer.formats import read
from anonymizer.model import Action, EntityType
from anonymizer.study import State, Study
from anonymizer.vault import Master

from .conftest import PASSPHRASE, bytes_on_disk, modification_free


@pytest.fixture
def ran(new_study, sources, tmp_path):
    study = new_study()
    files = [sources / "tordis.txt", sources / "halvor.txt"]
    report = study.run(files, sources / "participants.csv", to=tmp_path / "clean")
    return study, report


def clean_texts(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {
        entry["file"]: (folder / entry["file"]).read_text(encoding="utf-8") for entry in manifest["files"]
    }


def test_run_replaces_names_and_keeps_everything_else(ran, tmp_path):
    _, report = ran
    assert not report.failures
    assert not report.exported.refused
    tordis = next(text for text in clean_texts(tmp_path / "clean").values() if "latter" in text)
    for name in ("Tordis", "Fjellro", "Halvor", "Gran", "48 12 00 34"):
        assert name not in tordis
    for mark in ("[uklart]", "(latter)", "(…)", "Kan du fortelle litt om deg selv?", "Det var (…) fint."):
        assert mark in tordis


def test_the_same_person_has_the_same_surrogate_in_every_transcript(ran, tmp_path):
    texts = clean_texts(tmp_path / "clean")
    halvors = next(text for text in texts.values() if "Hei." in text)
    label = halvors.split("\n\n")[1].split(":")[0]
    tordis = next(text for text in texts.values() if "latter" in text)
    assert f"hjelp av {label}, ja" in tordis


def test_nothing_identifying_is_in_any_file_of_the_study(ran, tmp_path):
    content = bytes_on_disk(
        tmp_path / "study", tmp_path / "study-keys", tmp_path / "state", tmp_path / "clean"
    )
    for name in ("Tordis", "Fjellro", "Halvor", "Brekkås", "Kinsarvik", "Eilif", "tordis.txt", "48 12 00 34"):
        for encoding in ("utf-8", "utf-16-le", "latin-1"):
            assert name.encode(encoding) not in content, name


def test_a_second_run_changes_nothing(ran, sources, tmp_path):
    study, _ = ran
    before = modification_free(tmp_path / "study") | modification_free(tmp_path / "clean")
    report = study.run(
        [sources / "tordis.txt", sources / "halvor.txt"], sources / "participants.csv", to=tmp_path / "clean"
    )
    assert [item.new for item in report.ingested] == [False, False]
    assert report.exported.unchanged
    assert modification_free(tmp_path / "study") | modification_free(tmp_path / "clean") == before


def test_files_are_marked_unreviewed_until_a_person_has_seen_them(ran, tmp_path):
    study, report = ran
    assert all(".unreviewed" in name for name in report.exported.files.values())
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    exported = study.export(tmp_path / "clean")
    assert not any(".unreviewed" in name for name in exported.files.values())
    manifest = json.loads((tmp_path / "clean" / "manifest.json").read_text(encoding="utf-8"))
    assert all(entry["reviewed"] and entry["label"] == "pseudonymised" for entry in manifest["files"])
    assert {path.name for path in (tmp_path / "clean").iterdir()} == {
        *exported.files.values(),
        "manifest.json",
    }


def test_one_more_known_name_makes_exactly_the_right_transcripts_stale(ran, sources, tmp_path):
    study, _ = ran
    csv = sources / "participants.csv"
    text = csv.read_text(encoding="utf-8")
    csv.write_text(text + "P9LK;Eilif Lundereng;;m;61;Voss;2026-01-15;2;interview;;\n", encoding="utf-8")
    study.import_register(csv)
    stale = {row.codes: row.stale for row in study.status().transcripts}
    assert stale == {("K7QX",): (), ("M2WD",): ("known-name",)}
    exported = study.export(tmp_path / "again")
    assert [str(refused.error) for refused in exported.refused] != []
    study.detect()
    study.pseudonymise()
    assert all(not row.stale for row in study.status().transcripts)


def test_a_decision_changes_what_leaves_and_outlives_a_new_run(ran, tmp_path):
    study, _ = ran
    key = next(iter(study.transcripts()))
    desk = study.review(key)
    place = next(f for f in desk.waiting() if f.text == "Gran")
    desk.reject(place)
    start, end = desk.find("fint", 3, None)
    desk.add(start, end, EntityType.ORGANIZATION, turn=3)
    assert study.status().transcripts[0].state is State.DETECTED
    study.pseudonymise()
    study.export(tmp_path / "clean")
    tordis = next(text for text in clean_texts(tmp_path / "clean").values() if "latter" in text)
    assert "vokste opp på Gran." in tordis
    assert "fint" not in tordis
    study.detect()
    again = study.review(key)
    assert "Gran" not in {f.text for f in again.effective()}
    assert "fint" in {f.text for f in again.effective()}


def test_a_flagged_finding_that_is_accepted_goes(new_study, sources, tmp_path):
    study = new_study()
    (sources / "tordis.txt").write_text("R: Jeg er ordføreren på Gran, jeg.\n", encoding="utf-8")
    study.run([sources / "tordis.txt"], sources / "participants.csv", to=tmp_path / "clean")
    desk = study.review(next(iter(study.transcripts())))
    role = next(f for f in desk.waiting() if f.entity_type is EntityType.ROLE)
    assert role.action is Action.FLAG
    desk.accept(role)
    study.pseudonymise()
    study.export(tmp_path / "clean")
    assert "ordføreren" not in "".join(clean_texts(tmp_path / "clean").values())


def test_the_same_source_twice_is_one_transcript(new_study, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    shutil.copy(sources / "tordis.txt", sources / "copy.txt")
    first = study.ingest(sources / "tordis.txt", participants=["K7QX"])
    second = study.ingest(sources / "copy.txt", participants=["K7QX"])
    assert (first.new, second.new) == (True, False)
    assert first.transcript == second.transcript
    assert len(study.transcripts()) == 1


def test_a_broken_file_among_good_ones_is_named_and_the_good_ones_done(new_study, sources, tmp_path):
    study = new_study()
    (sources / "halvor.txt").write_bytes(b"PK\x03\x04 not a transcript \x00\x00")
    report = study.run(
        [sources / "halvor.txt", sources / "tordis.txt"], sources / "participants.csv", to=tmp_path / "clean"
    )
    assert [failure.path.name for failure in report.failures] == ["halvor.txt"]
    assert isinstance(report.failures[0].error, UnreadableInput)
    assert len(report.exported.files) == 1


def test_a_label_that_maps_to_no_one_is_an_error_and_nothing_is_imported(new_study, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    (sources / "x.txt").write_text("I: Hei.\n\nKåre: Hei.\n\nI: Ja.\n\nKåre: Ja.\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="1 speaker label of 2") as caught:
        study.ingest(sources / "x.txt", participants=["K7QX"])
    assert "Kåre" not in str(caught.value)
    assert study.transcripts() == {}


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(ran, tmp_path):
    study, _ = ran
    study.close()
    before = modification_free(tmp_path)
    with pytest.raises(Locked):
        Study.open(tmp_path / "study", passphrase=PASSPHRASE + "x")
    assert modification_free(tmp_path) == before


def test_export_needs_no_identity_key(ran, tmp_path):
    study, _ = ran
    study.close()
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=frozenset({Master.WORK})) as again:
        assert len(again.export(tmp_path / "other").files) == 2
        with pytest.raises(Locked):
            again.whois("1")


def test_an_export_never_overwrites_strange_files(ran, tmp_path):
    study, _ = ran
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_bytes(b"x")
    with pytest.raises(UsageError, match="no part of an export"):
        study.export(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.docx").read_bytes() == b"x"


def test_whois_answers_and_is_logged(ran, tmp_path):
    study, _report = ran
    halvors = next(text for text in clean_texts(tmp_path / "clean").values() if "Hei." in text)
    label = halvors.split("\n\n")[1].split(":")[0]
    (answer,) = study.whois(label)
    assert answer.code == "M2WD"
    name = next(path.name for path in (tmp_path / "clean").iterdir() if path.name.startswith(label))
    assert study.whois(name) == (answer,)
    assert "whois.asked" in {entry.action for entry in study.log_entries()}


def test_the_exported_docx_is_a_transcript_again(ran, tmp_path):
    study, _ = ran
    exported = study.export(tmp_path / "docx", to_format="docx")
    for name in exported.files.values():
        transcript = read((tmp_path / "docx" / name).read_bytes(), name)
        assert transcript.turns


def test_a_pack_that_normalises_dialect_writes_the_standard_and_says_so(new_study, sources, tmp_path):
    study = new_study("small-community")
    (sources / "tordis.txt").write_text(
        "I: Ja?\n\nR: Æ veit ikkje ka ho sa, [uklart] æ va ikkje der.\n", encoding="utf-8"
    )
    study.run([sources / "tordis.txt"], sources / "participants.csv", to=tmp_path / "clean")
    (text,) = clean_texts(tmp_path / "clean").values()
    assert "[uklart]" in text
    assert "Æ " not in text
    manifest = json.loads((tmp_path / "clean" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"][0]["choices"]["normalised_dialect"]
