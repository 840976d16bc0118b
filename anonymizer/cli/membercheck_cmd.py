"""``anonymizer membercheck``: what participants were promised to see."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.group("membercheck")
def command() -> None:
    """Send participants what they were promised to see, and record the answers."""


@command.command("send")
@click.argument("code")
@click.argument("what", type=click.Choice(["transcript", "quotes", "results"]))
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new folder.")
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The quotes or results."
)
@click.option("--original", is_flag=True, help="The interview as it was said; the copy is identifiable.")
@click.option(
    "--due", type=click.DateTime(["%Y-%m-%d"]), help="When the answer is due (default: in 21 days)."
)
@pass_settings
def send(
    settings: Settings,
    code: str,
    what: str,
    *,
    to: Path,
    file: Path | None,
    original: bool,
    due: dt.datetime | None,
) -> None:
    """Write a package for CODE into a new folder and start its clock."""
    from anonymizer.participants import MemberCheckOf

    with open_study(settings) as study:
        key = study.send_member_check(
            code, MemberCheckOf(what), to, file=file, original=original, due=due.date() if due else None
        )
    click.echo(key)
    note(settings, f"written: {to}")


@command.command("answer")
@click.argument("check")
@click.argument("answer", type=click.Choice(["approved", "changes", "refused", "no-answer"]))
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The corrected interview."
)
@pass_settings
def answer(settings: Settings, check: str, answer: str, file: Path | None) -> None:
    """Record the answer to a member check; a corrected interview becomes a new version."""
    with open_study(settings) as study:
        study.answer_member_check(check, answer, file=file)
    note(settings, "recorded" if file is None else "recorded; run: anonymizer detect")


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the member checks and their answers. Needs no passphrase."""
    with open_study(settings, masters=()) as study:
        codes = {key: record.code for key, record in study.participants().items()}
        rows = [
            {
                "check": key,
                "code": codes.get(one.participant, "?"),
                "what": one.what.value,
                "sent": one.sent.isoformat(),
                "due": one.due.isoformat(),
                "answer": one.answer or "",
            }
            for key, one in study.member_checks().items()
        ]
    echo_rows(rows, form, empty="no member check was sent")
