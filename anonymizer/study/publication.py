"""What is meant for readers, as it reads now: quotes from pseudonymised transcripts, and the sample table.

Needs the work key alone. A quote is a span of turns, never a copy; a row of the table belongs to its participant.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from anonymizer.data import Linkability
from anonymizer.participants import Scope
from anonymizer.risk import Column, ColumnKind, Pool, SampleTable
from anonymizer.study.holds import held_from
from anonymizer.study.workspace import Workspace
from anonymizer.vault import STUDY_OWNER, Master

__all__ = ["QUOTE", "ROW", "TABLE", "Quote", "quotes", "sample_table"]

QUOTE, ROW, TABLE = "quote", "sample-row", "sample-table"
"""The kinds of record."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote: from turn ``first`` to turn ``last`` (from 0) of transcript ``number``, as the text reads now.

    ``stale`` says that the transcript was written anew since; look whether the quote is still meant.
    """

    quote: str
    number: int
    codes: tuple[str, ...]
    first: int
    last: int
    linkable: Linkability
    text: str
    stale: bool


def quotes(space: Workspace) -> tuple[Quote, ...]:
    """Return the quotes, by transcript and turn (work)."""
    space.need(Master.WORK)
    codes = {key: record.code for key, record in space.participants().items()}
    records = space.transcripts()
    found = []
    for key, _, body in space.vault.all(QUOTE):
        record = records.get(body["transcript"])
        if record is None:
            continue
        span = json.loads(space.vault.unseal(body["object"]))
        # Where the text stands still, or is to be written anew after a withdrawal, the quote stands empty until then.
        held = held_from(space, record.participants, Scope.QUOTES) is not None
        whole = space.clean(record).turns if record.clean_object is not None and not held else ()
        turns = whole[span["first"] : span["last"] + 1]
        found.append(
            Quote(
                quote=key,
                number=record.number,
                codes=tuple(codes.get(who, "?") for who in record.participants),
                first=span["first"],
                last=span["last"],
                linkable=Linkability(body["linkable"]),
                text="\n".join(turn.text for turn in turns),
                stale=not turns or span["generation"] != record.clean_generation,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.number, one.first)))


def sample_table(space: Workspace) -> tuple[SampleTable, Pool] | None:
    """Return the table and the pool as stated, or ``None`` if there is none (work); rows of the withdrawn are gone."""
    space.need(Master.WORK)
    body = space.vault.load(TABLE, STUDY_OWNER)
    if body is None:
        return None
    frame = json.loads(space.vault.unseal(body["object"]))
    codes = {key: record.code for key, record in space.participants().items()}
    rows: dict[str, tuple[str, ...]] = {}
    for _, _, row in space.vault.all(ROW):
        rows[codes[row["participant"]]] = tuple(json.loads(space.vault.unseal(row["object"])))
    order = sorted(rows)
    columns = tuple(Column(name, ColumnKind(kind)) for name, kind in frame["columns"])
    groups = {(column, value): people for column, value, people in frame["groups"]}
    return SampleTable(columns, tuple(order), tuple(rows[code] for code in order)), Pool(
        frame["pool"], groups
    )
