"""A place told by what it is and where in the country it lies, at the rung the pack asks for.

A mark names a kind of place and a part of the country in which at least the pack's number of people live: ``[liten
kommune i Nord-Norge]``. What several places share a name goes to the part they have in common. A place nobody knows
is told by the form of its name (``[fjord]``), else ``[sted]``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from anonymizer.data import Region, To, Treatment
from anonymizer.model import Standard
from anonymizer.pseudonymise.wordings import Wording, fold, marks, place_words

__all__ = ["NoPlaces", "PlaceFacts", "PlaceFinder", "kind_by_form", "place_wording", "rung_rule"]

_LARGE_CITY = 100_000


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of one place.

    ``place`` is its canonical id; ``kind`` a key of ``kinds`` in places.yaml; ``population`` that of the place, or
    of the municipality it lies in; ``region`` a key of ``regions`` (landsdel, svalbard, sápmi); ``county`` its name;
    ``abroad`` a key of ``abroad``, set for places outside Norway.
    """

    place: str
    kind: str
    population: int | None = None
    region: str | None = None
    county: str | None = None
    abroad: str | None = None


class PlaceFinder(Protocol):
    """Whatever knows places: the gazetteer."""

    def places(self, text: str) -> Sequence[PlaceFacts]:
        """Return every place of this name, as written (inflected, in any case); none if it is unknown."""
        ...


class NoPlaces:
    """Knows no place, so that every mark rests on the form of the name."""

    def places(self, text: str) -> Sequence[PlaceFacts]:
        """Return nothing."""
        del text
        return ()


def rung_rule(treatment: Treatment) -> str:
    """Return the rule a wording was chosen under, as the key table remembers it."""
    if treatment.to is not To.RUNG:
        return treatment.to.value
    return f"{(treatment.region or Region.LANDSDEL).value}/{treatment.population}"


def place_wording(text: str, facts: Sequence[PlaceFacts], treatment: Treatment) -> Wording:
    """Return what the place is called instead, without brackets, in both standards."""
    words = place_words()
    if treatment.to is not To.RUNG:
        return marks().removed if treatment.to is To.REMOVE else words.kinds["place"]
    if not facts:
        return words.kinds[kind_by_form(text) or "place"]
    kinds = {_kind(one) for one in facts}
    kind = words.kinds[kinds.pop() if len(kinds) == 1 else "place"]
    where = _where(facts, treatment)
    if where is None:
        return kind
    return Wording(nb=f"{kind.nb} {where.nb}", nn=f"{kind.nn} {where.nn}")


def _kind(facts: PlaceFacts) -> str:
    words = place_words()
    people = facts.population
    if facts.kind == "municipality" and people is not None and facts.abroad is None:
        if people < words.small_below:
            return "small_municipality"
        if people < words.middle_below:
            return "middle_municipality"
        return "large_city" if people >= _LARGE_CITY else "large_municipality"
    if facts.kind == "city" and people is not None and people >= words.middle_below:
        return "large_city"
    return facts.kind if facts.kind in words.kinds else "place"


def _where(facts: Sequence[PlaceFacts], treatment: Treatment) -> Wording | None:
    """Return the smallest part of the country that the pack allows and that all these places lie in."""
    words = place_words()
    abroad = {one.abroad for one in facts}
    if abroad != {None}:
        only = abroad.pop() if len(abroad) == 1 else None
        return words.abroad.get(only) if only is not None else None
    asked = treatment.region or Region.LANDSDEL
    counties, regions = {one.county for one in facts}, {one.region for one in facts}
    if asked is Region.COUNTY and len(counties) == 1 and (county := next(iter(counties))) is not None:
        return Wording(nb=f"i {county}", nn=f"i {county}")
    if len(regions) == 1 and (region := next(iter(regions))) in words.regions:
        part = words.regions[region]
        if asked in {Region.COUNTY, Region.LANDSDEL} and part.people >= treatment.population:
            return Wording(nb=part.nb, nn=part.nn)
    halves = {words.regions[one].half if one in words.regions else None for one in regions}
    half = halves.pop() if len(halves) == 1 else None
    if asked is not Region.COUNTRY and half is not None:
        return words.halves[half]
    return words.country


def kind_by_form(text: str) -> str | None:
    """Return the kind of place that the form of the name says: ``Randsfjorden`` is a fjord."""
    name = fold(text)
    endings = [(ending, kind) for kind, all_of in place_words().forms.items() for ending in all_of]
    for ending, kind in sorted(endings, key=lambda one: -len(one[0])):
        if name.endswith((ending, f"{ending}s")) and len(name) > len(ending) + 2:
            return kind
    return None


_COMPOUND = re.compile(r"^(?P<name>.+?)(?P<tail>-[^\W\d_]+)$")


def split_compound(text: str) -> tuple[str, str]:
    """Return name and tail of a compound such as ``Hyen-ruta`` whose tail is an everyday word, not a name."""
    match = _COMPOUND.match(text)
    if match and match["tail"][1].islower() and text[0].isupper():
        return match["name"], match["tail"]
    return text, ""


def demonym_wording(wording: Wording) -> Wording:
    """Return what an inhabitant is called, from the wording of the place: ``person fra Trøndelag``."""
    words = place_words()
    bare = {one: re.sub(r"^.*?\b(?:i|på) (?=[A-ZÆØÅÁ])", "", getattr(wording, one)) for one in ("nb", "nn")}
    if bare["nb"] == wording.nb:
        return marks().types[next(one for one in marks().types if one.value == "DEMONYM")]
    return Wording(nb=words.demonym.nb.format(place=bare["nb"]), nn=words.demonym.nn.format(place=bare["nn"]))


def say_place(nb: str, nn: str, standard: Standard) -> str:
    """Return the wording of a row in this written standard."""
    return nn if standard is Standard.NYNORSK else nb
