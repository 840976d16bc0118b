"""Who may be named in a manuscript, and by which names participants go in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.model import EntityType, Finding
from anonymizer.scan.citations import name_words
from anonymizer.scan.language import is_first_name
from anonymizer.scan.reading import Passage, Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["Allowed", "People"]

_NEAR = 45
_THANKS = re.compile(r"\b(?:takk\w*|thank\w*|kjære|dear|til|to)\b", re.IGNORECASE)
_OF_PARTICIPANTS = (Section.FINDINGS, Section.DISCUSSION)


class Allowed:
    """Names that may stand: of the author and others on the title page, or listed by the researcher."""

    def __init__(self) -> None:
        self._names: list[tuple[str, ...]] = []

    def add(self, name: str) -> None:
        """Allow a person by the name as written."""
        words = tuple(name_words(name))
        if words:
            self._names.append(words)

    def covers(self, name: str, *, bare_first: bool = True) -> bool:
        """Tell whether a mention fits an allowed name: all its words are of it, the genitive set aside."""
        words = name_words(name)
        if not words:
            return False
        for allowed in self._names:
            fits = all(any(word in {one, f"{one}s"} for one in allowed) for word in words)
            if fits and (len(words) > 1 or bare_first or words[0] != allowed[0] or len(allowed) == 1):
                return True
        return False


class People:
    """The people of a manuscript: authors, others who may be named, those with a role, and participants' names."""

    def __init__(self, reading: Reading, found: Mapping[int, Sequence[Finding]], rules: Rulebook) -> None:
        self._rules = rules
        self.authors = Allowed()
        self.allowed = Allowed()
        self.with_role = Allowed()
        self.labels: frozenset[str] = frozenset()
        self._role_before = re.compile(
            rf"\b(?:{rules.shape.roles})\b(?P<gap>[^.!?»]{{0,{_NEAR}}})$", re.IGNORECASE
        )
        self._supervisor = re.compile(rf"\b(?:{rules.shape.supervisors})\b", re.IGNORECASE)
        self._role_after = re.compile(rf"\s?{rules.shape.role_after}\b", re.IGNORECASE)
        self._title_page(reading, found)
        self._roles(reading, found)
        self._signatures(reading, found)
        self.labels = self._participants(reading, found)

    def _title_page(self, reading: Reading, found: Mapping[int, Sequence[Finding]]) -> None:
        for passage in reading.passages:
            if passage.section is Section.TITLE:
                for finding in _persons(found.get(passage.index, ())):
                    self.authors.add(self.without_role(finding.text))

    def without_role(self, text: str) -> str:
        """Return a mention without the role or title before the name."""
        return re.sub(rf"^\s*(?:{self._rules.shape.roles})[\s:]+", "", text, flags=re.IGNORECASE)

    def _roles(self, reading: Reading, found: Mapping[int, Sequence[Finding]]) -> None:
        """Keep who stands beside a role: supervisors in the preface and the text, contacts in letters."""
        for passage in reading.passages:
            quoted = bool(passage.quotes) and passage.section is not Section.PREFACE
            if passage.entry or passage.section is Section.TITLE or quoted:
                continue
            text = passage.block.text
            last: tuple[int, bool] | None = None
            for finding in _persons(found.get(passage.index, ())):
                name = self.without_role(finding.text)
                near = text[max(0, finding.start - _NEAR - 30) : finding.start]
                before = self._role_before.search(near)
                close = before is not None and not re.search(
                    r"\b(?:og|and|samt|til|for|som|på|i)\s+(?:også\s)?(?:til\s)?$", before.group("gap")
                )
                after = self._role_after.match(text[finding.end : finding.end + 40]) is not None
                chained = (
                    last is not None
                    and last[1]
                    and re.fullmatch(r"\s*(?:,|og|and|&)?\s*", text[last[0] : finding.start]) is not None
                )
                named = name != finding.text or close or after or chained
                if named:
                    role = " ".join(
                        (finding.text, before.group() if before and close else "", text[finding.end :][:40])
                    )
                    self._keep(
                        passage, name, supervising=chained or self._supervisor.search(role) is not None
                    )
                plural = before is not None and re.search(r"(?:ne|ane|ar|s)\b", before.group()) is not None
                last = (finding.end, named and (plural or chained))

    def _keep(self, passage: Passage, name: str, *, supervising: bool) -> None:
        """Keep a name that stands with a role: a supervisor may be thanked, a gatekeeper's title does not help."""
        if passage.section is Section.PREFACE:
            if supervising:
                self.allowed.add(name)
        elif len(name_words(name)) > 1:
            self.with_role.add(name)

    def _signatures(self, reading: Reading, found: Mapping[int, Sequence[Finding]]) -> None:
        """Keep who signs the preface: a short block of little but a full name, and no word of thanks."""
        for passage in reading.passages:
            text = passage.block.text
            if passage.section is Section.PREFACE and len(text) <= 60 and not _THANKS.search(text):
                for finding in _persons(found.get(passage.index, ())):
                    if len(finding.text) * 2 >= len(passage.block.text) and len(name_words(finding.text)) > 1:
                        self.authors.add(finding.text)

    def _participants(self, reading: Reading, found: Mapping[int, Sequence[Finding]]) -> frozenset[str]:
        """Return the first names by which quotes are attributed, at least twice for one of them."""
        counts: Counter[str] = Counter()
        said = re.compile(rf"\b(?:{self._rules.shape.speech_verbs})\s$", re.IGNORECASE)
        verbs = re.compile(
            rf"^\W{{0,3}}(?:\w+\s){{0,2}}?(?:{self._rules.shape.speech_verbs})\b", re.IGNORECASE
        )
        for passage in reading.passages:
            if (
                passage.section in {Section.PREFACE, Section.TITLE, Section.APPENDIX, Section.THEORY}
                or passage.entry
            ):
                continue
            text = passage.block.text
            for finding in _persons(found.get(passage.index, ())):
                words = name_words(finding.text)
                if len(words) != 1 or reading.cited.is_cited_here(text, finding.start, finding.end):
                    continue
                quote = passage.quote_at(finding.start)
                tail = text[finding.end : finding.end + 12]
                head = text[max(0, finding.start - 60) : finding.start]
                whole = quote is not None and quote.end - quote.start == len(text)
                if quote is not None and not (whole and finding.end > len(text) - 25):
                    continue
                attributed = (
                    re.search(r"[(–—-]\s*$", head) is not None
                    and re.match(r"\s*(?:[),.]|$|\d)", tail) is not None
                ) or re.match(r"\s*:\s*(?:$|[«\"“”–])" if finding.start else r"\s*:", tail) is not None
                speaks = verbs.match(text[finding.end : finding.end + 60]) is not None
                speaks = speaks or (said.search(head) is not None and bool(passage.quotes))
                fictive = self._rules.find("fictive").search(text) is not None
                if (
                    attributed
                    or fictive
                    or (speaks and (passage.quotes or passage.section in _OF_PARTICIPANTS))
                ):
                    counts[_base(words[0])] += 1
        names = {name for name in counts if is_first_name(name) or counts[name] > 1}
        return frozenset(names) if sum(counts[name] for name in names) >= 2 else frozenset()

    def is_label(self, name: str) -> bool:
        """Tell whether a name is one that quotes are attributed to."""
        words = name_words(name)
        return len(words) == 1 and bool({words[0], _base(words[0])} & self.labels)


def _base(word: str) -> str:
    known = shipped_gazetteer().name(word)
    return word.removesuffix("s") if known is not None and known[1] else word


def _persons(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.entity_type is EntityType.PERSON]
