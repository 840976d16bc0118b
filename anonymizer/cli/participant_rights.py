"""``anonymizer participant``: what participants may ask for, from access to withdrawal."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings
from anonymizer.errors import UsageError

if TYPE_CHECKING:
    from anonymizer.study import Frozen

__all__ = ["RIGHTS"]

FIELDS = (
    *("name", "aliases", "gender", "age", "municipality", "workplace", "contact", "speaker"),
    "transcripts",
)


@click.command("access")
@click.argument("code")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new folder.")
@click.option("--portable", is_flag=True, help="Answer a request for portability instead of access.")
@pass_settings
def access(settings: Settings, code: str, to: Path, portable: bool) -> None:
    """Write the copy that CODE may have of their own material, third persons masked, into a new folder."""
    with open_study(settings) as study:
        copy = study.access_copy(code, to, portable=portable)
    note(
        settings,
        f"transcripts: {copy.transcripts}, mentions of third persons masked: {copy.masked}; in {copy.folder}",
    )
    note(settings, "the copy is identifiable: hand it over and delete it (see: anonymizer due)")


@click.command("rectify")
@click.argument("code")
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice(FIELDS),
    help="A field of the register; its value is asked for.",
)
@click.option("--transcript", type=int, help="The number of the transcript to be corrected, with --file.")
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--keep-old", metavar="GROUND", default="", help="Keep the old version, restricted, on this ground."
)
@pass_settings
def rectify(
    settings: Settings,
    code: str,
    *,
    fields: tuple[str, ...],
    transcript: int | None,
    file: Path | None,
    keep_old: str,
) -> None:
    """Correct what the register says of CODE, or a transcript. Values are asked for, so that no history keeps them."""
    if (transcript is None) != (file is None) or (transcript is None) == (not fields):
        raise UsageError("say what to correct", hint="--field FIELD, or --transcript N --file FILE")
    with open_study(settings) as study:
        if transcript is not None and file is not None:
            codes = next((row.codes for row in study.status().transcripts if row.number == transcript), ())
            if code not in codes:
                raise UsageError("this participant takes no part in that transcript")
            done = study.replace(transcript, file, keep_old=keep_old, rectified=True)
            note(
                settings,
                f"version {done.version}; {done.carried} decisions carried, {done.questioned} to take again",
            )
        else:
            study.rectify(code, **{field: _asked(field) for field in fields})
            note(settings, "corrected")
    note(settings, "run: anonymizer detect, then pseudonymise")


def _asked(field: str) -> object:
    answer: str = click.prompt(field.capitalize(), default="", show_default=False, err=True)
    if field in {"aliases", "speaker", "transcripts"}:
        return tuple(part.strip() for part in answer.split("|") if part.strip())
    if field == "age":
        if not answer.isdecimal():
            raise UsageError("age is a whole number of years")
        return int(answer)
    return answer


@click.command("restrict")
@click.argument("code")
@click.option("--lift", is_flag=True, help="Lift it again; tell the participant before.")
@click.option(
    "--objection", is_flag=True, help="The participant objects: all stands still until it is answered."
)
@pass_settings
def restrict(settings: Settings, code: str, lift: bool, objection: bool) -> None:
    """Restrict the processing of CODE's material: it is kept, and nothing else is done with it."""
    with open_study(settings) as study:
        if lift:
            study.lift_restriction(code)
        elif objection:
            study.object(code)
        else:
            study.restrict(code)
    note(settings, "lifted" if lift else "the material stands still")


@click.command("request")
@click.argument("code")
@click.argument(
    "right",
    type=click.Choice(["access", "portability", "rectification", "restriction", "objection", "erasure"]),
)
@click.option("--received", type=click.DateTime(["%Y-%m-%d"]), help="When it came (default: today).")
@click.option("--extend", type=click.IntRange(1, 2), help="Give it this many further months.")
@pass_settings
def request(
    settings: Settings, code: str, right: str, received: dt.datetime | None, extend: int | None
) -> None:
    """Start the one-month clock of a request by CODE. Doing what was asked stops it."""
    from anonymizer.study import Right

    with open_study(settings) as study:
        key = study.request(code, Right(right), received=received.date() if received else None)
        if extend is not None:
            study.extend_request(key, extend)
        rows = [item for item in study.due() if item.duty == "answer-right"]
    note(settings, f"to be answered by {min(item.due for item in rows).isoformat()}")


