"""``anonymizer quote``: quotes meant for publication."""

from __future__ import annotations

import dataclasses
import re

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.group("quote")
def command() -> None:
    """Choose quotes for publication, list them, take one out."""


@command.command("add")
@click.argument("number", type=int)
@click.argument("turns")
@click.option(
    "--linkable",
    type=click.Choice(["none", "number", "pseudonym"]),
    help="How a reader can tell whose it is (default: as the pack says, and never more).",
)
@pass_settings
def add(settings: Settings, number: int, turns: str, linkable: str | None) -> None:
    """Choose TURNS (such as 4 or 4-6, counted from 0) of transcript NUMBER."""
    from anonymizer.data import Linkability
    from anonymizer.errors import UsageError
    from anonymizer.vault import Master

    span = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", turns)
    if span is None:
        raise UsageError("turns are a number, or two with a hyphen", hint="such as 4 or 4-6")
    first, last = int(span[1]), int(span[2] or span[1])
    with open_study(settings, masters=[Master.WORK]) as study:
        quote = study.add_quote(number, first, last, linkable=Linkability(linkable) if linkable else None)
    note(settings, f"quote {quote.quote[:8]} added, linked by {quote.linkable.value}")


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List the quotes as they read now; a stale one stands in a transcript that was written anew since."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        rows = [dataclasses.asdict(quote) for quote in study.quotes()]
    for row in rows:
        row["linkable"] = row["linkable"].value
        if form == "table":
            row["quote"] = row["quote"][:8]
    echo_rows(
        rows,
        form,
        ("quote", "number", "codes", "first", "last", "linkable", "stale", "text"),
        empty="no quote is chosen",
    )


@command.command("remove")
@click.argument("quote")
@pass_settings
def remove(settings: Settings, quote: str) -> None:
    """Take out QUOTE, by the first digits of its id."""
    from anonymizer.vault import Master

    with open_study(settings, masters=[Master.WORK]) as study:
        study.remove_quote(quote)
