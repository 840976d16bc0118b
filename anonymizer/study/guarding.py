"""What the table of checks holds a step back by: the facts that the step needs, judged, refusals logged.

Each step reads no more than it must: opening and taking in do so without the log, so that ninety files are taken in
as fast as one.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.audit import Entry
from anonymizer.data import Pack
from anonymizer.errors import GateRefused
from anonymizer.policy import CheckResult, Facts, Keys, Step, guard, run_checks, warnings
from anonymizer.study.frame import facts_of_taking_in
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import Places

__all__ = ["guard_ingest", "guard_new", "guard_open", "ingest_warnings", "log_refusal"]


def guard_new(pack: Pack, places: Places) -> None:
    """Raise ``GateRefused`` before a study is made whose key folder would be too near for its pack (KEY-01)."""
    near = tuple(one.value for one in places.keys_warnings())
    keys = Keys(warnings=near, slots=(), self_test=True)
    results = run_checks(Facts(keys=keys), pack, step=Step.OPEN, today=utc_now().date())
    guard(results, Step.OPEN, where=str(places.keys))


def guard_open(space: Workspace) -> None:
    """Raise ``GateRefused`` where the key table does not lie as apart as the pack asks for (KEY)."""
    facts = facts_of_taking_in(space, ())
    guard(run_checks(facts, space.pack, step=Step.OPEN, today=utc_now().date()), Step.OPEN)


def guard_ingest(space: Workspace, participants: Iterable[str], *, where: str) -> None:
    """Raise ``GateRefused`` where the project, its letters or those who take part keep a transcript out.

    Rules PRJ, REK, CON and STO. What nobody has answered yet is a warning here: see ``ingest_warnings``.
    """
    try:
        guard(_ingest_results(space, participants), Step.INGEST, where=where)
    except GateRefused as refused:
        log_refusal(space, refused, Step.INGEST.value, "")
        raise


def ingest_warnings(space: Workspace) -> list[CheckResult]:
    """Return what is open before transcripts come in, and does not keep them out."""
    return warnings(_ingest_results(space, space.participants()), Step.INGEST)


def _ingest_results(space: Workspace, participants: Iterable[str]) -> list[CheckResult]:
    facts = facts_of_taking_in(space, tuple(participants))
    return run_checks(facts, space.pack, step=Step.INGEST, today=utc_now().date())


def log_refusal(space: Workspace, refused: GateRefused, step: str, about: str) -> None:
    """Log that a gate refused a step, where the study is open for writing; the same refusal again is no news."""
    if space.vault.slot_id and not _is_known(space, refused.rule, step, about):
        with space.vault.change() as tx:
            tx.log(
                "gate.refused",
                object_id=about,
                rule=refused.rule,
                details={"step": step, "severity": "block"},
            )


_REFUSED = b'{"action":"gate.refused"'
_FRAME = tuple(
    f'{{"action":"{action}'.encode()
    for action in (
        "profile.changed",
        "pack.changed",
        "check.waived",
        "waiver.ended",
        "slot.",
        "backup.restored",
    )
)


def _is_known(space: Workspace, rule: str, step: str, about: str) -> bool:
    """Tell whether the log ends with this refusal, as far as it is about the same thing.

    What has happened to it since, or to the frame, makes a refusal news again; one of the study as a whole is news
    once a day.
    """
    known = False
    for raw in space.vault.log.raw_entries():
        if raw.startswith(_REFUSED):
            entry = Entry.from_bytes(raw)
            if ((entry.object or ""), entry.details["step"]) == (about, step):
                today = bool(about) or entry.time[:10] == utc_now().date().isoformat()
                known = entry.rule == rule and today
        elif raw.startswith(_FRAME) or (about and about.encode() in raw):
            known = False
    return known
