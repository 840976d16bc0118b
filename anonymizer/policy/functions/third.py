"""Those who are spoken about: THI."""

from __future__ import annotations

from anonymizer.data import To
from anonymizer.model import Action, EntityType
from anonymizer.policy.facts import Facts
from anonymizer.policy.registry import (
    NoParameters,
    Result,
    Severity,
    Terms,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)

__all__: list[str] = []


@check("third-persons-replaced", NoParameters)
def third_persons_replaced(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Third persons are replaced, and none is left whose name could not be told apart (THI-01)."""
    if not facts.transcripts:
        return not_applicable("no-transcripts")
    looked = {"transcripts": len(facts.transcripts)}
    if terms.pack.action(EntityType.PERSON) is not Action.REPLACE:
        return failed("pack-keeps-third-persons", looked_at=looked)
    unwritten = sum(not one.written for one in facts.transcripts)
    if unwritten:
        return unknown("transcripts-not-written", count=unwritten)
    left = sum(one.leaks for one in facts.transcripts)
    return failed("names-still-there", count=left, looked_at=looked) if left else passed(**looked)


@check("third-persons-declared", NoParameters)
def third_persons_declared(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """What was found agrees with what the profile says of third persons, who are informed or exempt (THI-02)."""
    del terms
    project = facts.project
    if project.third_persons is None:
        return unknown("not-answered", fields=("third_persons",))
    looked = {"transcripts": len(facts.transcripts)}
    if project.third_persons:
        if not project.third_persons_informed:
            return unknown("not-answered", fields=("third_persons_informed",))
        return passed(**looked)
    counted = [one.third_persons for one in facts.transcripts]
    found = sum(count or 0 for count in counted)
    if found:
        return failed("third-persons-undeclared", count=found, looked_at=looked)
    named = sum((one.types or {}).get("PERSON", 0) for one in facts.transcripts)
    if None in counted and named:
        return unknown("third-persons-not-counted", count=named)
    return passed(**looked)


@check("duty-of-confidentiality-kept", NoParameters)
def duty_of_confidentiality_kept(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Where interviewees owe others silence, institution and time go too (THI-03)."""
    owed = facts.project.duty_of_confidentiality
    strict = all(
        terms.pack.action(kind) is Action.REPLACE and terms.pack.treatment(kind).to is To.REMOVE
        for kind in (EntityType.ORGANIZATION, EntityType.DATE_TIME)
    )
    if strict:
        return passed(types=2)
    if owed is None:
        return unknown("not-answered", severity=Severity.WARN, fields=("duty_of_confidentiality",))
    if not owed:
        return not_applicable("no-duty")
    return failed("pack-too-mild-for-duty", looked_at={"types": 2})
