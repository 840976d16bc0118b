"""Who is who in the study's material, and the surrogates drawn for them: the key table grown by new transcripts.

Nothing that stands is ever changed: a surrogate drawn once is that person's for the life of the study. A second call
with the same material returns an equal table.
"""

from __future__ import annotations

import random
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from anonymizer.data.packs import Naming, Pack, ThirdPersons, To
from anonymizer.errors import UsageError
from anonymizer.model import EntityType
from anonymizer.pseudonymise.keytable import KeyTable, OrganisationRow, ParticipantRow, PersonRow, PlaceRow
from anonymizer.pseudonymise.material import Material, Mention, mentions, present_in
from anonymizer.pseudonymise.names import WrittenName, parse_name, relation_around
from anonymizer.pseudonymise.organisations import organisation_wording
from anonymizer.pseudonymise.places import PlaceFinder, place_wording, rung_rule, split_compound
from anonymizer.pseudonymise.who import Directory, Meant, gender_of
from anonymizer.pseudonymise.wordings import codenames, fictive_names, fold, relations

__all__ = ["extend", "read_mention", "spoken_of"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLACES = frozenset({EntityType.LOCATION, EntityType.DEMONYM})
_SLACK = 9
"""Free numbers beyond the group, where a number drawn later or alone would tell the order of the interviews."""


def extend(
    key_table: KeyTable,
    material: Sequence[Material],
    pack: Pack,
    rng: random.Random | None = None,
    *,
    places: PlaceFinder | None = None,
) -> KeyTable:
    """Return the key table with everyone and everything in the material known and called something.

    Participants must be registered (``KeyTable.register``). ``rng`` is a secure source unless a test gives one;
    ``places`` is the gazetteer. Raises ``UsageError`` when the fictive names do not suffice.
    """
    rng = rng or secrets.SystemRandom()
    if places is None:
        from anonymizer.pseudonymise.gazetteer import Gazetteer  # noqa: PLC0415  loads the name lists

        places = Gazetteer()
    names = list(_read_names(key_table, material))
    table = _find_persons(key_table, names, rng)
    taken = _Taken(table, material, names)
    table = _draw_participants(table, pack, taken, rng)
    table = _draw_persons(table, pack, taken, rng, names)
    table = _extend_places(table, material, pack, places, rng)
    table = _extend_organisations(table, material, rng)
    return _flag_redraws(table, taken)


# -- persons ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """A name as met: its order in the material, where, and who took part there."""

    order: int
    written: WrittenName
    relation: str | None
    owner: str
    present: frozenset[str]
    entity: str | None


def read_mention(mention: Mention, directory: Directory) -> tuple[WrittenName, str | None]:
    """Return the name taken apart and the relation that it or the words around it show."""
    written = parse_name(mention.text, directory.known, directory.seen)
    relation = written.relation or relation_around(
        mention.context, mention.finding.start, mention.finding.end
    )
    return written, relation


def _read_names(table: KeyTable, material: Sequence[Material]) -> Iterator[_Named]:
    found = [
        (one, mention)
        for one in material
        for mention in mentions(one.transcript, one.findings)
        if mention.finding.entity_type is EntityType.PERSON
    ]
    # a word met without an ending in one place tells that "Karis" in another is its genitive
    directory = Directory(table, seen={fold(word) for _, mention in found for word in mention.text.split()})
    present = {
        id(one): spoken_of(
            directory,
            [mention for each, mention in found if each is one],
            present_in(one.transcript, one.owner, one.speakers),
        )
        for one in material
    }
    for order, (one, mention) in enumerate(found):
        written, relation = read_mention(mention, directory)
        yield _Named(order, written, relation, one.owner, present[id(one)], mention.finding.entity)


def spoken_of(directory: Directory, found: Iterable[Mention], present: frozenset[str]) -> frozenset[str]:
    """Return who takes part, and every participant whom this transcript names in full."""
    named = (directory.named_in_full(read_mention(one, directory)[0].tokens) for one in found)
    return present | {each for several in named if len(several) == 1 for each in several}


def _find_persons(table: KeyTable, names: Sequence[_Named], rng: random.Random) -> KeyTable:
    """Give every third person a row: full names first, then those with a relation, then the rest."""
    directory = Directory(table)
    rows = {row.id: row for row in table.persons}
    stood = frozenset(rows)
    for named in sorted(names, key=lambda one: (-len(one.written.tokens), one.relation is None, one.order)):
        meant = _meant(directory, named)
        row: PersonRow | None = None
        if meant.nobody:
            row = _new_person(named, rng)
        elif meant.person is not None:
            row = _better(meant.person, named, meant.person.id not in stood)
        if row is not None:
            directory.put(row)
            rows[row.id] = row
    return replace(table, persons=_in_table_order(rows.values()))


def _meant(directory: Directory, named: _Named) -> Meant:
    return directory.meant(
        named.written,
        owner=named.owner,
        present=named.present,
        relation=named.relation,
        entity=named.entity,
    )


def _new_person(named: _Named, rng: random.Random) -> PersonRow:
    by_relation = next((one.gender for one in relations().relations if one.id == named.relation), None)
    gender = by_relation or "x"
    if gender == "x" and named.written.tokens:
        gender = gender_of(named.written.tokens[0])
    names = (named.written.base,) if named.written.base else ()
    return PersonRow(_new_id(rng), named.owner, names, named.relation, gender=gender)


def _better(row: PersonRow, named: _Named, is_fresh: bool) -> PersonRow | None:
    """Return the row with what this name adds: a fuller name, or the relation while nothing is drawn yet."""
    base = named.written.base
    known = {word for name in row.names for word in name.split()}
    better = row
    if base and not set(base.split()) <= known:
        better = replace(better, names=tuple(sorted({*row.names, base})))
    if is_fresh and row.relation is None and named.relation is not None:
        better = replace(better, relation=named.relation)
    return better if better != row else None


def _in_table_order(rows: Iterable[PersonRow]) -> tuple[PersonRow, ...]:
    return tuple(sorted(rows, key=lambda one: (one.owner, one.id)))


def _new_id(rng: random.Random) -> str:
    return f"{rng.getrandbits(80):020x}"


# -- surrogates ------------------------------------------------------------------------------------------------


class _Taken:
    """Names that may not be drawn: every real one of the study, every word of its texts, every surrogate."""

    def __init__(self, table: KeyTable, material: Iterable[Material], names: Iterable[_Named]) -> None:
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


def _draw_name(gender: str | None, decade: int | None, taken: _Taken, rng: random.Random) -> str:
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


def _draw_participants(table: KeyTable, pack: Pack, taken: _Taken, rng: random.Random) -> KeyTable:
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


def _draw_codename(taken: _Taken, rng: random.Random) -> str:
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


def _draw_persons(
    table: KeyTable, pack: Pack, taken: _Taken, rng: random.Random, names: Sequence[_Named]
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
    return replace(table, persons=_in_table_order(rows.values()))


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


def _in_order(table: KeyTable, names: Sequence[_Named]) -> list[str]:
    directory = Directory(table)
    met: dict[str, None] = {}
    for named in names:
        if (person := _meant(directory, named).person) is not None:
            met.setdefault(person.id)
    for row in table.persons:
        met.setdefault(row.id)
    return list(met)


def _flag_redraws(table: KeyTable, taken: _Taken) -> KeyTable:
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


# -- places and organisations ----------------------------------------------------------------------------------


def _extend_places(
    table: KeyTable, material: Sequence[Material], pack: Pack, finder: PlaceFinder, rng: random.Random
) -> KeyTable:
    treatment = pack.treatment(EntityType.LOCATION)
    rule = rung_rule(treatment)
    alone = pack.participants.naming is Naming.NONE  # no number may link files
    rows = [row for row in table.places if row.rung == rule]
    stale = [row for row in table.places if row.rung != rule]
    texts = [
        (one.owner, mention.text)
        for one in material
        for mention in mentions(one.transcript, one.findings)
        if mention.finding.entity_type in _PLACES
    ]
    texts += [(row.owner, form) for row in stale for form in row.forms]
    known = {(row.owner, form) for row in rows for form in row.forms}
    mine = {(row.owner, row.place): at for at, row in enumerate(rows)}
    first: dict[str, PlaceRow] = {}
    numbers: Counter[tuple[str, str]] = Counter()  # how many places a wording stands for
    for row in rows:
        first.setdefault(row.place, row)
        numbers[_scope(row.owner, alone), row.nb] = max(
            numbers[_scope(row.owner, alone), row.nb], row.number or 1
        )
    for owner, text in texts:
        name = split_compound(text)[0]
        form = fold(name)
        if (owner, form) in known:
            continue
        known.add((owner, form))
        facts = finder.places(name)
        canonical = "|".join(sorted({one.place for one in facts})) or f"form:{form}"
        at = mine.get((owner, canonical))
        if at is not None:
            rows[at] = replace(rows[at], forms=tuple(sorted({*rows[at].forms, form})))
            continue
        if canonical in first and not alone:
            row = replace(first[canonical], id=_new_id(rng), owner=owner, forms=(form,))
        else:
            said = place_wording(name, facts, treatment)
            key = (_scope(owner, alone), said.nb)
            numbers[key] += 1
            number = numbers[key] if numbers[key] > 1 else None
            row = PlaceRow(_new_id(rng), owner, canonical, (form,), said.nb, said.nn, rule, number)
            first.setdefault(canonical, row)
        mine[owner, canonical] = len(rows)
        rows.append(row)
    return replace(table, places=tuple(sorted(rows, key=lambda one: (one.owner, one.id))))


def _scope(owner: str, alone: bool) -> str:
    """Return within what places are numbered: the study, or one owner where no number may link files."""
    return owner if alone else ""


def _extend_organisations(table: KeyTable, material: Sequence[Material], rng: random.Random) -> KeyTable:
    rows = list(table.organisations)
    known = {(row.owner, form) for row in rows for form in row.forms}
    numbers: Counter[tuple[str, str]] = Counter()
    for row in rows:
        numbers[row.owner, row.nb] = max(numbers[row.owner, row.nb], row.number or 1)
    for one in material:
        for mention in mentions(one.transcript, one.findings):
            form = fold(mention.text)
            forms = {form, form.removesuffix("s").removesuffix("'")}
            if mention.finding.entity_type is not EntityType.ORGANIZATION or any(
                (one.owner, each) in known for each in forms
            ):
                continue
            known.add((one.owner, form))
            said = organisation_wording(mention.text)
            numbers[one.owner, said.nb] += 1
            count = numbers[one.owner, said.nb]
            number = count if count > 1 else None
            rows.append(OrganisationRow(_new_id(rng), one.owner, (form,), said.nb, said.nn, number))
    return replace(table, organisations=tuple(sorted(rows, key=lambda one: (one.owner, one.id))))
