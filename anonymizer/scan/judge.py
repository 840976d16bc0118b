"""What a detected identifier means at its place: which rule it breaks, how gravely, or that it may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.formats import BlockKind
from anonymizer.model import EntityType, Finding
from anonymizer.scan.contacts import CONTACTS, Contacts
from anonymizer.scan.language import is_english
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.naming import Naming, hit_of
from anonymizer.scan.people import People
from anonymizer.scan.reading import Passage, Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section
from anonymizer.scan.speech import dialect

__all__ = ["judged"]

_ID_NUMBERS = frozenset(
    {
        EntityType.NO_FODSELSNUMMER,
        EntityType.NO_D_NUMBER,
        EntityType.NO_H_NUMBER,
        EntityType.NO_DUF_NUMBER,
        EntityType.NO_HPR_NUMBER,
    }
)
_WHOLE = 11
"""Digits of a fødselsnummer and its kin."""
_IN_ONE = re.compile(r"\d{11,12}|\d{6}[ -]\d{5}")
_NUMBER_WORDS = re.compile(r"\b(?:hpr|duf)\b", re.IGNORECASE)
_PLACES = frozenset({EntityType.LOCATION, EntityType.ORGANIZATION, EntityType.DEMONYM})
_TOLD = frozenset({Section.PREFACE, Section.METHOD, Section.FINDINGS, Section.APPENDIX})
_WIDE = frozenset({"norge", "noreg", "norway", "norden", "skandinavia", "europa", "usa"})
_GENERIC = re.compile(r"^\w+\s(?:[A-H]|\d{1,2})$|^(?:jeg|eg|æ|vi|han|hun|ho|det|de|dei|i)\s", re.IGNORECASE)
"""Avdeling B, Skole 2: told apart, not named. And a pronoun that opens a sentence."""
_WHO = re.compile(
    r"(?:core:(?:creator|initial-creator|lastModifiedBy|printed-by)|xmp:(?:creator|contributor)|author|person"
    r"|(?:page:\d+/)?comment-author)(?::\d+)*$"
)
_PROGRAM = re.compile(
    r"python-docx|openpyxl|Microsoft|LibreOffice|\bLaTeX\b|pdfTeX|\bWord\b|^(?:user|bruker|admin|owner|eier|unknown|ukjent"
    r"|author|forfatter|student|windows)$",
    re.IGNORECASE,
)


def judged(
    reading: Reading, found: Mapping[int, Sequence[Finding]], people: People, rules: Rulebook
) -> Iterator[Hit]:
    """Yield what breaks a rule, block by block in reading order."""
    judge = _Judge(reading, people, rules)
    for passage in reading.passages:
        findings = found.get(passage.index, ())
        for finding in findings:
            if hit := judge.hit(passage, finding):
                yield hit
        yield from judge.contacts.further_cases(passage, findings)
        yield from judge.contacts.further_addresses(passage, findings)
        yield from dialect(passage, findings)
        yield from judge.who(passage, findings)


class _Judge:
    def __init__(self, reading: Reading, people: People, rules: Rulebook) -> None:
        self._reading = reading
        self._people = people
        self._rules = rules
        self._forms = rules.find("body_forms")
        self._supervisor = re.compile(rf"\s*(?:{rules.shape.supervisors})\s*:", re.IGNORECASE)
        self._naming = Naming(reading, people, rules)
        self.contacts = Contacts(rules)

    def hit(self, passage: Passage, finding: Finding) -> Hit | None:
        kind = finding.entity_type
        if kind in _ID_NUMBERS:
            # Shorter ones are numbers of entries and pages unless what they are stands beside them.
            short = sum(letter.isdigit() for letter in finding.text) < _WHOLE
            sources = passage.entry or passage.section is Section.REFERENCES
            if sources and not _IN_ONE.fullmatch(finding.text.strip()):
                return None  # 1509–1517. 108: the end of one entry and the number of the next
            near = passage.block.text[max(0, finding.start - 40) : finding.start]
            if short and (passage.entry or not _NUMBER_WORDS.search(near)):
                return None
            return hit_of(passage, finding, "id-number", Severity.BLOCK, finding.text)
        if passage.section is Section.CONTENTS:
            return None
        if kind is EntityType.PERSON:
            return self._naming.hit(passage, finding)
        if kind in CONTACTS:
            return self.contacts.hit(passage, finding)
        if kind is EntityType.CASE_NUMBER:
            return self.contacts.case(passage, finding)
        return self._place(passage, finding) if kind in _PLACES else None

    def who(self, passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
        """Yield the properties of a file that name someone who is not on the title page."""
        if passage.block.kind is not BlockKind.METADATA or _PROGRAM.search(passage.block.text):
            return
        text = passage.block.text
        if self._supervisor.match(text):
            return  # supervisor: Professor …
        named = _WHO.match(passage.block.place) is not None and re.search(r"[^\W\d_]{2}", text) is not None
        named = named or any(
            finding.entity_type is EntityType.PERSON and self._naming.is_name(passage, finding)
            for finding in findings
        )
        plain = re.sub(r"^(?:author|forfatter|creator)\s*:\s*", "", text, flags=re.IGNORECASE)
        if named and not self._may_stand(plain) and not self._all_may_stand(findings):
            cause = " ".join(text.casefold().split())
            yield Hit("metadata", Severity.WARN, passage.index, 0, len(text), cause, EntityType.PERSON)

    def _may_stand(self, name: str) -> bool:
        return self._people.authors.covers(name) or self._people.allowed.covers(name)

    def _all_may_stand(self, findings: Sequence[Finding]) -> bool:
        people = [finding.text for finding in findings if finding.entity_type is EntityType.PERSON]
        return bool(people) and all(
            self._may_stand(name) or self._reading.cited.covers(name) for name in people
        )

    # ------------------------------------------------------------------------------------------------------ places

    def _place(self, passage: Passage, finding: Finding) -> Hit | None:
        if passage.entry or passage.block.kind.outside:
            return None
        text, name = passage.block.text, finding.text
        quote = passage.quote_at(finding.start)
        spoken = quote is not None and quote.spoken
        if finding.entity_type is EntityType.ORGANIZATION and self._is_body(name):
            return None
        if not spoken and self._reading.cited.covers(name):
            return None  # Langeland, Lie and Strand are places, too
        if self._reading.cited.is_cited_here(text, finding.start, finding.end):
            return None
        if (len(text) < 50 and re.search(r"\b(?:19|20)\d\d\b", text)) or name.casefold() in _WIDE:
            return None  # Tromsø, mai 2022
        if _GENERIC.search(name) or (is_english(text) and not self._is_known_place(name)):
            return None
        if spoken:
            return hit_of(passage, finding, "place-in-quote", Severity.WARN)
        if quote is not None or finding.entity_type is EntityType.DEMONYM or passage.section not in _TOLD:
            return None
        return hit_of(passage, finding, "institution", Severity.INFO, "")

    def _is_body(self, name: str) -> bool:
        return (
            name.casefold() in self._rules.bodies
            or self._forms.search(name) is not None
            or re.fullmatch(r"[A-ZÆØÅ]{2,5}(?:(?:,| og| eller) [A-ZÆØÅ]{2,5})*", name) is not None
        )

    @staticmethod
    def _is_known_place(name: str) -> bool:
        return bool(shipped_gazetteer().place(name)) or bool(
            shipped_gazetteer().place(name.removesuffix("s"))
        )
