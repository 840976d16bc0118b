"""The end of the project: END."""

from __future__ import annotations

from anonymizer.policy.facts import Facts
from anonymizer.policy.functions.project import ended
from anonymizer.policy.registry import (
    NoParameters,
    Result,
    Step,
    Terms,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)

__all__: list[str] = []


@check("end-date-kept", NoParameters)
def end_date_kept(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The project ends when it said it would, or has reported another date (END-01)."""
    ends = facts.project.ends
    if ends is None:
        return unknown("not-answered", fields=("ends",))
    if ends < terms.today and not facts.closed and terms.step is not Step.CLOSE:
        return failed("end-passed", days=(terms.today - ends).days, looked_at={"dates": 1})
    return passed(dates=1)


@check("everything-destroyed", NoParameters)
def everything_destroyed(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Recordings, copies, papers and backups are gone; after closing the key table too (END-02)."""
    duties = [one for one in facts.obligations if one.duty.startswith("delete-")]
    looked = {"obligations": len(duties), "recordings": len(facts.recordings)}
    if not ended(facts, terms):
        return not_applicable("not-yet", **looked)
    # Closing itself destroys the key table: this gate stands before it and asks for all the rest.
    waiting = sum(one.met is None and one.duty != "delete-key" for one in duties)
    kept = sum(one.deleted is None for one in facts.recordings)
    if waiting or kept:
        return failed("copies-left", count=waiting + kept, looked_at=looked)
    if facts.closed and not facts.keys.destroyed:
        return failed("key-table-left", looked_at=looked)
    return passed(**looked)


@check("archive-permitted", NoParameters)
def archive_permitted(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """What goes to an archive may go there, and everyone agreed to it (END-03)."""
    del terms
    if facts.project.ending is None:
        return unknown("not-answered", fields=("ending",))
    if facts.project.ending != "archive":
        return not_applicable("no-archive")
    looked = {"participants": len(facts.participants)}
    unasked = sum(not any("archive" in c.scopes for c in one.consents) for one in facts.participants)
    if unasked:
        return failed("archive-without-scope", count=unasked, looked_at=looked)
    return passed(**looked) if facts.project.archive_permission else unknown("no-archive-permission")


@check("anonymous-label-earned", NoParameters)
def anonymous_label_earned(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The word is earned: all destroyed, texts pass, WP216's three questions answered and signed (END-04)."""
    claimed = facts.exported_label == "anonymised"
    planned = facts.project.ending == "anonymise" and ended(facts, terms)
    if not claimed and not planned:
        return not_applicable("label-pseudonymised")
    looked = {"checks": len(terms.results), "answers": 3}
    refuted = tuple(
        key for key, one in terms.results.items() if one in {Verdict.FAIL, Verdict.NEEDS_EVIDENCE}
    )
    if refuted or (claimed and not facts.keys.destroyed):
        return failed("label-rests-on-failed", fields=refuted or ("KEY-03",), looked_at=looked)
    answers = (facts.risk.singling_out, facts.risk.linkability, facts.risk.inference)
    if not facts.risk.signed:
        return unknown("risk-not-signed")
    if "possible" in answers:
        return failed("risk-left", count=answers.count("possible"), looked_at=looked)
    return passed(**looked)
