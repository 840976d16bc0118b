"""Numbers and addresses at their place: phones, mailboxes, streets, accounts, and the numbers of cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.formats import BlockKind
from anonymizer.model import EntityType, Finding
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.naming import HIDDEN, hit_of
from anonymizer.scan.reading import Passage
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["CONTACTS", "Contacts", "digits_of"]

CONTACTS = frozenset(
    {
        EntityType.PHONE_NUMBER,
        EntityType.EMAIL_ADDRESS,
        EntityType.STREET_ADDRESS,
        EntityType.NO_BANK_ACCOUNT,
        EntityType.IBAN_CODE,
        EntityType.NO_VEHICLE_REGISTRATION,
        EntityType.USERNAME,
        EntityType.IP_ADDRESS,
    }
)
_DIGITS = {EntityType.PHONE_NUMBER: 5, EntityType.NO_BANK_ACCOUNT: 11, EntityType.IBAN_CODE: 8}
"""Digits that a number of its kind has at the least, wherever it stands."""
_LISTED = re.compile(r"\d{1,3}(?:\s?[,;–]\s?\d{1,3})+")
"""Numbers of sources or pages: (77, 82, 93)."""
_LAW = re.compile(r"(?:LOV|FOR|NOU|IS|Prop|HO|I)\b[-. ]", re.IGNORECASE)
_SECTION_NUMBER = re.compile(r"(?:[0-3]?\d\.){3}[0-3]?\d")
_PLATE = re.compile(r"[A-Z]{2}\s?\d{5}")
_ROAD = re.compile(r"(?:riks|fylkes|europa|stam)ve[gi]\s?\d+|[ERF]v?\s?\d{1,3}", re.IGNORECASE)
_HOME = re.compile(
    r"(?<!\w)[A-ZÆØÅ][\w.-]+(?:\s[A-ZÆØÅa-zæøå][\w.-]+){0,2}\s\d{1,3}\s?[A-Z]?(?=,?\s+(?!(?:19|20)\d\d\b)\d{4}\s[A-ZÆØÅ])"
)
_YEARS = re.compile(r"(?:19|20)\d\d\s?[–/-]\s?(?:19|20)\d\d")
_BOX = re.compile(r"(?:postboks|boks|p\.?\s?o\.?\s?box)\b", re.IGNORECASE)
"""A box is an institution's; no one lives there."""
_CASE = re.compile(
    r"(?<![\d.,/-])(?:(?:19|20)\d\d\s?[/-]\s?\d{2,7}(?:[-/]\w{1,6})*|\d{2}/\d{4,6}(?:-\d{1,4})?"
    r"|\d{5,6}|\d{2,3} \d{3}(?! ?\d))(?![\d%]|[.,]\d)"
)


