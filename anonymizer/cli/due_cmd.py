"""``anonymizer due``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings
from anonymizer.errors import UsageError


@click.command("due")
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "ics"]), default="table")
@click.option("--lang", type=click.Choice(["nb", "en"]), default="nb", help="The language of the calendar.")
@click.option(
    "--done", metavar="ID", help="Record that you have met this obligation; its first digits are enough."
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --done: a text file that says where the evidence stands; it is sealed.",
)
@pass_settings
def command(settings: Settings, form: str, lang: str, done: str | None, evidence: Path | None) -> None:
    """Show what must be done by when, the most urgent first."""
    from anonymizer.vault import Master

    if evidence is not None and done is None:
        raise UsageError("evidence of what?", hint="name the obligation: --done ID")
    with open_study(settings, masters=[Master.WORK]) as study:
        if done is not None:
            document = evidence.read_text(encoding="utf-8", errors="replace") if evidence is not None else ""
            study.settle(done, document=document)
            note(settings, "met")
            return
        items = study.due()
        text = study.due_calendar(lang) if form == "ics" else ""
    if form == "ics":
        click.echo(text, nl=False)
        return
    rows = [{**dataclasses.asdict(item), "due": item.due.isoformat()} for item in items]
    if form == "table":
        rows = [{**row, "obligation": str(row["obligation"])[:8]} for row in rows]
    echo_rows(rows, form)
    late = sum(item.days_left < 0 for item in items)
    note(settings, f"{len(items)} to do, {late} overdue" if items else "nothing is due")
