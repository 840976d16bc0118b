"""What of a participant stands in plain on this machine: deleted where it can be found, told and dated where not.

Done before anything sealed is erased: deleting a file is safe to repeat, whoever is killed in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anonymizer.participants import Duty, Evidence, Obligation
from anonymizer.study.audio import delete_file, was_removed
from anonymizer.study.copies import clear_leftovers, delete_source, recall
from anonymizer.study.lineage import Lineage
from anonymizer.study.obligations import REGISTER, bring_forward, meet, obligations, open_obligation, place_of
from anonymizer.study.records import ExportRecord, Recording
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Change

__all__ = ["Outside", "open_duties", "reach_out", "silence_files"]

_FOR_A_PERSON = frozenset({Duty.DELETE_COPY, Duty.DELETE_PAPER, Duty.TELL_RECIPIENT, Duty.DELETE_BACKUP})
_CAUSE = "withdrawal"


@dataclass(frozen=True, slots=True)
class Outside:
    """What no tool can reach, by id, and in words for whoever sits at the screen; these may hold paths.

    ``met`` are the open duties that erasing meets, ``left`` those that stay for a person.
    """

    exports: tuple[str, ...]
    recipients: tuple[str, ...]
    backups: tuple[str, ...]
    met: tuple[str, ...]
    left: tuple[str, ...]
    shown: tuple[str, ...]


def reach_out(space: Workspace, found: Lineage) -> Outside:
    """Delete exported files, sources and recordings that stand where they were; return what is out of reach."""
    shown: list[str] = []
    clear_leftovers(space)
    exports = recall(space, found.exports, found.touched)
    shown += ["a folder that was exported and is no longer where it was" for _ in exports]
    recipients = _recipients(found.exports)
    shown += ["whoever received an export for publication or archive" for _ in recipients]
    lost = silence_files(space, found.silenced)
    others = {*found.shared, *found.mentioned}
    met: list[str] = []
    left: list[str] = []
    for key, one in found.obligations.items():
        gone, words = _reached(space, found, one, lost)
        (met if gone else left).append(key)
        shown += words
    for key, one in obligations(space).items():
        if one.met is None and one.duty is Duty.DELETE_SOURCE and one.about in others:
            left.append(key)
            what = (
                "a group interview" if one.about in found.shared else "an interview in which the name stands"
            )
            shown.append(f"the source file of {what} {place_of(space, one)}".rstrip())
        elif one.met is None and one.cause == REGISTER:
            left.append(key)
            shown.append(f"the row of the register file {place_of(space, one)}".rstrip())
    shown += ["a backup made before the withdrawal" for _ in found.backups]
    return Outside(
        tuple(exports), tuple(recipients), found.backups, tuple(met), tuple(dict.fromkeys(left)), tuple(shown)
    )


def _recipients(exports: Mapping[str, ExportRecord]) -> list[str]:
    return [key for key, one in exports.items() if one.purpose != "analysis"]


def silence_files(space: Workspace, recordings: Mapping[str, Recording]) -> dict[str, str]:
    """Delete the files of recordings; return where those should be that are not there, by id."""
    return {
        key: space.vault.unseal(one.place).decode()
        for key, one in recordings.items()
        if not delete_file(space, one) and not was_removed(space, key)
    }


def _reached(
    space: Workspace, found: Lineage, one: Obligation, lost: Mapping[str, str]
) -> tuple[bool, list[str]]:
    """Return whether a duty is met by what was deleted, and what to say if not."""
    place = place_of(space, one)
    if one.duty is Duty.DELETE_SOURCE:
        gone = one.about in found.own and delete_source(space, one, found.own[one.about])
        return gone, [] if gone else [f"the source file {place}" if place else "a source file"]
    if one.duty is Duty.DELETE_AUDIO:
        if one.about not in found.silenced:
            return False, []
        return one.about not in lost, [f"the recording {lost[one.about]}"] if one.about in lost else []
    if one.duty is Duty.DELETE_COPY:
        return False, [f"a copy: {place}" if place else "a copy"]
    if one.duty is Duty.TRANSCRIBE:
        return one.about not in found.heard or one.about in found.silenced, []
    return one.duty not in _FOR_A_PERSON, []


def open_duties(space: Workspace, tx: Change, found: Lineage, outside: Outside, *, paper: bool) -> list[str]:
    """Meet what is done, bring forward what is not, open what a withdrawal asks for; return what a certificate lists.

    A recording that the letter keeps for the group keeps its own day.
    """
    for key in outside.met:
        meet(space, tx, key, Evidence.TOOL)
    kept = set(found.heard) - set(found.silenced)
    listed = []
    for key in outside.left:
        if obligations(space)[key].about not in kept:
            bring_forward(space, tx, key)
            listed.append(key)
    for key in outside.exports:
        listed.append(open_obligation(space, tx, Duty.DELETE_COPY, about=key, cause=_CAUSE))
    for key in outside.recipients:
        listed.append(open_obligation(space, tx, Duty.TELL_RECIPIENT, about=key, cause=_CAUSE))
    for key in outside.backups:
        listed.append(open_obligation(space, tx, Duty.DELETE_BACKUP, about=key, cause=_CAUSE))
    if paper:
        listed.append(open_obligation(space, tx, Duty.DELETE_PAPER, about=found.participant, cause=_CAUSE))
    return listed
