"""The end of a project: what each participant was promised is done, the rest a person signs off, the log stays.

Nothing sealed is left: every participant's and every transcript's key is destroyed, and the key table with them. What
may stay are exports, of those whose letter does not promise deletion. The tool never chooses the ending.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from anonymizer.data import load_yaml, rules_dir
from anonymizer.errors import GateRefused, UsageError
from anonymizer.participants import Duty, Ending, Evidence, duty_rules
from anonymizer.study.audio import recordings
from anonymizer.study.certificates import certify, duty_in_words, write_certificates
from anonymizer.study.checking import check_study, refusals_of_closing
from anonymizer.study.copies import delete_source, exports_of, forget_exported, recall
from anonymizer.study.memberchecks import open_checks
from anonymizer.study.obligations import REGISTER, meet, obligations
from anonymizer.study.project import letter_of
from anonymizer.study.reaching import silence_files
from anonymizer.study.records import State, TranscriptRecord
from anonymizer.study.rewriting import is_object
from anonymizer.study.waiving import is_waived, waivers
from anonymizer.study.workspace import Workspace, utc_now
from anonymizer.vault import STUDY_OWNER, Change, Master

__all__ = ["Closed", "Obstacle", "checklist", "close_project", "obstacles", "promised_endings"]

_ORDER = (Ending.DELETE, Ending.ANONYMISE, Ending.ARCHIVE)


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    checklist: dict[str, dict[str, str]]
    blocking: tuple[Duty, ...]


@cache
def _rules() -> _Rules:
    return load_yaml(rules_dir() / "rights" / "closing.yaml").parse(_Rules)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a project from being closed: the rule, what is missing, and how many."""

    rule: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed project: its certificate, and how many transcripts went and stayed as exports."""

    certificate: str
    folder: Path
    destroyed: int
    kept: int


def checklist(lang: str = "en") -> Mapping[str, str]:
    """Return what a person signs off, by id, in Bokmål (``nb``) or English."""
    return {key: words[lang] for key, words in _rules().checklist.items()}


def promised_endings(space: Workspace, ending: Ending) -> dict[str, Ending]:
    """Return the ending of each participant: the strictest of the chosen one and the letter's (CON-03)."""
    result = {}
    for participant in space.participants():
        letter = letter_of(space, participant)
        promised = letter.strictest_ending if letter is not None else None
        result[participant] = min((one for one in (ending, promised) if one is not None), key=_ORDER.index)
    return result


def obstacles(space: Workspace, ending: Ending, signed: Collection[str]) -> tuple[Obstacle, ...]:
    """Return what is still in the way of closing; a waived rule is not (but is shown as waived elsewhere)."""
    found: list[Obstacle] = []
    today = utc_now().date()
    duties: dict[Duty, int] = {}
    for one in obligations(space).values():
        soon = one.duty in {Duty.DELETE_SOURCE, Duty.DELETE_AUDIO}  # looked for once more below
        if one.met is None and one.duty in _rules().blocking and not soon:
            duties[one.duty] = duties.get(one.duty, 0) + 1
    registers = [one for one in obligations(space).values() if one.met is None and one.cause == REGISTER]
    if registers:
        found.append(Obstacle("CON-06", "register files that name everyone in plain", len(registers)))
    found += [
        Obstacle(duty_rules()[duty].rule, f"{duty_in_words(duty)} ({duty})", count)
        for duty, count in duties.items()
    ]
    late = [key for key, one in recordings(space).items() if one.object is None or one.due < today]
    if late:
        found.append(Obstacle("AUD-03", "recordings that are not deleted", len(late)))
    if checks := open_checks(space):
        found.append(Obstacle("RGT-05", "member checks that are open", len(checks)))
    staying = _staying(space, ending)
    unready = [key for key in staying if space.transcript(key).state(space.pack.digest) is not State.EXPORTED]
    if unready:
        found.append(
            Obstacle("END-02", "transcripts to be kept that are not exported as they stand", len(unready))
        )
    unsigned = set(_rules().checklist) - set(signed)
    if unsigned:
        found.append(
            Obstacle("END-02", f"points not signed off: {', '.join(sorted(unsigned))}", len(unsigned))
        )
    checked = [one for one in found if one.what.startswith("points") or not is_waived(space, one.rule)]
    named = {one.rule for one in found}
    # What is told above in the words of the study, as points not signed are, is not told again in those of its rule.
    refused = refusals_of_closing(space, ending, staying=staying, signed=_rules().checklist)
    checked += [Obstacle(one.id, one.message.en, max(1, one.total)) for one in refused if one.id not in named]
    return tuple(checked)


def _staying(space: Workspace, ending: Ending) -> dict[str, TranscriptRecord]:
    endings = promised_endings(space, ending)
    return {
        key: record
        for key, record in space.transcripts().items()
        if all(endings[who] is not Ending.DELETE for who in record.participants)
    }


