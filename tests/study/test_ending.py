"""Backups that withdrawal knows of, member checks that hold publication back, and the end as it was promised."""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil

import pytest
from anonymizer.crypto import Key
from anonymizer.errors import AnonymizerError, GateRefused, Locked, RolledBack, UsageError
from anonymizer.participants import Ending, MemberCheckOf, Scope
from anonymizer.report import study_report
from anonymizer.study import Study, checklist, verify_log
from anonymizer.study.memberchecks import gate_publication
from anonymizer.vault import KdfCost, Master

from .conftest import PASSPHRASE, bytes_on_disk

TODAY = dt.datetime.now(dt.UTC).date()
SIGNED = tuple(checklist())


@pytest.fixture
def ran(new_study, sources, tmp_path):
    def make(profile=None, pack="fictive-names"):
        study = new_study(pack, profile=profile)
        report = study.run(
            [sources / "tordis.txt", sources / "halvor.txt"],
            sources / "participants.csv",
            to=tmp_path / "clean",
        )
        assert not report.failures
        register = next(item for item in study.due() if item.where.endswith("participants.csv"))
        (sources / "participants.csv").unlink()
        study.settle(register.obligation)
        return study

    return make


# backups


def test_a_backup_is_an_obligation_and_brings_everything_back(ran, tmp_path):
    study = ran()
    key = study.backup(tmp_path / "copy")
    assert ("delete-backup", key[:8]) in {(item.duty, item.about) for item in study.due()}
    study.close()
    for folder in ("study", "study-keys", "state"):
        shutil.rmtree(tmp_path / folder)
    with Study.restore(
        tmp_path / "copy", tmp_path / "back", passphrase=PASSPHRASE, keys=tmp_path / "back-keys"
    ) as back:
        assert "Telefonen er" in " ".join(turn.text for turn in back.read(1, original=True).turns)
        assert key[:8] in {item.about for item in back.due()}
        back.settle_backup(key)
        assert "delete-backup" not in {item.duty for item in back.due()}
        assert back.log_entries()
    assert not verify_log(tmp_path / "back").broken


def test_after_a_loss_the_newest_backup_is_put_back_on_the_same_machine(ran, tmp_path):
    study = ran()
    study.backup(tmp_path / "copy")
    study.close()
    shutil.rmtree(tmp_path / "study")
    shutil.rmtree(tmp_path / "study-keys")
    with Study.restore(
        tmp_path / "copy", tmp_path / "study", passphrase=PASSPHRASE, keys=tmp_path / "study-keys"
    ) as back:
        assert "Telefonen er" in " ".join(turn.text for turn in back.read(1, original=True).turns)
        back.backup(tmp_path / "next")
    assert (tmp_path / "copy" / "study" / "study.db").is_file()
    assert not verify_log(tmp_path / "study").broken


def test_withdrawal_knows_of_backups(ran, tmp_path):
    study = ran()
    key = study.backup(tmp_path / "copy", until=TODAY + dt.timedelta(days=300))
    erased = study.erase("K7QX", confirm="K7QX")
    assert "a backup made before the withdrawal" in erased.outside
    dates = [item.due for item in study.due() if item.duty == "delete-backup"]
    assert min(dates) <= TODAY + dt.timedelta(days=30)
    study.settle_backup(key)
    assert not [item for item in study.due() if item.duty == "delete-backup"]


def test_a_tombstone_beats_the_keys_a_backup_brings_back(ran, tmp_path):
    study = ran()
    who = study.space.participant_by_code("K7QX")
    study.backup(tmp_path / "copy")
    study.erase("K7QX", confirm="K7QX")
    study.close()
    shutil.rmtree(tmp_path / "study-keys")
    with Study.restore(
        tmp_path / "copy",
        tmp_path / "study",
        passphrase=PASSPHRASE,
        keys=tmp_path / "study-keys",
        keys_only=True,
    ) as back:
        assert who not in back.space.vault.owners()
        assert "K7QX" not in {record.code for record in back.participants().values()}
        entry = [one for one in back.log_entries() if one.action == "backup.restored"][-1]
        assert entry.details["shredded_again"] == 1


