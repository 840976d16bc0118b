"""No ground, no ingest; doubt freezes; a waiver is named, dated and never for what can't be waived."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import ParticipantRow, Scope
from anonymizer.study import Capacity, Ground, Study
from anonymizer.study.consenting import ground_of
from anonymizer.study.waiving import is_waived, waivers
from anonymizer.vault import KdfCost, Master

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def study(new_study):
    made = new_study()
    made.import_rows(
        [
            ParticipantRow("K7QX", "Tordis Fjellro", speaker=("R",)),
            ParticipantRow("M2WD", "Halvor Brekkås", speaker=("Halvor",), consent_date=TODAY),
        ]
    )
    return made


def actions(study):
    return [(entry.action, entry.rule) for entry in study.log_entries()]


def test_without_a_recorded_ground_one_is_refused_and_the_others_go_on(study, sources, tmp_path):
    report = study.run(
        [sources / "tordis.txt", sources / "halvor.txt"],
        register(sources, "K7QX;Tordis Fjellro;;;R;tordis.txt"),
        to=tmp_path / "clean",
    )
    assert [str(failure.error).split(":")[0] for failure in report.failures] == [str(sources / "tordis.txt")]
    assert "CON-01" in str(report.failures[0].error)
    assert "Tordis" not in str(report.failures[0].error).replace(str(sources), "")
    assert [record.participants for record in study.transcripts().values()] == [
        (study.space.participant_by_code("M2WD"),)
    ]
    assert ("gate.refused", "CON-01") in actions(study)


def register(sources, first):
    path = sources / "participants.csv"
    head = "code;name;consent_date;letter_version;speaker;transcripts"
    path.write_text(f"{head}\n{first}\nM2WD;Halvor Brekkås;2026-01-14;;Halvor;halvor.txt\n", encoding="utf-8")
    return path


def test_consent_is_recorded_with_its_evidence_and_kept_in_order(study, sources):
    study.record_consent(
        "K7QX", letter="2", date=TODAY, scopes=[Scope.INTERVIEW, Scope.QUOTES], evidence="audio"
    )
    study.record_consent("K7QX", letter="3", date=TODAY, scopes=[Scope.INTERVIEW], evidence="form")
    record = study.participants()[study.space.participant_by_code("K7QX")]
    assert [(fact.letter_version, fact.evidence) for fact in record.consent] == [
        ("2", "audio"),
        ("3", "form"),
    ]
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_a_consent_without_the_interview_is_no_ground(study, sources):
    study.record_consent("K7QX", letter="2", date=TODAY, scopes=[Scope.AUDIO], evidence="form")
    with pytest.raises(GateRefused, match="CON-01"):
        study.ingest(sources / "tordis.txt", participants=["K7QX"])


def test_another_ground_with_its_document_will_do(study, sources):
    with pytest.raises(UsageError, match="document"):
        study.record_ground("K7QX", Ground.EXEMPTION, date=TODAY, document=" ")
    study.record_ground("K7QX", Ground.EXEMPTION, date=TODAY, document="decision 2026/12")
    assert ground_of(study.space, study.space.participant_by_code("K7QX")).ground is Ground.EXEMPTION
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_a_project_may_rest_on_another_basis(new_study, sources):
    sample = {"id": "all", "basis": "public-interest", "document": "DPO advice 3", "ethical_consent": False}
    study = new_study(profile={"samples": [sample]})
    study.import_rows([ParticipantRow("K7QX", "Tordis Fjellro", speaker=("R",))])
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_a_refused_sample_is_not_taken_in(new_study, sources):
    samples = [{"id": "patients", "refused": True}, {"id": "professionals"}]
    study = new_study(profile={"samples": samples})
    study.import_rows([ParticipantRow("M2WD", "Halvor Brekkås", speaker=("Halvor",), consent_date=TODAY)])
    study.assign_sample("M2WD", "patients")
    with pytest.raises(GateRefused, match="REK-01"):
        study.ingest(sources / "halvor.txt", participants=["M2WD"])
    with pytest.raises(UsageError, match="no such sample"):
        study.assign_sample("M2WD", "others")
    study.assign_sample("M2WD", "professionals")
    assert study.ingest(sources / "halvor.txt", participants=["M2WD"]).new


def test_a_pack_without_identity_asks_for_no_consent_on_record(new_study, sources):
    study = new_study("notes-only")
    study.import_rows([ParticipantRow("K7QX", speaker=("R",))])
    assert study.ingest(sources / "tordis.txt", participants=["K7QX"]).new


def test_doubt_freezes_and_reconfirming_frees(study, sources, tmp_path):
    key = study.ingest(sources / "halvor.txt", participants=["M2WD"]).transcript
    study.set_capacity("M2WD", Capacity.DOUBT)
    assert study.detect() == ()
    with pytest.raises(GateRefused, match="CON-04"):
        study.review(key)
    with pytest.raises(GateRefused, match="CON-04"):
        study.ingest(sources / "tordis.txt", participants=["M2WD"])
    assert [row.held for row in study.status().transcripts] == ["capacity"]
    study.set_capacity("M2WD", Capacity.RECONFIRMED)
    assert len(study.detect()) == 1


def test_a_refusal_stands_even_with_consent(study, sources):
    study.set_capacity("M2WD", Capacity.DECLINED)
    with pytest.raises(GateRefused, match="CON-04"):
        study.ingest(sources / "halvor.txt", participants=["M2WD"])


def test_a_duty_to_keep_that_contradicts_a_promise_blocks_before_the_first_ingest(new_study, sources):
    study = new_study(
        profile={"ending": "anonymise", "letters": [{"version": "2", "ending": ["delete", "anonymise"]}]}
    )
    study.import_rows([ParticipantRow("M2WD", "Halvor Brekkås", speaker=("Halvor",), consent_date=TODAY)])
    with pytest.raises(GateRefused, match="CON-03"):
        study.ingest(sources / "halvor.txt", participants=["M2WD"])
    study.change_profile(
        {"ending": "delete", "letters": [{"version": "2", "ending": ["delete", "anonymise"]}]}
    )
    assert study.ingest(sources / "halvor.txt", participants=["M2WD"]).new


@pytest.mark.parametrize(
    "rule",
    [
        "KEY-01",
        "KEY-03",
        "CON-01",
        "CON-03",
        "CON-04",
        "RGT-02",
        "RGT-03",
        "PRJ-04",
        "END-04",
        "LOG-01",
        "TXT-01",
    ],
)
def test_what_can_t_be_waived_is_not(rule, one_study):
    with pytest.raises(GateRefused, match=rule):
        one_study.waive(rule, reason="other", expires=TODAY)


def test_a_waiver_has_a_reason_of_the_list_and_an_end(one_study):
    with pytest.raises(UsageError, match="reason"):
        one_study.waive("AUD-03", reason="because", expires=TODAY)
    for day in (TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=400)):
        with pytest.raises(UsageError, match="between"):
            one_study.waive("AUD-03", reason="technical", expires=day)


@pytest.fixture
def one_study(new_study):
    return new_study()


def test_a_waiver_holds_until_its_day_and_only_the_responsible_grants_it(one_study, tmp_path):
    key = one_study.waive("AUD-03", reason="technical", expires=TODAY + dt.timedelta(days=3))
    assert is_waived(one_study.space, "AUD-03")
    assert not waivers(one_study.space)[key].holds(TODAY + dt.timedelta(days=4))
    assert [item.duty for item in one_study.due()] == ["renew-waiver"]
    one_study.end_waiver(key)
    assert not is_waived(one_study.space, "AUD-03")
    assert one_study.due() == ()
    one_study.space.vault.add_slot(
        "a", "assistant", "en helt annen setning", frozenset(Master), kdf_cost=KdfCost.floor()
    )
    one_study.close()
    with (
        Study.open(tmp_path / "study", passphrase="en helt annen setning") as assistant,
        pytest.raises(GateRefused, match="responsible"),
    ):
        assistant.waive("AUD-03", reason="technical", expires=TODAY)


def test_a_waiver_whose_day_is_past_is_over_and_the_log_says_so(one_study):
    key = one_study.waive("AUD-03", reason="technical", expires=TODAY)
    past = waivers(one_study.space)[key].model_copy(
        update={"since": TODAY - dt.timedelta(days=9), "expires": TODAY - dt.timedelta(days=1)}
    )
    with one_study.space.vault.change() as tx:
        tx.save("waiver", key, past.model_dump(mode="json", exclude_none=True))
        tx.log(
            "check.waived",
            object_id=key,
            rule="AUD-03",
            details={"reason": "technical", "expires": "2026-01-01"},
        )
    assert not is_waived(one_study.space, "AUD-03")
    assert one_study.due() == ()
    assert [
        entry.details["cause"] for entry in one_study.log_entries() if entry.action == "waiver.ended"
    ] == ["expired"]


def test_a_refusal_is_logged_once_as_long_as_nothing_changes(study, sources):
    def refuse():
        with pytest.raises(GateRefused, match="CON-01"):
            study.ingest(sources / "tordis.txt", participants=["K7QX"])
        return actions(study).count(("gate.refused", "CON-01"))

    assert [refuse(), refuse(), refuse()] == [1, 1, 1]
    study.set_capacity("K7QX", Capacity.DOUBT)
    with pytest.raises(GateRefused, match="CON-04"):
        study.ingest(sources / "tordis.txt", participants=["K7QX"])
    study.set_capacity("K7QX", Capacity.RECONFIRMED)
    assert [refuse(), refuse()] == [2, 2]
