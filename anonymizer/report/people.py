"""Who had access, who consented to what, which rules hold, and how rights were answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from anonymizer.audit import Entry
from anonymizer.report.model import Cell, Section, Writer
from anonymizer.report.story import Story, day_of, days_between

__all__ = ["access", "checks", "consent", "rights"]

SCOPES = ("interview", "audio", "quotes", "archive", "recontact")
_WORST = ("fail", "needs-evidence", "waived", "pass", "not-applicable")
_ASKED = ("right.requested", "objection.recorded")


def access(write: Writer, story: Story) -> Section:
    """Show the slots, and every opening of the key table and of originals."""
    removed = story.latest_by_object("slot.removed")
    slots = []
    for entry in story.of("slot.added"):
        gone = removed.get(entry.object or "")
        slots.append(
            (
                write.id(entry.object),
                write.word(entry.details["role"]),
                write.words(entry.details["masters"]),
                write.time(entry.time),
                write.time(gone.time if gone is not None else None),
            )
        )
    opened: dict[tuple[str, str], list[Entry]] = {}
    for entry in story.of("keytable.read", "identity.opened", "whois.asked"):
        opened.setdefault((entry.actor, entry.details.get("purpose", "re-identify")), []).append(entry)
    reads = [
        (
            write.id(actor),
            write.word(purpose),
            write.number(len(entries)),
            write.time(entries[0].time),
            write.time(entries[-1].time),
        )
        for (actor, purpose), entries in opened.items()
    ]
    return write.section(
        "access",
        [write.para("access-lead"), write.para("access-persons")],
        [
            write.table("slots", ("slot", "role", "masters", "added", "removed"), slots),
            write.table("keytable", ("actor", "purpose", "times", "first", "last"), reads),
        ],
    )


def consent(write: Writer, story: Story) -> Section:
    """Show for each participant which letter they answered, to what they consented, and where they stand."""
    given, ground = story.latest_by_object("consent.recorded"), story.latest_by_object("ground.recorded")
    capacity = story.latest_by_object("capacity.set")
    erased = [entry for entry in story.of("withdrawal.erased") if entry.object is not None]
    rows, lacking = [], 0
    for who in story.participants():
        fact = given.get(who)
        after = {
            scope
            for entry in erased
            if entry.object == who and (fact is None or entry.seq > fact.seq)
            for scope in entry.details["scopes"]
        }
        kept = set() if fact is None else set(fact.details["scopes"]) - after
        state = _state(story, who)
        lacking += fact is None and who not in ground and state != "withdrawn"
        details: Mapping[str, str] = fact.details if fact is not None else {}
        rows.append(
            (
                write.id(who),
                write.plain(details.get("letter")),
                write.plain(details.get("date")),
                *(write.flag(scope in kept if fact is not None else None) for scope in SCOPES),
                write.word(details.get("evidence")),
                write.word(ground[who].details["ground"] if who in ground else None),
                write.word(capacity[who].details["capacity"] if who in capacity else None),
                write.state(state),
            )
        )
    paragraphs = [write.para("consent-lead")]
    if lacking:
        paragraphs.append(write.para("consent-lacking", "bad", count=lacking))
    columns = ("participant", "letter", "date", *SCOPES, "evidence", "ground", "capacity", "state")
    return write.section(
        "consent",
        paragraphs if rows else [],
        [
            write.table("consent", columns, rows),
            write.table(
                "member-checks", ("object", "what", "sent", "due", "answer"), _member_checks(write, story)
            ),
        ],
    )


def _state(story: Story, who: str) -> str:
    if who in story.withdrawn():
        return "withdrawn"
    for on, off, state in (
        ("withdrawal.frozen", ("withdrawal.unfrozen", "withdrawal.erased"), "frozen"),
        ("restriction.set", ("restriction.lifted",), "restricted"),
    ):
        last = story.latest_by_object(on).get(who)
        if last is not None and story.after(last, *off) is None:
            return state
    return "in-study"


def _member_checks(write: Writer, story: Story) -> Iterator[tuple[Cell, ...]]:
    for entry in story.of("member-check.sent"):
        answer = story.after(entry, "member-check.answered")
        yield (
            write.id(entry.object),
            write.word(entry.details["what"]),
            write.plain(entry.time[:10]),
            write.plain(entry.details["due"]),
            write.word(answer.details["answer"] if answer is not None else None),
        )


def checks(write: Writer, story: Story, rules: Mapping[str, str] | None, made: dt.date) -> Section:
    """Show the latest outcome for each rule and step, what is waived apart from it, and the steps refused."""
    rows = []
    for (rule, step), entries in story.checks():
        verdict = min((entry.details["verdict"] for entry in entries), key=_WORST.index)
        telling = [entry for entry in entries if entry.details["verdict"] == verdict]
        looked = [entry.details["looked_at"] for entry in entries if "looked_at" in entry.details]
        row = (
            write.plain(rule),
            write.plain((rules or {}).get(rule)),
            write.word(step),
            write.word(verdict),
            write.word(telling[-1].details["severity"]),
            write.number(sum(looked) if looked else None),
            write.plain(max(entry.time for entry in entries)[:10]),
        )
        rows.append((_WORST.index(verdict), row))
    rows.sort(key=lambda item: item[0])
    gates: dict[tuple[str, str], list[Entry]] = {}
    for entry in story.of("gate.refused"):
        gates.setdefault((entry.rule or "", entry.details["step"]), []).append(entry)
    refused = [
        (
            write.plain(rule),
            write.word(step),
            write.number(len(entries)),
            write.plain(entries[-1].time[:10]),
        )
        for (rule, step), entries in gates.items()
    ]
    columns = ("rule", "requirement", "step", "verdict", "severity", "looked-at", "date")
    return write.section(
        "checks",
        [write.para("checks-lead") if rows else write.para("checks-missing", "warn")],
        [
            write.table("checks", columns, [row for _, row in rows]),
            write.table(
                "waived", ("rule", "reason", "date", "expires", "state"), _waived(write, story, made)
            ),
            write.table("gates", ("rule", "step", "times", "last"), refused),
        ],
    )


def _waived(write: Writer, story: Story, made: dt.date) -> Iterator[tuple[Cell, ...]]:
    for entry in story.of("check.waived"):
        ended = any(
            one.seq > entry.seq and one.rule == entry.rule and one.object == entry.object
            for one in story.of("waiver.ended")
        )
        expires = day_of(entry.details["expires"])
        over = expires is not None and expires < made
        yield (
            write.plain(entry.rule),
            write.word(entry.details["reason"]),
            write.plain(entry.time[:10]),
            write.plain(entry.details["expires"]),
            write.state("ended" if ended or over else "in-force"),
        )


def rights(write: Writer, story: Story) -> Section:
    """Show the requests with the days they took, withdrawals, and incidents."""
    asked = []
    for entry in story.of(*_ASKED):
        answer = next(
            (
                one
                for one in story.of("right.answered")
                if one.seq > entry.seq and one.object == entry.object and one.details["answer"] != "extended"
            ),
            None,
        )
        asked.append(
            (
                write.id(entry.object),
                write.word(entry.details.get("right", "objection")),
                write.plain(entry.time[:10]),
                write.plain(entry.details["due"]),
                write.plain(answer.time[:10] if answer is not None else None),
                write.word(answer.details["answer"] if answer is not None else None),
                write.number(days_between(entry.time, answer.time) if answer is not None else None),
            )
        )
    withdrawals = []
    for entry in story.of("withdrawal.frozen"):
        done = story.after(entry, "withdrawal.erased", "withdrawal.unfrozen")
        erased = done is not None and done.action == "withdrawal.erased"
        withdrawals.append(
            (
                write.id(entry.object),
                write.words(entry.details["scopes"]),
                write.plain(entry.time[:10]),
                write.plain(done.time[:10] if erased and done is not None else None),
                write.number(days_between(entry.time, done.time) if erased and done is not None else None),
            )
        )
    incidents = [
        (write.time(entry.details["discovered"]), write.word(entry.details["report"]), write.time(entry.time))
        for entry in story.of("incident.recorded")
    ]
    return write.section(
        "rights",
        tables=[
            write.table(
                "rights", ("object", "right", "received", "due", "answered", "answer", "days"), asked
            ),
            write.table("withdrawals", ("participant", "scopes", "received", "deleted", "days"), withdrawals),
            write.table("incidents", ("discovered", "report", "time"), incidents),
        ],
    )
