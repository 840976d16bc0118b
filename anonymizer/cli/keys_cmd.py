"""``anonymizer keys``: who can unlock what."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings
from anonymizer.errors import UsageError

ROLES = ("responsible", "researcher", "student", "supervisor", "assistant", "reviewer")


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
@click.option(
    "--identity/--without-identity",
    "identity",
    default=None,
    help="Whether the slot opens originals and names too (default: all roles but assistant).",
)
@click.option("--new-passphrase-file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_settings
def add(settings: Settings, role: str, identity: bool | None, new_passphrase_file: Path | None) -> None:
    """Add a slot with a passphrase of its own, so that colleagues share no secret."""
    from anonymizer.study import masters_of
    from anonymizer.vault import Master

    masters = masters_of(role)
    if identity is not None:
        masters = frozenset(Master) if identity else frozenset({Master.WORK})
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
    opens = "everything" if len(masters) > 1 else "pseudonymised material, no names"
    note(settings, f"slot added; the new passphrase opens {opens}")


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
