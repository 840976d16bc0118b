"""A 60-page manuscript held against its study: forty planted faults, all found, and few others."""

from __future__ import annotations

import pytest
from anonymizer.scan import AgainstStudy, Scanner
from anonymizer.study import Study
from anonymizer.vault import KdfCost

from tests.scan import printed
from tests.scan.thesis import Thesis, make

REGISTER = """\
code;name;aliases;gender;age;municipality;workplace;contact;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;Tossa;f;43;Gran;Solvik verksted;485 33 210;2026-01-13;2;interview|quotes;R;a.txt
M2WD;Halvor Brekkåsen;;m;58;Voss;;;2026-01-14;2;interview;R;b.txt
P9LT;Ragnfrid Sølvskog;Raggen;f;36;Vardø;;;2026-01-15;2;interview|quotes;R;c.txt
X4NB;Gaute Myrhaugen;;m;51;Moss;;;2026-01-16;2;interview|quotes;R;d.txt
"""
SAID = {
    "a": [
        "Da jeg kom dit første gang, sto det en mann i døra og ønsket meg velkommen som om vi var gamle kjente.",
        "Det hjalp meg mest at noen spurte hvordan jeg hadde sovet, for det hadde ingen spurt om på mange år.",
        "Jeg pleide å sitte ved vinduet med en kopp kaffe og bare se på snøen som falt over taket på verkstedet.",
        "Søstera mi Oddlaug ringte hver søndag, og hun ga seg aldri selv om jeg ikke tok telefonen.",
    ],
    "b": [
        "For meg var det arbeidet som ble redningen, det å ha noe å stå opp til klokka sju om morgenen.",
        "Broren min Eilif bodde i Kinsarvik den gangen, og han kjørte helt hit for å hente meg ut derfra.",
        "Jeg solgte bilen og båten og alt jeg hadde, og likevel var det ikke nok til å betale det jeg skyldte.",
    ],
    "c": [
        "Jeg skrev dagbok hele tiden, og når jeg leser den nå, kjenner jeg nesten ikke igjen meg selv.",
        "Ungene bodde hos mora mi, og det var det verste av alt, at de lærte å sovne uten meg.",
        "Hver gang jeg gikk forbi den gule døra, telte jeg til ti før jeg turte å banke på.",
    ],
    "d": [
        "Vi spilte kort om kveldene, og den som tapte, måtte ta oppvasken resten av uka.",
        "Det var hunden som fikk meg ut, for den måtte jo gå tur enten jeg ville eller ikke.",
        "Til slutt sto jeg der med nøkkelen i hånda og visste ikke om jeg skulle le eller gråte.",
    ],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory, monkeypatch_module):
    folder = tmp_path_factory.mktemp("study")
    monkeypatch_module.setenv("XDG_STATE_HOME", str(folder / "state"))
    monkeypatch_module.setenv("XDG_DATA_HOME", str(folder / "data"))
    monkeypatch_module.delenv("ANONYMIZER_KEYS", raising=False)
    (folder / "participants.csv").write_text(REGISTER, encoding="utf-8")
    for name, turns in SAID.items():
        text = "".join(f"I: Fortell videre.\n\nR: {turn}\n\n" for turn in turns)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    study = Study.create(
        folder / "study",
        pack="fictive-names",
        passphrase="fjell bre skog elv",
        keys=folder / "keys",
        kdf_cost=KdfCost.floor(),
    )
    with study:
        study.import_register(folder / "participants.csv")
        for name, code in zip("abcd", ("K7QX", "M2WD", "P9LT", "X4NB"), strict=True):
            study.ingest(
                folder / f"{name}.txt", participants=[code], speakers={"R": code, "I": "interviewer"}
            )
        study.detect()
        study.pseudonymise()
        study.withdraw("X4NB")
        yield study


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def facts(study):
    return study.scan_facts()


@pytest.fixture(scope="module")
def against(facts):
    return Scanner(extra=[AgainstStudy(facts)])


def labels(study, facts) -> dict[str, str]:
    """The fictive name of each participant, by code."""
    table = study.space.key_table()
    return {record.code: table.participant(who).fictive_name for who, record in study.participants().items()}


