"""Dates as an iCalendar file (RFC 5545): whole days, no free text, written only, never read.

A few fixed lines with words from a closed list; a library that also parses calendars would bring more than it saves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Day", "calendar_text"]

_LINE = 75  # octets, RFC 5545 section 3.1


class Day(NamedTuple):
    """Something due on a day: a random id, the date, and what is to be done."""

    id: str
    date: dt.date
    summary: str


def calendar_text(days: Iterable[Day], *, made: dt.datetime) -> str:
    """Return the calendar with one all-day event for each, in the order given."""
    stamp = made.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//anonymizer//due//EN", "CALSCALE:GREGORIAN"]
    for day in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{day.id}@anonymizer.invalid",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{day.date:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day.date + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(day.summary)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(old, new)
    return text


def _folded(line: str) -> str:
    pieces, held, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            pieces.append(held)
            held, size = " ", 1
        held += character
        size += width
    return "\r\n".join([*pieces, held])
