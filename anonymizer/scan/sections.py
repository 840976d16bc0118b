"""Which part of a manuscript a block belongs to: told by headings, the table of contents and what a block says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from anonymizer.formats import Block, BlockKind
from anonymizer.scan.rules import Rulebook

__all__ = ["Section", "sections_of"]


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


_FRONT = frozenset({Section.TITLE, Section.PREFACE, Section.ABSTRACT, Section.CONTENTS})
_BACK = frozenset({Section.REFERENCES, Section.APPENDIX})
_MAY_THANK = frozenset(
    {Section.TITLE, Section.ABSTRACT, Section.CONTENTS, Section.INTRODUCTION, Section.DISCUSSION}
)
_HEADED = frozenset({BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_LONGEST_HEADING = 100
_RUNNING = 25
"""Words from which on a block is running text, which no title page and no table of contents holds."""
_LETTER = 12
"""Words up to which a line may be the heading of a letter, a guide or a form."""
_LETTERED = re.compile(r"\w+\s+(?:nr\.?\s*)?(?:\d{1,2}|[A-Z])\s*(?:[.:–-]|$)")
_SPACED = re.compile(r"(?<!\w)([A-ZÆØÅ]) ([A-ZÆØÅ]{3,})")
_PAGE_LINE = 400
"""Letters of one line from which on it is a whole page, its own line ends lost."""
_HEAD = re.compile(
    r"\W*(?:(?:[ivx]{1,5}|\d{1,3})\s+)?([A-ZÆØÅ][a-zæøå]{4,16}(?:\s\d{1,2})?|[A-ZÆØÅ]{6,16})\b(?=:?\s+[A-ZÆØÅ\d\"«])"
)
_RUN_TOGETHER = frozenset({Section.PREFACE, Section.ABSTRACT, Section.REFERENCES, Section.APPENDIX})
_PAGE = re.compile(r"[\s.…_]+(?:\d{1,3}|[ivxl]{1,6})\s*$", re.IGNORECASE)


def sections_of(blocks: Sequence[Block], rules: Rulebook) -> list[Section]:
    """Return the section of each block, in order."""
    return _Sections(rules).of(blocks)


class _Sections:
    def __init__(self, rules: Rulebook) -> None:
        self._numbering = re.compile(rf"\s*{rules.shape.numbering}", re.IGNORECASE)
        self._headings = [
            (Section(name), re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE))
            for name, patterns in rules.shape.sections.items()
        ]
        self._thanks = rules.find("thanks")
        self._letter = rules.find("letter_heading")

    def of(self, blocks: Sequence[Block]) -> list[Section]:
        contents = self._contents(blocks)
        found: list[Section] = []
        current = Section.TITLE
        headed = False
        for index, block in enumerate(blocks):
            if block.kind.outside:
                found.append(Section.OUTSIDE)
                continue
            if block.kind is BlockKind.FOOTNOTE and current in _BACK:
                # Notes are gathered at the end of a file; they belong to the text.
                found.append(Section.METHOD)
                continue
            if index in contents or block.kind is BlockKind.CONTENTS:
                found.append(Section.CONTENTS)
                if current is Section.TITLE:
                    current = Section.CONTENTS
                continue
            opened = self._opened(blocks, index, current)
            if opened is not None:
                current, headed = opened, True
            elif current is Section.TITLE and block.cell is None and _is_running(block):
                # A title page holds no running text: whatever this is, its names are not the author's.
                current = Section.INTRODUCTION
            thanked = current in _MAY_THANK and _is_running(block, 8) and self._thanks.search(block.text)
            if thanked and (current in _FRONT or not headed):
                current = (
                    Section.PREFACE
                )  # its heading is one that no one knows; those who are thanked stand below
            found.append(Section.PREFACE if thanked else current)
        if not headed:
            # A chapter or an article without any heading one knows: read as the author's own account.
            found = [Section.FINDINGS if each is Section.INTRODUCTION else each for each in found]
        return found

    def _contents(self, blocks: Sequence[Block]) -> frozenset[int]:
        """Return the blocks of the tables of contents, whether or not their lines have leaders and page numbers.

        A table goes from its heading to the first running text; the headings right before that text, which stand in the
        table as well, are those of the chapter that begins.
        """
        inside: set[int] = set()
        index = 0
        while index < len(blocks):
            if blocks[index].kind.outside or self._named(blocks[index])[0] is not Section.CONTENTS:
                index += 1
                continue
            end = index + 1
            while end < len(blocks) and (
                blocks[end].kind is BlockKind.CONTENTS or not _is_running(blocks[end])
            ):
                end += 1
            seen: dict[str, int] = {}
            first = end
            for at in range(index + 1, end):
                form = self._form(blocks[at].text)
                if form in seen and blocks[at].kind is not BlockKind.CONTENTS and end - at <= 12:
                    first = min(first, at)
                seen.setdefault(form, at)
            if first == end:
                while first - 1 > index and self._begins(blocks[first - 1]):
                    first -= 1
            inside.update(range(index, first))
            index = max(first, index + 1)
        return frozenset(inside)

    def _begins(self, block: Block) -> bool:
        """Tell whether a block may be the heading of a chapter rather than a line of the table of contents."""
        if block.kind is BlockKind.CONTENTS or block.kind not in _HEADED or _PAGE.search(block.text):
            return False
        section, _ = self._named(block)
        return section not in _BACK and (section is not None or block.kind is BlockKind.HEADING)

    def _form(self, text: str) -> str:
        plain = _PAGE.sub("", " ".join(text.split()))
        return re.sub(r"\W+", "", self._without_number(plain)).casefold()

    def _without_number(self, text: str) -> str:
        match = self._numbering.match(text)
        return text[match.end() :] if match else text

    def _named(self, block: Block) -> tuple[Section | None, str]:
        """Return the section that a block's text names as a heading would, and the text without its number."""
        text = " ".join(block.text.split())
        if len(text) > _LONGEST_HEADING or block.kind not in _HEADED:
            return None, ""
        if (
            text.endswith((".", ",", ";", "?"))
            and block.kind is not BlockKind.HEADING
            and len(text.split()) > 2
        ):
            return None, ""
        plain = _SPACED.sub(r"\1\2", self._without_number(text)).strip(" :.–-!")
        # Acknowledgements / Takk
        for part in (plain, *(each.strip() for each in plain.split("/") if "/" in plain)):
            for section, pattern in self._headings:
                if pattern.fullmatch(part):
                    return section, plain
        return None, plain

    def _page_head(self, block: Block) -> Section | None:
        """Return the section that a page begins with whose lines were run together into one."""
        match = _HEAD.match(block.text)
        if match is None:
            return None
        named = (section for section, pattern in self._headings if pattern.fullmatch(match.group(1)))
        section = next(named, None)
        return section if section in _RUN_TOGETHER else None

    def _opened(self, blocks: Sequence[Block], index: int, current: Section) -> Section | None:
        """Return the section that a block opens as its heading."""
        block = blocks[index]
        if len(block.pieces) == 1 and len(block.text) > _PAGE_LINE:
            return self._page_head(block)
        section, plain = self._named(block)
        if not plain:
            return None
        if current is Section.REFERENCES and self._letter.match(plain) and len(plain.split()) <= _LETTER:
            return Section.APPENDIX
        numbered = self._without_number(" ".join(block.text.split())) != " ".join(block.text.split())
        if section is not None:
            sure = block.kind is BlockKind.HEADING or numbered or len(plain.split()) <= 3
            sure = sure or (section is Section.APPENDIX and _LETTERED.match(plain) is not None)
            if current is Section.APPENDIX and section is not Section.REFERENCES:
                # A letter or a guide has headings like a thesis has; only a first chapter ends the appendices.
                first = re.match(r"\s*(?:kapittel |chapter )?1\b", block.text, re.IGNORECASE)
                return (
                    section if section is Section.INTRODUCTION and first and _follows(blocks, index) else None
                )
            if current is Section.REFERENCES and section is not Section.APPENDIX and not numbered:
                # The articles of a thesis follow its list of sources, each with headings of its own.
                again = section in {Section.ABSTRACT, Section.INTRODUCTION} and len(plain.split()) == 1
                return section if again and _follows(blocks, index) else None
            if section is Section.APPENDIX and block.kind is BlockKind.PARAGRAPH and len(plain.split()) > 12:
                return None
            return section if sure and plain[:1].isupper() else None
        # A chapter heading of one's own wording ends what only a preface, list or summary can be.
        opens = numbered and plain[:1].isupper() and block.kind is BlockKind.HEADING
        return Section.INTRODUCTION if opens and current in _FRONT else None


def _is_running(block: Block, words: int = _RUNNING) -> bool:
    if block.kind.outside or block.kind in {BlockKind.CONTENTS, BlockKind.CAPTION, BlockKind.CELL}:
        return False
    return len(block.text.split()) >= words and re.search(r"[a-zæøå]{2}[.!?]", block.text) is not None


def _follows(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether running text follows a heading."""
    after = [block for block in blocks[index + 1 : index + 4] if not block.kind.outside]
    return any(_is_running(block) for block in after)
