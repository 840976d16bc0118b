"""``anonymizer audit``: the log."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import click

from anonymizer.cli.common import Settings, counted, echo_rows, find_study, note, open_study, pass_settings
from anonymizer.errors import UsageError

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("audit")
def command() -> None:
    """Show, verify or export the log. It holds no names and no text."""


@command.command("show")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text")
@click.option("--lang", type=click.Choice(["nb", "en"]), default="en")
@click.option("--from", "bundle", type=FILE, help="An exported log instead of the study's; verify it first.")
@pass_settings
def show(settings: Settings, form: str, lang: Literal["nb", "en"], bundle: Path | None) -> None:
    """Print the log, one entry a line: in plain words, or as it stands."""
    from anonymizer.audit import describe, read_entries

    with ExitStack() as stack:
        entries = (
            read_entries(bundle)
            if bundle is not None
            else stack.enter_context(open_study(settings, masters=())).log_entries()
        )
        for entry in entries:
            if form == "jsonl":
                click.echo(entry.to_bytes().decode())
            else:
                click.echo(f"{entry.seq:>5}  {entry.time}  {entry.actor[:8]:<8}  {describe(entry, lang)}")


@command.command("verify")
@click.option("--from", "bundle", type=FILE, help="An exported log instead of the study's.")
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="A checkpoint kept elsewhere.")
@click.option("--key", "fingerprint", help="The log key's fingerprint, from the notification form.")
@click.option("--repair", is_flag=True, help="Mend what is no part of the record; never a broken log.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text")
@pass_settings
def verify(
    settings: Settings,
    bundle: Path | None,
    *,
    checkpoints: tuple[Path, ...],
    fingerprint: str | None,
    repair: bool,
    form: str,
) -> int:
    """Say whether the log is broken, consistent in itself, or confirmed by something outside it."""
    from anonymizer.study import repair_log, verify_log

    if repair:
        if bundle is not None:
            raise UsageError("an exported log is not repaired", hint="leave out --repair")
        verdict, mended = repair_log(find_study(settings), checkpoints=checkpoints, fingerprint=fingerprint)
        if verdict.broken:
            note(settings, "nothing was touched: a broken log is evidence; restore a backup to go on working")
        else:
            note(settings, "the cache of the tree was made anew" if mended else "there was nothing to mend")
    else:
        verdict = verify_log(
            None if bundle is not None else find_study(settings),
            bundle=bundle,
            checkpoints=checkpoints,
            fingerprint=fingerprint,
        )
    if form == "jsonl":
        echo_rows(
            [
                {
                    "verdict": verdict.outcome.value,
                    "entries": verdict.entries,
                    "confirmed": verdict.confirmed,
                    "confirmed_by": list(verdict.confirmed_by),
                    "fault": verdict.fault.value if verdict.fault else None,
                    "at": verdict.seq,
                    "why": verdict.why,
                    "fingerprint": verdict.fingerprint,
                }
            ],
            form,
        )
    else:
        click.echo(str(verdict))
    if verdict.clock_back:
        note(
            settings,
            f"the clock went back before {counted(len(verdict.clock_back), 'entry', 'entries')}; ask why",
        )
    return verdict.exit_code


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_settings
def export(settings: Settings, file: Path) -> None:
    """Write the log, its checkpoints and the public key to FILE, for a reviewer without the study."""
    with open_study(settings) as study:
        size = study.export_log(file)
    note(settings, f"{counted(size, 'entry', 'entries')} written: {file}")


@command.command("checkpoint")
@pass_settings
def checkpoint(settings: Settings) -> None:
    """Print the newest checkpoint. Keep it elsewhere: it alone shows a log that was cut or put back."""
    with open_study(settings, masters=()) as study:
        click.echo(study.newest_checkpoint(), nl=False)


@command.command("prove")
@click.argument("entry", type=click.IntRange(min=1), required=False)
@click.option("--since", type=FILE, help="An older checkpoint: prove that the log only grew since.")
@pass_settings
def prove(settings: Settings, entry: int | None, since: Path | None) -> None:
    """Print a proof that ENTRY stands in the log, or that the log only grew; tools/verify_log.py checks it alone."""
    if (entry is None) == (since is None):
        raise UsageError("name the number of an entry, or an older checkpoint with --since")
    with open_study(settings, masters=()) as study:
        if entry is not None:
            click.echo(study.prove_entry(entry), nl=False)
        elif since is not None:
            click.echo(study.prove_growth(since), nl=False)


@command.command("key")
@pass_settings
def key(settings: Settings) -> None:
    """Print the log's public key as a verifier key (C2SP), which other tools take."""
    with open_study(settings, masters=()) as study:
        click.echo(study.verifier_key())
