"""A study's quotes, sample table and report, from the first file to the reviewer's machine."""

from __future__ import annotations

import json

import pytest
from anonymizer.cli.app import run
from anonymizer.data import Linkability
from anonymizer.errors import GateRefused, UsageError
from anonymizer.report import bundle_report, report_page, study_report
from anonymizer.risk import Kind
from anonymizer.vault import Master

from tests.study.conftest import (
    PASSPHRASE,
    bytes_on_disk,
    new_study,
    own_home,
    sources,
)

__all__ = ["new_study", "own_home", "sources"]

NAMES = ("Tordis", "Fjellro", "Halvor", "Brekkås", "Kinsarvik", "Eilif", "48 12 00 34", "K7QX", "M2WD")
TABLE = "code;Kjønn;Alder\nK7QX;kvinne;40–49\nM2WD;mann;50–59\n"


@pytest.fixture
def study(new_study, sources, tmp_path):
    made = new_study()
    made.run(
        [sources / "tordis.txt", sources / "halvor.txt"], sources / "participants.csv", to=tmp_path / "out"
    )
    return made


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def numbers(study):
    """Return the transcripts' numbers by participant's code."""
    codes = {key: record.code for key, record in study.participants().items()}
    return {codes[record.participants[0]]: record.number for record in study.transcripts().values()}


def actions(study):
    return [entry.action for entry in study.log_entries()]


def test_a_quote_is_read_from_the_pseudonymised_text_and_sealed(study, tmp_path):
    quote = study.add_quote(numbers(study)["K7QX"], 1, 1)
    assert "[uklart]" in quote.text
    assert not any(name in quote.text for name in NAMES)
    assert quote.linkable is Linkability.PSEUDONYM
    assert quote.codes == ("K7QX",)
    assert not quote.stale
    (entry,) = [entry for entry in study.log_entries() if entry.action == "quote.added"]
    assert entry.details["turns"] == 1
    assert b"vokste opp" not in bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")


def test_no_quote_without_consent_to_quotes(study):
    with pytest.raises(GateRefused) as caught:
        study.add_quote(numbers(study)["M2WD"], 1, 1)
    assert caught.value.rule == "CON-01"
    assert "quote.added" not in actions(study)


def test_a_quote_is_linked_no_more_than_the_pack_allows(new_study, sources, tmp_path):
    made = new_study(pack="sikt-base")
    made.run([sources / "tordis.txt"], sources / "participants.csv", to=tmp_path / "out")
    number = numbers(made)["K7QX"]
    with pytest.raises(GateRefused, match="QUO-01"):
        made.add_quote(number, 1, 1, linkable=Linkability.PSEUDONYM)
    assert made.add_quote(number, 1, 1, linkable=Linkability.NONE).linkable is Linkability.NONE


@pytest.mark.parametrize("span", [(-1, 0), (2, 1), (0, 99)])
def test_turns_that_are_not_there_are_refused(study, span):
    with pytest.raises(UsageError, match="turns run from 0 to"):
        study.add_quote(numbers(study)["K7QX"], *span)


def test_a_quote_taken_out_leaves_nothing_sealed(study):
    before = len(study.space.vault.objects())
    quote = study.add_quote(numbers(study)["K7QX"], 1, 3)
    study.remove_quote(quote.quote[:8])
    assert study.quotes() == ()
    assert len(study.space.vault.objects()) == before
    with pytest.raises(UsageError):
        study.remove_quote("")


def test_the_table_is_sealed_measured_and_logged_by_counts(study, table, tmp_path):
    study.add_quote(numbers(study)["K7QX"], 1, 1)
    report = study.set_sample_table(table)
    assert report.unique == 4
    assert Kind.LINKED_QUOTES in {finding.kind for finding in report.findings}
    entries = {entry.action: entry.details for entry in study.log_entries()}
    assert dict(entries["sample-table.set"]) == {"rows": 2, "columns": 2, "smallest_group": 1}
    assert dict(entries["risk.assessed"]) == {
        "unique": 4,
        "below": 0,
        "threshold": 6,
        "quotes": 1,
        "small_places": 0,
    }
    on_disk = bytes_on_disk(tmp_path / "study", tmp_path / "study-keys")
    for secret in ("kvinne", "40–49", "Kjønn"):
        assert secret.encode() not in on_disk
    assert study.risk() == report


