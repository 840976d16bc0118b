"""``anonymizer sample-table``: the background table and who it singles out."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings

if TYPE_CHECKING:
    from anonymizer.risk import RiskFinding

STEPS = {
    "band": "band",
    "year": "the year alone",
    "decade": "the decade",
    "county": "the county",
    "landsdel": "the part of the country",
    "omit": "leave the column out",
    "unlink": "print them without a mark",
    "normalise": "write them in the standard",
}


@click.command("sample-table")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--pool", type=click.IntRange(min=1), help="How many could have taken part, by your count.")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="COLUMN=VALUE:PEOPLE",
    help="How many of the pool share a value.",
)
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def command(
    settings: Settings, file: Path | None, pool: int | None, figures: tuple[str, ...], form: str
) -> None:
    """Take in the background table in FILE (CSV with a column “code”) and measure it together with the quotes.

    Without FILE, what was taken in is measured again.
    """
    from anonymizer.errors import UsageError
    from anonymizer.vault import Master

    if file is None and (pool is not None or figures):
        raise UsageError("the pool's figures belong to a table", hint="name the table's file too")
    with open_study(settings, masters=[Master.WORK]) as study:
        report = study.risk() if file is None else study.set_sample_table(file, pool=pool, figures=figures)
    rows = [_row(finding) for finding in report.findings]
    if form == "table":
        for row in rows:
            row["mend"] = _mend(row["mend"])
    echo_rows(rows, form)
    note(
        settings,
        f"{report.participants} rows, smallest group {report.k}; {report.unique} point at one person, "
        f"{report.below} at fewer than {report.threshold}; {report.cleared} cleared by the pool's figures; "
        f"{report.quotes} quotes",
    )


def _row(finding: RiskFinding) -> dict[str, Any]:
    pool = finding.pool
    return {
        "severity": finding.severity,
        "rule": finding.rule,
        "finding": finding.kind.value,
        "columns": list(finding.columns),
        "values": list(finding.values),
        "codes": list(finding.codes),
        "size": finding.size,
        "pool": pool.people if pool is not None else None,
        "pool_basis": pool.basis if pool is not None else None,
        "mend": dataclasses.asdict(finding.mend) if finding.mend is not None else None,
    }


def _mend(mend: dict[str, Any] | None) -> str:
    if mend is None:
        return ""
    step = f"bands of {mend['width']} years" if mend["width"] else STEPS[mend["step"]]
    return f"{mend['column']}: {step}"
