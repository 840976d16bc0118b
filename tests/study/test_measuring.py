"""Risk is measured over all that leaves together, and again whenever that changes."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import GateRefused
from anonymizer.participants import ParticipantRow
from anonymizer.risk import Kind
from anonymizer.study.facts import facts_of

TABLE = "kode;Kjønn;Alder\nA1AA;kvinne;35–44\nB2BB;mann;45–54\nC3CC;mann;45–54\n"


def row(code, name):
    return ParticipantRow(code, name, speaker=("R",), consent_date=dt.date(2026, 1, 5), letter_version="2")


@pytest.fixture
def three(new_study, tmp_path):
    study = new_study("numbered-informants")
    people = {"A1AA": "Tordis Fjellro", "B2BB": "Halvor Brekkås", "C3CC": "Eilif Sandvær"}
    study.import_rows([row(code, name) for code, name in people.items()])
    words = {"A1AA": "Det tok 14 måneder før noen ringte.", "B2BB": "Det gikk fint.", "C3CC": "Jo da."}
    for code, said in words.items():
        (tmp_path / f"{code}.txt").write_text(f"I: Ja?\n\nR: {said}\n", encoding="utf-8")
        study.ingest(tmp_path / f"{code}.txt", participants=[code])
    study.detect()
    study.pseudonymise()
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    study.set_sample_table(tmp_path / "table.csv")
    return study


def last_measured(study):
    return [entry.details for entry in study.log_entries() if entry.action == "risk.assessed"][-1]


def test_what_a_transcript_keeps_counts_under_its_surrogate(three):
    details = [one for one in three.risk().findings if one.kind is Kind.TEXT_DETAIL]
    assert ("A1AA",) in {one.codes for one in details}
    (one,) = (each for each in details if each.codes == ("A1AA",))
    assert one.severity == "warn"
    assert "14 måneder" in one.values
    assert (one.mend.column, one.mend.step, one.mend.width) == ("texts", "band", 5)


def test_texts_without_a_surrogate_are_tied_to_no_row(three, new_study, tmp_path):
    loose = new_study("quotes-unlinked", name="loose")
    loose.import_rows([row("A1AA", "Tordis Fjellro")])
    loose.ingest(tmp_path / "A1AA.txt", participants=["A1AA"])
    loose.detect()
    loose.pseudonymise()
    assert not [one for one in loose.risk().findings if one.kind is Kind.TEXT_DETAIL]


def test_a_withdrawal_is_measured_at_once(three):
    assert last_measured(three)["unique"] >= 1
    before = three.risk().participants
    three.erase("B2BB", confirm="B2BB")
    assert three.risk().participants == before - 1
    assert facts_of(three.space).risk.unique == last_measured(three)["unique"]


def test_what_goes_to_readers_is_measured_first(three, tmp_path):
    count = sum(entry.action == "risk.assessed" for entry in three.log_entries())
    three.export(tmp_path / "clean")
    assert sum(entry.action == "risk.assessed" for entry in three.log_entries()) == count
    with pytest.raises(GateRefused, match=r"RGT-05|TXT-0"):
        three.export(tmp_path / "book", purpose="publication")
    assert sum(entry.action == "risk.assessed" for entry in three.log_entries()) == count + 1
