"""Withdrawal: frozen at once, erased on confirmation, others untouched, and nothing comes back."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest
from anonymizer.errors import AnonymizerError, GateRefused, Shredded, UsageError
from anonymizer.formats import read
from anonymizer.model import EntityType
from anonymizer.participants import Duty, Scope
from anonymizer.study import Study, verify_log
from anonymizer.study.obligations import waiting
from anonymizer.vault import KdfCost, Master

from .conftest import PASSPHRASE, bytes_on_disk

TODAY = dt.datetime.now(dt.UTC).date()

GROUP = """\
WEBVTT

00:00:01.000 --> 00:00:03.000
<v Oda>Velkommen, alle fire.</v>

00:00:03.000 --> 00:00:06.000
<v Tordis Fjellro>Jeg er Tordis, og jeg har ei søster som heter Ragnfrid.</v>

00:00:06.000 --> 00:00:09.000
<v Halvor>Takk, Tordis. Jeg er Halvor, jeg kjenner Eilif i Kinsarvik.</v>

00:00:09.000 --> 00:00:12.000
<v Solveig>Det var fint sagt.</v>

00:00:12.000 --> 00:00:13.000
<v Tordis Fjellro>Ja, og Ragnfrid bor</v>

00:00:13.000 --> 00:00:15.000
<v Tordis Fjellro>på Lyngseidet ennå.</v>

