"""The rules as data: what is refused on load, variants, what a pack may set, waivers, gates."""

from __future__ import annotations

import textwrap

import pytest
from anonymizer.data import list_packs, load_pack
from anonymizer.errors import GateRefused, PackError
from anonymizer.policy import (
    Approval,
    Facts,
    Letter,
    Risk,
    Step,
    Waiver,
    blocking,
    checks,
    guard,
    load_checks,
    run_checks,
    sources_of,
    validate_settings,
)

from tests.policy.conftest import TODAY, day, duty, facts, pack, project, transcript

RULE = """\
family: TXT
title: {nb: Tekst, en: Text}
checks:
  TXT-01:
    requirement: {nb: Ingen navn., en: No names.}
    citation: "[S1]"
    certainty: public
    severity: block
    guards: export
    waivable: false
    check: no-direct-identifiers
    way_out: {nb: se over, en: look}
"""


@pytest.fixture
def load(tmp_path):
    def write(text, name="txt.yaml"):
        (tmp_path / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return load_checks(tmp_path)

    return write


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("no-direct-identifiers", "no-names", "line 11, key checks.TXT-01.check", "no check function"),
        ("severity: block", "severity: fatal", "line 8, key checks.TXT-01.severity", "not a value"),
        ("waivable: false", "waivable: [x]", "line 10, key checks.TXT-01.waivable", "boolean"),
        ("citation:", "citaton:", "line 6, key checks.TXT-01.citaton", "unknown key"),
        ("TXT-01:", "AUD-01:", "line 4, key checks.AUD-01", "family"),
        (
            "    way_out",
            "    parameters: {k: 3}\n    way_out",
            "line 12, key checks.TXT-01.parameters.k",
            "unknown key",
        ),
        ("[S1]", "[S99]", "line 6, key checks.TXT-01.citation", "S99"),
        ("    way_out", "    needs: [TXT-09]\n    way_out", "line 12, key checks.TXT-01.needs", "not there"),
        ("    way_out", "    needs: [TXT-01]\n    way_out", "line 12, key checks.TXT-01.needs", "circle"),
    ],
)
def test_a_wrong_rule_is_refused_with_file_line_and_key(load, old, new, where, what):
    with pytest.raises(PackError) as refused:
        load(RULE.replace(old, new))
    assert where in refused.value.where
    assert refused.value.where.startswith("txt.yaml")
    assert what in refused.value.what


def test_a_parameter_of_a_wrong_type_is_refused(load):
    text = RULE.replace("no-direct-identifiers", "withdrawals-carried-out")
    with pytest.raises(PackError, match=r"txt.yaml, line 12, key checks.TXT-01.parameters.days"):
        load(text.replace("    way_out", "    parameters: {days: soon}\n    way_out"))


def test_rules_that_need_each_other_are_refused(load):
    second = RULE.split("checks:\n")[1].replace("TXT-01", "TXT-02") + "    needs: [TXT-01]\n"
    with pytest.raises(PackError, match="circle"):
        load(RULE + "    needs: [TXT-02]\n" + second)


def test_the_right_rule_loads(load):
    assert list(load(RULE).rules) == ["TXT-01"]


def test_every_function_is_some_rule_s_and_every_source_is_told():
    from anonymizer.policy.registry import names

    assert set(names()) == {one.check for one in checks().rules.values()}
    for one in checks().rules.values():
        assert all(sources_of(one.citation).values())
    assert sources_of("[S1, S8b]; T0-T2; § 10 [K]").keys() == {"S1", "S8b", "T0", "T1", "T2", "K"}


def test_gates_stand_where_the_issue_puts_them():
    steps = {rule: one.guards for rule, one in checks().rules.items()}
    publish = {rule for rule in steps if rule[:3] in {"TXT", "THI", "QUO"}} - {"TXT-01"} | {"RGT-05"}
    close = {rule for rule in steps if rule[:3] in {"AUD", "END"}} | {"CON-06", "PRJ-03"}
    ingest = {rule for rule in steps if rule[:3] in {"PRJ", "REK", "CON", "STO"}} - close
    assert {rule for rule, step in steps.items() if step is Step.EXPORT} == {"TXT-01"}
    assert {rule for rule, step in steps.items() if step is Step.PUBLISH} == publish
    assert {rule for rule, step in steps.items() if step is Step.CLOSE} == close
    assert {rule for rule, step in steps.items() if step is Step.OPEN} == {f"KEY-0{n}" for n in range(1, 5)}
    # REK-04 is about the time after the end: at ingest there is nothing to ask.
    assert {rule for rule, step in steps.items() if step is Step.INGEST} == ingest - {"REK-04"}


@pytest.mark.parametrize("name", list_packs())
def test_every_pack_that_ships_sets_only_what_is_there(name):
    validate_settings(load_pack(name))


def own_pack(tmp_path, settings):
    path = tmp_path / "own.yaml"
    path.write_text(
        "id: own\ntitle: {nb: Egen, en: Own}\ndescription: {nb: Egen., en: Own.}\nsource: Own plan\n"
        f"certainty: study\nvalid_from: 2026-01-01\njurisdiction: 'NO'\nextends: sikt-base\nchecks:\n{settings}",
        encoding="utf-8",
    )
    return load_pack(path), path


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "  TXT-99: {severity: warn}\n",
            "own.yaml, line 10, key checks.TXT-99: there is no check of this id",
        ),
        ("  TXT-01: {severity: warn}\n", "own.yaml, line 10, key checks.TXT-01.severity: this rule cannot"),
        ("  CON-01: {waivable: true}\n", "own.yaml, line 10, key checks.CON-01.waivable: this rule cannot"),
        ("  LOG-01: {severity: off}\n", "own.yaml, line 10, key checks.LOG-01.severity: this rule cannot"),
        ("  QUO-01: {parameters: {small_under: few}}\n", "key checks.QUO-01.parameters.small_under"),
        ("  REK-03: {parameters: {variant: old}}\n", "no such variant; section-12a"),
    ],
)
def test_a_pack_that_sets_a_check_wrongly_is_refused(tmp_path, settings, said):
    rules, path = own_pack(tmp_path, settings)
    with pytest.raises(PackError) as refused:
        validate_settings(rules, path)
    assert said in str(refused.value)


