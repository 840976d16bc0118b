"""The checks on a real study: facts from its records, verdicts in the log, the gate before publication."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import yaml
from anonymizer.cli.app import run
from anonymizer.data import load_yaml, rules_dir
from anonymizer.errors import GateRefused
from anonymizer.participants import ProjectProfile
from anonymizer.policy import Project, Step, Verdict, checks
from anonymizer.study import Study
from anonymizer.study.facts import facts_of

from tests.study.conftest import PASSPHRASE

PROFILE = {
    "title": "Hverdag",
    "purpose": "forstå hverdagen",
    "controller": "Høgskolen i Eksempel",
    "responsible": "veileder",
    "access": ["student", "veileder"],
    "samples": [{"id": "main", "planned": 2, "pool": 60}],
    "data_types": ["intervju"],
    "special_categories": True,
    "criminal_offences": False,
    "health": False,
    "third_persons": True,
    "recording": False,
    "storage": [{"medium": "minnepinne", "encrypted": True}],
    "starts": "2026-01-12",
    "ends": "2099-06-30",
    "ending": "delete",
    "approvals": [
        {"body": "sikt", "status": "sent", "date": "2025-11-01"},
        {"body": "sikt", "status": "approved", "date": "2025-12-20"},
    ],
    "letters": [{"version": "2", "date": "2026-01-02", "ending": ["delete"], "file": "letter.txt"}],
}
LETTER = "Vil du delta i prosjektet [sett inn tittel]? Alle svar er anonyme."
GOOD_LETTER = """\
Vil du delta i prosjektet «Hverdag»?

