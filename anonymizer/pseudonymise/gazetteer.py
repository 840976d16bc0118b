"""The gazetteer's places as the ladder needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer.places import Places
from anonymizer.pseudonymise.places import PlaceFacts
from anonymizer.pseudonymise.wordings import fold, place_words

__all__ = ["Gazetteer", "KnownPlace", "KnownRung", "facts_of"]


class KnownRung(Protocol):
    """One step of a ladder, as the gazetteer has it."""

    @property
    def level(self) -> int:
        """Return how coarse it is."""
        ...

    @property
    def name(self) -> str:
        """Return its name in Bokmål."""
        ...

    @property
    def number(self) -> str:
        """Return its official number, if it has one."""
        ...

    @property
    def population(self) -> int | None:
        """Return how many live there, if known."""
        ...


class KnownPlace(Protocol):
    """A place and its ladder, as the gazetteer has it."""

    @property
    def name(self) -> str:
        """Return its name."""
        ...

    @property
    def kind(self) -> str:
        """Return what it is."""
        ...

    @property
    def rungs(self) -> Sequence[KnownRung]:
        """Return its ladder, finest first."""
        ...


_MUNICIPALITY, _COUNTY, _LANDSDEL, _SVALBARD, _SAPMI, _COUNTRY, _WORLD_REGION = 20, 40, 50, 51, 52, 60, 70
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


def facts_of(places: Iterable[KnownPlace]) -> tuple[PlaceFacts, ...]:
    """Return what the ladder needs of each place a name may mean; one that lies in another of them is dropped."""
    known = list(places)
    kept = [one for one in known if not any(_gives_way(one, other) for other in known if other is not one)]
    return tuple(dict.fromkeys(_facts(one) for one in kept))


def _gives_way(one: KnownPlace, other: KnownPlace) -> bool:
    inside = other.rungs[0] in one.rungs[1:] or one.rungs[0] in other.rungs[1:]
    ranks = [_FIRST.index(each.kind) if each.kind in _FIRST else len(_FIRST) for each in (one, other)]
    return inside and ranks[0] > ranks[1]


def _facts(place: KnownPlace) -> PlaceFacts:
    at = {int(rung.level): rung for rung in place.rungs}
    municipality, county, landsdel = at.get(_MUNICIPALITY), at.get(_COUNTY), at.get(_LANDSDEL)
    country, world = at.get(_COUNTRY), at.get(_WORLD_REGION)
    region = None
    if landsdel is not None:
        region = fold(landsdel.name)
    elif _SVALBARD in at:
        region = "svalbard"
    elif _SAPMI in at:
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


class Gazetteer:
    """The places that the detector's gazetteer knows, by their own name or by what their people are called."""

    def places(self, text: str) -> Sequence[PlaceFacts]:
        """Return every place of this name, written as a name or in the genitive; none if it is unknown."""
        found = _look_up(text)
        if not found:
            found = [place for name in _homes().get(fold(text), ()) for place in _look_up(name)]
        return facts_of(found)


@cache
def _places() -> Places:
    return Places(frozenset())


def _look_up(text: str) -> Sequence[KnownPlace]:
    tokens = text.split()
    match = _places().table.match(tokens, 0) if tokens else None
    if match is None or match.end != len(tokens):
        return ()
    return _places().places(match.values)


@cache
def _homes() -> dict[str, list[str]]:
    """Return the places that each word for an inhabitant names: ``trønder`` is of Trøndelag."""
    lexicon = load_lexicon("demonyms")
    homes: dict[str, list[str]] = {}
    for word, place in zip(lexicon.column("word"), lexicon.column("place"), strict=True):
        homes.setdefault(fold(word), []).append(place)
    return homes
