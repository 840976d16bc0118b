"""Named, expiring exceptions from rules: which rules may have one, why, and for how long."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir
from anonymizer.errors import GateRefused, UsageError

__all__ = ["Waiver", "check_waiver", "waiver_reasons"]

_RULE = re.compile(r"[A-Z]{2,6}-[0-9]{2,3}")


class Waiver(BaseModel):
    """An exception as study.db keeps it: the rule, a reason from the list, until when, and whose slot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    reason: str
    since: dt.date
    expires: dt.date
    by: str
    about: str = ""
    ended: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Tell whether the exception is in force on a day; it is on its last day."""
        return self.ended is None and self.since <= day <= self.expires


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reasons: dict[str, dict[str, str]]
    longest_days: int = Field(ge=1)
    never: tuple[str, ...]


@cache
def _rules() -> _Rules:
    return load_yaml(rules_dir() / "rights" / "waivers.yaml").parse(_Rules)


def waiver_reasons() -> tuple[str, ...]:
    """Return the reasons there are, as the log knows them."""
    return tuple(_rules().reasons)


def check_waiver(rule: str, reason: str, since: dt.date, expires: dt.date) -> None:
    """Raise ``GateRefused`` for a rule that can't be waived, ``UsageError`` for a wrong rule, reason or date."""
    if not _RULE.fullmatch(rule):
        raise UsageError("a rule's id looks like AUD-03", hint="see: anonymizer check")
    if rule in _rules().never:
        raise GateRefused("this rule can't be waived", rule=rule, hint="do what it asks for")
    if reason not in _rules().reasons:
        raise UsageError("there is no such reason", hint=f"one of {', '.join(_rules().reasons)}")
    longest = since + dt.timedelta(days=_rules().longest_days)
    if not since <= expires <= longest:
        raise UsageError(f"the waiver ends between today and {longest.isoformat()}")