Formålet er å forstå hverdagen. Høgskolen i Eksempel er behandlingsansvarlig. Å delta betyr et intervju.
Det er frivillig, og du kan når som helst trekke samtykket. Vi behandler opplysningene på grunnlag av samtykket ditt.
Bare studenten og veilederne har tilgang til opplysningene. Prosjektet avsluttes 30. juni 2099, og da slettes alt.
Du har rett til innsyn, til å få opplysninger rettet eller slettet, og til å klage til Datatilsynet.
Spørsmål? Ta kontakt med student eller personvernombud.
"""


@pytest.fixture
def filled(new_study, sources):
    study: Study = new_study("sikt-base")
    study.space.profile = study.space.profile.model_copy(update={"profile": PROFILE})
    (study.space.places.study / "letter.txt").write_text(LETTER, encoding="utf-8")
    return study


@pytest.fixture
def ready(filled):
    """The same study with a letter that says what it must."""
    (filled.space.places.study / "letter.txt").write_text(GOOD_LETTER, encoding="utf-8")
    return filled


def verdicts(study, **more):
    return {one.id: one.verdict for one in study.check(**more)}


def test_an_unfilled_study_says_what_it_needs(new_study):
    found = verdicts(new_study())
    assert found["PRJ-01"] is Verdict.NEEDS_EVIDENCE
    assert found["KEY-01"] is Verdict.FAIL  # the test's folders lie on one disk
    assert set(found) == set(checks().rules)


def test_what_is_filled_in_is_found(filled):
    found = verdicts(filled)
    passing = {"PRJ-01", "PRJ-02", "PRJ-06", "CON-03", "STO-01", "STO-02", "STO-03", "END-01"}
    assert {rule for rule in passing if found[rule] is not Verdict.PASS} == set()
    assert found["CON-02"] is Verdict.FAIL
    (letter,) = facts_of(filled.space).project.letters
    assert {"template-text", "complaint"} <= set(letter.faults)


def test_a_field_left_out_is_no_answer(filled):
    left = {key: value for key, value in PROFILE.items() if key != "health"}
    filled.space.profile = filled.space.profile.model_copy(update={"profile": left})
    assert verdicts(filled)["REK-01"] is Verdict.NEEDS_EVIDENCE


def test_every_verdict_is_logged_in_one_change(filled):
    before = filled.space.vault.log.size
    results = filled.check(step=Step.INGEST)
    new = list(filled.space.vault.log.entries(before + 1))
    assert [(entry.action, entry.rule, entry.details["verdict"]) for entry in new] == [
        ("check.done", one.id, one.verdict) for one in results
    ]


def test_facts_hold_nothing_that_identifies(filled, sources):
    filled.import_register(sources / "participants.csv")
    told = facts_of(filled.space).model_dump_json()
    for word in ("Tordis", "Fjellro", "Halvor", "K7QX", "M2WD", "Gran", "Voss"):
        assert word not in told


def test_a_finished_study_may_be_analysed_and_not_yet_published(ready, sources, tmp_path):
    ready.run(
        [sources / "tordis.txt", sources / "halvor.txt"], sources / "participants.csv", to=tmp_path / "out"
    )
    found = verdicts(ready)
    assert found["TXT-01"] is Verdict.PASS
    assert found["CON-01"] is Verdict.PASS
    assert found["THI-01"] is Verdict.PASS
    assert found["TXT-02"] is Verdict.FAIL  # nobody has gone through them
    assert found["KEY-03"] is Verdict.PASS
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(GateRefused, match="TXT-02"):
        ready.export(tmp_path / "published", purpose="publication")
    assert {path.name for path in tmp_path.iterdir()} == before
    last = list(ready.log_entries())[-1]
    assert (last.action, last.rule, last.details["step"]) == ("gate.refused", "TXT-02", "publish")


def test_the_command_without_a_key_checks_and_logs_nothing(filled, capsys):
    place, size = filled.space.places.study, filled.space.vault.log.size
    keep_profile(filled)
    filled.close()
    assert run(["check", "--study", str(place), "--format", "jsonl"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["id"] for row in rows} == set(checks().rules)
    assert next(row for row in rows if row["id"] == "CON-02")["verdict"] == "fail"
    with Study.open(place) as again:
        assert again.space.vault.log.size == size


def test_the_command_with_a_key_logs_and_speaks_norwegian(filled, capsys, monkeypatch):
    place = filled.space.places.study
    keep_profile(filled)
    filled.close()
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PASSPHRASE)
    assert run(["check", "--study", str(place), "--lang", "nb", "--step", "export"]) == 0
    assert "TXT-01  gjelder ikke: det er ingen transkripsjoner" in capsys.readouterr().out
    with Study.open(place) as again:
        assert list(again.log_entries())[-1].action == "check.done"


def keep_profile(study: Study) -> None:
    path: Path = study.space.places.study / "study.yaml"
    body = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**body, "profile": PROFILE}), encoding="utf-8")


def test_what_can_never_be_waived_is_so_in_both_places():
    never = set(load_yaml(rules_dir() / "rights" / "waivers.yaml").data["never"])
    assert never == {rule for rule, one in checks().rules.items() if not one.waivable}
    at_least = "KEY-01 KEY-03 CON-01 CON-03 CON-04 RGT-02 RGT-03 PRJ-04 END-04 LOG-01 TXT-01"
    assert set(at_least.split()) <= never


def test_a_waiver_is_shown_as_waived(filled):
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    filled.waive("CON-02", reason="awaiting-answer", expires=until)
    (one,) = [one for one in filled.check() if one.id == "CON-02"]
    assert (one.verdict, one.found, one.waiver.expires) == (Verdict.WAIVED, Verdict.FAIL, until)


def test_every_field_that_prj_01_asks_for_can_be_filled_in():
    required = checks().rules["PRJ-01"].parameters["required"]
    assert set(required) <= set(ProjectProfile.model_fields)
    assert set(required) <= set(Project.model_fields)


def test_every_fact_about_the_project_can_be_stated_in_the_profile():
    assert set(Project.model_fields) <= set(ProjectProfile.model_fields)


ANSWERS = {
    "institution": "uio",
    "dpia": {"required": True, "document": "dpia.pdf"},
    "advice": "e-mail of 2 February",
    "third_persons_informed": "exempt, art. 14(5)(b)",
    "duty_of_confidentiality": False,
    "transcribed_by": "hand",
    "recipients": ["supervisor"],
    "recipients_in_letter": True,
    "reuse": ["a second thesis"],
    "reuse_assessed": True,
    "archive_permission": "Sikt, 2026-02-01",
}


def test_what_the_profile_answers_reaches_the_checks(new_study):
    told = facts_of(new_study(profile={**PROFILE, **ANSWERS}).space).project
    for name, answer in ANSWERS.items():
        found = getattr(told, name)
        assert (found.model_dump(exclude_unset=True) if name == "dpia" else found) in (
            answer,
            tuple(answer) if isinstance(answer, list) else answer,
        )


def test_a_participant_of_a_refused_sample_is_seen(new_study, sources):
    samples = [{"id": "users", "refused": True}, {"id": "staff"}]
    study = new_study(profile={**PROFILE, "health": True, "samples": samples})
    study.import_register(sources / "participants.csv")
    study.assign_sample("M2WD", "users")
    assert sorted(str(one.sample) for one in facts_of(study.space).participants) == ["None", "users"]
    assert verdicts(study)["REK-01"] is Verdict.FAIL


def test_what_the_log_tells_becomes_facts(filled):
    """Recordings, requests, quotes, risk, incidents: read from the log's own words."""
    one, two, about = (character * 32 for character in "abc")
    with filled.space.vault.change() as tx:
        tx.log("audio.added", object_id=one, details={"delete": "at-end", "sealed": True, "recorder": "zoom"})
        tx.log("audio.added", object_id=two, details={"delete": "at-end", "sealed": True})
        tx.log("audio.deleted", object_id=two, details={"erasure": "key-destroyed"})
        tx.log("right.requested", object_id=about, details={"right": "access", "due": "2026-02-28"})
        tx.log("right.answered", object_id=about, details={"right": "access", "answer": "extended"})
        tx.log("quote.added", object_id=one, details={"transcript": two, "turns": 1, "linkable": "number"})
        tx.log("quote.added", object_id=two, details={"transcript": two, "turns": 1, "linkable": "none"})
        tx.log("quote.removed", object_id=two, details={"transcript": two})
        tx.log("risk.assessed", details={"unique": 1, "below": 2, "threshold": 6})
        tx.log("institution.named", object_id=one, details={"pool": 45})
        tx.log(
            "incident.recorded",
            object_id=one,
            details={"discovered": "2026-01-01T10:00:00Z", "report": "needed"},
        )
    told = facts_of(filled.space)
    assert [(each.recorder, each.deleted is None) for each in told.recordings] == [
        ("zoom", True),
        (None, False),
    ]
    assert [(each.due.isoformat(), each.answered) for each in told.requests] == [("2026-04-28", None)]
    assert (told.publication.quotes, told.publication.linkability) == (1, ("number",))
    assert (told.risk.unique, told.risk.below, told.risk.threshold, told.risk.signed) == (1, 2, 6, False)
    assert told.publication.institutions == (45,)
    found = verdicts(filled)
    assert {rule for rule in ("AUD-02", "TXT-03", "LOG-02") if found[rule] is not Verdict.FAIL} == set()


