"""Changes to a text, each a stretch and what stands there instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Edit", "make_edits"]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``text[start:end]`` becomes ``replacement``."""

    start: int
    end: int
    replacement: str


def make_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with every edit made; edits are in order and do not overlap.

    Raises ``IntegrityError`` if an edit lies outside the text, overlaps another, or was not made.
    """
    if not edits:
        return text
    from anonymizer.pseudonymise.operators import replace_stretches  # noqa: PLC0415  Presidio takes a second

    return replace_stretches(text, edits)
