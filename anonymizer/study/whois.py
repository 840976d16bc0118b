"""Who stands behind a surrogate or a file number. Needs the identity key; every question is logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anonymizer.errors import UsageError
from anonymizer.pseudonymise import KeyTable
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["Answer", "whois"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Someone or something behind a label. ``code`` is the participant's, or of the one who spoke of it."""

    kind: str
    code: str
    name: str


def whois(space: Workspace, label: str) -> tuple[Answer, ...]:
    """Return who stands behind ``label``, a surrogate as it stands in a text or a file of an export (number or name).

    Raises ``UsageError`` if nobody does; the question is logged all the same.
    """
    space.need(Master.IDENTITY)
    wanted = label.strip().strip("[]:").casefold()
    identities = space.identities()
    answers: list[Answer] = []
    answers.extend(_behind_file(space, wanted))
    answers.extend(_behind_surrogate(space.key_table(), wanted, identities))
    with space.vault.change() as tx:
        tx.log("whois.asked", details={"rows": len(answers), "purpose": "re-identify"})
        space.log_identity(tx, "re-identify", len(answers))
    if not answers:
        raise UsageError("nobody stands behind this label", hint="write it as it stands in the export")
    return tuple(dict.fromkeys(answers))


def _behind_file(space: Workspace, wanted: str) -> list[Answer]:
    identities = space.identities()
    result = []
    for export in space.exports().values():
        for file in export.files:
            if wanted in {str(file.number), f"transcript-{file.number}", file.name.casefold()}:
                for who in space.transcript(file.transcript).participants:
                    body = identities.get(who, {})
                    result.append(Answer("participant", body.get("code", ""), body.get("name", "")))
    return result


def _behind_surrogate(
    table: KeyTable, wanted: str, identities: Mapping[str, Mapping[str, Any]]
) -> Iterator[Answer]:
    for row in table.whois(wanted):
        body = identities.get(row.id, {})
        yield Answer("participant", body.get("code", ""), body.get("name", ""))
    number = int(digits) if (digits := "".join(filter(str.isdigit, wanted))) else None
    for person in table.persons:
        drawn = (person.fictive_name or "").casefold()
        numbered = person.number is not None and wanted == f"person {number}" and person.number == number
        if (drawn and drawn == wanted) or numbered:
            code = identities.get(person.owner, {}).get("code", "")
            yield from (Answer("third person", code, name) for name in person.names)
    for place in table.places:
        marks = {place.nb.casefold(), place.nn.casefold()}
        if wanted in marks or (
            place.number is not None and wanted in {f"{mark} {place.number}" for mark in marks}
        ):
            code = identities.get(place.owner, {}).get("code", "")
            yield from (Answer("place", code, form) for form in place.forms)
