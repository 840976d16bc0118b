"""Rebuilds a log from its raw bytes and says what it is worth: one of three verdicts.

*Broken*: what stands there is not what was written. *Consistent in itself*: every entry, link and signature
fits, but whoever holds the signing key could have written all of it anew. *Confirmed up to entry N*:
something kept outside agrees (STATE, a checkpoint file, the key's fingerprint).

The honest limit: what follows the last checkpoint kept elsewhere, the holder of the key can rewrite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from anonymizer.audit.bundle import is_bundle
from anonymizer.audit.log import snapshot
from anonymizer.audit.merkle import CompactRange
from anonymizer.audit.note import Checkpoint, LogKey, fingerprints_match, parse_checkpoint
from anonymizer.audit.scan import Scan
from anonymizer.audit.sources import BundleSource, DatabaseSource, Source, is_database, open_database
from anonymizer.audit.state import Seen, State
from anonymizer.audit.verdict import BrokenLog, Fault, Outcome, Verdict
from anonymizer.errors import Busy, UnreadableInput, UsageError

__all__ = ["read_note", "verify"]

_NOTHING: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Outside:
    """What is known of the log outside of it."""

    seen: Seen | None
    checkpoints: tuple[tuple[str, Checkpoint], ...]
    fingerprint: str | None
    origin: str | None

    @property
    def heads(self) -> tuple[tuple[str, Checkpoint], ...]:
        """Every checkpoint from outside with the name of where it was kept."""
        newest = None if self.seen is None else self.seen.checkpoint
        return self.checkpoints if newest is None else (("STATE", newest), *self.checkpoints)


def verify(
    source: sqlite3.Connection | Path,
    *,
    state: State | None = None,
    checkpoints: Sequence[str | Path] = (),
    key_fingerprint: str | None = None,
    origin: str | None = None,
) -> Verdict:
    """Verify a log and return the verdict; no passphrase is needed, nothing is changed.

    ``source`` is an open database, or the path of one, or of an exported bundle. ``checkpoints`` are notes
    or files with one note each. ``origin`` is what the log should be called, where the study is known.
    Raise ``UnreadableInput`` where there is nothing to judge, ``UsageError`` for a checkpoint of another log
    or a fingerprint that is none, ``IntegrityError`` for a damaged STATE, ``Busy`` while another process
    writes.
    """
    known = tuple(_external(item) for item in checkpoints)
    outside = _Outside(None if state is None else state.seen(), known, key_fingerprint, origin)
    if isinstance(source, sqlite3.Connection):
        with snapshot(source):
            return _verdict(DatabaseSource(source), outside)
    if is_database(source):
        with closing(open_database(source)) as conn, snapshot(conn):
            return _verdict(DatabaseSource(conn), outside)
    if not is_bundle(source):
        raise UnreadableInput("this is no exported log", where=source.name, hint="make one with audit export")
    return _verdict(BundleSource(source), outside)


def _verdict(source: Source, outside: _Outside) -> Verdict:
    scan = Scan()
    key: LogKey | None = None
    fault: BrokenLog | None = None
    confirmed, by = 0, _NOTHING
    try:
        scan.read(source)
        key, notes = source.rest()
        if not scan.leaves and not notes:
            gone = Fault.ROLLED_BACK if outside.heads else Fault.MISSING
            raise BrokenLog(gone, 1, "the log holds no entries")
        if key is None:
            raise BrokenLog(Fault.UNSIGNED, 1, "there is no public key, and so no valid signature")
        roots = _check_signed(scan.leaves, key, notes, outside)
        confirmed, by = _compare(len(scan.leaves), key, roots, outside)
    except BrokenLog as broken:
        fault = broken
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, without its extension
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy("another process is writing to the study", where="log") from None
        if code in (
            sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_PERM,
        ):
            hint = "after a crash the study's folder must be writable once"
            raise UnreadableInput("the database can't be read here", where="log", hint=hint) from None
        fault = BrokenLog(Fault.MISSING, None, "the tables of the log can't be read")
    except (
        sqlite3.DatabaseError,
        UnicodeError,
    ):  # the latter: SQLite's own message quotes bytes that are no text
        fault = BrokenLog(Fault.ALTERED, None, "the database file is damaged")
    sound = Outcome.CONFIRMED if by else Outcome.CONSISTENT
    return Verdict(
        outcome=sound if fault is None else Outcome.BROKEN,
        entries=len(scan.leaves),
        fault=fault.fault if fault else None,
        seq=fault.seq if fault else None,
        why=fault.why if fault else "",
        confirmed=confirmed,
        confirmed_by=by,
        fingerprint=key.fingerprint if key else None,
        unknown=scan.unknown,
        clock_back=tuple(scan.clock_back),
    )


def _check_signed(
    leaves: list[bytes], key: LogKey, notes: list[tuple[int | None, str]], outside: _Outside
) -> dict[int, bytes]:
    """Check every checkpoint of the log against its entries; return the roots at all sizes of interest."""
    total = len(leaves)
    own = [_own(size, note, key) for size, note in notes]
    if any(later.size <= earlier.size for earlier, later in pairwise(own)):
        raise BrokenLog(Fault.REORDERED, None, "the checkpoints do not grow from one to the next")
    roots = _roots(leaves, (checkpoint.size for checkpoint in (*own, *(head for _, head in outside.heads))))
    covered = 0
    for checkpoint in own:
        if checkpoint.size > total:
            why = f"a checkpoint covers {checkpoint.size} entries, {total} are there"
            raise BrokenLog(Fault.TRUNCATED, total + 1, why)
        if roots[checkpoint.size] != checkpoint.root:
            why = f"something in entries {covered + 1} to {checkpoint.size} is not what was signed"
            raise BrokenLog(Fault.ALTERED, covered + 1, why)
        covered = checkpoint.size
    if covered < total:
        # A command signs in the transaction that writes, so that no honest log has an uncovered end.
        raise BrokenLog(Fault.UNSIGNED, covered + 1, "no checkpoint covers it")
    return roots


def _compare(
    total: int, key: LogKey, roots: dict[int, bytes], outside: _Outside
) -> tuple[int, tuple[str, ...]]:
    """Hold the log against what is known outside; return up to which entry it is confirmed, and by what."""
    confirmed, by = 0, []
    if outside.origin is not None and key.name != outside.origin:
        raise BrokenLog(Fault.UNSIGNED, 1, "it is signed in the name of another study")
    if outside.fingerprint is not None:
        if not fingerprints_match(outside.fingerprint, key.public):
            raise BrokenLog(Fault.UNSIGNED, 1, "it is signed by another key than the one given")
        confirmed, by = total, ["the key's fingerprint"]
    if outside.seen is not None and outside.seen.key != key:
        raise BrokenLog(Fault.UNSIGNED, 1, "it is signed by another key than the one seen on this machine")
    for name, head in outside.heads:
        if head.origin != key.name:
            raise UsageError(
                "the checkpoint belongs to another log", where=name, hint="give one of this study"
            )
        if not head.signed_by(key):
            raise BrokenLog(
                Fault.UNSIGNED, 1, f"{name} is signed by another key than this log, or is damaged"
            )
        if head.size > total:
            why = f"{name} knows {head.size} entries, {total} are there"
            raise BrokenLog(Fault.ROLLED_BACK, total + 1, why)
        if roots[head.size] != head.root:
            why = f"{name} knows another history of the first {head.size} entries"
            raise BrokenLog(Fault.FORKED, head.size, why)
        confirmed = max(confirmed, head.size)
        by.append(name)
    return confirmed, tuple(by)


def _own(size: int | None, note: str, key: LogKey) -> Checkpoint:
    """Return one of the log's own checkpoints; it must be signed by its key and stand under its size."""
    try:
        checkpoint = parse_checkpoint(note)
    except UnreadableInput:
        raise BrokenLog(Fault.ALTERED, size, "the checkpoint here is malformed") from None
    if size is not None and size != checkpoint.size:
        raise BrokenLog(Fault.ALTERED, size, "the checkpoint here is for another size")
    if not checkpoint.signed_by(key):
        raise BrokenLog(Fault.UNSIGNED, checkpoint.size, "the checkpoint here is not signed by the log's key")
    return checkpoint


def _roots(leaves: list[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    edge = CompactRange()
    roots: dict[int, bytes] = {}
    for size in sorted({size for size in sizes if size <= len(leaves)}):
        edge.extend(leaves[edge.size : size])
        roots[size] = edge.root()
    return roots


def read_note(path: Path) -> str:
    """Return the note in a checkpoint file; raise ``UnreadableInput`` if there is no text."""
    try:
        # Bytes, for line ends must stay as they are: the signature is over them.
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UnreadableInput(f"can't be read ({error.strerror})", where=path.name) from None
    except UnicodeDecodeError:
        raise UnreadableInput("this is no checkpoint", where=path.name) from None


def _external(item: str | Path) -> tuple[str, Checkpoint]:
    if isinstance(item, str):
        return "the given checkpoint", parse_checkpoint(item, where="the given checkpoint")
    return f"checkpoint {item.name}", parse_checkpoint(read_note(item), where=item.name)
