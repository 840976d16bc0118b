"""One line of the log: who did what to which object, when, by which rule, with which counts and versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from anonymizer.audit.actions import ACTIONS, SYSTEM
from anonymizer.audit.canonical import MAX_INTEGER, encode, parse
from anonymizer.audit.kinds import ID, RULE, TIME
from anonymizer.audit.merkle import hash_leaf
from anonymizer.errors import IntegrityError, UsageError

__all__ = ["FIRST_PREV", "MAX_ENTRY", "VERSION", "Entry", "check_words", "timestamp"]

VERSION = 1
MAX_ENTRY = 256 * 1024
"""Bytes of one entry; the largest legitimate ones list some thousand ids."""
FIRST_PREV = "0" * 64
"""``prev`` of the first entry, which has none before it."""

_KEYS = frozenset({"action", "actor", "details", "object", "prev", "rule", "seq", "time", "v"})
_ACTION = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """An entry as written; ``seq`` counts from 1, ``prev`` is the leaf hash before in hexadecimal digits."""

    seq: int
    time: str
    actor: str
    action: str
    object: str | None
    rule: str | None
    details: Mapping[str, Any]
    prev: str
    v: int = VERSION

    def to_bytes(self) -> bytes:
        """Return the canonical JSON: the bytes that are stored, exported and hashed."""
        return encode(
            {
                "action": self.action,
                "actor": self.actor,
                "details": dict(self.details),
                "object": self.object or "",
                "prev": self.prev,
                "rule": self.rule or "",
                "seq": self.seq,
                "time": self.time,
                "v": self.v,
            }
        )

    @property
    def leaf(self) -> bytes:
        """The leaf hash, 32 bytes."""
        return hash_leaf(self.to_bytes())

    @property
    def known(self) -> bool:
        """Whether this version of the program knows the action and all its details."""
        try:
            check_words(self.actor, self.action, self.object, self.rule, self.details)
        except UsageError:
            return False
        return True

    @classmethod
    def from_bytes(cls, raw: bytes, *, where: str = "log") -> Entry:
        """Read an entry; raise ``IntegrityError`` unless it is canonical and has the shape of an entry.

        An action or detail that a later version added is accepted: what was signed must stay verifiable.
        """
        bad = IntegrityError("a line is no entry of the log", where=where)
        if len(raw) > MAX_ENTRY:
            raise bad
        value = parse(raw, where=where)
        if not isinstance(value, dict) or value.keys() != _KEYS:
            raise bad
        seq, version = value["seq"], value["v"]
        shaped = (
            type(version) is int
            and version == VERSION
            and type(seq) is int
            and 1 <= seq <= MAX_INTEGER
            and TIME.allows(value["time"])
            and (value["actor"] == SYSTEM or ID.allows(value["actor"]))
            and isinstance(value["action"], str)
            and _ACTION.fullmatch(value["action"]) is not None
            and (value["object"] == "" or ID.allows(value["object"]))
            and (value["rule"] == "" or RULE.allows(value["rule"]))
            and isinstance(value["details"], dict)
            and isinstance(value["prev"], str)
            and _HASH.fullmatch(value["prev"]) is not None
        )
        if not shaped:
            raise bad
        empty_is_none = {"object": value["object"] or None, "rule": value["rule"] or None}
        return cls(**{**value, **empty_is_none, "details": MappingProxyType(value["details"])})


def timestamp(now: datetime) -> str:
    """Return the time of an entry: UTC, whole seconds, with Z (RFC 3339); refuse a time without a zone."""
    if now.tzinfo is None:
        raise UsageError("the time of an entry needs a time zone", where="log")
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_words(
    actor: str, action: str, object_id: str | None, rule: str | None, details: Mapping[str, Any]
) -> None:
    """Raise ``UsageError`` unless all of this may stand in the log; the message never repeats a value."""
    known = ACTIONS.get(action)
    if known is None:
        raise UsageError("this action is not in the log's vocabulary", where="log")
    if actor != SYSTEM and not ID.allows(actor):
        raise UsageError(f"the actor must be {ID.name}", where=action)
    if object_id is not None and not ID.allows(object_id):
        raise UsageError(f"the object must be {ID.name}", where=action)
    if rule is not None and not RULE.allows(rule):
        raise UsageError(f"the rule must be {RULE.name}", where=action)
    missing = sorted(known.required - details.keys())
    if missing:
        raise UsageError(f"the detail {missing[0]} is missing", where=action)
    for key, value in details.items():
        kind = known.details.get(key)
        if kind is None:
            raise UsageError("a detail is not in the vocabulary of this action", where=action)
        if not kind.allows(value):
            raise UsageError(f"the detail {key} must be {kind.name}", where=action)
