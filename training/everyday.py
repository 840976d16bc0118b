"""Everyday words for the templates' slots, by kind: `{bird}`, `{the_bird}`, `{many_bird}`."""

from __future__ import annotations

from pathlib import Path

from lists import rows

TABLE = Path(__file__).parent / "everyday.tsv"


def read_everyday(path: Path = TABLE) -> dict[str, list[str]]:
    """The words that each slot may put in."""
    out: dict[str, list[str]] = {}
    for row in rows(path):
        kind = row["kind"]
        for slot, column in ((kind, "word"), (f"the_{kind}", "definite"), (f"many_{kind}", "plural")):
            out.setdefault(slot, []).extend(form for form in row[column].split("|") if form)
    return {slot: words for slot, words in out.items() if words}
