"""The project and its approvals: PRJ, REK and NESH."""

from __future__ import annotations

import datetime as dt

from anonymizer.policy.facts import Approval, Facts
from anonymizer.policy.registry import (
    NoParameters,
    Parameters,
    Result,
    Severity,
    Step,
    Terms,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)

__all__: list[str] = []

_ASSESSED = {"approved", "not-required"}


class Required(Parameters):
    """Fields of the profile that must be filled in."""

    required: tuple[str, ...]


class Days(Parameters):
    """A number of days."""

    days: int


class Years(Parameters):
    """A number of years."""

    years: int


def _of(facts: Facts, *bodies: str) -> list[Approval]:
    return [one for one in facts.project.approvals if one.body in bodies]


def _rek_approved(facts: Facts) -> bool:
    return any(one.status == "approved" for one in _of(facts, "rek"))


@check("profile-complete", Required)
def profile_complete(facts: Facts, terms: Terms[Required]) -> Result:
    """Every required field is filled in; a study that may know no one has no form to fill in (PRJ-01)."""
    if terms.identity_forbidden:
        return not_applicable("not-notifiable")
    required = terms.parameters.required
    missing = tuple(name for name in required if getattr(facts.project, name, None) in (None, "", ()))
    if len(missing) == len(required):
        return unknown("no-profile")
    if missing:
        return failed("missing-fields", fields=missing, looked_at={"fields": len(required)})
    return passed(fields=len(required))


def _collection_began(facts: Facts, now: dt.date | None) -> dt.date | None:
    """Return the first day on which something was collected: a consent, an ingest; else the day the project starts."""
    consents = [consent.date for one in facts.participants for consent in one.consents]
    told = [day for day in (*consents, facts.first_ingest, now) if day is not None]
    return min(told) if told else facts.project.starts


@check("assessment-before-collection", Days)
def assessment_before_collection(facts: Facts, terms: Terms[Days]) -> Result:
    """The assessment came before the first interview, the form some days before that (PRJ-02)."""
    if terms.identity_forbidden:
        return not_applicable("not-notifiable")
    told = _of(facts, "sikt", "data-protection-officer")
    if not told:
        return unknown("no-assessment")
    assessed = [one for one in told if one.status in _ASSESSED]
    if not assessed:
        return failed("awaiting-assessment", looked_at={"approvals": len(told)})
    dates = [one.date for one in assessed if one.date is not None]
    begun = _collection_began(facts, terms.today if terms.step is Step.INGEST else None)
    if not dates or begun is None:
        return unknown("no-dates")
    first = begun
    if min(dates) > first:
        return failed("assessed-late", days=(min(dates) - first).days, looked_at={"approvals": len(told)})
    sent = [one.date for one in told if one.status == "sent" and one.date is not None]
    if sent and (first - min(sent)).days < terms.parameters.days:
        return failed(
            "sent-late",
            severity=Severity.WARN,
            days=max(0, (first - min(sent)).days),
            needed=terms.parameters.days,
            looked_at={"approvals": len(told)},
        )
    return passed(approvals=len(told))


