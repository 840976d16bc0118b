"""Reads a manuscript as its reader does: which part a block belongs to, what is quoted, what is a source's entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from anonymizer.formats import Block, BlockKind, Manuscript
from anonymizer.scan.citations import Cited, is_entry
from anonymizer.scan.rules import Rulebook

__all__ = ["Passage", "Quote", "Reading", "Section"]


class Section(StrEnum):
    """The parts of a manuscript."""

    TITLE = "title"
    PREFACE = "preface"
    ABSTRACT = "abstract"
    CONTENTS = "contents"
    INTRODUCTION = "introduction"
    THEORY = "theory"
    METHOD = "method"
    FINDINGS = "findings"
    DISCUSSION = "discussion"
    REFERENCES = "references"
    APPENDIX = "appendix"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words in a block: where they stand, and whether a source is cited for them or a participant speaks."""

    start: int
    end: int
    cited: bool
    spoken: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A block with what was understood of it; ``anchor`` is its structural place."""

    index: int
    block: Block
    section: Section
    entry: bool
    anchor: str
    quotes: tuple[Quote, ...] = ()

    def quote_at(self, start: int) -> Quote | None:
        """Return the quote that a place of the block stands in."""
        return next((quote for quote in self.quotes if quote.start <= start < quote.end), None)


_PAIRS = re.compile(
    r"«([^«»]{2,3000})»|“([^“”]{2,3000})[”“]|”([^”]{2,3000})”|„([^“”„]{2,3000})[“”]|\"([^\"]{2,3000})\""
)
_OPEN_QUOTE = re.compile(r"^\s*[«“”\"„]")
_DASH = re.compile(r"^\s*[–—-]\s+(?=[A-ZÆØÅ])")
_NAMED_END = re.compile(r"(?:\(|[–—-]\s?)[A-ZÆØÅ][a-zæøå]{1,14}(?:,\s?\d{2}(?:\sår)?)?\)?\.?\s*$")
_FIRST_PERSON = re.compile(r"\b(?:jeg|eg|æ|æg|i|meg|mæ|mitt|min|mine|vi|oss|me)\b", re.IGNORECASE)
_ENTERING = (Section.METHOD, Section.FINDINGS, Section.DISCUSSION, Section.ABSTRACT, Section.APPENDIX)
_LONG = 6
"""Words from which on quoted words are someone's speech rather than a term in quotation marks."""


