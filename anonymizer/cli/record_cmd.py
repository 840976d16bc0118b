"""``anonymizer record``: what a person judged or learnt that no program can see."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings

GROUND = click.option(
    "--ground",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="Why, in a text file; it is sealed, and only figures stand in the log.",
)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


@click.group("record")
def command() -> None:
    """Record what a person judged: a named institution, rare events, a breach."""


@command.command("institution")
@click.option(
    "--pool", type=click.IntRange(min=1), required=True, help="How many people the name could point at."
)
@GROUND
@pass_settings
def institution(settings: Settings, pool: int, ground: Path) -> None:
    """Record the decision to name an institution (TXT-05)."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        click.echo(study.name_institution(pool=pool, ground=_text(ground)))
    note(settings, "recorded; see: anonymizer check --step publish")


@command.command("events")
@click.option("--coarsened", type=click.IntRange(min=0), default=0, help="How many were made coarser.")
@click.option(
    "--undecided", type=click.IntRange(min=0), default=0, help="How many still wait for a decision."
)
@GROUND
@pass_settings
def events(settings: Settings, coarsened: int, undecided: int, ground: Path) -> None:
    """Record that you looked for deaths, court cases and media stories that others can find (TXT-07)."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        study.judge_events(coarsened=coarsened, undecided=undecided, ground=_text(ground))
    note(settings, "recorded")


@command.command("incident")
@click.option(
    "--discovered",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]),
    required=True,
    help="When it was discovered, by the clock of this machine.",
)
@click.option("--report", type=click.Choice(["needed", "not-needed", "sent"]), required=True)
@click.option("--id", "incident", default="", help="One that is recorded, to say what became of it.")
@GROUND
@pass_settings
def incident(settings: Settings, discovered: dt.datetime, report: str, incident: str, ground: Path) -> None:
    """Record a breach; one that is to be reported must be within 72 hours (LOG-02)."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        click.echo(
            study.record_incident(
                discovered=discovered.astimezone(), report=report, ground=_text(ground), incident=incident
            )
        )
    by = (discovered.astimezone(dt.UTC) + dt.timedelta(hours=72)).strftime("%Y-%m-%d %H:%M UTC")
    note(
        settings, "recorded" if report != "needed" else f"report it to Datatilsynet by {by}; it stands in due"
    )
