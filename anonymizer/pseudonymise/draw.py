"""Surrogates drawn at random: names, numbers and code names that no one in the study bears and no order betrays."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from anonymizer.data import Naming, Pack, ThirdPersons, To
from anonymizer.errors import UsageError
from anonymizer.model import EntityType
from anonymizer.pseudonymise.identify import Named, in_table_order, meant_by
from anonymizer.pseudonymise.keytable import KeyTable, ParticipantRow, PersonRow
from anonymizer.pseudonymise.material import Material
from anonymizer.pseudonymise.who import Directory
from anonymizer.pseudonymise.wordings import codenames, fictive_names, fold

__all__ = ["Taken", "draw_participants", "draw_persons", "flag_redraws"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SLACK = 9
"""Free numbers beyond the group, where a number drawn later or alone would tell the order of the interviews."""


class Taken:
    """Names that may not be drawn: every real one of the study, every word of its texts, every surrogate."""

    def __init__(self, table: KeyTable, material: Iterable[Material], names: Iterable[Named]) -> None:
        registered = [name for row in table.participants for name in row.names]
        registered += [name for row in table.staff for name in row.names]
        self.real = {fold(word) for name in registered for word in _WORD.findall(name)}
        self.real.update(word for named in names for word in named.written.tokens)
        self.real.update(word for row in table.persons for name in row.names for word in name.split())
        self.words = {
            fold(word)
            for one in material
            for text in (
                *(turn.text for turn in one.transcript.turns),
                *one.transcript.speakers,
                *(part.text for part in one.transcript.parts),
            )
            for word in _WORD.findall(text)
        }
        self.words |= {half for word in self.words | self.real for half in word.split("-")}
        self.words |= {word[:-1] for word in self.words if word.endswith("s")}
        self.drawn = {
            fold(name)
            for name in (
                *(row.fictive_name for row in table.participants),
                *(row.fictive_name for row in table.persons),
                *(row.codename for row in table.participants),
            )
            if name
        }

    def free(self, name: str) -> bool:
        """Tell whether this name may be drawn."""
        folded = fold(name)
        return folded not in self.real and folded not in self.words and folded not in self.drawn


def _draw_name(gender: str | None, decade: int | None, taken: Taken, rng: random.Random) -> str:
    """Return a fictive first name of this gender, of the nearest decade that has one left."""
    by_decade = fictive_names().of(gender or "x")
    wanted = decade if decade is not None else rng.choice(sorted(by_decade))
    for near in sorted(by_decade, key=lambda one: (abs(one - wanted), one)):
        left = [name for name in by_decade[near] if taken.free(name)]
        if left:
            name = rng.choice(left)
            taken.drawn.add(fold(name))
            return name
    raise UsageError(
        "no fictive name is left for this study",
        where="rules/categories/fictive_names.yaml",
        hint="add common names to the list, or use a pack with numbers",
    )


def draw_participants(table: KeyTable, pack: Pack, taken: Taken, rng: random.Random) -> KeyTable:
    """Return the table with a surrogate of the pack's scheme, and a shift of dates, for every participant."""
    naming = pack.participants.naming
    rows = list(table.participants)
    rng.shuffle(rows)
    numbers = _free_numbers(rows, rng) if naming is Naming.NUMBER else iter(())
    drawn: list[ParticipantRow] = []
    for row in rows:
        changed = row
        if naming is Naming.FICTIVE_NAME and row.fictive_name is None:
            gender = None if pack.gender.value == "neutralise" else row.gender
            changed = replace(changed, fictive_name=_draw_name(gender, row.birth_decade, taken, rng))
        elif naming is Naming.NUMBER and row.number is None:
            changed = replace(changed, number=next(numbers))
        elif naming is Naming.CODENAME and row.codename is None:
            changed = replace(changed, codename=_draw_codename(taken, rng))
        treatment = pack.treatment(EntityType.DATE_TIME)
        if treatment.to is To.SHIFT and row.shift_days is None:
            weeks = max(1, (treatment.max_days or 364) // 7)
            changed = replace(changed, shift_days=7 * rng.choice([n for n in range(-weeks, weeks + 1) if n]))
        drawn.append(changed)
    return replace(table, participants=tuple(sorted(drawn, key=lambda one: one.id)))


def _free_numbers(rows: Sequence[ParticipantRow], rng: random.Random) -> Iterator[int]:
    """Yield numbers for the rows that have none: a random permutation of 1 to n for a group drawn together."""
    used = {row.number for row in rows if row.number is not None}
    missing = sum(row.number is None for row in rows)
    top = len(rows) + (_SLACK if used or missing < 4 else 0)
    top = max(top, max(used, default=0))
    free = [number for number in range(1, top + missing + 1) if number not in used]
    free = free[: max(missing, top - len(used))]
    return iter(rng.sample(free, missing))


def _draw_codename(taken: Taken, rng: random.Random) -> str:
    left = [name for name in codenames().names if taken.free(name)]
    if not left:
        raise UsageError(
            "no code name is left for this study",
            where="rules/categories/codenames.yaml",
            hint="add names of things to the list",
        )
    name = rng.choice(left)
    taken.drawn.add(fold(name))
    return name


def draw_persons(
    table: KeyTable, pack: Pack, taken: Taken, rng: random.Random, names: Sequence[Named]
) -> KeyTable:
    """Number and name third persons, in the order they are first met."""
    rows = {row.id: row for row in table.persons}
    marks_of = _MarksDrawn(row for row in rows.values() if _is_drawn(row))
    for row_id in _in_order(table, names):
        row = rows[row_id]
        twin = marks_of.twin(row)
        if not _is_drawn(row):
            if row.relation is None:
                row = replace(row, number=marks_of.number(row.owner, twin.number if twin else None))
            else:
                row = replace(row, relation_number=marks_of.relation_number(row.owner, row.relation))
        if twin and row.same_as is None:
            row = replace(row, same_as=twin.id)
        if pack.third_persons is ThirdPersons.FICTIVE_NAME and row.fictive_name is None:
            name = twin.fictive_name if twin else None
            row = replace(row, fictive_name=name or _draw_name(row.gender, None, taken, rng))
        rows[row_id] = row
        marks_of.add(row)
    return replace(table, persons=in_table_order(rows.values()))


def _is_drawn(row: PersonRow) -> bool:
    return row.number is not None or row.relation_number is not None


class _MarksDrawn:
    """Numbers given out, by owner, and the first row of each full name."""

    def __init__(self, rows: Iterable[PersonRow]) -> None:
        self._numbers: dict[str, set[int]] = {}
        self._relations: dict[tuple[str, str], int] = {}
        self._by_full_name: dict[str, PersonRow] = {}
        for row in rows:
            self.add(row)

    def add(self, row: PersonRow) -> None:
        """Note what a row that is drawn is called."""
        if row.number is not None:
            self._numbers.setdefault(row.owner, set()).add(row.number)
        if row.relation is not None and row.relation_number is not None:
            key = (row.owner, row.relation)
            self._relations[key] = max(self._relations.get(key, 0), row.relation_number)
        if row.same_as is None:
            for name in row.names:
                if " " in name:
                    first = self._by_full_name.setdefault(name, row)
                    if first.id == row.id:
                        self._by_full_name[name] = row

    def twin(self, row: PersonRow) -> PersonRow | None:
        """Return the row of the same full name under another owner, the one drawn first."""
        found = (self._by_full_name.get(name) for name in row.names)
        return next((one for one in found if one and one.owner != row.owner), None)

    def number(self, owner: str, wish: int | None) -> int:
        """Return a number no one else of this owner has, the wished one if it is free."""
        used = self._numbers.get(owner, set())
        return wish if wish is not None and wish not in used else max(used, default=0) + 1

    def relation_number(self, owner: str, relation: str) -> int:
        """Return 1 for the first sister of an owner, 2 for the next."""
        return self._relations.get((owner, relation), 0) + 1


def _in_order(table: KeyTable, names: Sequence[Named]) -> list[str]:
    directory = Directory(table)
    met: dict[str, None] = {}
    for named in names:
        if (person := meant_by(directory, named).person) is not None:
            met.setdefault(person.id)
    for row in table.persons:
        met.setdefault(row.id)
    return list(met)


def flag_redraws(table: KeyTable, taken: Taken) -> KeyTable:
    """Flag a fictive name that a real person of the study turns out to bear."""
    return replace(
        table,
        participants=tuple(
            replace(row, redraw=True) if row.fictive_name and fold(row.fictive_name) in taken.real else row
            for row in table.participants
        ),
        persons=tuple(
            replace(row, redraw=True) if row.fictive_name and fold(row.fictive_name) in taken.real else row
            for row in table.persons
        ),
    )
