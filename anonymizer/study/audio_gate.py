"""What a recording needs before it is taken in: a pack, consents and a recorder that allow it."""

from __future__ import annotations

from collections.abc import Sequence

from anonymizer.errors import GateRefused
from anonymizer.participants import Scope
from anonymizer.policy import checks
from anonymizer.study.gates import gate_ingest
from anonymizer.study.holds import held_from, refusal_of
from anonymizer.study.project import project_of
from anonymizer.study.waiving import is_waived
from anonymizer.study.workspace import Workspace

__all__ = ["RECORDERS", "gate_recording", "unnamed_service"]

RECORDERS = ("nettskjema", "recorder", "teams", "zoom", "phone", "other")
"""The log's words for what made a recording."""


def unnamed_service(space: Workspace, recorder: str) -> bool:
    """Tell whether a recorder is a service that the profile does not name as a processor (GDPR art. 28, AUD-02)."""
    services = checks().rules["AUD-02"].parameters["services"]
    return recorder in services and recorder not in " ".join(project_of(space).processors).casefold()


def gate_recording(space: Workspace, participants: Sequence[str], recorder: str, where: str) -> None:
    """Raise ``GateRefused`` unless everyone who speaks may be recorded, and with this recorder.

    PRJ-04: the pack keeps no recordings. CON-01: someone's consent does not cover one. RGT-02: someone is withdrawing
    from it. AUD-02: the rule's ``allowed`` does not name the recorder, unless waived.
    """
    if not space.pack.audio.allowed:
        raise GateRefused(
            "the pack keeps no recordings",
            rule="PRJ-04",
            where=where,
            hint="delete it, or choose another pack",
        )
    gate_ingest(space, participants, where=where)
    if (cause := held_from(space, participants, Scope.AUDIO)) is not None:
        raise refusal_of(cause, where)
    people = space.participants()
    for one in participants:
        consent = people[one].consent
        if consent and consent[-1].scopes and Scope.AUDIO not in consent[-1].scopes:
            raise GateRefused(
                "the consent of someone who speaks does not cover a recording",
                rule="CON-01",
                where=where,
                hint="ask, and record the answer: anonymizer participant consent CODE --letter … --scope audio",
            )
    allowed = checks().rules["AUD-02"].parameters["allowed"]
    if recorder not in allowed and not is_waived(space, "AUD-02"):
        raise GateRefused(
            f"this kind of recorder ({recorder}) is not allowed",
            rule="AUD-02",
            where=where,
            hint=f"use one of {', '.join(allowed)}; or waive AUD-02",
        )
