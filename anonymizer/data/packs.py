"""Rule packs: one YAML file a way of working, each extending another, resolved and checked on load.

A pack says how participants are named, what becomes of each type of identifier, and what later checks measure
against. ``load_pack`` merges the chain of ``extends`` key by key, the nearer file winning, then validates the
whole; whatever is wrong is a ``PackError`` naming the file, line and key where it was written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import Field, model_validator

from anonymizer.data.location import rules_dir
from anonymizer.data.strict import Strict, Text
from anonymizer.data.yamlfile import KeyPath, Place, YamlFile, load_yaml, parse_model
from anonymizer.errors import PackError
from anonymizer.model import Action, EntityType, Tier

__all__ = [
    "Audio",
    "Certainty",
    "CheckSetting",
    "Dialect",
    "DialectPolicy",
    "Gender",
    "KeepByDecision",
    "Label",
    "Linkability",
    "MemberCheck",
    "Naming",
    "Pack",
    "Parameters",
    "Participants",
    "Quotes",
    "Region",
    "Storage",
    "ThirdPersons",
    "To",
    "Treatment",
    "list_packs",
    "load_pack",
]

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")


class Certainty(StrEnum):
    """How sure a pack's source is: public source, general knowledge, or done in a study (rules.md)."""

    PUBLIC = "public"
    KNOWLEDGE = "knowledge"
    STUDY = "study"


class Naming(StrEnum):
    """How a participant is called in what leaves the study."""

    FICTIVE_NAME = "fictive-name"
    NUMBER = "number"
    CODENAME = "codename"
    NONE = "none"


class ThirdPersons(StrEnum):
    """How a person spoken about is called: by relation (else ``[person 2]``), or by a fictive name."""

    RELATION = "relation"
    FICTIVE_NAME = "fictive-name"


class Label(Strict):
    """The word for a participant in speaker labels and marks, in each written standard."""

    nb: Annotated[str, Field(pattern=r"^\w[\w ]*$")] = "Informant"
    nn: Annotated[str, Field(pattern=r"^\w[\w ]*$")] = "Informant"


class Participants(Strict):
    """How participants are named, and whether the study may know who they are."""

    naming: Naming
    identity: Literal["required", "forbidden"]
    label: Label = Label()

    @model_validator(mode="after")
    def _no_names_without_identity(self) -> Participants:
        if self.identity == "forbidden" and self.naming is Naming.FICTIVE_NAME:
            raise ValueError("naming fictive-name needs identity; use number, codename or none")
        return self


class To(StrEnum):
    """What stands where an identifier stood."""

    SURROGATE = "surrogate"
    RELATION = "relation"
    CATEGORY = "category"
    REMOVE = "remove"
    RUNG = "rung"
    BAND = "band"
    APPROXIMATE = "approximate"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    SHIFT = "shift"


class Region(StrEnum):
    """The widest part of the country that a place's mark names."""

    COUNTY = "county"
    LANDSDEL = "landsdel"
    NORTH_SOUTH = "north-south"
    COUNTRY = "country"


class KeepByDecision(Strict):
    """A finding of this type may stand where a recorded decision says so.

    ``pool_at_least`` is the number of people the decision must state that the name could point at (TXT-05).
    """

    pool_at_least: Annotated[int, Field(ge=1)]


_FITS: dict[To, frozenset[EntityType] | None] = {
    To.SURROGATE: frozenset({EntityType.PERSON}),
    To.RELATION: frozenset({EntityType.PERSON}),
    To.CATEGORY: None,
    To.REMOVE: None,
    To.RUNG: frozenset(
        {EntityType.LOCATION, EntityType.DEMONYM, EntityType.POSTCODE, EntityType.STREET_ADDRESS}
    ),
    To.BAND: frozenset({EntityType.AGE}),
    To.APPROXIMATE: frozenset({EntityType.AGE}),
    To.MONTH: frozenset({EntityType.DATE_TIME}),
    To.SEASON: frozenset({EntityType.DATE_TIME}),
    To.YEAR: frozenset({EntityType.DATE_TIME}),
    To.DECADE: frozenset({EntityType.DATE_TIME}),
    To.SHIFT: frozenset({EntityType.DATE_TIME}),
}
_OWN_KEYS = {
    "width": To.BAND,
    "population_at_least": To.RUNG,
    "region": To.RUNG,
    "max_days": To.SHIFT,
}


