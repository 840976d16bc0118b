"""What a detected identifier means at its place: which rule it breaks, how gravely, or that it may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from anonymizer.detect.dialect import dialect_area
from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.formats import BlockKind
from anonymizer.model import EntityType, Finding
from anonymizer.scan.citations import name_words
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.people import People, is_first_name
from anonymizer.scan.reading import Passage, Reading, Section
from anonymizer.scan.rules import Rulebook

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
_ADDRESSES = frozenset(
    {
        EntityType.STREET_ADDRESS,
        EntityType.NO_BANK_ACCOUNT,
        EntityType.IBAN_CODE,
        EntityType.NO_VEHICLE_REGISTRATION,
        EntityType.USERNAME,
        EntityType.IP_ADDRESS,
    }
)
_CONTACTS = frozenset({EntityType.PHONE_NUMBER, EntityType.EMAIL_ADDRESS, *_ADDRESSES})
_PLACES = frozenset({EntityType.LOCATION, EntityType.ORGANIZATION})
_HIDDEN = frozenset({BlockKind.COMMENT, BlockKind.DELETED})
_OWN_WORDS = frozenset({Section.METHOD, Section.FINDINGS, Section.ABSTRACT})
_SURE = 0.75
"""Score from which on a name that no list knows counts as one."""
_DIALECT = 0.75
_LOCAL = 0.9
"""Probability of a dialect area from which on a quote counts as dialect by its sound alone."""
_LONG_ENOUGH = 6
"""Words from which on that probability means anything."""
_LAW = re.compile(r"(?:LOV|FOR|NOU|IS|Prop|HO|I)\b[-. ]", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:the|of|and|with|were|was|this|that|from)\b", re.IGNORECASE)
_NORWEGIAN = re.compile(r"\b(?:og|er|det|som|av|på|til|ikke|ikkje|var|med|jeg|eg)\b", re.IGNORECASE)
_NO_NAMES = frozenset({"ibid", "op", "cit", "jf", "jfr", "red", "mfl"})
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
        yield from judge.dialect(passage, findings)
        yield from judge.who(passage, findings)


class _Judge:
    def __init__(self, reading: Reading, people: People, rules: Rulebook) -> None:
        self._reading = reading
        self._people = people
        self._rules = rules
        self._forms = rules.find("body_forms")
        self._mailbox = re.compile(rf"(?:{rules.public.shared_mailboxes})", re.IGNORECASE)
        self._office = rules.find("office")
        self._no_case = rules.find("no_case")

    def hit(self, passage: Passage, finding: Finding) -> Hit | None:
        kind = finding.entity_type
        if kind in _ID_NUMBERS:
            return self._make(passage, finding, "id-number", Severity.BLOCK, finding.text)
        if passage.section is Section.CONTENTS:
            return None
        if kind is EntityType.PERSON:
            return self._person(passage, finding)
        if kind in _CONTACTS:
            return self._contact(passage, finding)
        if kind is EntityType.CASE_NUMBER:
            return self._case(passage, finding)
        if kind in _PLACES or kind is EntityType.DEMONYM:
            return self._place(passage, finding)
        return None

    def dialect(self, passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
        """Yield the quotes of a block that are printed in dialect, and a block that is all dialect."""
        if (
            passage.entry
            or passage.block.kind.outside
            or passage.section in {Section.TITLE, Section.CONTENTS}
        ):
            return
        marks = [finding for finding in findings if finding.entity_type is EntityType.DIALECT]
        text = passage.block.text
        spans = [(quote.start, quote.end, quote.spoken) for quote in passage.quotes if not quote.cited]
        if (
            len(marks) >= 3
            and passage.section not in {Section.THEORY, Section.REFERENCES}
            and not passage.quotes
        ):
            spans.append((0, len(text), False))
        for start, end, spoken in spans:
            inside = [mark for mark in marks if start <= mark.start < end]
            marked = len(inside) >= 2 or any(mark.score >= _DIALECT for mark in inside)
            if marked or (spoken and _sounds_local(text[start:end])):
                yield Hit(
                    "dialect-in-quote", Severity.WARN, passage.index, start, end, "", EntityType.DIALECT
                )

    def who(self, passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
        """Yield the properties of a file that name someone who is not on the title page."""
        if passage.block.kind is not BlockKind.METADATA or _PROGRAM.search(passage.block.text):
            return
        text = passage.block.text
        named = _WHO.match(passage.block.place) is not None and re.search(r"[^\W\d_]{2}", text) is not None
        named = named or any(
            finding.entity_type is EntityType.PERSON and self._is_name(finding) for finding in findings
        )
        plain = re.sub(r"^(?:author|forfatter|creator)\s*:\s*", "", text, flags=re.IGNORECASE)
        if named and not self._people.allowed.covers(plain) and not self._all_allowed(findings):
            yield Hit("metadata", Severity.WARN, passage.index, 0, len(text), "", EntityType.PERSON)

    def _all_allowed(self, findings: Sequence[Finding]) -> bool:
        people = [finding.text for finding in findings if finding.entity_type is EntityType.PERSON]
        return bool(people) and all(
            self._people.allowed.covers(name) or self._reading.cited.covers(name) for name in people
        )

    def _make(
        self, passage: Passage, finding: Finding, rule: str, severity: Severity, cause: str | None = None
    ) -> Hit:
        key = " ".join(name_words(finding.text)) if cause is None else re.sub(r"\W", "", cause).casefold()
        return Hit(rule, severity, passage.index, finding.start, finding.end, key, finding.entity_type)

    # ------------------------------------------------------------------------------------------------- people

    def _person(self, passage: Passage, finding: Finding) -> Hit | None:
        text, name = passage.block.text, self._people.without_role(finding.text)
        if passage.block.kind.outside:
            return self._outside(passage, finding)
        in_cell = passage.block.cell is not None
        listed_only = in_cell or _is_english(text)
        if (
            passage.entry
            or passage.section is Section.TITLE
            or not self._is_name(finding, listed_only=listed_only)
        ):
            return None
        quote = passage.quote_at(finding.start)
        if self._reading.cited.is_cited_here(text, finding.start, finding.end):
            return None
        if quote is not None and quote.cited:
            return None
        spoken = quote is not None and quote.spoken
        first = len(name_words(name)) == 1 and is_first_name(name_words(name)[0])
        cited = self._reading.cited.covers(name)
        if self._people.is_label(name):
            return self._make(passage, finding, "participant-names", Severity.WARN, "")
        if cited and not (first and (spoken or passage.section is Section.PREFACE)):
            # A surname in someone's speech that is also an author's: more likely a neighbour than a source.
            return self._make(passage, finding, "name-in-quote", Severity.INFO) if spoken else None
        if self._people.allowed.covers(name, bare_first=not spoken):
            return None
        if spoken:
            return self._make(passage, finding, "name-in-quote", Severity.BLOCK)
        if passage.section is Section.PREFACE:
            return self._make(passage, finding, "name-in-preface", Severity.WARN)
        if self._people.with_role.covers(name):
            return self._make(passage, finding, "named-with-role", Severity.INFO)
        if passage.section is Section.APPENDIX:
            return self._make(passage, finding, "name-in-appendix", Severity.WARN)
        # Participants and gatekeepers go by first or full names; a lone surname is a thinker's without a source.
        personal = any(is_first_name(word) for word in name_words(name))
        if personal and (passage.section in _OWN_WORDS or in_cell):
            return self._make(passage, finding, "name-in-text", Severity.WARN, "")
        return self._make(passage, finding, "other-name", Severity.INFO, "")

    def _is_name(self, finding: Finding, *, listed_only: bool = False) -> bool:
        """Tell whether a proposal is a name: one of a list, or one the model is sure of."""
        if finding.text.islower() or len(finding.text) < 2 or finding.text.casefold() in _NO_NAMES:
            return False
        if finding.text.casefold() in self._rules.bodies:
            return False
        gazetteer = shipped_gazetteer()
        known = [gazetteer.name(word) for word in name_words(finding.text)]
        if any(fact is not None and not fact[0].is_word for fact in known):
            return True
        if listed_only:
            return False
        return finding.score >= _SURE and not re.fullmatch(r"[A-ZÆØÅ]{2,6}s?", finding.text)

    def _outside(self, passage: Passage, finding: Finding) -> Hit | None:
        kind = passage.block.kind
        if self._people.allowed.covers(self._people.without_role(finding.text)):
            return None
        if kind in _HIDDEN:
            if self._reading.cited.covers(finding.text):
                return None
            return self._make(passage, finding, "name-in-comment", Severity.BLOCK)
        if kind is BlockKind.FILE_NAME:
            return self._make(passage, finding, "file-name", Severity.WARN)
        if kind is BlockKind.HEADER and not self._is_name(finding):
            return None
        return (
            None
            if kind is BlockKind.METADATA
            else self._make(passage, finding, "name-in-text", Severity.WARN, "")
        )

    # ----------------------------------------------------------------------------------------- numbers, addresses

    def _contact(self, passage: Passage, finding: Finding) -> Hit | None:
        kind = finding.entity_type
        if passage.entry and kind is not EntityType.EMAIL_ADDRESS:
            return None
        severity = Severity.WARN
        if kind is EntityType.EMAIL_ADDRESS:
            rule, shared = "email", self._shared_mailbox(passage, finding)
        elif kind is EntityType.PHONE_NUMBER:
            rule, shared = "phone", self._shared_phone(passage, finding)
        else:
            rule, shared = "address", self._office_near(passage, finding)
        if shared is None:
            return None
        if shared:
            severity = Severity.INFO
        if passage.block.kind in _HIDDEN:
            return self._make(passage, finding, "name-in-comment", Severity.BLOCK, finding.text)
        if passage.block.kind is BlockKind.FILE_NAME:
            return self._make(passage, finding, "file-name", Severity.WARN, finding.text)
        quote = passage.quote_at(finding.start)
        if quote is not None and quote.spoken and not shared:
            return self._make(passage, finding, "contact-in-quote", Severity.BLOCK, finding.text)
        return self._make(passage, finding, rule, severity, _digits(finding.text) or finding.text)

    def _shared_mailbox(self, passage: Passage, finding: Finding) -> bool | None:
        """Return None for a mailbox that no one reads alone, True for a data protection officer's own."""
        local = finding.text.partition("@")[0].removeprefix("mailto:")
        if self._mailbox.fullmatch(local):
            return None
        near = passage.block.text[max(0, finding.start - 90) : finding.start]
        return re.search(r"personvernombud|data protection officer", near, re.IGNORECASE) is not None

    def _shared_phone(self, passage: Passage, finding: Finding) -> bool | None:
        digits = _digits(finding.text).removeprefix("0047")
        digits = digits[2:] if len(digits) == 10 and digits.startswith("47") else digits
        if digits in self._rules.phones:
            return None
        mobile = digits[:1] in {"4", "9"} and len(digits) == 8
        if not mobile and len(digits) not in {8, 5, 6} and not finding.text.startswith(("+", "00")):
            return None
        near = passage.block.text[max(0, finding.start - 100) : finding.start]
        return not mobile and self._office.search(near) is not None

    def _office_near(self, passage: Passage, finding: Finding) -> bool | None:
        near = passage.block.text[max(0, finding.start - 100) : finding.end + 60]
        office = self._office.search(near) is not None or self._forms.search(near) is not None
        if (
            finding.entity_type in {EntityType.USERNAME, EntityType.IP_ADDRESS}
            and passage.section is Section.TITLE
        ):
            return None
        return office

    def _case(self, passage: Passage, finding: Finding) -> Hit | None:
        if passage.entry or passage.section in {Section.REFERENCES, Section.OUTSIDE}:
            return None
        text = passage.block.text
        before = text[max(0, finding.start - 40) : finding.start]
        if self._no_case.search(before) or _LAW.match(finding.text) or len(_digits(finding.text)) < 4:
            return None
        if re.search(r"[(\[][^()\[\]]{0,60}$", before) and re.fullmatch(
            r"(?:19|20)\d\d/(?:\d\d|(?:19|20)\d\d)", finding.text
        ):
            return None  # (Bourdieu 1979/84): a year of print and one of translation
        if re.match(r"\s*(?:kr|kroner|prosent|%)", text[finding.end : finding.end + 10]):
            return None
        return self._make(passage, finding, "case-number", Severity.WARN, finding.text)

    # ------------------------------------------------------------------------------------------------------ places

    def _place(self, passage: Passage, finding: Finding) -> Hit | None:
        if passage.entry or passage.block.kind.outside:
            return None
        quote = passage.quote_at(finding.start)
        spoken = quote is not None and quote.spoken
        if finding.entity_type is EntityType.ORGANIZATION and (
            finding.text.casefold() in self._rules.bodies
            or self._forms.search(finding.text)
            or re.fullmatch(r"[A-ZÆØÅ]{2,5}(?:(?:,| og| eller) [A-ZÆØÅ]{2,5})*", finding.text)
        ):
            return None
        if not spoken and self._reading.cited.covers(finding.text):
            return None  # Langeland, Lie and Strand are places, too
        text = passage.block.text
        if self._reading.cited.is_cited_here(text, finding.start, finding.end):
            return None
        if len(text) < 50 and re.search(r"\b(?:19|20)\d\d\b", text):
            return None  # Tromsø, mai 2022
        if finding.text.casefold() in {"norge", "noreg", "norway", "norden", "skandinavia", "europa", "usa"}:
            return None
        if spoken:
            return self._make(passage, finding, "place-in-quote", Severity.WARN, "")
        if quote is not None or finding.entity_type is EntityType.DEMONYM:
            return None
        if passage.section in {Section.PREFACE, Section.METHOD, Section.FINDINGS, Section.APPENDIX}:
            return self._make(passage, finding, "institution", Severity.INFO, "")
        return None


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _is_english(text: str) -> bool:
    """Tell whether a block is English, where the language model, which reads Norwegian, takes words for names."""
    return len(_ENGLISH.findall(text)) > 2 * len(_NORWEGIAN.findall(text))


def _sounds_local(text: str) -> bool:
    """Tell whether speech is in no written standard though none of its words is on the list (``det e jo sånn``)."""
    if len(text.split()) < _LONG_ENOUGH or _is_english(text):
        return False
    areas = dialect_area(text)
    return 1 - areas["bokmaal"] - areas["nynorsk"] >= _LOCAL
