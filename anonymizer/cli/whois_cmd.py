"""``anonymizer whois``."""

from __future__ import annotations

import dataclasses

import click

from anonymizer.cli.common import Settings, echo_rows, open_study, pass_settings


@click.command("whois")
@click.argument("label")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def command(settings: Settings, label: str, form: str) -> None:
    """Say who stands behind LABEL: a surrogate, or an exported file (name or number). The question is logged."""
    with open_study(settings) as study:
        echo_rows([dataclasses.asdict(answer) for answer in study.whois(label)], form)
