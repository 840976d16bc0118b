"""A report before it is HTML or JSON: sections of sentences and tables, so that both say the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anonymizer.report.messages import Lang, log_words, messages

__all__ = ["Cell", "Chart", "Paragraph", "Report", "Section", "Table", "Writer"]

Raw = str | int | bool | None
_ID_SHOWN = 8
_SHORT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Z]{2,6}-[0-9]{2,3}")
_TONES = {
    "fail": "bad",
    "needs-evidence": "warn",
    "overdue": "bad",
    "broken": "bad",
    "consistent": "warn",
    "confirmed": "good",
    "pass": "good",
    "withdrawn": "warn",
    "frozen": "warn",
}
"""Words that are also set off by colour; the word itself always stands there."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows at one place: as programs read it, as people read it, and how long its bar is (0 to 1)."""

    raw: Raw
    shown: str
    bar: float | None = None
    tone: str = ""
    whole: bool = False
    """Whether it must stand on one line: a date, a time, an id."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its caption; ``columns`` are (id, heading)."""

    id: str
    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    stated: bool = False
    """Whether it shows what the researcher says, which the log cannot know."""

    def numeric(self, at: int) -> bool:
        """Tell whether column ``at`` holds numbers, and is set flush right; a list of facts never is."""
        cells = [row[at].raw for row in self.rows]
        return self.columns[0][0] != "what" and any(
            isinstance(raw, int) and not isinstance(raw, bool) for raw in cells
        )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two; ``tone`` sets a warning apart."""

    id: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as its data: rows of (label, ((day, how many), ...)), and ``text``, which says what it shows."""

    id: str
    title: str
    text: str
    rows: tuple[tuple[str, tuple[tuple[dt.date, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: sentences, then charts, then tables, then lines to fill in by hand."""

    id: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    blanks: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole; ``outcome`` is the verdict on the log, ``label`` what the material is."""

    lang: Lang
    title: str
    subtitle: str
    made: str
    outcome: str
    label: str | None
    sections: tuple[Section, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the page itself says: the heading of the contents, where a table scrolls."""

    def as_json(self) -> dict[str, Any]:
        """Return the same content for programs: cells as the log has them, sentences as people read them."""
        return {
            "format": "anonymizer-report/1",
            "lang": self.lang,
            "title": self.title,
            "subtitle": self.subtitle,
            "made": self.made,
            "outcome": self.outcome,
            "label": self.label,
            "sections": [
                {
                    "id": section.id,
                    "title": section.title,
                    "paragraphs": [{"id": one.id, "text": one.text} for one in section.paragraphs],
                    "charts": [
                        {
                            "id": chart.id,
                            "title": chart.title,
                            "text": chart.text,
                            "rows": [
                                {
                                    "label": label,
                                    "points": [
                                        {"date": day.isoformat(), "count": count} for day, count in points
                                    ],
                                }
                                for label, points in chart.rows
                            ],
                        }
                        for chart in section.charts
                    ],
                    "tables": [
                        {
                            "id": table.id,
                            "caption": table.caption,
                            "stated_by_researcher": table.stated,
                            "columns": [{"id": key, "title": title} for key, title in table.columns],
                            "rows": [
                                {key: cell.raw for (key, _), cell in zip(table.columns, row, strict=True)}
                                for row in table.rows
                            ],
                        }
                        for table in section.tables
                    ],
                    "to_fill_in": list(section.blanks),
                }
                for section in self.sections
            ],
        }


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes cells, sentences and tables in one language."""

    lang: Lang

    def text(self, key: str, **values: object) -> str:
        """Return a sentence with its values filled in."""
        return messages().texts[key].say(self.lang).format_map(values)

    def para(self, key: str, tone: str = "", **values: object) -> Paragraph:
        """Return a sentence as a paragraph."""
        return Paragraph(key, self.text(key, **values), tone)

    def section(
        self,
        key: str,
        paragraphs: Iterable[Paragraph] = (),
        tables: Iterable[Table] = (),
        blanks: Iterable[str] = (),
        charts: Iterable[Chart] = (),
    ) -> Section:
        """Return a section; one with nothing in it says so."""
        shown, kept = tuple(paragraphs), tuple(table for table in tables if table.rows)
        if not shown and not kept:
            shown = (self.para("none"),)
        return Section(
            key, messages().sections[key].say(self.lang), shown, kept, tuple(blanks), tuple(charts)
        )

    def table(
        self, key: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, stated: bool = False
    ) -> Table:
        """Return a table; its caption and headings come from the catalogue."""
        heads = tuple((column, messages().columns[column].say(self.lang)) for column in columns)
        made = tuple(tuple(row) for row in rows)
        if any(len(row) != len(heads) for row in made):
            raise ValueError(f"a row of {key} has not as many cells as there are columns")
        return Table(key, messages().tables[key].say(self.lang), heads, made, stated)

    def word(self, value: str | None) -> Cell:
        """Return a word of the log's closed lists."""
        if value is None or value == "":
            return Cell(None, "–")
        return Cell(value, log_words().words[value][self.lang], tone=_TONES.get(value, ""))

    def words(self, values: Iterable[str]) -> Cell:
        """Return several words, one after the other."""
        listed = list(values)
        return Cell(", ".join(listed), ", ".join(self.word(value).shown for value in listed) or "–")

    def state(self, key: str) -> Cell:
        """Return the word for a state that the report itself tells."""
        return Cell(key, messages().states[key].say(self.lang), tone=_TONES.get(key, ""))

    def flag(self, value: bool | None) -> Cell:
        """Return yes or no."""
        if value is None:
            return Cell(None, "–")
        return Cell(value, self.text("yes" if value else "no"))

    def id(self, value: str | None) -> Cell:
        """Return a random id by its first digits."""
        if not value:
            return Cell(None, "–")
        return Cell(value, value[:_ID_SHOWN], whole=True)

    def ids(self, values: Iterable[str]) -> Cell:
        """Return several random ids."""
        listed = list(values)
        return Cell(", ".join(listed), ", ".join(value[:_ID_SHOWN] for value in listed) or "–")

    def number(self, value: int | None, largest: int = 0) -> Cell:
        """Return a number, with a bar if ``largest`` is given."""
        if value is None:
            return Cell(None, "–")
        return Cell(value, str(value), bar=value / largest if largest else None)

    def plain(self, value: str | None) -> Cell:
        """Return a text that needs no translation: a date, a version, the id of a rule or pack."""
        return Cell(value or None, value or "–", whole=_SHORT.fullmatch(value or "") is not None)

    def time(self, value: str | None) -> Cell:
        """Return a time of the log to the minute."""
        return Cell(value, value[:16].replace("T", " "), whole=True) if value else Cell(None, "–")

    def heading(self, column: str) -> Cell:
        """Return a column's heading as the first cell of a row that runs across."""
        return Cell(column, messages().columns[column].say(self.lang))
