"""The log's entries as the report asks for them. Entries of a later version are counted, never shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from anonymizer.audit import Entry

__all__ = ["Story", "day_of", "days_between"]

_WHOLE = "interview"


def day_of(text: str | None) -> dt.date | None:
    """Return the day of a date or time of the log; ``None`` for one the calendar lacks, such as 31 February."""
    try:
        return dt.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def days_between(begin: str, end: str) -> int | None:
    """Return the days from one time of the log to another, or ``None`` if either is no day."""
    first, last = day_of(begin), day_of(end)
    return None if first is None or last is None else max(0, (last - first).days)


class Story:
    """All known entries, by action and by object."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        everything = list(entries)
        self.entries = [entry for entry in everything if entry.known]
        self.unknown = len(everything) - len(self.entries)

    def of(self, *actions: str) -> list[Entry]:
        """Return the entries of these actions, in order."""
        return [entry for entry in self.entries if entry.action in actions]

    def latest(self, *actions: str) -> Entry | None:
        """Return the last entry of these actions."""
        found = self.of(*actions)
        return found[-1] if found else None

    def latest_by_object(self, action: str) -> dict[str, Entry]:
        """Return the last entry of an action for each object."""
        return {entry.object: entry for entry in self.of(action) if entry.object is not None}

    def after(self, entry: Entry, *actions: str) -> Entry | None:
        """Return the first entry of these actions on the same object after ``entry``."""
        return next(
            (one for one in self.of(*actions) if one.seq > entry.seq and one.object == entry.object), None
        )

    def participants(self) -> dict[str, None]:
        """Return every participant's id, in the order they came."""
        found: dict[str, None] = {}
        for entry in self.of("participant.added", "consent.recorded", "transcript.ingested"):
            ids = entry.details.get("participants", [entry.object])
            found.update(dict.fromkeys(one for one in ids if one))
        return found

    def withdrawn(self) -> set[str]:
        """Return the participants whose whole material was erased."""
        return {
            entry.object
            for entry in self.of("withdrawal.erased")
            if entry.object is not None and _WHOLE in entry.details["scopes"]
        }

    def transcripts(self) -> dict[str, Entry]:
        """Return the first entry of every transcript that was ever taken in, by id."""
        return {entry.object: entry for entry in self.of("transcript.ingested") if entry.object is not None}

    def gone(self) -> dict[str, Entry]:
        """Return the entry that removed each transcript that is no longer there."""
        return self.latest_by_object("transcript.removed")

    def present(self) -> list[str]:
        """Return the ids of the transcripts that are there."""
        gone = self.gone()
        return [key for key in self.transcripts() if key not in gone]

    def obligations(self, made: dt.date) -> Iterator[tuple[Entry, Entry | None, str]]:
        """Yield each obligation with what met it and its state: met, open, or overdue on the day ``made``."""
        met = {entry.object: entry for entry in self.of("obligation.met")}
        for entry in self.of("obligation.opened"):
            done = met.get(entry.object)
            due = day_of(entry.details.get("due"))
            late = done is None and due is not None and due < made
            yield entry, done, "met" if done is not None else "overdue" if late else "open"

    def checks(self) -> list[tuple[tuple[str, str], list[Entry]]]:
        """Return, by rule and step, the latest outcome of a check for each thing it looked at."""
        latest: dict[tuple[str, str], dict[str, Entry]] = {}
        for entry in self.of("check.done"):
            key = (entry.rule or "", entry.details["step"])
            latest.setdefault(key, {})[entry.object or ""] = entry
        return sorted((key, list(by_object.values())) for key, by_object in latest.items())