class Reading:
    """A manuscript understood: its passages, who is cited and which of its quotes are speech."""

    def __init__(self, manuscript: Manuscript, rules: Rulebook) -> None:
        self.manuscript = manuscript
        self._rules = rules
        self._numbering = re.compile(rf"\s*{rules.shape.numbering}", re.IGNORECASE)
        self._headings = [
            (Section(name), re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE))
            for name, patterns in rules.shape.sections.items()
        ]
        label = rules.shape.label
        self._label = re.compile(
            rf"[(\[–—-]\s*(?:{label})\b[^()\[\]]{{0,60}}[)\]]?|(?<!\w)(?:{label})\s*:", re.IGNORECASE
        )
        self._verbs = re.compile(
            rf"\b(?:{rules.shape.speech_verbs})\b|\b(?:informant|deltaker|deltakar|respondent)\w*\b",
            re.IGNORECASE,
        )
        sections = self._sections(manuscript.blocks)
        self.cited = Cited(rules)
        entries = [
            not block.kind.outside
            and block.kind is not BlockKind.CONTENTS
            and is_entry(block.text, listed=section is Section.REFERENCES)
            for block, section in zip(manuscript.blocks, sections, strict=True)
        ]
        self.cited.add_entries(
            block.text for block, entry in zip(manuscript.blocks, entries, strict=True) if entry
        )
        for block, entry in zip(manuscript.blocks, entries, strict=True):
            if not entry and not block.kind.outside:
                self.cited.add_text(block.text)
        self.passages = tuple(self._passages(manuscript.blocks, sections, entries))

    def _sections(self, blocks: tuple[Block, ...]) -> list[Section]:
        found: list[Section] = []
        current = Section.TITLE
        for block in blocks:
            if block.kind.outside:
                found.append(Section.OUTSIDE)
                continue
            if block.kind is BlockKind.CONTENTS:
                found.append(Section.CONTENTS)
                if current is Section.TITLE:
                    current = Section.CONTENTS
                continue
            heading = self._heading(block, current)
            if heading is not None:
                current = heading
            found.append(current)
        return found

    def _heading(self, block: Block, current: Section) -> Section | None:
        """Return the section that a block opens as its heading."""
        text = " ".join(block.text.split())
        if len(text) > 100 or block.kind not in {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}:
            return None
        if text.endswith((".", ",", ";", "?")) and block.kind is not BlockKind.HEADING:
            return None
        plain = text[self._numbering.match(text).end() :] if self._numbering.match(text) else text  # type: ignore[union-attr]
        plain = plain.strip(" :.–-")
        numbered = plain != text.strip(" :.–-")
        for section, pattern in self._headings:
            if not pattern.fullmatch(plain):
                continue
            sure = block.kind is BlockKind.HEADING or numbered or len(plain.split()) <= 3
            if current is Section.APPENDIX and section is not Section.REFERENCES:
                return None  # a letter or a guide has headings like a thesis has
            if current is Section.REFERENCES and section is not Section.APPENDIX and not numbered:
                return None
            if section is Section.APPENDIX and block.kind is BlockKind.PARAGRAPH and len(plain.split()) > 12:
                return None
            return section if sure and plain[:1].isupper() else None
        # A chapter heading of one's own wording ends what only a preface, list or summary can be.
        opens = numbered and plain[:1].isupper() and block.kind is BlockKind.HEADING
        if opens and current in {Section.TITLE, Section.PREFACE, Section.ABSTRACT, Section.CONTENTS}:
            return Section.INTRODUCTION
        return None

    def _passages(
        self, blocks: tuple[Block, ...], sections: list[Section], entries: list[bool]
    ) -> Iterator[Passage]:
        heading = 0
        counts: Counter[str] = Counter()
        before = ""
        for index, (block, section, entry) in enumerate(zip(blocks, sections, entries, strict=True)):
            if block.kind.outside or block.cell is not None:
                anchor = block.place
            else:
                if block.kind is BlockKind.HEADING:
                    heading += 1
                stem = f"{section}/heading:{heading}/{block.kind}"
                counts[stem] += 1
                anchor = f"{stem}:{counts[stem]}"
            after = blocks[index + 1].text if index + 1 < len(blocks) else ""
            quotes = (
                ()
                if entry or section in {Section.CONTENTS, Section.TITLE}
                else self._quotes(block, section, before, after)
            )
            yield Passage(index, block, section, entry, anchor, tuple(quotes))
            if not block.kind.outside:
                before = block.text

    def _quotes(self, block: Block, section: Section, before: str, after: str) -> tuple[Quote, ...]:
        text = block.text
        if block.kind.outside:
            return ()
        found: list[Quote] = []
        for match in _PAIRS.finditer(text):
            words = len(match.group().split())
            near = text[max(0, match.start() - 120) : match.start()]
            rest = text[match.end() : match.end() + 90]
            cited = self._cites(rest[:70]) or self._cites(near[-60:])
            labelled = self._label.search(rest[:40]) is not None or self._label.search(near[-40:]) is not None
            said = self._verbs.search(near) is not None or self._verbs.search(rest) is not None
            spoken = labelled or (
                not cited
                and section not in {Section.THEORY, Section.INTRODUCTION}
                and (said or words >= _LONG)
            )
            if words >= _LONG or labelled or (said and not cited and words > 1):
                found.append(Quote(match.start(), match.end(), cited and not labelled, spoken))
        if not found and (whole := self._whole(block, section, before, after)):
            found.append(whole)
        return tuple(found)

    def _whole(self, block: Block, section: Section, before: str, after: str) -> Quote | None:
        """Return the block as one quote: a block quote, a line of speech, or what a label closes."""
        text = block.text
        labelled = self._label.search(text[-60:]) is not None or (
            self._label.match(text) is not None and ":" in text[:30]
        )
        cited = self._cites(text[-80:]) or (after.lstrip()[:1] in {"(", "["} and self._cites(after[:60]))
        if block.kind is BlockKind.QUOTE:
            return Quote(0, len(text), cited and not labelled, labelled or not cited)
        dashed = _DASH.match(text)
        if block.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM} or len(text.split()) < (
            3 if dashed else _LONG
        ):
            return None
        if section in {Section.PREFACE, Section.TITLE, Section.REFERENCES}:
            return None
        named = _NAMED_END.search(text) is not None and not cited
        if (labelled or named) and _FIRST_PERSON.search(text):
            return Quote(0, len(text), False, True)
        opened = dashed or _OPEN_QUOTE.match(text)
        led = before.rstrip().endswith(":") and self._verbs.search(before[-160:]) is not None
        if (opened or led) and _FIRST_PERSON.search(text) and section is not Section.APPENDIX and not cited:
            return Quote(0, len(text), False, True)
        return None

    def _cites(self, text: str) -> bool:
        return self._citation.search(text) is not None

    @cached_property
    def _citation(self) -> re.Pattern[str]:
        year = self._rules.shape.cited_year
        return re.compile(
            rf"[(\[][^()\[\]]{{0,80}}(?:{year})[^()\[\]]{{0,40}}[)\]]|\[\d{{1,3}}\]|\(\s*(?:s\.|p\.|ibid)[^()]{{1,20}}\)",
            re.IGNORECASE,
        )
