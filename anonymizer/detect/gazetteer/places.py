"""Places and the ladder each stands on (architecture: a place is a point on a ladder).

A Norwegian place: settlement or city district → municipality → county → landsdel → Norway. Regions, valleys and
fjords enter above the municipality. Abroad: city → country → world region. Svalbard and Sápmi are rungs
of their own. A name that several places share gives several places; what they have in common is found by
``common_rungs``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer.phrases import PhraseTable

__all__ = ["Level", "Place", "Places", "Rung", "common_rungs"]


class Level(IntEnum):
    """How coarse a rung is; a higher number is coarser. Levels of equal coarseness differ by kind."""

    FARM = 0
    SETTLEMENT = 10
    CITY = 11
    MUNICIPALITY = 20
    REGION = 30
    COUNTY = 40
    LANDSDEL = 50
    SVALBARD = 51
    SAPMI = 52
    COUNTRY = 60
    WORLD_REGION = 70


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: its level, its name in Bokmål and Nynorsk, its number and population where known.

    ``population`` is that of a municipality, county or landsdel, rounded, of 2024; ``None`` where it is not known
    (settlements, places abroad).
    """

    level: Level
    name: str
    name_nn: str = ""
    number: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place and its ladder from the finest rung (the place itself) to the coarsest.

    ``kind`` says what it is: settlement, district, neighbourhood, municipality, former_municipality, county,
    former_county, landsdel, city, country, world_region, svalbard, sapmi or a kind of nature (valley, fjord …).
    ``is_word`` says that the same letters are an everyday word; ``indexed`` that it comes from a dump the user
    added (many farms and hills share their names with words there).
    """

    name: str
    kind: str
    rungs: tuple[Rung, ...]
    is_word: bool = False
    indexed: bool = False

    def at_least(self, level: Level) -> Rung:
        """Return the finest rung that is no finer than ``level``; the coarsest there is if none reaches it."""
        return next((rung for rung in self.rungs if rung.level >= level), self.rungs[-1])

    def with_population(self, minimum: int) -> Rung:
        """Return the finest rung known to hold at least ``minimum`` people; countries and beyond always do."""
        for rung in self.rungs:
            if rung.level >= Level.COUNTRY or (rung.population is not None and rung.population >= minimum):
                return rung
        return self.rungs[-1]


def common_rungs(places: Iterable[Place]) -> tuple[Rung, ...]:
    """Return the rungs that all of some places share, finest first; empty if they share none."""
    ladders = [place.rungs for place in places]
    if not ladders:
        return ()
    shared = set(ladders[0]).intersection(*ladders[1:])
    return tuple(rung for rung in ladders[0] if rung in shared)


class _Key(NamedTuple):
    table: str
    at: int


class Places:
    """Every shipped place by name, built on first use; ladders are made when asked for."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words
        self.resolve = lru_cache(maxsize=4096)(self._resolve)

    @cached_property
    def table(self) -> PhraseTable[_Key]:
        """Return all names of places with where their row stands."""
        return PhraseTable(self._entries())

    def _entries(self) -> Iterable[tuple[str, _Key]]:
        for table, columns in _NAME_COLUMNS.items():
            lexicon = load_lexicon(table)
            at = [lexicon.columns.index(column) for column in columns]
            for number, row in enumerate(lexicon.rows):
                key = _Key(table, number)
                for column in at:
                    for name in row[column].split("|"):
                        if name:
                            yield name, key

    def places(self, keys: Iterable[_Key]) -> tuple[Place, ...]:
        """Return the places of some keys, each once; a county of today hides the county it replaced."""
        by_ladder: dict[tuple[Rung, ...], Place] = {}
        for key in keys:
            for place in self.resolve(key):
                by_ladder.setdefault(place.rungs, place)
        found = by_ladder.values()
        current = {place.name for place in found if place.kind == "county"}
        return tuple(
            place for place in found if not (place.kind == "former_county" and place.name in current)
        )

    def _resolve(self, key: _Key) -> tuple[Place, ...]:
        row = load_lexicon(key.table).rows[key.at]
        return tuple(getattr(self, f"_from_{key.table}")(row))

    def municipality(self, number: str) -> tuple[Rung, ...]:
        """Return the ladder of a municipality by its number of 2024; empty if there is none."""
        row = self._municipalities.get(number)
        return () if row is None else (self._municipality_rung(row), *self.county(number[:2]))

    def county(self, number: str) -> tuple[Rung, ...]:
        """Return the ladder of a county of 2024 by its number; empty if there is none."""
        row = self._counties.get(number)
        if row is None:
            return ()
        rung = Rung(Level.COUNTY, row[1], row[1], number, self._populations[number])
        return (rung, *self.landsdel(row[4].split("|")[0]))

    def landsdel(self, name: str) -> tuple[Rung, ...]:
        """Return the ladder of a landsdel by its id (``nord-norge`` …)."""
        _, nb, nn, _ = next(row for row in load_lexicon("landsdeler").rows if row[0] == name)
        people = sum(self._populations[number] for number, row in self._counties.items() if row[4] == name)
        return (Rung(Level.LANDSDEL, nb, nn, "", people), self._norway)

    def landless(self) -> tuple[Rung, ...]:
        """Return the ladder of a Norwegian place whose municipality is not known."""
        return (self._norway,)

    @cached_property
    def _norway(self) -> Rung:
        return Rung(Level.COUNTRY, "Norge", "Noreg", "", sum(self._populations.values()))

    @cached_property
    def _municipalities(self) -> dict[str, tuple[str, ...]]:
        return {row[0]: row for row in load_lexicon("municipalities").rows}

    @cached_property
    def _counties(self) -> dict[str, tuple[str, ...]]:
        return {row[0]: row for row in load_lexicon("counties").rows if row[2].endswith("-")}

    @cached_property
    def _populations(self) -> dict[str, int]:
        people: dict[str, int] = {}
        for row in self._municipalities.values():
            people[row[2]] = people.get(row[2], 0) + int(row[3])
        return people

    @staticmethod
    def _municipality_rung(row: tuple[str, ...]) -> Rung:
        return Rung(Level.MUNICIPALITY, row[1], row[1], row[0], int(row[3]))

    def _place(self, name: str, kind: str, rungs: Iterable[Rung]) -> Place:
        return Place(name, kind, tuple(rungs), is_word=name.lower() in self._words)

    def _from_municipalities(self, row: tuple[str, ...]) -> Iterable[Place]:
        yield self._place(row[1], "municipality", self.municipality(row[0]))

    def _from_former_municipalities(self, row: tuple[str, ...]) -> Iterable[Place]:
        for successor in row[3].split("|"):
            rungs = (Rung(Level.SETTLEMENT, row[0], row[0]), *self.municipality(successor))
            yield self._place(row[0], "former_municipality", rungs)

    def _from_counties(self, row: tuple[str, ...]) -> Iterable[Place]:
        if row[2].endswith("-"):
            yield self._place(row[1], "county", self.county(row[0]))
            return
        people = sum(self._populations[number] for number in row[3].split("|"))
        own = Rung(Level.COUNTY, row[1], row[1], "", people if "|" in row[3] else None)
        yield self._place(row[1], "former_county", (own, *self.landsdel(row[4].split("|")[0])))

    def _from_landsdeler(self, row: tuple[str, ...]) -> Iterable[Place]:
        yield self._place(row[1], "landsdel", self.landsdel(row[0]))

    def _from_settlements(self, row: tuple[str, ...]) -> Iterable[Place]:
        own = Rung(Level.SETTLEMENT, row[0], row[0])
        yield self._place(row[0], row[2], (own, *self.municipality(row[1])))

    def _from_nature(self, row: tuple[str, ...]) -> Iterable[Place]:
        own = Rung(Level.REGION, row[0], row[0])
        counties = row[2].split("|") if row[2] else []
        areas = row[3].split("|")
        if len(counties) == 1:
            above = self.county(counties[0])
        elif len(areas) == 1:
            above = self.landsdel(areas[0])
        else:
            above = (self._norway,)
        yield self._place(row[0], row[1], (own, *above))

    def _from_sami_kven_places(self, row: tuple[str, ...]) -> Iterable[Place]:
        if row[3] == "sapmi":
            yield self._place(
                row[0],
                "sapmi",
                (Rung(Level.SAPMI, "Sápmi", "Sápmi"), Rung(Level.WORLD_REGION, "Norden", "Norden")),
            )
            return
        # a name that is the same in both languages (Lierne) would send its own row round in a circle
        norwegian = [key for key in self.table.get(row[2]) if key.table != "sami_kven_places"]
        known = [place for place in self.places(norwegian) if place.name == row[2]]
        for place in known:
            yield Place(row[0], place.kind, place.rungs)

    def _from_abroad(self, row: tuple[str, ...]) -> Iterable[Place]:
        name, level, country, region, _ = row
        world = Rung(Level.WORLD_REGION, region, region)
        if level == "svalbard":
            own = Rung(Level.SVALBARD, "Svalbard", "Svalbard")
            finer = () if name == "Svalbard" else (Rung(Level.SETTLEMENT, name, name),)
            yield self._place(name, "svalbard", (*finer, own, self._norway))
        elif level == "sapmi":
            yield self._place(name, "sapmi", (Rung(Level.SAPMI, "Sápmi", "Sápmi"), world))
        elif level == "world_region":
            yield self._place(name, "world_region", (Rung(Level.WORLD_REGION, name, name),))
        elif level == "country":
            rungs = (
                (self._norway,) if name in ("Norge", "Noreg") else (Rung(Level.COUNTRY, name, name), world)
            )
            yield self._place(name, "country", rungs)
        else:
            own = Rung(Level.CITY if level == "city" else Level.REGION, name, name)
            yield self._place(
                name, level, (own, Rung(Level.COUNTRY, country, country), world) if country else (own, world)
            )


_NAME_COLUMNS = {
    "municipalities": ("name", "parallel", "also"),
    "former_municipalities": ("name",),
    "counties": ("name", "parallel"),
    "landsdeler": ("nb", "nn", "also"),
    "settlements": ("name",),
    "nature": ("name",),
    "sami_kven_places": ("name",),
    "abroad": ("name", "also"),
}
