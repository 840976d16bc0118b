"""Where a report comes from: an exported log and nothing else, or a study with what its researcher states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from anonymizer.audit import read_entries
from anonymizer.participants import ProjectProfile, parse_profile
from anonymizer.policy import checks
from anonymizer.report.build import build_report
from anonymizer.report.messages import Lang, log_words
from anonymizer.report.model import Report
from anonymizer.study import Study, verify_log

__all__ = ["bundle_report", "study_report"]


def bundle_report(
    bundle: Path,
    *,
    lang: Lang = "nb",
    fingerprint: str | None = None,
    checkpoints: Sequence[Path] = (),
    made: dt.datetime | None = None,
) -> Report:
    """Return the report of an exported log; no study and no key is needed.

    ``fingerprint`` is the log key's, from the notification form. Raises ``UnreadableInput`` where there is nothing
    to read, ``UsageError`` for a fingerprint that is none; a broken log gives a report that says so.
    """
    verdict = verify_log(bundle=bundle, checkpoints=checkpoints, fingerprint=fingerprint)
    return build_report(
        read_entries(bundle),
        verdict,
        lang=lang,
        made=made or dt.datetime.now(dt.UTC),
        fingerprint=fingerprint,
        rules=_rules(lang),
    )


def study_report(
    study: Study,
    *,
    lang: Lang = "nb",
    fingerprint: str | None = None,
    checkpoints: Sequence[Path] = (),
    made: dt.datetime | None = None,
) -> Report:
    """Return the report of an open study's log, with what its profile states; the log is verified anew."""
    verdict = verify_log(study.space.places.study, checkpoints=checkpoints, fingerprint=fingerprint)
    return build_report(
        study.log_entries(),
        verdict,
        lang=lang,
        made=made or dt.datetime.now(dt.UTC),
        fingerprint=fingerprint,
        stated=_stated(parse_profile(study.space.profile.profile), lang),
        rules=_rules(lang),
    )


def _rules(lang: Lang) -> Mapping[str, str]:
    return {key: f"{rule.requirement.say(lang)} ({rule.citation})" for key, rule in checks().rules.items()}


def _stated(profile: ProjectProfile, lang: Lang) -> Mapping[str, str]:
    """Return what the form says, in the form's own words where it has free text; what is left out stays empty."""
    words = log_words().words
    storage = [f"{one.medium}: {one.holds}" if one.holds else one.medium for one in profile.storage]
    basis = [
        ", ".join(part for part in (f"{one.id}: {words[one.basis][lang]}", one.document) if part)
        for one in profile.samples
    ]
    dpia = profile.dpia
    return {
        "title": profile.title,
        "purpose": profile.purpose,
        "controller": profile.controller,
        "institution": profile.institution,
        "responsible": profile.responsible,
        "student": profile.student,
        "basis": "; ".join(basis),
        "data": ", ".join(profile.data_types),
        "third-persons": profile.third_persons_informed,
        "dpia": ""
        if dpia is None
        else (dpia.document or words["needed" if dpia.required else "not-needed"][lang]),
        "advice": profile.advice,
        "processors": ", ".join(profile.processors),
        "transcribed": profile.transcribed_by,
        "recipients": ", ".join(profile.recipients),
        "access": ", ".join(profile.access),
        "storage": ", ".join(storage),
        "recruitment": profile.recruitment,
        "reuse": ", ".join(profile.reuse),
        "starts": profile.starts.isoformat() if profile.starts else "",
        "ends": profile.ends.isoformat() if profile.ends else "",
    }
