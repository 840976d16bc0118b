"""Dialect words as findings: what no written standard has, flagged."""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.dialect import find_dialect
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.vocabulary import Hint
from anonymizer.model import EntityType

__all__ = ["DialectRecognizer"]


class DialectRecognizer(GuardedRecognizer):
    """Words that show a dialect; a text without any is not read twice."""

    def __init__(self) -> None:
        super().__init__("dialect", [EntityType.DIALECT])

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield each dialect word."""
        if artifacts.reading.any & Hint.DIALECT:
            for start, end, score in find_dialect(text):
                yield Proposal(start, end, EntityType.DIALECT, score, self.name)
