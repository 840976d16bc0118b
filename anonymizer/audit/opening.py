"""The quick check when a study is opened: does its log go on from what this machine has seen?"""

from __future__ import annotations

from anonymizer.audit import merkle
from anonymizer.audit.log import Log, snapshot
from anonymizer.audit.note import Checkpoint, parse_checkpoint
from anonymizer.audit.state import State
from anonymizer.errors import IntegrityError, RolledBack, UnreadableInput

__all__ = ["check_opening"]


def check_opening(log: Log, state: State) -> None:
    """Refuse a study whose log does not continue what this machine has seen; cheap enough for every command.

    Checks the newest checkpoint's signature and cover, and that the one of STATE is among the log's own.
    ``verify`` is the full check of all entries. A log newer than STATE is fine: the last command was
    interrupted between its commit and its note to STATE. Raise ``RolledBack`` or ``IntegrityError``.
    """
    with snapshot(log.conn):
        _check(log, state)


def _check(log: Log, state: State) -> None:
    where, hint = "log", "run audit verify to see what is wrong"
    key, newest = log.key, log.newest()
    if key is None or newest is None:
        if log.size:
            raise IntegrityError("the log is not signed", where=where, hint=hint)
        if state.seen() is not None:
            raise RolledBack("the log is empty, but this machine has seen entries", where=where, hint=hint)
        return
    head = _parsed(newest)
    if head is None or not head.signed_by(key) or key.name != log.origin:
        raise IntegrityError("the newest checkpoint is not signed by the log's key", where=where, hint=hint)
    size = log.size
    if head.size > size:
        raise IntegrityError("entries are missing at the end of the log", where=where, hint=hint)
    if head.size < size or log.root() != head.root:
        raise IntegrityError("the end of the log is not covered by a checkpoint", where=where, hint=hint)
    seen = state.seen()
    if seen is None:
        return
    if seen.key != key:
        raise IntegrityError(
            "the log is signed by another key than the one seen here", where=where, hint=hint
        )
    old = seen.checkpoint
    if old is None:
        return
    if old.size > size:
        raise RolledBack(
            f"the log has {size} entries, but this machine has seen {old.size}",
            where=where,
            hint="an older copy was put back; restore the newer one",
        )
    own = log.note_at(old.size)
    root = _root(own) if own is not None else merkle.root_of(log.leaves()[: old.size])
    if root != old.root:
        raise IntegrityError("the log has another history than the one seen here", where=where, hint=hint)


def _parsed(note: str) -> Checkpoint | None:
    try:
        return parse_checkpoint(note)
    except UnreadableInput:
        return None


def _root(note: str) -> bytes | None:
    checkpoint = _parsed(note)
    return None if checkpoint is None else checkpoint.root