class Contacts:
    """Judges the numbers and addresses of one manuscript."""

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._mailbox = re.compile(rf"(?:{rules.public.shared_mailboxes})", re.IGNORECASE)
        self._forms = rules.find("body_forms")
        self._office = rules.find("office")
        self._academic = rules.find("academic_domains")
        self._academic_near = rules.find("academic_near")
        self._no_case = rules.find("no_case")
        self._case_words = rules.find("case_words")
        self._phone = rules.find("phone_words")
        self._counted = rules.find("counted")
        self._public_case = rules.find("public_case")
        self._court = rules.find("court_case")
        self._approval = rules.find("approval_near")

    def hit(self, passage: Passage, finding: Finding) -> Hit | None:
        """Return what a number or address breaks at its place, or None where it may stand."""
        kind = finding.entity_type
        if len(digits_of(finding.text)) < _DIGITS.get(kind, 0):
            return None  # a piece: its other digits stand in another cell, line or entry
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
        if passage.block.kind in HIDDEN:
            return hit_of(passage, finding, "name-in-comment", Severity.BLOCK, finding.text)
        if passage.block.kind is BlockKind.FILE_NAME:
            return hit_of(passage, finding, "file-name", Severity.WARN, finding.text)
        quote = passage.quote_at(finding.start)
        if quote is not None and quote.spoken and not shared:
            return hit_of(passage, finding, "contact-in-quote", Severity.BLOCK, finding.text)
        # +47 922 41 763 and 92241763 are one line.
        cause = digits_of(finding.text)[-8:] if kind is EntityType.PHONE_NUMBER else finding.text
        return hit_of(passage, finding, rule, severity, cause)

    def _shared_mailbox(self, passage: Passage, finding: Finding) -> bool | None:
        """Return None for a mailbox that no one reads alone, True for a data protection officer's own."""
        local = finding.text.partition("@")[0].removeprefix("mailto:")
        if self._mailbox.fullmatch(local):
            return None
        near = passage.block.text[max(0, finding.start - 90) : finding.start]
        if re.search(r"personvernomb[uo]d|data protection officer", near, re.IGNORECASE):
            return True
        domain = finding.text.rpartition("@")[2]
        if re.match(r"stud(?:ent)?\.", domain, re.IGNORECASE) or not self._academic.fullmatch(domain):
            return False
        # The supervisor's and the institution's own; what stands after the last student is the student's.
        near = re.split(r"\bstudent\w*|\n", near, flags=re.IGNORECASE)[-1]
        return passage.section is Section.TITLE or self._academic_near.search(near) is not None

    def _shared_phone(self, passage: Passage, finding: Finding) -> bool | None:
        # 47 52… nei, 945 61 208: the last one that was begun is the whole one.
        digits = digits_of(re.split(r"[^\d\s+()./-]+", finding.text.rstrip())[-1]) or digits_of(finding.text)
        digits = digits.removeprefix("0047")
        digits = digits[2:] if len(digits) == 10 and digits.startswith("47") else digits
        if _LISTED.fullmatch(finding.text.strip(" ()[]")) or re.search(r"\d\s?–\s?\d", finding.text):
            return None
        if digits in self._rules.phones or self._is_figures(passage, finding):
            return None
        mobile = digits[:1] in {"4", "9"} and len(digits) == 8
        if not mobile and len(digits) not in {8, 5, 6} and not finding.text.startswith(("+", "00")):
            return None
        near = passage.block.text[max(0, finding.start - 100) : finding.start]
        return not mobile and (self._office.search(near) or self._forms.search(near)) is not None

    def _is_figures(self, passage: Passage, finding: Finding) -> bool:
        """Tell whether digits are figures of a table or a sentence: rows of ages read like phone numbers."""
        text = passage.block.text
        if _YEARS.fullmatch(finding.text) or self._counted.search(text[finding.end :]):
            return True
        if finding.text.startswith(("+", "00")) or self._phone.search(
            text[max(0, finding.start - 80) : finding.end + 40]
        ):
            return False
        rest = text[: finding.start] + text[finding.end :]
        words = rest.split()
        bare = sum(not any(letter.isalpha() for letter in word) for word in words)
        pairs = re.fullmatch(r"\d\d(?: \d\d){3}", finding.text) is not None
        known = shipped_gazetteer().name(words[0]) is not None if words else False
        row = pairs and len(words) <= 3 and bool(words) and words[0].isalpha() and not known
        return row or bare * 2 > len(words) > 0

    def _office_near(self, passage: Passage, finding: Finding) -> bool | None:
        kind, text = finding.entity_type, finding.text
        # 4.2.1.1 is a section of the manuscript, FM 2009 a title, Rv. 362 a road.
        if kind is EntityType.IP_ADDRESS and _SECTION_NUMBER.fullmatch(text):
            return None
        if kind is EntityType.NO_VEHICLE_REGISTRATION and not _PLATE.fullmatch(text.strip()):
            return None
        if _BOX.match(text):
            return None
        if kind is EntityType.STREET_ADDRESS and _ROAD.fullmatch(text.strip()):
            return None
        if kind in {EntityType.USERNAME, EntityType.IP_ADDRESS} and passage.section is Section.TITLE:
            return None
        if kind is EntityType.USERNAME and (len(text.split()) > 2 or len(text) < 3):
            return None  # "handle på en lørdag": words, and no one's name at a service
        near = passage.block.text[max(0, finding.start - 100) : finding.end + 60]
        return self._office.search(near) is not None or self._forms.search(near) is not None

    def further_addresses(self, passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
        """Yield the homes that only their shape tells: ``Nedre Ila 45, 7018 Trondheim``."""
        if passage.entry or passage.block.kind.outside:
            return
        text = passage.block.text
        for match in _HOME.finditer(text):
            if (
                self._forms.search(match.group())
                or _BOX.match(match.group())
                or any(
                    each.entity_type is EntityType.STREET_ADDRESS
                    and each.start < match.end()
                    and match.start() < each.end
                    for each in findings
                )
            ):
                continue
            yield Hit(
                "address",
                Severity.WARN,
                passage.index,
                match.start(),
                match.end(),
                re.sub(r"\W", "", match.group()).casefold(),
                EntityType.STREET_ADDRESS,
            )

    # ----------------------------------------------------------------------------------------------- case numbers

    def case(self, passage: Passage, finding: Finding) -> Hit | None:
        """Return the hit of a detected case number, unless it is a law's, a report's or a year's."""
        if passage.entry or passage.section in {Section.REFERENCES, Section.OUTSIDE}:
            return None
        text = passage.block.text
        before = text[max(0, finding.start - 60) : finding.start]
        if re.search(
            r"(?:kandidat|student)\w*[\s.:#-]*(?:nr|nummer|no|number)?[\s.:#-]*$", before, re.IGNORECASE
        ):
            return None  # the author's own
        if len(digits_of(finding.text)) < 4 or self._court.fullmatch(finding.text):
            return None
        if not self._case_words.search(before):
            if self._no_case.search(before[-40:]) or _LAW.match(finding.text):
                return None
            if re.search(r"[(\[][^()\[\]]{0,60}$", before[-40:]) and re.fullmatch(
                r"(?:19|20)\d\d/(?:\d\d|(?:19|20)\d\d)", finding.text
            ):
                return None  # (Bourdieu 1979/84): a year of print and one of translation
            if re.match(r"\s*(?:kr|kroner|prosent|%)", text[finding.end : finding.end + 10]):
                return None
        return self._case_hit(passage, finding.start, finding.end)

    def further_cases(self, passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
        """Yield the case and project numbers that only their words tell: ``NSD (prosjektnummer 60142)``."""
        if (
            passage.entry
            or passage.block.kind.outside
            or passage.section
            in {
                Section.REFERENCES,
                Section.CONTENTS,
                Section.TITLE,
            }
        ):
            return
        text = passage.block.text
        taken = [(each.start, each.end) for each in findings if each.entity_type is EntityType.CASE_NUMBER]
        for match in _CASE.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            before = text[max(0, match.start() - 60) : match.start()]
            named = self._case_words.search(before) is not None
            split = re.search(r"[/-]", match.group()) is not None
            # (2018–2019) and (1979/84) are years.
            years = re.fullmatch(r"(?:19|20)\d\d\s?[/-]\s?(?:\d\d|(?:19|20)\d\d)", match.group()) is not None
            approved = split and not years and self._approval.search(before) is not None
            if (named and not years) or (approved and not self._no_case.search(before[-40:])):
                yield self._case_hit(passage, match.start(), match.end())

    def _case_hit(self, passage: Passage, start: int, end: int) -> Hit:
        near = passage.block.text[max(0, start - 80) : start]
        severity = Severity.INFO if self._public_case.search(near) else Severity.WARN
        cause = re.sub(r"\W", "", passage.block.text[start:end]).casefold()
        return Hit("case-number", severity, passage.index, start, end, cause, EntityType.CASE_NUMBER)


def digits_of(text: str) -> str:
    """Return the digits of a text."""
    return "".join(letter for letter in text if letter.isdigit())