def manuscript(names: dict[str, str]) -> Thesis:
    """The invented thesis with forty faults of the kinds that only the study shows."""
    thesis = make(words=18_000, sources=120, faults=False)
    a, b, c, d = SAID["a"], SAID["b"], SAID["c"], SAID["d"]
    own, other = names["K7QX"], names["P9LT"]
    thesis.add("heading", "Vedlegg 3: Utdypende funn")
    place = next(at for at, (kind, text) in enumerate(thesis.blocks) if text == "5 Diskusjon")
    tail, thesis.blocks = thesis.blocks[place:], thesis.blocks[:place]

    def plant(text: str, *faults: tuple[str, str], kind: str = "para") -> None:
        thesis.add(kind, text, *faults)

    # originals of the key table, as written, inflected, shortened and misspelt (1-20)
    for text, found, rule in (
        ("Tordis Fjellro var den første jeg snakket med.", "Tordis", "key-name"),
        ("Det gjaldt særlig Halvors fortelling.", "Halvors", "key-name"),
        ("Brekkåsen var mer tilbakeholden enn de andre.", "Brekkåsen", "key-name"),
        ("Jeg møtte Ragnfrid to ganger i løpet av våren.", "Ragnfrid", "key-name"),
        ("Hos Sølvskog kom dette tydelig fram.", "Sølvskog", "key-name"),
        ("Raggen, som hun kalte seg, lo mye.", "Raggen", "key-name"),
        ("Tossa var kallenavnet alle brukte.", "Tossa", "key-name"),
        ("Gaute ville helst møtes ute.", "Gaute", "key-name"),
        ("Søsteren Oddlaug ble nevnt av flere.", "Oddlaug", "key-name"),
        ("Også Oddlaugs rolle er verd å nevne.", "Oddlaugs", "key-name"),
        ("Broren Eilif hadde stor betydning.", "Eilif", "key-name"),
        ("Myrhaugens bakgrunn var en annen.", "Myrhaugens", "key-name"),
        ("Fjelro kom tilbake en uke senere.", "Fjelro", "key-name-fuzzy"),
        ("Dette sa også Brekåsen uoppfordret.", "Brekåsen", "key-name-fuzzy"),
        ("Ragnfrit nevnte det samme.", "Ragnfrit", "key-name-fuzzy"),
        ("Hun vokste opp i Vardø sammen med mor og far.", "Vardø", "key-detail"),
        ("En av dem bodde på Voss det meste av livet.", "Voss", "key-detail"),
        ("Arbeidet ved Solvik verksted ga struktur.", "Solvik verksted", "key-detail"),
        ("Det sto 48533210 på lappen hun ga meg.", "48533210", "key-detail"),
        ("Reisen til Kinsarvik ble et vendepunkt.", "Kinsarvik", "key-detail"),
    ):
        plant(text, (found, rule))
    # quotes: no consent (21-24), withdrawn (25-28), wrong name (29-32), not in the study (33-36)
    plant(f"«{b[0]}» ({names['M2WD']})", (b[0], "quote-consent"), kind="quote")
    plant(
        "«For meg var det arbeidet som ble redningen (…) noe å stå opp til klokka sju om morgenen.»",
        ("arbeidet som ble redningen", "quote-consent"),
        kind="quote",
    )
    plant(f"En av deltakerne sa: «{b[2]}»", (b[2], "quote-consent"))
    plant(
        "«Jeg solgte bilen, båten og alt det jeg hadde, og enda var det ikke nok til å betale det jeg skyldte.»",
        ("solgte bilen, båten", "quote-consent"),
        kind="quote",
    )
    plant(f"«{d[0]}»", (d[0], "quote-withdrawn"), kind="quote")
    plant(f"Som det ble sagt: «{d[1]}»", (d[1], "quote-withdrawn"))
    plant(
        "«Det var hunden som fikk meg ut […] den måtte jo gå tur enten jeg ville eller ikke.»",
        ("hunden som fikk meg ut […]", "quote-withdrawn"),
        kind="quote",
    )
    plant(
        "«Til slutt sto jeg der med nøkkelen i handa og visste ikke om jeg skulle le eller grine.»",
        ("nøkkelen i handa", "quote-withdrawn"),
        kind="quote",
    )
    plant(f"«{c[0]}» ({own})", (c[0], "quote-pseudonym"), kind="quote")
    plant(f"«{c[1]}» ({own})", (c[1], "quote-pseudonym"), kind="quote")
    plant(f"«{a[0]}» ({other})", (a[0], "quote-pseudonym"), kind="quote")
    plant(f"{other} sa det slik: «{a[1]}»", (a[1], "quote-pseudonym"))
    for text in (
        "«Den natta bestemte jeg meg for at dette måtte ta slutt, samme hva det kostet av penger og venner.»",
        "«Vi plukket bær hele sommeren og solgte dem på torget, og det ble det første ærlige lønna mi.»",
        "«Legen sa at leveren min var som hos en gammel mann, og da satt jeg helt stille en lang stund.»",
        "«Hver jul kom det en pakke uten avsender, og jeg har aldri funnet ut hvem som sendte den.»",
    ):
        plant(text, (text, "quote-untraced"), kind="quote")
    # the author's own words (37-40)
    for text in (
        "Alle deltakerne er anonyme i oppgaven.",
        "Datamaterialet er anonymisert av forfatteren.",
        "Slik er materialet helt anonymt.",
        "Anonymiteten er ivaretatt gjennom hele arbeidet.",
    ):
        plant(text, ("nonym", "anonymous-claim"))
    # sound quotes from the study, which must raise nothing
    plant(f"«{a[1]}» ({own})", kind="quote")
    plant(f"«{c[2]}» ({other})", kind="quote")
    thesis.blocks += tail
    return thesis


