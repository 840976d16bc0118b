"""The register brought up to its rows: participants, their identity sealed in the key table, consents, staff."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from anonymizer.errors import RegisterError
from anonymizer.participants import ParticipantRow
from anonymizer.pseudonymise import RELATED
from anonymizer.study.consenting import put_capacity, put_sample
from anonymizer.study.detecting import mark_within
from anonymizer.study.gates import refuse_closed
from anonymizer.study.people import people_of
from anonymizer.study.project import project_of
from anonymizer.study.records import ConsentFact, ParticipantRecord
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = [
    "CONTACT_FORGOTTEN",
    "Imported",
    "contact_forgotten",
    "import_rows",
    "rewrite_row",
    "tombstones",
]

CONTACT_FORGOTTEN = "contact-forgotten"
"""The kind of record that says since when a participant's contact details are gone."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed: ids of the participants added and updated, and how many rows were as before."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int
    withdrawn: int = 0
    """Rows left out because their participant has withdrawn: a tombstone stands for the code."""


def _body(row: ParticipantRow, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as the key table keeps it; ``old`` is what stands there: third persons keep their ids."""
    ids = {(one["relation"], one["name"]): one["id"] for one in (old or {}).get("third_persons", ())}
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
        "third_persons": [
            {
                "id": ids.get((one.relation, one.name)) or f"{RELATED}{secrets.token_hex(10)}",
                "relation": one.relation,
                "name": one.name,
            }
            for one in row.third_persons
        ],
        "sample": row.sample,
        "capacity": row.capacity,
        "seen": utc_now().year,
    }


def _consent(row: ParticipantRow) -> tuple[ConsentFact, ...]:
    if row.consent_date is None and not row.letter_version and not row.scopes:
        return ()
    scopes = tuple(sorted(row.scopes))
    fact = ConsentFact(
        letter_version=row.letter_version, date=row.consent_date, scopes=scopes, evidence=row.evidence
    )
    return (fact,)


def import_rows(space: Workspace, rows: Iterable[ParticipantRow]) -> Imported:
    """Bring the register up to ``rows``; a row that stands already changes nothing and opens no key table.

    Rows of the reserved code ``interviewer`` are staff: their names are known to detection, they have no key of
    their own. One change of the study for the whole import.
    """
    refuse_closed(space)
    rows = tuple(rows)
    _check_identity(space, rows)
    _check_samples(space, rows)
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
        if added or updated:
            mark_within(space, tx, people_of(space, (*added, *updated)))
        tx.log(
            "register.imported",
            details={"added": len(added), "updated": len(updated), "unchanged": unchanged},
        )
    return Imported(tuple(added), tuple(updated), unchanged, len(gone))


def _check_identity(space: Workspace, rows: Iterable[ParticipantRow]) -> None:
    """Raise ``RegisterError`` for a name under a pack that forbids identity, whichever way it came (PRJ-04)."""
    if space.pack.participants.identity != "forbidden":
        return
    if any(row.name or row.aliases or row.contact or row.third_persons for row in rows):
        raise RegisterError(
            "the pack forbids identity: no name, alias, contact or third person",
            hint="leave it out, or choose a pack that keeps a key table",
        )


def _check_samples(space: Workspace, rows: Iterable[ParticipantRow]) -> None:
    wanted = {row.sample for row in rows} - {""}
    known = {one.id for one in project_of(space).samples} if wanted else set()
    if wanted - known:
        raise RegisterError(
            f"{len(wanted - known)} samples are not in the profile",
            hint=f"it has {', '.join(sorted(known)) or 'none'}; add them to samples in study.yaml",
        )


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
    # What the first studies' registers did not have counts only where it is filled in.
    for name in ("third_persons", "sample", "capacity"):
        del body[name]
    more = {
        "third_persons": [[one.relation, one.name] for one in row.third_persons],
        "sample": row.sample,
        "capacity": row.capacity,
    }
    return body | {key: value for key, value in more.items() if value}


def _sealed_digest(space: Workspace, object_id: str | None) -> str:
    return space.vault.unseal(object_id).decode() if object_id else ""


def _write_row(
    space: Workspace, tx: Change, key: str, row: ParticipantRow, digest: str, record: ParticipantRecord | None
) -> None:
    identity = record.identity if record is not None else new_id()
    before = space.identities().get(key) if record is not None else None
    if contact_forgotten(space, key):
        row = replace(row, contact="")
    tx.put_row(key, "identity", identity, json.dumps(_body(row, before)).encode())
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
            details={"version": len(facts) or 1, "fields": _changed(row, before or {}) or ["consent"]},
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
    told = before or {}
    if row.sample and row.sample != told.get("sample"):
        put_sample(tx, key, row.sample)
    if row.capacity and row.capacity != told.get("capacity"):
        put_capacity(space, tx, key, row.capacity)
    for fact in consent:
        details: dict[str, Any] = {
            "letter": fact.letter_version or "0",
            "scopes": [str(s) for s in fact.scopes],
        }
        if fact.date is not None:
            details["date"] = fact.date.isoformat()
        if fact.evidence is not None:
            details["evidence"] = fact.evidence
        tx.log("consent.recorded", object_id=key, rule="CON-01", details=details)


def rewrite_row(space: Workspace, tx: Change, key: str, row: ParticipantRow) -> None:
    """Write what the key table holds of a participant anew; what it was made from stays known as it was."""
    before = space.identities()[key]
    body = _body(row, before) | {name: before.get(name) for name in ("seen", "sample", "capacity")}
    tx.put_row(key, "identity", space.participants()[key].identity, json.dumps(body).encode())


def _changed(row: ParticipantRow, before: Mapping[str, Any]) -> list[str]:
    """Return which fields of the register a row changes, as the log knows them."""
    after = _body(row, before)
    fields = ("name", "aliases", "gender", "age", "municipality", "workplace", "contact", "speaker")
    changed = [name for name in (*fields, "transcripts") if after[name] != before.get(name)]
    known = before.get("third_persons", [])
    return [*changed, *(["third-persons"] if after["third_persons"] != known else [])]


def contact_forgotten(space: Workspace, participant: str) -> bool:
    """Tell whether a participant's contact details were forgotten: the same register again does not bring them back."""
    return space.vault.load(CONTACT_FORGOTTEN, participant) is not None


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
