"""Reads the word lists of ``rules/lexicon/`` and refuses a list that is not what it says it is.

A list is a UTF-8 file of tab-separated values: lines that begin with ``# `` say where the facts come from
(``source``) and what was checked (``checked``), then comes a header row, then the rows, sorted by code point and each
once. Every list has a ``Schema``: its columns, what a cell may hold, and which columns together name a row.

Checking is part of loading, and quick: whole columns are compared at once, and only a list that fails is read
row by row to find the line to name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from anonymizer.data.location import rules_dir
from anonymizer.errors import PackError

__all__ = ["SCHEMAS", "Column", "Lexicon", "Schema", "lexicon_names", "load_lexicon", "read_lexicon"]

_STRAY = ("  ", " \t", "\t ", " \n", "\n ")


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of one column hold.

    ``values`` closes the column to those words; ``pattern`` is a regular expression for the whole cell;
    ``optional`` lets a cell be empty; ``many`` says that ``|`` separates several values.
    """

    name: str
    values: frozenset[str] = frozenset()
    pattern: str = ""
    optional: bool = False
    many: bool = False

    def faults(self, cells: Iterable[str]) -> frozenset[str]:
        """Return the distinct cells this column may not hold."""
        distinct = set(cells)
        bad: set[str] = set() if self.optional else {cell for cell in distinct if not cell}
        distinct.discard("")
        if self.values or self.pattern:
            matches = re.compile(self.pattern).fullmatch if self.pattern else None
            for cell in distinct:
                for value in cell.split("|") if self.many else (cell,):
                    if (self.values and value not in self.values) or (matches and not matches(value)):
                        bad.add(cell)
        elif self.many:
            bad.update(cell for cell in distinct if "" in cell.split("|"))
        return frozenset(bad)


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a list, in their order, and the ``key`` columns that together name a row."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the header row."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One list as read: its rows are tuples in the order of ``columns``; ``source`` and ``checked`` are its head."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: str
    checked: str

    def column(self, name: str) -> tuple[str, ...]:
        """Return all cells of one column."""
        at = self.columns.index(name)
        return tuple(row[at] for row in self.rows)

    def records(self) -> tuple[Mapping[str, str], ...]:
        """Return the rows as mappings from column to cell; convenient, not quick."""
        return tuple(MappingProxyType(dict(zip(self.columns, row, strict=True))) for row in self.rows)


def _text(name: str, *, optional: bool = False) -> Column:
    return Column(name, optional=optional)


def _list(name: str, *, optional: bool = True) -> Column:
    return Column(name, optional=optional, many=True)


def _one_of(name: str, values: str, *, optional: bool = False, many: bool = False) -> Column:
    return Column(name, values=frozenset(values.split()), optional=optional, many=many)


def _matching(name: str, pattern: str, *, optional: bool = False, many: bool = False) -> Column:
    return Column(name, pattern=pattern, optional=optional, many=many)


