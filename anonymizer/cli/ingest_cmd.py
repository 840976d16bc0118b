"""``anonymizer ingest``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import (
    Settings,
    counted,
    note,
    note_open_questions,
    open_study,
    pass_settings,
    walk,
)
from anonymizer.errors import GateRefused, RegisterError, UnreadableInput, UsageError, worst_exit_code


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--participant",
    "codes",
    metavar="CODE",
    multiple=True,
    help="Who takes part in these files (default: whose row of the register names the file).",
)
@click.option("--speaker", "speakers", metavar="LABEL=CODE", multiple=True, help="Who stands behind a label.")
@click.option(
    "--remove-source", is_flag=True, help="Delete each source file when its sealed copy is verified."
)
@pass_settings
def command(
    settings: Settings,
    files: tuple[Path, ...],
    codes: tuple[str, ...],
    speakers: tuple[str, ...],
    remove_source: bool,
) -> int:
    """Seal transcripts in the study. The same source twice is one transcript."""
    told = dict(speaker_pair(pair) for pair in speakers)
    failures: list[int] = []
    new = known = 0
    with open_study(settings) as study:
        for path in walk(files):
            try:
                ingested = study.ingest(path, participants=codes, speakers=told, remove_source=remove_source)
            except (UnreadableInput, RegisterError, GateRefused) as error:
                click.echo(f"anonymizer: {error}", err=True)
                failures.append(error.exit_code)
                continue
            new += ingested.new
            known += not ingested.new
        if new:
            note_open_questions(settings, study)
    note(settings, f"{counted(new, 'transcript')} sealed, {known} known already, {len(failures)} left out")
    return worst_exit_code(failures)


def speaker_pair(pair: str) -> tuple[str, str]:
    """Return label and code of ``LABEL=CODE``."""
    label, sign, code = pair.rpartition("=")
    if not sign or not label or not code:
        raise UsageError("--speaker takes LABEL=CODE, such as --speaker R=K7QX")
    return label, code
