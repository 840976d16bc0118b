"""The letter lint, on invented letters in Bokmål and Nynorsk: one clean, and each fault alone."""

from __future__ import annotations

import pytest
from anonymizer.policy import Severity, lint_letter
from hypothesis import given
from hypothesis import strategies as st

BOKMAAL = """\
Vil du delta i forskningsprosjektet «Hverdag etter rus»?

Formålet med prosjektet er å forstå hvordan hverdagen blir etter behandling. Høgskolen i Eksempel er ansvarlig for
prosjektet. Hvis du deltar, innebærer det et intervju på en time. Vi tar lydopptak og noterer navn og telefonnummer.

Det er frivillig å delta. Du kan når som helst trekke samtykket tilbake uten å oppgi noen grunn. Da blir alle dine
opplysninger slettet.

Bare studenten og veilederen vil ha tilgang til opplysningene. Navnet ditt erstattes med en kode. Du vil ikke kunne
kjennes igjen i oppgaven. Du er altså ikke anonym for oss.

Prosjektet skal etter planen avsluttes 30. juni 2027. Alle opplysninger slettes da.

Så lenge du kan identifiseres, har du rett til innsyn i opplysningene, å få dem rettet eller slettet, og å klage til
Datatilsynet. Vi behandler opplysninger basert på ditt samtykke.

Har du spørsmål, ta kontakt med prosjektlederen eller personvernombudet ved høgskolen.
"""

NYNORSK = """\
Vil du vere med i forskingsprosjektet «Kvardag etter rus»?

Føremålet med prosjektet er å forstå korleis kvardagen blir etter behandling. Høgskulen i Eksempel er
behandlingsansvarleg. Deltakinga er eit intervju på ein time, med lydopptak.

Det er friviljug å vere med. Du kan når som helst trekkje samtykket.

Berre studenten har tilgang til opplysningane. Prosjektet skal avsluttast 30. juni 2027. Då blir opplysningane sletta.

Du har rett til innsyn, til å få opplysningane retta eller sletta, og til å klage til Datatilsynet. Rettsleg grunnlag er
samtykket ditt. Kontakt prosjektleiaren eller personvernombodet.
"""


def keys(text, **more):
    return {fault.key for fault in lint_letter(text, **more)}


@pytest.mark.parametrize("letter", [BOKMAAL, NYNORSK], ids=["bokmål", "nynorsk"])
def test_a_clean_letter_has_no_fault(letter):
    assert keys(letter, identifying=True) == set()


@pytest.mark.parametrize(
    "left",
    [
        "Prosjektet heter [sett inn tittel].",
        "Ansvarlig er <navn>.",
        "Telefon: xxx xx xxx",
        "Kontakt [Navn på prosjektleder] om du lurer på noe.",
        "[Set inn dato]",
        "(stryk det som ikke passer)",
        "<institusjon>",
    ],
)
def test_text_of_the_template_is_found_with_its_line(left):
    (fault,) = lint_letter(f"{BOKMAAL}{left}\n")
    assert (fault.key, fault.severity) == ("template-text", Severity.BLOCK)
    assert fault.lines == (len(BOKMAAL.splitlines()) + 1,)


@pytest.mark.parametrize(
    "kept", ["[uklart]", "(…)", "Hva er [dette]?", "se https://eksempel.example/<3", "XX"]
)
def test_other_brackets_are_no_template_text(kept):
    assert keys(f"{BOKMAAL}{kept}\n") == set()


def test_two_titles():
    assert keys(f"{BOKMAAL}\nJeg har fått informasjon om prosjektet «Veien videre», og vil delta.\n") == {
        "two-titles"
    }
    assert keys(f"{BOKMAAL}\nJeg har fått informasjon om prosjektet “hverdag etter rus”.\n") == set()


@pytest.mark.parametrize(
    "promise",
    [
        "Deltakelsen skjer på anonymt grunnlag.",
        "Svarene dine vil være helt anonyme.",
        "Du deltar anonymt.",
        "Informantene er anonyme i hele prosjektet.",
    ],
)
def test_anonymous_while_name_phone_or_sound_is_taken(promise):
    assert keys(f"{BOKMAAL}\n{promise}\n") == {"anonymous-while-identified"}


