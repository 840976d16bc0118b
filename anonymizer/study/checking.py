"""Check a study against the rules: the facts are gathered here, judged by policy, and the verdicts logged."""

from __future__ import annotations

import datetime as dt

from anonymizer.policy import CheckResult, Step, run_checks
from anonymizer.study.facts import facts_of
from anonymizer.study.workspace import Workspace, utc_now

__all__ = ["check_study"]


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
