"""Institutions and employers: known ones, formed ones (``Gran kommune``, ``NAV Gran``), and those a cue gives away.

A generic name alone (NAV, LAR, DPS, the hospital) is none. A name that is also an everyday word (Start, Brann), and a
chain or brand (Kiwi), counts only with a capital and a cue: someone works, plays, studies or is treated there.
"""

from __future__ import annotations

from collections.abc import Iterable

from anonymizer.detect.common_words import common_words
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.institution_names import FROM, HINTS, InstitutionNames
from anonymizer.detect.institution_words import (
    CUED,
    KEPT_IN,
    KNOWN,
    LIKELY,
    LONG_NAME,
    LONG_WORD,
    InstitutionWords,
)
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.units import department, end_of_sign, numbered, ward
from anonymizer.detect.vocabulary import Hint, vocabulary
from anonymizer.model import EntityType

__all__ = ["OrganisationRecognizer"]

FORMED = 0.85

_AT = frozenset(["på", "hos", "i", "for", "ved", "hjå", "med", "te", "til"])
_UNITS = frozenset(["avdeling", "avd", "seksjon", "seksjonen", "avdelingen", "klinikk", "poliklinikk"])
_LOOSE = frozenset(
    ["school", "church", "employer", "newspaper", "clinic", "public_body", "association", "sports_club"]
)
"""Kinds whose short heads are everyday words: before them in lower case only a name that is nothing else counts."""
_AT_WORK = frozenset(["på", "hos", "hjå", "pao"])
_VERBS = frozenset(["Dekk", "Turn", "Bygg"])
"""Heads that would be something else after a place: i bergen bygg."""
_EVERYDAY_HEADS = (
    "skolen", "skulen", "hagen", "kirken", "kirka", "kyrkja", "huset", "heimen", "hjemmet", "verket", "bruket",
    "verftet", "fabrikken", "senteret", "hotellet", "fengselet",
)  # fmt: skip
"""Heads that make everyday words as well as names: barneskolen, Frolskolen."""
_NAMED_AFTER_PEOPLE = frozenset(
    ["et spisested", "en arbeidsplass", "en forening", "en menighet", "en båt", "et overnattingssted"]
)
"""What is often called by somebody's name (Kafé Magdalena), told by the category of its head."""

_Found = tuple[int, int, float] | None


