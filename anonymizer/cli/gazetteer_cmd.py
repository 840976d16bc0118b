"""``anonymizer gazetteer``: name and place lists."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, pass_settings


@click.group("gazetteer")
def command() -> None:
    """List the name and place lists, or add one of your own."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the shipped name and place lists and those added on this machine."""
    from anonymizer.detect.gazetteer import list_lists

    echo_rows([dataclasses.asdict(one) for one in list_lists()], form)


@command.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_settings
def add(settings: Settings, file: Path) -> None:
    """Add a place-name dump of Kartverket (SSR) or GeoNames as a compact index."""
    from anonymizer.detect.gazetteer import add_dump

    added = add_dump(file)
    note(settings, f"{added.index.names} names added, {added.skipped} rows left out")
