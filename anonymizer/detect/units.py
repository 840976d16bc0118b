"""The units of an institution: a ward (``medisinsk sengepost 2``), a battalion (``2. bataljon``), an institute."""

from __future__ import annotations

import re

from anonymizer.detect.institution_names import FROM, InstitutionNames
from anonymizer.detect.reading import Reading

__all__ = ["department", "numbered", "ward"]

_SIGNS = frozenset(["to", "tre", "fire", "fem", "seks", "sju", "syv", "åtte", "ni", "ti", *"bcdfgh"])
_CODE = re.compile(r"\d{1,3}[a-h]?|[a-h]\d{1,2}")
_SHORTEST_BRANCH = 7
_AVDELING = frozenset(["avdeling", "avd", "klinikk", "seksjon"])
_ORDINALS = frozenset(["første", "fyrste", "andre", "tredje", "fjerde", "femte", "sjette"])
_QUALITY = ("sk", "ig", "eg", "te", "le")
"""How a word ends that qualifies the next one: Institutt for ``psykisk`` helse."""


def ward(
    reading: Reading, at: int, end: int, names: InstitutionNames, there: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Return ``medisinsk sengepost 2``, ``post 4``, ``psykiatrisk avdeling på Notodden``.

    ``there`` is the institution that begins after ``på`` or ``ved``, if the caller knows one.
    """
    first = at - (reading.folded(at - 1) in _AVDELING and reading.beside(at))
    branch = reading.folded(first - 1)
    special = branch.endswith("sk") and len(branch) > _SHORTEST_BRANCH and reading.beside(first)
    first -= special
    last = end_of_sign(reading, end)
    placed = last
    if reading.folded(last) in {"på", "ved", "i"} and reading.is_word(last + 1):
        placed = there[1] if there is not None and there[0] == last + 1 else 0
        placed = placed or names.capital_place(reading, last + 1) or last
    elif special and last < len(reading.words) and reading.beside(last):
        placed = names.capital_place(reading, last) or last  # kirurgisk sengepost Ringerike
    if last > end:
        known = special or reading.named(at) or reading.folded(first - 1) in FROM
        return (first, placed) if known else None
    return (first, placed) if special and (placed > last or reading.named(first)) else None


def end_of_sign(reading: Reading, end: int) -> int:
    """Return where the number or letter of a ward ends, ``end`` if none stands there: post ``3B``."""
    if end >= len(reading.words) or not reading.beside(end):
        return end
    sign = reading.folded(end)
    known = sign in _SIGNS or (sign == "a" and reading.capital(end)) or _CODE.fullmatch(sign)
    return end + 1 if known else end


def numbered(reading: Reading, at: int) -> int | None:
    """Return where ``2. bataljon`` or ``andre kompani`` begins."""
    if reading.folded(at - 1) in _ORDINALS and not reading.opens(at - 1):
        return at - 1
    if at > 1 and reading.words[at - 1] == "." and reading.words[at - 2].isdigit():
        return at - 2
    return None


def department(reading: Reading, at: int, end: int, head: str) -> int | None:
    """Return where ``Institutt for vernepleie``, ``Landsforeningen for barnevernsbarn`` ends.

    A ``head`` listed with a capital is an everyday word without one (avdeling for små).
    """
    if head[0].isupper() and not reading.named(at) and reading.words[at - 1] not in {"(", "["}:
        return None
    if not reading.is_word(end) or not reading.beside(end) or reading.is_function_word(end):
        return None
    last = end + 1
    if reading.folded(end).endswith(_QUALITY) and reading.is_word(last) and reading.beside(last):
        last += 1
    if reading.folded(last) == "og" and reading.is_word(last + 1) and not reading.is_function_word(last + 1):
        last += 2
    return last
