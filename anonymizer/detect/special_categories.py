"""Special categories of personal data (GDPR art. 9) and convictions and offences (art. 10), flagged.

A flag says that a word may tell such a thing of someone; a person judges, and nothing is removed for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.vocabulary import Hint
from anonymizer.model import EntityType

__all__ = ["SpecialCategoryRecognizer"]

LISTED = 0.6


class SpecialCategoryRecognizer(GuardedRecognizer):
    """Words of health, substance use, faith, ethnicity, sexuality, politics, unions and crime."""

    def __init__(self) -> None:
        super().__init__("special-categories", [EntityType.SPECIAL_CATEGORY])

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield each listed word."""
        reading = artifacts.reading
        for at in reading.where(Hint.SPECIAL):
            yield Proposal(*reading.spans[at], EntityType.SPECIAL_CATEGORY, LISTED, self.name)
