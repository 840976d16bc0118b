"""What stands where one identifier stood: the treatment of its type applied to the words as written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anonymizer.data import Naming, Pack, ThirdPersons, To, Treatment
from anonymizer.model import EntityType, Standard
from anonymizer.pseudonymise.ages import coarsen_age
from anonymizer.pseudonymise.dates import coarsen_date, parse_date, shift_date
from anonymizer.pseudonymise.gender import GENDER_PHRASE, neutral_word
from anonymizer.pseudonymise.identify import read_mention, spoken_of
from anonymizer.pseudonymise.keytable import KeyTable, PersonRow, PlaceRow
from anonymizer.pseudonymise.labels import participant_name
from anonymizer.pseudonymise.material import Mention
from anonymizer.pseudonymise.names import WrittenName, inflect
from anonymizer.pseudonymise.places import demonym_wording, split_compound
from anonymizer.pseudonymise.who import Directory
from anonymizer.pseudonymise.wordings import Wording, fold, mark, marks, numbers, relations

__all__ = ["Chosen", "Surrogates"]

_MARK = re.compile(r"\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W\d_]{4,}|\d{4,}")
_TOLD_AS_IT_IS = frozenset({To.MONTH, To.SEASON, To.YEAR})
"""Ways that tell a part of the date as it was said."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A replacement, and why it needs a person's eye, if it does (``ambiguous`` or ``unknown``)."""

    text: str
    doubt: str | None = None
    row_id: str | None = None


