"""The gazetteer's places as the ladder needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from anonymizer.detect.gazetteer import Gazetteer, Level, Place, shipped_gazetteer
from anonymizer.pseudonymise.places import PlaceFacts
from anonymizer.pseudonymise.wordings import fold, place_words

__all__ = ["GazetteerPlaces", "facts_of"]

_KINDS = {
    "settlement": "settlement",
    "district": "district",
    "neighbourhood": "district",
    "municipality": "municipality",
    "former_municipality": "municipality",
    "county": "county",
    "former_county": "county",
    "landsdel": "region",
    "city": "abroad_city",
    "country": "country",
    "region": "area",
    "area": "area",
    "valley": "valley",
    "fjord": "fjord",
    "island": "island",
    "mountain": "mountain",
    "lake": "lake",
    "river": "river",
}
"""The gazetteer's kinds by the words of places.yaml; any other is a place."""

_FIRST = ("municipality", "county", "former_municipality", "landsdel", "settlement")
"""Of places of one name of which one lies in the other, the first of these is meant."""


def facts_of(places: Iterable[Place]) -> tuple[PlaceFacts, ...]:
    """Return what the ladder needs of each place a name may mean; one that lies in another of them is dropped."""
    known = list(places)
    kept = [one for one in known if not any(_gives_way(one, other) for other in known if other is not one)]
    return tuple(dict.fromkeys(_facts(one) for one in kept))


def _gives_way(one: Place, other: Place) -> bool:
    inside = other.rungs[0] in one.rungs[1:] or one.rungs[0] in other.rungs[1:]
    ranks = [_FIRST.index(each.kind) if each.kind in _FIRST else len(_FIRST) for each in (one, other)]
    return inside and ranks[0] > ranks[1]


def _facts(place: Place) -> PlaceFacts:
    at = {rung.level: rung for rung in place.rungs}
    municipality, county, landsdel = at.get(Level.MUNICIPALITY), at.get(Level.COUNTY), at.get(Level.LANDSDEL)
    country, world = at.get(Level.COUNTRY), at.get(Level.WORLD_REGION)
    region = None
    if landsdel is not None:
        region = fold(landsdel.name)
    elif Level.SVALBARD in at:
        region = "svalbard"
    elif Level.SAPMI in at:
        region = "sápmi"
    in_norway = region is not None or (country is not None and country.name in {"Norge", "Noreg"})
    abroad = world.name if world is not None and not in_norway else None
    people = municipality.population if municipality is not None else None
    return PlaceFacts(
        place="/".join([place.kind, *(rung.number or rung.name for rung in place.rungs)]),
        kind=_KINDS.get(place.kind, "place"),
        population=people if place.kind == "municipality" else None,
        region=region if region in place_words().regions else None,
        county=county.name if county is not None else None,
        abroad=abroad,
    )


class GazetteerPlaces:
    """The places that the detector's gazetteer knows, by their own name or by what their people are called."""

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self._gazetteer = gazetteer or shipped_gazetteer()

    def places(self, text: str) -> Sequence[PlaceFacts]:
        """Return every place of this name, written as a name or in the genitive; none if it is unknown."""
        tokens = text.split()
        match = self._gazetteer.places(tokens, 0) if tokens else None
        if match is not None and match.end == len(tokens):
            return facts_of(match.values)
        demonym = self._gazetteer.demonym(tokens[-1]) if tokens else None
        return facts_of(demonym.places) if demonym is not None else ()