def close_project(space: Workspace, ending: Ending, *, signed: Collection[str], ground: str) -> Closed:
    """Close the project. Raises ``GateRefused`` naming what is in the way; then nothing was changed.

    Only the responsible person's slot closes; ``ground`` is why this ending is the right one, kept as a sealed note.
    ``signed`` are the points of the checklist that a person has done.
    """
    space.need(*Master)
    if space.vault.load("closed", space.profile.id) is not None:
        raise UsageError("the project is closed already")
    role = next((slot.role for slot in space.vault.slots() if slot.id == space.vault.slot_id), "")
    if role != "responsible":
        raise GateRefused("only the responsible person closes the project", rule="END-02")
    if unknown := set(signed) - set(_rules().checklist):
        raise UsageError(
            f"{len(unknown)} points are not on the list", hint=f"it holds {', '.join(_rules().checklist)}"
        )
    if not ground.strip():
        raise UsageError("an ending needs its ground", hint="say which letter or decision: --ground FILE")
    # Files are deleted only when nothing else is in the way.
    ways = obstacles(space, ending, signed) or _sources_left(space) or _recordings_left(space)
    if ways:
        raise GateRefused(
            "; ".join(f"{one.what} ({one.count})" for one in ways),
            rule=ways[0].rule,
            hint="see: anonymizer due; sign points with --signed",
        )
    check_study(space)  # the last verdicts on the texts, while there still are keys
    staying = set(_staying(space, ending))
    going = {key: one for key, one in space.transcripts().items() if key not in staying}
    exports = exports_of(space, going)
    lost = recall(space, exports, going)
    if lost:
        raise GateRefused(
            f"{len(lost)} exports hold material that was promised to be deleted, and are not where they were",
            rule="CON-03",
            hint="put the folder back, or delete it and export to it anew",
        )
    with space.vault.change("close") as tx:
        destroyed = _destroy(space, tx)
        forget_exported(space, tx, exports, going)
        tx.save("closed", space.profile.id, {"ending": ending, "date": utc_now().date().isoformat()})
        note = tx.seal("note", STUDY_OWNER, Master.WORK, ground.encode())
        tx.log(
            "study.closed",
            rule="END-02",
            details={
                "ending": ending,
                "destroyed": destroyed,
                "kept": len(staying),
                "checklist": len(set(signed)),
                "note": note,
            },
        )
        if ending is Ending.ANONYMISE and staying:
            # END-04 held closing back until every text passed and a person had signed what risk is left.
            tx.log("label.set", rule="END-04", details={"label": "anonymised"})
        certificate = certify(
            space,
            tx,
            "close",
            about=space.profile.id,
            erasure="key-destroyed",
            counts={"transcripts": destroyed, "exports": len(space.exports())},
            duties=[key for key, one in obligations(space).items() if one.met is None],
        )
    return Closed(certificate, write_certificates(space), len(going), len(staying))


def _sources_left(space: Workspace) -> tuple[Obstacle, ...]:
    """Delete the source files that stand where they were; return an obstacle if others are left."""
    left = 0
    known = space.transcripts()
    for key, one in obligations(space).items():
        if one.met is not None or one.duty is not Duty.DELETE_SOURCE:
            continue
        if one.about in known and delete_source(space, one, known[one.about]):
            with space.vault.change() as tx:
                meet(space, tx, key, Evidence.TOOL)
        else:
            left += 1
    if left and not is_waived(space, "END-02"):
        return (Obstacle("END-02", "source files that are not where they were", left),)
    return ()


def _recordings_left(space: Workspace) -> tuple[Obstacle, ...]:
    """Delete the files of sealed recordings that stand where they were; return an obstacle if others may be left."""
    lost = silence_files(space, recordings(space))
    if lost and not is_waived(space, "AUD-03"):
        what = (
            "recordings that were sealed, and whose files are not where they were (audio delete --confirmed)"
        )
        return (Obstacle("AUD-03", what, len(lost)),)
    return ()


def _destroy(space: Workspace, tx: Change) -> int:
    """Destroy every key but the study's own, every row of the key table, and the records that hang on them."""
    tx.rotate()
    tx.log("keytable.read", details={"purpose": "close", "rows": len(space.participants())})
    count = 0
    for row_id, _, _ in tuple(space.vault.rows()):
        tx.drop_row(row_id)
    for kind in ("quote", "sample-row", "member-check", "recording", "restricted-version", "staff"):
        for key, _, body in tuple(space.vault.all(kind)):
            for value in body.values():
                if isinstance(value, str) and is_object(space, value):
                    tx.destroy(value)
            tx.drop(kind, key)
    for key, record in space.transcripts().items():
        count += 1
        tx.drop("transcript", key)
        tx.log(
            "transcript.removed",
            object_id=key,
            details={"versions": record.version, "erasure": "key-destroyed"},
        )
    for key, one in obligations(space).items():
        if one.met is None and one.duty in {
            Duty.DELETE_AUDIO,
            Duty.PROJECT_END,
            Duty.TRANSCRIBE,
            Duty.REVIEW,
            Duty.RENEW_WAIVER,
            Duty.DELETE_CONTACT,
            Duty.DELETE_KEY,
        }:
            meet(space, tx, key, Evidence.TOOL)
    _end_waivers(space, tx)
    for participant in space.participants():
        for kind, key, _ in tuple(space.vault.owned(participant)):
            tx.drop(kind, key)
    for owner in sorted(space.vault.owners() - {STUDY_OWNER}):
        tx.shred_owner(owner, cause="close")
    return count


def _end_waivers(space: Workspace, tx: Change) -> None:
    for key, waiver in waivers(space).items():
        if waiver.ended is None:
            over = waiver.model_copy(update={"ended": utc_now().date()})
            tx.save("waiver", key, over.model_dump(mode="json", exclude_none=True))
            tx.log("waiver.ended", object_id=key, rule=waiver.rule, details={"cause": "revoked"})
