"""``anonymizer participant``: the register."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.group("participant")
def command() -> None:
    """Keep the register of participants."""


@command.command("add")
@click.argument("code")
@click.option("--alias", "aliases", multiple=True, help="Another name the participant goes by.")
@click.option("--gender", type=click.Choice(["f", "m", "x"]))
@click.option("--age", type=click.IntRange(1, 129))
@click.option("--municipality", default="")
@click.option("--workplace", default="")
@click.option("--consent-date", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--letter-version", default="")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["interview", "audio", "quotes", "archive", "recontact"]),
)
@click.option("--speaker", "speaker", multiple=True, help="The label in the transcript.")
@pass_settings
def add(
    settings: Settings,
    code: str,
    *,
    aliases: tuple[str, ...],
    gender: str | None,
    age: int | None,
    municipality: str,
    workplace: str,
    consent_date: dt.datetime | None,
    letter_version: str,
    scopes: tuple[str, ...],
    speaker: tuple[str, ...],
) -> None:
    """Put the participant CODE into the register. The name is asked for, so that no shell history keeps it."""
    from anonymizer.participants import ParticipantRow, Scope

    with open_study(settings) as study:
        named = study.space.pack.participants.identity == "required"
        name = click.prompt("Name", err=True) if named else ""
        contact = (
            click.prompt("Contact (may be empty)", default="", show_default=False, err=True) if named else ""
        )
        study.add_participant(
            ParticipantRow(
                code=code,
                name=name,
                aliases=aliases,
                gender=gender,
                age=age,
                municipality=municipality,
                workplace=workplace,
                contact=contact,
                consent_date=consent_date.date() if consent_date else None,
                letter_version=letter_version,
                scopes=frozenset(Scope(scope) for scope in scopes),
                speaker=speaker,
            )
        )
    note(settings, "registered")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_settings
def import_(settings: Settings, file: Path) -> None:
    """Bring the register up to a participants.csv."""
    with open_study(settings) as study:
        imported = study.import_register(file)
    note(
        settings,
        f"{len(imported.added)} added, {len(imported.updated)} updated, {imported.unchanged} as before",
    )


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List codes and consent. Needs no passphrase and shows no identity."""
    with open_study(settings, masters=()) as study:
        rows = [
            {
                "code": record.code,
                "letter": record.consent[-1].letter_version if record.consent else "",
                "consent": record.consent[-1].date.isoformat()
                if record.consent and record.consent[-1].date
                else "",
                "scopes": [scope.value for scope in record.consent[-1].scopes] if record.consent else [],
            }
            for record in study.participants().values()
        ]
    echo_rows(rows, form)


@command.command("show")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def show(settings: Settings, code: str, form: str) -> None:
    """Show what the register knows of CODE, identity and all. The reading is logged."""
    with open_study(settings) as study:
        body = study.identity(code)
    if form == "jsonl":
        echo_rows([body], form)
    else:
        echo_rows([{"field": key, "value": value} for key, value in body.items()], form)
