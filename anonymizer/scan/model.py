"""The words of the scan: a finding, its severity, and what came of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from anonymizer.errors import AnonymizerError
from anonymizer.model import EntityType

__all__ = ["FileScan", "Hit", "ScanFinding", "Severity"]


class Severity(StrEnum):
    """How grave a finding is: must not be published so, a person must look, good to know."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Return 2 for block, 1 for warn, 0 for info."""
        return {"block": 2, "warn": 1, "info": 0}[self.value]


@dataclass(frozen=True, slots=True)
class Hit:
    """What one check saw at one place; ``start``/``end`` count in the text of the block.

    Hits of one rule with one ``cause`` are one finding with several places. The cause is never printed.
    """

    rule: str
    severity: Severity
    block: int
    start: int
    end: int
    cause: str
    entity_type: EntityType | None = None


@dataclass(frozen=True, slots=True)
class ScanFinding:
    """A finding at one place (contract, ``scan --format jsonl``).

    ``start``/``end`` are code points in the manuscript's text, None outside it; ``part`` then names the place.
    ``place`` is structural: the part of the manuscript, its heading and paragraph by number. ``fingerprint`` is rule,
    place and ordinal, never made of text. A finding with a ``group`` is a further place of the finding with that
    fingerprint: same rule, same cause; it is shown as info, so that one cause weighs once. ``text`` is what stands
    there: for the researcher's own screen, never for a log.
    """

    path: str
    part: str | None
    start: int | None
    end: int | None
    line: int
    rule: str
    severity: Severity
    entity_type: EntityType | None
    message: str
    place: str
    fingerprint: str
    text: str
    page: int | None = None
    group: str | None = None
    places: int = 1


@dataclass(frozen=True, slots=True)
class FileScan:
    """What came of one file: its findings in order, or the error that kept it from being read."""

    path: str
    findings: tuple[ScanFinding, ...] = ()
    words: int = 0
    error: AnonymizerError | None = None
