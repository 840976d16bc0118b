"""Who may open what: the masters that a slot holds by the role of the person (rules.md STO-03, KEY-01)."""

from __future__ import annotations

from anonymizer.errors import UsageError
from anonymizer.vault import Master

__all__ = ["masters_of"]

_WORK_ONLY = frozenset({"assistant"})
_NO_KEY = frozenset({"reviewer"})


def masters_of(role: str) -> frozenset[Master]:
    """Return what a role opens: an assistant no identity; raise ``UsageError`` for a reviewer, who needs no key."""
    if role in _NO_KEY:
        raise UsageError(
            "a reviewer needs no slot and no passphrase",
            hint="status, check, audit and report work without one; or send: anonymizer audit export FILE",
        )
    return frozenset({Master.WORK}) if role in _WORK_ONLY else frozenset(Master)
