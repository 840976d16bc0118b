"""What is meant for readers: quotes and the sample table, sealed, measured together, and logged by counts.

Needs the work key alone. A quote is a span of turns of a pseudonymised transcript; it may not be taken from one that
may not leave, and not from a participant who did not consent to quotes. A row of the sample table belongs to its
participant, and goes with them on withdrawal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymizer.data import Linkability
from anonymizer.errors import GateRefused, UnreadableInput, UsageError
from anonymizer.participants import Scope
from anonymizer.risk import (
    Column,
    ColumnKind,
    Kind,
    Pool,
    QuoteFact,
    RiskReport,
    SampleTable,
    Thresholds,
    assess,
    exact_durations,
    parse_pool,
    read_sample_table,
)
from anonymizer.study.exporting import refusal
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import Workspace, new_id
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = [
    "Quote",
    "add_quote",
    "log_report",
    "quotes",
    "remove_quote",
    "risk_of",
    "sample_table",
    "set_sample_table",
    "sign_risk",
]

QUOTE, ROW, TABLE = "quote", "sample-row", "sample-table"
_STRENGTH = (Linkability.NONE, Linkability.NUMBER, Linkability.PSEUDONYM)
_ANSWERS = ("no", "unlikely", "possible")


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


# --- quotes --------------------------------------------------------------------------------------------------------


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
        _log_risk(tx, _measure(space))
    return next(one for one in quotes(space) if one.quote == quote)


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
        turns = space.clean(record).turns[span["first"] : span["last"] + 1]
        found.append(
            Quote(
                quote=key,
                number=record.number,
                codes=tuple(codes.get(who, "?") for who in record.participants),
                first=span["first"],
                last=span["last"],
                linkable=Linkability(body["linkable"]),
                text="\n".join(turn.text for turn in turns),
                stale=span["generation"] != record.clean_generation,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.number, one.first)))


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
        _log_risk(tx, _measure(space))


def _by_number(space: Workspace, number: int) -> tuple[str, TranscriptRecord]:
    for key, record in space.transcripts().items():
        if record.number == number:
            return key, record
    raise UsageError("there is no transcript of this number", hint="see: anonymizer transcript list")


def _need_consent(space: Workspace, record: TranscriptRecord) -> None:
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


# --- the sample table ----------------------------------------------------------------------------------------------


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
        report = _assess(space, table, Pool(size, groups))
        tx.log(
            "sample-table.set",
            rule="TXT-03",
            details={
                "rows": report.participants,
                "columns": report.columns,
                "smallest_group": report.k,
            },
        )
        _log_risk(tx, report)
    return report


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


def risk_of(space: Workspace) -> RiskReport:
    """Measure the sample table and the quotes as they stand, and log the outcome (work)."""
    report = _measure(space)
    with space.vault.change() as tx:
        _log_risk(tx, report)
    return report


def _measure(space: Workspace) -> RiskReport:
    stored = sample_table(space)
    return _assess(space, *(stored if stored is not None else (SampleTable((), (), ()), Pool())))


def sign_risk(space: Workspace, answers: Mapping[str, str]) -> None:
    """Record a person's answers (no, unlikely, possible) to WP216's three questions, as signed today."""
    questions = ("singling_out", "linkability", "inference")
    if set(answers) != set(questions) or not set(answers.values()) <= set(_ANSWERS):
        raise UsageError("each of the three questions is answered by no, unlikely or possible")
    with space.vault.change() as tx:
        tx.log("risk.signed", rule="END-04", details={name: answers[name] for name in questions})


def log_report(space: Workspace, lang: str, form: str) -> None:
    """Record that a report was made of the study; one opened without a passphrase can record nothing."""
    if space.vault.slot_id:
        with space.vault.change() as tx:
            tx.log("report.made", details={"lang": lang, "format": form})


def _assess(space: Workspace, table: SampleTable, pool: Pool) -> RiskReport:
    from anonymizer.detect.dialect import dialect_marks  # noqa: PLC0415 - its model is loaded where quotes are read

    numbers = space.pack.parameters
    return assess(
        table,
        pool=pool,
        quotes=[
            QuoteFact(
                code=quote.codes[0] if len(quote.codes) == 1 else f"#{quote.number}",
                linkable=quote.linkable,
                exact_durations=exact_durations(quote.text),
                dialect_words=len(dialect_marks(quote.text)),
            )
            for quote in quotes(space)
        ],
        thresholds=Thresholds(
            k_warn=numbers.k_warn, k_release=numbers.k_release, population=numbers.population_at_least
        ),
    )


def _log_risk(tx: Change, report: RiskReport) -> None:
    details: dict[str, Any] = {
        "unique": report.unique,
        "below": report.below,
        "threshold": report.threshold,
        "quotes": report.quotes,
        "small_places": sum(finding.kind is Kind.SMALL_PLACE for finding in report.findings),
    }
    tx.log("risk.assessed", rule="TXT-03", details=details)


def _drop_table(space: Workspace, tx: Change) -> None:
    for kind in (ROW, TABLE):
        for key, _, body in tuple(space.vault.all(kind)):
            tx.destroy(body["object"])
            tx.drop(kind, key)
