"""The key table (koblingsnøkkel): who and what stands behind each surrogate. Every row has one owner.

Rows are sealed one by one under their owner's key, so that destroying a participant's key destroys exactly what
the study knew through them. A person or place that several participants speak of has a row for each of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, ClassVar, NamedTuple

from anonymizer.data import Naming
from anonymizer.errors import IntegrityError
from anonymizer.model import KnownPerson
from anonymizer.pseudonymise.wordings import fold, relation_of

__all__ = [
    "INTERVIEWER",
    "RELATED",
    "STUDY",
    "KeyRow",
    "KeyTable",
    "OrganisationRow",
    "ParticipantRow",
    "PersonRow",
    "PlaceRow",
    "StaffRow",
]

INTERVIEWER = "interviewer"
"""The reserved id of everyone who asks the questions (contract, participants.csv)."""

RELATED = "related-"
"""How the ids of third persons begin whom the register names."""

STUDY = "study"
"""The owner of rows that are nobody's in particular: the staff."""


class KeyRow(NamedTuple):
    """A row as it is sealed: under whose key, of which kind, its id, and its content."""

    owner: str
    kind: str
    row_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A participant; ``id`` is the random id, also the owner. A scheme's surrogate, once drawn, stands.

    ``redraw`` says that a real person of this fictive name has turned up since. ``shift_days`` moves dates.
    """

    kind: ClassVar[str] = "participant"
    id: str
    names: tuple[str, ...] = ()
    gender: str | None = None
    birth_decade: int | None = None
    fictive_name: str | None = None
    number: int | None = None
    codename: str | None = None
    shift_days: int | None = None
    redraw: bool = False

    @property
    def owner(self) -> str:
        """Return the participant: the row is theirs."""
        return self.id


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Someone who works in the study: never a surrogate's name, never a third person."""

    kind: ClassVar[str] = "staff"
    id: str
    names: tuple[str, ...] = ()
    owner: str = STUDY


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone spoken about in the transcripts of one owner.

    ``names`` are folded names as seen. ``relation_number`` tells two sisters apart, ``same_as`` names the row
    of the same person under another owner.
    """

    kind: ClassVar[str] = "person"
    id: str
    owner: str
    names: tuple[str, ...] = ()
    relation: str | None = None
    relation_number: int | None = None
    number: int | None = None
    gender: str | None = None
    fictive_name: str | None = None
    same_as: str | None = None
    redraw: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place one owner speaks of: the folded forms seen, and what it is called instead in each standard.

    ``place`` is the canonical place, the same for every owner, and so are its wordings. ``rung`` is the rule of
    the pack under which they were chosen: under another rule they are chosen anew.
    """

    kind: ClassVar[str] = "place"
    id: str
    owner: str
    place: str
    forms: tuple[str, ...]
    nb: str
    nn: str
    rung: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation one owner speaks of: the folded forms seen and its category."""

    kind: ClassVar[str] = "organisation"
    id: str
    owner: str
    forms: tuple[str, ...]
    nb: str
    nn: str
    number: int | None = None


Row = ParticipantRow | StaffRow | PersonRow | PlaceRow | OrganisationRow
_KINDS: Mapping[str, type[Row]] = {
    one.kind: one for one in (ParticipantRow, StaffRow, PersonRow, PlaceRow, OrganisationRow)
}


@dataclass(frozen=True)
class KeyTable:
    """Every row, by kind, each kind in the order of its ids."""

    participants: tuple[ParticipantRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()
    persons: tuple[PersonRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    organisations: tuple[OrganisationRow, ...] = ()
    _by_id: dict[str, ParticipantRow] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_id.update({row.id: row for row in self.participants})

    def participant(self, participant_id: str) -> ParticipantRow | None:
        """Return the participant with this id."""
        return self._by_id.get(participant_id)

    def persons_of(self, owner: str) -> tuple[PersonRow, ...]:
        """Return the third persons of one owner."""
        return tuple(row for row in self.persons if row.owner == owner)

    def register(self, people: Iterable[KnownPerson], staff: Iterable[KnownPerson] = ()) -> KeyTable:
        """Return the table with these participants and staff known; surrogates already drawn stay.

        A name or gender that was corrected in the register replaces the old one.
        """
        rows = dict(self._by_id)
        for person in people:
            old = rows.get(person.key, ParticipantRow(person.key))
            rows[person.key] = replace(
                old,
                names=tuple(dict.fromkeys(name for name in (person.name, *person.aliases) if name.strip())),
                gender=person.gender,
                birth_decade=person.birth_decade,
            )
        known = {row.id: row for row in self.staff}
        told: dict[str, list[str]] = {}
        for person in staff:  # one reserved id may stand for several interviewers
            told.setdefault(person.key, []).extend((person.name, *person.aliases))
        for key, names in told.items():
            known[key] = StaffRow(key, tuple(dict.fromkeys(name for name in names if name.strip())))
        return replace(self, participants=_sorted(rows.values()), staff=_sorted(known.values()))

    def relate(self, people: Mapping[str, Iterable[KnownPerson]]) -> KeyTable:
        """Return the table with the third persons that a register names, by owner: relation or role, and name.

        A row of this name that the transcripts brought is theirs. Of relations that no list has, the name is known
        and the mark is that of any person.
        """
        told = {key: tuple(related) for key, related in people.items()}
        ids = {one.key for related in told.values() for one in related}
        rows = {
            row.id: row
            for row in self.persons
            # Whom the register has taken out again is known no more.
            if not row.id.startswith(RELATED) or row.id.split("/")[0] in ids
        }
        for owner, related in told.items():
            for person in related:
                name, relation = fold(person.name), relation_of(person.relation or "")
                standing = next((r for r in rows.values() if r.owner == owner and name in r.names), None)
                row_id = person.key if person.key not in rows else f"{person.key}/{owner[:12]}"
                row = standing or rows.get(row_id) or PersonRow(row_id, owner)
                gender = relation.gender if relation is not None and relation.gender != "x" else row.gender
                rows[row.id] = replace(
                    row,
                    names=tuple(sorted({*row.names, name})),
                    relation=row.relation or (relation.id if relation is not None else None),
                    gender=gender or "x",
                )
        return replace(self, persons=_sorted(rows.values()))

    def without_owner(self, owner: str) -> KeyTable:
        """Return the table without any row of this owner (withdrawal)."""
        return replace(
            self,
            participants=tuple(row for row in self.participants if row.owner != owner),
            persons=tuple(row for row in self.persons if row.owner != owner),
            places=tuple(row for row in self.places if row.owner != owner),
            organisations=tuple(row for row in self.organisations if row.owner != owner),
        )

    def redrawn(self) -> KeyTable:
        """Return the table without the fictive names that are flagged: ``extend`` draws others for them."""
        return replace(
            self,
            participants=tuple(
                replace(row, fictive_name=None, redraw=False) if row.redraw else row
                for row in self.participants
            ),
            persons=tuple(
                replace(row, fictive_name=None, redraw=False) if row.redraw else row for row in self.persons
            ),
        )

    def merge_persons(self, keep: str, drop: str) -> KeyTable:
        """Return the table in which someone said that two rows are one; ``KeyError`` if either is unknown."""
        rows = {row.id: row for row in self.persons}
        kept, dropped = rows[keep], rows[drop]
        if kept.owner != dropped.owner:
            rows[drop] = replace(dropped, same_as=kept.same_as or kept.id, fictive_name=kept.fictive_name)
        else:
            rows[keep] = replace(
                kept,
                names=tuple(sorted({*kept.names, *dropped.names})),
                relation=kept.relation or dropped.relation,
                relation_number=kept.relation_number if kept.relation else dropped.relation_number,
            )
            del rows[drop]
        return replace(self, persons=_sorted(rows.values()))

    def whois(self, surrogate: str) -> tuple[ParticipantRow, ...]:
        """Return the participants a fictive name, code name or number stands for."""
        wanted = surrogate.strip().casefold()
        number = int(digits) if (digits := "".join(filter(str.isdigit, wanted))) else None
        return tuple(
            row
            for row in self.participants
            if wanted in {(row.fictive_name or "").casefold(), (row.codename or "").casefold()} - {""}
            or (number is not None and number == row.number)
        )

    def rows(self) -> tuple[KeyRow, ...]:
        """Return every row as it is to be sealed, in a stable order."""
        every: tuple[Row, ...] = (
            *self.participants, *self.staff, *self.persons, *self.places, *self.organisations,
        )  # fmt: skip
        return tuple(
            KeyRow(
                row.owner,
                row.kind,
                row.id,
                json.dumps(asdict(row), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
            )
            for row in every
        )

    @classmethod
    def from_rows(cls, rows: Iterable[KeyRow | tuple[str, str, str, bytes]]) -> KeyTable:
        """Return the table of unsealed rows, in any order; ``IntegrityError`` if a row is not one of ours."""
        found: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
        for owner, kind, row_id, content in rows:
            row = _read(kind, content)
            if row.owner != owner or row.id != row_id:
                raise IntegrityError(
                    "a row stands under another owner or id", where=f"key table, row {row_id}"
                )
            found[kind].append(row)
        return cls(
            _sorted(found["participant"]),
            _sorted(found["staff"]),
            _sorted(found["person"]),
            _sorted(found["place"]),
            _sorted(found["organisation"]),
        )

    def surrogate(self, participant_id: str, naming: Naming) -> str | int | None:
        """Return what a participant is called under a scheme, if it has been drawn."""
        row = self.participant(participant_id)
        if row is None or naming is Naming.NONE:
            return None
        if naming is Naming.NUMBER:
            return row.number
        return row.fictive_name if naming is Naming.FICTIVE_NAME else row.codename


def _sorted(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: (row.owner, row.id)))


def _read(kind: str, content: bytes) -> Row:
    try:
        row_type = _KINDS[kind]
        data = json.loads(content)
        names = {one.name for one in fields(row_type)}
        if set(data) != names:
            raise ValueError
        values: dict[str, Any] = {key: _frozen(value) for key, value in data.items()}
        return row_type(**values)
    except (KeyError, ValueError, TypeError):
        raise IntegrityError("a row of the key table cannot be read", where=f"kind {kind}") from None


def _frozen(value: object) -> object:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
