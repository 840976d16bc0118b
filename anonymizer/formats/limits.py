"""Caps on what is read, and the errors that name a place but never quote what stands there.

The caps have sane defaults and can be set: ``ANONYMIZER_LIMITS="source=128MiB,turns=400000"`` (docs/limits.md).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from anonymizer.errors import LimitExceeded, UnreadableInput, UsageError

__all__ = ["DEFAULT", "VARIABLE", "Limits", "Place", "limits_in_force"]

VARIABLE = "ANONYMIZER_LIMITS"

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large and how deep a source may be; a source past any of these is refused whole.

    Sizes are bytes, except ``characters`` (code points of the decoded text); ``depth`` counts nested XML elements
    or JSON values; ``members`` are those of a zip, ``member`` and ``unpacked`` what one and all of them hold; the rest
    count what the source holds. ``seconds`` is how long one pattern may look at one turn.
    """

    source: int = 64 * _MIB
    characters: int = 32 * _MIB
    members: int = 2_000
    member: int = 32 * _MIB
    unpacked: int = 128 * _MIB
    depth: int = 200
    turns: int = 200_000
    cues: int = 500_000
    pages: int = 5_000
    rows: int = 20_000
    seconds: int = 2


DEFAULT = Limits()
_SETTING = re.compile(r"([a-z]+)=([1-9][0-9]{0,11})(KiB|MiB|GiB)?")
_UNITS = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


def limits_in_force() -> Limits:
    """Return the caps as the environment sets them; raise ``UsageError`` for a setting that is none."""
    return _set(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=8)
def _set(text: str) -> Limits:
    known = {each.name for each in fields(Limits)}
    wanted: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _SETTING.fullmatch(part)
        if match is None or match[1] not in known:
            raise UsageError(
                "a limit is a name and a whole number, such as source=128MiB",
                where=VARIABLE,
                hint=f"known: {', '.join(sorted(known))}",
            )
        wanted[match[1]] = int(match[2]) * _UNITS[match[3] or ""]
    return replace(DEFAULT, **wanted)


@dataclass(frozen=True, slots=True)
class Place:
    """The file being read, as the user named it, with the caps that hold for it."""

    name: str
    limits: Limits

    def unreadable(
        self, what: str, *, line: int | None = None, at: str = "", hint: str = ""
    ) -> UnreadableInput:
        """Return the error for a source that is not what it should be; ``line`` counts from 1."""
        return UnreadableInput(
            what, where=self._where(line, at), hint=hint or "check the file, or save it anew"
        )

    def too_large(self, what: str, cap: int, *, at: str = "") -> LimitExceeded:
        """Return the error for a source past the cap ``cap``."""
        return LimitExceeded(
            f"{what} (at most {cap:,})",
            where=self._where(None, at),
            hint=f"split the file, or raise the limit with {VARIABLE}",
        )

    def _where(self, line: int | None, at: str) -> str:
        place = f"line {line}" if line is not None else at
        return ", ".join(each for each in (self.name or "the input", place) if each)
