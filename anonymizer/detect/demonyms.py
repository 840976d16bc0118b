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
_BEING = frozenset(("er", "var", "e", "va", "en", "ein", "ei", "blei", "ble", "halvt", "halv", "som", "både"))


def _is_name(reading: Reading, at: int) -> bool:
    """Say whether a capital amid a sentence and the lists make a word a person's name."""
    if not reading.named(at):
        return False
    return (
        reading.is_person(at) or reading.is_first_name(at) or (reading.named(at - 1) and reading.beside(at))
    )


def _is_predicate(reading: Reading, at: int) -> bool:
    """Say whether someone is said to be it (``ho er same``), where the word is an everyday one too."""
    if reading.folded(at - 1) not in _BEING or reading.folded(at - 2) in {
        "det",
        "da",
        "dæ",
        "kven",
        "her",
        "der",
    }:
        return False
    return not reading.is_word(at + 1) or reading.folded(at + 1) in {
        "og",
        "men",
        "altså",
        "sjøl",
        "selv",
        "eg",
        "jeg",
        "på",
        "fra",
        "frå",
        "å",
        "fordi",
        "av",
    }


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
        self._everyday = vocabulary().not_peoples

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield the listed words in any inflection, but not of things (``polsk pølse``)."""
        reading = artifacts.reading
        for at in reading.where(Hint.PEOPLE):
            if reading.folded(at + 1) in self._wares or _is_name(reading, at):
                continue
            if reading.folded(at) in self._everyday and not _is_predicate(reading, at):
                continue
            yield Proposal(*reading.spans[at], EntityType.NRP, LISTED, self.name)
