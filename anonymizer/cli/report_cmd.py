"""``anonymizer report``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
ANSWER = click.Choice(["no", "unlikely", "possible"])


@click.command("report")
@click.option("--from", "bundle", type=FILE, help="An exported log; no study and no key is needed.")
@click.option("--key", "fingerprint", help="The log key's fingerprint, from the notification form.")
@click.option("--checkpoint", "checkpoints", type=FILE, multiple=True, help="A checkpoint kept elsewhere.")
@click.option("--format", "form", type=click.Choice(["html", "json"]), default="html")
@click.option("--lang", type=click.Choice(["nb", "en"]), default="nb")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file (default: stdout)."
)
@click.option(
    "--sign",
    type=(ANSWER, ANSWER, ANSWER),
    metavar="SINGLING-OUT LINKABILITY INFERENCE",
    help="First record your answers to WP216's questions: no, unlikely or possible.",
)
@pass_settings
def command(
    settings: Settings,
    bundle: Path | None,
    fingerprint: str | None,
    checkpoints: tuple[Path, ...],
    *,
    form: str,
    lang: Literal["nb", "en"],
    to: Path | None,
    sign: tuple[str, str, str] | None,
) -> int:
    """Write the reviewer's report of the study, or of an exported log alone.

    With a passphrase at hand (--passphrase-file, ANONYMIZER_PASSPHRASE) the study's log says that a report was made.
    """
    from anonymizer.errors import UsageError
    from anonymizer.report import bundle_report, report_page, study_report
    from anonymizer.vault import Master

    if bundle is not None and sign is not None:
        raise UsageError("an exported log cannot be signed", hint="sign in the study, without --from")
    if bundle is not None:
        report = bundle_report(bundle, lang=lang, fingerprint=fingerprint, checkpoints=checkpoints)
    else:
        at_hand = settings.passphrase_file is not None or "ANONYMIZER_PASSPHRASE" in os.environ
        masters = [Master.WORK] if sign is not None or at_hand else []
        with open_study(settings, masters=masters) as study:
            if sign is not None:
                study.sign_risk(singling_out=sign[0], linkability=sign[1], inference=sign[2])
            study.log_report(lang=lang, form=form)
            report = study_report(study, lang=lang, fingerprint=fingerprint, checkpoints=checkpoints)
    text = (
        report_page(report) if form == "html" else json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    )
    if to is None:
        click.echo(text)
    else:
        try:
            to.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot be written ({error.strerror})", where=str(to)) from None
        note(settings, f"report written: {to}")
    note(settings, f"the log is {report.outcome}")
    return 3 if report.outcome == "broken" else 0
