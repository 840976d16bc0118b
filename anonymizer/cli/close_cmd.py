"""``anonymizer close``."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import Settings, echo_rows, note, open_study, pass_settings


@click.command("close")
@click.option(
    "--ending", type=click.Choice(["delete", "anonymise", "archive"]), help="What is done at the end."
)
@click.option(
    "--ground",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Why this ending is right: a text file.",
)
@click.option("--signed", multiple=True, help="A point of the checklist that you have done; may be repeated.")
@click.option("--confirm", is_flag=True, help="Close for ever; without it only what is in the way is shown.")
@pass_settings
def command(
    settings: Settings, ending: str | None, ground: Path | None, signed: tuple[str, ...], confirm: bool
) -> int:
    """End the project as it was promised. Everything sealed is destroyed; the log and the certificates stay."""
    from anonymizer.participants import Ending
    from anonymizer.report import write_final_report
    from anonymizer.study import checklist

    if ending is None:
        echo_rows([{"point": key, "what": what} for key, what in checklist().items()], "table")
        note(settings, "sign each point you have done with --signed POINT, and choose --ending")
        return 0
    points = [point for cell in signed for point in cell.split(",") if point]
    with open_study(settings) as study:
        ways = study.obstacles(Ending(ending), points)
        if ways:
            echo_rows(
                [{"rule": one.rule, "in the way": one.what, "count": one.count} for one in ways], "table"
            )
            return 1
        endings = study.promised_endings(Ending(ending))
        kept = sum(one is not Ending.DELETE for one in endings.values())
        note(
            settings,
            f"{len(endings) - kept} participants: all deleted; {kept}: exports stay, all else is destroyed",
        )
        if not confirm:
            note(settings, "nothing is in the way; close for ever with --confirm")
            return 0
        why = ground.read_text(encoding="utf-8", errors="replace") if ground is not None else ""
        closed = study.close_project(Ending(ending), signed=points, ground=why)
        left = write_final_report(study)
    note(settings, f"closed; certificate: {closed.folder / closed.certificate}.txt")
    note(settings, f"the final report and the log: {left}; keep a copy outside too")
    return 0