class Surrogates:
    """The surrogates of one transcript: the key table, the pack, who takes part and what they are called in it.

    ``gone`` are folded words that were replaced in the transcript and stand nowhere else in it: no mark repeats one.
    """

    def __init__(
        self,
        table: KeyTable,
        pack: Pack,
        found: Sequence[Mention],
        *,
        owner: str,
        present: frozenset[str],
        called: Mapping[str, str],
        standard: Standard,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        names = [one for one in found if one.finding.entity_type is EntityType.PERSON]
        self._table = table
        self._pack = pack
        self._owner = owner
        self._called = called
        self._standard = standard
        self._directory = Directory(table, seen={fold(word) for one in names for word in one.text.split()})
        self._present = spoken_of(self._directory, names, present)
        self._gone = gone
        self._places: dict[str, PlaceRow] = {
            form: row for row in table.places if row.owner == owner for form in row.forms
        }
        self._organisations = {
            form: row for row in table.organisations if row.owner == owner for form in row.forms
        }

    def choose(self, mention: Mention) -> Chosen:
        """Return what stands for a mention."""
        chosen = self._choose(mention)
        treatment = self._pack.treatment(mention.finding.entity_type)
        if treatment.to in _TOLD_AS_IT_IS or not self._repeats(chosen.text):
            return chosen
        return replace(chosen, text=self._reworded(chosen.text, mention.finding.entity_type))

    def _repeats(self, text: str) -> bool:
        """Tell whether a mark repeats a word of what was replaced in this transcript."""
        return any(
            fold(word) in self._gone for inside in _MARK.findall(text) for word in _WORD.findall(inside)
        )

    def _reworded(self, text: str, entity_type: EntityType) -> str:
        for one in marks().instead:
            better = one.in_place(text, self._standard)
            if better != text and not self._repeats(better):
                return better
        for one in marks().instead:  # two wordings may both have to give way: kind and part of the country
            text = one.in_place(text, self._standard) if self._repeats(text) else text
        if not self._repeats(text):
            return text
        if entity_type is EntityType.DATE_TIME and (year := re.search(r"\d{4}", text)):
            decade = int(year[0])
            told = numbers().words["around"].say(self._standard).format(low=decade - 5, high=decade + 4)
            if not self._repeats(mark(told)):
                return mark(told)
        tail = _MARK.sub("", text)
        for plain in (marks().types[entity_type], marks().removed):
            said = mark(plain.say(self._standard)) + tail
            if not self._repeats(said):
                return said
        return f"[…]{tail}"

    def _choose(self, mention: Mention) -> Chosen:
        entity_type = mention.finding.entity_type
        treatment = self._pack.treatment(entity_type)
        if mention.finding.recognizer == GENDER_PHRASE and (
            word := neutral_word(mention.text, self._standard)
        ):
            return Chosen(mark(word))
        if treatment.to is To.REMOVE:
            return Chosen(mark(marks().removed.say(self._standard)))
        if entity_type is EntityType.PERSON and treatment.to in {To.SURROGATE, To.RELATION}:
            return self._person(mention)
        if entity_type is EntityType.LOCATION:
            return self._place(mention)
        if entity_type is EntityType.DEMONYM and treatment.to is To.RUNG:
            return self._demonym(mention)
        if entity_type is EntityType.ORGANIZATION:
            return self._organisation(mention)
        if entity_type is EntityType.AGE:
            return Chosen(coarsen_age(mention.text, treatment, self._standard))
        if entity_type is EntityType.DATE_TIME:
            return self._date(mention, treatment)
        return Chosen(mark(marks().types[entity_type].say(self._standard)))

    # -- persons

    def _person(self, mention: Mention) -> Chosen:
        written, relation = read_mention(mention, self._directory)
        meant = self._directory.meant(
            written,
            owner=self._owner,
            present=self._present,
            relation=relation,
            entity=mention.finding.entity,
        )
        words = marks()
        if meant.participant is not None:
            return Chosen(inflect(self._participant(meant.participant), written), row_id=meant.participant)
        if meant.staff is not None:
            return Chosen(inflect(mark(words.interviewer.say(self._standard)), written), row_id=meant.staff)
        if meant.person is not None:
            return Chosen(self._third_person(meant.person, written), row_id=meant.person.id)
        plain = inflect(mark(words.types[EntityType.PERSON].say(self._standard)), written)
        return Chosen(plain, "ambiguous" if meant.ambiguous else "unknown")

    def _participant(self, participant: str) -> str:
        name = self._called.get(participant) or participant_name(
            self._table, participant, self._pack, self._standard
        )
        if self._pack.participants.naming is Naming.NONE:
            if participant == self._owner or (name is not None and len(self._called) == 1):
                return mark(marks().participant.say(self._standard))
            # another interview's participant: a word that linked them to it would undo the scheme
            return mark(name or marks().types[EntityType.PERSON].say(self._standard))
        if name is None:
            return mark(marks().participant.say(self._standard))
        return name if self._pack.participants.naming is Naming.FICTIVE_NAME else mark(name)

    def _third_person(self, row: PersonRow, written: WrittenName) -> str:
        if self._pack.third_persons is ThirdPersons.FICTIVE_NAME and row.fictive_name:
            return inflect(row.fictive_name, written)
        if row.relation is not None:
            relation = next((one for one in relations().relations if one.id == row.relation), None)
            if relation is not None:
                several = (row.relation_number or 1) > 1
                number = row.relation_number if several else None
                return inflect(mark(relation.say(self._standard), number), written)
        return inflect(mark(marks().types[EntityType.PERSON].say(self._standard), row.number), written)

    # -- places and organisations

    def _place(self, mention: Mention) -> Chosen:
        name, tail = split_compound(mention.text)
        row, genitive = self._row(fold(name))
        if row is None:
            said = mark(marks().types[EntityType.LOCATION].say(self._standard))
            return Chosen(f"{said}{tail}", "unknown")
        wording = row.nn if self._standard is Standard.NYNORSK else row.nb
        return Chosen(f"{mark(wording, row.number)}{'s' if genitive else ''}{tail}", row_id=row.id)

    def _row(self, form: str) -> tuple[PlaceRow | None, bool]:
        for bare in (form.removesuffix("'s"), form.removesuffix("s"), form.removesuffix("'")):
            if bare != form and bare in self._places:
                return self._places[bare], True
        return self._places.get(form), False

    def _demonym(self, mention: Mention) -> Chosen:
        row = self._places.get(fold(mention.text))
        if row is None:
            return Chosen(mark(marks().types[EntityType.DEMONYM].say(self._standard)), "unknown")
        wording = demonym_wording(Wording(nb=row.nb, nn=row.nn))
        return Chosen(mark(wording.say(self._standard)), row_id=row.id)

    def _organisation(self, mention: Mention) -> Chosen:
        form = fold(mention.text)
        for bare, ending in ((form, ""), (form.removesuffix("s"), "s"), (form.removesuffix("'"), "s")):
            if (row := self._organisations.get(bare)) is not None:
                said = row.nn if self._standard is Standard.NYNORSK else row.nb
                return Chosen(f"{mark(said, row.number)}{ending}", row_id=row.id)
        return Chosen(mark(marks().types[EntityType.ORGANIZATION].say(self._standard)), "unknown")

    # -- dates

    def _date(self, mention: Mention, treatment: Treatment) -> Chosen:
        if treatment.to is not To.SHIFT:
            return Chosen(coarsen_date(mention.text, treatment.to, self._standard))
        row = self._table.participant(self._owner)
        if row is None or row.shift_days is None or parse_date(mention.text) is None:
            return Chosen(coarsen_date(mention.text, To.DECADE, self._standard))
        return Chosen(shift_date(mention.text, row.shift_days, self._standard), row_id=row.id)
