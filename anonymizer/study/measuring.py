"""The risk over all that leaves together, texts, quotes and sample table: measured, logged by counts, signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anonymizer.data import Linkability, Naming
from anonymizer.errors import UsageError
from anonymizer.risk import (
    Kind,
    Pool,
    QuoteFact,
    RiskReport,
    SampleTable,
    TextFact,
    Thresholds,
    assess,
    exact_durations,
)
from anonymizer.study.holds import workable
from anonymizer.study.publication import quotes, sample_table
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change

__all__ = ["log_report", "log_risk", "measure", "measure_with", "risk_of", "sign_risk"]

_ANSWERS = ("no", "unlikely", "possible")


def risk_of(space: Workspace) -> RiskReport:
    """Measure the sample table and the quotes as they stand, and log the outcome (work)."""
    report = measure(space)
    with space.vault.change() as tx:
        log_risk(tx, report)
    return report


def measure(space: Workspace) -> RiskReport:
    """Return the risk of all that is meant to leave, as it stands (work)."""
    stored = sample_table(space)
    return measure_with(space, *(stored if stored is not None else (SampleTable((), (), ()), Pool())))


def measure_with(space: Workspace, table: SampleTable, pool: Pool) -> RiskReport:
    """Return the risk with this table in the place of the one that is stored."""
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
        texts=_texts(space),
        thresholds=Thresholds(
            k_warn=numbers.k_warn, k_release=numbers.k_release, population=numbers.population_at_least
        ),
    )


def _texts(space: Workspace) -> list[TextFact]:
    """Return what each pseudonymised transcript tells under its surrogate; nothing where texts carry none."""
    naming = space.pack.participants.naming
    if naming is Naming.NONE:
        return []
    linkable = Linkability.PSEUDONYM if naming is Naming.FICTIVE_NAME else Linkability.NUMBER
    codes = {key: record.code for key, record in space.participants().items()}
    return [
        TextFact(
            code=codes.get(record.participants[0], "?")
            if len(record.participants) == 1
            else f"#{record.number}",
            linkable=linkable,
            exact_durations=exact_durations("\n".join(turn.text for turn in space.clean(record).turns)),
            # Dialect is judged on its own (TXT-06): hardly a text is without.
            kept={name: count for name, count in record.left.items() if name != "DIALECT"},
        )
        for record in workable(space).values()
        if record.clean_object is not None
    ]


def log_risk(tx: Change, report: RiskReport) -> None:
    """Log what was measured, by counts."""
    details: dict[str, Any] = {
        "unique": report.unique,
        "below": report.below,
        "threshold": report.threshold,
        "quotes": report.quotes,
        "small_places": sum(finding.kind is Kind.SMALL_PLACE for finding in report.findings),
    }
    tx.log("risk.assessed", rule="TXT-03", details=details)


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
