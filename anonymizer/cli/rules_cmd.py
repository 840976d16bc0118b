"""``anonymizer rules``: packs."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, pass_settings


@click.group("rules")
def command() -> None:
    """List, show or validate rule packs."""


@command.command("list")
@click.option("--checks", "rules", is_flag=True, help="List the checks, not the packs.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str, rules: bool) -> None:
    """List the packs that ship, or the checks."""
    from anonymizer.data import list_packs, load_pack

    if rules:
        from anonymizer.policy import checks

        echo_rows(
            [
                {
                    "id": key,
                    "guards": rule.guards.value,
                    "severity": rule.severity.value,
                    "waivable": rule.waivable,
                    "requirement": rule.requirement.en,
                }
                for key, rule in checks().rules.items()
            ],
            form,
        )
        return
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
@click.argument("pack", metavar="PACK|RULE")
@pass_settings
def show(settings: Settings, pack: str) -> None:
    """Print a PACK with everything it inherits, or a RULE such as TXT-03 with its sources, as YAML."""
    import yaml

    from anonymizer.data import load_pack
    from anonymizer.policy import checks, sources_of

    if pack.upper() in checks().rules:
        rule = checks().rules[pack.upper()]
        told = {pack.upper(): rule.model_dump(mode="json", exclude_none=True)}
        told["sources"] = sources_of(rule.citation)
        click.echo(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), nl=False)
        return
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