def test_anonymous_in_a_letter_that_takes_nothing_depends_on_the_study():
    bare = BOKMAAL.replace("Vi tar lydopptak og noterer navn og telefonnummer.", "Vi tar bare notater.")
    bare = bare.replace("Du er altså ikke anonym for oss.", "Du deltar helt anonymt.")
    assert keys(bare, identifying=False) == set()
    assert keys(bare, identifying=True) == {"anonymous-while-identified"}


@pytest.mark.parametrize(
    "both",
    [
        "Alle data slettes ved prosjektslutt. Datamaterialet anonymiseres ved prosjektslutt.",
        "Alle opplysningar blir sletta til slutt. Opplysningane vil bli anonymisert.",
        "Ved prosjektslutt slettes alle data. Opplysningene vil bli anonymisert.",
        "All data will be deleted at the end. The transcripts will be anonymised.",
    ],
)
def test_deleted_and_anonymised_are_two_promises(both):
    assert "deleted-and-anonymised" in keys(f"{BOKMAAL}\n{both}\n")


@pytest.mark.parametrize(
    "one",
    [
        "Etter prosjektslutt vil datamaterialet med dine personopplysninger anonymiseres.",
        "Alle dine personopplysninger vil da bli slettet. Etter prosjektslutt anonymiseres datamaterialet.",
        "Personopplysningene slettes ved prosjektslutt, og materialet anonymiseres.",
        "Om du trekker deg, vil alle data om deg bli slettet. Til slutt blir materialet anonymisert.",
    ],
)
def test_the_template_s_own_promises_are_no_contradiction(one):
    assert keys(BOKMAAL.replace("Alle opplysninger slettes da.", one)) == set()


def test_anonymous_in_the_thesis_is_no_promise_about_the_material():
    assert keys(f"{BOKMAAL}\nDu vil være anonym i masteroppgaven.\n") == set()


def test_anonymised_material_with_deleted_recordings_is_one_promise():
    letter = BOKMAAL.replace(
        "Alle opplysninger slettes da.", "Lydopptakene slettes, og teksten anonymiseres."
    )
    assert keys(letter) == set()


def test_access_promised_two_ways():
    assert "access-two-ways" in keys(f"{BOKMAAL}\nBare jeg har tilgang til materialet.\n")
    assert "access-two-ways" in keys(
        f"{NYNORSK}\nMin veileder hjelper meg. Begge veiledere leser intervjuene.\n"
    )


@pytest.mark.parametrize(
    ("missing", "part"),
    [
        ("controller", "Høgskolen i Eksempel er ansvarlig for\nprosjektet."),
        ("purpose", "Formålet med prosjektet er å forstå"),
        ("complaint", ", og å klage til\nDatatilsynet"),
        ("voluntary", "Det er frivillig å delta."),
        ("end-date", "avsluttes 30. juni 2027"),
        ("legal-basis", "basert på ditt samtykke"),
        ("rights", "innsyn i opplysningene, å få dem rettet eller slettet"),
        ("withdrawal", "trekke samtykket tilbake"),
    ],
)
def test_a_part_that_is_missing(missing, part):
    assert part in BOKMAAL
    assert keys(BOKMAAL.replace(part, "")) == {missing}


def test_an_empty_letter_lacks_everything_and_does_not_crash():
    faults = lint_letter("")
    assert {"controller", "purpose", "rights", "complaint", "contact", "end-date", "legal-basis"} <= {
        fault.key for fault in faults
    }
    assert [fault.severity for fault in faults] == sorted(
        (fault.severity for fault in faults), key=lambda severity: severity != "block"
    )


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_no_fault_holds_text_of_it(text):
    for fault in lint_letter(text):
        assert all(1 <= line <= text.count("\n") + text.count("\r") + 1 for line in fault.lines)


def test_a_long_letter_is_read_in_linear_time():
    lint_letter((BOKMAAL + "alle " * 2000 + "prosjektet " * 2000) * 3, identifying=True)
