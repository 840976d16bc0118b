"""``anonymizer check``."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from anonymizer.cli.common import Settings, note, open_study, pass_settings

if TYPE_CHECKING:
    from anonymizer.policy import CheckResult, Language

_STEPS = ("open", "ingest", "export", "publish", "close", "report")


@click.command("check")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text")
@click.option("--lang", type=click.Choice(["nb", "en"]), default="en", help="The language of what is said.")
@click.option("--step", type=click.Choice(_STEPS), help="Only the checks that guard this step.")
@click.option("--all", "everything", is_flag=True, help="Also what passed and what does not apply, in full.")
@pass_settings
def command(settings: Settings, form: str, lang: Language, step: str | None, everything: bool) -> int:
    """Check the study against its pack's rules. Exit 1 if a blocking check failed.

    With a passphrase (file or environment) the verdicts are logged; without one nothing is written.
    """
    from anonymizer.policy import Step, blocking

    unlocked = settings.passphrase_file is not None or "ANONYMIZER_PASSPHRASE" in os.environ
    from anonymizer.vault import Master

    with open_study(settings, masters=(Master.WORK,) if unlocked else ()) as study:
        results = study.check(step=Step(step) if step else None)
    for one in results:
        if form == "jsonl":
            click.echo(json.dumps(_row(one, lang), ensure_ascii=False))
        else:
            click.echo(_lines(one, lang, everything))
    counts = {
        verdict: sum(one.verdict == verdict for one in results)
        for verdict in {one.verdict for one in results}
    }
    note(settings, ", ".join(f"{verdict} {count}" for verdict, count in sorted(counts.items())))
    if not unlocked:
        note(settings, "not logged: no passphrase was given")
    return 1 if blocking(results) else 0


def _row(one: CheckResult, lang: Language) -> dict[str, object]:
    from anonymizer.policy import sources_of

    row: dict[str, object] = {
        "id": one.id,
        "verdict": one.verdict.value,
        "severity": one.severity.value,
        "step": one.step.value,
        "requirement": one.requirement.say(lang),
        "message": one.message.say(lang),
        "way_out": one.way_out.say(lang),
        "looked_at": dict(one.looked_at),
        "citation": one.citation,
        "certainty": one.certainty,
        "sources": sources_of(one.citation),
        "waivable": one.waivable,
        "variant": one.variant,
    }
    if one.waiver is not None:
        row["waiver"] = {
            "found": one.found.value,
            "reason": one.waiver.reason,
            "expires": one.waiver.expires.isoformat(),
        }
    return row


def _lines(one: CheckResult, lang: Language, everything: bool) -> str:
    from anonymizer.policy import Verdict, looked_at_words, sources_of, word

    verdict = (
        click.style(word(one.verdict, lang), fg=_COLOURS.get(one.verdict.value))
        if _terminal()
        else word(one.verdict, lang)
    )
    heavy = f" ({word(one.severity, lang)})" if one.verdict in {Verdict.FAIL, Verdict.NEEDS_EVIDENCE} else ""
    lines = [f"{one.id}  {verdict}{heavy}: {one.message.say(lang)}"]
    if everything or one.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
        lines.append(f"        {one.requirement.say(lang)}")
        lines.append(f"        {word('source', lang)}: {one.citation} ({word(one.certainty, lang)})")
        if everything:
            lines += [f"          [{mark}] {source}" for mark, source in sources_of(one.citation).items()]
        if one.looked_at:
            lines.append(f"        {word('looked-at', lang)}: {looked_at_words(one.looked_at, lang)}")
        if one.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}:
            lines.append(f"        {word('way-out', lang)}: {one.way_out.say(lang)}")
        if one.waiver is not None:
            until = f"{word('until', lang)} {one.waiver.expires.isoformat()}"
            lines.append(f"        {word('waived', lang)} {until}: {one.waiver.reason}")
    return "\n".join(lines)


_COLOURS = {"pass": "green", "fail": "red", "needs-evidence": "yellow", "waived": "magenta"}


def _terminal() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
