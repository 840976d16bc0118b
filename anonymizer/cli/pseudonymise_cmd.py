"""``anonymizer pseudonymise``."""

from __future__ import annotations

import click

from anonymizer.cli.common import Settings, counted, note, open_study, pass_settings, progress


@click.command("pseudonymise")
@pass_settings
def command(settings: Settings) -> int:
    """Write every due transcript of the study anew, with surrogates and marks."""
    with open_study(settings) as study, progress(settings) as show:
        cleaned = study.pseudonymise(progress=show)
    note(settings, f"{counted(len(cleaned), 'transcript')} written")
    leaks = sum(item.leaks for item in cleaned)
    if leaks:
        note(settings, f"{counted(leaks, 'known name')} would still stand; see: anonymizer review")
    return 1 if leaks else 0
