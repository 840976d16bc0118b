"""The words that stand where identifiers stood, read from ``rules/categories/`` and checked on load."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir
from anonymizer.model import EntityType, Standard

__all__ = [
    "Codenames",
    "FictiveNames",
    "Marks",
    "Numbers",
    "OrganisationWords",
    "PlaceWords",
    "Relation",
    "Relations",
    "StandardWords",
    "Wording",
    "codenames",
    "fictive_names",
    "fold",
    "mark",
    "marks",
    "numbers",
    "organisation_words",
    "place_words",
    "relation_of",
    "relations",
    "standard_words",
]

_SPACE = re.compile(r"\s+")


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Words):
    """One thing said in Bokmål and in Nynorsk."""

    nb: Annotated[str, Field(min_length=1)]
    nn: Annotated[str, Field(min_length=1)]

    def say(self, standard: Standard) -> str:
        """Return the words in this written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class Instead(_Words):
    """A wording to use instead of another."""

    nb: str
    nn: str
    use_nb: str
    use_nn: str

    def in_place(self, text: str, standard: Standard) -> str:
        """Return the text with the one wording put for the other."""
        if standard is Standard.NYNORSK:
            return text.replace(self.nn, self.use_nn)
        return text.replace(self.nb, self.use_nb)


class Marks(_Words):
    """The category that stands for each type, and the marks that belong to no type."""

    source: str
    types: dict[EntityType, Wording]
    removed: Wording
    interviewer: Wording
    interviewer_label: Wording
    participant: Wording
    withdrawn: Wording
    instead: tuple[Instead, ...]


class Relation(_Words):
    """A way of being related to the speaker: its mark, and the words that show it.

    ``owned`` words ("mannen", "guten") show it only beside a possessive.
    """

    id: str
    gender: Annotated[str, Field(pattern="^[fmx]$")]
    nb: str
    nn: str
    forms: tuple[str, ...]
    owned: tuple[str, ...] = ()

    def say(self, standard: Standard) -> str:
        """Return the definite form in this written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class Relations(_Words):
    """Every relation, with the small words that may stand between it and a name."""

    source: str
    possessives: tuple[str, ...]
    links: tuple[str, ...]
    having: tuple[str, ...]
    articles: tuple[str, ...]
    apposition: tuple[str, ...]
    relations: tuple[Relation, ...]


class Season(_Words):
    """A season: its word, its months, the forms it is written in."""

    nb: str
    nn: str
    months: tuple[int, ...]
    forms: tuple[str, ...]

    def say(self, standard: Standard) -> str:
        """Return the definite form in this written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class Numbers(_Words):
    """Numbers, months, weekdays and seasons in words, and how ages and dates are told coarsely."""

    source: str
    units: dict[str, int]
    tens: dict[str, int]
    ordinals: dict[str, int]
    months: dict[str, int]
    month_names: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    weekdays: tuple[str, ...]
    seasons: dict[str, Season]
    feasts: dict[str, int]
    words: dict[str, Wording]


class Part(_Words):
    """A part of the country as it stands after a kind of place, and how many live there."""

    nb: str
    nn: str
    people: int
    half: Annotated[str, Field(pattern="^(?:north|south)$")]

    def say(self, standard: Standard) -> str:
        """Return preposition and name in this written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class PlaceWords(_Words):
    """How a place is told without its name."""

    source: str
    kinds: dict[str, Wording]
    small_below: int
    middle_below: int
    regions: dict[str, Part]
    halves: dict[str, Wording]
    country: Wording
    abroad: dict[str, Wording]
    forms: dict[str, tuple[str, ...]]
    demonym: Wording


class OrganisationCategory(_Words):
    """A kind of organisation, and the words or lexicon kinds that show it."""

    id: str
    nb: str
    nn: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]

    def say(self, standard: Standard) -> str:
        """Return the category in this written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class OrganisationWords(_Words):
    """The kinds of organisation in the order they are tried."""

    source: str
    default: Wording
    categories: tuple[OrganisationCategory, ...]


class StandardWords(_Words):
    """Words that stand in one written standard alone."""

    source: str
    nb: tuple[str, ...]
    nn: tuple[str, ...]


class Codenames(_Words):
    """Code names: things, neither people nor places."""

    source: str
    names: tuple[str, ...]


class FictiveNames(_Words):
    """Common first names by gender and decade of birth."""

    source: str
    f: dict[Annotated[int, Field(ge=1900)], tuple[str, ...]]
    m: dict[Annotated[int, Field(ge=1900)], tuple[str, ...]]
    x: dict[Annotated[int, Field(ge=1900)], tuple[str, ...]]

    def of(self, gender: str) -> dict[int, tuple[str, ...]]:
        """Return the names of a gender (``f``, ``m``; anything else is ``x``) by decade."""
        return {"f": self.f, "m": self.m}.get(gender, self.x)


_Model = TypeVar("_Model", bound=_Words)


def _load(name: str, model: type[_Model]) -> _Model:
    return load_yaml(rules_dir() / "categories" / f"{name}.yaml").parse(model)


@cache
def marks() -> Marks:
    """Return the marks by type."""
    return _load("marks", Marks)


@cache
def relations() -> Relations:
    """Return the relations and the words that show them."""
    return _load("relations", Relations)


def relation_of(word: str) -> Relation | None:
    """Return the relation or role that a word names, such as ``søster`` or ``fastlege``; ``None`` if no list has it."""
    wanted = fold(word)
    return next(
        (one for one in relations().relations if wanted in {one.id, one.nb, one.nn, *one.forms, *one.owned}),
        None,
    )


@cache
def numbers() -> Numbers:
    """Return numbers, months and seasons in words."""
    return _load("numbers", Numbers)


@cache
def place_words() -> PlaceWords:
    """Return how places are told without their names."""
    return _load("places", PlaceWords)


@cache
def organisation_words() -> OrganisationWords:
    """Return the kinds of organisation."""
    return _load("organisations", OrganisationWords)


@cache
def standard_words() -> StandardWords:
    """Return the words that tell the written standard."""
    return _load("standard", StandardWords)


@cache
def codenames() -> Codenames:
    """Return the code names."""
    return _load("codenames", Codenames)


@cache
def fictive_names() -> FictiveNames:
    """Return the fictive first names."""
    return _load("fictive_names", FictiveNames)


def mark(words: str, number: int | None = None) -> str:
    """Return words as a mark in the text: ``[søsteren]``, ``[person 2]``."""
    return f"[{words} {number}]" if number is not None else f"[{words}]"


def fold(text: str) -> str:
    """Return text as it is compared: lower case, one space between words, one kind of apostrophe."""
    return _SPACE.sub(" ", text.replace("’", "'").replace("‘", "'")).strip().casefold()
