"""``anonymizer keys``: who can unlock what."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings
from anonymizer.errors import UsageError

ROLES = ("responsible", "researcher", "student", "supervisor", "assistant")


@click.group("keys")
def command() -> None:
    """Say who can unlock what."""


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the slots, their roles and what they open."""
    with open_study(settings) as study:
        rows = [
            {
                "slot": slot.id,
                "role": slot.role,
                "opens": sorted(master.value for master in slot.masters),
            }
            for slot in study.slots()
        ]
    echo_rows(rows, form)


@command.command("add")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--without-identity", is_flag=True, help="The slot opens pseudonymised material only.")
@click.option("--new-passphrase-file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_settings
def add(settings: Settings, role: str, without_identity: bool, new_passphrase_file: Path | None) -> None:
    """Add a slot with a passphrase of its own, so that colleagues share no secret."""
    from anonymizer.vault import Master

    masters = frozenset({Master.WORK}) if without_identity else frozenset(Master)
    with open_study(settings) as study:
        if new_passphrase_file is not None:
            phrase = new_passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        else:
            phrase = click.prompt(
                "New slot's passphrase", hide_input=True, confirmation_prompt=True, err=True
            )
        if not phrase:
            raise UsageError("the passphrase is empty")
        click.echo(study.add_slot(role=role, passphrase=phrase, masters=masters))
    note(settings, "slot added; its owner opens the study with the new passphrase")


@command.command("remove")
@click.argument("slot")
@pass_settings
def remove(settings: Settings, slot: str) -> None:
    """Remove a slot. The master keys are made anew, so that it opens nothing written from now on."""
    with open_study(settings) as study:
        study.remove_slot(slot)
    note(settings, "slot removed, master keys made anew")


@command.command("rotate")
@pass_settings
def rotate(settings: Settings) -> None:
    """Make the master keys anew and wrap every data key again."""
    with open_study(settings) as study:
        study.rotate_keys()
    note(settings, "master keys made anew")


@command.command("recovery")
@pass_settings
def recovery(settings: Settings) -> None:
    """Print a recovery key for paper. It opens everything and is shown only now."""
    with open_study(settings) as study:
        click.echo(study.make_recovery_key())
    note(settings, "write it down, keep it away from the computer; use it in place of a passphrase")