_ORIGINS = (
    "no sami kven pl lt lv et ru uk ro bg hu cs bs sq mk el de nl fr it es pt en sv da is fo fi "
    "tr ku fa ps ar he so ti am sw yo rw ur pa hi ta bn ne si vi th tl zh ja ko my"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_MUNICIPALITY = r"\d{4}"
_COUNTY = r"\d{2}"
_LANDSDELER = "nord-norge trøndelag vestlandet østlandet sørlandet"
_STANDARD = "nb nn both dialect"
_SURE = "sure likely weak"

SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        "first_names": Schema(
            (
                _text("name"),
                _one_of("gender", "f m x"),
                _matching("decades", r"(?:18|19|20)\d0", optional=True, many=True),
                _one_of("origin", _ORIGINS),
                _one_of("use", "common known rare"),
            ),
            ("name",),
        ),
        "surnames": Schema((_text("name"), _one_of("origin", _ORIGINS)), ("name",)),
        "word_names": Schema(
            (
                _text("word"),
                _one_of("kind", "person place both"),
                _one_of("class", "noun verb adjective adverb pronoun function number"),
                _text("meaning"),
                _one_of("standard", _STANDARD),
            ),
            ("word",),
        ),
        "nicknames": Schema((_text("nickname"), _list("names", optional=False)), ("nickname",)),
        "municipalities": Schema(
            (
                _matching("number", _MUNICIPALITY),
                _text("name"),
                _matching("county", _COUNTY),
                _matching("population", r"[1-9]\d*"),
                _matching("year", _YEAR),
                _list("parallel"),
                _list("also"),
            ),
            ("number",),
        ),
        "former_municipalities": Schema(
            (
                _text("name"),
                _matching("number", _MUNICIPALITY),
                _matching("ended", _YEAR),
                _matching("successors", _MUNICIPALITY, many=True),
            ),
            ("number",),
        ),
        "counties": Schema(
            (
                _matching("number", _COUNTY),
                _text("name"),
                _one_of("period", "1919- 1919-2017 1919-2019 2018- 2020- 2020-2023 2024-"),
                _matching("successors", _COUNTY, many=True),
                _one_of("landsdel", _LANDSDELER, many=True),
                _list("parallel"),
            ),
            ("number", "name"),
        ),
        "landsdeler": Schema((_text("id"), _text("nb"), _text("nn"), _list("also")), ("id",)),
        "settlements": Schema(
            (
                _text("name"),
                _matching("municipality", _MUNICIPALITY),
                _one_of("kind", "settlement district neighbourhood island"),
            ),
            ("name", "municipality"),
        ),
        "nature": Schema(
            (
                _text("name"),
                _one_of(
                    "kind",
                    "region valley fjord island mountain lake river plateau peninsula coast glacier forest road",
                ),
                _matching("counties", _COUNTY, many=True, optional=True),
                _one_of("landsdel", _LANDSDELER, many=True),
            ),
            ("name", "kind"),
        ),
        "sami_kven_places": Schema(
            (
                _text("name"),
                _one_of("language", "se smj sma fkv"),
                _text("norwegian"),
                _one_of("level", "settlement municipality region county country sapmi"),
            ),
            ("name", "norwegian"),
        ),
        "abroad": Schema(
            (
                _text("name"),
                _one_of("level", "city area country world_region svalbard sapmi"),
                _text("country", optional=True),
                _text("world_region"),
                _list("also"),
            ),
            ("name", "level"),
        ),
        "demonyms": Schema(
            (
                _text("word"),
                _text("place"),
                _one_of(
                    "level", "settlement municipality region county landsdel country world_region sapmi group"
                ),
                _one_of("kind", "inhabitant dialect nationality people adjective"),
            ),
            ("word", "place"),
        ),
        "demonym_endings": Schema(
            (
                _text("ending"),
                _one_of("kind", "inhabitant dialect"),
                _one_of("sure", _SURE),
                _one_of("standard", _STANDARD),
                _list("instead"),
            ),
            ("ending",),
        ),
        "organisations": Schema(
            (
                _text("name"),
                _one_of(
                    "kind",
                    "hospital trust psychiatry addiction_treatment rehabilitation prison ngo self_help school "
                    "university employer newspaper sports_club church public_body housing",
                ),
                _matching("municipality", _MUNICIPALITY, optional=True),
                _list("also"),
            ),
            ("name",),
        ),
        "generic_institutions": Schema(
            (_text("term"), _text("category_nb"), _text("category_nn")), ("term",)
        ),
        "institution_forms": Schema(
            (
                _text("head"),
                _one_of("position", "before after compound ward numbered for definite"),
                _text("kind"),
                _text("category_nb"),
                _text("category_nn"),
                _one_of("standard", _STANDARD),
            ),
            ("head", "position"),
        ),
        "street_endings": Schema(
            (
                _text("ending"),
                _one_of("position", "compound word both"),
                _one_of("sure", _SURE),
                _one_of("standard", _STANDARD),
            ),
            ("ending",),
        ),
        "place_endings": Schema(
            (_text("ending"), _one_of("sure", _SURE), _text("meaning"), _list("inflected")), ("ending",)
        ),
        "place_prepositions": Schema(
            (_text("phrase"), _one_of("sure", _SURE), _one_of("standard", _STANDARD)), ("phrase",)
        ),
        "titles_and_kin": Schema(
            (
                _text("word"),
                _one_of("kind", "title kin"),
                _one_of("gender", "f m x"),
                _one_of("standard", _STANDARD),
                _text("relation_nb", optional=True),
                _text("relation_nn", optional=True),
            ),
            ("word",),
        ),
        "pronoun_articles": Schema(
            (
                _text("word"),
                _one_of("gender", "f m x"),
                _one_of("standard", _STANDARD),
                _text("area", optional=True),
            ),
            ("word",),
        ),
        "dialect_words": Schema(
            (
                _text("form"),
                _matching("areas", r"(?:north|troendelag|west|east|south):[123]", many=True),
                _one_of("mark", "yes no"),
                _text("nb", optional=True),
                _text("nn", optional=True),
            ),
            ("form",),
        ),
        "roles": Schema(
            (
                _text("role"),
                _list("forms"),
                _one_of("unique_in", "municipality parish county institution country district"),
                _text("category_nb"),
                _text("category_nn"),
                _one_of("standard", _STANDARD),
            ),
            ("role",),
        ),
        "peoples_and_faiths": Schema(
            (
                _text("word"),
                _one_of("kind", "nationality language people religion"),
                _one_of("inflection", "adjective noun fixed"),
            ),
            ("word",),
        ),
        "cue_words": Schema(
            (
                _text("word"),
                _one_of(
                    "cue", "work residence placename calling club schooling treatment streetname ware doing"
                ),
            ),
            ("word", "cue"),
        ),
        "lookalikes": Schema(
            (_text("word"), _one_of("not_a", "place demonym organisation nationality")), ("word", "not_a")
        ),
        "no_identifiers": Schema(
            (_text("name"), _one_of("kind", "drug medicine brand app show feast thing")), ("name",)
        ),
        "place_compounds": Schema((_text("ending"), _one_of("kind", "place")), ("ending",)),
        "special_categories": Schema(
            (
                _text("word"),
                _one_of("match", "whole begins ends"),
                _one_of(
                    "category",
                    "health substance_use religion ethnicity sexual_orientation sexual_life politics union crime",
                ),
            ),
            ("word", "match"),
        ),
    }
)
"""Every list of the lexicon by its file name without ``.tsv``."""