def test_restricted_material_that_is_touched_is_seen(ready, sources):
    ready.import_register(sources / "participants.csv")
    ready.ingest(
        sources / "halvor.txt", participants=["M2WD"], speakers={"Halvor": "M2WD", "I": "interviewer"}
    )
    (who,) = next(iter(ready.transcripts().values())).participants
    transcript = next(iter(ready.transcripts()))
    with ready.space.vault.change() as tx:
        tx.log("transcript.reviewed", object_id=transcript, details={"version": 1, "undecided": 0})
        tx.log("restriction.set", object_id=who, rule="RGT-06", details={})
    assert facts_of(ready.space).restricted_touched == 0
    with ready.space.vault.change() as tx:
        tx.log("transcript.reviewed", object_id=transcript, details={"version": 1, "undecided": 0})
    assert facts_of(ready.space).restricted_touched == 1


def test_codes_that_count_the_interviews_are_not_neutral(ready, sources):
    register = "code;name;consent_date;letter_version;scopes;speaker\n"
    register += (
        "P1;Tordis Fjellro;2026-01-13;2;interview;R\nP2;Halvor Brekkås;2026-01-13;2;interview;Halvor\n"
    )
    (sources / "numbered.csv").write_text(register, encoding="utf-8")
    ready.import_register(sources / "numbered.csv")
    for name, code, label in (("tordis", "P1", "R"), ("halvor", "P2", "Halvor")):
        ready.ingest(sources / f"{name}.txt", speakers={label: code, "I": "interviewer"})
    assert verdicts(ready)["KEY-02"] is Verdict.FAIL


def test_a_member_check_that_a_letter_promises_is_missed(filled, sources):
    letters = [{"version": "2", "ending": ["delete"], "member_check": "transcript"}]
    filled.space.profile = filled.space.profile.model_copy(
        update={"profile": {**PROFILE, "letters": letters}}
    )
    filled.import_register(sources / "participants.csv")
    # Of someone who was not interviewed there is nothing to show.
    assert facts_of(filled.space).member_checks_waiting == 0
    filled.ingest(sources / "tordis.txt", participants=["K7QX"])
    filled.ingest(sources / "halvor.txt", participants=["M2WD"])
    told = facts_of(filled.space)
    assert (told.member_checks, told.member_checks_waiting) == ((), 2)
    assert verdicts(filled)["RGT-05"] is Verdict.FAIL


def test_what_closing_destroys_is_destroyed(filled):
    with filled.space.vault.change() as tx:
        tx.log("audio.added", object_id="a" * 32, details={"delete": "at-end", "sealed": True})
        assert not facts_of(filled.space).keys.destroyed
        tx.log("study.closed", rule="END-02", details={"ending": "delete"})
    told = facts_of(filled.space)
    assert (told.closed, told.keys.destroyed) == (True, True)
    assert [one.deleted is not None for one in told.recordings] == [True]
