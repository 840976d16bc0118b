"""What the marks in a citation stand for: [S19], [K], T1 (``rules/sources.yaml``)."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated

from pydantic import Field

from anonymizer.data import Strict, load_yaml, rules_dir

__all__ = ["marks_in", "sources_of", "unknown_marks"]

_MARK = re.compile(r"\b(?:S\d{1,2}b?|T\d|K)\b")
_SPAN = re.compile(r"\bT(\d)-T(\d)\b")


class _Sources(Strict):
    sources: dict[Annotated[str, Field(pattern=r"^(?:S\d{1,2}b?|T\d|K)$")], str]


@cache
def _sources() -> dict[str, str]:
    return load_yaml(rules_dir() / "sources.yaml").parse(_Sources).sources


def marks_in(citation: str) -> tuple[str, ...]:
    """Return the marks of a citation in their order; "T0-T3" is each of the four."""
    wide = _SPAN.sub(lambda m: " ".join(f"T{n}" for n in range(int(m[1]), int(m[2]) + 1)), citation)
    return tuple(dict.fromkeys(_MARK.findall(wide)))


def sources_of(citation: str) -> dict[str, str]:
    """Return what each mark of a citation stands for; ``KeyError`` for one that is not in the list."""
    return {mark: _sources()[mark] for mark in marks_in(citation)}


def unknown_marks(citation: str) -> tuple[str, ...]:
    """Return the marks that the list does not have."""
    return tuple(mark for mark in marks_in(citation) if mark not in _sources())