class Treatment(Strict):
    """What becomes of one type of identifier.

    ``width`` is the band's years; ``population_at_least`` how many people must live in what a place's mark
    names; ``max_days`` the largest shift of a participant's dates. ``tier`` may raise the contract's tier.
    """

    action: Action
    to: To = To.CATEGORY
    tier: Tier | None = None
    width: Annotated[int, Field(ge=2, le=50)] | None = None
    population_at_least: Annotated[int, Field(ge=1)] | None = None
    region: Region | None = None
    max_days: Annotated[int, Field(ge=7, le=3650)] | None = None
    keep: KeepByDecision | None = None

    @model_validator(mode="after")
    def _keys_fit(self) -> Treatment:
        for key, to in _OWN_KEYS.items():
            if getattr(self, key) is not None and self.to is not to:
                raise ValueError(
                    f"{key} means nothing with to: {self.to.value}; write to: {to.value} or drop it"
                )
        return self

    @property
    def band_width(self) -> int:
        """Return the width of an age band in years (default 10, NSD's example)."""
        return self.width or 10

    @property
    def population(self) -> int:
        """Return the least population of what a mark may name (default 20 000, rules.md c)."""
        return self.population_at_least or 20_000


class DialectPolicy(StrEnum):
    """What becomes of dialect words."""

    KEEP = "keep"
    FLAG = "flag"
    NORMALISE = "normalise"


class Dialect(Strict):
    """Dialect kept, shown to a person, or rewritten; ``standard`` is the transcript's own."""

    policy: DialectPolicy
    to: Literal["nb", "nn", "standard"] = "standard"


class Gender(StrEnum):
    """Whether a participant's gender may be read from what leaves."""

    KEEP = "keep"
    NEUTRALISE = "neutralise"


class Linkability(StrEnum):
    """Whether a reader can tell that two quotes are one person's, and by what."""

    NONE = "none"
    NUMBER = "number"
    PSEUDONYM = "pseudonym"


class Quotes(Strict):
    """Quotes meant for publication."""

    linkability: Linkability


class Audio(Strict):
    """Recordings: whether there may be any, and when they must be gone."""

    allowed: bool
    delete: Literal["at-once", "after-transcription", "after-analysis", "project-end"] = "after-transcription"
    within_days: Annotated[int, Field(ge=0, le=3650)] = 14


class Storage(Strict):
    """The least class the material has, the institution's matrix, and how near the key table may lie."""

    class_: Annotated[Literal["green", "yellow", "red", "black"], Field(alias="class")]
    matrix: str | None = None
    key_table_same_volume: Literal["warn", "block"] = "warn"


class MemberCheck(Strict):
    """What participants get to see before publication."""

    of: Literal["none", "transcript", "quotes", "results"] = "none"
    required: bool = False


class CheckSetting(Strict):
    """How this pack sets one check: its severity, whether it may be waived, what holds its step back, parameters."""

    severity: Literal["block", "warn", "info", "off"] | None = None
    waivable: bool | None = None
    holds_back: Literal["unanswered", "failed", "nothing"] | None = None
    parameters: dict[str, bool | int | float | str] = Field(default_factory=dict)


class Parameters(Strict):
    """What risk is measured against (rules.md c); ``recruitment_pool`` is the number a study states."""

    k_warn: Annotated[int, Field(ge=2)] = 5
    k_release: Annotated[int, Field(ge=2)] = 6
    population_at_least: Annotated[int, Field(ge=1)] = 20_000
    small_number: Annotated[int, Field(ge=1)] = 3
    recruitment_pool: Annotated[int, Field(ge=1)] | None = None


class Pack(Strict):
    """A resolved pack: everything a way of working decides, with nothing left to inherit."""

    id: Annotated[str, Field(pattern=_ID.pattern.replace(r"\Z", "$"))]
    title: Text
    description: Text
    source: Annotated[str, Field(min_length=1)]
    certainty: Certainty
    valid_from: date
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    institution: str | None = None
    extends: str | None = None
    participants: Participants
    third_persons: ThirdPersons
    types: dict[EntityType, Treatment]
    dialect: Dialect
    gender: Gender
    quotes: Quotes
    audio: Audio
    storage: Storage
    member_check: MemberCheck = MemberCheck()
    parameters: Parameters = Parameters()
    checks: dict[str, CheckSetting] = Field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the resolved content, hexadecimal: the same for the same rules."""
        content = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def treatment(self, entity_type: EntityType) -> Treatment:
        """Return what becomes of this type."""
        return self.types[entity_type]

    def action(self, entity_type: EntityType) -> Action:
        """Return whether this type is replaced or only flagged."""
        return self.types[entity_type].action

    def tier(self, entity_type: EntityType) -> Tier:
        """Return the tier of this type: the contract's, or the higher one the pack gives."""
        return self.types[entity_type].tier or entity_type.tier


def list_packs() -> tuple[str, ...]:
    """Return the ids of the packs that ship with the program, in alphabetical order."""
    return tuple(sorted(path.stem for path in (rules_dir() / "packs").glob("*.yaml")))


