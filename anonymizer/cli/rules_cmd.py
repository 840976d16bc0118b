"""``anonymizer rules``: packs."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, pass_settings


@click.group("rules")
def command() -> None:
    """List, show or validate rule packs."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the packs that ship."""
    from anonymizer.data import list_packs, load_pack

    packs = [load_pack(name) for name in list_packs()]
    echo_rows(
        [
            {
                "id": pack.id,
                "extends": pack.extends,
                "naming": pack.participants.naming.value,
                "title": pack.title.en,
            }
            for pack in packs
        ],
        form,
    )


@command.command("show")
@click.argument("pack")
@pass_settings
def show(settings: Settings, pack: str) -> None:
    """Print PACK with everything it inherits, as YAML."""
    import yaml

    from anonymizer.data import load_pack

    body = load_pack(pack).model_dump(mode="json", by_alias=True, exclude_none=True)
    click.echo(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), nl=False)


@command.command("validate")
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@pass_settings
def validate(settings: Settings, packs: tuple[str, ...]) -> None:
    """Check packs and name file, line and key of the first thing that is wrong."""
    from anonymizer.data import load_pack
    from anonymizer.policy import validate_settings

    for pack in packs:
        path = Path(pack)
        validate_settings(load_pack(pack), path if path.is_file() else None)
        note(settings, f"{pack}: valid")
