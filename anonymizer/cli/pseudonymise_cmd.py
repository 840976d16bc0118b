"""``anonymizer pseudonymise``."""

from __future__ import annotations

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings, progress


@click.command("pseudonymise")
@pass_settings
def command(settings: Settings) -> int:
    """Write every due transcript of the study anew, with surrogates and marks."""
    with open_study(settings) as study, progress(settings) as show:
        cleaned = study.pseudonymise(progress=show)
    note(settings, f"{len(cleaned)} transcripts written")
    leaks = sum(item.leaks for item in cleaned)
    if leaks:
        note(settings, f"{leaks} known names would still stand; see: anonymizer review")
    return 1 if leaks else 0
