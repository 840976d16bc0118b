"""What a manuscript says beyond names: claims of anonymity, promises, templates, exact times, lone people."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from anonymizer.formats import BlockKind
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage, Reading, Section
from anonymizer.scan.rules import Rulebook

__all__ = ["worded"]

_SENTENCE = re.compile(r"[^.!?]{0,600}")
_LABEL_CELL = re.compile(
    r"(?:informant|deltaker|deltakar|respondent|participant|person|P|I|D|R|IP)?\s?\.?\s?\d{1,2}\.?",
    re.IGNORECASE,
)
_NAME_CELL = re.compile(r"[A-ZÆØÅ][a-zæøå]{1,14}")
_AGE_CELL = re.compile(
    r"\d{2}(?:\s?[-–]\s?\d{2})?(?:\s?(?:år|years))?|\d0-(?:åra|årene|årene)", re.IGNORECASE
)
_LABELLED = re.compile(
    r"(?:informant|deltaker|deltakar|respondent|participant|[PID])\.?\s?\d{1,2}\b|\d{1,2}\.?\s+\S.*\b(?:kvinne|mann)\b",
    re.IGNORECASE,
)
_AGED = re.compile(r"\b\d{2}\s?[-–]\s?\d{2}\b|\b[2-7]\d\b")
_TABLE_LINES = 60
_SHORT = 140
"""Letters up to which a line may be a row of a table."""


def worded(reading: Reading, rules: Rulebook) -> Iterator[Hit]:
    """Yield what the manuscript's own words say that a person should look at."""
    passages = [
        passage
        for passage in reading.passages
        if not passage.entry and passage.section is not Section.CONTENTS
    ]
    yield from _claims(passages, rules)
    yield from _patterns(passages, rules)
    yield from _lone_in_words(passages, rules)
    yield from _hidden(reading.passages)
    yield from _tables(passages, rules)


