"""Proofs for someone who has neither the study nor the bundle: an entry stands in the log, a log only grew.

The first has the form of C2SP ``tlog-proof``: the index, the path through the tree, and the signed checkpoint; the
entry itself is handed over beside it, as one line. The second is what C2SP ``tlog-witness`` sends to a witness: the
old size, the path, and the newer checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import re

from anonymizer.audit.log import Log
from anonymizer.audit.merkle import HASH_SIZE, hash_leaf, verify_consistency, verify_inclusion
from anonymizer.audit.note import LogKey, parse_checkpoint
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError

__all__ = ["prove_entry", "prove_growth", "verify_entry", "verify_growth"]

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})")
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")
_EXTRA = "extra "
_MAX_PROOF = 64 * 1024


def prove_entry(log: Log, seq: int) -> str:
    """Return the proof for entry ``seq`` under the newest checkpoint; raise ``UsageError`` if there is none."""
    note = log.newest()
    if note is None:
        raise UsageError("this log has no signed checkpoint yet", where="log")
    size = parse_checkpoint(note).size
    if not 1 <= seq <= size:
        raise UsageError(f"the log has entries 1 to {size}", where="log")
    path = [base64.b64encode(node).decode() for node in log.inclusion_proof(seq, size)]
    return "\n".join([_HEADER, f"index {seq - 1}", *path, "", note])


def verify_entry(raw: bytes, proof: str, key: LogKey) -> int:
    """Return the number of the entry that ``proof`` shows to stand in the log of ``key``.

    Raise ``UnreadableInput`` if the proof is malformed, ``IntegrityError`` if it does not show that.
    """
    index, path, note = _parse(proof)
    checkpoint = parse_checkpoint(note, where="proof")
    if not checkpoint.signed_by(key):
        raise IntegrityError("the checkpoint of the proof is not signed by the log's key", where="proof")
    if not verify_inclusion(hash_leaf(raw), index, checkpoint.size, path, checkpoint.root):
        raise IntegrityError("the proof does not show that this entry stands in the log", where="proof")
    return index + 1


def prove_growth(log: Log, old: str) -> str:
    """Return the proof that the newest checkpoint only adds to the note ``old``; ``UsageError`` if there is none."""
    note = log.newest()
    if note is None:
        raise UsageError("this log has no signed checkpoint yet", where="log")
    before, size = parse_checkpoint(old), parse_checkpoint(note).size
    if not 1 <= before.size <= size:
        raise UsageError(f"the log has entries 1 to {size}", where="checkpoint")
    path = [base64.b64encode(node).decode() for node in log.consistency_proof(before.size, size)]
    return "\n".join([f"old {before.size}", *path, "", note])


def verify_growth(old: str, proof: str, key: LogKey) -> int:
    """Return the size of the newer checkpoint, of which ``proof`` shows that it continues the note ``old``.

    Raise ``UnreadableInput`` if either is malformed, ``IntegrityError`` if it is not shown.
    """
    bad = UnreadableInput("this is no well-formed proof", where="proof")
    head, gap, note = proof.partition("\n\n")
    first, *lines = head.split("\n")
    match = _OLD.fullmatch(first)
    if len(proof) > _MAX_PROOF or not gap or match is None:
        raise bad
    path = _nodes(lines, bad)
    before, after = parse_checkpoint(old, where="checkpoint"), parse_checkpoint(note, where="proof")
    for checkpoint in (before, after):
        if not checkpoint.signed_by(key):
            raise IntegrityError("a checkpoint is not signed by the log's key", where="proof")
    if before.size != int(match[1]) or not verify_consistency(
        before.size, after.size, before.root, after.root, path
    ):
        raise IntegrityError("the newer checkpoint does not continue the older one", where="proof")
    return after.size


def _parse(proof: str) -> tuple[int, list[bytes], str]:
    bad = UnreadableInput("this is no well-formed proof", where="proof")
    head, gap, note = proof.partition("\n\n")
    lines = head.split("\n")
    if len(proof) > _MAX_PROOF or not gap or lines.pop(0) != _HEADER:
        raise bad
    if lines and lines[0].startswith(_EXTRA):
        lines.pop(0)  # meant for other users of the form, and not authenticated
    match = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if match is None:
        raise bad
    return int(match[1]), _nodes(lines, bad), note


def _nodes(lines: list[str], bad: UnreadableInput) -> list[bytes]:
    path = []
    for line in lines:
        try:
            node = base64.b64decode(line, validate=True)
        except (binascii.Error, ValueError):
            raise bad from None
        if len(node) != HASH_SIZE or base64.b64encode(node).decode() != line:
            raise bad
        path.append(node)
    return path
