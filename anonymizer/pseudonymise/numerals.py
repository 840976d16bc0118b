"""Numbers as they are written or said in Norwegian: ``42``, ``førtito``, ``to og førti``."""

from __future__ import annotations

import re
from functools import cache

from anonymizer.pseudonymise.wordings import fold, numbers

__all__ = ["parse_number", "parse_year"]


@cache
def _spoken() -> dict[str, int]:
    """Return every number from 0 to 99 by the ways to say it."""
    data = numbers()
    said = dict(data.units)
    ones = {word: value for word, value in data.units.items() if 1 <= value <= 9}
    for ten, value in data.tens.items():
        said[ten] = value
        for one, small in ones.items():
            said[f"{ten}{one}"] = said[f"{ten} {one}"] = said[f"{ten}-{one}"] = value + small
            said[f"{one}og{ten}"] = said[f"{one} og {ten}"] = value + small
    return said


def parse_number(text: str) -> int | None:
    """Return the whole number that the text is, in figures or words up to 199; ``None`` if it is none."""
    folded = fold(text)
    if re.fullmatch(r"\d{1,4}", folded):
        return int(folded)
    if re.fullmatch(r"\d{1,3}[.,]\d", folded):
        return int(re.split("[.,]", folded)[0])
    if folded in _spoken():
        return _spoken()[folded]
    if match := re.fullmatch(r"(?:ett |eit |et |eitt )?hundre(?:\s?og\s?(.+))?", folded):
        rest = _spoken().get(match[1]) if match[1] else 0
        return None if rest is None else 100 + rest
    return None


def parse_year(text: str) -> int | None:
    """Return the year 1850–2099 that the text is: ``1987``, ``nittenåttisju``, ``to tusen og tolv``."""
    folded = fold(text)
    if re.fullmatch(r"(?:18[5-9]|19\d|20\d)\d", folded):
        return int(folded)
    if match := re.fullmatch(r"['´](\d\d)", folded):
        return _century(int(match[1]))
    if match := re.fullmatch(r"(nitten|atten|tjue)[ -]?(?:hundre ?(?:og ?)?)?(.+)", folded):
        head = {"atten": 1800, "nitten": 1900, "tjue": 2000}[match[1]]
        rest = _spoken().get(match[2])
        if rest is not None and (rest >= 10 or "hundre" in folded):
            return head + rest
    if match := re.fullmatch(r"to ?tusen(?:(?: ?og ?| )(.+))?", folded):
        rest = _spoken().get(match[1]) if match[1] else 0
        return None if rest is None else 2000 + rest
    return None


def _century(two: int) -> int:
    """Return the year that two figures mean: 30–99 in the last century, 00–29 in this."""
    return 1900 + two if two >= 30 else 2000 + two
