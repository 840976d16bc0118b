"""What a person judged or learnt that no program can see: named institutions, rare events, scans, breaches.

Each becomes an entry of the log with its figures; why, and what it is about, is a sealed note that can be erased.
"""

from __future__ import annotations

import datetime as dt
import re

from anonymizer.errors import UsageError
from anonymizer.participants import Duty, Evidence
from anonymizer.study.obligations import close_about, obligations, open_obligation
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["judge_events", "log_scan", "name_institution", "record_incident"]

REPORT_WITHIN = dt.timedelta(hours=72)
"""How long a breach may wait for its report to the authority (GDPR art. 33(1))."""
REPORTS = ("needed", "not-needed", "sent")


def name_institution(space: Workspace, *, pool: int, ground: str) -> str:
    """Record the decision to name an institution that stands for ``pool`` people, with its ground; return its id.

    Whether the pool is large enough is for TXT-05 to say: Sikt accepted 45 regulars (rules.md, T0).
    """
    if pool < 1:
        raise UsageError("the pool is how many people the name could point at")
    key = new_id()
    with space.vault.change() as tx:
        tx.log(
            "institution.named",
            object_id=key,
            rule="TXT-05",
            details={"pool": pool, "note": _note(space, tx, ground)},
        )
    return key


def judge_events(space: Workspace, *, coarsened: int, undecided: int, ground: str) -> None:
    """Record that a person looked for events that can be found elsewhere: deaths, court cases, the media (TXT-07)."""
    if min(coarsened, undecided) < 0:
        raise UsageError("events are counted from 0")
    with space.vault.change() as tx:
        details = {"coarsened": coarsened, "open": undecided, "note": _note(space, tx, ground)}
        tx.log("events.judged", rule="TXT-07", details=details)


def log_scan(space: Workspace, *, block: int, warn: int, words: int | None = None) -> None:
    """Record what a scan of the manuscript came to (TXT-10); without a key nothing is recorded."""
    if not space.vault.slot_id:
        return
    details = {"block": block, "warn": warn, **({} if words is None else {"words": words})}
    with space.vault.change() as tx:
        tx.log("manuscript.scanned", rule="TXT-10", details=details)


def record_incident(
    space: Workspace, *, discovered: dt.datetime, report: str, ground: str, incident: str = ""
) -> str:
    """Record a breach, or what became of one that is recorded; return its id (GDPR art. 33, LOG-02).

    ``report`` is whether it is to be reported: ``needed``, ``not-needed`` (why is the ground), or ``sent``. One that is
    needed is a duty of 72 hours from the discovery on, until another word about the same incident meets it.
    """
    if report not in REPORTS:
        raise UsageError("there is no such answer", hint=f"one of {', '.join(REPORTS)}")
    if discovered.tzinfo is None or discovered > utc_now():
        raise UsageError("a breach is discovered at a time that has been, with its time zone")
    if incident and not re.fullmatch(r"[0-9a-f]{32}", incident):
        raise UsageError("this is no incident's id", hint="it is printed when the incident is recorded")
    key = incident or new_id()
    with space.vault.change() as tx:
        tx.log(
            "incident.recorded",
            object_id=key,
            rule="LOG-02",
            details={
                "discovered": discovered.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "report": report,
                "note": _note(space, tx, ground),
            },
        )
        if report != "needed":
            close_about(space, tx, Duty.INCIDENT_REPORT, key, Evidence.DOCUMENT)
        elif not any(
            one.met is None and (one.duty, one.about) == (Duty.INCIDENT_REPORT, key)
            for one in obligations(space).values()
        ):
            due = (discovered.astimezone(dt.UTC) + REPORT_WITHIN).date()
            open_obligation(space, tx, Duty.INCIDENT_REPORT, about=key, due=due, cause="incident")
    return key


def _note(space: Workspace, tx: Change, text: str) -> str:
    """Seal why, and return the note's id; ``UsageError`` for none."""
    space.need(Master.WORK)
    if not text.strip():
        raise UsageError("a judgement needs its ground", hint="say why in a text file: --ground FILE")
    return tx.seal("note", STUDY_OWNER, Master.WORK, text.encode())