def _claims(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield where the text calls the material anonymous; a warning where the text itself tells of a key or of sound."""
    claim, no_claim = rules.find("anonymous"), rules.find("anonymous_not")
    body = [passage for passage in passages if not passage.block.kind.outside]
    key = any(rules.find("key_exists").search(passage.block.text) for passage in body)
    deleted = [
        p for p in body if p.section is Section.APPENDIX and rules.find("promise_delete").search(p.block.text)
    ]
    anonymised = [
        p
        for p in body
        if p.section is Section.APPENDIX and rules.find("promise_anonymise").search(p.block.text)
    ]
    for passage in body:
        if passage.section is Section.REFERENCES:
            continue
        for match in claim.finditer(passage.block.text):
            near = passage.block.text[max(0, match.start() - 40) : match.end() + 40]
            quote = passage.quote_at(match.start())
            if no_claim.search(near) or (quote is not None and (quote.cited or quote.spoken)):
                continue
            if passage.section in {Section.THEORY, Section.INTRODUCTION}:
                continue
            rule, severity = ("anonymous-claim", Severity.WARN) if key else ("anonymous-word", Severity.INFO)
            yield Hit(rule, severity, passage.index, match.start(), match.end(), "")
    if deleted and anonymised:
        for passage in sorted({p.index: p for p in (*deleted, *anonymised)}.values(), key=lambda p: p.index):
            yield Hit("promise", Severity.WARN, passage.index, 0, len(passage.block.text), "")


def _patterns(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    template, exact = rules.find("template"), rules.find("exact_time")
    for passage in passages:
        if passage.block.kind.outside:
            continue
        for match in template.finditer(passage.block.text):
            if passage.quote_at(match.start()) is None:
                yield Hit("template", Severity.WARN, passage.index, match.start(), match.end(), "")
        if passage.section in {Section.FINDINGS, Section.METHOD, Section.DISCUSSION} or passage.quotes:
            for match in exact.finditer(passage.block.text):
                quote = passage.quote_at(match.start())
                if passage.section is Section.APPENDIX or (quote is not None and quote.cited):
                    continue
                yield Hit("exact-time", Severity.WARN, passage.index, match.start(), match.end(), "")


def _lone_in_words(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    lone, context = rules.find("lone_words"), rules.find("lone_context")
    for passage in passages:
        if passage.block.kind.outside or passage.section in {
            Section.THEORY,
            Section.REFERENCES,
            Section.PREFACE,
        }:
            continue
        for match in lone.finditer(passage.block.text):
            if passage.quote_at(match.start()) is not None:
                continue
            start = passage.block.text.rfind(".", 0, match.start()) + 1
            sentence = _SENTENCE.match(passage.block.text, start)
            if sentence and context.search(sentence.group().replace(match.group(), "")):
                yield Hit("lone-person", Severity.WARN, passage.index, match.start(), match.end(), "")


def _hidden(passages: tuple[Passage, ...]) -> Iterator[Hit]:
    for passage in passages:
        if passage.block.kind is BlockKind.COMMENT:
            yield Hit("comment", Severity.WARN, passage.index, 0, len(passage.block.text), "")
        elif passage.block.kind is BlockKind.DELETED:
            yield Hit("tracked-change", Severity.WARN, passage.index, 0, len(passage.block.text), "")


# ---------------------------------------------------------------------------------------------------- sample tables


def _tables(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    yield from _cell_tables(passages, rules)
    yield from _printed_tables(passages, rules)


def _cell_tables(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    tables: dict[int, list[Passage]] = defaultdict(list)
    before: dict[int, str] = {}
    last = ""
    for passage in passages:
        cell = passage.block.cell
        if cell is None:
            last = passage.block.text
        else:
            before.setdefault(cell.table, last)
            tables[cell.table].append(passage)
    for number, cells in tables.items():
        yield from _sample(cells, before[number], rules)


def _sample(cells: list[Passage], before: str, rules: Rulebook) -> Iterator[Hit]:
    """Yield the lone people of a table whose rows are people, or whose cells count them."""
    rows: dict[int, dict[int, Passage]] = defaultdict(dict)
    for passage in cells:
        if passage.block.cell is not None:
            rows[passage.block.cell.row][passage.block.cell.column] = passage
    head = rows[min(rows)]
    about = " ".join([before, *(passage.block.text for passage in head.values())])
    women, men = rules.find("women"), rules.find("men")
    if not rules.find("sample_table").search(about) and not any(
        women.fullmatch(passage.block.text) or men.fullmatch(passage.block.text) for passage in cells
    ):
        return
    people = [row for number, row in sorted(rows.items()) if number != min(rows)]
    columns = sorted({column for row in people for column in row})
    gender = [column for column in columns if _mostly_gender(people, column, rules)]
    for column in gender:
        yield from _alone([row[column] for row in people if column in row], rules)
    yield from _counted(rows, rules)
    if gender or _mostly(people, columns, _AGE_CELL):
        facts = [column for column in columns if column != columns[0]]
        combined = Counter(
            tuple(row[column].block.text.casefold() for column in facts if column in row) for row in people
        )
        single = [
            row
            for row in people
            if combined[tuple(row[c].block.text.casefold() for c in facts if c in row)] == 1
        ]
        if len(facts) > 1 and len(people) <= 40:
            for row in single:
                passage = row[min(row)]
                yield Hit(
                    "small-cell",
                    Severity.WARN,
                    passage.index,
                    0,
                    len(passage.block.text),
                    f"table:{cells[0].index}",
                )


def _mostly_gender(people: list[dict[int, Passage]], column: int, rules: Rulebook) -> bool:
    women, men = rules.find("women"), rules.find("men")
    texts = [row[column].block.text.strip() for row in people if column in row]
    fitting = sum(bool(women.fullmatch(text) or men.fullmatch(text)) for text in texts)
    return len(texts) > 2 and fitting * 10 >= len(texts) * 8


def _mostly(people: list[dict[int, Passage]], columns: list[int], pattern: re.Pattern[str]) -> bool:
    for column in columns:
        texts = [row[column].block.text.strip() for row in people if column in row]
        if len(texts) > 2 and sum(bool(pattern.fullmatch(text)) for text in texts) * 10 >= len(texts) * 7:
            return True
    return False


def _alone(cells: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    for pattern in (rules.find("women"), rules.find("men")):
        same = [passage for passage in cells if pattern.fullmatch(passage.block.text.strip())]
        if len(same) == 1 and len(cells) > 1:
            yield Hit("lone-person", Severity.WARN, same[0].index, 0, len(same[0].block.text), "")


def _counted(rows: dict[int, dict[int, Passage]], rules: Rulebook) -> Iterator[Hit]:
    """Yield the cell with 1 of a table that counts women and men (``Kvinner | 1``)."""
    women, men = rules.find("women"), rules.find("men")
    for row in rows.values():
        texts = [row[column] for column in sorted(row)]
        if len(texts) >= 2 and (women.fullmatch(texts[0].block.text) or men.fullmatch(texts[0].block.text)):
            for passage in texts[1:]:
                if re.fullmatch(r"1|én|en|one", passage.block.text.strip(), re.IGNORECASE):
                    yield Hit("lone-person", Severity.WARN, passage.index, 0, len(passage.block.text), "")


def _printed_tables(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield lone people of a sample table of which only lines are left, as in the text of a PDF."""
    women = re.compile(rf"\b(?:{rules.shape.women})\b", re.IGNORECASE)
    men = re.compile(rf"\b(?:{rules.shape.men})\b", re.IGNORECASE)
    for before, lines in _line_runs(passages):
        about = " ".join([before, *(each.block.text for each in lines)])
        if not rules.find("sample_table").search(about):
            continue
        found = [(each, match) for each in lines for match in _gender_words(each.block.text, women, men)]
        for kind in ("f", "m"):
            same = [(each, match) for each, (sex, match) in found if sex == kind]
            if len(same) == 1 and len(found) >= 3:
                each, match = same[0]
                yield Hit("lone-person", Severity.WARN, each.index, match.start(), match.end(), "")
        rows = [each for each in lines if _LABELLED.match(each.block.text)]
        if len(rows) >= 3 and (
            len(found) >= 3 or sum(bool(_AGED.search(each.block.text)) for each in rows) >= 3
        ):
            for each in rows:
                cause = f"table:{lines[0].index}"
                yield Hit("small-cell", Severity.WARN, each.index, 0, len(each.block.text), cause)


def _line_runs(passages: list[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    """Yield runs of short lines, each with the text before it: what is left of a table once its rules are gone."""
    run: list[Passage] = []
    before = last = ""
    for passage in passages:
        block = passage.block
        short = (
            len(block.text) <= _SHORT
            and block.cell is None
            and not block.kind.outside
            and block.kind is not BlockKind.HEADING
            and not passage.quotes
            and passage.section not in {Section.TITLE, Section.PREFACE, Section.APPENDIX, Section.REFERENCES}
        )
        if short:
            before = before if run else last
            run.append(passage)
        if not short or len(run) > _TABLE_LINES:
            if len(run) >= 3:
                yield before, run
            run = []
        last = block.text
    if len(run) >= 3:
        yield before, run


def _gender_words(
    text: str, women: re.Pattern[str], men: re.Pattern[str]
) -> Iterator[tuple[str, re.Match[str]]]:
    for sex, pattern in (("f", women), ("m", men)):
        for match in pattern.finditer(text):
            # A lone letter in running words is no gender.
            if len(match.group()) > 1 or match.group().isupper():
                yield sex, match
