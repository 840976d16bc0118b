"""The gazetteer's ladders become what a mark needs."""

from __future__ import annotations

from anonymizer.data import load_pack
from anonymizer.detect.gazetteer import Level, Place, Rung
from anonymizer.model import EntityType
from anonymizer.pseudonymise import GazetteerPlaces
from anonymizer.pseudonymise.gazetteer import facts_of
from anonymizer.pseudonymise.places import place_wording

BASE = load_pack("sikt-base").treatment(EntityType.LOCATION)
NORTH_SOUTH = load_pack("small-community").treatment(EntityType.LOCATION)

NORWAY = Rung(Level.COUNTRY, "Norge")
NORTH, EAST = (Rung(Level.LANDSDEL, "Nord-Norge"), NORWAY), (Rung(Level.LANDSDEL, "Østlandet"), NORWAY)
KNOETT = (
    Rung(Level.MUNICIPALITY, "Knøttvær", "", "9901", 450),
    Rung(Level.COUNTY, "Storfylket", "", "99", 90_000),
    *NORTH,
)


def said(*places: Place) -> str:
    return place_wording("Knøttvær", facts_of(places), BASE).nb


def test_a_municipality_is_told_by_size_and_landsdel() -> None:
    place = Place("Knøttvær", "municipality", KNOETT)
    assert said(place) == "liten kommune i Nord-Norge"
    assert place_wording("x", facts_of([place]), NORTH_SOUTH).nn == "liten kommune i Nord-Noreg"


def test_a_settlement_named_like_its_municipality_is_the_municipality() -> None:
    settlement = Place("Knøttvær", "settlement", (Rung(Level.SETTLEMENT, "Knøttvær"), *KNOETT))
    municipality = Place("Knøttvær", "municipality", KNOETT)
    assert said(settlement, municipality) == said(municipality, settlement) == "liten kommune i Nord-Norge"
    assert said(settlement) == "tettsted i Nord-Norge"


def test_namesakes_go_to_what_they_have_in_common() -> None:
    far = Place("Knøttvær", "valley", (Rung(Level.REGION, "Knøttvær"), *EAST))
    near = Place("Knøttvær", "island", (Rung(Level.REGION, "Knøttvær"), *NORTH))
    assert said(far, near) == "sted i Norge"


def test_svalbard_is_too_few_people_to_be_named() -> None:
    assert said(
        Place(
            "Gruvebyen",
            "svalbard",
            (Rung(Level.SETTLEMENT, "Gruvebyen"), Rung(Level.SVALBARD, "Svalbard"), NORWAY),
        )
    ) == ("sted i Nord-Norge")


def test_sapmi_is_a_rung_of_its_own() -> None:
    assert (
        said(Place("Sápmi", "sapmi", (Rung(Level.SAPMI, "Sápmi"), Rung(Level.WORLD_REGION, "Norden"))))
        == "sted i Sápmi"
    )


def test_abroad_is_told_by_part_of_the_world() -> None:
    city = Place(
        "Utopolis",
        "city",
        (Rung(Level.CITY, "Utopolis"), Rung(Level.COUNTRY, "Utopia"), Rung(Level.WORLD_REGION, "Afrika")),
    )
    land = Place("Utopia", "country", (Rung(Level.COUNTRY, "Utopia"), Rung(Level.WORLD_REGION, "Afrika")))
    assert said(city) == "by i Afrika"
    assert said(land) == "land i Afrika"


def test_the_shipped_gazetteer_is_asked_by_name_genitive_and_inhabitant() -> None:
    known = GazetteerPlaces()

    def told(name: str) -> str:
        return place_wording(name, known.places(name), BASE).nb

    assert told("Gloppen") == told("gloppens") == "mellomstor kommune på Vestlandet"
    assert told("Bergen") == told("bergenser") == "større by på Vestlandet"
    assert told("Træna") == "liten kommune i Nord-Norge"
    assert told("Mo i Rana") == "tettsted i Nord-Norge"
    assert told("Hargeisa") == "by i Øst-Afrika"
    assert told("Blimpestad") == "sted"
    assert told("Lierne") == "liten kommune i Trøndelag"  # the same in South Sami