def test_a_whole_backup_from_before_is_refused_where_state_knows_better(ran, tmp_path):
    study = ran()
    study.backup(tmp_path / "copy")
    study.erase("K7QX", confirm="K7QX")
    study.close()
    with pytest.raises(RolledBack):
        Study.restore(
            tmp_path / "copy", tmp_path / "back", passphrase=PASSPHRASE, keys=tmp_path / "back-keys"
        )
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / "back-keys").exists()


def test_on_a_machine_that_has_seen_nothing_a_checkpoint_kept_elsewhere_refuses_it(ran, tmp_path):
    study = ran()
    before = tmp_path / "before.txt"
    before.write_text(study.newest_checkpoint(), encoding="utf-8")
    study.backup(tmp_path / "copy")
    erased = study.erase("K7QX", confirm="K7QX")
    later = tmp_path / "later.txt"
    later.write_text(study.newest_checkpoint(), encoding="utf-8")
    study.close()
    for folder in ("study", "study-keys", "state"):
        (tmp_path / folder).rename(tmp_path / f"gone-{folder}")
    places = {"passphrase": PASSPHRASE, "keys": tmp_path / "back-keys"}
    with pytest.raises(RolledBack, match="whoever withdrew since"):
        Study.restore(tmp_path / "copy", tmp_path / "back", checkpoints=[later], **places)
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / "back-keys").exists()
    # Nobody here knows of what came later: the certificate says that this can't be prevented.
    with Study.restore(tmp_path / "copy", tmp_path / "back", checkpoints=[before], **places) as back:
        assert "K7QX" in {record.code for record in back.participants().values()}
    text = (tmp_path / "gone-study" / "certificates" / f"{erased.certificate}.txt").read_text(
        encoding="utf-8"
    )
    assert "kan åpnes på en maskin som ikke har sett loggen siden" in text
    assert "can be opened on a machine that has not seen the log since" in text


def test_a_removed_slot_opens_nothing_that_was_written_after_it_went(ran, tmp_path, sources):
    """Not even with the copy of the keys it had while it was there."""
    study = ran()
    slot = study.space.vault.add_slot(
        "v", "supervisor", "veilederens setning", frozenset(Master), kdf_cost=KdfCost.floor()
    )
    kept = study.space.transcript(next(iter(study.transcripts()))).text_object
    study.close()
    shutil.copytree(tmp_path / "study-keys", tmp_path / "old-keys")
    with Study.open(tmp_path / "study", passphrase="veilederens setning") as theirs:
        assert theirs.space.vault.unseal(kept)
        old = (
            copy.deepcopy(theirs.space.vault._ring),
            {name: Key(key.id, bytes(key.secret)) for name, key in theirs.space.vault._masters.items()},
        )
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as mine:
        mine.remove_slot(slot)
        (sources / "late.txt").write_text("I: Hei.\n\nR: Dette er nytt.\n", encoding="utf-8")
        key = mine.ingest(sources / "late.txt", participants=["K7QX"]).transcript
        written = mine.space.transcript(key).text_object
        who = mine.space.participant_by_code("K7QX")
        info = mine.space.vault.info(written)
        assert (who, Master.IDENTITY) == (info.owner, Master(info.master))
        # Their old ring has no key of this id, whatever masters they kept.
        ring, masters = old
        with pytest.raises(AnonymizerError):
            ring.owner_key(masters, who, Master.IDENTITY, info.key_id)
        assert ring.owner_key(masters, who, Master.IDENTITY)
    with pytest.raises(Locked):
        Study.open(tmp_path / "study", passphrase="veilederens setning")
    shutil.rmtree(tmp_path / "study-keys")
    shutil.copytree(tmp_path / "old-keys", tmp_path / "study-keys")
    shutil.rmtree(tmp_path / "state")
    with pytest.raises(AnonymizerError):
        Study.open(tmp_path / "study", passphrase="veilederens setning")


def test_a_lost_passphrase_with_the_paper_key_loses_nothing(ran, tmp_path):
    study = ran()
    paper = study.make_recovery_key()
    study.close()
    with Study.open(tmp_path / "study", passphrase=paper) as again:
        assert again.identity("K7QX")["name"] == "Tordis Fjellro"