def test_forty_faults_are_found_and_few_others(study, facts, against):
    names = labels(study, facts)
    thesis = manuscript(names)
    assert len(thesis.faults) == 40
    findings = against.scan(printed.as_pdf_text(thesis).encode(), "oppgave.txt").findings
    missed = [
        fault
        for fault in thesis.faults
        if not any(
            f.rule == fault.rule
            and (" ".join(fault.text.split()) in " ".join(f.text.split()) or f.text in fault.text)
            for f in findings
        )
    ]
    assert missed == []
    faults = [(fault.rule, " ".join(fault.text.split())) for fault in thesis.faults]
    others = {
        (f.rule, f.text)
        for f in findings
        if (f.severity != "info" or f.rule.startswith(("key-", "quote-")))
        # The frame's own quotes are nobody's in the study; they are places of one finding.
        and f.rule != "quote-untraced"
        and not any(
            f.rule == rule and (text in " ".join(f.text.split()) or f.text in text) for rule, text in faults
        )
        # A planted name is one to the other rules, too.
        and not any(f.text.strip("()") in text or text in f.text for _, text in faults)
    }
    assert len(others) < 5, others


def test_no_original_is_in_the_findings_that_are_no_original(study, facts, against):
    text = "4 Funn\n\nSom Tolvmann (2019) skriver, er dette vanlig. Folk kom fra mange steder.\n"
    assert [f.rule for f in against.scan(text.encode(), "a.txt").findings if f.rule.startswith("key")] == []


def test_quotes_must_not_be_numbered_where_the_pack_links_none(study, facts):
    from dataclasses import replace

    from anonymizer.data import Linkability

    strict = Scanner(extra=[AgainstStudy(replace(facts, linkability=Linkability.NONE))])
    text = f"4 Funn\n\n«{SAID['a'][1]}» (Deltaker 3)\n"
    assert "quote-linked" in {f.rule for f in strict.scan(text.encode(), "a.txt").findings}


def rules_of(facts, text: str) -> list[str]:
    findings = Scanner(extra=[AgainstStudy(facts)]).scan(text.encode(), "a.txt").findings
    return [each.rule for each in findings if each.rule.startswith("quote-")]


def test_a_number_is_not_held_against_a_name(study, facts):
    """The pack gives names, the thesis prints numbers of its own: right as long as each number is one person."""
    a, c = SAID["a"], SAID["c"]
    text = f"4 Funn\n\n«{a[0]}» (Deltaker 1)\n\n«{a[1]}» (Deltaker 1)\n\n«{c[0]}» (Deltaker 2)\n"
    assert "quote-pseudonym" not in rules_of(facts, text)
    assert rules_of(facts, text + f"\n«{c[1]}» (Deltaker 1)\n").count("quote-pseudonym") == 1


def test_dialect_in_a_quote_blocks_where_the_pack_has_it_rewritten(study, facts):
    from dataclasses import replace

    from anonymizer.study import SpokenTurn

    said = "Æ visste ikkje ka æ skulle gjør, og så kom æ på at æ kunne ring te ho mor."
    own = next(turn.participant for turn in facts.turns if turn.participant)
    turns = (*facts.turns, SpokenTurn(1, 99, own, (said,)))
    text = f"4 Funn\n\nEn av deltakerne sa: «{said}»\n"
    assert "quote-dialect" in rules_of(replace(facts, turns=turns, normalise=True), text)
    assert "quote-dialect" not in rules_of(replace(facts, turns=turns, normalise=False), text)


def test_the_introduction_is_the_authors_own_words_too(study, facts, against):
    text = "1 Innledning\n\nAlle deltakerne i studien er anonyme. Anonymitet på nett er et annet tema.\n"
    claims = [
        each for each in against.scan(text.encode(), "a.txt").findings if each.rule == "anonymous-claim"
    ]
    assert next((each.severity.value, each.text) for each in claims) == ("block", "anonyme")
