"""Who the register knows, read from the key table: participants, staff, and the third persons they speak of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from anonymizer.errors import RegisterError
from anonymizer.model import KnownPerson
from anonymizer.participants import (
    INTERVIEWER,
    Capacity,
    ConsentEvidence,
    ParticipantRow,
    ThirdPerson,
    label_key,
    labels_of,
)
from anonymizer.study.records import ConsentFact
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = [
    "identity_of",
    "known_people",
    "label_map",
    "log_reading",
    "people_of",
    "related_people",
    "row_of",
    "staff_rows",
]


def _all_identities(space: Workspace) -> list[tuple[str, dict[str, Any]]]:
    people = list(space.identities().items())
    staff = [(INTERVIEWER, json.loads(value)) for _, _, value in space.vault.rows(kind="staff")]
    return people + staff


def staff_rows(space: Workspace) -> tuple[ParticipantRow, ...]:
    """Return the register's rows of whoever asks the questions (identity)."""
    bodies = [json.loads(value) for _, _, value in space.vault.rows(kind="staff")]
    return tuple(
        ParticipantRow(
            code=INTERVIEWER,
            name=body["name"],
            aliases=tuple(body["aliases"]),
            gender=body["gender"],
            contact=body["contact"],
            workplace=body["workplace"],
            speaker=tuple(body["speaker"]),
        )
        for body in bodies
    )


def identity_of(space: Workspace, participant: str) -> dict[str, Any]:
    """Return what the register knows of a participant (identity); the reading is logged."""
    space.need(Master.IDENTITY)
    body = space.identities().get(participant)
    if body is None:
        raise RegisterError("the register knows no more than the code", hint="the pack may forbid identity")
    with space.vault.change() as tx:
        tx.log("identity.opened", object_id=participant, details={"purpose": "register"})
        space.log_identity(tx, "register", 1)
    shown = {key: value for key, value in body.items() if value and key not in {"seen", "third_persons"}}
    if body.get("third_persons"):
        shown["third_persons"] = [f"{one['relation']}: {one['name']}" for one in body["third_persons"]]
    return shown


def log_reading(space: Workspace) -> None:
    """Log that the register was read, where nothing that is written says so."""
    with space.vault.change() as tx:
        space.log_identity(tx, "register", 1)


def row_of(space: Workspace, participant: str) -> ParticipantRow:
    """Return the register's row of a participant as it stands (identity); the caller logs the reading."""
    body = space.identities()[participant]
    record = space.participants()[participant]
    last = record.consent[-1] if record.consent else ConsentFact()
    sample = space.vault.load("sample", participant) or {}
    capacity = space.vault.load("capacity", participant) or {}
    return ParticipantRow(
        code=record.code,
        name=body["name"],
        aliases=tuple(body["aliases"]),
        gender=body["gender"],
        age=body["age"],
        municipality=body["municipality"],
        workplace=body["workplace"],
        contact=body["contact"],
        consent_date=last.date,
        letter_version=last.letter_version,
        scopes=frozenset(last.scopes),
        speaker=tuple(body["speaker"]),
        transcripts=tuple(body["transcripts"]),
        evidence=ConsentEvidence(last.evidence) if last.evidence else None,
        sample=sample.get("sample", ""),
        capacity=Capacity(capacity["capacity"]) if capacity else None,
        third_persons=tuple(
            ThirdPerson(one["relation"], one["name"]) for one in body.get("third_persons", ())
        ),
    )


def _person(key: str, body: Mapping[str, Any]) -> KnownPerson:
    decade = (body["seen"] - body["age"]) // 10 * 10 if body["age"] else None
    return KnownPerson(
        key=key,
        name=body["name"],
        aliases=tuple(body["aliases"]),
        gender=body["gender"],
        birth_decade=decade,
        workplaces=tuple(filter(None, [body["workplace"]])),
        places=tuple(filter(None, [body["municipality"]])),
        contacts=tuple(filter(None, [body["contact"]])),
    )


def related_people(space: Workspace) -> dict[str, tuple[KnownPerson, ...]]:
    """Return the third persons the register knows, by the participant who speaks of them (identity)."""
    return {key: _related(body) for key, body in space.identities().items() if body.get("third_persons")}


def _related(body: Mapping[str, Any]) -> tuple[KnownPerson, ...]:
    return tuple(
        KnownPerson(key=one["id"], name=one["name"], relation=one["relation"])
        for one in body.get("third_persons", ())
    )


def known_people(space: Workspace) -> tuple[KnownPerson, ...]:
    """Return everyone the register knows by name, as detection searches for them (identity).

    Participants and staff, and the third persons: these alone have a ``relation``.
    """
    return people_of(space, None)


def people_of(space: Workspace, keys: Iterable[str] | None) -> tuple[KnownPerson, ...]:
    """Return those of ``known_people`` who are, or belong to, one of ``keys``; opens nothing if there are none."""
    wanted = set(keys) if keys is not None else None
    if wanted is not None and not wanted:
        return ()
    found: list[KnownPerson] = []
    for key, body in _all_identities(space):
        if wanted is None or key in wanted:
            found += [_person(key, body)] if body["name"] else []
            found += _related(body)
    return tuple(found)


def label_map(space: Workspace, participants: Iterable[str]) -> dict[str, str]:
    """Return whom each label stands for in a transcript of these participants (identity).

    Raises ``RegisterError`` if one label stands for two of them.
    """
    wanted = set(participants) | {INTERVIEWER}
    result: dict[str, str] = {}
    for key, body in _all_identities(space):
        if key not in wanted:
            continue
        row = ParticipantRow(
            code=body["code"],
            name=body["name"],
            aliases=tuple(body["aliases"]),
            speaker=tuple(body["speaker"]),
        )
        for label in labels_of(row):
            folded = label_key(label)
            if result.setdefault(folded, key) != key:
                raise RegisterError(
                    "one speaker label stands for two participants of the same transcript",
                    hint="give each a label of their own in the column “speaker”",
                )
    return result
