"""``anonymizer recall``: a blind re-reading of a random sample."""

from __future__ import annotations

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings, printable
from anonymizer.errors import UsageError

HELP = """\
  You see turns as they were spoken, and nothing of what was found in them. Write whatever tells who someone is,
  as it stands there, one thing a line; an empty line goes on to the next turn. q stops: what was read counts."""


@click.command("recall")
@click.option("--turns", type=click.IntRange(min=1), default=40, show_default=True, help="How many to read.")
@pass_settings
def command(settings: Settings, turns: int) -> None:
    """Read a random sample of turns again, blind. The figures go into the log, and into the reviewer's report."""
    from anonymizer.report import wilson

    with open_study(settings) as study:
        sample = study.draw_recall_sample(turns)
        note(settings, HELP)
        for at, turn in enumerate(sample.turns, start=1):
            click.echo(f"\n{at} of {len(sample.turns)}\n{printable(turn.text)}\n", err=True)
            identifiers: list[str] = []
            while answer := click.prompt("identifies", default="", show_default=False, err=True).strip():
                if answer == "q":
                    break
                try:
                    turn.places([*identifiers, answer])
                except UsageError as error:
                    click.echo(str(error), err=True)
                    continue
                identifiers.append(answer)
            if answer == "q":
                break
            sample.mark(turn, identifiers)
        sample.finish()
        for missed in sample.missed:
            click.echo(f"missed: transcript {missed.number}, turn {missed.turn}", err=True)
    found = sample.marked - len(sample.missed)
    if sample.marked:
        low, high = wilson(found, sample.marked)
        note(settings, f"{found} of {sample.marked} were found (95 % interval {low:.1%} to {high:.1%})")
    if sample.missed:
        note(settings, "take what was missed up with: anonymizer review NUMBER (m adds in a turn)")
