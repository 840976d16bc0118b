"""``anonymizer detect``: files without a study, or the transcripts of one."""

from __future__ import annotations

from pathlib import Path

import click

from anonymizer.cli.common import (
    Settings,
    counted,
    json_line,
    note,
    open_study,
    pass_settings,
    printable,
    progress,
    read_stdin,
    walk,
)
from anonymizer.errors import worst_exit_code


@click.command("detect")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rules", "pack", default="sikt-base", show_default=True, metavar="PACK")
@click.option("--format", "form", type=click.Choice(["table", "jsonl", "html"]), default="table")
@click.option("--all", "everything", is_flag=True, help="Also what the pack only flags.")
@click.option(
    "--min-score", type=click.FloatRange(0, 1), default=0.0, help="Leave out less certain findings."
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Processes to share the files among.")
@pass_settings
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    pack: str,
    form: str,
    everything: bool,
    min_score: float,
    jobs: int,
) -> int:
    """Find identifiers in files (PATH..., - for standard input), or without PATH in the study's transcripts."""
    if not paths:
        return _study(settings)
    from anonymizer.detect import finding_row
    from anonymizer.study import detect_files

    codes: list[int] = []
    shown = []
    for result in detect_files(walk(paths), pack=pack, jobs=jobs, stdin=read_stdin):
        if result.error is not None or result.transcript is None or result.detection is None:
            click.echo(f"anonymizer: {result.error}", err=True)
            codes.append(2)
            continue
        for problem in result.detection.problems:
            click.echo(printable(f"anonymizer: {result.path}: INCOMPLETE: {problem}"), err=True)
            codes.append(1)
        rows = [
            finding_row(str(result.path), result.transcript, finding)
            for finding in result.shown(everything=everything, min_score=min_score)
        ]
        if form == "jsonl":
            for row in rows:
                click.echo(json_line(row))
        elif form == "table":
            _table(rows)
        else:
            shown.append(
                (
                    printable(str(result.path)),
                    result.transcript,
                    result.shown(everything=everything, min_score=min_score),
                )
            )
    if form == "html":
        from anonymizer.report import detection_page

        click.echo(detection_page(shown), nl=False)
    return worst_exit_code(codes)


def _table(rows: list[dict[str, object]]) -> None:
    for row in rows:
        place = row["part"] if row["turn"] is None else f"turn {row['turn']}"
        text = " ".join(str(row["text"]).split())
        line = f"{row['path']}  {place!s:<12}  {row['tier']!s:<8}  {row['entity_type']!s:<24}  {row['score']:.2f}"
        click.echo(printable(f"{line}  {text}"))


def _study(settings: Settings) -> int:
    with open_study(settings) as study, progress(settings) as show:
        detected = study.detect(progress=show)
    incomplete = [item for item in detected if item.problems]
    for item in incomplete:
        for problem in item.problems:
            click.echo(f"anonymizer: transcript {item.transcript[:8]}: INCOMPLETE: {problem}", err=True)
    findings = counted(sum(item.findings for item in detected), "finding")
    note(settings, f"{counted(len(detected), 'transcript')} searched, {findings}")
    return 1 if incomplete else 0
