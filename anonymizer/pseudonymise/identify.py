"""Who is who in the material: each name met, and a row for every third person.

A third person belongs to the transcripts of one owner. Full names are read first, then names with a relation, then
the rest, so that "Kari" after "Kari Nordli" is the same and after two such names is nobody's.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from anonymizer.model import EntityType
from anonymizer.pseudonymise.keytable import KeyTable, PersonRow
from anonymizer.pseudonymise.material import Material, Mention, mentions, present_in
from anonymizer.pseudonymise.names import WrittenName, parse_name, relation_around
from anonymizer.pseudonymise.who import Directory, Meant, gender_of
from anonymizer.pseudonymise.wordings import fold, relations

__all__ = [
    "Named",
    "find_persons",
    "in_table_order",
    "meant_by",
    "new_id",
    "read_mention",
    "read_names",
    "spoken_of",
]


@dataclass(frozen=True, slots=True)
class Named:
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


def read_names(table: KeyTable, material: Sequence[Material]) -> Iterator[Named]:
    """Yield every PERSON finding of the material as a name, in order."""
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
        yield Named(order, written, relation, one.owner, present[id(one)], mention.finding.entity)


def spoken_of(directory: Directory, found: Iterable[Mention], present: frozenset[str]) -> frozenset[str]:
    """Return who takes part, and every participant whom this transcript names in full."""
    written = (parse_name(one.text, directory.known, directory.seen) for one in found)
    named = (directory.named_in_full(one.tokens) for one in written if len(one.tokens) > 1)
    return present | {each for several in named if len(several) == 1 for each in several}


def find_persons(table: KeyTable, names: Sequence[Named], rng: random.Random) -> KeyTable:
    """Give every third person a row: full names first, then those with a relation, then the rest."""
    directory = Directory(table)
    rows = {row.id: row for row in table.persons}
    stood = frozenset(rows)
    for named in sorted(names, key=lambda one: (-len(one.written.tokens), one.relation is None, one.order)):
        meant = meant_by(directory, named)
        row: PersonRow | None = None
        if meant.nobody:
            row = _new_person(named, rng)
        elif meant.person is not None:
            row = _better(meant.person, named, meant.person.id not in stood)
        if row is not None:
            directory.put(row)
            rows[row.id] = row
    return replace(table, persons=in_table_order(rows.values()))


def meant_by(directory: Directory, named: Named) -> Meant:
    """Return who a name means where it was met."""
    return directory.meant(
        named.written,
        owner=named.owner,
        present=named.present,
        relation=named.relation,
        entity=named.entity,
    )


def _new_person(named: Named, rng: random.Random) -> PersonRow:
    by_relation = next((one.gender for one in relations().relations if one.id == named.relation), None)
    gender = by_relation or "x"
    if gender == "x" and named.written.tokens:
        gender = gender_of(named.written.tokens[0])
    names = (named.written.base,) if named.written.base else ()
    return PersonRow(new_id(rng), named.owner, names, named.relation, gender=gender)


def _better(row: PersonRow, named: Named, is_fresh: bool) -> PersonRow | None:
    """Return the row with what this name adds: a fuller name, or the relation while nothing is drawn yet."""
    base = named.written.base
    known = {word for name in row.names for word in name.split()}
    better = row
    if base and not set(base.split()) <= known:
        better = replace(better, names=tuple(sorted({*row.names, base})))
    if is_fresh and row.relation is None and named.relation is not None:
        better = replace(better, relation=named.relation)
    return better if better != row else None


def in_table_order(rows: Iterable[PersonRow]) -> tuple[PersonRow, ...]:
    """Return rows in the order the key table keeps them."""
    return tuple(sorted(rows, key=lambda one: (one.owner, one.id)))


def new_id(rng: random.Random) -> str:
    """Return a random id for a row."""
    return f"{rng.getrandbits(80):020x}"
