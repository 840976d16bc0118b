"""Tables of participants: a lone woman, a row that only one person fits, exact years beside a pseudonym."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from anonymizer.formats import BlockKind
from anonymizer.scan.language import is_first_name
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["sample_tables"]

_LABEL_CELL = re.compile(
    r"(?:informant|deltaker|deltakar|respondent|participant|person|P|I|D|R|IP)?\s?\.?\s?\d{1,2}\.?",
    re.IGNORECASE,
)
_NAME_CELL = re.compile(r"[A-ZÆØÅ][a-zæøå]{1,14}")
_AGE_CELL = re.compile(
    r"\d{2}(?:\s?[-–]\s?\d{2})?(?:\s?(?:år|years))?|\d0-(?:åra|årene|årene)", re.IGNORECASE
)
_AGED = re.compile(r"\b\d{2}\s?[-–]\s?\d{2}\b|\b[2-7]\d\b")
_TABLE_LINES = 160
_CELL = 60
"""Letters up to which a line may be a cell of a row whose label stands alone."""
_SHORT = 140
"""Letters up to which a line may be a row of a table."""


def sample_tables(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield lone people and rows that only one participant fits, in tables with cells and in printed ones."""
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
    label = re.compile(
        rf"(?:{rules.shape.label})(?!\w)|[PIDRTSEL]\.?\s?\d{{1,2}}\b|\d{{1,2}}\.?(?=\s+(?-i:[A-ZÆØÅ]))",
        re.IGNORECASE,
    )
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
        rows = _printed_rows(lines, label)
        if len(rows) < 3:
            rows = _rows_by_gender(lines, women, men)
        aged = sum(bool(_AGED.search(text)) for _, text in rows)
        gendered = sum(any(True for _ in _gender_words(text, women, men)) for _, text in rows)
        if len(rows) >= 3 and max(aged, gendered) >= 3:
            for each, _ in rows:
                cause = f"table:{lines[0].index}"
                yield Hit("small-cell", Severity.WARN, each.index, 0, len(each.block.text), cause)
            if rules.find("exact_column").search(about):
                yield from _exact_figures([each for each, _ in rows])


def _printed_rows(lines: list[Passage], label: re.Pattern[str]) -> list[tuple[Passage, str]]:
    """Return the rows of a printed table with their text: one line each, or a label and the cells below it."""
    rows: list[tuple[Passage, str]] = []
    lone = False
    for each in lines:
        text = each.block.text
        named = re.match(r"[A-ZÆØÅ][a-zæøå]{1,14}(?=\s|;|$)", text)
        marked = label.match(text) or (named if named and is_first_name(named.group()) else None)
        if marked:
            rows.append((each, text))
            lone = marked.end() == len(text.rstrip())
        elif rows and lone and len(text) <= _CELL:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {text}")
    return rows


def _rows_by_gender(
    lines: list[Passage], women: re.Pattern[str], men: re.Pattern[str]
) -> list[tuple[Passage, str]]:
    """Return the rows of a printed table whose cells stand below each other: each begins with a gender here."""
    rows: list[tuple[Passage, str]] = []
    for each in lines:
        text = each.block.text.strip()
        if women.fullmatch(text) or men.fullmatch(text):
            rows.append((each, text))
        elif rows and len(text) <= _CELL:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {text}")
    return rows


def _exact_figures(rows: list[Passage]) -> Iterator[Hit]:
    """Yield the figures with a part of a year in rows under a heading that tells of time sober, served or treated."""
    for each in rows:
        for match in re.finditer(
            r"\b\d{1,2}[,.]\d\b(?:\s?år)?|\b\d{1,2}\s?(?:½|1/2|mnd|måneder|månader)", each.block.text
        ):
            yield Hit("exact-time", Severity.WARN, each.index, match.start(), match.end(), "")


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
