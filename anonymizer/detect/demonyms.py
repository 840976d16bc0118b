"""Where people are from: words for people and dialects of Norwegian places, and for nationalities, peoples and faiths.

The first are DEMONYM (``siddis``, ``vesterålsværingan``, ``nordlandsdialekt``), the others NRP (``somalisk``,
``polakkene``, ``muslim``). Norwegian and English say nothing of anyone here.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import Hint, vocabulary
from anonymizer.model import EntityType

__all__ = ["DemonymRecognizer", "PeopleAndFaithRecognizer"]

LISTED = 0.75


def _is_name(reading: Reading, at: int) -> bool:
    """Say whether a capital amid a sentence and the lists make a word a person's name."""
    if not reading.named(at):
        return False
    return (
        reading.is_person(at) or reading.is_first_name(at) or (reading.named(at - 1) and reading.beside(at))
    )


class DemonymRecognizer(GuardedRecognizer):
    """Words for the people and the dialects of places in Norway."""

    def __init__(self) -> None:
        super().__init__("demonyms", [EntityType.DEMONYM])

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield listed and formed words in any inflection."""
        reading = artifacts.reading
        for at in reading.where(Hint.DEMONYM):
            if not _is_name(reading, at):
                yield Proposal(*reading.spans[at], EntityType.DEMONYM, LISTED, self.name)


class PeopleAndFaithRecognizer(GuardedRecognizer):
    """Nationalities, peoples, languages that tell of one, faiths."""

    def __init__(self) -> None:
        super().__init__("peoples-and-faiths", [EntityType.NRP])
        self._wares = vocabulary().cues("ware")

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield the listed words in any inflection, but not of things (``polsk pølse``)."""
        reading = artifacts.reading
        for at in reading.where(Hint.PEOPLE):
            if reading.folded(at + 1) in self._wares or _is_name(reading, at):
                continue
            yield Proposal(*reading.spans[at], EntityType.NRP, LISTED, self.name)
