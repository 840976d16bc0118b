"""``anonymizer export``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, counted, note, note_claims, open_study, pass_settings


@click.command("export")
@click.option(
    "--for", "purpose", type=click.Choice(["analysis", "publication", "archive"]), default="analysis"
)
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The folder to write.")
@click.option("--format", "to_format", help="txt, docx, vtt, srt, json or csv (default: as it came in).")
@pass_settings
def command(settings: Settings, purpose: str, to: Path, to_format: str | None) -> int:
    """Write the pseudonymised transcripts that may leave, with a manifest, into a folder."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        exported = study.export(to, purpose=purpose, to_format=to_format)
    for refused in exported.refused:
        click.echo(f"anonymizer: {refused.error}", err=True)
    note_claims(settings, to.name)
    if exported.files:
        state = "as they were" if exported.unchanged else "written"
        note(settings, f"{counted(len(exported.files), 'transcript')} {state}: {exported.folder}")
    else:
        note(settings, "nothing to export; see: anonymizer status")
    return 1 if exported.refused else 0