def lexicon_names() -> tuple[str, ...]:
    """Return the names of the lists that belong to the lexicon, sorted."""
    return tuple(sorted(SCHEMAS))


@cache
def load_lexicon(name: str) -> Lexicon:
    """Return a shipped list by name; read and checked once a process.

    Raises ``PackError`` when there is no such list or it breaks its schema, naming file, line and key.
    """
    if name not in SCHEMAS:
        raise PackError("there is no such word list", where=f"rules/lexicon/{name}.tsv")
    return read_lexicon(rules_dir() / "lexicon" / f"{name}.tsv", SCHEMAS[name])


def read_lexicon(path: Path, schema: Schema) -> Lexicon:
    """Read a list and check it against ``schema``; raise ``PackError`` naming file, line and key."""
    where = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError("the word list cannot be read as UTF-8", where=where) from error
    head, first, lines = _split_head(text, where)
    if not lines or tuple(lines[0].split("\t")) != schema.names:
        raise PackError(
            "the header row is not that of this list",
            where=f"{where}:{first}",
            hint="expected " + ", ".join(schema.names),
        )
    rows = tuple(tuple(line.split("\t")) for line in lines[1:])
    if not _is_sound(text, rows, schema):
        raise _first_fault(lines[1:], first + 1, schema, where)
    return Lexicon(path.stem, schema.names, rows, head["source"], head["checked"])


def _split_head(text: str, where: str) -> tuple[dict[str, str], int, list[str]]:
    """Return the head's fields, the number of the header row's line, and the lines from there on."""
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    else:
        raise PackError("the last line has no line end", where=f"{where}:{len(lines)}")
    fields: dict[str, list[str]] = {}
    number = 0
    for number, line in enumerate(lines):
        if not line.startswith("# "):
            break
        key, colon, value = line[2:].partition(": ")
        if not colon or not value.strip():
            raise PackError("a line of the head is not `# key: value`", where=f"{where}:{number + 1}")
        fields.setdefault(key, []).append(value.strip())
    for key in ("source", "checked"):
        if key not in fields:
            raise PackError(f"the head lacks `# {key}: …`", where=where)
    return {key: " ".join(values) for key, values in fields.items()}, number + 1, lines[number:]


def _is_clean(text: str) -> bool:
    """Say whether text has no stray space, no unprintable character and no decomposed letters."""
    return (
        not any(stray in text for stray in _STRAY)
        and text.replace("\n", "").replace("\t", "").isprintable()
        and unicodedata.is_normalized("NFC", text)
    )


def _is_sound(text: str, rows: tuple[tuple[str, ...], ...], schema: Schema) -> bool:
    """Say whether a list keeps every rule, by whole columns."""
    if not rows or {len(row) for row in rows} != {len(schema.columns)}:
        return False
    if not _is_clean(text):
        return False
    cells = tuple(zip(*rows, strict=True))
    if any(column.faults(cell) for column, cell in zip(schema.columns, cells, strict=True)):
        return False
    keys = tuple(zip(*(cells[schema.names.index(name)] for name in schema.key), strict=True))
    return len(set(keys)) == len(rows) and sorted(rows) == list(rows)


def _first_fault(lines: list[str], first: int, schema: Schema, where: str) -> PackError:
    """Return the error for the first line that breaks a rule."""
    at_key = [schema.names.index(name) for name in schema.key]
    seen: dict[tuple[str, ...], int] = {}
    before: tuple[str, ...] = ()
    for number, line in enumerate(lines, first):
        row = tuple(line.split("\t"))
        place = f"{where}:{number}"
        if len(row) != len(schema.columns):
            return PackError(f"the row has {len(row)} cells, not {len(schema.columns)}", where=place)
        key = tuple(row[at] for at in at_key)
        place += f" ({', '.join(key)})"
        if not _is_clean(line + "\n"):
            return PackError("a stray space, a control character or decomposed letters", where=place)
        for column, cell in zip(schema.columns, row, strict=True):
            if column.faults((cell,)):
                allowed = " ".join(sorted(column.values)) or column.pattern or "a value"
                return PackError(
                    f"column {column.name} does not hold what it may", where=place, hint=f"one of: {allowed}"
                )
        if key in seen:
            return PackError(f"the key stands already in line {seen[key]}", where=place)
        if row <= before:
            return PackError("the rows are not sorted", where=place, hint="sort them by code point")
        seen[key] = number
        before = row
    return PackError("the word list has no rows", where=where)
