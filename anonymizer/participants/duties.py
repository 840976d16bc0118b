"""Duties with dates: what someone must do by when, and how they are put in order. No storage here."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir

__all__ = [
    "Duty",
    "DutyRule",
    "Evidence",
    "Obligation",
    "due_date",
    "duty_rules",
    "one_month",
    "urgent_first",
]


class Duty(StrEnum):
    """What there can be to do; the log's words."""

    DELETE_SOURCE = "delete-source"
    DELETE_COPY = "delete-copy"
    DELETE_BACKUP = "delete-backup"
    DELETE_AUDIO = "delete-audio"
    DELETE_CONTACT = "delete-contact"
    DELETE_KEY = "delete-key"
    DELETE_PAPER = "delete-paper"
    TELL_RECIPIENT = "tell-recipient"
    CONDITION = "condition"
    TRANSCRIBE = "transcribe"
    NOTIFY = "notify"
    ANSWER_RIGHT = "answer-right"
    MEMBER_CHECK = "member-check"
    PROJECT_END = "project-end"
    RETENTION_END = "retention-end"
    FINAL_MESSAGE = "final-message"
    INCIDENT_REPORT = "incident-report"
    REVIEW = "review"
    RENEW_WAIVER = "renew-waiver"


class Evidence(StrEnum):
    """How a duty was met."""

    TOOL = "done-by-tool"
    HAND = "confirmed-by-hand"
    DOCUMENT = "document"


class DutyRule(BaseModel):
    """How long a duty may take and which rule asks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(ge=0, le=3660)
    rule: str = Field(pattern=r"^[A-Z]{2,6}-[0-9]{2,3}$")
    source: str = Field(min_length=1)


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    duties: dict[Duty, DutyRule]


class Obligation(BaseModel):
    """One thing to do, as study.db keeps it in plain: kinds, dates and random ids.

    ``about`` is the id of the participant, transcript, recording, export or backup it concerns; ``place`` the id of
    the sealed object that says where (a path may be a name), ``digest`` of the one that tells the file there from any
    other. ``cause`` names what it follows from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duty: Duty
    opened: dt.date
    due: dt.date
    rule: str
    about: str = ""
    place: str | None = None
    digest: str | None = None
    cause: str = ""
    met: dt.date | None = None
    evidence: Evidence | None = None


@cache
def duty_rules() -> Mapping[Duty, DutyRule]:
    """Return the rule of every duty from ``rules/rights/duties.yaml``; ``PackError`` if one is missing or wrong."""
    return load_yaml(rules_dir() / "rights" / "duties.yaml").parse(_Rules).duties


def one_month(day: dt.date, months: int = 1) -> dt.date:
    """Return the same day some months later, or that month's last (GDPR art. 12(3); Regulation 1182/71 [K])."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due_date(duty: Duty, since: dt.date) -> dt.date:
    """Return by when a duty that arose on ``since`` is to be met."""
    if duty is Duty.ANSWER_RIGHT:
        return one_month(since)
    return since + dt.timedelta(days=duty_rules()[duty].days)


def urgent_first(obligations: Iterable[tuple[str, Obligation]]) -> list[tuple[str, Obligation]]:
    """Return open obligations, the most urgent first."""
    waiting = [(key, one) for key, one in obligations if one.met is None]
    return sorted(waiting, key=lambda item: (item[1].due, item[1].duty, item[0]))
