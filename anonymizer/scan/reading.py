"""Reads a manuscript as its reader does: which part a block belongs to, what is quoted, what is a source's entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from anonymizer.formats import Block, BlockKind, Manuscript
from anonymizer.scan.citations import Cited, is_entry, is_note
from anonymizer.scan.language import is_first_name
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section, sections_of

__all__ = ["Passage", "Quote", "Reading"]


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
_SPEAKER = re.compile(
    r"(?:(?:Døme|Eksempel|Utdrag|Sitat)?\s*\(?\d{1,2}(?:\.\d{1,2})?\)?:?\s+)?"
    r"([A-ZÆØÅ]{1,3}\d{0,2}|[A-ZÆØÅ][A-Za-zæøå]{0,4}\d{1,2}[A-Za-z]?|Int(?:ervjuer|ervjuar)?|[A-ZÆØÅ][a-zæøå]{2,14})\s?:\s"
)
_OPEN_QUOTE = re.compile(r"^\s*[«“”\"„]")
_DASH = re.compile(r"^\s*[–—-]\s+(?=[A-ZÆØÅ])")
_NAMED_END = re.compile(r"(?:\(|[–—-]\s?)[A-ZÆØÅ][a-zæøå]{1,14}(?:,\s?\d{2}(?:\sår)?)?\)?\.?\s*$")
_LABEL_END = re.compile(
    r"\((?!(?:Tabell|Figur|Kapittel|Kap|Vedlegg|Del|Table|Figure|Chapter|Appendix|Part|Fig)\b)"
    r"[A-ZÆØÅ][a-zæøå]{2,18}\s(?:nr\.?\s?)?(?:\d{1,2}|[A-Z])\)\W*$"
)
"""(Betjent D), (Rådgiver 2): whoever they are, one of several who were spoken with."""
_CALLED = re.compile(r"[«“\"„”]\s*([A-ZÆØÅ][a-zæøå]+)\s*[!?.,]?\s*[»”\"“]")
_FIRST_PERSON = re.compile(
    r"\b(?:jeg|eg|æ|æg|æi|jæ|je|ej|i|meg|mæ|mej|mei|mitt|min|mine|mi|vi|oss|åss|me|my|we)\b", re.IGNORECASE
)
_ENTERING = (Section.METHOD, Section.FINDINGS, Section.DISCUSSION, Section.ABSTRACT, Section.APPENDIX)
_ENTRY = 1500
"""Letters up to which a block may be one entry of the reference list."""
_LONG = 6
"""Words from which on quoted words are someone's speech rather than a term in quotation marks."""


