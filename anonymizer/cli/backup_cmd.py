"""``anonymizer backup``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings
from anonymizer.errors import UsageError


@click.command("backup")
@click.argument("to", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="When it is to be deleted (default: in 90 days)."
)
@click.option("--deleted", metavar="ID", help="Record that you have deleted this backup.")
@pass_settings
def command(settings: Settings, to: Path | None, until: dt.datetime | None, deleted: str | None) -> None:
    """Copy the study and its keys, still sealed, into the new folder TO. Deleting it in time becomes an obligation."""
    if (to is None) == (deleted is None):
        raise UsageError("say where to, or which backup was deleted")
    with open_study(settings) as study:
        if deleted is not None:
            study.settle_backup(deleted)
            note(settings, "recorded")
        elif to is not None:
            click.echo(study.backup(to, until=until.date() if until else None))
            note(settings, "sealed copy of both folders; keep it elsewhere, and delete it in time")
