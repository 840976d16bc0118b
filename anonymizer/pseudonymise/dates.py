"""A written date told by month, season, year or decade, or moved by a participant's own number of days.

Reads figures (``12.05.2015``, ``12/5-15``, ``2015-05-12``) and words (``tolvte mai nittenåttisju``). What cannot
be read becomes ``[dato]``, ``[ukedag]`` or ``[klokkeslett]``: a date is never left because it was hard to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from anonymizer.data import To
from anonymizer.model import Standard
from anonymizer.pseudonymise.numerals import parse_number, parse_year
from anonymizer.pseudonymise.wordings import fold, mark, numbers

__all__ = ["WrittenDate", "coarsen_date", "parse_date", "shift_date"]


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """What a written date says; parts it does not say are ``None``."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: str | None = None
    decade: int | None = None


_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d.*)?$")
_FIGURES = re.compile(r"^(\d{1,2})[./-]\s?(\d{1,2})(?:[./ -]\s?(\d{4}|\d{2})|[.])?$")
_EIGHT = re.compile(r"^(\d{2})(\d{2})(\d{4})$")
_DECADE = re.compile(
    r"^(?:(?:(?:tidlig|tidleg|sent|seint|midt|slutten av|begynnelsen av)\s+)?(?:på|i)\s+)?"
    r"(.+?)[ -]?(?:tallet|talet|tale|årene|åra)$"
)
_CLOCK = re.compile(r"\b(?:kl\.?|klokka|klokken)\b|^\d{1,2}[:.]\d{2}$")


def _full_year(two: str) -> int:
    value = int(two)
    if len(two) == 4:
        return value
    return 1900 + value if value >= 30 else 2000 + value


@cache
def _season_forms() -> dict[str, str]:
    return {fold(form): name for name, season in numbers().seasons.items() for form in season.forms}


def parse_date(text: str) -> WrittenDate | None:
    """Return what the text says of a date; ``None`` when it says no month, season, year or decade."""
    folded = fold(text)
    if match := _ISO.match(folded):
        return _checked(int(match[1]), int(match[2]), int(match[3]))
    if match := _EIGHT.match(folded):
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    if match := _FIGURES.match(folded):
        return _checked(_full_year(match[3]) if match[3] else None, int(match[2]), int(match[1]))
    if match := _DECADE.match(folded):
        head = match[1].removesuffix("-")
        if (year := parse_year(head)) is not None:
            return WrittenDate(decade=year // 10 * 10)
        if (number := parse_number(head)) is not None and number < 100:
            return WrittenDate(decade=(1900 if number >= 30 else 2000) + number // 10 * 10)
    return _in_words(folded)


def _checked(year: int | None, month: int, day: int) -> WrittenDate | None:
    try:
        date(year if year is not None else 2000, month, day)
    except ValueError:
        return WrittenDate(year=year) if year is not None and year >= 1850 else None
    return WrittenDate(year, month, day)


def _in_words(folded: str) -> WrittenDate | None:
    said: dict[str, int] = {}
    season = None
    words = [word.rstrip(".") for word in re.findall(r"['´]?\w+\.?", folded.replace(",", " "))]
    position = 0
    while position < len(words):
        if "year" not in said and (taken := _year_run(words, position, said)):
            position += taken
            continue
        word = words[position]
        season = season or _season_forms().get(word)
        _take_word(word, said)
        position += 1
    year, month, day = said.get("year"), said.get("month"), said.get("day")
    if year is None and month is None and season is None:
        return None
    if day is not None and (month is None or not _possible(year, month, day)):
        day = None
    return WrittenDate(year, month, day, season)


def _year_run(words: list[str], position: int, said: dict[str, int]) -> int:
    """Note the year that begins here, the longest run of words first; return how many words it took."""
    for length in (4, 3, 2, 1):
        run = words[position : position + length]
        if len(run) == length and (year := parse_year(" ".join(run))) is not None:
            said["year"] = year
            return length
    return 0


def _take_word(word: str, said: dict[str, int]) -> None:
    """Note the month or day that one word says; the second ordinal of "den tolvte i femte" is the month."""
    data = numbers()
    month = data.months.get(word) or data.feasts.get(word)
    ordinal = data.ordinals.get(word)
    if month is not None:
        said.setdefault("month", month)
    elif ordinal is not None:
        if "day" not in said:
            said["day"] = ordinal
        elif ordinal <= 12:
            said.setdefault("month", ordinal)
    elif word.isdecimal() and len(word) <= 2:
        if "day" not in said and "month" not in said and int(word) <= 31:
            said["day"] = int(word)
        elif "month" in said and len(word) == 2:
            said.setdefault("year", _full_year(word))


def _possible(year: int | None, month: int, day: int) -> bool:
    try:
        date(year if year is not None else 2000, month, day)
    except ValueError:
        return False
    return True


def coarsen_date(text: str, to: To, standard: Standard) -> str:
    """Return the mark for a written date at the pack's level; what was told coarsely is never made finer."""
    words = numbers().words
    said = parse_date(text)
    if said is None:
        return mark(words[_unread(text)].say(standard))
    decade = said.decade
    if decade is None and said.year is not None:
        decade = said.year // 10 * 10
    if to is To.MONTH and said.month is not None:
        name = numbers().month_names[said.month - 1]
        return mark(f"{name} {said.year}" if said.year is not None else name)
    if to in {To.MONTH, To.SEASON} and (season := said.season or _season_of(said.month)):
        name = numbers().seasons[season].say(standard)
        return mark(f"{name} {said.year}" if said.year is not None else name)
    if to in {To.MONTH, To.SEASON, To.YEAR} and said.year is not None:
        return mark(str(said.year))
    if to in {To.MONTH, To.SEASON, To.YEAR, To.DECADE} and decade is not None:
        return mark(words["decade"].say(standard).format(decade=decade))
    return mark(words["date"].say(standard))


def _season_of(month: int | None) -> str | None:
    return next((name for name, one in numbers().seasons.items() if month in one.months), None)


def _unread(text: str) -> str:
    folded = fold(text)
    if _CLOCK.search(folded):
        return "clock"
    words = set(re.findall(r"[^\W\d_]+", folded))
    if words & set(numbers().weekdays) and not re.search(r"\d", folded):
        return "weekday"
    return "date"


def shift_date(text: str, days: int, standard: Standard) -> str:
    """Return the date ``days`` later, as far as it was told.

    Figures stay figures and words become ``12. mai 2015``. What says less than a day and month, or a month and
    year, is told by decade instead: moved by days it would stand as it was.
    """
    said = parse_date(text)
    if said is None or said.month is None or (said.day is None and said.year is None):
        return coarsen_date(text, To.DECADE, standard)
    year = said.year if said.year is not None else 2001
    moved = date(year, said.month, said.day or 15) + timedelta(days=days)
    folded = fold(text)
    if _ISO.match(folded):
        return moved.isoformat()
    if match := _FIGURES.match(folded):
        separators = re.findall(r"[./ -]+", text.strip())
        parts = [str(moved.day).zfill(len(match[1])), str(moved.month).zfill(len(match[2]))]
        if match[3]:
            parts.append(str(moved.year)[-len(match[3]) :])
        pairs = zip(parts, [*separators, *[""] * len(parts)], strict=False)
        return "".join(part + separator for part, separator in pairs)
    day = f"{moved.day}. " if said.day is not None else ""
    told = f" {moved.year}" if said.year is not None else ""
    return f"{day}{numbers().month_names[moved.month - 1]}{told}"