def test_every_change_of_what_is_printed_is_measured_again(study, table):
    study.set_sample_table(table)
    quote = study.add_quote(numbers(study)["K7QX"], 1, 1)
    study.remove_quote(quote.quote)
    measured = [entry.details["quotes"] for entry in study.log_entries() if entry.action == "risk.assessed"]
    assert measured == [0, 1, 0]


def test_a_new_table_takes_the_place_of_the_old(study, table):
    study.set_sample_table(table)
    sealed = len(study.space.vault.objects())
    study.set_sample_table(table, pool=200, figures=["Kjønn=kvinne:90", "Kjønn=mann:110"])
    assert len(study.space.vault.objects()) == sealed
    assert study.risk().pool == 200


def test_a_code_nobody_has_is_refused_without_repeating_it(study, table):
    table.write_text(TABLE + "ZZZZ;mann;20–29\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        study.set_sample_table(table)
    assert "ZZZZ" not in str(caught.value)


def test_quotes_and_rows_go_with_the_one_who_withdraws(study, table):
    study.add_quote(numbers(study)["K7QX"], 1, 1)
    study.set_sample_table(table)
    study.withdraw("K7QX")
    study.erase("K7QX", confirm="K7QX")
    assert study.quotes() == ()
    assert study.risk().participants == 1


def test_the_reviewer_needs_the_bundle_and_the_fingerprint_alone(study, table, tmp_path):
    study.add_quote(numbers(study)["K7QX"], 1, 1)
    study.set_sample_table(table)
    study.sign_risk(singling_out="possible", linkability="possible", inference="no")
    study.log_report(lang="nb", form="html")
    bundle = tmp_path / "log.jsonl"
    study.export_log(bundle)
    alone = bundle_report(bundle, fingerprint=study.fingerprint)
    own = study_report(study)
    assert (alone.outcome, own.outcome) == ("confirmed", "confirmed")
    assert (alone.label, own.label) == ("pseudonymised", "pseudonymised")
    assert [one.id for one in alone.sections] == [one.id for one in own.sections]
    for report in (alone, own):
        content = report_page(report) + json.dumps(report.as_json(), ensure_ascii=False)
        assert not any(name in content for name in NAMES)
    with pytest.raises(UsageError):
        bundle_report(bundle, fingerprint="kzdv")


def test_the_verbs_on_the_command_line(study, table, tmp_path, capsys, monkeypatch):
    numbered = numbers(study)
    place = ["--study", str(study.space.places.study), "--keys", str(study.space.places.keys)]
    fingerprint = study.fingerprint
    study.close()
    assert run(["report", *place, "--format", "json", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["lang"] == "en"
    assert run(["quote", "list", *place]) == 4
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PASSPHRASE)
    assert run(["quote", "add", str(numbered["K7QX"]), "1", *place]) == 0
    assert run(["quote", "add", str(numbered["M2WD"]), "1", *place]) == 1
    assert run(["quote", "add", str(numbered["K7QX"]), "1-", *place]) == 2
    capsys.readouterr()
    assert run(["quote", "list", *place, "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["linkable"] == "pseudonym"
    assert run(["sample-table", str(table), *place]) == 0
    assert "Kjønn: leave the column out" in capsys.readouterr().out
    assert run(["sample-table", *place, "--format", "jsonl"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["severity"] == "block"
    bundle = tmp_path / "log.jsonl"
    assert run(["audit", "export", str(bundle), *place]) == 0
    page = tmp_path / "report.html"
    assert run(["report", *place, "--sign", "no", "unlikely", "no", "--to", str(page)]) == 0
    assert "lite trolig" in page.read_text(encoding="utf-8")
    assert run(["report", "--from", str(bundle), "--key", fingerprint]) == 0
    forged = ("a" if fingerprint[0] != "a" else "b") + fingerprint[1:]
    capsys.readouterr()
    assert run(["report", "--from", str(bundle), "--key", forged]) == 3
    assert "en annen nøkkel" in capsys.readouterr().out
    assert run(["report", "--from", str(bundle), "--sign", "no", "no", "no"]) == 2


def test_the_work_key_is_enough(study, table):
    places = study.space.places
    number = numbers(study)["K7QX"]
    study.close()
    with type(study).open(
        places.study, passphrase=PASSPHRASE, keys=places.keys, masters=frozenset({Master.WORK})
    ) as again:
        again.add_quote(number, 1, 1)
        assert again.set_sample_table(table).quotes == 1
