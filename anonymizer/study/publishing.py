"""Change what is meant for readers: quotes and the sample table, sealed, measured together, and logged by counts.

A quote may not be taken from a transcript that may not leave, nor from a participant who did not consent to quotes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from anonymizer.data import Linkability
from anonymizer.errors import GateRefused, UnreadableInput, UsageError
from anonymizer.participants import Scope
from anonymizer.risk import Pool, RiskReport, parse_pool, read_sample_table
from anonymizer.study.exporting import refusal
from anonymizer.study.holds import held_from, refusal_of
from anonymizer.study.measuring import log_risk, measure, measure_with
from anonymizer.study.publication import QUOTE, ROW, TABLE, Quote, quotes
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace, new_id
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["add_quote", "remove_quote", "set_sample_table"]

_STRENGTH = (Linkability.NONE, Linkability.NUMBER, Linkability.PSEUDONYM)


def add_quote(
    space: Workspace, number: int, first: int, last: int, *, linkable: Linkability | None = None
) -> Quote:
    """Choose the turns ``first`` to ``last`` of a transcript for publication and return the quote.

    ``linkable`` None is what the pack says. Raises ``GateRefused`` where the transcript may not leave, someone in it
    did not consent to quotes, or the quote would be linked more strongly than the pack allows.
    """
    space.need(Master.WORK)
    key, record = _by_number(space, number)
    refused = refusal(space, record)
    if refused is not None:
        raise refused
    _need_consent(space, record)
    allowed = space.pack.quotes.linkability
    chosen = linkable if linkable is not None else allowed
    if _STRENGTH.index(chosen) > _STRENGTH.index(allowed):
        raise GateRefused(
            "the pack links quotes less than that",
            rule="QUO-01",
            where=f"transcript {number}",
            hint=f"use --linkable {allowed.value}",
        )
    turns = space.clean(record).turns
    if not 0 <= first <= last < len(turns):
        raise UsageError(
            "there are no such turns",
            where=f"transcript {number}",
            hint=f"turns run from 0 to {len(turns) - 1}",
        )
    quote = new_id()
    owner = space.owner_of(key, record)
    content = json.dumps({"first": first, "last": last, "generation": record.clean_generation}).encode()
    with space.vault.change() as tx:
        sealed = tx.seal(QUOTE, owner, Master.WORK, content)
        body = {
            "transcript": key,
            "turns": list(range(first, last + 1)),
            "linkable": chosen.value,
            "object": sealed,
        }
        tx.save(QUOTE, quote, body, owner=owner)
        tx.log(
            "quote.added",
            object_id=quote,
            rule="QUO-01",
            details={"transcript": key, "turns": last - first + 1, "linkable": chosen.value},
        )
        log_risk(tx, measure(space))
    return next(one for one in quotes(space) if one.quote == quote)


def remove_quote(space: Workspace, quote: str) -> None:
    """Take a quote out (work); its first digits are enough. Raises ``UsageError`` unless there is exactly one."""
    space.need(Master.WORK)
    fits = [(key, body) for key, _, body in space.vault.all(QUOTE) if quote and key.startswith(quote)]
    if len(fits) != 1:
        raise UsageError("there is not exactly one quote of this id", hint="see: anonymizer quote list")
    key, body = fits[0]
    with space.vault.change() as tx:
        tx.destroy(body["object"])
        tx.drop(QUOTE, key)
        tx.log("quote.removed", object_id=key, details={"transcript": body["transcript"]})
        log_risk(tx, measure(space))


def _by_number(space: Workspace, number: int) -> tuple[str, TranscriptRecord]:
    for key, record in space.transcripts().items():
        if record.number == number:
            return key, record
    raise UsageError("there is no transcript of this number", hint="see: anonymizer transcript list")


def _need_consent(space: Workspace, record: TranscriptRecord) -> None:
    if (cause := held_from(space, record.participants, Scope.QUOTES)) is not None:
        raise refusal_of(cause, f"transcript {record.number}")
    people = space.participants()
    for who in record.participants:
        given = people[who].consent
        if given and Scope.QUOTES not in given[-1].scopes:
            raise GateRefused(
                "a participant did not consent to quotes",
                rule="CON-01",
                where=f"transcript {record.number}",
                hint="choose another, or record a new consent: anonymizer participant consent",
            )


def set_sample_table(
    space: Workspace, path: Path, *, pool: int | None = None, figures: Iterable[str] = ()
) -> RiskReport:
    """Seal the table in ``path`` in place of any earlier one, and return the risk of it and the quotes together.

    ``pool`` is how many could have taken part, ``figures`` how many of them share a value (``Kjønn=kvinne:4``), both
    by the researcher's count. Raises ``UsageError`` for a code that no participant has.
    """
    space.need(Master.WORK)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UnreadableInput(
            "the table cannot be read", where=path.name, hint="a CSV file in UTF-8"
        ) from None
    table = read_sample_table(text, where=path.name)
    size, groups = parse_pool(pool or space.pack.parameters.recruitment_pool, figures)
    ids = {record.code: key for key, record in space.participants().items()}
    strangers = sum(code not in ids for code in table.codes)
    if strangers:
        raise UsageError(
            f"{strangers} of its codes belong to no participant",
            where=path.name,
            hint="see: anonymizer participant list",
        )
    frame = {
        "columns": [[column.name, column.kind.value] for column in table.columns],
        "pool": size,
        "groups": [[*key, people] for key, people in groups.items()],
    }
    with space.vault.change() as tx:
        _drop_table(space, tx)
        for code, cells in zip(table.codes, table.rows, strict=True):
            owner = ids[code]
            sealed = tx.seal(ROW, owner, Master.WORK, json.dumps(cells).encode())
            tx.save(ROW, new_id(), {"participant": owner, "object": sealed}, owner=owner)
        tx.save(
            TABLE,
            STUDY_OWNER,
            {"object": tx.seal(TABLE, STUDY_OWNER, Master.WORK, json.dumps(frame).encode())},
        )
        report = measure_with(space, table, Pool(size, groups))
        tx.log(
            "sample-table.set",
            rule="TXT-03",
            details={
                "rows": report.participants,
                "columns": report.columns,
                "smallest_group": report.k,
            },
        )
        log_risk(tx, report)
    return report


def _drop_table(space: Workspace, tx: Change) -> None:
    for kind in (ROW, TABLE):
        for key, _, body in tuple(space.vault.all(kind)):
            tx.destroy(body["object"])
            tx.drop(kind, key)
