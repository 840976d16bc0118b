"""The reviewer's report, from entries and the verdict on them; it needs no study, no key and no text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from anonymizer.audit import Entry, Verdict
from anonymizer.report import findings, frame, material, people
from anonymizer.report.messages import Lang
from anonymizer.report.model import Report, Writer
from anonymizer.report.story import Story

__all__ = ["build_report"]


def build_report(
    entries: Iterable[Entry],
    verdict: Verdict,
    *,
    lang: Lang = "nb",
    made: dt.datetime,
    fingerprint: str | None = None,
    stated: Mapping[str, str] | None = None,
    rules: Mapping[str, str] | None = None,
) -> Report:
    """Return the report in one language.

    ``fingerprint`` is what the reviewer was told outside the log. ``stated`` is what the researcher says of the
    project, by key of ``stated`` in the catalogue; ``None`` where there is only a bundle. ``rules`` gives each
    rule's requirement and source. Of a broken log nothing but the verdict is shown: what it says is worth nothing.
    """
    write = Writer(lang)
    story = Story(() if verdict.broken else entries)
    day = made.date()
    label = None
    sections = [frame.verification(write, verdict, fingerprint, story.unknown)]
    if not verdict.broken:
        label = frame.label_of(story)[0]
        sections += [
            frame.summary(write, story, day),
            frame.project(write, story, stated),
            frame.timeline(write, story),
            people.access(write, story),
            people.consent(write, story),
            people.checks(write, story, rules, day),
            people.rights(write, story),
            material.obligations(write, story, day),
            material.inventory(write, story),
            material.deletions(write, story),
            findings.identifiers(write, story),
            findings.exports(write, story),
            findings.publication(write, story),
            frame.wp216(write, story),
            frame.limits(write),
            frame.statement(write),
        ]
    stamp = made.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Report(
        lang=lang,
        title=write.text("title"),
        subtitle=write.text("subtitle-bundle" if stated is None else "subtitle-study", made=stamp),
        made=made.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        outcome=verdict.outcome.value,
        label=label,
        sections=tuple(sections),
    )
