"""The register as the researcher writes it: participants.csv (contract, participants.csv)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from anonymizer.errors import RegisterError
from anonymizer.formats import csv_cell, limits_in_force
from anonymizer.participants.rows import (
    COLUMNS,
    INTERVIEWER,
    Capacity,
    ConsentEvidence,
    ParticipantRow,
    Scope,
    ThirdPerson,
)

__all__ = ["check_code", "read_register", "write_register"]

_CODE = re.compile(r"[A-Za-z0-9ÆØÅæøå][A-Za-z0-9ÆØÅæøå_-]{0,31}")
_LETTER = re.compile(r"v?[0-9]{1,4}(?:[.-][0-9]{1,4}){0,3}")
_IDENTITY_COLUMNS = ("name", "aliases", "contact", "third_persons")
_SAMPLE = re.compile(r"[a-z0-9-]{1,32}")
_MANY = "|"
_OF = ":"
MAX_BYTES = 4 * 1024 * 1024


def check_code(code: str, where: str) -> str:
    """Return ``code`` if it can serve as one; raise ``RegisterError`` at ``where`` if not."""
    if not _CODE.fullmatch(code):
        raise RegisterError(
            "a code is 1 to 32 letters, digits, hyphens or underscores",
            where=where,
            hint="choose random or neutral codes, such as K7QX, never initials",
        )
    return code


def read_register(
    text: str, *, where: str, identity_allowed: bool = True, samples: Collection[str] | None = None
) -> tuple[ParticipantRow, ...]:
    """Return the rows of a participants.csv.

    ``identity_allowed`` is false under a pack that forbids identity (``notes-only``): then a name or a contact is
    the error. ``samples`` are those there are, ``None`` where that is not known. Raises ``RegisterError`` naming file
    and row, never a value.
    """
    if len(text) > MAX_BYTES:
        raise RegisterError(f"the register is larger than {MAX_BYTES} characters", where=where)
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise RegisterError(
            "the register is empty",
            where=where,
            hint=f"the first row names the columns: {', '.join(COLUMNS)}",
        )
    delimiter = ";" if lines[0].count(";") >= lines[0].count(",") and ";" in lines[0] else ","
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        raise RegisterError(
            "the register is not valid CSV", where=where, hint="look for a quotation mark that is not closed"
        ) from None
    header = _header(table[0], where, identity_allowed)
    most = limits_in_force().rows
    if len(table) > most:
        raise RegisterError(f"the register has more than {most} rows", where=where)
    rows: list[ParticipantRow] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        place = f"{where}, row {number}"
        if len(cells) != len(header):
            raise RegisterError(f"has {len(cells)} cells where the header has {len(header)}", where=place)
        values = {
            column: unicodedata.normalize("NFC", _plain(cell))
            for column, cell in zip(header, cells, strict=True)
        }
        row = _row(values, place, identity_allowed)
        if row.sample and samples is not None and row.sample not in samples:
            raise RegisterError(
                "the profile has no such sample",
                where=place,
                hint=f"it has {', '.join(samples) or 'none'}; see samples in study.yaml",
            )
        if row.code in seen and not row.is_interviewer:
            raise RegisterError(
                f"has the same code as row {seen[row.code]}",
                where=place,
                hint="one row a participant; several transcripts are separated by | in one cell",
            )
        seen[row.code] = number
        rows.append(row)
    return tuple(rows)


def write_register(rows: Iterable[ParticipantRow], *, identity_allowed: bool = True) -> str:
    """Return rows as a participants.csv that ``read_register`` reads back, and no spreadsheet runs.

    A cell that a spreadsheet would take for a formula begins with an apostrophe. ``identity_allowed`` false leaves out
    the columns that a pack without identity has no use for.
    """
    table = io.StringIO()
    writer = csv.writer(table, delimiter=";", lineterminator="\r\n")
    columns = [column for column in COLUMNS if identity_allowed or column not in _IDENTITY_COLUMNS]
    writer.writerow(columns)
    for row in rows:
        cells = {
            "code": row.code,
            "name": row.name,
            "aliases": _joined(row.aliases),
            "gender": row.gender or "",
            "age": "" if row.age is None else str(row.age),
            "municipality": row.municipality,
            "workplace": row.workplace,
            "contact": row.contact,
            "consent_date": "" if row.consent_date is None else row.consent_date.isoformat(),
            "letter_version": row.letter_version,
            "scopes": _joined(sorted(row.scopes)),
            "speaker": _joined(row.speaker),
            "transcripts": _joined(row.transcripts),
            "evidence": row.evidence or "",
            "sample": row.sample,
            "capacity": row.capacity or "",
            "third_persons": _joined(f"{one.relation}{_OF} {one.name}" for one in row.third_persons),
        }
        writer.writerow([csv_cell(cells[column]) for column in columns])
    return table.getvalue()


def _joined(values: Iterable[str]) -> str:
    return _MANY.join(values)


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from running it."""
    bare = cell.removeprefix("'")
    return (bare if bare != cell and csv_cell(bare) == cell else cell).strip()


