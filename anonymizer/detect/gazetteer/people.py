"""What is known of a personal name: whether it is a first name or a surname, whose, since when, and if it is a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer.folding import fold, without_genitive

__all__ = ["NameFacts", "People"]


@dataclass(frozen=True, slots=True)
class NameFacts:
    """A name and what it may be.

    ``gender`` is f, m or x and stands for a first name only; ``decades`` are the first years of the rough
    decades of its popularity; ``use`` is common, known or rare in Norway; ``origins`` are languages or groups
    (``no``, ``sami``, ``pl`` …), that of the first name first. ``is_word`` says that the same letters are an
    everyday word, ``is_place`` that they are also a place: such a name counts only where the context says so.
    ``indexed`` says that it comes from a list the user added, not from the shipped ones.
    """

    name: str
    first: bool = False
    surname: bool = False
    gender: str = ""
    decades: tuple[int, ...] = ()
    use: str = ""
    origins: tuple[str, ...] = ()
    is_word: bool = False
    is_place: bool = False
    indexed: bool = False


class People:
    """Personal names by folded spelling."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._first = {fold(row[0]): row for row in load_lexicon("first_names").rows}
        self._last = {fold(row[0]): row for row in load_lexicon("surnames").rows}
        self._nicknames = {
            fold(nickname): tuple(names.split("|")) for nickname, names in load_lexicon("nicknames").rows
        }
        self.facts = lru_cache(maxsize=8192)(self._facts)

    def _facts(self, folded: str) -> NameFacts | None:
        """Return what is known of a folded word as a name in just this form, or ``None``."""
        first = self._first.get(folded)
        last = self._last.get(folded)
        nickname = folded in self._nicknames
        if first is None and last is None and not nickname:
            return None
        gender, use = "", ""
        decades: tuple[int, ...] = ()
        origins: list[str] = []
        if first is not None:
            gender, use = first[1], first[4]
            decades = tuple(int(decade) for decade in first[2].split("|") if decade)
            origins.append(first[3])
        elif nickname:
            full = [facts for name in self._nicknames[folded] if (facts := self.facts(fold(name)))]
            genders = {facts.gender for facts in full}
            gender, use = (genders.pop() if len(genders) == 1 else "x"), "rare"
            origins.extend(facts.origins[0] for facts in full[:1])
        if last is not None and last[1] not in origins:
            origins.append(last[1])
        word = self._words.get(folded, "")
        return NameFacts(
            name=(first or last or (folded.capitalize(),))[0],
            first=first is not None or nickname,
            surname=last is not None,
            gender=gender,
            decades=decades,
            use=use,
            origins=tuple(origins),
            is_word=bool(word),
            is_place=word in ("place", "both"),
        )

    def inflected(self, token: str) -> tuple[NameFacts, str] | None:
        """Return the facts of a token as a name and the genitive it carries; ``None`` if it is no known name."""
        folded = fold(token)
        if facts := self.facts(folded):
            return facts, ""
        for stem in without_genitive(folded):
            if facts := self.facts(stem):
                return facts, folded[len(stem) :]
        return None

    def full_names(self, nickname: str) -> tuple[str, ...]:
        """Return the full first names a nickname often stands for."""
        return self._nicknames.get(fold(nickname), ())

    def nicknames(self) -> Mapping[str, tuple[str, ...]]:
        """Return every nickname, folded, with its full names."""
        return MappingProxyType(self._nicknames)
