"""Keys, recordings, storage, log: KEY, AUD, STO, LOG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from anonymizer.policy.facts import Facts
from anonymizer.policy.functions.project import ended
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
from anonymizer.policy.storage import StorageClass, matrix_for

__all__: list[str] = []


class KeySlots(Parameters):
    """How many slots may open the key table: the leader's and the printed recovery key's unless said."""

    identity_slots: Annotated[int, Field(ge=1)]


class Recorders(Parameters):
    """Recorders that may be used, and those of them that are somebody else's service."""

    allowed: tuple[str, ...]
    services: tuple[str, ...]


class Local(Parameters):
    """Ways of transcribing that give the recording to no one else."""

    local: tuple[str, ...]


class Bulk(Parameters):
    """From how many participants material counts as bulk."""

    bulk_from: Annotated[int, Field(ge=1)]


class Hours(Parameters):
    """A number of hours."""

    hours: Annotated[int, Field(ge=1)]


@check("key-table-apart", KeySlots)
def key_table_apart(facts: Facts, terms: Terms[KeySlots]) -> Result:
    """The key table lies elsewhere, under its own key, for few (KEY-01)."""
    if terms.identity_forbidden:
        return not_applicable("identity-forbidden")
    keys = facts.keys
    if keys.warnings is None or keys.self_test is None:
        return unknown("keys-not-seen")
    looked = {"places": 2, "slots": len(keys.slots or ())}
    if not keys.self_test:
        return failed("keys-not-apart", looked_at=looked)
    strict = terms.pack.storage.key_table_same_volume == "block"
    severity = None if strict else Severity.WARN
    if "open-to-others" in keys.warnings:
        # Many a memory stick keeps no rights at all: what is on it is sealed, and the pack decides.
        return failed("keys-open-to-others", severity=severity, looked_at=looked)
    if keys.warnings:
        return failed("keys-too-near", severity=severity, fields=keys.warnings, looked_at=looked)
    readers = sum("identity" in masters for masters in keys.slots or ()) + keys.recovery
    if readers > terms.parameters.identity_slots:
        return failed(
            "many-identity-slots",
            severity=Severity.WARN,
            count=readers,
            needed=terms.parameters.identity_slots,
            looked_at=looked,
        )
    return passed(**looked)


