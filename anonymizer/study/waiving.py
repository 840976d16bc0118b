"""Waivers of a study: granted by the responsible person's slot, shown as waived, over when their day is past."""

from __future__ import annotations

import datetime as dt

from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import Duty, Evidence, Waiver, check_waiver
from anonymizer.study.obligations import close_about, open_obligation
from anonymizer.study.workspace import Workspace, new_id, utc_now

__all__ = ["end_expired", "end_waiver", "is_waived", "waive", "waivers"]

KIND = "waiver"


def waivers(space: Workspace) -> dict[str, Waiver]:
    """Return every waiver there was, by id."""
    return {key: Waiver.model_validate(body) for key, _, body in space.vault.all(KIND)}


def is_waived(space: Workspace, rule: str, about: str = "") -> bool:
    """Tell whether a rule is waived today, as a whole or for the thing with the id ``about``."""
    today = utc_now().date()
    return any(
        one.rule == rule and one.holds(today) and one.about in {"", about} for one in waivers(space).values()
    )


def waive(space: Workspace, rule: str, *, reason: str, expires: dt.date, about: str = "") -> str:
    """Waive a rule until a day; only the responsible person's slot may. Returns the waiver's id."""
    today = utc_now().date()
    check_waiver(rule, reason, today, expires)
    role = next((slot.role for slot in space.vault.slots() if slot.id == space.vault.slot_id), "")
    if role != "responsible":
        raise GateRefused(
            "only the responsible person waives a rule",
            rule=rule,
            hint="open the study with their passphrase",
        )
    key = new_id()
    one = Waiver(rule=rule, reason=reason, since=today, expires=expires, by=space.vault.slot_id, about=about)
    with space.vault.change() as tx:
        tx.save(KIND, key, one.model_dump(mode="json", exclude_none=True))
        tx.log(
            "check.waived",
            object_id=key,
            rule=rule,
            details={"reason": reason, "expires": expires.isoformat()},
        )
        open_obligation(space, tx, Duty.RENEW_WAIVER, about=key, due=expires)
    return key


def end_expired(space: Workspace) -> int:
    """Log the end of every waiver whose day is past; return how many there were."""
    today = utc_now().date()
    over = {key: one for key, one in waivers(space).items() if one.ended is None and one.expires < today}
    if over:
        with space.vault.change() as tx:
            for key, one in over.items():
                ended = one.model_copy(update={"ended": one.expires})
                tx.save(KIND, key, ended.model_dump(mode="json", exclude_none=True))
                tx.log("waiver.ended", object_id=key, rule=one.rule, details={"cause": "expired"})
                close_about(space, tx, Duty.RENEW_WAIVER, key, Evidence.TOOL)
    return len(over)


def end_waiver(space: Workspace, key: str) -> None:
    """Take a waiver back before its day."""
    one = waivers(space).get(key)
    if one is None or one.ended is not None:
        raise UsageError("there is no such waiver in force", where=key)
    with space.vault.change() as tx:
        ended = one.model_copy(update={"ended": utc_now().date()})
        tx.save(KIND, key, ended.model_dump(mode="json", exclude_none=True))
        tx.log("waiver.ended", object_id=key, rule=one.rule, details={"cause": "revoked"})
        close_about(space, tx, Duty.RENEW_WAIVER, key, Evidence.TOOL)