def load_pack(id_or_path: str | Path) -> Pack:
    """Return the pack of this id, or in this file, with everything it extends resolved.

    Raises ``PackError`` for an unknown pack, a cycle of ``extends``, an unknown key, a wrong type, a
    lowered tier.
    """
    data, places, top = _resolve(_find(id_or_path, beside=None), ())
    pack = parse_model(Pack, data, places)
    _check_types(pack, places)
    if top.path.parent == rules_dir() / "packs" and pack.id != top.path.stem:
        raise PackError(
            "the id is not the file's name", where=places[("id",)].named(("id",)), hint="make them equal"
        )
    return pack


def _find(id_or_path: str | Path, *, beside: Path | None, where: str = "") -> Path:
    given = Path(id_or_path)
    if given.suffix in {".yaml", ".yml"} or len(given.parts) > 1:
        if given.is_file():
            return given.resolve()
        raise PackError("there is no such pack file", where=where or given.name, hint="check the path")
    folders = ([beside] if beside else []) + [rules_dir() / "packs"]
    if _ID.match(str(id_or_path)):
        for folder in folders:
            if (folder / f"{id_or_path}.yaml").is_file():
                return (folder / f"{id_or_path}.yaml").resolve()
    raise PackError(
        "there is no pack of this id", where=where, hint=f"use a file or one of {', '.join(list_packs())}"
    )


def _resolve(path: Path, below: tuple[Path, ...]) -> tuple[dict[str, Any], dict[KeyPath, Place], YamlFile]:
    file = load_yaml(path)
    if not isinstance(file.data, dict):
        raise PackError("a pack is a mapping of keys", where=f"{path.name}, line 1", hint="see docs/packs.md")
    parent = file.data.get("extends")
    if parent is None:
        return dict(file.data), dict(file.places), file
    key: KeyPath = ("extends",)
    where = file.places[key].named(key)
    if not isinstance(parent, str):
        raise PackError("extends names one pack", where=where, hint="write the id of a pack")
    above = _find(parent, beside=path.parent, where=where)
    if above in (*below, path):
        raise PackError(
            "the packs extend each other in a circle", where=where, hint="extend sikt-base instead"
        )
    data, places, _ = _resolve(above, (*below, path))
    _check_tiers(data, file)
    merged = _merge(data, file.data, (), places, file)
    return merged, places, file


def _merge(
    base: dict[Any, Any], own: dict[Any, Any], key: KeyPath, places: dict[KeyPath, Place], file: YamlFile
) -> dict[Any, Any]:
    """Lay ``own`` over ``base``, mappings key by key, all else whole; note where each value now stands."""
    merged = dict(base)
    if len(key) == 2 and key[0] == "types" and own.get("to", base.get("to")) != base.get("to"):
        for name in _OWN_KEYS:  # they belong to the way that is given up
            merged.pop(name, None)
    for name, value in own.items():
        here = (*key, name)
        if isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _merge(merged[name], value, here, places, file)
        else:
            merged[name] = value
        for path, place in file.places.items():
            if path[: len(here)] == here:
                places[path] = place
    return merged


def _check_tiers(base: dict[str, Any], file: YamlFile) -> None:
    """Refuse a tier lower than the one inherited; values that are no tiers are left to the model."""
    own, inherited = file.data.get("types"), base.get("types")
    if not isinstance(own, dict) or not isinstance(inherited, dict):
        return
    for name, treatment in own.items():
        before = inherited.get(name)
        ranks = [
            Tier(each["tier"]).rank
            for each in (treatment, before)
            if isinstance(each, dict) and each.get("tier") in list(Tier)
        ]
        if len(ranks) == 2 and ranks[0] < ranks[1]:
            _lowered(("types", name, "tier"), file.places)


def _lowered(key: KeyPath, places: Mapping[KeyPath, Place]) -> NoReturn:
    place = places.get(key)
    raise PackError(
        "a pack may raise a tier, never lower it",
        where=place.named(key) if place else "",
        hint="drop the key",
    )


def _check_types(pack: Pack, places: dict[KeyPath, Place]) -> None:
    missing = [one.value for one in EntityType if one not in pack.types]
    if missing:
        where = places[("types",)].named(("types",))
        raise PackError(
            f"no treatment for {', '.join(missing)}", where=where, hint="list every type or extend sikt-base"
        )
    for entity_type, treatment in pack.types.items():
        key: KeyPath = ("types", entity_type.value)
        if treatment.tier is not None and treatment.tier.rank < entity_type.tier.rank:
            _lowered((*key, "tier"), places)
        fits = _FITS[treatment.to]
        if fits is not None and entity_type not in fits:
            place = places.get((*key, "to"), places[key])
            names = ", ".join(sorted(one.value for one in fits))
            raise PackError(f"to: {treatment.to.value} is only for {names}", where=place.named((*key, "to")))
        if treatment.action is Action.FLAG and pack.tier(entity_type) is Tier.DIRECT:
            place = places.get((*key, "action"), places[key])
            raise PackError(
                "a direct identifier must be replaced",
                where=place.named((*key, "action")),
                hint="write action: replace",
            )
