"""A list that is read: one cause is one finding, and where there are too many, so is one rule."""

from __future__ import annotations

from anonymizer.scan import Severity

FIRST = "Ane Beate Camilla Dag Eirik Frode Guro Hanne Ingrid Jorunn Knut Linda Magnus"
NAMES = (
    f"{FIRST} Nina Oddvar Petter Ragnhild Silje Tarjei Unni Vegard Yngvild Åshild Tormod Marit Gunnar".split(
        " "
    )
)
LETTER = "Vedlegg 1\n\nRing meg på 922 41 763 eller 413 73 992.\n"


def leads(findings, rule):
    return [each for each in findings if each.rule == rule and each.severity is not Severity.INFO]


def test_each_person_thanked_is_a_finding_of_its_own(scanner):
    text = f"Forord\n\nTakk til {', '.join(NAMES[:5])} for god hjelp med rekrutteringen.\n"
    findings = scanner.scan(text.encode(), "a.txt").findings
    assert [each.text for each in leads(findings, "name-in-preface")] == NAMES[:5]


def test_a_preface_that_thanks_many_is_one_finding_with_every_place(scanner):
    text = f"Forord\n\nTakk til {', '.join(NAMES)} for god hjelp.\n\n{LETTER}"
    findings = scanner.scan(text.encode(), "a.txt").findings
    assert len(leads(findings, "name-in-preface")) == 1
    assert {each.text for each in findings if each.rule == "name-in-preface"} == set(NAMES)
    assert len(leads(findings, "phone")) == 2
    assert len([each for each in findings if each.severity is not Severity.INFO]) < 25


def test_what_blocks_is_gathered_last(scanner):
    quotes = "\n\n".join(
        f"«Så kom {name} Storlien og hentet meg den kvelden», sa han." for name in ("Trude", "Roald", "Eskil")
    )
    thanks = "\n\n".join(f"Takk til {name} for god hjelp." for name in NAMES[:22])
    findings = scanner.scan(f"Forord\n\n{thanks}\n\n4 Funn\n\n{quotes}\n".encode(), "a.txt").findings
    assert len(leads(findings, "name-in-preface")) == 1
    assert len([each for each in leads(findings, "name-in-quote") if each.severity is Severity.BLOCK]) == 3
