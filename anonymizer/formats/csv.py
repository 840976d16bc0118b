"""Tables for spreadsheets and analysis programs; the one place that takes the sting out of formulas."""

from __future__ import annotations

import csv
import io
import re

from anonymizer.model import Transcript

__all__ = ["csv_cell", "render"]

# OWASP, "CSV Injection": these begin a formula; full-width forms are folded by some spreadsheets.
_FORMULA = re.compile(r"[\s'\"]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20|%]")


def csv_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet takes for a formula.

    ``None`` is empty, numbers are written plainly; a text that would begin a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def render(transcript: Transcript) -> bytes:
    """Return any transcript as UTF-8 CSV: turn (from 0), speaker, start and end (seconds, or empty), text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(["turn", "speaker", "start", "end", "text"])
    for number, turn in enumerate(transcript.turns):
        timed = not turn.layout.get("untimed")
        times = (turn.start_time, turn.end_time) if timed else (None, None)
        writer.writerow([csv_cell(each) for each in (number, turn.speaker, *times, turn.text)])
    return out.getvalue().encode("utf-8")
