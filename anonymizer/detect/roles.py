"""Roles that few hold in a place, often one: the mayor, the priest, the only doctor. Flagged for a person to judge.

Only the role's own words are the finding: the place or the name beside it is found, and replaced, by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.gazetteer import fold
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.vocabulary import Hint, vocabulary
from anonymizer.model import EntityType

__all__ = ["RoleRecognizer"]

DEFINITE = 0.6
PLACED = 0.65
ONLY = 0.7

_ONLY = frozenset(("eneste", "einaste"))
_BARE = ("", "en", "n", "ane", "ene", "a", "et")


class RoleRecognizer(GuardedRecognizer):
    """Roles by the list: definite, with a place, or said to be the only one."""

    def __init__(self) -> None:
        super().__init__("roles", [EntityType.ROLE])
        self._gazetteer = vocabulary().gazetteer

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield roles; ``prest`` alone, without article or place, says too little."""
        reading = artifacts.reading
        done = 0
        for at in reading.where(Hint.ROLE):
            if at < done:
                continue
            found = self._only(reading, at) or self._listed(reading, at)
            if found is not None:
                first, done, score = found
                yield Proposal(*reading.span(first, done), EntityType.ROLE, score, self.name)

    def _only(self, reading: Reading, at: int) -> tuple[int, int, float] | None:
        """Return ``den eneste legen``: whoever it is said of is one of a kind."""
        if reading.folded(at) not in _ONLY or not reading.is_word(at + 1):
            return None
        if not self._is_occupation(reading, at + 1):
            return None
        first = at - 1 if reading.folded(at - 1) in {"den", "det", "dei", "de", "dæn", "einaste"} else at
        return first, at + 2, ONLY

    def _is_occupation(self, reading: Reading, at: int) -> bool:
        if self._gazetteer.role(reading.words, at):
            return True
        word = reading.folded(at)
        for ending in _BARE:
            if word.endswith(ending):
                row = self._gazetteer.title_or_kin([word.removesuffix(ending)], 0)
                if row is not None and not row.ending and any(value[1] == "title" for value in row.values):
                    return True
        return False

    def _listed(self, reading: Reading, at: int) -> tuple[int, int, float] | None:
        match = self._gazetteer.role(reading.words, at)
        if match is None:
            return None
        end = reading.trimmed(match)
        said = fold(" ".join(reading.words[at:end]))
        placed = (
            reading.preposition(end) == ""
            and reading.preposition(end + 1)
            and (reading.capital(end + 1) or reading.has(Hint.PLACE, end + 1))
        )
        if placed:
            return at, end, PLACED
        if any(said in {fold(value[0]), fold(value[0]) + "s"} for value in match.values):
            return None
        return at, end, DEFINITE
