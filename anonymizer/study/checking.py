"""Check a study against the rules: the facts are gathered here, judged by policy, and the verdicts logged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from anonymizer.errors import GateRefused
from anonymizer.policy import CheckResult, Step, guard, run_checks
from anonymizer.study.facts import facts_of
from anonymizer.study.guarding import log_refusal
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["check_study", "gate_export"]

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
