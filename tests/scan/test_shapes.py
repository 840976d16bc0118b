"""Shapes that real manuscripts have: tables of aligned columns, letters behind the reference list, hidden text."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import io
import json

import pytest
from anonymizer.scan import Severity, write_findings
from docx import Document
from docx.shared import Cm

ENTRIES = "\n".join(
    f"{n}. Aasen KB, Lie T. Omsorg og tid. Tidsskriftet. 2011;{n}(2):15–28." for n in range(1, 9)
)


def found(scanner, text: str, name: str = "a.txt") -> dict[str, list[str]]:
    rules: dict[str, list[str]] = {}
    for each in scanner.scan(text.encode(), name).findings:
        rules.setdefault(each.rule, []).append(each.text)
    return rules


@pytest.mark.parametrize(
    "heading",
    [
        "Appendix A: Letter to those who took part (in Norwegian)",
        "Vedlegg 1: Informasjonsskriv (bokmål)",
        "Vedlegg B – Samtykkjeskjema (nynorsk)",
    ],
)
def test_an_appendix_whatever_its_heading_ends_with_closes_the_reference_list(scanner, heading):
    text = f"Referanser\n\n{ENTRIES}\n\n{heading}\n\nDette er et spørsmål til deg om å delta.\n\n * Student: Ylva T. Moldestad, mob. +47 485 31 907\n"
    assert found(scanner, text)["phone"] == ["+47 485 31 907"]


def test_rows_of_aligned_columns_are_a_sample_table(scanner):
    rows = [
        "Nr    Kjønn     Alder    År i yrket     Kommune",
        "-----------------------------------------------",
        "1     Kvinne    52       27             Engerdal",
        "2     Kvinne    39       11             Engerdal",
        "3     Mann      31       6              Tolga",
        "4     Kvinne    44       19             Folldal",
    ]
    text = "3 Metode\n\nTabell 1. Deltakerne i studien\n\n" + "\n".join(rows) + "\n"
    rules = found(scanner, text)
    assert rules["lone-person"] == ["Mann"]
    assert len(rules["small-cell"]) == 4


def test_numbers_of_sources_and_ends_of_entries_are_no_ones(scanner):
    text = f"3 Metode\n\nUtvalget ble vurdert som stort nok (77, 82, 93).\n\nReferanser\n\n{ENTRIES}\n9. Lund A. Om å våke. Sykepleien. 2010;19:1509–1517.\n108. Haug S. Natt. 2015.\n"
    assert not {"id-number", "phone", "address"} & found(scanner, text).keys()


def test_cells_of_a_table_are_no_number_together(scanner):
    rows = [f"| {n} | Kvinne | {1940 + n * 3} | Grend | yrke |" for n in range(1, 8)]
    text = (
        "# Metode\n\n| Nr | Kjønn | Født | Bosted | Yrke |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )
    assert not {"id-number", "phone", "address"} & found(scanner, text, "a.md").keys()


def test_a_footnote_behind_the_reference_list_is_still_a_footnote(scanner):
    text = (
        "# Funn\n\nHun kom tilbake til dette.[^1] Det er skrevet om før.[^2]\n\n# Litteratur\n\nLie, K. (2011). *Om tid*. Pax.\n\n"
        "[^1]: Intervju med Solveig, 3. mars 2021, lydfil 4 (12:30).\n[^2]: K. Lie, *Om tid*, 44.\n"
    )
    rules = found(scanner, text, "a.md")
    assert rules["name-in-text"] == ["Solveig"]
    assert "other-name" not in rules


def test_a_form_behind_the_reference_list_needs_no_word_appendix(scanner):
    text = f"Referanser\n\n{ENTRIES}\n\nIntervjuguide\n\n1. Kan du si noe om Magnhild og tida på Solvang?\n"
    assert "Magnhild" in found(scanner, text)["name-in-appendix"]


def as_word(*paragraphs: tuple[str, bool], unseen: str = "") -> bytes:
    """Return a document with a method and a findings chapter; a paragraph may be set in, and hold unseen words."""
    document = Document()
    document.add_heading("4 Funn", 1)
    for text, set_in in paragraphs:
        paragraph = document.add_paragraph(text)
        if set_in:
            paragraph.paragraph_format.left_indent = Cm(1)
    if unseen:
        document.paragraphs[-1].add_run(unseen).font.hidden = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_paragraph_set_in_with_who_spoke_at_its_end_is_a_quote(scanner):
    source = as_word(
        ("De ansatte husker den tida godt.", False),
        ("Det var særlig han Peder Anton Storlien som styrte alt. (Vekter D)", True),
    )
    rules = {each.rule: each.text for each in scanner.scan(source, "a.docx").findings}
    assert rules["name-in-quote"] == "Peder Anton Storlien"


def test_someone_called_by_name_in_one_word_is_quoted(scanner):
    assert (
        "Roald"
        in found(scanner, "4 Funn\n\nHan så opp. «Roald», sa han, og så ble det stille i rommet.\n")[
            "name-in-quote"
        ]
    )


def test_hidden_text_is_told_as_hidden(scanner):
    source = as_word(("Dette stemmer med notatene.", False), unseen=" Solveig og Roald er søsken.")
    findings = scanner.scan(source, "a.docx").findings
    assert [each.part for each in findings if each.rule == "hidden-text"] == ["hidden:1"]
    assert {each.text for each in findings if each.rule == "name-in-comment"} == {"Solveig", "Roald"}
    assert not any(each.rule == "name-in-text" for each in findings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# Metode\n\n![Kart over området](bilder/kart_RoaldStorlien_hytte.png)\n"),
        ("a.html", "<h1>Metode</h1><p>Kart</p><img src='bilder/kart_RoaldStorlien_hytte.png'>"),
    ],
)
def test_names_in_the_file_names_of_images_are_told(scanner, name, text):
    assert any("Roald" in each for each in found(scanner, text, name)["file-name"])


def test_english_words_and_months_are_no_people(scanner):
    text = (
        "Acknowledgements\n\nThis thesis marks the end of four years. Thanks to Sigrid for correcting my English and to all of you.\n\n"
        "Steinkjer, May 2023\n\n4 Findings\n\nThis was told by all of them, and the nights were long for those who were there alone.\n"
    )
    rules = found(scanner, text)
    assert rules["name-in-preface"] == ["Sigrid"]
    assert "name-in-text" not in rules


def test_a_list_of_names_contradicts_a_claim_in_english_too(scanner):
    text = "3 Method\n\nThe interviews were anonymised at once. A list that links codes to names is kept in a safe.\n"
    assert found(scanner, text)["anonymous-claim"] == ["anonymised"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "I wrote it down, incident report 2019-03382, and then nothing happened to us. (Nurse 4)",
            "2019-03382",
        ),
        ("Jeg skrev avviksmelding nr. 2019-03382, og så hørte vi ikke mer. (Informant 4)", "2019-03382"),
    ],
)
def test_numbers_of_reports_are_case_numbers(scanner, text, number):
    assert found(scanner, f"4 Funn\n\n{text}\n")["case-number"] == [number]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nurse 5 is the only night nurse there with such training.", True),
        ("Det er berre éin skomakar i bygda, sa han.", True),
        ("Vidar er den eneste som er kritisk til tilbudet.", False),
        ("Det var den eneste gangen der noen spurte.", False),
    ],
)
def test_the_only_one_of_a_role_is_told(scanner, text, told):
    assert ("lone-person" in found(scanner, f"4 Funn\n\n{text}\n")) is told


@pytest.mark.parametrize(
    "text",
    [
        "Eg har ikkje nummerert dei som er med.",
        "The numbers follow the order of the interviews.",
        "Lydfilene har samme nummer som deltakerne.",
    ],
)
def test_what_is_said_of_numbers_is_held_against_the_labels(scanner, text):
    quotes = "Vi var mange der. (Informant 1)\n\nJeg var alene hele natta. (Informant 2)"
    assert "linked-numbers" in found(scanner, f"3 Metode\n\n{text}\n\n4 Funn\n\n{quotes}\n")
    assert "linked-numbers" not in found(scanner, f"3 Metode\n\n{text}\n")


def test_theory_about_anonymising_is_no_claim(scanner):
    text = "3 Metode\n\nNavnelisten er låst inn. Saunders mfl. (2015) viser at anonymisering er en avveining. Materialet er anonymisert.\n"
    assert found(scanner, text)["anonymous-claim"] == ["anonymisert"]


def test_sound_files_in_the_text_are_told_by_their_names(scanner):
    assert found(scanner, "3 Metode\n\nEtt opptak (KN_2020-03-04_intervju2.m4a) er delt i to.\n")[
        "file-name"
    ] == ["KN_2020-03-04_intervju2.m4a"]


def test_the_institution_s_own_contact_informs_and_the_students_warns(scanner):
    text = (
        "Vedlegg 1\n\n * Høgskolen ved veileder Sigrid Holm, sigrid.holm@inn.example, tlf. 62 40 00 01\n\n"
        " * Student Vidar Lie, mobil 485 31 907, vidarlie@epost.example\n"
    )
    severity = {each.text: each.severity.value for each in scanner.scan(text.encode(), "a.txt").findings}
    assert severity["sigrid.holm@inn.example"] == "info"
    assert severity["62 40 00 01"] == "info"
    assert severity["485 31 907"] == "warn"
    assert severity["vidarlie@epost.example"] == "warn"


def test_a_supervisor_in_the_front_matter_may_stand(scanner):
    text = "---\ntitle: Natt\nsupervisor: Professor Sigrid Holm\n---\n\n# Metode\n\nVi spurte dem.\n"
    assert "metadata" not in found(scanner, text, "a.md")


def test_a_true_finding_is_not_told_under_a_false_one(scanner):
    text = "3 Metode\n\nVi møtte Oddrun Skeie på senteret. Vi møtte også Roald Moen der.\n"
    findings = scanner.scan(text.encode(), "a.txt").findings
    assert [each.group for each in findings if each.rule == "name-in-text"] == [None, None]


def test_a_relation_between_two_participants_is_told(scanner):
    text = "3 Metode\n\nInformant 2 og informant 5 er gift. Informant 3 har ei søster.\n"
    assert [each.strip() for each in found(scanner, text)["kin-of-participants"]] == [
        "Informant 2 og informant 5 er gift"
    ]


def test_a_name_with_its_date_of_birth_blocks(scanner):
    text = f"Referanser\n\n{ENTRIES}\n\n03.02.2021  Sigrid Anne Holm (f. 11.04.1972)\n(Signert av deltaker)\n"
    severity = {each.text: each.severity.value for each in scanner.scan(text.encode(), "a.txt").findings}
    assert severity["Sigrid Anne Holm"] == "block"


def test_further_places_carry_the_severity_of_their_group(scanner):
    text = "4 Funn\n\n«Så kom Trude og hentet meg», sa han.\n\n«Jeg ringte til Trude den kvelden», sa han.\n"
    scan = scanner.scan(text.encode(), "a.txt")
    rows = [
        json.loads(row)
        for row in write_findings([scan], "jsonl", show_text=False, fail_on=Severity.BLOCK).splitlines()
    ]
    assert [(each["severity"], each["group_severity"]) for each in rows] == [
        ("block", "block"),
        ("info", "block"),
    ]
