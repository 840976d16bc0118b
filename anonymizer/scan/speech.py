"""Dialect in what participants are quoted with: it shows where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from anonymizer.detect.dialect import dialect_area, find_dialect
from anonymizer.model import EntityType, Finding
from anonymizer.scan.language import is_english
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage
from anonymizer.scan.sections import Section

__all__ = ["dialect", "in_dialect"]

_FEW = 2
"""Dialect words that mark a quote."""
_MARKED = 0.75
"""Score of a single dialect word from which on it marks its quote."""
_LOCAL = 0.9
"""Probability of a dialect area from which on a quote counts as dialect by its sound alone."""
_RATHER = 0.6
"""The same for a block without quotation marks that holds several dialect words."""
_LONG_ENOUGH = 6
"""Words from which on that probability means anything."""


def dialect(passage: Passage, findings: Sequence[Finding]) -> Iterator[Hit]:
    """Yield the quotes of a block that are printed in dialect, and a block that is all dialect."""
    if passage.entry or passage.block.kind.outside or passage.section is Section.CONTENTS:
        return
    marks = [finding for finding in findings if finding.entity_type is EntityType.DIALECT]
    text = passage.block.text
    spans = [(quote.start, quote.end, quote.spoken) for quote in passage.quotes if not quote.cited]
    unquoted = passage.section not in {Section.THEORY, Section.REFERENCES, Section.TITLE}
    # The author's own account of dialect forms names some; speech without quotation marks is dialect throughout.
    if (
        len(marks) >= 3
        and unquoted
        and not passage.quotes
        and not _listed(text, marks)
        and _sounds_local(text, _RATHER)
    ):
        spans.append((0, len(text), False))
    for start, end, spoken in spans:
        inside = [mark for mark in marks if start <= mark.start < end]
        marked = len(inside) >= _FEW or any(mark.score >= _MARKED for mark in inside)
        if marked or (spoken and _sounds_local(text[start:end])):
            yield Hit("dialect-in-quote", Severity.WARN, passage.index, start, end, "", EntityType.DIALECT)


def in_dialect(text: str) -> bool:
    """Tell whether quoted speech is printed in dialect."""
    return sum(1 for _ in find_dialect(text)) >= _FEW or _sounds_local(text)


def _listed(text: str, marks: Sequence[Finding]) -> bool:
    """Tell whether dialect words are listed as words: ``æ, mæ og dæ``."""
    gaps = (text[one.end : other.start] for one, other in pairwise(marks))
    return sum(re.fullmatch(r"\s?(?:,|/|og|eller|and|or)\s", gap) is not None for gap in gaps) >= 2


def _sounds_local(text: str, limit: float = _LOCAL) -> bool:
    """Tell whether speech is in no written standard though none of its words is on the list (``det e jo sånn``)."""
    if len(text.split()) < _LONG_ENOUGH or is_english(text):
        return False
    areas = dialect_area(text)
    return 1 - areas["bokmaal"] - areas["nynorsk"] >= limit