00:00:15.000 --> 00:00:18.000
<v Amund>Jeg er enig med Solveig.</v>
"""

REGISTER = """\
code;name;gender;age;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;f;43;2026-01-13;2;interview|quotes;R|Tordis Fjellro;gruppe.vtt|tordis.txt
M2WD;Halvor Brekkås;m;58;2026-01-14;2;interview;Halvor;gruppe.vtt|halvor.txt
S4LV;Solveig Myrbråten;f;51;2026-01-14;2;interview;Solveig;gruppe.vtt
A9MD;Amund Skarpnes;m;39;2026-01-14;2;interview;Amund;gruppe.vtt
interviewer;Oda Spørvik;f;;;;;I|Oda;
"""


@pytest.fixture
def group(new_study, tmp_path, sources):
    """A focus group of four, an interview of one of them, one that names her, all exported."""

    def make(**letter):
        (sources / "gruppe.vtt").write_text(GROUP, encoding="utf-8")
        (sources / "participants.csv").write_text(REGISTER, encoding="utf-8")
        (sources / "halvor.txt").write_text(
            "I: Hei.\n\nHalvor: Hei. Tordis Fjellro var med, og Eilif.\n\nHalvor: Det gikk bra.\n",
            encoding="utf-8",
        )
        study = new_study(profile={"letters": [{"version": "2", **letter}]})
        files = [sources / name for name in ("gruppe.vtt", "tordis.txt", "halvor.txt")]
        report = study.run(files, sources / "participants.csv", to=tmp_path / "clean")
        assert not report.failures
        assert len(report.exported.files) == 3
        return study

    return make


def originals(study):
    return {record.number: study.space.original(record) for record in study.transcripts().values()}


def words(study, number):
    return " ".join(turn.text for turn in originals(study)[number].turns)


def test_a_withdrawal_freezes_at_once_and_can_be_taken_back(group, tmp_path):
    study = group()
    frozen = study.withdraw("K7QX")
    assert frozen.counts["transcripts"] == 1
    assert frozen.counts["shared transcripts"] == 1
    assert frozen.counts["others' transcripts with the name"] == 1
    assert len(study.export(tmp_path / "later").refused) == 2
    number = next(r.number for r in study.transcripts().values() if len(r.participants) == 1)
    with pytest.raises(GateRefused, match="RGT-02"):
        study.read(number, original=True)
    study.undo_withdrawal("K7QX")
    assert not study.export(tmp_path / "later").refused
    with pytest.raises(UsageError, match="not withdrawing"):
        study.undo_withdrawal("K7QX")


def test_whoever_holds_the_work_key_can_freeze_at_once(group, tmp_path):
    study = group()
    study.close()
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=frozenset({Master.WORK})) as work:
        frozen = work.withdraw("K7QX")
        assert (frozen.counts["transcripts"], frozen.counts["shared transcripts"]) == (1, 1)
        assert work.held() == {"K7QX": ("withdrawal",)}
        assert len(work.export(tmp_path / "later").refused) == 2


def test_the_code_is_asked_for_again(group):
    study = group()
    with pytest.raises(UsageError, match="another one"):
        study.erase("K7QX", confirm="M2WD")
    assert len(study.transcripts()) == 3


def test_nothing_of_the_participant_is_left_and_the_others_keep_their_words(group, tmp_path):
    study = group()
    before = {row.codes: words(study, row.number) for row in study.status().transcripts}
    erased = study.erase("K7QX", confirm="K7QX")
    assert {record.code for record in study.participants().values()} == {"M2WD", "S4LV", "A9MD"}
    left = {row.codes: words(study, row.number) for row in study.status().transcripts}
    assert set(left) == {("M2WD",), ("M2WD", "S4LV", "A9MD")}
    for text in left.values():
        for word in ("Tordis", "Fjellro", "Ragnfrid", "Lyngseidet", "søster"):
            assert word not in text
    assert left[("M2WD",)] == before[("M2WD",)].replace("Tordis Fjellro", "[navn trukket]")
    shared = left[("M2WD", "S4LV", "A9MD")]
    assert "Takk, [navn trukket]. Jeg er Halvor, jeg kjenner Eilif i Kinsarvik." in shared
    assert "Jeg er enig med Solveig." in shared
    assert shared.count("[utsagn trukket]") == 2
    table = json.dumps([str(row) for row in study.space.key_table().rows()]).casefold()
    for word in ("tordis", "fjellro", "ragnfrid", "lyngseidet"):
        assert word not in table
    assert "eilif" in table
    assert len(erased.rewritten) == 2


def test_no_file_holds_a_byte_of_it_and_the_log_verifies(group, tmp_path, sources):
    study = group()
    who = study.space.participant_by_code("K7QX")
    shared = next(key for key, record in study.transcripts().items() if len(record.participants) == 4)
    vault = study.space.vault
    keys = [bytes(vault.owner_key(owner, master).secret) for owner in (who, shared) for master in Master]
    study.erase("K7QX", confirm="K7QX")
    fresh = [bytes(vault.owner_key(shared, master).secret) for master in Master]
    assert not set(keys) & set(fresh)
    study.close()
    shutil.rmtree(sources)
    content = bytes_on_disk(tmp_path)
    assert not any(key in content or key.hex().encode() in content for key in keys)
    for word in ("Tordis", "Fjellro", "Ragnfrid", "Lyngseidet", "Gran", "48 12 00 34"):
        for encoding in ("utf-8", "utf-16-le", "latin-1"):
            assert word.encode(encoding) not in content, word
    assert not verify_log(tmp_path / "study").broken


def test_what_is_left_goes_on_to_a_new_export(group, tmp_path):
    study = group()
    study.erase("K7QX", confirm="K7QX")
    manifest = json.loads((tmp_path / "clean" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"] == []
    assert {path.name for path in (tmp_path / "clean").iterdir()} == {"manifest.json"}
    study.detect()
    study.pseudonymise()
    exported = study.export(tmp_path / "clean")
    assert len(exported.files) == 2
    assert not exported.refused
    vtt = next(path for path in (tmp_path / "clean").iterdir() if path.suffix == ".vtt")
    again = read(vtt.read_bytes(), vtt.name)
    assert [turn.text for turn in again.turns].count("[utsagn trukket]") >= 1
    assert "00:00:12.000 --> 00:00:13.000" in vtt.read_text(encoding="utf-8")


def test_the_letter_may_promise_that_the_group_is_kept(group):
    study = group(group_withdrawal="keep-group")
    assert study.withdraw("K7QX").group == "keep-group"
    study.erase("K7QX", confirm="K7QX")
    number = next(row.number for row in study.status().transcripts if len(row.codes) == 3)
    assert "og jeg har ei søster som heter Ragnfrid" in words(study, number)
    assert "Tordis" not in words(study, number)
    assert "Tordis Fjellro" not in originals(study)[number].speakers
    study.detect()
    study.pseudonymise()
    assert "Ragnfrid" not in " ".join(turn.text for turn in study.read(number).turns)


def test_of_two_one_is_left_and_the_other_s_key_seals_it(new_study, tmp_path, sources):
    (sources / "par.txt").write_text(
        "I: Hei.\n\nR: Jeg er Tordis.\n\nHalvor: Og jeg bor på Voss.\n\nR: Ja.\n", encoding="utf-8"
    )
    study = new_study()
    study.import_register(sources / "participants.csv")
    key = study.ingest(sources / "par.txt", participants=["K7QX", "M2WD"]).transcript
    study.detect()
    study.erase("K7QX", confirm="K7QX")
    halvor = study.space.participant_by_code("M2WD")
    assert study.space.vault.owners() >= {halvor}
    assert key not in study.space.vault.owners()
    record = study.transcripts()[key]
    assert study.space.vault.info(record.text_object).owner == halvor
    assert [turn.text for turn in study.space.original(record).turns] == [
        "Hei.",
        "[utsagn trukket]",
        "Og jeg bor på Voss.",
        "[utsagn trukket]",
    ]
    study.pseudonymise()
    assert study.export(tmp_path / "clean").files


def test_decisions_of_others_are_carried(group):
    study = group()
    key, record = next((k, r) for k, r in study.transcripts().items() if len(r.participants) == 4)
    desk = study.review(key)
    turn = next(at for at, t in enumerate(desk.transcript.turns) if t.speaker == "Amund")
    start, end = desk.find("enig", turn, None)
    desk.add(start, end, EntityType.ORGANIZATION, turn=turn)
    desk.reject(next(f for f in desk.waiting() if f.text == "Kinsarvik"))
    kept = len(desk.decisions)
    study.erase("K7QX", confirm="K7QX")
    again = study.review(key)
    assert len(again.decisions) == kept
    decision = again.decisions[-1]
    assert again.transcript.turns[decision.turn].text[decision.start : decision.end] == "Kinsarvik"
    assert decision.version == record.version + 1


def test_a_certificate_says_what_when_how_and_its_limits_without_a_name(group, tmp_path):
    study = group()
    erased = study.erase("K7QX", confirm="K7QX")
    text = (erased.folder / f"{erased.certificate}.txt").read_text(encoding="utf-8")
    body = json.loads((erased.folder / f"{erased.certificate}.json").read_text(encoding="utf-8"))
    assert body["counts"]["transcripts"] == 1
    assert body["counts"]["transcripts written anew"] == 2
    assert "SSD" in text
    assert "responsible" in text
    for word in ("Tordis", "Fjellro", "K7QX", "tordis"):
        assert word not in text + json.dumps(body)
    assert {one["obligation"] for one in body["obligations"]} == {"delete-paper", "delete-source"}
    assert Duty.DELETE_PAPER in {one.duty for _, one in waiting(study.space)}


def test_an_export_that_was_moved_becomes_a_dated_obligation(group, tmp_path):
    study = group()
    (tmp_path / "clean").rename(tmp_path / "elsewhere")
    erased = study.erase("K7QX", confirm="K7QX")
    assert Duty.DELETE_COPY in {one.duty for _, one in waiting(study.space)}
    assert any("exported" in line for line in erased.outside)


def test_the_same_register_and_files_again_bring_nobody_back(group, tmp_path, sources):
    study = group()
    study.erase("K7QX", confirm="K7QX")
    report = study.run(
        [sources / "tordis.txt", sources / "halvor.txt"], sources / "participants.csv", to=tmp_path / "clean"
    )
    assert report.imported.withdrawn == 1
    assert [failure.path.name for failure in report.failures] == ["tordis.txt"]
    assert "K7QX" not in {record.code for record in study.participants().values()}


@pytest.mark.parametrize("folder", ["study", "study-keys"])
def test_yesterday_s_copy_of_either_folder_leaves_the_data_unreadable(group, tmp_path, folder):
    study = group()
    who = study.space.participant_by_code("K7QX")
    text = next(r.text_object for r in study.transcripts().values() if r.participants == (who,))
    study.close()
    shutil.copytree(tmp_path / folder, tmp_path / "yesterday")
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
        again.erase("K7QX", confirm="K7QX")
    shutil.rmtree(tmp_path / folder)
    shutil.copytree(tmp_path / "yesterday", tmp_path / folder)
    shutil.rmtree(tmp_path / "state")
    with (
        pytest.raises(AnonymizerError) as caught,
        Study.open(tmp_path / "study", passphrase=PASSPHRASE, keys=tmp_path / "study-keys") as back,
    ):
        back.space.vault.unseal(text)
    assert isinstance(caught.value, Shredded) or caught.value.exit_code in {3, 4}


def test_both_folders_of_yesterday_are_refused_where_state_knows_better(group, tmp_path):
    study = group()
    study.close()
    for folder in ("study", "study-keys"):
        shutil.copytree(tmp_path / folder, tmp_path / f"yesterday-{folder}")
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
        again.erase("K7QX", confirm="K7QX")
    for folder in ("study", "study-keys"):
        shutil.rmtree(tmp_path / folder)
        shutil.copytree(tmp_path / f"yesterday-{folder}", tmp_path / folder)
    with pytest.raises(AnonymizerError) as caught:
        Study.open(tmp_path / "study", passphrase=PASSPHRASE)
    assert caught.value.exit_code == 3


def test_a_statutory_ground_is_chosen_and_justified_and_anonymised_is_refused(group):
    study = group()
    study.withdraw("K7QX")
    with pytest.raises(GateRefused, match="RGT-03"):
        study.refuse_erasure("K7QX", "anonymised", "it is anonymous")
    with pytest.raises(UsageError, match="justification"):
        study.refuse_erasure("K7QX", "completed-analysis", " ")
    study.refuse_erasure("K7QX", "completed-analysis", "The analysis was published in May.")
    entry = [one for one in study.log_entries() if one.action == "right.answered"][-1]
    assert entry.details["exception"] == "completed-analysis"
    assert len(study.transcripts()) == 3


def test_quotes_alone_can_be_withdrawn(group):
    study = group()
    study.erase("K7QX", confirm="K7QX", scopes=[Scope.QUOTES])
    record = study.participants()[study.space.participant_by_code("K7QX")]
    assert record.consent[-1].scopes == (Scope.INTERVIEW,)
    assert len(study.transcripts()) == 3


def test_erasing_needs_both_keys(group, tmp_path):
    study = group()
    study.close()
    with (
        Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=frozenset({Master.WORK})) as work,
        pytest.raises(AnonymizerError, match="identity"),
    ):
        work.erase("K7QX", confirm="K7QX")


def test_quotes_go_with_who_spoke_them_and_the_others_stay(group):
    study = group()
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    consented = {"K7QX", "M2WD", "S4LV", "A9MD"}
    for code in consented:
        study.record_consent(code, letter="2", date=TODAY, scopes=[Scope.INTERVIEW, Scope.QUOTES])
    number = next(row.number for row in study.status().transcripts if len(row.codes) == 4)
    text = study.read(number)
    spoken = {turn.text: at for at, turn in enumerate(text.turns)}
    theirs = study.add_quote(number, 1, 1)
    other = study.add_quote(number, spoken["Det var fint sagt."], spoken["Det var fint sagt."])
    study.erase("K7QX", confirm="K7QX")
    study.pseudonymise()
    assert [quote.quote for quote in study.quotes()] == [other.quote]
    assert theirs.quote != other.quote
    (left,) = study.quotes()
    assert left.text == "Det var fint sagt."


def test_every_slot_opens_what_is_left_and_nothing_of_who_left(group, tmp_path):
    study = group()
    vault = study.space.vault
    vault.add_slot("v", "supervisor", "veilederens setning", frozenset(Master), kdf_cost=KdfCost.floor())
    vault.add_slot("a", "assistant", "assistentens setning", [Master.WORK], kdf_cost=KdfCost.floor())
    paper = study.make_recovery_key()
    study.erase("K7QX", confirm="K7QX")
    study.detect()
    study.pseudonymise()
    numbers = [row.number for row in study.status().transcripts]
    study.close()
    for phrase in (PASSPHRASE, "veilederens setning", paper):
        with Study.open(tmp_path / "study", passphrase=phrase) as again:
            for number in numbers:
                assert again.read(number).turns
                assert again.read(number, original=True).turns
            assert again.identity("M2WD")["name"] == "Halvor Brekkås"
            assert "K7QX" not in {record.code for record in again.participants().values()}
    work = frozenset({Master.WORK})
    with Study.open(tmp_path / "study", passphrase="assistentens setning", masters=work) as assistant:
        assert all(assistant.read(number).turns for number in numbers)


def test_what_is_withdrawn_in_part_stands_still_in_part(group, tmp_path):
    study = group()
    for code in ("K7QX", "M2WD", "S4LV", "A9MD"):
        study.record_consent(code, letter="2", date=TODAY, scopes=list(Scope))
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    number = next(row.number for row in study.status().transcripts if len(row.codes) == 1)
    study.add_quote(number, 1, 1)
    assert study.quotes()[0].text
    study.withdraw("K7QX", [Scope.QUOTES, Scope.AUDIO, Scope.ARCHIVE])
    assert [quote.text for quote in study.quotes() if study.quotes()[0].number == number] == [""]
    with pytest.raises(GateRefused, match="RGT-02"):
        study.add_quote(number, 1, 1)
    (tmp_path / "a.wav").write_bytes(b"RIFF sound")
    with pytest.raises(GateRefused, match="RGT-02"):
        study.add_recording(tmp_path / "a.wav", "K7QX", recorder="recorder", recorded=TODAY)
    assert study.read(number).turns
    assert not study.export(tmp_path / "later").refused
    study.undo_withdrawal("K7QX")
    assert study.quotes()[0].text