@check("codes-neutral", NoParameters)
def codes_neutral(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Codes tell neither an order nor initials; surrogates are drawn at random by the program (KEY-02)."""
    del terms
    if not facts.participants:
        return not_applicable("no-participants")
    looked = {"participants": len(facts.participants)}
    if facts.keys.neutral_codes is None:
        return unknown("codes-not-seen")
    return passed(**looked) if facts.keys.neutral_codes else failed("codes-tell-order", looked_at=looked)


@check("label-earned", NoParameters)
def label_earned(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """While a key or list exists anywhere, nothing is called anonymous (KEY-03)."""
    del terms
    if facts.exported_label is None:
        return not_applicable("nothing-labelled")
    if facts.exported_label == "anonymised" and not facts.keys.destroyed:
        return failed("label-not-earned", looked_at={"labels": 1})
    return passed(labels=1)


@check("recipients-told", NoParameters)
def recipients_told(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Whoever gets pseudonymised text is named in the letter (KEY-04)."""
    del terms
    recipients = facts.project.recipients
    if recipients is None:
        return unknown("not-answered", fields=("recipients",))
    if not recipients:
        return not_applicable("no-recipients")
    told = facts.project.recipients_in_letter
    if told is None:
        return unknown("not-answered", fields=("recipients_in_letter",))
    looked = {"recipients": len(recipients)}
    return (
        passed(**looked)
        if told
        else failed("recipients-not-in-letter", count=len(recipients), looked_at=looked)
    )


@check("voice-not-anonymous", NoParameters)
def voice_not_anonymous(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A voice is personal data, distorted or not (AUD-01)."""
    del terms
    kept = sum(one.deleted is None for one in facts.recordings)
    if not kept:
        return not_applicable("no-recordings", recordings=len(facts.recordings))
    if facts.exported_label == "anonymised":
        return failed("voice-called-anonymous", count=kept, looked_at={"recordings": kept})
    return passed(recordings=kept)


@check("recorder-allowed", Recorders)
def recorder_allowed(facts: Facts, terms: Terms[Recorders]) -> Result:
    """Recordings come from an approved recorder; a service is a processor in the profile (AUD-02)."""
    if not facts.recordings:
        return not_applicable("no-recordings")
    looked = {"recordings": len(facts.recordings)}
    high = terms.pack.storage.class_ in {"red", "black"}
    severity = Severity.BLOCK if high else Severity.WARN
    used = {one.recorder for one in facts.recordings}
    wrong = tuple(
        sorted(one for one in used - {None} if one not in terms.parameters.allowed and one is not None)
    )
    if wrong:
        return failed("recorder-not-allowed", severity=severity, fields=wrong, looked_at=looked)
    named = " ".join(facts.project.processors or ()).casefold()
    bare = tuple(s for s in terms.parameters.services if s in used and s not in named)
    if bare:
        return failed("recorder-without-agreement", severity=severity, fields=bare, looked_at=looked)
    if None in used:
        count = sum(one.recorder is None for one in facts.recordings)
        return unknown("recorder-not-recorded", severity=severity, count=count)
    return passed(**looked)


@check("recordings-erased", NoParameters)
def recordings_erased(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """A recording goes when that was promised, at the latest at the end (AUD-03)."""
    if not facts.recordings:
        return not_applicable("no-recordings")
    looked = {"recordings": len(facts.recordings)}
    kept = [one for one in facts.recordings if one.deleted is None]
    late = sum(ended(facts, terms) or (one.due is not None and one.due < terms.today) for one in kept)
    if late:
        return failed("recordings-kept", count=late, looked_at=looked)
    dateless = sum(one.due is None for one in kept)
    if dateless:
        return unknown("recordings-without-date", count=dateless)
    return passed(**looked)


@check("transcription-recorded", Local)
def transcription_recorded(facts: Facts, terms: Terms[Local]) -> Result:
    """Who or what turned speech into text is recorded; a service is a processor (AUD-04)."""
    if not facts.recordings and not facts.project.recording:
        return not_applicable("no-recordings")
    engine = facts.project.transcribed_by
    if engine is None:
        return unknown("not-answered", fields=("transcribed_by",))
    named = " ".join(facts.project.processors or ()).casefold()
    if engine.casefold() not in (*terms.parameters.local, "") and engine.casefold() not in named:
        return failed("engine-without-agreement", looked_at={"recordings": len(facts.recordings)})
    return passed(recordings=len(facts.recordings))


def _least(facts: Facts, bulk_from: int) -> StorageClass | None:
    project = facts.project
    answers = (project.special_categories, project.criminal_offences, project.health)
    planned = sum(one.planned or 0 for one in project.samples or ())
    if any(answers):
        return StorageClass.BLACK if max(planned, len(facts.participants)) >= bulk_from else StorageClass.RED
    # On doubt the stricter class holds: an unanswered question lowers nothing.
    return None if None in answers else StorageClass.YELLOW


@check("class-high-enough", Bulk)
def class_high_enough(facts: Facts, terms: Terms[Bulk]) -> Result:
    """The storage class of the pack is at least what the profile's data asks for (STO-01)."""
    least = _least(facts, terms.parameters.bulk_from)
    if least is None:
        return unknown("not-answered", fields=("special_categories", "criminal_offences", "health"))
    own = StorageClass(terms.pack.storage.class_)
    if own.rank < least.rank:
        return failed("class-too-low", own=own.value, needed=least.value, looked_at={"fields": 3})
    return passed(fields=3)


@check("media-allowed", NoParameters)
def media_allowed(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """Every medium is allowed for the class by the institution's matrix (STO-02)."""
    if facts.project.storage is None:
        return unknown("not-answered", fields=("storage",))
    own = StorageClass(terms.pack.storage.class_)
    matrix = matrix_for(terms.pack.storage.matrix or facts.project.institution or facts.project.controller)
    limits = [matrix.limit(one.medium, encrypted=one.encrypted) for one in facts.project.storage]
    looked = {"media": len(limits)}
    over = sum(limit is not None and limit.rank < own.rank for limit in limits)
    if over:
        return failed("media-not-allowed", count=over, own=own.value, matrix=matrix.id, looked_at=looked)
    strange = sum(limit is None for limit in limits)
    if strange:
        return unknown("media-unknown", count=strange, matrix=matrix.id)
    return passed(**looked) if limits else unknown("not-answered", fields=("storage",))


@check("access-as-promised", NoParameters)
def access_as_promised(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """No more people can open the study than the letter and the profile name (STO-03)."""
    del terms
    access, slots = facts.project.access, facts.keys.slots
    if not access:
        return unknown("not-answered", fields=("access",))
    if slots is None:
        return unknown("keys-not-seen")
    looked = {"slots": len(slots), "people": len(access)}
    # The printed recovery key is no person.
    opening = sum(bool(masters) for masters in slots)
    if opening > len(access):
        return failed("more-slots-than-people", count=opening, needed=len(access), looked_at=looked)
    return passed(**looked)


@check("log-whole", NoParameters)
def log_whole(facts: Facts, terms: Terms[NoParameters]) -> Result:
    """The log is whole, and a checkpoint outside the study confirms it (LOG-01)."""
    del terms
    if facts.log_intact is None:
        return unknown("log-not-verified")
    if not facts.log_intact:
        return failed("log-broken", looked_at={"logs": 1})
    if not facts.log_anchored:
        return failed("log-not-anchored", severity=Severity.WARN, looked_at={"logs": 1})
    return passed(logs=1)


def _late(discovered: Iterable[dt.datetime], hours: int, today: dt.date) -> int:
    return sum((one + dt.timedelta(hours=hours)).date() < today for one in discovered)


@check("incidents-reported", Hours)
def incidents_reported(facts: Facts, terms: Terms[Hours]) -> Result:
    """A breach that is to be reported was reported in time (LOG-02)."""
    if not facts.incidents:
        return not_applicable("no-incidents")
    waiting = [one.discovered for one in facts.incidents if one.report == "needed"]
    looked = {"incidents": len(facts.incidents)}
    late = _late(waiting, terms.parameters.hours, terms.today)
    return failed("incident-not-reported", count=late, looked_at=looked) if late else passed(**looked)