def test_a_duty_to_delete_a_backup_that_is_met_is_met_for_good(ran, tmp_path):
    study = ran()
    study.backup(tmp_path / "copy")
    (item,) = (item for item in study.due() if item.duty == "delete-backup")
    study.settle(item.obligation)
    assert study.erase("K7QX", confirm="K7QX").outside == ()
    assert "delete-backup" not in {item.duty for item in study.due()}


# member checks


def test_a_promised_check_holds_publication_back_until_it_is_answered(ran, tmp_path):
    study = ran({"letters": [{"version": "2", "member_check": "transcript"}]})
    with pytest.raises(GateRefused, match="RGT-05"):
        study.export(tmp_path / "book", purpose="publication")
    assert study.export(tmp_path / "clean").files
    for code in ("K7QX", "M2WD"):
        study.send_member_check(code, MemberCheckOf.TRANSCRIPT, tmp_path / f"check-{code}")
    (sent,) = (tmp_path / "check-K7QX").iterdir()
    assert "Tordis" not in sent.read_text(encoding="utf-8")
    assert "member-check" in {item.duty for item in study.due()}
    keys = list(study.member_checks())
    study.answer_member_check(keys[0][:12], "approved")
    with pytest.raises(GateRefused, match="1 member check is"):
        study.export(tmp_path / "book", purpose="publication")
    study.answer_member_check(keys[1], "no-answer")
    gate_publication(study.space)
    with pytest.raises(UsageError, match="already"):
        study.answer_member_check(keys[1], "approved")


def test_changes_become_a_new_version(ran, tmp_path, sources):
    study = ran()
    key = study.send_member_check("M2WD", MemberCheckOf.TRANSCRIPT, tmp_path / "check", original=True)
    (sent,) = (tmp_path / "check").iterdir()
    changed = sent.read_text(encoding="utf-8").replace("er 58 år", "er 59 år")
    (tmp_path / "changed.txt").write_text(changed, encoding="utf-8")
    study.answer_member_check(key, "changes", file=tmp_path / "changed.txt")
    record = next(one for one in study.transcripts().values() if one.number == 2)
    assert record.version == 2
    assert "59" in study.space.original(record).turns[1].text
    assert ("delete-copy", "M2WD") in {(item.duty, item.about) for item in study.due()}


def test_promised_quotes_hold_nothing_back_before_one_is_chosen(ran, tmp_path):
    study = ran({"letters": [{"version": "2", "member_check": "quotes"}]})
    gate_publication(study.space)
    # A manuscript may quote them all the same.
    assert len(study.scan_facts().unchecked) == 2
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    number = next(row.number for row in study.status().transcripts if row.codes == ("K7QX",))
    study.add_quote(number, 3, 3)
    with pytest.raises(GateRefused, match="1 member check is"):
        gate_publication(study.space)
    check = study.send_member_check("K7QX", MemberCheckOf.QUOTES, tmp_path / "check")
    with pytest.raises(GateRefused, match="RGT-05"):
        gate_publication(study.space)
    study.answer_member_check(check, "approved")
    gate_publication(study.space)


def test_who_consented_to_no_quotes_has_none_to_check(ran):
    study = ran({"letters": [{"version": "2", "member_check": "quotes"}]})
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    number = next(row.number for row in study.status().transcripts if row.codes == ("K7QX",))
    study.add_quote(number, 3, 3)
    with pytest.raises(GateRefused, match="RGT-05"):
        gate_publication(study.space)
    study.record_consent("K7QX", letter="2", date=TODAY, scopes=[Scope.INTERVIEW])
    gate_publication(study.space)


def test_the_quotes_chosen_in_the_study_are_the_package(ran, tmp_path):
    study = ran()
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    with pytest.raises(UsageError, match="no quote"):
        study.send_member_check("K7QX", MemberCheckOf.QUOTES, tmp_path / "check")
    number = next(row.number for row in study.status().transcripts if row.codes == ("K7QX",))
    quote = study.add_quote(number, 3, 3)
    study.send_member_check("K7QX", MemberCheckOf.QUOTES, tmp_path / "check")
    text = (tmp_path / "check" / "quotes.txt").read_text(encoding="utf-8")
    assert text == f"«{quote.text}»\n"
    with pytest.raises(UsageError, match="--file"):
        study.send_member_check("K7QX", MemberCheckOf.RESULTS, tmp_path / "check-2")


