"""One table of checks rules every step: what holds back opening, taking in and closing, and what is only told."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import GateRefused
from anonymizer.policy import Verdict
from anonymizer.study import Study

from tests.study.conftest import PASSPHRASE
from tests.study.test_checks import GOOD_LETTER, LETTER, PROFILE

OWN = """\
id: strict-place
title: {{nb: Streng, en: Strict}}
description: {{nb: "Streng.", en: "Strict."}}
source: a data management plan
certainty: study
valid_from: 2026-01-01
jurisdiction: "NO"
extends: sikt-base
{rest}
"""


def own_pack(tmp_path, rest):
    path = tmp_path / "own.yaml"
    path.write_text(OWN.format(rest=rest), encoding="utf-8")
    return str(path)


def take_in(study, sources):
    if not study.participants():
        study.import_register(sources / "participants.csv")
    return study.ingest(
        sources / "halvor.txt", participants=["M2WD"], speakers={"Halvor": "M2WD", "I": "interviewer"}
    )


def with_letter(study, text):
    (study.space.places.study / "letter.txt").write_text(text, encoding="utf-8")
    return study


def test_a_study_without_a_profile_takes_transcripts_in_and_says_what_is_open(new_study, sources):
    study = new_study("sikt-base")
    assert take_in(study, sources).new
    told = {one.id: one.verdict for one in study.open_before_ingest()}
    assert told["PRJ-01"] is Verdict.NEEDS_EVIDENCE
    assert {"PRJ-02", "REK-01", "STO-02"} <= set(told)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"approvals": [{"body": "sikt", "status": "sent", "date": "2025-11-01"}]}, "PRJ-02"),
        ({"health": True}, "REK-01"),
        ({"samples": [{"id": "main", "basis": "public-interest"}]}, "PRJ-06"),
        ({"storage": [{"medium": "dropbox"}]}, "STO-02"),
        ({"access": ["student"], "dpia": {"required": True}}, "PRJ-07"),
    ],
)
def test_a_profile_that_breaks_a_rule_keeps_transcripts_out(new_study, sources, changes, rule):
    study = with_letter(new_study("sikt-base", profile={**PROFILE, **changes}), GOOD_LETTER)
    with pytest.raises(GateRefused, match=rule):
        take_in(study, sources)
    last = list(study.log_entries())[-1]
    assert (last.action, last.details["step"]) == ("gate.refused", "ingest")


def test_a_complete_profile_with_a_clean_letter_takes_in(new_study, sources):
    study = with_letter(new_study("sikt-base", profile=PROFILE), GOOD_LETTER)
    assert take_in(study, sources).new


def test_a_letter_that_contradicts_itself_keeps_transcripts_out_until_it_is_mended_or_waived(
    new_study, sources
):
    study = with_letter(new_study("sikt-base", profile=PROFILE), LETTER)
    with pytest.raises(GateRefused, match="CON-02"):
        take_in(study, sources)
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    study.waive("CON-02", reason="awaiting-answer", expires=until)
    assert take_in(study, sources).new


def test_a_pack_may_ask_for_every_answer_before_anything_comes_in(new_study, sources, tmp_path):
    pack = own_pack(tmp_path, "checks:\n  PRJ-01: {holds_back: unanswered}")
    with pytest.raises(GateRefused, match="PRJ-01"):
        take_in(new_study(pack), sources)


def test_a_pack_may_refuse_keys_on_the_study_s_own_disk(new_study, tmp_path):
    near = own_pack(tmp_path, "storage: {key_table_same_volume: block}")
    with pytest.raises(GateRefused, match="KEY-01"):
        new_study(near)
    assert not (tmp_path / "study").exists()


def test_keys_that_were_moved_too_near_keep_the_study_shut_but_not_its_log(new_study, tmp_path):
    study = new_study("sikt-base")
    place, keys = study.space.places.study, study.space.places.keys
    study.close()
    pack = own_pack(tmp_path, "storage: {key_table_same_volume: block}")
    (place / "pack.yaml").write_text((tmp_path / "own.yaml").read_text("utf-8"), encoding="utf-8")
    assert pack
    body = (place / "study.yaml").read_text("utf-8").replace("pack: sikt-base", "pack: pack.yaml")
    (place / "study.yaml").write_text(body, encoding="utf-8")
    with pytest.raises(GateRefused, match="KEY-01"):
        Study.open(place, passphrase=PASSPHRASE, keys=keys)
    with Study.open(place, keys=keys) as again:
        assert list(again.log_entries())


def test_a_profile_may_write_its_dates_as_yaml_has_them(new_study, tmp_path):
    """Without quotation marks YAML reads 2026-01-12 as a date, and so does whoever edits study.yaml."""
    from anonymizer.study import read_profile_file

    path = tmp_path / "profile.yaml"
    letter = "{version: '2', date: 2026-01-02, ending: [delete]}"
    path.write_text(f"starts: 2026-01-12\nends: 2099-06-30\nletters: [{letter}]\n", encoding="utf-8")
    study = new_study("sikt-base", profile=read_profile_file(path))
    assert {item.duty for item in study.due()} >= {"project-end"}
    place, keys = study.space.places.study, study.space.places.keys
    study.change_profile({"starts": dt.date(2026, 1, 12), "ends": dt.date(2099, 6, 30)})
    study.close()
    body = (place / "study.yaml").read_text("utf-8").replace("'2099-06-30'", "2098-06-30")
    assert "2098-06-30" in body
    (place / "study.yaml").write_text(body, encoding="utf-8")
    with Study.open(place, passphrase=PASSPHRASE, keys=keys) as again:
        assert min(item.due for item in again.due() if item.duty == "project-end").year == 2098
