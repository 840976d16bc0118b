"""``anonymizer review``: a person goes through what was found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings, printable
from anonymizer.errors import GateRefused, UsageError

if TYPE_CHECKING:
    from anonymizer.model import EntityType, Finding
    from anonymizer.study import Desk, Study

T = TypeVar("T")

HELP = """\
  Enter, n  next            a  accept: it goes            r  reject: it stays
  t  change type            w  widen or narrow            m  add a missed one in this turn
  A  accept, in the whole study                           R  reject, in the whole study
  k  keep it, in the whole study: it points at many people (only where the pack allows it)
  d  done with this transcript (it counts as reviewed)    q  stop here"""


@click.command("review")
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]...")
@click.option("--flagged/--no-flagged", default=True, help="Also show what the pack only flags.")
@pass_settings
def command(settings: Settings, numbers: tuple[int, ...], flagged: bool) -> None:
    """Go through the findings of transcripts NUMBER (default: all) and decide. Text is shown, never stored."""
    with open_study(settings) as study:
        wanted = [row for row in study.status().transcripts if not numbers or row.number in numbers]
        unknown = set(numbers) - {row.number for row in wanted}
        if unknown:
            raise UsageError(f"there is no transcript {min(unknown)}", hint="see: anonymizer transcript list")
        note(settings, HELP)
        for row in wanted:
            if not _transcript(settings, study, row.transcript, row.number, flagged=flagged):
                break
    note(settings, "decisions are saved; next: anonymizer pseudonymise")


def _transcript(settings: Settings, study: Study, key: str, number: int, *, flagged: bool) -> bool:
    desk = study.review(key)
    skipped: set[tuple[int | None, str | None, int, int]] = set()
    while True:
        waiting = [
            f for f in desk.waiting(flagged=flagged) if (f.turn, f.part, f.start, f.end) not in skipped
        ]
        if not waiting:
            if click.confirm(
                f"transcript {number}: nothing left to decide; mark it as reviewed?", default=True, err=True
            ):
                desk.mark_reviewed()
            return True
        finding = waiting[0]
        _show(desk, number, finding, len(waiting))
        answer = click.prompt("decide", default="n", show_default=False, err=True).strip()
        if answer == "q":
            return False
        if answer == "d":
            desk.mark_reviewed()
            return True
        if not _decide(study, desk, finding, answer):
            skipped.add((finding.turn, finding.part, finding.start, finding.end))


def _decide(study: Study, desk: Desk, finding: Finding, answer: str) -> bool:
    """Carry out one answer; return whether the finding is dealt with."""
    if answer == "a":
        desk.accept(finding)
    elif answer == "r":
        _keep(lambda reason: desk.reject(finding, reason=reason))
    elif answer == "R":
        count = _keep(lambda reason: study.decide_everywhere(desk, finding, accept=False, reason=reason))
        click.echo(f"{count or 0} decided", err=True)
    elif answer == "k":
        pool = click.prompt("how many people could it point at", type=click.IntRange(min=1), err=True)
        count = _keep(lambda _: study.keep_everywhere(desk, finding, pool=pool))
        click.echo(f"{count or 0} kept", err=True)
    elif answer == "A":
        click.echo(f"{study.decide_everywhere(desk, finding, accept=True)} decided", err=True)
    elif answer == "t":
        desk.retype(finding, _type(finding))
    elif answer == "w":
        words = click.prompt("the identifier as it stands in the turn", err=True)
        span = desk.find(words, finding.turn, finding.part)
        if span is None:
            click.echo("these words do not stand in this turn", err=True)
            return True
        desk.widen(finding, *span)
    elif answer == "m":
        words = click.prompt("the missed identifier as it stands in the turn", err=True)
        span = desk.find(words, finding.turn, finding.part)
        if span is None:
            click.echo("these words do not stand in this turn", err=True)
            return True
        desk.add(*span, _type(None), turn=finding.turn, part=finding.part)
    else:
        if answer not in {"n", ""}:
            click.echo(HELP, err=True)
            return True
        return False
    return True


def _keep(ruling: Callable[[str | None], T]) -> T | None:
    """Let a finding stay; where the register knows it as a name, ask for the reason that then is recorded."""
    from anonymizer.study import KEEP_REASONS

    try:
        return ruling(None)
    except GateRefused as refused:
        click.echo(str(refused), err=True)
        return None
    except UsageError:
        click.echo("someone in the register is called this; to let it stay, say why", err=True)
    reason = click.prompt(
        "reason (empty: decide anew)",
        type=click.Choice(["", *KEEP_REASONS]),
        default="",
        show_default=False,
        err=True,
    )
    return ruling(reason) if reason else None


def _type(finding: Finding | None) -> EntityType:
    from anonymizer.model import EntityType

    default = finding.entity_type.value if finding is not None else "PERSON"
    answer = click.prompt(
        "type", type=click.Choice([each.value for each in EntityType]), default=default, err=True
    )
    return EntityType(answer)


def _show(desk: Desk, number: int, finding: Finding, left: int) -> None:
    before, words, after = (printable(text) for text in desk.context(finding))
    place = finding.part if finding.turn is None else f"turn {finding.turn}"
    click.echo("", err=True)
    click.echo(
        f"transcript {number}, {place}, {left} left: {finding.entity_type.value} ({finding.tier.value}, "
        f"{finding.action.value}, {finding.score:.2f}, {finding.recognizer})",
        err=True,
    )
    # Without colours (a file, a screen reader, a terminal without them) signs show which words are meant.
    shown = f">>{words}<<" if _plain() else click.style(words, bold=True, reverse=True)
    click.echo(f"  …{before}{shown}{after}…", err=True)


def _plain() -> bool:
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb" or not sys.stderr.isatty()
