"""What a recogniser proposes; the resolver disposes."""

from __future__ import annotations

from dataclasses import dataclass

from anonymizer.model import EntityType

__all__ = ["Proposal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stretch of one text that a recogniser takes for an identifier; ``entity`` links mentions of the same thing."""

    start: int
    end: int
    entity_type: EntityType
    score: float
    recognizer: str
    entity: str | None = None
