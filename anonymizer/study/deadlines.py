"""``due``: everything with a date, the most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from anonymizer.errors import UsageError
from anonymizer.participants import Day, Duty, Evidence, Obligation, calendar_text
from anonymizer.study.audio import recordings
from anonymizer.study.backups import settle_backup
from anonymizer.study.certificates import duty_in_words
from anonymizer.study.memberchecks import member_checks
from anonymizer.study.obligations import meet, obligations, place_of, waiting
from anonymizer.study.opening import bring_up_to_date
from anonymizer.study.rights import log_answer, requests
from anonymizer.study.waiving import waivers
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import STUDY_OWNER, Master

__all__ = ["DueItem", "due", "due_calendar", "settle"]


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing to do: its id, what it is, by when, the rule, whom or what it is about, and where (work key)."""

    obligation: str
    duty: str
    due: dt.date
    days_left: int
    rule: str
    about: str
    where: str


def due(space: Workspace) -> tuple[DueItem, ...]:
    """Return what is to be done, the most urgent first. Opened with the work key, it also says where.

    What the profile newly asks for, and certificates whose file is missing, are brought up to date on the way.
    """
    bring_up_to_date(space)
    today = utc_now().date()
    labels = _labels(space)
    return tuple(
        DueItem(
            obligation=key,
            duty=one.duty,
            due=one.due,
            days_left=(one.due - today).days,
            rule=one.rule,
            about=labels.get(one.about, one.about[:8]) or one.cause,
            where=_where(space, one) if Master.WORK in space.vault.masters else "",
        )
        for key, one in waiting(space)
    )


def _labels(space: Workspace) -> dict[str, str]:
    """Return what each thing that a duty may be about is called: codes and numbers, no names."""
    codes = {key: record.code for key, record in space.participants().items()}
    labels = {**codes, **{key: f"transcript {one.number}" for key, one in space.transcripts().items()}}
    for key, recording in recordings(space).items():
        labels[key] = f"recording of {', '.join(codes.get(who, '?') for who in recording.participants)}"
    for key, check in member_checks(space).items():
        labels[key] = f"{check.what} to {codes.get(check.participant, '?')}"
    for key, asked in requests(space).items():
        labels[key] = f"{asked.right} of {codes.get(asked.participant, '?')}"
    for key, waiver in waivers(space).items():
        labels[key] = waiver.rule
    return labels


def _where(space: Workspace, one: Obligation) -> str:
    """Return where a duty is to be met (work): its own place, or the recording's."""
    sound = recordings(space).get(one.about) if one.duty is Duty.DELETE_AUDIO else None
    if sound is None:
        return place_of(space, one)
    place = space.vault.unseal(sound.place).decode()
    if sound.object is None:
        return place
    return f"sealed in the study, and {place}" if Path(place).exists() else "sealed in the study"


def due_calendar(space: Workspace, lang: str = "nb") -> str:
    """Return the dates as an iCalendar file; it holds kinds of duties and random ids only."""
    days = [
        Day(key, one.due, f"{duty_in_words(one.duty, lang)} ({one.rule}, {key[:8]})")
        for key, one in waiting(space)
    ]
    return calendar_text(days, made=utc_now())


_DONE_ELSEWHERE = {
    Duty.DELETE_AUDIO: "anonymizer audio delete {about}, with --confirmed for what you deleted yourself",
    Duty.DELETE_CONTACT: "anonymizer participant forget-contact",
    Duty.MEMBER_CHECK: "anonymizer membercheck answer {about}",
    Duty.PROJECT_END: "anonymizer close",
    Duty.INCIDENT_REPORT: "anonymizer record incident --id {about} --report sent",
}
"""Duties that the tool itself must know more about than that they are met."""


def settle(space: Workspace, prefix: str, *, document: str = "") -> str:
    """Record that a person has met an obligation, named by the first digits of its id; return the id.

    ``document`` says where that is written down and is sealed; a condition of an approval needs one (PRJ-03). Raises
    ``UsageError`` for what has a command of its own, and for a file that is to be deleted and is still there.
    """
    found = [key for key, one in obligations(space).items() if key.startswith(prefix) and one.met is None]
    if len(found) != 1 or len(prefix) < 4:
        raise UsageError(
            f"{len(found)} open obligations begin like this", hint="give more digits; see: anonymizer due"
        )
    one = obligations(space)[found[0]]
    if one.duty is Duty.DELETE_BACKUP:
        settle_backup(space, one.about)
        return found[0]
    if (way := _DONE_ELSEWHERE.get(one.duty)) is not None and _has_more(space, one):
        raise UsageError("this is met by what is done, not by saying so", hint=way.format(about=one.about))
    if one.duty is Duty.CONDITION and not document.strip():
        raise UsageError(
            "a condition is met with its evidence", hint="say in a text file where it stands: --evidence FILE"
        )
    place = place_of(space, one) if one.duty in {Duty.DELETE_SOURCE, Duty.DELETE_COPY} else ""
    if (
        place and Path(place).exists()
    ):  # a slip here would leave names in plain, and a log that says otherwise
        raise UsageError("it is still there", where=place, hint="delete it, then say so again")
    asked = requests(space).get(one.about) if one.duty is Duty.ANSWER_RIGHT else None
    with space.vault.change() as tx:
        if asked is not None and asked.answered is None:
            log_answer(space, tx, asked.participant, asked.right)
            return found[0]
        note = tx.seal("note", STUDY_OWNER, Master.WORK, document.encode()) if document.strip() else None
        meet(space, tx, found[0], Evidence.DOCUMENT if note else Evidence.HAND, note)
    return found[0]


def _has_more(space: Workspace, one: Obligation) -> bool:
    """Tell whether what a duty is about is still known: a recording that was withdrawn is only a file somewhere."""
    if one.duty is Duty.DELETE_AUDIO:
        return one.about in recordings(space)
    return one.duty is not Duty.MEMBER_CHECK or one.about in member_checks(space)
