"""What leaked in real studies, each found; what only looks like it, not."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import pytest
from anonymizer.scan import Severity, rulebook


def leads(findings, *, grave: bool = True) -> list[tuple[str, str]]:
    return [
        (finding.rule, finding.text)
        for finding in findings
        if finding.group is None and (finding.severity != "info" or not grave)
    ]


@pytest.mark.parametrize(
    ("text", "rule", "what"),
    [
        ("Forord\n\nTakk til Bente og Roald på værestedet.\n", "name-in-preface", "Bente"),
        ("Forord\n\nTakk til samboer Eskil for støtte.\n", "name-in-preface", "samboer Eskil"),
        ("4 Funn\n\n«Så kom Trude og hentet meg», sa han.\n", "name-in-quote", "Trude"),
        (
            "4 Funn\n\nDet var Trude som kom og hentet meg den kvelden (Informant 3)\n",
            "name-in-quote",
            "Trude",
        ),
        ("4 Funn\n\n– Så kom Trude og hentet meg.\n", "name-in-quote", "Trude"),
        ("4 Funn\n\n«Jeg bodde i Vardø da, og det var trangt», sa han.\n", "place-in-quote", "Vardø"),
        ("4 Funn\n\n«Æ va redd, æ», sa han.\n", "dialect-in-quote", "«Æ va redd, æ»"),
        ("4 Funn\n\n«Jeg har vært rusfri i 18,5 år nå», sa han.\n", "exact-time", "rusfri i 18,5 år"),
        (
            "4 Funn\n\n«Ring meg på 485 21 734, sa hun til meg», fortalte han.\n",
            "contact-in-quote",
            "485 21 734",
        ),
        ("3 Metode\n\nUtvalget besto av fem menn og én kvinne.\n", "lone-person", "én kvinne"),
        (
            "3 Metode\n\nNavnelisten er innelåst. Materialet er anonymisert.\n",
            "anonymous-claim",
            "anonymisert",
        ),
        ("3 Metode\n\nPersonen har fødselsnummer 148381 41278.\n", "id-number", "148381 41278"),
        ("3 Metode\n\nProsjektet er vurdert av REK (saksnummer 2021/88417).\n", "case-number", "2021/88417"),
        ("Vedlegg 1: Informasjonsskriv\n\nRing Marte på tlf. 948 62 117.\n", "phone", "948 62 117"),
        ("Vedlegg 1: Informasjonsskriv\n\nSkriv til marte@post.example.\n", "email", "marte@post.example"),
        (
            "Vedlegg 1: Informasjonsskriv\n\nLever skjemaet til Aslaug Rimstad.\n",
            "name-in-appendix",
            "Aslaug Rimstad",
        ),
        ("Vedlegg 1: Informasjonsskriv\n\nTittel: [sett inn tittel]\n", "template", "[sett inn tittel]"),
        (
            "Vedlegg 1\n\nAlle data slettes når prosjektet er slutt.\n\nDataene anonymiseres ved prosjektslutt.\n",
            "promise",
            "Alle data slettes når prosjektet er slutt.",
        ),
    ],
)
def test_it_is_found(scan, text, rule, what):
    assert (rule, what) in leads(scan(text))


@pytest.mark.parametrize(
    "text",
    [
        "Vedlegg 1\n\nVårt personvernombud: personvernombud@universitet.example, telefon 55 58 21 17 (Sikt).\n",
        "Vedlegg 1\n\nBehandlingen er regulert av personvernforordningen (EU) 2016/679.\n",
        "2 Teori\n\nStigma ble beskrevet av Hovland (1963) i en by i Norge.\n",
        "2 Teori\n\nAnonyme Alkoholikere er en selvhjelpsgruppe.\n",
        "3 Metode\n\nDet var fem menn og fire kvinner i utvalget.\n",
        "4 Funn\n\n«Jeg har vært rusfri lenge, og det er jeg stolt av», sa han.\n",
        "4 Funn\n\n«Den som lytter uten å dømme, åpner et rom» (Hovland, 2019, s. 45).\n",
        "Tittel\n\nSolveig Brekkhus\n\nForord\n\nTakk til min veileder Torbjørn Ekrem.\n\nTromsø, mai 2022\n\nSolveig Brekkhus\n",
        "Referanser\n\nHovland, K. (2019). Samtalen (2. utg.). Gyldendal. ISBN 978-82-15-02798-4\n",
        "2 Teori\n\nPasient- og brukerrettighetsloven § 3-1 og Meld. St. 47 (2008–2009) legger føringer.\n",
    ],
)
def test_it_is_no_warning(scan, text):
    assert leads(scan(text)) == []


def test_participants_named_by_their_quotes_are_one_finding(scan):
    text = (
        "3 Metode\n\nAlle har fått fiktive navn: Per, Pål og Maja.\n\n4 Funn\n\nPer forteller: «Det gikk bra til slutt, "
        "det altså.»\n\nMaja: «Jeg hadde aldri trodd det.»\n\nSom Pål sa det: «Vi lo mye den gangen.»\n"
    )
    found = leads(scan(text))
    assert [rule for rule, _ in found] == ["participant-names"]


def test_a_lone_woman_in_a_table_is_found(scanner):
    table = b"Deltaker;Kjonn;Alder;Rolle\n1;Mann;35-45;Vert\n2;Kvinne;35-45;Kokk\n3;Mann;46-55;Vert\n4;Mann;46-55;Leder\n"
    found = leads(scanner.scan(table, "utvalg.csv").findings)
    assert ("lone-person", "Kvinne") in found
    assert "small-cell" in {rule for rule, _ in found}


@pytest.mark.parametrize(
    "table",
    [
        "Tabell 1: Deltakere\n\nInformant 1 Mann 35–45\n\nInformant 2 Kvinne 35–45\n\nInformant 3 Mann 46–55\n",
        "Informant 1 Mann 35–45\n\nInformant 2 Kvinne 35–45\n\nInformant 3 Mann 46–55\n\nTabell 1: Deltakere\n",
        "Tabell 1: Deltakere\n\nNr\n\n1\n\nMann\n\n35–45\n\n2\n\nKvinne\n\n35–45\n\n3\n\nMann\n\n46–55\n",
    ],
)
def test_a_lone_woman_in_a_table_of_which_only_lines_are_left(scan, table):
    assert ("lone-person", "Kvinne") in leads(scan(f"3 Metode\n\n{table}\n4 Funn\n"))


def test_a_table_of_counts_is_read(scanner):
    table = b"Utvalg | Antall\n---|---\nKvinner | 1\nMenn | 5\n"
    assert ("lone-person", "1") in leads(scanner.scan(table, "utvalg.md").findings)


def test_a_file_name_with_a_person_is_found(scan):
    assert "file-name" in {rule for rule, _ in leads(scan("Bare tekst.\n", "intervju_Aslaug_Rimstad.txt"))}


def test_comments_are_found_and_their_names_block(scanner):
    found = scanner.scan(
        "# Funn\n\nTekst.\n\n<!-- Spør Trude Rimstad om dette -->\n".encode(), "a.md"
    ).findings
    assert {"comment", "name-in-comment"} <= {rule for rule, _ in leads(found)}


def test_every_rule_says_what_to_do_in_both_languages():
    for rule in rulebook().rules.values():
        assert rule.do in rulebook().todo
        assert rule.message.nb != rule.message.en
        assert rule.proposal.nb != rule.proposal.en


@pytest.mark.parametrize(
    ("heading", "thanks"),
    [
        ("Acknowledgements / Takk", "My warmest thanks to Penelope Gardener-Smythe, and to Rafael."),
        (
            "Noen ord på veien",
            "Jeg vil gjerne takke alle som har hjulpet meg, og særlig Penelope og Rafael på senteret.",
        ),
        ("Til slutt", "Tusen takk til Penelope, som leste, og til Rafael, som aldri mistet troen på meg."),
    ],
)
def test_thanks_make_a_preface_under_any_heading(scanner, heading, thanks):
    text = f"Veien tilbake\nRune Lidvoll\n\n{heading}\n{thanks}\n\n1 Innledning\nDette er en studie.\n"
    found = {
        each.text for each in scanner.scan(text.encode(), "a.txt").findings if each.rule == "name-in-preface"
    }
    assert {"Rafael"} < found


def test_a_contents_list_without_page_numbers_opens_no_chapter(scanner):
    text = (
        "Veien tilbake\n\nInnhold\n1 Innledning\n2 Metode\n3 Funn\nReferanser\nVedlegg 1: Informasjonsskriv\n\n"
        "1 Innledning\nDenne studien handler om hverdagen til de som har vært lenge borte fra den, og om hva som skal til "
        "for at den blir deres igjen, slik de selv forteller om det.\n\n3 Funn\n«Det var han Torleif som hjalp meg ut "
        "derfra til slutt.» (Informant 2)\n\nVedlegg 1: Informasjonsskriv\nRing Rune Lidvoll på 922 41 763.\n"
    )
    rules = {(each.rule, each.text) for each in scanner.scan(text.encode(), "a.txt").findings}
    assert ("name-in-quote", "Torleif") in rules
    assert ("name-in-appendix", "Rune Lidvoll") in rules


@pytest.mark.parametrize(
    "text",
    [
        "Se kapittel 4.2.1.1 og figur 2.3.1.2.",
        "Spørsmålet ble besvart av 21 34 55 66 prosent i de fire gruppene.",
        "Poeng 91 82 73 64",
        "Høyesterett behandlet spørsmålet i HR-2018-2133-A.",
        "Gjennomsnittsalderen for dem i behandling er 37 år.",
        "Kari og Ola Nordmann er gjennomsnittet av oss alle.",
        "Møtet gjaldt riksveg 362 og skoleåret 2017/2018.",
    ],
)
def test_figures_laws_and_averages_are_no_one(scanner, text):
    findings = scanner.scan(f"4 Funn\n\n{text}\n".encode(), "a.txt").findings
    assert [(each.rule, each.text) for each in findings if each.severity is not Severity.INFO] == []
