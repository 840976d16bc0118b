"""What a study knows that a manuscript must not tell, and who said what: the facts for a scan against the study.

Needs both keys, and is logged as a reading of the key table. The facts hold names and originals: they stay in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from anonymizer.data import DialectPolicy, Linkability
from anonymizer.participants import MemberCheckOf, Scope
from anonymizer.study.holds import Cause, holds
from anonymizer.study.memberchecks import unchecked
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["KnownWord", "ScanFacts", "SpokenTurn", "WordKind", "scan_facts"]


class WordKind(StrEnum):
    """What an original in the key table or the register names."""

    PERSON = "person"
    PLACE = "place"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class KnownWord:
    """An original: a name, nickname, place, workplace, number or address as it was seen, and of what kind."""

    text: str
    kind: WordKind


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn: its transcript's number, its own from 0, who speaks, and its original and pseudonymised text."""

    transcript: int
    turn: int
    participant: str | None
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """A study as a manuscript is held against it. Participants are random ids.

    ``surrogates`` are the names, code names and numbers a participant goes by; ``no_quotes`` did not consent to
    quotes, ``withdrawn`` are withdrawing, ``unchecked`` were promised a member check that is open.
    """

    words: tuple[KnownWord, ...]
    turns: tuple[SpokenTurn, ...]
    surrogates: Mapping[str, frozenset[str]]
    no_quotes: frozenset[str]
    withdrawn: frozenset[str]
    unchecked: frozenset[str]
    linkability: Linkability
    normalise: bool


def scan_facts(space: Workspace) -> ScanFacts:
    """Return the facts. Raises ``Locked`` without both keys."""
    space.need(Master.WORK, Master.IDENTITY)
    words = _words(space)
    with space.vault.change() as tx:
        space.log_identity(tx, "review", len(words))
    people = space.participants()
    given = {who: record.consent[-1].scopes for who, record in people.items() if record.consent}
    held = [one for one in holds(space).values() if one.cause is Cause.WITHDRAWAL]
    return ScanFacts(
        words=words,
        turns=_turns(space),
        surrogates=_surrogates(space),
        no_quotes=frozenset(who for who, scopes in given.items() if Scope.QUOTES not in scopes),
        withdrawn=frozenset(one.participant for one in held if one.whole or Scope.QUOTES in one.scopes),
        unchecked=frozenset(
            who for who, what in unchecked(space).items() if what is not MemberCheckOf.RESULTS
        ),
        linkability=space.pack.quotes.linkability,
        normalise=space.pack.dialect.policy is DialectPolicy.NORMALISE,
    )


def _words(space: Workspace) -> tuple[KnownWord, ...]:
    table = space.key_table()
    found: dict[KnownWord, None] = {}

    def add(text: object, kind: WordKind) -> None:
        if isinstance(text, str) and len(text.strip()) > 1:
            found[KnownWord(text.strip(), kind)] = None

    people = [row.names for row in table.participants] + [row.names for row in table.persons]
    places = [row.forms for row in table.places] + [row.forms for row in table.organisations]
    for kind, texts in ((WordKind.PERSON, people), (WordKind.PLACE, places)):
        for text in (text for each in texts for text in each):
            add(text, kind)
    for body in space.identities().values():
        if body.get("role") != "interviewer":
            add(body.get("name"), WordKind.PERSON)
        for key, kind in (
            ("aliases", WordKind.PERSON),
            ("municipality", WordKind.PLACE),
            ("workplace", WordKind.PLACE),
            ("workplaces", WordKind.PLACE),
            ("contact", WordKind.CONTACT),
            ("contacts", WordKind.CONTACT),
        ):
            value = body.get(key)
            for each in value if isinstance(value, (list, tuple)) else (value,):
                add(each, kind)
    staff = {name for row in table.staff for name in row.names}
    return tuple(word for word in found if word.text not in staff)


def _turns(space: Workspace) -> tuple[SpokenTurn, ...]:
    turns: list[SpokenTurn] = []
    for key, record in space.transcripts().items():
        speakers = space.source(key).speakers
        original = space.original(record)
        clean = space.clean(record) if record.clean_object is not None else None
        alone = record.participants[0] if len(record.participants) == 1 else None
        for number, turn in enumerate(original.turns):
            who = speakers.get(turn.speaker or "", alone if turn.speaker is None else None)
            texts = [turn.text]
            if clean is not None and number < len(clean.turns):
                texts.append(clean.turns[number].text)
            turns.append(SpokenTurn(record.number, number, who, tuple(dict.fromkeys(texts))))
    return tuple(turns)


def _surrogates(space: Workspace) -> dict[str, frozenset[str]]:
    labels: dict[str, frozenset[str]] = {}
    for row in space.key_table().participants:
        known = (row.fictive_name, row.codename, str(row.number) if row.number is not None else None)
        labels[row.id] = frozenset(name.casefold() for name in known if name)
    return labels
