"""Run the checks over the facts, and hold a step back where one refuses it. Decides, and does nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anonymizer.data import Pack, Text
from anonymizer.errors import GateRefused
from anonymizer.policy.catalogue import Catalogue, checks, settings_of, validate_settings
from anonymizer.policy.facts import Facts, Waiver
from anonymizer.policy.registry import HoldsBack, Result, Severity, Step, Terms, Verdict, bound
from anonymizer.policy.wording import sentence

__all__ = ["CheckResult", "blocking", "guard", "run_checks", "warnings"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one rule came to: the verdict, why, what was looked at, the source, and the way out.

    A waived rule has the verdict ``WAIVED`` and keeps in ``found`` what the check itself answered. ``looked_at`` counts
    things by kind. ``message`` holds counts and names of fields only.
    """

    id: str
    verdict: Verdict
    found: Verdict
    severity: Severity
    step: Step
    waivable: bool
    requirement: Text
    citation: str
    certainty: str
    key: str
    message: Text
    way_out: Text
    looked_at: Mapping[str, int]
    variant: str | None = None
    waiver: Waiver | None = None
    holds_back: HoldsBack = HoldsBack.UNANSWERED

    @property
    def is_open(self) -> bool:
        """Tell whether it failed or has no answer, and is not waived."""
        return self.verdict in {Verdict.FAIL, Verdict.NEEDS_EVIDENCE}

    @property
    def refuses(self) -> bool:
        """Tell whether it holds its step back: a blocking rule that failed or, where that counts, is unanswered."""
        if self.severity is not Severity.BLOCK or not self.is_open or self.holds_back is HoldsBack.NOTHING:
            return False
        return self.verdict is Verdict.FAIL or self.holds_back is HoldsBack.UNANSWERED

    @property
    def total(self) -> int:
        """Return how many things were looked at."""
        return sum(self.looked_at.values())


def run_checks(
    facts: Facts,
    pack: Pack,
    *,
    today: dt.date,
    step: Step | None = None,
    catalogue: Catalogue | None = None,
) -> list[CheckResult]:
    """Return the result of every rule, or of those that guard ``step``, in the order of the catalogue.

    The rule's variant is chosen by the day the project starts (else ``today``) and its institution. A rule that the
    pack switches off is left out. Raises ``PackError`` for a pack that sets a check that is not there.
    """
    rules = (catalogue or checks()).rules
    if catalogue is None:
        validate_settings(pack)
    day = facts.project.starts or today
    institution = facts.project.institution or pack.institution or ""
    waivers = {one.rule: one for one in facts.waivers if one.expires >= today}
    done: dict[str, CheckResult | None] = {}

    def run(key: str) -> CheckResult | None:
        if key in done:
            return done[key]
        settings = settings_of(key, rules[key], pack, day=day, institution=institution)
        if settings.severity is None:
            done[key] = None
            return None
        rule = settings.rule
        others = {other: one.verdict for other in rule.needs if (one := run(other)) is not None}
        function = bound(rule.check)
        assert function is not None  # noqa: S101 - the catalogue is validated on load
        result = function.function(facts, Terms(settings.parameters, pack, today, step, others))
        set_by_pack = key in pack.checks and pack.checks[key].severity is not None
        severity = settings.severity if set_by_pack or result.severity is None else result.severity
        waiver = waivers.get(key) if settings.waivable else None
        waived = waiver is not None and result.verdict in {Verdict.FAIL, Verdict.NEEDS_EVIDENCE}
        done[key] = CheckResult(
            id=key,
            verdict=Verdict.WAIVED if waived else result.verdict,
            found=result.verdict,
            severity=severity,
            step=rule.guards,
            waivable=settings.waivable,
            requirement=rule.requirement,
            citation=rule.citation,
            certainty=rule.certainty,
            key=result.key,
            message=_message(result),
            way_out=rule.way_out,
            looked_at=result.looked_at,
            variant=settings.variant,
            waiver=waiver if waived else None,
            holds_back=settings.holds_back,
        )
        return done[key]

    asked = [key for key, rule in rules.items() if step is None or rule.guards is step]
    return [one for key in asked if (one := run(key)) is not None]


def _message(result: Result) -> Text:
    return Text(nb=sentence(result.key, result.values, "nb"), en=sentence(result.key, result.values, "en"))


def blocking(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Return the results that failed a blocking rule; waived ones are none of them."""
    return [one for one in results if one.severity is Severity.BLOCK and one.verdict is Verdict.FAIL]


def warnings(results: Iterable[CheckResult], step: Step) -> list[CheckResult]:
    """Return what guards ``step``, failed or is unanswered, and does not hold it back."""
    return [one for one in results if one.step is step and one.is_open and not one.refuses]


def guard(results: Iterable[CheckResult], step: Step, *, where: str = "") -> None:
    """Raise ``GateRefused`` if a blocking rule that guards ``step`` holds it back.

    Before what leaves or ends, a rule that nobody has answered does so too: a gate that opened because nobody had
    answered would be none. The way past is to answer it, or a waiver where the rule allows one. ``where`` is what
    the step is about.
    """
    refusing = [one for one in results if one.step is step and one.refuses]
    if not refusing:
        return
    # Failures before open questions: they are what surely must be mended.
    first = min(refusing, key=lambda one: one.verdict is not Verdict.FAIL)
    more = f" (and {', '.join(one.id for one in refusing if one is not first)})" if len(refusing) > 1 else ""
    raise GateRefused(
        f"{first.message.en}{more}",
        rule=first.id,
        where=where,
        hint=f"{first.way_out.en}; see: anonymizer check --step {step}",
    )
