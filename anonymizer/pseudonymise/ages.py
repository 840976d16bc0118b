"""An age told by a band, or roughly, in the grammar it was written in."""

from __future__ import annotations

import re

from anonymizer.data import To, Treatment
from anonymizer.model import Standard
from anonymizer.pseudonymise.numerals import parse_number
from anonymizer.pseudonymise.wordings import fold, mark, numbers

__all__ = ["coarsen_age"]

_OLDEST = 90
"""Ages over 89 are pooled (rules.md c)."""

_TAIL = re.compile(
    r"^(?P<number>.+?)(?P<joint>\s*-?\s*)(?P<tail>"
    r"års?alderen|års?dag(?:en)?|år\s+gam(?:mel|le|al|mal|malt)|års?|åring(?:en|a|er|ar|ane|ene)?s?|årig(?:e)?"
    r"|måneder|månader|månad|måned|mnd|uker|veker|veke|uke|dager|dagar|årene|åra|åran)(?P<old>\s+gam(?:mel|le|al))?$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:(?:er|e|var|va|blir|ble|vart|fylte|fyller|fylt|alder|på|rundt|ca\.?|cirka|nesten|omtrent|over|under|snart|"
    r"midt i|i|ho er|han er|jeg er|eg er|æ e)\s+)+",
    re.IGNORECASE,
)
_SMALL = ("måned", "månad", "mnd", "uke", "veke", "dag")


def coarsen_age(text: str, treatment: Treatment, standard: Standard) -> str:
    """Return the mark for a written age: its band or a round number; ``[alder]`` when it can't be read."""
    words = numbers().words
    prefix = _PREFIX.match(text)
    lead = prefix[0] if prefix else ""
    body = text[len(lead) :]
    match = _TAIL.match(body)
    number, tail, joint = (match["number"], match["tail"], match["joint"]) if match else (body, "", "")
    old = (match["old"] or "") if match else ""
    folded_tail = fold(tail)
    age = parse_number(number)
    if age is None:
        age = _joined_number(body)
        if age is None:
            return mark(words["age"].say(standard))
        folded_tail, joint, tail = "årene", "-", "årene"
    if folded_tail.startswith(_SMALL):
        months = age if folded_tail.startswith(("måned", "månad", "mnd")) else 0
        if months < 24:
            return lead + mark(words["small_child"].say(standard) + old)
        age, joint, tail, folded_tail = months // 12, " ", words["years"].say(standard), "år"
    if age > 120:
        return mark(words["age"].say(standard))
    return lead + _told(age, joint, tail, treatment, standard)


def _joined_number(body: str) -> int | None:
    """Return the decade that ``førtiårene`` or ``40-åra`` names."""
    match = re.match(r"^(.+?)-?(?:årene|åra|åran|års?alderen)$", fold(body))
    return parse_number(match[1]) if match else None


def _told(age: int, joint: str, tail: str, treatment: Treatment, standard: Standard) -> str:
    words, folded = numbers().words, fold(tail)
    if tail and not joint:  # "førtiårsdagen": figures take a hyphen, the unit a space
        joint = " " if folded in {"år", "års"} else "-"
    if folded in {"årene", "åra", "åran"}:
        return mark(f"{age // 10 * 10}-{tail}")
    if treatment.to is To.APPROXIMATE:
        rough = (age + 5) // 10 * 10 if age >= 15 else max(5, (age + 2) // 5 * 5)
        return mark(f"{words['approximate'].say(standard).format(age=rough)}{joint}{tail}")
    if treatment.to is not To.BAND:
        return mark(words["age"].say(standard))
    width = treatment.band_width
    if age >= _OLDEST:
        if folded.startswith("år") and not folded.startswith(("åring", "årig", "årsdag", "årsalder")):
            return mark(words["oldest"].say(standard))
        return mark(words["oldest_bare"].say(standard))
    low = age // width * width
    high = min(low + width - 1, _OLDEST - 1)
    return mark(f"{words['band'].say(standard).format(low=low, high=high)}{joint}{tail}")
