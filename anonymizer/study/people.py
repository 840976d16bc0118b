"""The register inside the study: rows become participants, their identity sealed in the key table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from anonymizer.errors import RegisterError
from anonymizer.model import KnownPerson
from anonymizer.participants import INTERVIEWER, ParticipantRow, label_key, labels_of
from anonymizer.study.records import ConsentFact, ParticipantRecord
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["Imported", "identity_of", "import_rows", "known_people", "label_map", "people_of"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: ids of the participants added and updated, and how many rows were as before."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    withdrawn: int = 0
    """Rows left out because their participant has withdrawn: a tombstone stands for the code."""


def _body(row: ParticipantRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "aliases": list(row.aliases),
        "gender": row.gender,
        "age": row.age,
        "municipality": row.municipality,
        "workplace": row.workplace,
        "contact": row.contact,
        "speaker": list(row.speaker),
        "transcripts": list(row.transcripts),
        "seen": utc_now().year,
    }


def _consent(row: ParticipantRow) -> tuple[ConsentFact, ...]:
    if row.consent_date is None and not row.letter_version and not row.scopes:
        return ()
    scopes = tuple(sorted(row.scopes))
    return (ConsentFact(letter_version=row.letter_version, date=row.consent_date, scopes=scopes),)


def import_rows(space: Workspace, rows: Iterable[ParticipantRow]) -> Imported:
    """Bring the register up to ``rows``; a row that stands already changes nothing and opens no key table.

    Rows of the reserved code ``interviewer`` are staff: their names are known to detection, they have no key of
    their own. One change of the study for the whole import.
    """
    staff = [row for row in rows if row.is_interviewer]
    people = [row for row in rows if not row.is_interviewer]
    buried = tombstones(space)
    gone = {row.code for row in people if buried and space.keyed_digest(row.code.encode()) in buried}
    people = [row for row in people if row.code not in gone]
    records = space.participants()
    ids = {record.code: key for key, record in records.items()}
    added: list[str] = []
    updated: list[str] = []
    unchanged = 0
    pending: list[tuple[str, ParticipantRow, str, bool]] = []
    for row in people:
        digest = space.keyed_digest(json.dumps([_body_for_digest(row)], sort_keys=True).encode())
        key = ids.get(row.code)
        if (
            key is not None
            and records[key].row is not None
            and _sealed_digest(space, records[key].row) == digest
        ):
            unchanged += 1
        else:
            pending.append((key or new_id(), row, digest, key is None))
    staff_digest = space.keyed_digest(
        json.dumps([_body_for_digest(row) for row in staff], sort_keys=True).encode()
    )
    staff_record = space.vault.load("staff", STUDY_OWNER)
    staff_new = bool(staff) and (
        staff_record is None or _sealed_digest(space, staff_record["row"]) != staff_digest
    )
    if not pending and not staff_new:
        return Imported((), (), unchanged, len(gone))
    space.need(Master.IDENTITY, Master.WORK)
    with space.vault.change("register") as tx:
        for key, row, digest, is_new in pending:
            if is_new:
                tx.new_owner(key)
                added.append(key)
            else:
                updated.append(key)
            _write_row(space, tx, key, row, digest, records.get(key))
        if staff_new:
            _write_staff(space, tx, staff, staff_digest, staff_record)
        space.log_identity(tx, "register", len(pending) + len(staff))
        tx.log(
            "register.imported",
            details={"added": len(added), "updated": len(updated), "unchanged": unchanged},
        )
    return Imported(tuple(added), tuple(updated), unchanged, len(gone))


def tombstones(space: Workspace) -> frozenset[str]:
    """Return the keyed digests of the codes of those who have withdrawn (work)."""
    bodies = [body for _, _, body in space.vault.all("tombstone")]
    return frozenset(space.vault.unseal(body["code"]).decode() for body in bodies)


def _body_for_digest(row: ParticipantRow) -> dict[str, Any]:
    body = {
        **_body(row),
        "consent": [fact.model_dump(mode="json", exclude_none=True) for fact in _consent(row)],
    }
    del body["seen"]
    return body


def _sealed_digest(space: Workspace, object_id: str | None) -> str:
    return space.vault.unseal(object_id).decode() if object_id else ""


def _write_row(
    space: Workspace, tx: Change, key: str, row: ParticipantRow, digest: str, record: ParticipantRecord | None
) -> None:
    identity = record.identity if record is not None else new_id()
    tx.put_row(key, "identity", identity, json.dumps(_body(row)).encode())
    consent = _consent(row)
    if record is not None and record.row is not None:
        tx.reseal(record.row, digest.encode())
        sealed = record.row
        if not consent or consent[0] in record.consent:
            consent = ()
        facts = (*record.consent, *consent)
        tx.log(
            "participant.updated",
            object_id=key,
            details={"version": len(facts) or 1, "fields": ["name"]},
        )
    else:
        sealed = tx.seal("row-digest", key, Master.WORK, digest.encode())
        facts = consent
        tx.log("participant.added", object_id=key, details={"by": "import"})
    tx.save(
        "participant",
        key,
        ParticipantRecord(code=row.code, identity=identity, consent=facts, row=sealed).model_dump(
            mode="json", exclude_none=True
        ),
        owner=key,
    )
    for fact in consent:
        details: dict[str, Any] = {
            "letter": fact.letter_version or "0",
            "scopes": [str(s) for s in fact.scopes],
        }
        if fact.date is not None:
            details["date"] = fact.date.isoformat()
        tx.log("consent.recorded", object_id=key, rule="CON-01", details=details)


def _write_staff(
    space: Workspace, tx: Change, staff: list[ParticipantRow], digest: str, record: Mapping[str, Any] | None
) -> None:
    for row_id, _, _ in tuple(space.vault.rows(kind="staff")):
        tx.drop_row(row_id)
    for row in staff:
        tx.put_row(STUDY_OWNER, "staff", new_id(), json.dumps(_body(row)).encode())
    if record is None:
        sealed = tx.seal("row-digest", STUDY_OWNER, Master.WORK, digest.encode())
    else:
        sealed = record["row"]
        tx.reseal(sealed, digest.encode())
    tx.save("staff", STUDY_OWNER, {"row": sealed, "count": len(staff)}, owner=STUDY_OWNER)


def _all_identities(space: Workspace) -> list[tuple[str, dict[str, Any]]]:
    people = list(space.identities().items())
    staff = [(INTERVIEWER, json.loads(value)) for _, _, value in space.vault.rows(kind="staff")]
    return people + staff


def identity_of(space: Workspace, participant: str) -> dict[str, Any]:
    """Return what the register knows of a participant (identity); the reading is logged."""
    space.need(Master.IDENTITY)
    body = space.identities().get(participant)
    if body is None:
        raise RegisterError("the register knows no more than the code", hint="the pack may forbid identity")
    with space.vault.change() as tx:
        tx.log("identity.opened", object_id=participant, details={"purpose": "register"})
        space.log_identity(tx, "register", 1)
    return {key: value for key, value in body.items() if value and key != "seen"}


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


def known_people(space: Workspace) -> tuple[KnownPerson, ...]:
    """Return everyone the register knows by name, staff included, as detection searches for them (identity)."""
    return tuple(_person(key, body) for key, body in _all_identities(space) if body["name"])


def people_of(space: Workspace, keys: Iterable[str]) -> tuple[KnownPerson, ...]:
    """Return those of ``known_people`` whose key is among ``keys``; opens nothing if there are none (identity)."""
    wanted = set(keys)
    return tuple(person for person in known_people(space) if person.key in wanted) if wanted else ()


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
