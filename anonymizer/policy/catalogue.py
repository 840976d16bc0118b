"""The rules as data: ``rules/checks/``, one YAML a family, each rule bound to a named check function.

Whatever is wrong is a ``PackError`` naming file, line and key: an unknown function, parameters of a wrong type, a rule
that needs itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from anonymizer.data import Pack, Strict, Text, YamlFile, load_yaml, parse_model, rules_dir
from anonymizer.errors import PackError
from anonymizer.policy import functions as _functions  # noqa: F401 - registers every check function
from anonymizer.policy.registry import HoldsBack, Parameters, Severity, Step, bound, names
from anonymizer.policy.sources import unknown_marks

__all__ = [
    "Catalogue",
    "Rule",
    "Settings",
    "Variant",
    "checks",
    "load_checks",
    "settings_of",
    "validate_settings",
]

_ID = re.compile(r"[A-Z]{3,4}-[0-9]{2}\Z")
_STRICTEST = tuple(HoldsBack)
_RANK = {"off": 0, "info": 1, "warn": 2, "block": 3}


class Variant(Strict):
    """Another wording of a rule where law is changing or sources disagree.

    Chosen by the project's dates (``valid_from`` to ``valid_to``, both included) and ``institution``, or by name
    (parameter ``variant`` in a pack). One with no condition at all is chosen by name only, where its
    commencement is not known.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    why: Annotated[str, Field(min_length=1)]
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    institution: str | None = None
    requirement: Text | None = None
    citation: str | None = None
    severity: Severity | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)

    def fits(self, day: dt.date, institution: str) -> bool:
        """Tell whether the dates and the institution choose this variant."""
        if (self.valid_from, self.valid_to, self.institution) == (None, None, None):
            return False
        return (
            (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
            and (self.institution is None or self.institution.casefold() == institution.casefold())
        )


class Rule(Strict):
    """One row of the table: what is required, by whom, how sure, how it is checked and what it guards.

    ``holds_back`` says on what a blocking rule refuses its step, where that differs from the step's own way.
    """

    requirement: Text
    citation: Annotated[str, Field(min_length=1)]
    certainty: Annotated[str, Field(pattern=r"^(public|knowledge|study)$")]
    severity: Severity
    guards: Step
    waivable: bool
    holds_back: HoldsBack | None = None
    check: str
    way_out: Text
    parameters: dict[str, Any] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


class _Family(Strict):
    family: Annotated[str, Field(pattern=r"^[A-Z]{3,4}$")]
    title: Text
    checks: dict[str, Rule]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule by id, in the order of the families' files, and the families' titles."""

    rules: Mapping[str, Rule]
    families: Mapping[str, Text]


def load_checks(folder: Path | None = None) -> Catalogue:
    """Return the rules in ``folder`` (default ``rules/checks``), validated."""
    rules: dict[str, Rule] = {}
    families: dict[str, Text] = {}
    files: dict[str, YamlFile] = {}
    for path in sorted((folder or rules_dir() / "checks").glob("*.yaml")):
        file = load_yaml(path)
        family = file.parse(_Family)
        families[family.family] = family.title
        for key, rule in family.checks.items():
            where = _where(file, ("checks", key))
            if not _ID.match(key) or not key.startswith(f"{family.family}-"):
                raise PackError(
                    "a rule's id is its family and two figures",
                    where=where,
                    hint=f"such as {family.family}-01",
                )
            if key in rules:
                raise PackError("another file has a rule of this id", where=where)
            _check_citations(rule, key, file)
            _bind(rule, key, file)
            rules[key], files[key] = rule, file
    _check_needs(rules, files)
    return Catalogue(rules, families)


@cache
def checks() -> Catalogue:
    """Return the rules that ship."""
    return load_checks()


def _where(file: YamlFile, key: tuple[str | int, ...]) -> str:
    place = next((file.places[key[:n]] for n in range(len(key), -1, -1) if key[:n] in file.places), None)
    return place.named(key) if place is not None else f"{file.path.name}, key {'.'.join(map(str, key))}"


def _check_citations(rule: Rule, key: str, file: YamlFile) -> None:
    given: dict[tuple[str | int, ...], str] = {("checks", key, "citation"): rule.citation}
    given |= {
        ("checks", key, "variants", position, "citation"): one.citation
        for position, one in enumerate(rule.variants)
        if one.citation is not None
    }
    for place, citation in given.items():
        strange = unknown_marks(citation)
        if strange:
            raise PackError(
                f"cites a source that is not listed: {', '.join(strange)}",
                where=_where(file, place),
                hint="add it to rules/sources.yaml",
            )


def _bind(rule: Rule, key: str, file: YamlFile) -> None:
    function = bound(rule.check)
    if function is None:
        raise PackError(
            "there is no check function of this name",
            where=_where(file, ("checks", key, "check")),
            hint=f"one of {', '.join(names())}",
        )
    _parse(function.parameters, rule.parameters, file, ("checks", key, "parameters"))
    for position, variant in enumerate(rule.variants):
        merged = {**rule.parameters, **variant.parameters}
        _parse(function.parameters, merged, file, ("checks", key, "variants", position, "parameters"))


def _parse(
    model: type[Parameters], data: Mapping[str, Any], file: YamlFile, key: tuple[str | int, ...]
) -> Parameters:
    try:
        return parse_model(model, dict(data), {})
    except PackError as error:
        raise PackError(error.what, where=_where(file, (*key, error.where)), hint=error.hint) from None


def _check_needs(rules: Mapping[str, Rule], files: Mapping[str, YamlFile]) -> None:
    done: set[str] = set()

    def walk(key: str, below: tuple[str, ...]) -> None:
        where = _where(files[key], ("checks", key, "needs"))
        if key in below:
            raise PackError(
                "the rules need each other in a circle", where=where, hint="let one of them need no other"
            )
        if key in done:
            return
        for other in rules[key].needs:
            if other not in rules:
                raise PackError("needs a rule that is not there", where=where, hint="write the id of a rule")
            walk(other, (*below, key))
        done.add(key)

    for key in rules:
        walk(key, ())


@dataclass(frozen=True, slots=True)
class Settings:
    """A rule as a pack, the dates and the institution set it; ``severity`` ``None`` is switched off."""

    rule: Rule
    severity: Severity | None
    waivable: bool
    holds_back: HoldsBack
    parameters: Parameters
    variant: str | None


def settings_of(
    key: str, rule: Rule, pack: Pack, *, day: dt.date, institution: str = "", where: str = ""
) -> Settings:
    """Return how a rule holds for a pack on a day; ``PackError`` for a setting that can't be.

    A pack may make a rule that cannot be waived stricter, never milder.
    """
    own = pack.checks.get(key)
    at = where or f"pack {pack.id}, key checks.{key}"
    asked = dict(own.parameters) if own is not None else {}
    named = asked.pop("variant", None)
    variant = next((one for one in rule.variants if one.name == named), None)
    if named is not None and variant is None:
        known = ", ".join(one.name for one in rule.variants) or "the rule has none"
        raise PackError("there is no such variant", where=f"{at}.parameters.variant", hint=known)
    if named is None:
        variant = next((one for one in rule.variants if one.fits(day, institution)), None)
    function = bound(rule.check)
    assert function is not None  # noqa: S101 - the catalogue is validated on load
    merged = {**rule.parameters, **(variant.parameters if variant else {}), **asked}
    try:
        parameters = parse_model(function.parameters, merged, {})
    except PackError as error:
        raise PackError(error.what, where=f"{at}.parameters.{error.where}", hint=error.hint) from None
    base = variant.severity if variant is not None and variant.severity is not None else rule.severity
    severity: str = own.severity if own is not None and own.severity is not None else base.value
    waivable = own.waivable if own is not None and own.waivable is not None else rule.waivable
    holds_back = rule.holds_back or HoldsBack.at(rule.guards)
    asked_back = HoldsBack(own.holds_back) if own is not None and own.holds_back is not None else holds_back
    milder = {
        "waivable": waivable,
        "severity": _RANK[severity] < _RANK[base.value],
        "holds_back": _STRICTEST.index(asked_back) > _STRICTEST.index(holds_back),
    }
    if not rule.waivable and any(milder.values()):
        what = next(name for name, is_so in milder.items() if is_so)
        raise PackError("this rule cannot be made milder", where=f"{at}.{what}", hint="drop the key")
    if variant is not None:
        changed = {"requirement": variant.requirement, "citation": variant.citation}
        rule = rule.model_copy(update={name: value for name, value in changed.items() if value is not None})
    return Settings(
        rule,
        None if severity == "off" else Severity(severity),
        waivable,
        asked_back,
        parameters,
        variant.name if variant else None,
    )


def validate_settings(pack: Pack, path: Path | None = None) -> None:
    """Raise ``PackError`` for settings of checks that a pack can't have; ``path`` gives the line as well."""
    file = load_yaml(path) if path is not None else None

    def at(key: str) -> str:
        full = ("checks", key)
        return (
            _where(file, full)
            if file is not None and full in file.places
            else f"pack {pack.id}, key checks.{key}"
        )

    known = checks().rules
    for key in pack.checks:
        if key not in known:
            raise PackError("there is no check of this id", where=at(key), hint="see: anonymizer check")
        settings_of(key, known[key], pack, day=pack.valid_from, where=at(key))
