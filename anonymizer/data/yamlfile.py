"""A YAML file that remembers where each key stands, so that every error can name file, line and key.

Plain YAML 1.2 scalars: only ``true`` and ``false`` are booleans (``no`` is a country and a word, not a
falsehood) and dates stay text until a model reads them. A key that stands twice is refused: the second would
silently win.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from anonymizer.errors import PackError

__all__ = ["KeyPath", "Place", "YamlFile", "load_yaml", "parse_model"]

KeyPath = tuple[str | int, ...]
"""The way to a value: mapping keys and list positions from the top."""

Model = TypeVar("Model", bound=BaseModel)

_MAX_BYTES = 5_000_000
_MAX_DEPTH = 50
_SHOWN = 120
"""Characters of a key path in an error."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml reads ten times faster
    """YAML 1.2's few implicit types, nothing that runs code."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: file and line, counted from 1."""

    path: Path
    line: int

    def named(self, key: KeyPath) -> str:
        """Return ``file, line n, key a.b`` for an error message."""
        where = f"{self.path.name}, line {self.line}"
        return f"{where}, key {'.'.join(map(str, key))[:_SHOWN]}" if key else where


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The data of a file and, for each key path, where it stands."""

    path: Path
    data: Any
    places: Mapping[KeyPath, Place]

    def parse(self, model: type[Model]) -> Model:
        """Return the data as ``model``; raise ``PackError`` naming file, line and key."""
        return parse_model(model, self.data, self.places)


def load_yaml(path: Path) -> YamlFile:
    """Read one YAML file; raise ``PackError`` if it is missing, no YAML, or repeats a key."""
    try:
        raw = path.read_bytes()
    except OSError:
        raise PackError(
            "the file cannot be read", where=path.name, hint="check its name and rights"
        ) from None
    if len(raw) > _MAX_BYTES:
        raise PackError("the file is too large", where=path.name, hint=f"keep it under {_MAX_BYTES} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PackError(
            "not UTF-8", where=f"{path.name}, line {line}", hint="save the file as UTF-8"
        ) from None
    places: dict[KeyPath, Place] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            _note_places(node, (), path, places)
            data = None if node is None else loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        raise PackError(
            f"not valid YAML: {error.problem}",
            where=where,
            hint="check indentation, colons and quotation marks",
        ) from None
    except yaml.YAMLError:
        raise PackError("not valid YAML", where=path.name, hint="check for control characters") from None
    return YamlFile(path, data, places)


def _note_places(node: yaml.Node | None, key: KeyPath, path: Path, places: dict[KeyPath, Place]) -> None:
    if node is None:
        return
    if len(key) > _MAX_DEPTH:
        raise PackError("nested too deeply", where=path.name, hint="flatten the file")
    places.setdefault(key, Place(path, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                where = f"{path.name}, line {name.start_mark.line + 1}"
                raise PackError("a key must be a plain word", where=where, hint="write key: value")
            here = (*key, name.value)
            place = Place(path, name.start_mark.line + 1)
            if name.value in seen:
                raise PackError("the key stands twice", where=place.named(here), hint="keep one of them")
            seen.add(name.value)
            places[here] = place
            _note_places(value, here, path, places)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _note_places(value, (*key, position), path, places)


def parse_model(model: type[Model], data: object, places: Mapping[KeyPath, Place]) -> Model:
    """Return ``data`` as ``model``, or raise ``PackError`` for the first fault, placed by ``places``."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _raise(model, error, places)


def _raise(model: type[BaseModel], error: ValidationError, places: Mapping[KeyPath, Place]) -> NoReturn:
    faults = error.errors(include_url=False, include_input=False)
    # An unknown key is most often the misspelt form of the one that is then "missing": name it first.
    fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
    key: KeyPath = tuple(part for part in fault["loc"] if part != "[key]")
    place = _nearest(key, places)
    kind, message = fault["type"], fault["msg"]
    hint = "see docs/packs.md"
    if kind == "extra_forbidden":
        what = "unknown key"
        known = _known_keys(model, key[:-1])
        close = difflib.get_close_matches(str(key[-1]), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    elif kind == "missing":
        what, hint = "the key is missing", "add it (a pack may also extend one that has it)"
    elif kind in {"value_error", "assertion_error"}:
        what, _, own = message.removeprefix("Value error, ").partition("; ")
        hint = own or hint
    elif kind in {"enum", "literal_error"}:
        what = "not a value allowed here"
        hint = f"use {fault.get('ctx', {}).get('expected', 'a listed value')}"
    else:
        what = message[0].lower() + message[1:]
    raise PackError(what, where=place.named(key) if place else ".".join(map(str, key)), hint=hint) from None


def _nearest(key: KeyPath, places: Mapping[KeyPath, Place]) -> Place | None:
    return next((places[key[:n]] for n in range(len(key), -1, -1) if key[:n] in places), None)


def _known_keys(model: type[BaseModel], key: Sequence[str | int]) -> list[str]:
    """Return the keys a (nested) model knows, following mappings and lists to their values' model."""
    current: type[BaseModel] | None = model
    for part in key:
        if current is None:
            break
        field = current.model_fields.get(str(part))
        # A part that is no field is a mapping's key or a list position: the model stays the value's.
        current = _model_in(field.annotation) if field else current
    if current is None:
        return []
    return sorted(field.alias or name for name, field in current.model_fields.items())


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
