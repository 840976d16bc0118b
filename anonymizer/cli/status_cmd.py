"""``anonymizer status``."""

from __future__ import annotations

import dataclasses

import click

from anonymizer.cli.common import Settings, counted, echo_rows, note, open_study, pass_settings


@click.command("status")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def command(settings: Settings, form: str) -> None:
    """Show where each transcript stands, what is out of date and what comes next. Needs no passphrase."""
    with open_study(settings, masters=()) as study:
        status, label = study.status(), study.label
    if status.closed:
        what = f"the project was closed on {status.closed}; see certificates and final in the study's folder"
        note(settings, f"{what}; {status.log_size} log entries")
        return
    note(
        settings,
        f"pack {status.pack}, {counted(status.participants, 'participant')}, "
        f"{counted(len(status.transcripts), 'transcript')}, "
        f"{counted(status.log_size, 'log entry', 'log entries')}; the material is {label.value}",
    )
    rows = [dataclasses.asdict(row) for row in status.transcripts]
    columns = ("number", "codes", "format", "turns", "words", "state", "reviewed", "stale", "next_step")
    echo_rows(rows, form, columns)
