"""``anonymizer init``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import WARNINGS, Settings, note, pass_settings, passphrase_for


@click.command("init")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--rules", "pack", metavar="PACK", required=True, help="The rule pack: an id or a file.")
@click.option("--profile", "profile_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_settings
def command(settings: Settings, directory: Path, pack: str, profile_file: Path | None) -> None:
    """Make a study in DIR and print the log key's fingerprint.

    Write the fingerprint into the notification form: whoever reviews the study compares it with the log.
    """
    from anonymizer.study import Study, read_profile_file

    profile = read_profile_file(profile_file) if profile_file is not None else None
    passphrase = passphrase_for(settings, confirm=True)
    with Study.create(
        directory, pack=pack, passphrase=passphrase, keys=settings.keys, profile=profile
    ) as study:
        for warning in study.space.places.keys_warnings():
            note(settings, f"warning: {WARNINGS[warning.value]}")
        note(settings, f"study: {study.space.places.study}")
        note(settings, f"keys:  {study.space.places.keys}")
        note(settings, "log key fingerprint:")
        click.echo(study.fingerprint)