class Reading:
    """A manuscript understood: its passages, who is cited and which of its quotes are speech."""

    def __init__(self, manuscript: Manuscript, rules: Rulebook) -> None:
        self.manuscript = manuscript
        self._rules = rules
        label = rules.shape.label
        self._label = re.compile(
            rf"[(\[–—-]\s*(?:{label})\b[^()\[\]]{{0,60}}[)\]]?|(?<!\w)(?:{label})\s*:", re.IGNORECASE
        )
        self._told = re.compile(rf"[,!?]\s(?:{rules.shape.speech_verbs})\s", re.IGNORECASE)
        self._verbs = re.compile(
            rf"\b(?:{rules.shape.speech_verbs})\b|\b(?:informant|deltaker|deltakar|respondent)\w*\b",
            re.IGNORECASE,
        )
        turns = Counter(
            speaker.group(1)
            for block in manuscript.blocks
            if not block.kind.outside and (speaker := _SPEAKER.match(block.text))
        )
        self._speakers = {name for name, times in turns.items() if times > 1 and len(turns) > 1}
        sections = sections_of(manuscript.blocks, rules)
        self.cited = Cited(rules)
        entries = [
            not block.kind.outside
            and block.kind is not BlockKind.CONTENTS
            and (
                is_note(block.text)
                if block.kind is BlockKind.FOOTNOTE
                else is_entry(block.text, listed=section is Section.REFERENCES)
            )
            for block, section in zip(manuscript.blocks, sections, strict=True)
        ]
        self.cited.add_entries(
            block.text for block, entry in zip(manuscript.blocks, entries, strict=True) if entry
        )
        for block, entry in zip(manuscript.blocks, entries, strict=True):
            if not entry and not block.kind.outside:
                self.cited.add_text(block.text)
        # A whole page run together may hold a letter as well as sources: its authors are known, the rest is judged.
        single = [
            entry and len(block.text) <= _ENTRY
            for block, entry in zip(manuscript.blocks, entries, strict=True)
        ]
        self.passages = tuple(self._passages(manuscript.blocks, sections, single))

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
            cited = self._cites(_same_sentence(rest[:70])) or self._cites(_last_sentence(near[-60:]))
            labelled = self._label.search(rest[:40]) is not None or self._label.search(near[-40:]) is not None
            said = self._verbs.search(near) is not None or self._verbs.search(rest) is not None
            spoken = labelled or (
                not cited
                and section not in {Section.THEORY, Section.INTRODUCTION}
                and (said or words >= _LONG)
            )
            if words >= _LONG or labelled or (said and not cited and words > 1):
                found.append(Quote(match.start(), match.end(), cited and not labelled, spoken))
        for match in _CALLED.finditer(text):
            # «Kenneth», sa han: one word, but someone is called by it.
            told = re.match(
                rf",?\s(?:{self._rules.shape.speech_verbs})\s", text[match.end() : match.end() + 20]
            )
            if told and is_first_name(match.group(1)) and section not in {Section.THEORY, Section.REFERENCES}:
                found.append(Quote(match.start(), match.end(), cited=False, spoken=True))
        if (
            _DASH.match(text)
            and section not in {Section.PREFACE, Section.REFERENCES}
            and not block.kind.outside
        ):
            # – Det er klart, seier ho: a dash opens speech that has no sign at its end.
            told = self._told.search(text, 0, 600)
            if told and not any(quote.start < told.start() for quote in found):
                found.insert(0, Quote(0, told.start(), cited=False, spoken=True))
        whole = self._whole(block, section, before, after)
        if whole and not found:
            found.append(whole)
        elif whole and self._tells_all(text, found):
            # Speech that quotes others' words: «kva skal vi med det», liksom. (Lærar B)
            found = [whole]
        return tuple(found)

    def _tells_all(self, text: str, found: list[Quote]) -> bool:
        """Tell whether a label or a speaker's name covers the whole block and not only its last quotation."""
        if _SPEAKER.match(text):
            return True
        label = self._label.search(text[-60:]) or _LABEL_END.search(text[-60:])
        if label is None or _OPEN_QUOTE.match(text):
            return False
        at = max(0, len(text) - 60) + label.start()
        return not any(at - 3 <= quote.end <= at for quote in found)

    def _whole(self, block: Block, section: Section, before: str, after: str) -> Quote | None:
        """Return the block as one quote: a block quote, a line of speech, or what a label closes."""
        text = block.text
        labelled = (
            self._label.search(text[-60:]) is not None
            or _LABEL_END.search(text[-60:]) is not None
            or (self._label.match(text) is not None and ":" in text[:30])
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
        if self._is_turn(text):
            return Quote(0, len(text), False, True)
        named = _NAMED_END.search(text) is not None and not cited
        if (labelled or named) and _FIRST_PERSON.search(text):
            return Quote(0, len(text), False, True)
        opened = dashed or _OPEN_QUOTE.match(text)
        led = before.rstrip().endswith(":") and self._verbs.search(before[-160:]) is not None
        if (opened or led) and _FIRST_PERSON.search(text) and section is not Section.APPENDIX and not cited:
            return Quote(0, len(text), False, True)
        return None

    def _is_turn(self, text: str) -> bool:
        """Tell whether a block is a turn of a transcript: a speaker who has several, or an interviewer's sign."""
        speaker = _SPEAKER.match(text)
        if speaker is None:
            return False
        name = speaker.group(1)
        return name in self._speakers or (is_first_name(name) and _FIRST_PERSON.search(text) is not None)

    def _cites(self, text: str) -> bool:
        return self._citation.search(text) is not None

    @cached_property
    def _citation(self) -> re.Pattern[str]:
        year = self._rules.shape.cited_year
        return re.compile(
            rf"[(\[][^()\[\]]{{0,80}}(?:{year})[^()\[\]]{{0,40}}[)\]]|\[\d{{1,3}}\]|\(\s*(?:s\.|p\.|ibid)[^()]{{1,20}}\)",
            re.IGNORECASE,
        )


def _same_sentence(after: str) -> str:
    """Return what follows a quote up to the end of its sentence or the next quote: a source there is this quote's."""
    end = re.search(r"(?:^|(?<=\w))[.!?][»”\"]?\s+[A-ZÆØÅ]|[«“]|\s\"", after)
    return after[: end.start()] if end else after


def _last_sentence(before: str) -> str:
    """Return what stands before a quote in its own sentence."""
    ends = [match.end() for match in re.finditer(r"[.!?»”]\s+(?=[A-ZÆØÅ])", before)]
    return before[ends[-1] :] if ends else before
