"""``anonymizer restore``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, note, pass_settings, passphrase_for


@click.command("restore")
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--keys-only", is_flag=True, help="DIR is the study; only its keys were lost.")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="A checkpoint kept elsewhere: an older backup is refused.",
)
@pass_settings
def command(
    settings: Settings, source: Path, directory: Path, keys_only: bool, checkpoints: tuple[Path, ...]
) -> None:
    """Put a backup back into the new folder DIR. Whoever has withdrawn since stays withdrawn."""
    from anonymizer.study import Study

    phrase = passphrase_for(settings)
    with Study.restore(
        source,
        directory,
        passphrase=phrase,
        keys=settings.keys,
        keys_only=keys_only,
        checkpoints=checkpoints,
    ) as study:
        note(settings, f"restored: {study.space.places.study}, keys in {study.space.places.keys}")
