"""``anonymizer scan``: the pre-publication check of manuscripts."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import click

from anonymizer.cli.common import Settings, counted, note, open_study, pass_settings, read_stdin, walk
from anonymizer.errors import UsageError, worst_exit_code


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "sarif", "junit", "html"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice(["block", "warn"]),
    default="block",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@click.option("--show-text", is_flag=True, help="Also print what stands there; never in a shared log.")
@click.option(
    "--allow",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What may stand, with a reason (YAML).",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Findings known already (JSON).",
)
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a baseline of what is found now.",
)
@click.option("--owner", help="Who answers for the baseline that is written.")
@click.option("--reason", help="Why its findings may stand for now.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it holds.")
@pass_settings
def command(  # noqa: PLR0917 - one argument an option
    settings: Settings,
    paths: tuple[Path, ...],
    form: str,
    fail_on: str,
    show_text: bool,
    allow: Path | None,
    baseline: Path | None,
    write_baseline: Path | None,
    owner: str | None,
    reason: str | None,
    expires: datetime | None,
) -> int:
    """Check manuscripts before publication (PATH..., folders are walked, - for standard input)."""
    from anonymizer.formats import MANUSCRIPT_SUFFIXES
    from anonymizer.scan import (
        AgainstStudy,
        Exceptions,
        Scanner,
        Severity,
        load_allow,
        load_baseline,
        new_baseline,
        write_findings,
    )

    if write_baseline is not None and not (owner and reason and expires):
        raise UsageError(
            "a baseline needs an owner, a reason and an end",
            hint="add --owner, --reason and --expires YYYY-MM-DD",
        )
    limit = Severity(fail_on)
    exceptions = Exceptions(
        load_allow(allow) if allow else (), load_baseline(baseline) if baseline else (), today=_today()
    )
    files = walk(paths, MANUSCRIPT_SUFFIXES)
    if not files:
        raise UsageError(
            "nothing to scan", hint=f"name a file, or a folder with {', '.join(MANUSCRIPT_SUFFIXES)}"
        )
    extra = []
    with ExitStack() as stack:
        study = stack.enter_context(open_study(settings)) if settings.study is not None else None
        if study is not None:
            extra.append(AgainstStudy(study.scan_facts()))
        scanner = Scanner(extra=extra)
        scans = [exceptions.apply(scan) for scan in scanner.scan_files(files, stdin=read_stdin)]
        if study is not None and not any(scan.error is not None for scan in scans):
            told = Counter(finding.severity for scan in scans for finding in scan.findings)
            study.log_scan(block=told[Severity.BLOCK], warn=told[Severity.WARN])
    codes = []
    for scan in scans:
        if scan.error is not None:
            click.echo(f"anonymizer: {scan.error}", err=True)
            codes.append(scan.error.exit_code)
        if any(finding.severity.rank >= limit.rank for finding in scan.findings):
            codes.append(1)
    click.echo(write_findings(scans, form, show_text=show_text, fail_on=limit), nl=False)
    if write_baseline is not None and owner and reason and expires:
        write_baseline.write_text(
            new_baseline(scans, owner=owner, reason=reason, expires=expires.date()), encoding="utf-8"
        )
        found = counted(sum(len(scan.findings) for scan in scans), "finding")
        note(settings, f"wrote {found} to the baseline")
    return worst_exit_code(codes)


def _today() -> date:
    return datetime.now(UTC).date()
