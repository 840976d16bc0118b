"""Caps on what is read, and the errors that name a place but never quote what stands there."""

from __future__ import annotations

from dataclasses import dataclass

from anonymizer.errors import LimitExceeded, UnreadableInput

__all__ = ["DEFAULT", "Limits", "Place"]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large and how deep a source may be; a source past any of these is refused whole.

    Sizes are bytes, except ``characters`` (code points of the decoded text); ``depth`` counts nested XML elements
    or JSON values; the last two count what the source holds.
    """

    source: int = 64 * _MIB
    characters: int = 32 * _MIB
    members: int = 2_000
    member: int = 32 * _MIB
    unpacked: int = 128 * _MIB
    depth: int = 200
    turns: int = 200_000
    cues: int = 500_000


DEFAULT = Limits()


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
            hint="split the file, or raise the limit",
        )

    def _where(self, line: int | None, at: str) -> str:
        place = f"line {line}" if line is not None else at
        return ", ".join(each for each in (self.name or "the input", place) if each)
