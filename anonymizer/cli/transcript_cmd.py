"""``anonymizer transcript``: the sealed transcripts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings, printable


@click.group("transcript")
def command() -> None:
    """List, show and mend the sealed transcripts."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the transcripts by number, with the codes of those who take part. Needs no passphrase."""
    with open_study(settings, masters=()) as study:
        rows = [dataclasses.asdict(row) for row in study.status().transcripts]
    columns = ("number", "codes", "format", "turns", "words", "state", "transcript")
    echo_rows(rows, form, columns, empty="there is no transcript")


@command.command("show")
@click.argument("number", type=int)
@click.option("--original", is_flag=True, help="Show the original; needs the identity key and is logged.")
@click.option("--numbers", is_flag=True, help="Put the number of each turn, from 0, before it.")
@pass_settings
def show(settings: Settings, number: int, original: bool, numbers: bool) -> None:
    """Print transcript NUMBER, pseudonymised unless --original, to the terminal."""
    from anonymizer.vault import Master

    with open_study(settings, masters=None if original else [Master.WORK]) as study:
        transcript = study.read(number, original=original)
    for at, turn in enumerate(transcript.turns):
        mark = f"{at}\t" if numbers else ""
        words = f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text
        click.echo(mark + printable(words))


@command.command("strike")
@click.argument("number", type=int)
@click.argument("turns", type=int, nargs=-1, required=True, metavar="TURN...")
@pass_settings
def strike(settings: Settings, number: int, turns: tuple[int, ...]) -> None:
    """Strike turns (counted from 0) from every version of transcript NUMBER: something said off the record.

    The file it came from is deleted where it stands unchanged; write the passage out of any other copy yourself.
    """
    with open_study(settings) as study:
        version = study.strike(number, turns)
    note(settings, f"struck; version {version}; run: anonymizer pseudonymise")


@command.command("replace")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--keep-old", metavar="GROUND", default="", help="Keep the old version, restricted, on this ground."
)
@pass_settings
def replace(settings: Settings, number: int, file: Path, keep_old: str) -> None:
    """Put FILE in the place of transcript NUMBER. Decisions on unchanged words stay.

    The old version is destroyed, and the file it came from where that stands unchanged; --keep-old keeps both.
    """
    with open_study(settings) as study:
        done = study.replace(number, file, keep_old=keep_old)
    note(
        settings, f"version {done.version}; {done.carried} decisions carried, {done.questioned} to take again"
    )
    note(settings, "run: anonymizer detect")


@command.command("move")
@click.argument("number", type=int)
@click.option("--participant", "codes", metavar="CODE", multiple=True, required=True)
@click.option("--speaker", "speakers", metavar="LABEL=CODE", multiple=True)
@pass_settings
def move(settings: Settings, number: int, codes: tuple[str, ...], speakers: tuple[str, ...]) -> None:
    """Give transcript NUMBER to other participants: a mistake at ingest put right."""
    from anonymizer.cli.ingest_cmd import speaker_pair

    with open_study(settings) as study:
        study.move(number, codes, speakers=dict(speaker_pair(pair) for pair in speakers))
    note(settings, "moved; run: anonymizer pseudonymise")


@command.command("remove")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_settings
def remove(settings: Settings, number: int, yes: bool) -> None:
    """Remove transcript NUMBER and everything made from it, for ever."""
    if not yes:
        click.confirm(f"Remove transcript {number} for ever?", abort=True, err=True)
    with open_study(settings) as study:
        study.remove(number)
    note(settings, "removed")
