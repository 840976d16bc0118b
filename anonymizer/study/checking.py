"""Check a study against the rules: the facts are gathered here, judged by policy, and the verdicts logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from anonymizer.errors import GateRefused
from anonymizer.participants import Ending
from anonymizer.policy import CheckResult, Label, Step, earned_label, guard, run_checks
from anonymizer.study.facts import facts_of
from anonymizer.study.guarding import log_refusal
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["check_study", "gate_export", "label_of", "refusals_of_closing"]

_PUBLISHED = {"publication", "archive"}


def check_study(
    space: Workspace, *, step: Step | None = None, today: dt.date | None = None
) -> list[CheckResult]:
    """Return what every check, or each that guards ``step``, says of the study.

    Where the study is open for writing, all verdicts are logged in one change; without a passphrase nothing is.
    """
    results = run_checks(facts_of(space), space.pack, step=step, today=today or utc_now().date())
    if space.vault.slot_id:
        with space.vault.change() as tx:
            for one in results:
                tx.log(
                    "check.done",
                    rule=one.id,
                    details={
                        "step": one.step.value,
                        "verdict": one.verdict.value,
                        "severity": one.severity.value,
                        "looked_at": one.total,
                    },
                )
    return results


def gate_export(space: Workspace, leaving: Collection[str], purpose: str) -> None:
    """Raise ``GateRefused`` unless these transcripts may leave for this purpose.

    TXT-01 holds for any export; what goes to readers or to an archive meets every rule of publication too.
    """
    facts = facts_of(space, transcripts=leaving, verify=False)
    steps = [Step.EXPORT, Step.PUBLISH] if purpose in _PUBLISHED else [Step.EXPORT]
    for step in steps:
        results = run_checks(facts, space.pack, step=step, today=utc_now().date())
        try:
            guard(results, step)
        except GateRefused as refused:
            log_refusal(space, refused, step.value, "")
            raise


def label_of(space: Workspace) -> Label:
    """Return what the study's material may be called today (END-04)."""
    facts = facts_of(space, verify=False)
    return earned_label(facts, run_checks(facts, space.pack, today=utc_now().date()))


_DONE_BY_CLOSING = {"delete-source", "delete-audio", "delete-contact", "delete-key"}
"""Duties that closing itself meets; what of them it can't do, it looks for on its own."""


def refusals_of_closing(
    space: Workspace, ending: Ending, *, staying: Collection[str], signed: Collection[str]
) -> list[CheckResult]:
    """Return what holds back closing: AUD, END, CON-06 and PRJ-03, over the study as closing would leave it.

    ``staying`` are the transcripts whose exports are kept; where none is, the ending is deletion, whatever was chosen.
    """
    today = utc_now().date()
    facts = facts_of(space, transcripts=staying, verify=False)
    facts = facts.model_copy(
        update={
            "project": facts.project.model_copy(update={"ending": ending if staying else Ending.DELETE}),
            "obligations": tuple(one for one in facts.obligations if one.duty not in _DONE_BY_CLOSING),
            "recordings": tuple(
                one.model_copy(update={"deleted": one.deleted or today}) if one.sealed else one
                for one in facts.recordings
            ),
            "signed": tuple(signed),
        }
    )
    results = run_checks(facts, space.pack, step=Step.CLOSE, today=today)
    return [one for one in results if one.refuses]
