"""One door to every list of names: people, places, demonyms, institutions, and the small words round them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer.folding import fold, pieces, without_genitive
from anonymizer.detect.gazetteer.index import NameIndex, open_indexes
from anonymizer.detect.gazetteer.people import NameFacts, People
from anonymizer.detect.gazetteer.phrases import PhraseMatch, PhraseTable
from anonymizer.detect.gazetteer.places import Level, Place, Places, Rung

__all__ = ["Demonym", "Gazetteer", "shipped_gazetteer"]

_INFLECTIONS = (
    "", "s", "en", "ens", "er", "ers", "ar", "ars", "ene", "enes", "ane", "anes", "e", "es", "ne", "nes", "a", "as",
    "et", "ets", "n", "ns", "r", "rs", "an", "ern", "inga",
)  # fmt: skip
_INDEX_TOKENS = 4


@dataclass(frozen=True, slots=True)
class Demonym:
    """A word for people or a dialect of a place; ``sure`` is False when it was only formed by rule."""

    word: str
    kind: str
    places: tuple[Place, ...]
    sure: bool = True


class Gazetteer:
    """Lookups over the shipped lists, and over the user's indexes if given. Every part loads on first use."""

    def __init__(self, indexes: tuple[NameIndex, ...] = ()) -> None:
        self._indexes = indexes

    @classmethod
    def with_indexes(cls, folder: Path | None = None) -> Gazetteer:
        """Return a gazetteer that also knows what ``gazetteer add`` put in; raises ``IntegrityError``."""
        return cls(open_indexes(folder))

    def names(self, token: str) -> NameFacts | None:
        """Return what is known of a token as a personal name in just this form."""
        return self._people.facts(fold(token))

    def name(self, token: str) -> tuple[NameFacts, str] | None:
        """Return the facts of a token as a name and the genitive ending it carries; ``None`` if no name is known."""
        return self._people.inflected(token)

    def full_names(self, nickname: str) -> tuple[str, ...]:
        """Return the full first names a nickname often stands for."""
        return self._people.full_names(nickname)

    def is_word(self, token: str) -> bool:
        """Return whether a token is an everyday word that is also a name."""
        return fold(token) in self._words

    def places(self, tokens: Sequence[str], at: int) -> PhraseMatch[Place] | None:
        """Return the longest place name that begins at token ``at`` with every place it may be; ``None`` if none."""
        match = self._places.table.match(tokens, at)
        best = None
        if match is not None:
            found = self._places.places(match.values)
            best = PhraseMatch(match.start, match.end, found, match.ending) if found else None
        indexed = self._indexed(tokens, at) if self._indexes else None
        return indexed if indexed is not None and (best is None or indexed.end > best.end) else best

    def place(self, name: str) -> tuple[Place, ...]:
        """Return every shipped place of this name, in its own form only."""
        return self._places.places(self._places.table.get(name))

    def is_place(self, folded: str) -> bool:
        """Say whether a folded word is the name of a shipped place, in its own form."""
        return folded in self._places.table

    def municipality(self, number: str) -> tuple[Rung, ...]:
        """Return the ladder of a municipality by its number of 2024."""
        return self._places.municipality(number)

    def may_begin(self, token: str) -> tuple[bool, bool, bool, bool]:
        """Say whether a place, an institution, an institution's form, a role may begin with ``token``.

        Quicker than looking each of them up, and wrong on one side only: what may begin need not.
        """
        first = pieces((token,))[:1]
        if not first:
            return False, False, False, False
        tables = (
            self._places.table,
            self._table("organisations", "name", "also"),
            self._table("institution_forms", "head"),
            self._table("roles", "role", "forms"),
        )
        place, institution, form, role = (table.may_begin(first[0]) for table in tables)
        return place or self._may_begin_indexed(first[0]), institution, form, role

    def demonym(self, token: str) -> Demonym | None:
        """Return what a token says of where people are from: ``bergenseren``, ``siddisar``, ``vossamålet``."""
        folded = fold(token)
        for ending in _INFLECTIONS:
            if not folded.endswith(ending):
                continue
            stem = folded.removesuffix(ending)
            for row in self._demonyms.get(stem, ()):
                return Demonym(row[0], row[3], self.place(row[1]))
        return self._formed(folded)

    def organisation(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return the longest known institution at token ``at``; values are rows name, kind, municipality, also."""
        return self._table("organisations", "name", "also").match(tokens, at)

    def generic_institution(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return a generic institution (NAV, DPS) at token ``at``: term and its categories in nb and nn."""
        return self._table("generic_institutions", "term").match(tokens, at)

    def institution_form(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return the head of an institution's form at token ``at`` (kommune, NAV …): rows of institution_forms."""
        return self._table("institution_forms", "head").match(tokens, at)

    def role(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return a role unique in a place at token ``at``, also definite: rows of roles."""
        return self._table("roles", "role", "forms").match(tokens, at)

    def title_or_kin(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return a title or kin term at token ``at``: rows of titles_and_kin."""
        return self._table("titles_and_kin", "word").match(tokens, at)

    def place_preposition(self, tokens: Sequence[str], at: int) -> PhraseMatch[tuple[str, ...]] | None:
        """Return a preposition that places stand after, at token ``at``: rows phrase, sure, standard."""
        return self._table("place_prepositions", "phrase").match(tokens, at)

    def article(self, token: str) -> tuple[str, ...] | None:
        """Return the row of a pronoun that stands before names as an article (han, ho, 'n), or ``None``."""
        found = self._table("pronoun_articles", "word").get(token)
        return found[0] if found else None

    def street_ending(self, token: str) -> tuple[str, ...] | None:
        """Return the row of the longest street ending a word has or is, or ``None``."""
        return self._ending("street_endings", fold(token))

    def place_ending(self, token: str) -> tuple[str, ...] | None:
        """Return the row of the longest place ending a word has (also definite or genitive), or ``None``."""
        folded = fold(token)
        for form in (folded, *without_genitive(folded)):
            if row := self._ending("place_endings", form):
                return row
        return None

    def _ending(self, table: str, folded: str) -> tuple[str, ...] | None:
        endings = self._endings(table)
        for size in range(min(len(folded) - 2, 14), 1, -1):
            if row := endings.get(folded[-size:]):
                return row
        return None

    @cache  # noqa: B019 - a gazetteer lives as long as the process
    def _endings(self, table: str) -> dict[str, tuple[str, ...]]:
        endings: dict[str, tuple[str, ...]] = {}
        for row in load_lexicon(table).rows:
            endings[fold(row[0])] = row
            if table == "place_endings":
                for form in row[3].split("|"):
                    if form:
                        endings.setdefault(fold(form), row)
        return endings

    @cache  # noqa: B019 - a gazetteer lives as long as the process
    def _table(self, name: str, *columns: str) -> PhraseTable[tuple[str, ...]]:
        lexicon = load_lexicon(name)
        at = [lexicon.columns.index(column) for column in columns]
        return PhraseTable(
            (phrase, row)
            for row in lexicon.rows
            for column in at
            for phrase in row[column].split("|")
            if phrase
        )

    @cached_property
    def _words(self) -> dict[str, str]:
        return {fold(row[0]): row[1] for row in load_lexicon("word_names").rows}

    @cached_property
    def _people(self) -> People:
        return People(self._words)

    @cached_property
    def _places(self) -> Places:
        return Places(frozenset(self._words))

    @cached_property
    def _demonyms(self) -> dict[str, list[tuple[str, ...]]]:
        table: dict[str, list[tuple[str, ...]]] = {}
        for row in load_lexicon("demonyms").rows:
            table.setdefault(fold(row[0]), []).append(row)
        return table

    def _formed(self, folded: str) -> Demonym | None:
        """Return a demonym formed by rule from a place in the gazetteer; sure endings only."""
        endings = [row for row in load_lexicon("demonym_endings").rows if row[2] == "sure"]
        for inflection in _INFLECTIONS:
            stem = folded.removesuffix(inflection) if folded.endswith(inflection) else ""
            for ending, kind, *_ in endings:
                base = stem.removesuffix(ending) if stem.endswith(ending) else ""
                if len(base) < 3:
                    continue
                for name in (
                    base,
                    base + "a",
                    base + "en",
                    base + "e",
                    base.removesuffix("s"),
                    base.removesuffix("s") + "en",
                ):
                    if found := self.place(name):
                        return Demonym(stem, kind, found, sure=False)
        return None

    def _may_begin_indexed(self, first: str) -> bool:
        forms = (first, *without_genitive(first))
        return any(index.begins(first) or any(index.get(form) for form in forms) for index in self._indexes)

    def _indexed(self, tokens: Sequence[str], at: int) -> PhraseMatch[Place] | None:
        best = None
        joined: tuple[str, ...] = ()
        for end in range(at + 1, min(at + _INDEX_TOKENS, len(tokens)) + 1):
            joined = (*joined, *pieces((tokens[end - 1],)))
            key = " ".join(joined)
            for form in (key, *without_genitive(key)):
                found = [record for index in self._indexes for record in index.get(form)]
                if found:
                    best = PhraseMatch(at, end, self._from_index(form, found), key[len(form) :])
                    break
            if not any(index.begins(key) for index in self._indexes):
                break
        return best

    def _from_index(self, name: str, found: list[tuple[str, str]]) -> tuple[Place, ...]:
        own = Rung(Level.FARM, name, name)
        word = name in self._words
        return tuple(
            dict.fromkeys(
                Place(
                    name,
                    kind,
                    (own, *(self.municipality(number) or self._places.landless())),
                    word,
                    indexed=True,
                )
                for number, kind in found
            )
        )


@cache
def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer over the shipped lists, one a process."""
    return Gazetteer()
