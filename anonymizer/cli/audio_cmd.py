"""``anonymizer audio``: custody of recordings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.group("audio")
def command() -> None:
    """Keep account of recordings, and delete them when promised."""


@command.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--participant",
    "codes",
    metavar="CODE",
    required=True,
    multiple=True,
    help="Who speaks in it besides the interviewer; repeated for a group.",
)
@click.option(
    "--recorder",
    type=click.Choice(["nettskjema", "recorder", "teams", "zoom", "phone", "other"]),
    required=True,
)
@click.option(
    "--recorded", type=click.DateTime(["%Y-%m-%d"]), help="The day of the interview (default: today)."
)
@click.option("--seal", is_flag=True, help="Take a sealed copy into the study.")
@click.option("--remove-source", is_flag=True, help="With --seal: delete the file when the copy is verified.")
@pass_settings
def add(
    settings: Settings,
    file: Path,
    codes: tuple[str, ...],
    *,
    recorder: str,
    recorded: dt.datetime | None,
    seal: bool,
    remove_source: bool,
) -> None:
    """Register the recording in FILE, by its content."""
    day = recorded.date() if recorded else dt.datetime.now(dt.UTC).date()
    with open_study(settings) as study:
        key = study.add_recording(
            file, *codes, recorder=recorder, recorded=day, seal=seal, remove_source=remove_source
        )
        due = study.recordings()[key].due
        unnamed = study.unnamed_service(recorder)
    click.echo(key)
    if unnamed:
        note(settings, f"warning: AUD-02: {recorder} is a processor; name it under processors in study.yaml")
    note(settings, f"to be deleted by {due.isoformat()}")


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the recordings there still are, and when they go. Needs no passphrase."""
    with open_study(settings, masters=()) as study:
        codes = {key: record.code for key, record in study.participants().items()}
        rows = [
            {
                "recording": key,
                "codes": [codes.get(who, "?") for who in one.participants],
                "recorder": one.recorder,
                "recorded": one.recorded.isoformat(),
                "delete": one.delete.value,
                "due": one.due.isoformat(),
                "sealed": one.object is not None,
            }
            for key, one in study.recordings().items()
        ]
    echo_rows(rows, form, empty="no recording is kept account of")


@command.command("delete")
@click.argument("what", metavar="FILE|ID")
@click.option("--confirmed", is_flag=True, help="You have deleted the file elsewhere yourself.")
@pass_settings
def delete(settings: Settings, what: str, confirmed: bool) -> None:
    """Delete a recording, named by a file with its content or by its id, and write a certificate."""
    with open_study(settings) as study:
        done = study.delete_recording(what, by_hand=confirmed)
    note(settings, f"deleted; certificate: {done.folder / done.certificate}.txt")
