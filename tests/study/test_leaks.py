"""What five published studies leaked, told again with invented people in whole studies, and caught (practice.md).

The two that stand in a manuscript alone, thanked gatekeepers and private phone numbers, are the scan's.
"""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.errors import GateRefused
from anonymizer.participants import ParticipantRow, Scope
from anonymizer.policy import Verdict
from anonymizer.risk import Kind

from tests.study.test_checks import GOOD_LETTER, PROFILE

DIALECT = (
    "Æ veit ikkje kossen æ skal sei det, men ho og hu va no her. Æ e no sånn, dokker veit, "
    "og så kjem ho ikkje heim igjen."
)
FORM = """\
Forespørsel om deltakelse i prosjektet «Likepersoner i arbeid»

Formålet med [sett inn tittel] er å forstå likepersoners arbeid. Deltakelsen skjer på anonymt grunnlag.
Vi noterer navn og telefonnummer og gjør lydopptak. Min veileder har tilgang til opplysningene.

Samtykke: Jeg har fått informasjon om studien «Brukererfaring som kunnskap», og er villig til å delta.
"""
NAMES = {
    "K7QX": "Pernille Åsbøl",
    "M2WD": "Halvor Brekkås",
    "R4TL": "Eilif Sandvær",
    "B9HM": "Torgrim Lunde",
    "W3ZD": "Aslak Myrvoll",
    "H5YK": "Sjur Haugsbø",
}


def played(study, folder, said, *, review=True):
    """Take one short interview of each participant through every stage."""
    scopes = frozenset(Scope)
    study.import_rows(
        [
            ParticipantRow(
                code,
                NAMES[code],
                speaker=("R",),
                consent_date=dt.date(2026, 1, 13),
                letter_version="2",
                scopes=scopes,
            )
            for code in said
        ]
    )
    for code, words in said.items():
        path = folder / f"{code}.txt"
        number = list(said).index(code) + 1  # no two interviews are the same
        path.write_text(f"I: Hvordan har du det?{'?' * number}\n\nR: {words}\n", encoding="utf-8")
        study.ingest(path, participants=[code])
    study.detect()
    if review:
        for key in study.transcripts():
            study.review(key).mark_reviewed()
    study.pseudonymise()
    return study


def one(study, rule):
    return next(result for result in study.check() if result.id == rule)


def test_dialect_under_a_pseudonym(new_study, tmp_path):
    study = played(new_study("fictive-names"), tmp_path, {"K7QX": DIALECT}, review=False)
    assert one(study, "TXT-06").verdict is Verdict.FAIL
    study.add_quote(1, 1, 1)
    told = [each for each in study.risk().findings if each.kind is Kind.QUOTE_DETAIL]
    assert [(each.codes, "dialect" in each.columns) for each in told] == [(("K7QX",), True)]
    with pytest.raises(GateRefused):
        study.export(tmp_path / "book", purpose="publication")


def test_dialect_is_gone_where_the_pack_writes_the_standard(new_study, tmp_path):
    study = played(new_study("small-community"), tmp_path, {"K7QX": DIALECT})
    assert one(study, "TXT-06").verdict is Verdict.PASS
    (record,) = study.transcripts().values()
    assert " æ " not in f" {study.space.clean(record).turns[1].text.casefold()} "


def test_exact_sober_years_and_debut_age_under_a_pseudonym(new_study, tmp_path):
    said = {"K7QX": "Jeg har vært rusfri i 18,5 år, og jeg debuterte da jeg var 13 år.", "M2WD": "Ikke jeg."}
    study = played(new_study("fictive-names"), tmp_path, said)
    first = next(each for each in study.transcripts().values() if each.number == 1)
    text = study.space.clean(first).turns[1].text
    assert "18,5" not in text
    assert "13 år" not in text
    # The same in the background table: whoever is alone with it is told, with what would mend it.
    (tmp_path / "table.csv").write_text("kode;Rusfri\nK7QX;18,5 år\nM2WD;10–15 år\n", encoding="utf-8")
    report = study.set_sample_table(tmp_path / "table.csv")
    kinds = {each.kind for each in report.findings}
    assert {Kind.LONE_COMBINATION, Kind.EXACT_DURATION} <= kinds
    assert one(study, "TXT-03").verdict is Verdict.FAIL
    assert all(each.mend for each in report.findings)


