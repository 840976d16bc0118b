"""The letter lint: what an information letter must hold, must not hold, and must not promise at once (CON-02).

Works on plain text. The wordings are data (``rules/letters/wordings.yaml``), in Bokmål and Nynorsk. A fault carries its
key and its lines in the letter, never its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, field_validator

from anonymizer.data import Strict, Text, load_yaml, rules_dir
from anonymizer.policy.registry import Severity

__all__ = ["LetterFault", "fault_words", "lint_letter"]

_TWO_TITLES = "two-titles"

Kind = Literal["left-over", "contradiction", "contradiction-with-study", "missing"]


class Wording(Strict):
    """One thing to look for.

    ``left-over``: any of ``patterns`` is a fault. ``missing``: none of them is. ``contradiction``: one of ``patterns``
    and one of ``against`` stand in the same letter. ``contradiction-with-study``: one of ``patterns`` stands there
    while the study, or the letter by ``against``, collects what would identify. ``unless`` takes a line out of account.
    """

    kind: Kind
    severity: Severity
    what: Text
    source: Annotated[str, Field(min_length=1)]
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]
    against: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @field_validator("patterns", "against", "unless")
    @classmethod
    def _compiles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"a pattern is no regular expression: {error.msg}") from None
        return value


class _Title(Strict):
    """How a letter names its project: each pattern's group 1 is a title."""

    patterns: tuple[str, ...]
    what: Text
    source: str


class _Wordings(Strict):
    titles: _Title
    wordings: dict[str, Wording]


@dataclass(frozen=True, slots=True)
class LetterFault:
    """One fault: its key, how heavy it is, in words, and the lines (from 1) where it stands, none if it is missing."""

    key: str
    severity: Severity
    what: Text
    lines: tuple[int, ...]


@cache
def wordings() -> tuple[_Title, Mapping[str, Wording]]:
    """Return what is looked for, validated; ``PackError`` names file, line and key."""
    read = load_yaml(rules_dir() / "letters" / "wordings.yaml").parse(_Wordings)
    return read.titles, read.wordings


@cache
def fault_words() -> Mapping[str, Text]:
    """Return every fault's key with what it says."""
    titles, known = wordings()
    return {**{key: one.what for key, one in known.items()}, _TWO_TITLES: titles.what}


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter as written and as read: a phrase may run over a line's end, a blank line ends it."""

    written: str
    read: str

    @classmethod
    def of(cls, text: str) -> _Letter:
        written = text.replace("\r\n", "\n").replace("\r", "\n")
        return cls(written, re.sub(r"(?<!\n)\n(?!\n)", " ", written))


def _lines(letter: _Letter, patterns: tuple[str, ...], unless: tuple[str, ...] = ()) -> tuple[int, ...]:
    """Return the lines of what matches in a sentence that holds no ``unless``."""
    if not patterns:
        return ()
    wanted, spared = _compiled(patterns), _compiled(unless) if unless else None
    found = []
    for match in wanted.finditer(letter.read):
        if spared is not None and spared.search(_sentence(letter.read, match.start(), match.end())):
            continue
        found.append(letter.written.count("\n", 0, match.start()) + 1)
    return tuple(dict.fromkeys(found))


def _sentence(text: str, start: int, end: int) -> str:
    """Return the sentence round a match: promises are taken back within it ("ikke anonym")."""
    first = max((text.rfind(mark, 0, start) for mark in (". ", "? ", "! ", "\n\n")), default=-1)
    ends = [at for mark in (". ", "? ", "! ", "\n\n") if (at := text.find(mark, end)) >= 0]
    return text[first + 1 : min(ends, default=len(text))]


def lint_letter(text: str, *, identifying: bool = False) -> tuple[LetterFault, ...]:
    """Return the faults of a letter, those that block first.

    ``identifying`` says that the study itself keeps names, contacts, recordings or a key table.
    """
    titles, known = wordings()
    faults: list[LetterFault] = []
    letter = _Letter.of(text)
    for key, one in known.items():
        lines = _lines(letter, one.patterns, one.unless)
        against = _lines(letter, one.against)
        if one.kind == "left-over":
            fault = bool(lines)
        elif one.kind == "missing":
            fault, lines = not lines, ()
        elif one.kind == "contradiction":
            fault = bool(lines) and bool(against)
        else:
            fault = bool(lines) and (identifying or bool(against))
        if fault:
            faults.append(LetterFault(key, one.severity, one.what, lines))
    named = {
        _folded(m.group(1))
        for pattern in titles.patterns
        for m in re.finditer(pattern, letter.written, re.MULTILINE | re.IGNORECASE)
    }
    if len(named) > 1:
        faults.append(LetterFault(_TWO_TITLES, Severity.BLOCK, titles.what, ()))
    return tuple(sorted(faults, key=lambda fault: fault.severity is not Severity.BLOCK))


def _folded(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))
