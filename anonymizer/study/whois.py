"""Who stands behind a surrogate or a file number. Needs the identity key; every question is logged."""

from __future__ import annotations

from dataclasses import dataclass

from anonymizer.errors import UsageError
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["Answer", "whois"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Someone or something behind a label. ``code`` is empty for others than participants."""

    kind: str
    code: str
    name: str


def whois(space: Workspace, label: str) -> tuple[Answer, ...]:
    """Return who stands behind ``label``, a surrogate as it stands in a text or an export's file number.

    Raises ``UsageError`` if nobody does; the question is logged all the same.
    """
    space.need(Master.IDENTITY)
    wanted = label.strip().strip("[]:").casefold()
    identities = space.identities()
    answers: list[Answer] = []
    if wanted.isdigit():
        answers.extend(_behind_file(space, int(wanted)))
    for entry in space.key_table().behind(wanted):
        code = identities.get(entry.row_id, {}).get("code", "")
        answers.append(Answer(entry.kind, code, entry.name))
    with space.vault.change() as tx:
        tx.log("whois.asked", details={"rows": len(answers), "purpose": "re-identify"})
        space.log_identity(tx, "re-identify", len(answers))
    if not answers:
        raise UsageError("nobody stands behind this label", hint="write it as it stands in the export")
    return tuple(dict.fromkeys(answers))


def _behind_file(space: Workspace, number: int) -> list[Answer]:
    identities = space.identities()
    result = []
    for export in space.exports().values():
        for file in export.files:
            if file.number == number:
                for who in space.transcript(file.transcript).participants:
                    body = identities.get(who, {})
                    result.append(Answer("participant", body.get("code", ""), body.get("name", "")))
    return result