@check("conditions-met", NoParameters)
def conditions_met(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Every condition of an assessment is an obligation that was met (PRJ-03)."""
    del terms
    conditions = sum(len(one.conditions) for one in facts.project.approvals)
    duties = [one for one in facts.obligations if one.duty == "condition"]
    if not conditions and not duties:
        return not_applicable("no-conditions", approvals=len(facts.project.approvals))
    waiting = sum(one.met is None for one in duties)
    if waiting:
        return failed("obligations-open", count=waiting, looked_at={"obligations": len(duties)})
    if len(duties) < conditions:
        return unknown("conditions-not-tracked", count=conditions - len(duties))
    return passed(obligations=len(duties))


@check("nothing-identifying-kept", NoParameters)
def nothing_identifying_kept(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A study without identity has no recording, key table or contact at any time (PRJ-04)."""
    if not terms.identity_forbidden:
        return not_applicable("identity-known")
    hits = {
        "recording": bool(facts.recordings) or facts.project.recording is True,
        "key table": bool(facts.keys.rows),
        "consent to audio": any("audio" in c.scopes for one in facts.participants for c in one.consents),
        "processors": bool(facts.project.processors),
    }
    found = tuple(name for name, hit in hits.items() if hit)
    if found:
        return failed("notifiable-after-all", fields=found, looked_at={"signs": len(hits)})
    return passed(signs=len(hits))


@check("changes-reported", NoParameters)
def changes_reported(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """No change of the project waits for an answer (PRJ-05)."""
    del terms
    # The first notification is a duty to notify too, and PRJ-02's.
    waiting = sum(
        one.duty == "notify" and one.met is None and one.cause != "notification" for one in facts.obligations
    )
    # Before anything was sent there is no one to report to: the form itself will say how it is.
    if waiting and facts.project.approvals:
        return failed("changes-waiting", count=waiting, looked_at={"changes": waiting})
    return passed(obligations=len(facts.obligations))


@check("legal-basis", NoParameters)
def legal_basis(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Each sample has its basis with what it needs: advice, document, ethical consent (PRJ-06)."""
    if terms.identity_forbidden:
        return not_applicable("not-notifiable")
    samples = facts.project.samples
    if not samples:
        return unknown("no-samples")
    looked = {"samples": len(samples)}
    special = facts.project.special_categories
    if special is None:
        return unknown("not-answered", fields=("special_categories",))
    bare = [s for s in samples if s.basis != "consent" and not s.document]
    if bare:
        return failed("basis-without-document", count=len(bare), looked_at=looked)
    unadvised = [s for s in samples if special and s.basis == "public-interest" and not facts.project.advice]
    if unadvised:
        return failed("basis-without-advice", count=len(unadvised), looked_at=looked)
    contradictory = [s for s in samples if s.basis == "consent" and not s.ethical_consent]
    if contradictory:
        return failed("basis-consent-without-consent", count=len(contradictory), looked_at=looked)
    weak = [s for s in samples if s.basis == "consent" and s.vulnerable]
    if weak:
        return failed("consent-may-be-weak", severity=Severity.WARN, count=len(weak), looked_at=looked)
    return passed(**looked)


@check("dpia-screened", NoParameters)
def dpia_screened(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The need for a DPIA was screened, and one that is needed was made (PRJ-07)."""
    if terms.identity_forbidden:
        return not_applicable("not-notifiable")
    dpia = facts.project.dpia
    if dpia is None:
        return unknown("no-dpia-screening")
    if dpia.required and not dpia.document:
        return failed("dpia-missing", severity=Severity.BLOCK, looked_at={"documents": 0})
    if dpia.residual_high and not dpia.consulted:
        return failed("prior-consultation-missing", severity=Severity.BLOCK, looked_at={"documents": 1})
    return passed(documents=int(bool(dpia.document)))


@check("offences-declared", NoParameters)
def offences_declared(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Criminal content is declared where it may occur (PRJ-08)."""
    del terms
    declared = facts.project.criminal_offences
    special = sum((one.types or {}).get("SPECIAL_CATEGORY", 0) for one in facts.transcripts)
    if declared:
        return passed(transcripts=len(facts.transcripts))
    if declared is None:
        return unknown("not-answered", fields=("criminal_offences",))
    if special:
        return failed("special-words-found", count=special, looked_at={"transcripts": len(facts.transcripts)})
    return passed(transcripts=len(facts.transcripts))


@check("rek-answered", NoParameters)
def rek_answered(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A health project has REK's answer, and no one of a refused sample is in the study (REK-01)."""
    del terms
    refused = {one.id for one in facts.project.samples or () if one.refused}
    inside = sum(one.sample in refused for one in facts.participants)
    if inside:
        return failed(
            "refused-sample-inside", count=inside, looked_at={"participants": len(facts.participants)}
        )
    if facts.project.health is None:
        return unknown("not-answered", fields=("health",))
    if not facts.project.health:
        return not_applicable("no-health")
    answers = [one for one in _of(facts, "rek") if one.status != "sent"]
    if not answers:
        return failed("rek-unknown", looked_at={"approvals": len(facts.project.approvals)})
    # The form lists them as they came; the last answer stands.
    last = answers[-1]
    if last.status in {"refused", "changed"}:
        return failed("rek-not-approved", looked_at={"approvals": len(answers)})
    if not last.reference:
        return unknown("no-reference")
    return passed(approvals=len(answers))


@check("both-bodies", NoParameters)
def both_bodies(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A health project is followed with Sikt and with REK (REK-02)."""
    del terms
    if facts.project.health is None:
        return unknown("not-answered", fields=("health",))
    if not facts.project.health:
        return not_applicable("no-health")
    missing = tuple(body for body in ("sikt", "rek") if not _of(facts, body))
    looked = {"approvals": len(facts.project.approvals)}
    return failed("body-missing", fields=missing, looked_at=looked) if missing else passed(**looked)


@check("control-copy-planned", Years)
def control_copy_planned(facts: Facts, terms: Terms[Years]) -> Result:
    """What REK approved keeps a de-identified control copy for some years, then deletes it (REK-03)."""
    if not _rek_approved(facts):
        return not_applicable("no-rek-approval", approvals=len(facts.project.approvals))
    planned, needed = facts.project.control_copy_years, terms.parameters.years
    if planned is None:
        return unknown("not-answered", fields=("control_copy_years",))
    if planned < needed:
        return failed("control-copy-too-short", years=planned, needed=needed, looked_at={"fields": 1})
    return passed(fields=1)


@check("final-message-sent", NoParameters)
def final_message_sent(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The final message went to the body that approved (REK-04)."""
    if not _rek_approved(facts):
        return not_applicable("no-rek-approval", approvals=len(facts.project.approvals))
    duties = [one for one in facts.obligations if one.duty == "final-message"]
    late = [one for one in duties if one.met is None and one.due < terms.today]
    if late:
        return failed("obligations-overdue", count=len(late), looked_at={"obligations": len(duties)})
    if duties and all(one.met for one in duties):
        return passed(obligations=len(duties))
    if not facts.closed and (facts.project.ends is None or facts.project.ends >= terms.today):
        return not_applicable("not-yet")
    return passed(obligations=len(duties)) if duties else unknown("no-final-message")


@check("reuse-assessed", NoParameters)
def reuse_assessed(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Material is used again only within the scopes and after a new assessment (NESH-01)."""
    del terms
    reuse = facts.project.reuse
    if reuse is None:
        return unknown("not-answered", fields=("reuse",), severity=Severity.WARN)
    if not reuse:
        return not_applicable("no-reuse")
    if facts.project.reuse_assessed is None:
        return unknown("not-answered", fields=("reuse_assessed",))
    looked = {"plans": len(reuse), "participants": len(facts.participants)}
    if not facts.project.reuse_assessed:
        return failed("reuse-not-assessed", count=len(reuse), looked_at=looked)
    unasked = sum(not any("archive" in c.scopes for c in one.consents) for one in facts.participants)
    if unasked:
        return failed("reuse-without-scope", count=unasked, looked_at=looked)
    return passed(**looked)


def ended(facts: Facts, terms: Terms[NoParameters]) -> bool:
    """Tell whether the end has come: the step is closing, it is closed, or its last day has passed."""
    ends: dt.date | None = facts.project.ends
    return terms.step is Step.CLOSE or facts.closed or (ends is not None and ends < terms.today)