def test_the_lone_woman_among_six(new_study, tmp_path):
    study = played(new_study("numbered-informants"), tmp_path, dict.fromkeys(NAMES, "Det går bra."))
    rows = [f"{code};{'kvinne' if code == 'K7QX' else 'mann'};35–44" for code in NAMES]
    (tmp_path / "table.csv").write_text("kode;Kjønn;Alder\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = study.set_sample_table(tmp_path / "table.csv")
    (lone,) = (each for each in report.findings if each.kind is Kind.LONE_COMBINATION)
    assert (lone.columns, lone.values, lone.codes) == (("Kjønn",), ("kvinne",), ("K7QX",))
    assert (lone.severity, lone.mend.column, lone.mend.step) == ("block", "Kjønn", "omit")
    found = one(study, "TXT-03")
    assert (found.verdict, found.severity) == (Verdict.FAIL, "block")
    for code in NAMES:
        (tmp_path / "results.txt").write_text("Resultater", encoding="utf-8")
        check = study.send_member_check(
            code, "results", tmp_path / f"c-{code}", file=tmp_path / "results.txt"
        )
        study.answer_member_check(check, "no-answer")
    with pytest.raises(GateRefused, match="TXT-03"):
        study.export(tmp_path / "book", purpose="publication")
    # Enough women in the stated pool, and she is one of many.
    study.set_sample_table(
        tmp_path / "table.csv", pool=200, figures=["Kjønn=kvinne:60", "Kjønn=mann:140", "Alder=35–44:90"]
    )
    assert one(study, "TXT-03").verdict is Verdict.PASS


def test_numbers_in_the_order_of_the_interviews(new_study, tmp_path):
    """T2 numbered its informants as they came; here the numbers are drawn, and codes that count are told."""
    for attempt in range(6):
        study = played(
            new_study("numbered-informants", name=f"s{attempt}"),
            tmp_path,
            dict.fromkeys(NAMES, "Det går bra."),
        )
        labels = [study.space.clean(each).turns[1].speaker for each in study.transcripts().values()]
        study.close()
        if labels != sorted(labels):
            return
    pytest.fail("six times in the order of the interviews")


def test_the_form_that_still_was_a_template(new_study, tmp_path):
    study = new_study("numbered-informants", profile=PROFILE)
    (study.space.places.study / "letter.txt").write_text(FORM, encoding="utf-8")
    with pytest.raises(GateRefused, match="CON-02"):
        played(study, tmp_path, {"K7QX": "Det går bra."})
    found = one(study, "CON-02")
    assert "«[sett inn tittel]»" in found.message.nb or found.key == "letter-faults"
    (study.space.places.study / "letter.txt").write_text(GOOD_LETTER, encoding="utf-8")
    played(study, tmp_path, {"K7QX": "Det går bra."})
    assert len(study.transcripts()) == 1


def test_deletion_and_anonymising_both_promised(new_study, tmp_path):
    letters = [{**PROFILE["letters"][0], "ending": ["delete", "anonymise"]}]
    study = new_study("fictive-names", profile={**PROFILE, "letters": letters, "ending": "anonymise"})
    (study.space.places.study / "letter.txt").write_text(GOOD_LETTER, encoding="utf-8")
    with pytest.raises(GateRefused, match="CON-03"):
        played(study, tmp_path, {"K7QX": "Det går bra."})
    both = GOOD_LETTER.replace(
        "og da slettes alt.", "og da slettes alle data. Opplysningene blir anonymisert."
    )
    assert both != GOOD_LETTER
    study.change_profile({**PROFILE, "letters": letters})
    study.settle(next(item.obligation for item in study.due() if item.duty == "notify"))
    (study.space.places.study / "letter.txt").write_text(both, encoding="utf-8")
    with pytest.raises(GateRefused, match="CON-02"):
        played(study, tmp_path, {"K7QX": "Det går bra."})
