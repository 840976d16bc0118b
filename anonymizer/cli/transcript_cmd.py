"""``anonymizer transcript``: the sealed transcripts."""

from __future__ import annotations

import dataclasses

import click

from anonymizer.cli.common import Settings, echo_rows, open_study, pass_settings


@click.group("transcript")
def command() -> None:
    """List or show the sealed transcripts."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the transcripts by number, with the codes of those who take part. Needs no passphrase."""
    with open_study(settings, masters=()) as study:
        rows = [dataclasses.asdict(row) for row in study.status().transcripts]
    echo_rows(rows, form, ("number", "codes", "format", "turns", "words", "state", "transcript"))


@command.command("show")
@click.argument("number", type=int)
@click.option("--original", is_flag=True, help="Show the original; needs the identity key and is logged.")
@pass_settings
def show(settings: Settings, number: int, original: bool) -> None:
    """Print transcript NUMBER, pseudonymised unless --original, to the terminal."""
    from anonymizer.vault import Master

    with open_study(settings, masters=None if original else [Master.WORK]) as study:
        transcript = study.read(number, original=original)
    for turn in transcript.turns:
        click.echo(f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text)
