"""Institutions and employers by list, form and cue, without the language model; generic names alone are none."""

from __future__ import annotations

import pytest
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "organisations"),
    [
        # known
        ("Jeg var på Tyrili i et år.", ["Tyrili"]),
        ("Hun jobba på Blå Kors Kristiansand.", ["Blå Kors Kristiansand"]),
        ("Han lå på Haukeland.", ["Haukeland"]),
        ("Det var Helse Bergen avdeling for rusmedisin.", ["Helse Bergen avdeling for rusmedisin"]),
        # formed: a place or a name, and what it is
        ("Gran kommune betalte.", ["Gran kommune"]),
        ("Ungene går på Ski videregående skole.", ["Ski videregående skole"]),
        ("Det var Nordre Follo kommune.", ["Nordre Follo kommune"]),
        ("Jeg fikk brev fra NAV Gjøvik.", ["NAV Gjøvik"]),
        ("Eg gjekk til Eid legesenter.", ["Eid legesenter"]),
        ("Vi bor i Solbakken bofellesskap.", ["Solbakken bofellesskap"]),
        ("Hun er på Fjell og Årstad DPS.", ["Fjell og Årstad DPS"]),
        ("Han gikk på Luster ungdomsskule.", ["Luster ungdomsskule"]),
        ("De la meg på Borgestadklinikken.", ["Borgestadklinikken"]),
        ("Ho ringte Krisesenteret i Telemark.", ["Krisesenteret i Telemark"]),
        ("Faren jobba på Meråker smelteverk.", ["Meråker smelteverk"]),
        (
            "Vi eier Saigon Garden. Naboen har Øyjordet Bil og Dekk.",
            ["Saigon Garden", "Øyjordet Bil og Dekk"],
        ),
        (
            "Han satt i Mandal Motorbåtforening og sang i Veldre sanglag.",
            ["Mandal Motorbåtforening", "Veldre sanglag"],
        ),
        ("Klagen gikk til Statsforvalteren i Oslo og Viken.", ["Statsforvalteren i Oslo og Viken"]),
        ("Jeg studerte på Institutt for vernepleie.", ["Institutt for vernepleie"]),
        ("Mor stod på Frolskolen.", ["Frolskolen"]),
        ("Jeg jobba på lokalsykehuset på Sjøvegan.", ["lokalsykehuset på Sjøvegan"]),
        ("Det sto ved Varhaug gamle kyrkjegard.", ["Varhaug gamle kyrkjegard"]),
        # units: wards, battalions
        ("Jeg lå på medisinsk sengepost 2, før det på post 4.", ["medisinsk sengepost 2", "post 4"]),
        ("Hun var på psykiatrisk avdeling på Notodden.", ["psykiatrisk avdeling på Notodden"]),
        ("Det var ruspoliklinikken ved UNN.", ["ruspoliklinikken ved UNN"]),
        ("Han var inne i 2. bataljon.", ["2. bataljon"]),
        # employers and clubs by what stands before them
        ("Jeg jobba i Equinor til i fjor.", ["Equinor"]),
        ("Eg var lærling hos Qwexlind, på slakteriet.", ["Qwexlind"]),
        ("Han er advokat i Qwexlind og Lie.", ["Qwexlind og Lie"]),
        ("Broren min spilte i Viking.", ["Viking"]),
        # speech recognition
        ("vi fikk brev fra nav kongsvinger", ["nav kongsvinger"]),
        ("det var gran kommune som betalte", ["gran kommune"]),
        ("ungene går på ski videregående skole", ["ski videregående skole"]),
        ("jeg satt på halden fengsel", ["halden fengsel"]),
        ("eg gjekk på stord vidaregåande skule", ["stord vidaregåande skule"]),
        ("de snakka med kirkens bymisjon", ["kirkens bymisjon"]),
        ("ho treff meg på kiwi rona", ["kiwi rona"]),
        ("han jobber på rema på nybergsund", ["rema på nybergsund"]),
        (
            "eg gjekk i trollskogen barnehage og på fjellhagen skule",
            ["trollskogen barnehage", "fjellhagen skule"],
        ),
        ("vi ble henvist til dps hamar", ["dps hamar"]),
        ("han sona på ila", ["ila"]),
        ("jeg var hos barneverntjenesten i bydel grorud", ["barneverntjenesten i bydel grorud"]),
        ("hun går på kafé magdalena hver onsdag", ["kafé magdalena"]),
    ],
)
def test_organisations(rules_alone, text, organisations):
    assert [text for text, _ in found(rules_alone.detect(talk(text)), "ORGANIZATION")] == organisations


@pytest.mark.parametrize(
    "text",
    [
        "NAV, LAR, DPS, BUP og UDI. Politiet, barnevernet, legevakta og sykehuset.",
        "Kommunen betalte, skolen ringte, og fengselet svarte.",
        "Denne skolen var bra. Vår kommune er liten. Privat barnehage er dyrt.",
        "Start med deg selv. Brann i huset. Tide for kaffe. Lyn og torden.",
        "Jeg tok Subutex og Ritalin, og vi spiste Taco.",
        "Jeg jobba på lager, i butikk, hos en bonde og ved et verksted.",
        "Vi handla på Kiwi og Rema, og så litt på Netflix.",
        "nav og lar og dps og politiet og barnevernet",
        "jeg har adressa hans og retten til å si nei",
        "Nærmeste DPS er langt unna. Deretter LAR. Skolens barnehage er stengt.",
        "Avdeling for små og avdeling for store. På posten ligger det brev, og en bunt med post, fire ark.",
        "vi gikk på en vanlig skole og i en privat barnehage og bodde på et dyrt hotell",
        "Jeg sa nei til det. Advokat Har Jeg Ikke Råd Til, heter sangen.",
    ],
)
def test_generic_names_and_brands_are_no_organisations(rules_alone, text):
    assert found(rules_alone.detect(talk(text)), "ORGANIZATION") == []


def test_the_model_alone_makes_no_organisation_of_a_medicine(detector):
    text = "Jeg fikk Subutex, så Metadon, og tok Heroin og Ritalin. På fredag var det Taco og Netflix."
    assert found(detector.detect(talk(text)), "ORGANIZATION", "LOCATION", "PERSON") == []
