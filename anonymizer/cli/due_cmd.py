"""``anonymizer due``."""

from __future__ import annotations

import dataclasses

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.command("due")
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "ics"]), default="table")
@click.option("--lang", type=click.Choice(["nb", "en"]), default="nb", help="The language of the calendar.")
@click.option(
    "--done", metavar="ID", help="Record that you have met this obligation; its first digits are enough."
)
@pass_settings
def command(settings: Settings, form: str, lang: str, done: str | None) -> None:
    """Show what must be done by when, the most urgent first."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        if done is not None:
            study.settle(done)
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