class OrganisationRecognizer(GuardedRecognizer):
    """Particular institutions, employers, schools, clubs."""

    def __init__(self) -> None:
        super().__init__("organisations", [EntityType.ORGANIZATION])
        self._words = vocabulary()
        self._gazetteer = self._words.gazetteer
        self._generic = self._words.generic_institutions
        self._common = common_words()
        self._heads = self._words.head_endings
        self._definite = self._words.definite_heads
        self._names = InstitutionNames()
        self._one = InstitutionWords(self._names)

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield institutions with the place or the ward in their name."""
        reading = artifacts.reading
        done = 0
        for at in reading.where(HINTS):
            if at < done:
                continue
            found = self._found(reading, at)
            if found is None:
                continue
            first, done, score = found
            yield Proposal(*reading.span(first, done), EntityType.ORGANIZATION, score, self.name)

    def _found(self, reading: Reading, at: int) -> _Found:
        hints = reading.hints[at]
        found: _Found = None
        if hints & Hint.ORGANISATION:
            found = self._known(reading, at)
        if hints & Hint.FORM:
            formed = self._formed(reading, at)
            if formed is not None and (found is None or formed[1] - formed[0] > found[1] - found[0]):
                found = formed
        if found is None and hints & (Hint.FORM | Hint.ORGANISATION):
            found = self._placed(reading, at)
        if found is None and hints & Hint.ORGANISATION_COMPOUND:
            found = self._compound(reading, at)
        if found is None and hints & Hint.CUE:
            found = self._cued(reading, at)
        return found

    def _known(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.organisation(reading.words, at)
        if match is None:
            return None
        end = reading.trimmed(match)
        if end - at > 1:
            if not (reading.uncased or any(reading.capital(one) for one in range(at, end))):
                return None
            return at, self._extended(reading, end), KNOWN
        score = self._one.score(reading, at, match.values)
        return (at, self._extended(reading, end), score) if score else None

    def _extended(self, reading: Reading, end: int) -> int:
        """Return where an institution's name ends with its place (Tyrili Arendal) or ward (avdeling for rus)."""
        if reading.folded(end) in _UNITS:
            if reading.folded(end + 1) == "for" and reading.is_word(end + 2):
                return end + 3
            if reading.is_word(end + 1) and (reading.capital(end + 1) or reading.words[end + 1].isdigit()):
                return end + 2
        if end < len(reading.words) and reading.beside(end):
            place = self._names.place_end(reading, end)
            if place and (reading.capital(end) or reading.uncased):
                return place
        return end

    def _formed(self, reading: Reading, at: int) -> _Found:
        match = self._gazetteer.institution_form(reading.words, at)
        if match is None:
            return self._by_ending(reading, at)
        end = reading.trimmed(match)
        for row in match.values:
            found = self._by_form(reading, at, end, row)
            if found is not None:
                return found
        return None

    def _by_ending(self, reading: Reading, at: int) -> _Found:
        """Return ``Mandal motorbåtforening`` and ``lokalsykehuset på Sjøvegan`` by how the head ends."""
        named = reading.has(Hint.ORGANISATION | Hint.ORGANISATION_COMPOUND, at)
        if reading.folded(at).endswith(self._definite) and not named:
            inside = reading.folded(at + 1) in {"i", "på"}
            place = self._names.capital_place(reading, at + 2) if inside else 0
            return (at, place, LIKELY) if place else None
        first = (
            self._names.before(reading, at, loose=False, kind="") if self._ends_in_head(reading, at) else None
        )
        return None if first is None else (first, self._extended(reading, at + 1), FORMED)

    def _ends_in_head(self, reading: Reading, at: int) -> bool:
        """Say whether a word ends in an institution's head: ``motorbåtforening``."""
        word = reading.folded(at)
        return word.endswith(self._heads) or (word.endswith("s") and word[:-1].endswith(self._heads))

    def _by_form(self, reading: Reading, at: int, end: int, row: tuple[str, ...]) -> _Found:
        head, position, kind, category = row[:4]
        if position == "after":
            if head[0].isupper() and not self._as_written(reading, at, head):
                return None
            loose = kind in _LOOSE and len(head) < LONG_WORD
            first = self._names.before(reading, at, loose=loose, kind=kind)
            return None if first is None else (first, self._extended(reading, end), FORMED)
        if position == "before" and end < len(reading.words):
            shop = category == "en butikk"
            people = category in _NAMED_AFTER_PEOPLE or (reading.uncased and shop)
            last = self._names.after(reading, at, end, people=people, shop=shop)
            if last is None and kind == "employer" and reading.folded(end) in {"på", "i"}:
                last = self._names.capital_place(reading, end + 1) or None
            return None if last is None else (at, last, FORMED)
        return self._unit(reading, at, end, head, position)

    def _unit(self, reading: Reading, at: int, end: int, head: str, position: str) -> _Found:
        if position == "ward":
            after = end_of_sign(reading, end) + 1
            reach = ward(reading, at, end, self._names, self._house(reading, after))
            return (*reach, LIKELY) if reach else None
        if position == "numbered":
            first = numbered(reading, at)
            return None if first is None else (first, end, LIKELY)
        if position == "for":
            last = department(reading, at, end, head)
            return None if last is None else (at, self._at_its_house(reading, last), LIKELY)
        return None

    def _at_its_house(self, reading: Reading, end: int) -> int:
        """Return where a department ends with the institution it is of: Institutt for arkeologi ``ved UiO``."""
        if reading.folded(end) not in {"ved", "på"}:
            return end
        there = self._house(reading, end + 1)
        return there[1] if there is not None else end

    def _house(self, reading: Reading, at: int) -> tuple[int, int] | None:
        """Return the institution that begins at ``at``, after a ward: one that is a place's name too is one there."""
        if not reading.has(HINTS, at):
            return None
        there = self._found(reading, at)
        if there is not None and there[0] == at:
            return there[:2]
        match = self._gazetteer.organisation(reading.words, at)
        if match is None or not (reading.uncased or reading.capital(at)):
            return None
        return (at, reading.trimmed(match)) if any(row[1] in KEPT_IN for row in match.values) else None

    def _as_written(self, reading: Reading, at: int, head: str) -> bool:
        """Say whether a head listed with capitals has them (Bil, IL); an acronym needs none where there are none."""
        if head.isupper():
            return reading.uncased or reading.words[at].isupper()
        # Jæren Betong; without capitals after a preposition and a place: på jæren betong.
        if reading.uncased and len(head) > LONG_WORD // 2 - 1 and head not in _VERBS:
            return reading.has(Hint.PLACE, at - 1) and reading.folded(at - 2) in FROM
        return reading.capital(at)

    def _placed(self, reading: Reading, at: int) -> _Found:
        """Return ``Krisesenteret i Telemark`` and ``NA-gruppa på Løkka``: a generic name made one by its place."""
        word = reading.folded(at)
        if word in self._generic and reading.folded(at + 1) in {"ved", "på"}:  # ruspoliklinikken ved UNN
            end = self._at_its_house(reading, at + 1)
            if end > at + 1:
                return at, end, LIKELY
        group = word.endswith(("-gruppa", "-gruppen", "-møtet", "-møtene"))
        if not (group or (word in self._generic and reading.named(at) and not reading.words[at].isupper())):
            return None
        if reading.folded(at + 1) not in {"i", "på", "for"} or not reading.capital(at + 2):
            return None
        place = self._names.place_end(reading, at + 2)
        return (at, place, FORMED) if place else None

    def _compound(self, reading: Reading, at: int) -> _Found:
        """Return ``Borgestadklinikken``: a name and what it is in one word."""
        word = reading.folded(at)
        if word in self._generic or (word.endswith(_EVERYDAY_HEADS) and self._common.is_everyday(word)):
            return None
        if reading.named(at):
            return at, self._extended(reading, at + 1), LIKELY
        if self._words.hints_compound(reading.words[at]):
            return at, at + 1, LIKELY
        return None

    def _cued(self, reading: Reading, at: int) -> _Found:
        """Return an unknown name after a cue and a preposition: ``jobba som kokk på Xnes``."""
        for ahead in range(at + 1, min(at + 6, len(reading.words) - 1)):
            if reading.words[ahead] in ".?!,;":
                return None
            if reading.folded(ahead) in _AT and reading.capital(ahead + 1):
                formed = self._formed(reading, ahead + 1) if reading.has(Hint.FORM, ahead + 1) else None
                return formed or self._employer(reading, ahead + 1)
            if reading.uncased and reading.folded(ahead) in _AT_WORK:
                return self._unknown_employer(reading, at, ahead + 1)
        return None

    def _unknown_employer(self, reading: Reading, cue: int, at: int) -> _Found:
        """Return a word no list knows where someone works, in a text without capitals: jobba på ``falconbridge``."""
        if reading.folded(cue) not in self._words.cues("work") or len(reading.folded(at)) < LONG_NAME:
            return None
        if reading.has(Hint.PLACE | Hint.FARM, at) or reading.is_person(at) or reading.is_first_name(at):
            return None
        return (at, at + 1, CUED) if self._names.is_unknown(reading, at) else None

    def _employer(self, reading: Reading, at: int) -> _Found:
        end = reading.run(at)
        if reading.is_function_word(at) or (reading.has(Hint.ORGANISATION, at) and end - at == 1):
            return None
        several = end - at > 1 and any(
            reading.folded(one) in {"og", "&", "as", "asa", "ans"} for one in range(at, end)
        )
        if several:
            return at, end, LIKELY
        if reading.has(Hint.PLACE | Hint.FARM, at) or reading.is_person(at) or reading.is_first_name(at):
            return None
        if all(reading.folded(one) in self._generic | self._words.no_identifiers for one in range(at, end)):
            return None
        return at, end, CUED
