"""The profile's versions: what study.yaml says is taken up, compared with what was notified, and made into duties."""

from __future__ import annotations

import datetime as dt
from typing import Any

from anonymizer.participants import (
    Consequence,
    Duty,
    Evidence,
    ProfileChange,
    ProjectProfile,
    compare_profiles,
    one_month,
    parse_profile,
)
from anonymizer.study.create import profile_digest
from anonymizer.study.obligations import meet, obligations, open_obligation
from anonymizer.study.profile import plain_values, save_profile
from anonymizer.study.project import project_of
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import Change

__all__ = ["change_profile", "profile_versions", "take_up_profile"]

KIND = "profile-version"
NOTIFY_BEFORE = dt.timedelta(days=30)
"""How long before collection begins the notification form is to be sent (rules.md PRJ-02 [S1])."""
_RULES = {"notification": "PRJ-02"}


def profile_versions(space: Workspace) -> dict[int, dict[str, Any]]:
    """Return every version of the profile that was in force, by number."""
    return {int(body["version"]): body for _, _, body in space.vault.all(KIND)}


def change_profile(space: Workspace, body: dict[str, Any]) -> tuple[ProfileChange, ...]:
    """Put another profile in force; return what changed and what each change asks for."""
    body = plain_values(body)
    parse_profile(body, where="the profile")
    space.profile = space.profile.model_copy(update={"profile": body})
    save_profile(space.places.study, space.profile)
    return take_up_profile(space)


def take_up_profile(space: Workspace) -> tuple[ProfileChange, ...]:
    """Take up the profile as it stands in study.yaml, if it is not in force yet; a version is never lost.

    Conditions of approvals, the end of the project and what follows it become obligations. A change that must be
    reported becomes one too.
    """
    now = project_of(space)
    versions = profile_versions(space)
    number = max(versions, default=0)
    digest = profile_digest(space.profile)
    if number and versions[number]["digest"] == digest:
        return ()
    before = parse_profile(versions[number]["body"]) if number else ProjectProfile()
    if not number and now == before:
        return ()
    changes = compare_profiles(before, now) if number else ()
    report = any(one.consequence is Consequence.REPORT for one in changes)
    with space.vault.change() as tx:
        today = utc_now().date()
        tx.save(
            KIND,
            f"{number + 1:06d}",
            {
                "version": number + 1,
                "date": today.isoformat(),
                "digest": digest,
                "body": space.profile.profile,
                "changes": [{"key": one.key, "consequence": one.consequence} for one in changes],
            },
        )
        consequence = Consequence.REPORT if report else Consequence.NO_NEED
        details = {"profile": number + 1, "consequence": consequence}
        tx.log("profile.changed", rule="PRJ-05", details=details)
        if report:
            open_obligation(space, tx, Duty.NOTIFY, cause=f"profile-{number + 1}")
        _log_frame(tx, before, now)
        _duties(space, tx, now)
    return changes


def _log_frame(tx: Change, before: ProjectProfile, now: ProjectProfile) -> None:
    for letter in now.letters:
        if letter in before.letters:
            continue
        details: dict[str, Any] = {
            "letter": letter.version,
            "scopes": [str(one) for one in letter.scopes],
            "group_withdrawal": letter.group_withdrawal,
            "date": letter.date.isoformat() if letter.date else None,
            "ending": letter.strictest_ending,
            "audio_deleted": letter.audio_deleted,
            "member_check": letter.member_check,
        }
        tx.log("letter.added", details={key: value for key, value in details.items() if value is not None})
    for approval in now.approvals:
        if approval in before.approvals:
            continue
        details = {"body": approval.body, "status": approval.status, "conditions": len(approval.conditions)}
        if approval.date is not None:
            details["date"] = approval.date.isoformat()
        tx.log("approval.recorded", details=details)


def _wanted(space: Workspace, now: ProjectProfile) -> dict[str, tuple[Duty, dt.date | None]]:
    """Return what the profile asks for, by the cause that the duty has: which duty, and its day if it has one."""
    wanted: dict[str, tuple[Duty, dt.date | None]] = {
        f"condition-{approval.body}-{one.id}": (Duty.CONDITION, one.due)
        for approval in now.approvals
        for one in approval.conditions
    }
    if now.ends is not None:
        wanted["end"] = (Duty.PROJECT_END, now.ends)
        if any(one.body in {"rek", "sikt"} and one.status == "approved" for one in now.approvals):
            wanted["final"] = (Duty.FINAL_MESSAGE, one_month(now.ends, 3))
        if now.control_copy_years:
            wanted["retention"] = (Duty.RETENTION_END, one_month(now.ends, 12 * now.control_copy_years))
    notifies = space.pack.participants.identity != "forbidden"
    if now.starts is not None and notifies and not _is_notified(now):
        wanted["notification"] = (Duty.NOTIFY, now.starts - NOTIFY_BEFORE)
    contact = min((one.contact_deleted for one in now.letters if one.contact_deleted), default=None)
    if contact is not None:
        wanted["contact"] = (Duty.DELETE_CONTACT, contact)
    return wanted


def _is_notified(now: ProjectProfile) -> bool:
    return any(one.body == "sikt" for one in now.approvals)


def _duties(space: Workspace, tx: Change, now: ProjectProfile) -> None:
    """Open what the profile asks for by a date; a duty whose date moved is met and opened again."""
    open_ones = {one.cause: (key, one) for key, one in obligations(space).items() if one.met is None}
    met = {one.cause for one in obligations(space).values() if one.met is not None}
    for cause, (duty, when) in _wanted(space, now).items():
        standing = open_ones.get(cause)
        if standing is not None and (when is None or standing[1].due == when):
            continue
        if standing is not None:
            meet(space, tx, standing[0], Evidence.TOOL)
        elif cause in met:
            continue
        open_obligation(space, tx, duty, due=when, cause=cause, rule=_RULES.get(cause, ""))
    if _is_notified(now) and "notification" in open_ones:
        meet(space, tx, open_ones["notification"][0], Evidence.DOCUMENT)