def test_a_pack_sets_severity_and_switches_off(tmp_path):
    rules, _ = own_pack(tmp_path, "  TXT-10: {severity: block}\n  QUO-01: {severity: off}\n")
    found = {one.id: one for one in run_checks(facts(), rules, today=TODAY)}
    assert found["TXT-10"].severity == "block"
    assert "QUO-01" not in found


def test_a_pack_gives_a_check_its_own_parameters(tmp_path):
    rules, _ = own_pack(tmp_path, "  PRJ-02: {parameters: {days: 90}}\n")
    given = facts(
        project=project(
            approvals=(
                Approval(body="sikt", status="sent", date=day("2026-01-05")),
                Approval(body="sikt", status="approved", date=day("2026-02-01")),
            )
        )
    )
    assert run_one("PRJ-02", given, pack()).verdict == "pass"
    assert run_one("PRJ-02", given, rules).verdict == "fail"


def run_one(rule, given, rules):
    return next(one for one in run_checks(given, rules, today=TODAY) if one.id == rule)


def test_the_institution_chooses_where_sources_disagree():
    measured = facts(risk=Risk(unique=0, below=0, threshold=5))
    loose = pack(parameters={"k_release": 5})
    assert run_one("TXT-03", measured, loose).verdict == "pass"
    there = measured.model_copy(update={"project": project(institution="OsloMet")})
    strict = run_one("TXT-03", there, loose)
    assert (strict.verdict, strict.variant) == ("needs-evidence", "oslomet")


def test_a_law_without_a_date_is_chosen_by_name(tmp_path):
    rules, _ = own_pack(tmp_path, "  REK-03: {parameters: {variant: section-12a}}\n")
    old, new = run_one("REK-03", facts(), pack()), run_one("REK-03", facts(), rules)
    assert "§ 38" in old.citation
    assert "§ 12 a" in new.citation
    assert old.requirement != new.requirement


def test_the_project_s_dates_choose_a_variant(load):
    text = RULE.replace(
        "    way_out",
        "    variants:\n"
        "      - {name: old, why: before, valid_to: 2025-12-31, citation: old law}\n"
        "      - {name: new, why: after, valid_from: 2026-01-01, citation: new law}\n"
        "    way_out",
    )
    rules = load(text)
    for start, law in (("2025-12-31", "old law"), ("2026-01-01", "new law")):
        given = facts(project=project(starts=day(start)))
        (one,) = run_checks(given, pack(), today=TODAY, catalogue=rules)
        assert one.citation == law


def waiver(rule, until):
    return Waiver(rule=rule, reason="awaiting-answer", expires=day(until))


FAULTY = project(letters=(Letter(version="2", ending=("delete",), faults=("template-text",)),))


def test_a_waived_check_stands_apart_and_never_as_passed():
    one = run_one("CON-02", facts(project=FAULTY, waivers=(waiver("CON-02", "2026-09-01"),)), pack())
    assert (one.verdict, one.found) == ("waived", "fail")
    assert not blocking([one])
    guard([one], Step.INGEST)


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("CON-02", facts(project=FAULTY, waivers=(waiver("CON-02", "2026-08-31"),))),
        ("TXT-01", facts(transcripts=(transcript(leaks=1),), waivers=(waiver("TXT-01", "2027-01-01"),))),
    ],
)
def test_an_expired_waiver_or_one_that_may_not_be_is_none(rule, given):
    assert run_one(rule, given, pack()).verdict == "fail"


def test_a_waived_rule_does_not_earn_the_word_anonymous():
    given = facts(
        exported_label="anonymised",
        transcripts=(transcript(reviewed=False),),
        waivers=(waiver("TXT-02", "2027-01-01"),),
    )
    assert run_one("END-04", given, pack()).verdict == "fail"


def test_a_gate_names_the_rule_and_the_way_out():
    results = run_checks(facts(transcripts=(transcript(leaks=2),)), pack(), today=TODAY, step=Step.EXPORT)
    with pytest.raises(
        GateRefused, match=r"TXT-01: 2 known names still stand in the text; .*review"
    ) as refused:
        guard(results, Step.EXPORT)
    assert refused.value.exit_code == 1


def test_a_gate_stays_shut_while_no_one_has_answered():
    results = run_checks(Facts(transcripts=(transcript(),)), pack(), today=TODAY, step=Step.PUBLISH)
    with pytest.raises(GateRefused, match="TXT-03: the risk is not measured"):
        guard(results, Step.PUBLISH)


def test_a_gate_opens_for_a_study_in_order():
    given = facts(obligations=(duty("delete-contact", "2026-08-30", "2026-08-30"),))
    for step in Step:
        guard(run_checks(given, pack(), today=TODAY, step=step), step)


def test_a_failure_of_another_step_does_not_hold_this_one():
    results = run_checks(facts(project=FAULTY), pack(), today=TODAY)
    guard(results, Step.EXPORT)
    with pytest.raises(GateRefused):
        guard(results, Step.INGEST)
