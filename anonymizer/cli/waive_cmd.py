"""``anonymizer waive``."""

from __future__ import annotations

import datetime as dt

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings
from anonymizer.errors import UsageError


@click.command("waive")
@click.argument("rule")
@click.option("--reason", help="A reason of the list; --reason list shows it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it holds.")
@click.option("--end", is_flag=True, help="Take the waiver with this id back.")
@pass_settings
def command(settings: Settings, rule: str, reason: str | None, until: dt.datetime | None, end: bool) -> None:
    """Make an exception from RULE, named, dated and logged. Only the responsible person's slot can."""
    from anonymizer.participants import waiver_reasons

    if end:
        with open_study(settings) as study:
            study.end_waiver(rule)
        note(settings, "the waiver is over")
        return
    if reason == "list":
        click.echo("\n".join(waiver_reasons()))
        return
    if reason is None or until is None:
        raise UsageError(
            "a waiver needs --reason and --until", hint=f"reasons: {', '.join(waiver_reasons())}"
        )
    with open_study(settings) as study:
        click.echo(study.waive(rule, reason=reason, expires=until.date()))
    note(settings, f"waived until {until.date().isoformat()}; it is shown as waived, never as passed")