def test_a_package_never_goes_into_the_study(ran, tmp_path):
    study = ran()
    with pytest.raises(UsageError, match="never goes"):
        study.send_member_check("K7QX", MemberCheckOf.TRANSCRIPT, tmp_path / "study" / "x")
    assert study.member_checks() == {}


# the end


def test_the_end_deletes_all_where_deletion_was_promised(ran, tmp_path, sources):
    study = ran({"letters": [{"version": "2", "ending": ["delete", "anonymise"]}]})
    ways = {one.rule for one in study.obstacles(Ending.ANONYMISE)}
    assert ways == {"END-02"}
    with pytest.raises(GateRefused, match="not signed"):
        study.close_project(Ending.ANONYMISE, signed=(), ground="letter 2")
    closed = study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="letter 2")
    assert (closed.destroyed, closed.kept) == (2, 0)
    assert study.transcripts() == {}
    assert study.participants() == {}
    assert list(study.space.vault.rows()) == []
    assert study.space.vault.owners() == {"study"}
    assert not list(sources.glob("*.txt"))
    assert not list((tmp_path / "clean").glob("*.txt"))
    body = json.loads((closed.folder / f"{closed.certificate}.json").read_text(encoding="utf-8"))
    assert body["what"] == "close"
    study.close()
    content = bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")
    for word in ("Tordis", "Fjellro", "K7QX"):
        assert word.encode() not in content
    assert not verify_log(tmp_path / "study").broken


def test_what_was_promised_to_be_anonymised_stays_as_an_export_without_any_key(ran, tmp_path, sources):
    study = ran({"letters": [{"version": "2", "ending": ["anonymise"]}]})
    with pytest.raises(GateRefused, match="END-04"):
        study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="letter 2")
    for key in study.transcripts():
        study.review(key).mark_reviewed()
    study.pseudonymise()
    study.export(tmp_path / "clean")
    study.risk()
    study.judge_events(coarsened=0, undecided=0, ground="none were found")
    study.log_scan(block=0, warn=0)
    study.sign_risk(singling_out="no", linkability="unlikely", inference="no")
    files = {path.name: path.read_bytes() for path in (tmp_path / "clean").glob("*.txt")}
    closed = study.close_project(Ending.ANONYMISE, signed=SIGNED, ground="letter 2")
    assert closed.kept == 2
    assert study_report(study).label == "anonymised"
    assert {path.name: path.read_bytes() for path in (tmp_path / "clean").glob("*.txt")} == files
    assert study.space.vault.owners() == {"study"}
    with pytest.raises(AnonymizerError):
        study.read(1, original=True)
    (sources / "late.txt").write_text("I: Hei.\n", encoding="utf-8")
    with pytest.raises(UsageError):
        study.ingest(sources / "late.txt", participants=["K7QX"])
    with pytest.raises(UsageError, match="closed"):
        study.close_project(Ending.DELETE, signed=SIGNED, ground="again")


def test_a_recording_or_a_source_that_is_left_blocks(ran, tmp_path, sources):
    study = ran()
    study.record_consent("K7QX", letter="2", date=TODAY, scopes=[Scope.INTERVIEW, Scope.AUDIO])
    (tmp_path / "a.wav").write_bytes(b"RIFF sound")
    key = study.add_recording(tmp_path / "a.wav", "K7QX", recorder="recorder", recorded=TODAY)
    with pytest.raises(GateRefused, match="recordings"):
        study.close_project(Ending.DELETE, signed=SIGNED, ground="end")
    study.delete_recording(key)
    (sources / "halvor.txt").rename(sources / "moved.txt")
    with pytest.raises(GateRefused, match="source files"):
        study.close_project(Ending.DELETE, signed=SIGNED, ground="end")
    item = next(item for item in study.due() if item.where.endswith("halvor.txt"))
    study.settle(item.obligation)
    assert study.close_project(Ending.DELETE, signed=SIGNED, ground="end").destroyed == 2


def test_an_ending_has_a_ground_and_an_archive_only_those_who_consented(ran, tmp_path):
    study = ran()
    with pytest.raises(UsageError, match="ground"):
        study.close_project(Ending.DELETE, signed=SIGNED, ground=" ")
    exported = study.export(tmp_path / "archive", purpose="archive")
    assert [str(one.error).count("CON-01") for one in exported.refused] == [1, 1]
