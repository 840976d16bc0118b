"""The rights of those who took part: RGT."""

from __future__ import annotations

import datetime as dt

from anonymizer.policy.facts import Facts
from anonymizer.policy.functions.project import Days
from anonymizer.policy.registry import (
    NoParameters,
    Result,
    Terms,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)

__all__: list[str] = []

_AFTER_WITHDRAWAL = {"tell-recipient", "delete-copy", "delete-backup"}


@check("requests-answered-in-time", NoParameters)
def requests_answered_in_time(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Every request was answered by its date (RGT-01)."""
    if not facts.requests:
        return not_applicable("no-requests")
    late = sum((one.answered or terms.today) > one.due for one in facts.requests)
    looked = {"requests": len(facts.requests)}
    return failed("requests-late", count=late, looked_at=looked) if late else passed(**looked)


@check("withdrawals-carried-out", Days)
def withdrawals_carried_out(facts: Facts, terms: Terms[Days]) -> Result:
    """A withdrawal is confirmed and erased in time, copies and recipients included (RGT-02)."""
    frozen = [one for one in facts.holds if one.cause == "withdrawal"]
    duties = [one for one in facts.obligations if one.duty in _AFTER_WITHDRAWAL]
    if not frozen and not duties:
        return not_applicable("no-withdrawals")
    limit = terms.today - dt.timedelta(days=terms.parameters.days)
    waiting = sum(one.since is not None and one.since < limit for one in frozen)
    late = sum(one.met is None and one.due < terms.today for one in duties)
    looked = {"withdrawals": len(frozen), "obligations": len(duties)}
    if waiting or late:
        return failed("withdrawal-not-finished", count=waiting + late, looked_at=looked)
    return passed(**looked)


@check("refusals-grounded", NoParameters)
def refusals_grounded(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A refused right names its exception; "anonymised" is none while a key exists (RGT-03)."""
    del terms
    refused = [one for one in facts.requests if one.answer == "refused"]
    if not refused:
        return not_applicable("no-refusals", requests=len(facts.requests))
    looked = {"requests": len(refused)}
    bare = sum(one.exception in (None, "none") for one in refused)
    if bare:
        return failed("refusal-without-ground", count=bare, looked_at=looked)
    claimed = sum(one.exception == "anonymised" for one in refused)
    if claimed and not facts.keys.destroyed:
        return failed("refusal-claims-anonymised", count=claimed, looked_at=looked)
    return passed(**looked)


@check("copies-given", NoParameters)
def copies_given(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Whoever asked for a copy got one, or is within the time for it (RGT-04)."""
    asked = [one for one in facts.requests if one.right in {"access", "portability"}]
    if not asked:
        return not_applicable("no-requests", requests=len(facts.requests))
    open_ = sum(one.answer in (None, "extended") and one.due < terms.today for one in asked)
    looked = {"requests": len(asked)}
    return failed("copies-owed", count=open_, looked_at=looked) if open_ else passed(**looked)


@check("member-checks-answered", NoParameters)
def member_checks_answered(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """What was promised for approval was sent and answered (RGT-05)."""
    promised = terms.pack.member_check.required or any(
        one.member_check for one in facts.project.letters or ()
    )
    if not promised and not facts.member_checks:
        return not_applicable("no-member-check-promised")
    looked = {"member_checks": len(facts.member_checks), "participants": len(facts.participants)}
    if not facts.member_checks:
        return failed("member-check-not-sent", looked_at=looked)
    open_ = max(sum(one.answer is None for one in facts.member_checks), facts.member_checks_waiting or 0)
    if open_:
        return failed("member-checks-open", count=open_, looked_at=looked)
    unwilling = sum(one.answer == "refused" for one in facts.member_checks)
    if unwilling:
        return failed("member-checks-refused", count=unwilling, looked_at=looked)
    # The pack may promise one to everyone, where no letter says so.
    if terms.pack.member_check.required and len(facts.member_checks) < len(facts.participants):
        return unknown("member-checks-fewer", count=len(facts.participants) - len(facts.member_checks))
    return passed(**looked)


@check("restrictions-kept", NoParameters)
def restrictions_kept(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Restricted material stands still (RGT-06)."""
    del terms
    restricted = [one for one in facts.holds if one.cause in {"restriction", "objection"}]
    if not restricted:
        return not_applicable("no-restrictions")
    looked = {"holds": len(restricted)}
    if facts.restricted_touched:
        return failed("restricted-touched", count=facts.restricted_touched, looked_at=looked)
    return passed(**looked)