_CONCERNED = {
    "audio": ("recordings", "group recordings"),
    "quotes": ("quotes",),
    "archive": ("exports",),
    "recontact": (),
}
"""What a withdrawal from less than everything concerns, of what there is."""


def _say_frozen(settings: Settings, frozen: Frozen) -> None:
    """Show what a withdrawal takes, and what stands still until it is confirmed or taken back."""
    whole = "interview" in frozen.scopes
    wanted = {what for scope in frozen.scopes for what in _CONCERNED.get(scope, ())}
    counts = {what: count for what, count in frozen.counts.items() if count and (whole or what in wanted)}
    echo_rows([{"what": what, "count": count} for what, count in counts.items()], "table")
    if whole:
        note(settings, "frozen: nothing of it is searched, shown or exported any more")
    else:
        note(settings, f"frozen for {', '.join(frozen.scopes)}; the interviews go on")
    _say_group(settings, frozen, counts)


def _say_group(settings: Settings, frozen: Frozen, counts: Mapping[str, int]) -> None:
    """Say what becomes of what others take part in."""
    removed = frozen.group == "remove-turns"
    why = "as the letter says" if frozen.told else "no letter in study.yaml says otherwise"
    if counts.get("shared transcripts"):
        way = "the turns are removed" if removed else "the group is kept, without who spoke"
        note(settings, f"group interviews: {way} ({why})")
    if counts.get("group recordings"):
        way = (
            "they go as a whole, since no voice can be taken out; write out first what the others said"
            if removed
            else "they are kept until their day"
        )
        note(settings, f"recordings of groups: {way} ({why})")


@click.command("withdraw")
@click.argument("code")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="Withdraw this only: audio, quotes, archive, recontact (default: all).",
)
@click.option("--confirm", metavar="CODE", help="Erase: say the code again.")
@click.option("--undo", is_flag=True, help="Take the withdrawal back; nothing was erased yet.")
@click.option(
    "--exception",
    type=click.Choice(["completed-analysis", "serious-research-harm", "legal-duty", "anonymised"]),
    help="A statutory ground for not erasing; needs --why.",
)
@click.option(
    "--why", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The justification."
)
@pass_settings
def withdraw(
    settings: Settings,
    code: str,
    scopes: tuple[str, ...],
    confirm: str | None,
    undo: bool,
    exception: str | None,
    why: Path | None,
) -> None:
    """Freeze what CODE withdraws and show what goes; --confirm CODE erases it.

    On a terminal the code is asked for again; in a script give --confirm.
    """
    from anonymizer.participants import Scope

    if sum((confirm is not None, undo, exception is not None)) > 1:
        raise UsageError("--confirm, --undo and --exception exclude each other")
    known = {one.value for one in Scope}
    wanted = [name for cell in scopes for name in cell.split(",") if name]
    if not set(wanted) <= known:
        raise UsageError("there is no such scope", hint=f"one of {', '.join(sorted(known))}")
    chosen = [Scope(name) for name in wanted]
    if confirm is not None and confirm != code:
        raise UsageError("the code said again is another one", hint="nothing was frozen or erased")
    with open_study(settings) as study:
        if undo:
            study.undo_withdrawal(code)
            note(settings, "the withdrawal is taken back; nothing was erased")
            return
        if exception is not None:
            reason = why.read_text(encoding="utf-8", errors="replace") if why is not None else ""
            study.refuse_erasure(code, exception, reason)
            frozen_still = "withdrawal" in study.held().get(code, ())
            note(settings, "recorded; the material stays frozen" if frozen_still else "recorded")
            return
        frozen = study.withdraw(code, chosen)
        _say_frozen(settings, frozen)
        if confirm is None:
            if not sys.stdin.isatty():
                note(settings, "to erase: --confirm CODE · to take it back: --undo")
                return
            confirm = click.prompt(
                "Erase for ever? Type the code again", default="", show_default=False, err=True
            )
            if not confirm:
                note(settings, "nothing was erased; it stays frozen")
                return
        erased = study.erase(code, confirm=confirm, scopes=chosen)
        for line in erased.outside:
            note(settings, f"outside the tool's reach: {line}")
        if erased.rewritten:
            note(
                settings,
                f"others' transcripts written anew: {len(erased.rewritten)}; run: anonymizer pseudonymise",
            )
        note(settings, f"erased; certificate: {erased.folder / erased.certificate}.txt")


RIGHTS = (access, rectify, request, restrict, withdraw)
"""The verbs of this part, in the order of the alphabet."""
