"""Obligations of a study: opened by what the other stages do, met by the tool or by a person's word."""

from __future__ import annotations

import datetime as dt

from anonymizer.errors import UsageError
from anonymizer.participants import Duty, Evidence, Obligation, due_date, duty_rules, urgent_first
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = [
    "REGISTER",
    "bring_forward",
    "close_about",
    "digest_of",
    "meet",
    "obligations",
    "open_obligation",
    "place_of",
    "waiting",
]

KIND = "obligation"
REGISTER = "register"
"""The cause of the duty to delete a register file: it names everyone in plain."""


def obligations(space: Workspace) -> dict[str, Obligation]:
    """Return every obligation, met or not, by id."""
    return {key: Obligation.model_validate(body) for key, _, body in space.vault.all(KIND)}


def waiting(space: Workspace) -> list[tuple[str, Obligation]]:
    """Return the obligations that are open, the most urgent first."""
    return urgent_first(obligations(space).items())


def open_obligation(
    space: Workspace,
    tx: Change,
    duty: Duty,
    *,
    about: str = "",
    due: dt.date | None = None,
    owner: str = STUDY_OWNER,
    place: str | None = None,
    digest: str | None = None,
    cause: str = "",
    rule: str = "",
) -> str:
    """Open an obligation and return its id.

    ``place`` (a path, a recipient) may identify someone: it is sealed under the ``owner``'s work key, and goes with it;
    ``digest``, the keyed one of the file there, likewise. ``due`` None takes the time that ``rules/rights/duties.yaml``
    gives, ``rule`` empty the rule it names.
    """
    today = utc_now().date()
    key = new_id()
    sealed = tx.seal("place", owner, Master.WORK, place.encode()) if place is not None else None
    told = tx.seal("place-digest", owner, Master.WORK, digest.encode()) if digest is not None else None
    when = due or due_date(duty, today)
    rule = rule or duty_rules()[duty].rule
    one = Obligation(
        duty=duty,
        opened=today,
        due=when,
        rule=rule,
        about=about,
        place=sealed,
        digest=told,
        cause=cause,
    )
    tx.save(KIND, key, one.model_dump(mode="json", exclude_none=True))
    tx.log(
        "obligation.opened", object_id=key, rule=rule, details={"obligation": duty, "due": when.isoformat()}
    )
    return key


def meet(space: Workspace, tx: Change, key: str, evidence: Evidence, note: str | None = None) -> None:
    """Record that an obligation is met; where it was is forgotten. ``note`` is the id of the sealed evidence."""
    body = space.vault.load(KIND, key)
    if body is None:
        raise UsageError("there is no such obligation", where=key, hint="see: anonymizer due")
    one = Obligation.model_validate(body)
    if one.met is not None:
        raise UsageError("the obligation is met already", where=key)
    for sealed in (one.place, one.digest):
        if sealed is not None and _is_there(space, sealed):
            tx.destroy(sealed)
    done = one.model_copy(
        update={"met": utc_now().date(), "evidence": evidence, "place": None, "digest": None}
    )
    tx.save(KIND, key, done.model_dump(mode="json", exclude_none=True))
    details = {"obligation": one.duty, "evidence": evidence, **({"note": note} if note is not None else {})}
    tx.log("obligation.met", object_id=key, rule=one.rule, details=details)


def bring_forward(space: Workspace, tx: Change, key: str) -> None:
    """Let an open obligation be due within the time that a withdrawal gives (hfl § 16, 30 days [K]), if it is not."""
    one = Obligation.model_validate(space.vault.load(KIND, key))
    soon = due_date(Duty.DELETE_COPY, utc_now().date())
    if one.due > soon:
        moved = one.model_copy(update={"due": soon})
        tx.save(KIND, key, moved.model_dump(mode="json", exclude_none=True))
        details = {"obligation": one.duty, "due": soon.isoformat()}
        tx.log("obligation.opened", object_id=key, rule=one.rule, details=details)


def close_about(space: Workspace, tx: Change, duty: Duty, about: str, evidence: Evidence) -> int:
    """Meet every open obligation of a kind about one thing; return how many there were."""
    keys = [
        key
        for key, one in obligations(space).items()
        if one.met is None and (one.duty, one.about) == (duty, about)
    ]
    for key in keys:
        meet(space, tx, key, evidence)
    return len(keys)


def place_of(space: Workspace, one: Obligation) -> str:
    """Return where an obligation is to be met, or nothing where that is not known (any more)."""
    if one.place is None or not _is_there(space, one.place):
        return ""
    return space.vault.unseal(one.place).decode()


def digest_of(space: Workspace, one: Obligation) -> str:
    """Return the keyed digest of the file an obligation is about, or nothing where that is not known (any more)."""
    if one.digest is None or not _is_there(space, one.digest):
        return ""
    return space.vault.unseal(one.digest).decode()


def _is_there(space: Workspace, object_id: str) -> bool:
    return any(info.id == object_id and info.size for info in space.vault.objects())
