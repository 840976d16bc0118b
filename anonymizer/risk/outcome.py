"""The words in which risk is told: what was measured against, what was found, and the whole outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from anonymizer.data import Linkability
from anonymizer.risk.coarsen import Mend

__all__ = [
    "Kind",
    "Linked",
    "Pool",
    "PoolEstimate",
    "QuoteFact",
    "RiskFinding",
    "RiskReport",
    "Severity",
    "TextFact",
    "Thresholds",
]

Severity = Literal["block", "warn", "info"]


class Kind(StrEnum):
    """What was found."""

    LONE_COMBINATION = "lone-combination"
    SMALL_GROUP = "small-group"
    SMALL_PLACE = "small-place"
    EXACT_DURATION = "exact-duration"
    SAME_SENSITIVE_VALUE = "same-sensitive-value"
    INSTITUTION = "institution"
    LINKED_QUOTES = "linked-quotes"
    QUOTE_DETAIL = "quote-detail"
    TEXT_DETAIL = "text-detail"


_RULE = {
    Kind.SMALL_PLACE: "TXT-04",
    Kind.INSTITUTION: "TXT-05",
    Kind.LINKED_QUOTES: "QUO-01",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is measured against; the defaults are those of rules.md (c)."""

    k_warn: int = 5
    k_release: int = 6
    population: int = 20_000


@dataclass(frozen=True, slots=True)
class Pool:
    """Those who could have taken part, by the researcher's own count: all, and by (column, value), small letters."""

    size: int | None = None
    groups: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PoolEstimate:
    """How many of the pool share a combination. ``basis``: ``stated`` where the researcher gave a figure for every
    value, ``sample`` where a share was taken from the sample itself, which proves nothing.
    """

    people: int
    basis: Literal["stated", "sample"]


@dataclass(frozen=True, slots=True)
class QuoteFact:
    """A quote as a reader meets it: whose it is, how it is marked, and what stands out in it."""

    code: str
    linkable: Linkability
    exact_durations: tuple[str, ...] = ()
    dialect_words: int = 0


@dataclass(frozen=True, slots=True)
class TextFact:
    """A transcript that leaves: whose it is, how its surrogate ties it to quotes and table, what was left in it.

    ``kept`` counts what stands in it though it was found, by type: roles, special categories, whatever a person let
    stand.
    """

    code: str
    linkable: Linkability
    exact_durations: tuple[str, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RiskFinding:
    """What combines to single someone out. ``codes`` are the participants concerned; ``size`` how many in the
    sample share it. ``mend`` is the cheapest coarsening of one column after which more of the sample share it; of
    quotes and texts, what to do with them.
    """

    kind: Kind
    severity: Severity
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    size: int = 0
    pool: PoolEstimate | None = None
    mend: Mend | None = None

    @property
    def rule(self) -> str:
        """Return the rule it follows from."""
        return _RULE.get(self.kind, "TXT-03")


@dataclass(frozen=True, slots=True)
class Linked:
    """The quotes of one participant that a reader can tell to be one person's."""

    code: str
    linkable: Linkability
    quotes: int
    alone_in_table: bool


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The outcome. ``k`` is the smallest group over all columns in the sample. ``unique`` counts combinations that
    point at one person, ``below`` those that fewer than ``threshold`` share as far as anyone has stated; ``cleared``
    those that the stated figures of the pool make common enough.
    """

    participants: int
    columns: int
    k: int
    unique: int
    below: int
    threshold: int
    pool: int | None
    cleared: int
    findings: tuple[RiskFinding, ...]
    linked: tuple[Linked, ...]
    quotes: int

    @property
    def blocks(self) -> bool:
        """Tell whether publication has to wait."""
        return any(finding.severity == "block" for finding in self.findings)
