"""``anonymizer run``: all stages."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonymizer.cli.common import (
    WARNINGS,
    Settings,
    echo_rows,
    note,
    note_claims,
    note_open_questions,
    open_study,
    pass_settings,
    passphrase_for,
    progress,
    walk,
)
from anonymizer.errors import UsageError, worst_exit_code

if TYPE_CHECKING:
    from anonymizer.study import RunReport, Study


@click.command("run")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--participants", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="CSV")
@click.option("--new", "new", type=click.Path(path_type=Path), metavar="DIR", help="Make a study here first.")
@click.option("--rules", "pack", metavar="PACK", help="The rule pack of a new study.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="The export's folder (default: exports/analysis)."
)
@click.option("--format", "to_format", help="The export's format (default: as each file came in).")
@pass_settings
def command(
    settings: Settings,
    files: tuple[Path, ...],
    participants: Path,
    new: Path | None,
    pack: str | None,
    to: Path | None,
    to_format: str | None,
) -> int:
    """Take transcripts through all stages: ingest, detect, pseudonymise, export."""
    from anonymizer.study import Study

    if (new is None) != (pack is None):
        raise UsageError("--new DIR and --rules PACK go together")
    with ExitStack() as stack:
        study: Study
        if new is not None and pack is not None and not (new / "study.yaml").exists():
            phrase = passphrase_for(settings, confirm=True)
            study = stack.enter_context(Study.create(new, pack=pack, passphrase=phrase, keys=settings.keys))
            for warning in study.space.places.keys_warnings():
                note(settings, f"warning: {WARNINGS[warning.value]}")
            note(settings, f"new study: {study.space.places.study}, log key fingerprint {study.fingerprint}")
        else:
            settings.study = new or settings.study
            study = stack.enter_context(open_study(settings))
            study.expect_pack(pack)
        target = to or study.space.places.study / "exports" / "analysis"
        show = stack.enter_context(progress(settings))
        sources = [path for path in walk(files) if path.resolve() != participants.resolve()]
        report = study.run(sources, participants, to=target, to_format=to_format, progress=show)
        if any(one.new for one in report.ingested):
            note_open_questions(settings, study)
        _summary(settings, study, report)
    codes = [failure.error.exit_code for failure in report.failures]
    if report.exported is not None:
        codes += [refused.error.exit_code for refused in report.exported.refused]
    return worst_exit_code(codes)


def _summary(settings: Settings, study: Study, report: RunReport) -> None:
    for failure in report.failures:
        click.echo(f"anonymizer: {failure.error}", err=True)
    exported = report.exported
    for refused in exported.refused if exported is not None else ():
        click.echo(f"anonymizer: {refused.error}", err=True)
    if settings.quiet:
        return
    echo_rows([row.as_row() for row in study.summary(exported)], "table")
    if exported is not None:
        note_claims(settings, exported.folder.name)
        state = "unchanged" if exported.unchanged else "written"
        note(settings, f"clean transcripts ({state}): {exported.folder}")
    note(settings, f"log: {study.space.places.study / 'study.db'}; look at it with: anonymizer audit show")
    note(settings, f"keys: {study.space.places.keys}")
