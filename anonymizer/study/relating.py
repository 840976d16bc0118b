"""Third persons in the register: by relation to a participant, or by role, sealed under that participant's key.

Detection searches for them as for everyone known, the mark that stands for them is their relation, and they go with
the participant who spoke of them.
"""

from __future__ import annotations

from dataclasses import replace

from anonymizer.errors import RegisterError, UsageError
from anonymizer.participants import ThirdPerson
from anonymizer.study.people import log_reading, row_of
from anonymizer.study.registering import Imported, import_rows
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["add_third_person", "remove_third_person", "third_persons"]


def third_persons(space: Workspace, participant: str) -> tuple[ThirdPerson, ...]:
    """Return whom a participant speaks of, as far as the register says (identity); the reading is logged."""
    space.need(Master.IDENTITY)
    known = row_of(space, participant).third_persons
    with space.vault.change() as tx:
        tx.log("identity.opened", object_id=participant, details={"purpose": "register"})
    return known


def add_third_person(space: Workspace, participant: str, relation: str, name: str) -> Imported:
    """Register someone a participant speaks of; ``relation`` is such as ``søster``, or a role such as ``fastlege``."""
    space.need(*Master)
    if space.pack.participants.identity == "forbidden":
        raise RegisterError("the pack forbids identity, and a third person's name is one")
    relation, name = relation.strip(), name.strip()
    if not relation or not name or "|" in relation + name or ":" in relation:
        raise UsageError("a third person has a relation or role, and a name, without | and :")
    log_reading(space)
    row = row_of(space, participant)
    more = tuple(sorted({*row.third_persons, ThirdPerson(relation, name)}))
    return import_rows(space, [replace(row, third_persons=more)])


def remove_third_person(space: Workspace, participant: str, name: str) -> Imported:
    """Take a third person out of the register again; raise ``UsageError`` if there is none of this name."""
    space.need(*Master)
    log_reading(space)
    row = row_of(space, participant)
    left = tuple(one for one in row.third_persons if one.name.casefold() != name.strip().casefold())
    if left == row.third_persons:
        raise UsageError("the register has no such third person of this participant")
    return import_rows(space, [replace(row, third_persons=left)])
