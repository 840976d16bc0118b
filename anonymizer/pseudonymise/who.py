"""Who a written name means, as far as the text of one interview allows it to be said.

Search is study-wide, identity is not: a first name alone means someone spoken of in this interview, or someone who
takes part in it or is named in full there, never just any participant of another one. A full name means the
participant who bears it, wherever it stands. Where two people fit, the name is attributed to no one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from anonymizer.data import load_lexicon
from anonymizer.errors import PackError
from anonymizer.pseudonymise.keytable import INTERVIEWER, KeyTable, PersonRow
from anonymizer.pseudonymise.names import WrittenName
from anonymizer.pseudonymise.wordings import fictive_names, fold

__all__ = ["Directory", "Meant", "gender_of", "is_full", "matches"]


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant: at most one of the three is set; ``ambiguous`` if several people fit."""

    participant: str | None = None
    staff: str | None = None
    person: PersonRow | None = None
    ambiguous: bool = False

    @property
    def nobody(self) -> bool:
        """Tell whether the table knows no one of this name."""
        return not (self.participant or self.staff or self.person or self.ambiguous)


def _same(said: str, known: str) -> bool:
    bare = said.rstrip(".")
    return said == known or ((said.endswith(".") or len(bare) == 1) and known.startswith(bare))


def matches(said: Sequence[str], full: Sequence[str]) -> bool:
    """Tell whether the words said may stand for the full name: a run of its words, or its first and last."""
    if not said or len(said) > len(full):
        return False
    if len(said) > 1 and _same(said[0], full[0]) and _same(said[-1], full[-1]):
        return all(any(_same(one, other) for other in full) for one in said)
    runs = (full[at : at + len(said)] for at in range(len(full) - len(said) + 1))
    return any(all(map(_same, said, run)) for run in runs)


def is_full(said: Sequence[str], full: Sequence[str]) -> bool:
    """Tell whether the words said are the name from first to last word, middle names apart."""
    return len(said) > 1 and matches(said, full) and said[0] == full[0] and said[-1] == full[-1]


@cache
def _first_names() -> dict[str, str]:
    """Return the gender of every first name the lexicon and the fictive names know."""
    names = fictive_names()
    found: dict[str, str] = {}
    try:
        lexicon = load_lexicon("first_names")
        found.update(zip(map(fold, lexicon.column("name")), lexicon.column("gender"), strict=True))
    except PackError:
        found.clear()  # the curated list below stands alone
    for gender in ("f", "m", "x"):
        for row in names.of(gender).values():
            for name in row:
                found.setdefault(fold(name), gender)
    return found


def gender_of(name: str) -> str:
    """Return the gender that a folded first name is given to: ``f``, ``m`` or ``x``."""
    return _first_names().get(name, "x")


class Directory:
    """The key table, asked who is meant. Built once for a table and the words seen."""

    def __init__(self, table: KeyTable, seen: Iterable[str] = ()) -> None:
        self._participants = {
            row.id: tuple(tuple(fold(name).split()) for name in row.names) for row in table.participants
        }
        self._staff = {row.id: tuple(tuple(fold(name).split()) for name in row.names) for row in table.staff}
        self._persons: dict[str, dict[str, PersonRow]] = {}
        self._by_word: dict[tuple[str, str], dict[str, None]] = {}
        self._words = {
            word
            for names in (*self._participants.values(), *self._staff.values())
            for name in names
            for word in name
        }
        self._seen = frozenset(seen)
        for row in table.persons:
            self.put(row)

    def known(self, word: str) -> bool:
        """Tell whether a folded word is a name by itself."""
        return word in self._words or word in _first_names()

    def seen(self, word: str) -> bool:
        """Tell whether a folded word was met as a name, as it stands."""
        return word in self._seen

    def put(self, row: PersonRow) -> None:
        """Add a third person, or put a changed row in place of the old one."""
        self._persons.setdefault(row.owner, {})[row.id] = row
        for name in row.names:
            for word in name.split():
                self._words.add(word)
                self._by_word.setdefault((row.owner, word), {})[row.id] = None

    def _near(self, said: Sequence[str], owner: str) -> list[PersonRow]:
        """Return the third persons who share a word with what was said; with initials in it, all of them."""
        mine = self._persons.get(owner, {})
        if any(len(word.rstrip(".")) == 1 or word.endswith(".") for word in said):
            return list(mine.values())
        ids = dict.fromkeys(each for word in said for each in self._by_word.get((owner, word), ()))
        return [mine[each] for each in ids]

    def named_in_full(self, said: Sequence[str]) -> tuple[str, ...]:
        """Return the participants who bear this full name."""
        return tuple(
            each for each, names in self._participants.items() if any(is_full(said, one) for one in names)
        )

    def meant(
        self,
        name: WrittenName,
        *,
        owner: str,
        present: frozenset[str],
        relation: str | None = None,
        entity: str | None = None,
    ) -> Meant:
        """Return who is meant in an interview of ``owner`` where ``present`` take part.

        ``relation`` is what the words around show, ``entity`` what a person or a recogniser said.
        """
        said, relation = name.tokens, name.relation or relation
        if entity is not None and (row := self._persons.get(owner, {}).get(entity)):
            return Meant(person=row)
        by_full_name = self.named_in_full(said)
        if len(by_full_name) == 1:
            return Meant(participant=by_full_name[0])
        if by_full_name:
            there = [each for each in by_full_name if each in present]
            return Meant(participant=there[0]) if len(there) == 1 else Meant(ambiguous=True)
        if relation is not None:
            return self._related(said, relation, owner)
        here = [
            each
            for each in sorted(present)
            if any(matches(said, full) for full in self._participants.get(each, ()))
        ]
        others = [row for row in self._near(said, owner) if _person_matches(said, row)]
        staff = [
            each
            for each, names in self._staff.items()
            if any(is_full(said, full) for full in names)
            or (INTERVIEWER in present and any(matches(said, full) for full in names))
        ]
        found = len(here) + len(others) + len(staff)
        if found > 1:
            return Meant(ambiguous=True)
        if here:
            return Meant(participant=here[0])
        if others:
            return Meant(person=others[0])
        if staff:
            return Meant(staff=staff[0])
        if entity is not None and entity in present and entity in self._participants:
            return Meant(participant=entity)  # misspelt, but the recogniser knew the name
        if entity is not None and entity in self._staff and INTERVIEWER in present:
            return Meant(staff=entity)
        return Meant()

    def _related(self, said: tuple[str, ...], relation: str, owner: str) -> Meant:
        related = [row for row in self._persons.get(owner, {}).values() if row.relation == relation]
        named = [row for row in related if not said or _person_matches(said, row)]
        if not named:  # "søstera mi" first, her name later
            named = [row for row in related if not row.names]
        if not named and said:
            near = self._near(said, owner)
            named = [row for row in near if row.relation is None and _person_matches(said, row)]
        if len(named) == 1:
            return Meant(person=named[0])
        return Meant(ambiguous=bool(named))


def _person_matches(said: Sequence[str], row: PersonRow) -> bool:
    """Tell whether the words said may mean this person: part of a full name seen, or more of a name seen in part."""
    for name in row.names:
        known = name.split()
        if matches(said, known):
            return True
    full_known = any(len(name.split()) > 1 for name in row.names)
    return len(said) > 1 and not full_known and any(matches(name.split(), said) for name in row.names)
