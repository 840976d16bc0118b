"""``anonymizer eval``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, pass_settings, walk


@click.command("eval")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--rules", "pack", default="sikt-base", show_default=True, metavar="PACK")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@click.option("--show-text", is_flag=True, help="List the errors with their words.")
@pass_settings
def command(settings: Settings, gold: tuple[Path, ...], pack: str, form: str, show_text: bool) -> None:
    """Measure recall and precision on gold markup, direct and indirect identifiers apart, with intervals."""
    from anonymizer.data import load_pack
    from anonymizer.detect import evaluate

    evaluation = evaluate(walk(gold, [".txt"]), load_pack(pack))
    echo_rows(evaluation.rows(), form)
    echo_rows(evaluation.errors(show_text=show_text), form)
