"""What stands in the texts that leave, and how quotes are linked: TXT, QUO."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from anonymizer.data import DialectPolicy, Gender, Linkability, To
from anonymizer.model import Action, EntityType
from anonymizer.policy.facts import Facts
from anonymizer.policy.registry import (
    NoParameters,
    Parameters,
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


class K(Parameters):
    """The least group a combination must stand for; ``pack`` takes the pack's own ``k_release``."""

    k_at_least: Annotated[int, Field(ge=2)] | None = None


class Pool(Parameters):
    """The least number of people a named institution must stand for, unless the pack gives one."""

    pool_at_least: Annotated[int, Field(ge=1)]


class Small(Parameters):
    """Under how many participants quotes should not be linked."""

    small_under: Annotated[int, Field(ge=1)]


_STRENGTH = {Linkability.NONE.value: 0, Linkability.NUMBER.value: 1, Linkability.PSEUDONYM.value: 2}


@check("no-direct-identifiers", NoParameters)
def no_direct_identifiers(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """What leaves was searched whole and holds no known identifier any more (TXT-01)."""
    del terms
    if not facts.transcripts:
        return not_applicable("no-transcripts")
    looked = {"transcripts": len(facts.transcripts)}
    incomplete = sum(one.state == "INCOMPLETE" or one.problems > 0 for one in facts.transcripts)
    if incomplete:
        return failed("transcripts-incomplete", count=incomplete, looked_at=looked)
    leaks = sum(one.leaks for one in facts.transcripts)
    if leaks:
        return failed("names-still-there", count=leaks, looked_at=looked)
    unwritten = sum(not one.written for one in facts.transcripts)
    return unknown("transcripts-not-written", count=unwritten) if unwritten else passed(**looked)


@check("indirect-signed-off", NoParameters)
def indirect_signed_off(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A person went through every transcript, and nothing is left unresolved (TXT-02)."""
    del terms
    if not facts.transcripts:
        return not_applicable("no-transcripts")
    looked = {"transcripts": len(facts.transcripts)}
    if any(one.state in {"ingested", "INCOMPLETE"} for one in facts.transcripts):
        count = sum(one.state in {"ingested", "INCOMPLETE"} for one in facts.transcripts)
        return unknown("transcripts-not-searched", count=count)
    unseen = sum(not one.reviewed for one in facts.transcripts)
    if unseen:
        return failed("transcripts-not-reviewed", count=unseen, looked_at=looked)
    unresolved = sum(one.unresolved for one in facts.transcripts)
    if unresolved:
        return failed("findings-unresolved", count=unresolved, looked_at=looked)
    return passed(**looked)


@check("combinations-safe", K)
def combinations_safe(facts: Facts, terms: Terms[K]) -> Result:
    """No combination over all that leaves together points at one person, or at too few (TXT-03)."""
    risk = facts.risk
    if not facts.transcripts and not facts.publication.sample_table and not facts.publication.quotes:
        return not_applicable("nothing-leaves")
    if risk.unique is None or risk.below is None:
        return unknown("risk-not-measured")
    needed = terms.parameters.k_at_least or terms.pack.parameters.k_release
    looked = {"transcripts": len(facts.transcripts), "quotes": facts.publication.quotes}
    if risk.unique:
        return failed("combinations-unique", count=risk.unique, looked_at=looked)
    if risk.threshold is not None and risk.threshold < needed:
        return unknown("risk-measured-loosely", own=risk.threshold, needed=needed)
    if risk.below:
        return failed(
            "combinations-few", severity=Severity.WARN, count=risk.below, needed=needed, looked_at=looked
        )
    return passed(**looked)


@check("small-places-coarse", NoParameters)
def small_places_coarse(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Places and workplaces of few are coarsened (TXT-04)."""
    looked = {"transcripts": len(facts.transcripts)}
    if facts.risk.small_places:
        return failed("small-places-left", count=facts.risk.small_places, looked_at=looked)
    place = terms.pack.treatment(EntityType.LOCATION)
    least = terms.pack.parameters.population_at_least
    if place.action is not Action.REPLACE or (place.to is To.RUNG and place.population < least):
        return failed("pack-keeps-small-places", needed=least, looked_at=looked)
    unwritten = sum(not one.written for one in facts.transcripts)
    return unknown("transcripts-not-written", count=unwritten) if unwritten else passed(**looked)


@check("institutions-decided", Pool)
def institutions_decided(facts: Facts, terms: Terms[Pool]) -> Result:
    """A named institution has a decision that states how many people it stands for (TXT-05)."""
    pools = facts.publication.institutions
    if not pools:
        return not_applicable("no-institutions")
    looked = {"decisions": len(pools)}
    bare = sum(pool is None for pool in pools)
    if bare:
        return failed("institution-without-pool", count=bare, looked_at=looked)
    keep = terms.pack.treatment(EntityType.ORGANIZATION).keep
    needed = keep.pool_at_least if keep is not None else terms.parameters.pool_at_least
    small = sum(pool is not None and pool < needed for pool in pools)
    if small:
        return failed("institution-pool-small", count=small, needed=needed, looked_at=looked)
    return passed(**looked)


@check("dialect-decided", NoParameters)
def dialect_decided(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Dialect does not tell the region of someone whose quotes are linked (TXT-06)."""
    if not facts.transcripts:
        return not_applicable("no-transcripts")
    looked = {"transcripts": len(facts.transcripts)}
    if terms.pack.dialect.policy is DialectPolicy.NORMALISE:
        return passed(**looked)
    if any(one.types is None for one in facts.transcripts):
        return unknown("transcripts-not-searched", count=sum(one.types is None for one in facts.transcripts))
    spoken = [one for one in facts.transcripts if (one.types or {}).get("DIALECT")]
    if not spoken:
        return passed(**looked)
    linked = terms.pack.quotes.linkability is not Linkability.NONE
    if terms.pack.dialect.policy is DialectPolicy.KEEP and linked:
        return failed("dialect-under-pseudonym", count=len(spoken), looked_at=looked)
    unseen = sum(not one.reviewed for one in spoken)
    if terms.pack.dialect.policy is DialectPolicy.FLAG and unseen:
        return failed("dialect-not-reviewed", count=unseen, looked_at=looked)
    return passed(**looked)


@check("rare-events-signed-off", NoParameters)
def rare_events_signed_off(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A person has judged events that can be found elsewhere (TXT-07)."""
    del terms
    if not facts.transcripts:
        return not_applicable("no-transcripts")
    waiting = facts.publication.rare_events
    if waiting is None:
        return unknown("rare-events-not-judged")
    looked = {"transcripts": len(facts.transcripts)}
    return failed("rare-events-open", count=waiting, looked_at=looked) if waiting else passed(**looked)


@check("replacements-consistent", NoParameters)
def replacements_consistent(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Every text is written from the same pack and key table, its replacements marked (TXT-08)."""
    del terms
    made = [one for one in facts.transcripts if one.state in {"pseudonymised", "exported"} or one.stale]
    if not made:
        return not_applicable("nothing-written", transcripts=len(facts.transcripts))
    looked = {"transcripts": len(made)}
    stale = sum(one.stale for one in made)
    if stale:
        return failed("transcripts-stale", count=stale, looked_at=looked)
    if facts.publication.unmarked:
        return failed("replacements-unmarked", count=facts.publication.unmarked, looked_at=looked)
    return passed(**looked)


@check("gender-as-declared", NoParameters)
def gender_as_declared(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Where gender is neutralised, it is in every text (TXT-09)."""
    if terms.pack.gender is not Gender.NEUTRALISE:
        return not_applicable("gender-kept")
    made = [one for one in facts.transcripts if one.written]
    if not made:
        return not_applicable("nothing-written", transcripts=len(facts.transcripts))
    looked = {"transcripts": len(made)}
    left = sum(one.gender_neutralised is False for one in made)
    if left:
        return failed("gender-not-neutralised", count=left, looked_at=looked)
    unsaid = sum(one.gender_neutralised is None for one in made)
    return unknown("gender-not-recorded", count=unsaid) if unsaid else passed(**looked)


@check("manuscript-scanned", NoParameters)
def manuscript_scanned(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The whole manuscript was scanned, front matter and appendices too (TXT-10)."""
    del terms
    blocks = facts.publication.manuscript_blocks
    if blocks is None:
        return unknown("manuscript-not-scanned")
    return (
        failed("manuscript-blocks", count=blocks, looked_at={"manuscripts": 1})
        if blocks
        else passed(manuscripts=1)
    )


@check("quotes-linked-as-declared", Small)
def quotes_linked_as_declared(facts: Facts, terms: Terms[Small]) -> Result:
    """Quotes are linked no more than the pack says, and in a very small study not at all (QUO-01)."""
    if not facts.publication.quotes:
        return not_applicable("no-quotes")
    looked = {"quotes": facts.publication.quotes}
    allowed = terms.pack.quotes.linkability
    over = sum(_STRENGTH.get(one, 2) > _STRENGTH[allowed.value] for one in facts.publication.linkability)
    if over:
        return failed("quotes-linked-more", count=over, own=allowed.value, looked_at=looked)
    few = len(facts.participants)
    if few < terms.parameters.small_under and any(one != "none" for one in facts.publication.linkability):
        return failed(
            "quotes-linked-in-small-study", count=few, needed=terms.parameters.small_under, looked_at=looked
        )
    return passed(**looked)