def _header(cells: list[str], where: str, identity_allowed: bool) -> list[str]:
    header = [cell.strip().casefold().lstrip("\ufeff") for cell in cells]
    if "code" not in header or len(header) > len(COLUMNS):
        # Where the row of names is gone, what stands first is a participant, and must not be repeated.
        raise RegisterError(
            "the first row does not name the columns",
            where=f"{where}, row 1",
            hint=f"known columns, of which code is required: {', '.join(COLUMNS)}",
        )
    for number, column in enumerate(header, 1):
        if column not in COLUMNS:
            # Not repeated: where a line end was lost, a participant stands in this row too.
            raise RegisterError(
                f"column {number} is unknown",
                where=f"{where}, row 1",
                hint=f"known columns: {', '.join(COLUMNS)}",
            )
    if len(set(header)) != len(header):
        raise RegisterError("a column stands twice", where=f"{where}, row 1")
    required = ("code", "name") if identity_allowed else ("code",)
    for column in required:
        if column not in header:
            raise RegisterError(f"the column “{column}” is missing", where=f"{where}, row 1")
    if not identity_allowed:
        for column in _IDENTITY_COLUMNS:
            if column in header:
                raise RegisterError(
                    f"the pack forbids identity, and the column “{column}” holds it",
                    where=f"{where}, row 1",
                    hint="remove the column, or choose a pack that keeps a key table",
                )
    return header


def _row(values: Mapping[str, str], place: str, identity_allowed: bool) -> ParticipantRow:
    code = check_code(values.get("code", ""), place)
    name = values.get("name", "")
    if identity_allowed and not name and code != INTERVIEWER:
        raise RegisterError("the name is missing", where=place)
    gender = values.get("gender", "").casefold() or None
    if gender not in {None, "f", "m", "x"}:
        raise RegisterError("gender is f, m or x", where=place)
    return ParticipantRow(
        code=code,
        name=name,
        aliases=_many(values.get("aliases", "")),
        gender=gender,
        age=_age(values.get("age", ""), place),
        municipality=values.get("municipality", ""),
        workplace=values.get("workplace", ""),
        contact=values.get("contact", ""),
        consent_date=_date(values.get("consent_date", ""), place),
        letter_version=_letter(values.get("letter_version", ""), place),
        scopes=_scopes(values.get("scopes", ""), place),
        speaker=_many(values.get("speaker", "")),
        transcripts=_many(values.get("transcripts", "")),
        evidence=_of(ConsentEvidence, values, "evidence", place),
        sample=_sample(values.get("sample", ""), place),
        capacity=_of(Capacity, values, "capacity", place),
        third_persons=_third_persons(values.get("third_persons", ""), place),
    )


Word = TypeVar("Word", bound=StrEnum)


def _of(words: type[Word], values: Mapping[str, str], column: str, place: str) -> Word | None:
    cell = values.get(column, "").casefold()
    try:
        return words(cell) if cell else None
    except ValueError:
        raise RegisterError(f"{column} is one of {', '.join(words)}", where=place) from None


def _sample(cell: str, place: str) -> str:
    if cell and not _SAMPLE.fullmatch(cell):
        raise RegisterError(
            "sample is the id of a sample of the profile: small letters, digits, hyphens", where=place
        )
    return cell


def _third_persons(cell: str, place: str) -> tuple[ThirdPerson, ...]:
    found = []
    for one in _many(cell):
        relation, colon, name = (part.strip() for part in one.partition(_OF))
        if not (relation and colon and name) or len(relation) > _LONGEST_RELATION:
            raise RegisterError(
                "third_persons holds “relation: name”, several separated by |",
                where=place,
                hint="such as søster: NAME, or fastlege: NAME",
            )
        found.append(ThirdPerson(relation, name))
    return tuple(sorted(set(found)))


_LONGEST_RELATION = 40


def _many(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in cell.split(_MANY) if value.strip()))


def _age(cell: str, place: str) -> int | None:
    if not cell:
        return None
    if not cell.isascii() or not cell.isdigit() or not 0 < int(cell) < 130:
        raise RegisterError("age is a whole number of years", where=place)
    return int(cell)


def _date(cell: str, place: str) -> dt.date | None:
    if not cell:
        return None
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise RegisterError("consent_date is an ISO date such as 2026-02-17", where=place) from None


def _letter(cell: str, place: str) -> str:
    if cell and not _LETTER.fullmatch(cell):
        raise RegisterError(
            "letter_version is a number or a date, such as 2 or v1.1 or 2026-02-17", where=place
        )
    return cell


def _scopes(cell: str, place: str) -> frozenset[Scope]:
    try:
        return frozenset(Scope(value.casefold()) for value in _many(cell))
    except ValueError:
        raise RegisterError(f"scopes are of {', '.join(Scope)}", where=place) from None
