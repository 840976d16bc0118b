"""Consent, information letters, capacity: CON."""

from __future__ import annotations

from anonymizer.policy.facts import Facts
from anonymizer.policy.functions.project import ended
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

_GROUNDS = {"public-interest", "exemption", "assent", "guardian", "other-basis"}


@check("consent-per-transcript", NoParameters)
def consent_per_transcript(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Everyone who speaks has a consent to the interview, or another recorded ground (CON-01)."""
    if terms.identity_forbidden:
        return not_applicable("not-notifiable")
    people = {one.id: one for one in facts.participants}
    speaking = {key for one in facts.transcripts for key in one.participants} or set(people)
    if not speaking:
        return not_applicable("no-participants")
    looked = {"participants": len(speaking), "transcripts": len(facts.transcripts)}
    letters = {one.version for one in facts.project.letters or ()}
    without, dateless, strange = 0, 0, 0
    for key in speaking:
        person = people.get(key)
        if person is not None and person.ground in _GROUNDS:
            continue
        consents = (
            [c for c in person.consents if not c.scopes or "interview" in c.scopes]
            if person is not None
            else []
        )
        if not consents:
            without += 1
            continue
        dateless += consents[-1].date is None or not consents[-1].letter_version
        strange += bool(letters) and consents[-1].letter_version not in letters
    if without:
        return failed("no-consent", count=without, looked_at=looked)
    if strange:
        return unknown("letter-unknown", count=strange)
    if dateless:
        return unknown("consent-without-date", count=dateless)
    return passed(**looked)


@check("letters-clean", NoParameters)
def letters_clean(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """No letter contradicts itself, holds template text, or lacks what arts. 12-13 ask for (CON-02)."""
    del terms
    letters = facts.project.letters
    if not letters:
        return unknown("no-letter")
    looked = {"letters": len(letters)}
    faults = [fault for one in letters for fault in one.faults or ()]
    if faults:
        return failed(
            "letter-faults", count=len(faults), fields=tuple(dict.fromkeys(faults)), looked_at=looked
        )
    double = [one for one in letters if len(set(one.ending)) > 1]
    if double:
        # The strictest promise holds (CON-03): where the project keeps that one, the letter is only unclear.
        kept = facts.project.ending in {None, "delete"} and all("delete" in one.ending for one in double)
        severity = Severity.WARN if kept else None
        return failed("two-endings-promised", severity=severity, count=len(double), looked_at=looked)
    unread = sum(one.faults is None for one in letters)
    if unread:
        return unknown("letter-not-read", count=unread)
    warnings = [fault for one in letters for fault in one.warnings]
    if warnings:
        return failed(
            "letter-faults",
            severity=Severity.WARN,
            count=len(warnings),
            fields=tuple(dict.fromkeys(warnings)),
            looked_at=looked,
        )
    return passed(**looked)


@check("strictest-promise-kept", NoParameters)
def strictest_promise_kept(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Where deletion was promised, no anonymised copy is kept (CON-03)."""
    del terms
    letters = facts.project.letters
    if not letters:
        return unknown("no-letter")
    promised = sum("delete" in one.ending for one in letters)
    if not promised:
        if not any(one.ending for one in letters):
            return unknown("no-ending-promised")
        return not_applicable("no-deletion-promised", letters=len(letters))
    if facts.project.ending is None:
        return unknown("not-answered", fields=("ending",))
    keeps = facts.project.keep_until is not None or bool(facts.project.control_copy_years)
    if facts.project.ending != "delete" or keeps:
        return failed("deletion-promised", count=promised, looked_at={"letters": len(letters)})
    return passed(letters=len(letters))


@check("capacity-judged", NoParameters)
def capacity_judged(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Doubt about capacity freezes the material; whoever declined is not in the study (CON-04)."""
    del terms
    people = facts.participants
    if not people:
        return not_applicable("no-participants")
    looked = {"participants": len(people)}
    held = {one.participant for one in facts.holds}
    inside = {key for one in facts.transcripts for key in one.participants}
    loose = sum(one.capacity == "doubt" and one.id not in held for one in people)
    if loose:
        return failed("doubt-not-frozen", count=loose, looked_at=looked)
    declined = sum(one.capacity == "declined" and one.id in inside and one.id not in held for one in people)
    if declined:
        return failed("declined-inside", count=declined, looked_at=looked)
    if any(one.vulnerable for one in facts.project.samples or ()):
        unjudged = sum(one.capacity is None for one in people)
        if unjudged:
            return unknown("capacity-not-judged", count=unjudged)
    return passed(**looked)


@check("consent-documented", NoParameters)
def consent_documented(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A consent can be shown: written, recorded or electronic, not only spoken (CON-05)."""
    del terms
    consents = [one.consents[-1] for one in facts.participants if one.consents]
    if not consents:
        return not_applicable("no-participants")
    looked = {"consents": len(consents)}
    oral = sum(one.evidence == "oral" for one in consents)
    if oral:
        return failed("consent-only-oral", count=oral, looked_at=looked)
    unsaid = sum(one.evidence is None for one in consents)
    return unknown("evidence-not-recorded", count=unsaid) if unsaid else passed(**looked)


@check("contact-lists-destroyed", NoParameters)
def contact_lists_destroyed(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Consent forms and contact lists go at the end (CON-06)."""
    if terms.identity_forbidden:
        return not_applicable("identity-forbidden")
    duties = [one for one in facts.obligations if one.duty in {"delete-contact", "delete-paper"}]
    late = [one for one in duties if one.met is None and (one.due < terms.today or ended(facts, terms))]
    if late:
        return failed("obligations-open", count=len(late), looked_at={"obligations": len(duties)})
    if not ended(facts, terms):
        return not_applicable("not-yet", obligations=len(duties))
    done = bool(duties) or "paper" in facts.signed or facts.closed
    return passed(obligations=len(duties)) if done else unknown("deletion-not-recorded")
