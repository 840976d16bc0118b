"""Numbered places at which a test may kill the process: one before and after each step that must be durable.

Off unless ``ANONYMIZER_FAILPOINT`` is a positive number in the environment of a process that starts; then the
process kills itself (SIGKILL) at that many-th point it passes. It is safe to ship: all it can do is end the
process, which whoever sets that environment can do anyway, and ending it at any moment is what the vault is
built to survive.
"""

from __future__ import annotations

import os
import signal

__all__ = ["point"]

_VARIABLE = "ANONYMIZER_FAILPOINT"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _end() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


_fatal = _number(os.environ.get(_VARIABLE, ""))
_passed = 0
_act = _end


def point() -> None:
    """Pass one fail point."""
    global _passed  # noqa: PLW0603 - a count for the whole process is what a numbered fail point means
    if not _fatal:
        return
    _passed += 1
    if _passed == _fatal:
        _act()
