"""A name as written (inflected, initialled, in capitals, after a title) and a surrogate in the same form.

A mark's genitive ending stands outside the bracket, ``[søsteren]s bil``, so that a mark is the same string
wherever it stands; names take Norwegian's own ``s``, or an apostrophe after s, x and z (``Lars'``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from anonymizer.pseudonymise.wordings import Relation, fold, relations

__all__ = ["Casing", "Ending", "WrittenName", "inflect", "parse_name", "relation_around", "relation_of"]

_APOSTROPHES = "'’‘"
_INITIAL = re.compile(r"^[^\W\d_]\.?$|^(?:[^\W\d_]\.)+[^\W\d_]?\.?$")
_TITLES = frozenset(
    (
        *(
            "fru",
            "frue",
            "frua",
            "frøken",
            "herr",
            "hr",
            "doktor",
            "dokter",
            "dr",
            "prof",
            "professor",
            "pastor",
        ),
        *("sokneprest", "sheikh", "sjeik", "mulla", "sir", "han", "ho", "hun", "hu", "den", "'n", "'a"),
    )
)
"""Words that may stand before a name inside a finding and say nothing of a relation."""


class Ending(StrEnum):
    """The ending a name was written with."""

    NONE = ""
    GENITIVE = "genitive"
    DEFINITE = "definite"


class Casing(StrEnum):
    """How a name was written: as names are, all small (speech recognition), all capitals."""

    NORMAL = "normal"
    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class WrittenName:
    """What a stretch of text says about a person.

    ``base`` is the folded name without titles and ending (empty when only a relation stands there); ``title``
    is the title as written, with the space after it.
    """

    base: str
    ending: Ending
    casing: Casing
    relation: str | None = None
    initials: bool = False
    title: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return the words of the base."""
        return tuple(self.base.split())


def parse_name(
    text: str, known: Callable[[str], bool], seen: Callable[[str], bool] = lambda _: False
) -> WrittenName:
    """Take a written name apart.

    ``known`` tells whether a folded word is a name by itself ("Lars" is no genitive); ``seen`` whether a word was
    met as a name elsewhere, so that "Odas" is the genitive of a rare "Oda".
    """
    words = text.split()
    relation: str | None = None
    while words and (found := relation_of(words[0])) is not None:
        relation, words = found, words[1:]
    while len(words) > 1 and fold(words[0]).rstrip(".") in _TITLES:
        words = words[1:]
    casing = _casing(text)
    title = text[: text.index(words[0])] if words else ""
    if not words:
        # "mammas": the relation itself may be inflected, and then the title loop took it with its ending
        ending = Ending.GENITIVE if _bare_genitive(text) else Ending.NONE
        return WrittenName("", ending, casing, relation)
    last, ending = _strip_ending(words[-1], known, seen)
    if not relation and len(words) == 1 and ending is Ending.NONE and (bare := _genitive_relation(words[0])):
        return WrittenName("", Ending.GENITIVE, casing, bare)
    base = fold(" ".join([*words[:-1], last]))
    initials = all(_INITIAL.match(word) for word in [*words[:-1], last])
    return WrittenName(base, ending, casing, relation, initials, title)


def _bare_genitive(text: str) -> bool:
    last = fold(text).rpartition(" ")[2]
    return relation_of(last) is None and last.endswith("s")


def _genitive_relation(word: str) -> str | None:
    folded = fold(word)
    return relation_of(folded[:-1]) if folded.endswith("s") and len(folded) > 3 else None


def _strip_ending(word: str, known: Callable[[str], bool], seen: Callable[[str], bool]) -> tuple[str, Ending]:
    folded = fold(word)
    if folded.endswith("'s") and len(folded) > 3:
        return word[:-2], Ending.GENITIVE
    if folded.endswith("'") and len(folded) > 2:
        return word[:-1], Ending.GENITIVE
    for tail in ("'n", "'en", "'a", "-n", "-en", "-a"):
        if folded.endswith(tail) and len(folded) > len(tail) + 1:
            return word[: -len(tail)], Ending.DEFINITE
    if known(folded):
        return word, Ending.NONE
    if folded.endswith("s") and len(folded) > 3 and (known(folded[:-1]) or seen(folded[:-1])):
        return word[:-1], Ending.GENITIVE
    for tail in ("en", "a", "n"):
        bare = folded.removesuffix(tail)
        if bare != folded and len(bare) > 2 and not seen(folded) and known(bare):
            return word[: -len(tail)], Ending.DEFINITE
    return word, Ending.NONE


def _casing(text: str) -> Casing:
    letters = [char for char in text if char.isalpha()]
    if not letters or not any(char.isupper() for char in letters):
        return Casing.LOWER
    words = re.findall(r"[^\W\d_]+", text)
    capitals = all(char.isupper() for char in letters) and any(len(word) > 1 for word in words)
    return Casing.UPPER if capitals else Casing.NORMAL


def inflect(surrogate: str, written: WrittenName) -> str:
    """Return the surrogate in the ending and casing of the name it stands for; marks keep their casing."""
    is_mark = surrogate.endswith("]")
    result = surrogate
    if not is_mark and written.initials:
        result = f"{result[0]}."
    if written.ending is Ending.GENITIVE:
        result += "'" if not is_mark and result[-1] in "sxzSXZ" else "s"
    elif written.ending is Ending.DEFINITE and not is_mark and result[-1] not in "aeiouyæøå.":
        result += "'n"
    if is_mark:
        return result
    if written.casing is not Casing.NORMAL:
        result = result.lower() if written.casing is Casing.LOWER else result.upper()
    return f"{written.title}{result}"


# -- relations ----------------------------------------------------------------------------------------------


@cache
def _by_form() -> dict[str, Relation]:
    return {fold(form): one for one in relations().relations for form in (*one.forms, *one.owned)}


@cache
def _titles() -> dict[str, str]:
    return {fold(form): one.id for one in relations().relations for form in one.forms}


def relation_of(word: str) -> str | None:
    """Return the id of the relation a single word names, if it does so without a possessive."""
    return _titles().get(fold(word))


def _any(words: tuple[str, ...]) -> str:
    ordered = sorted({re.escape(word).replace(r"\ ", r"\s+") for word in words}, key=len, reverse=True)
    return "(?:" + "|".join(ordered) + ")"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    data = relations()
    forms = tuple(form for one in data.relations for form in one.forms)
    owned = tuple(form for one in data.relations for form in one.owned)
    free, every = f"(?P<form>{_any(forms)})", f"(?P<form>{_any(forms + owned)})"
    mine, link, is_ = _any(data.possessives), _any(data.links), _any(data.apposition)
    have, article = _any(data.having), _any(data.articles)
    word = r"[^\W\d_]+"
    before = (
        rf"(?<![\w-]){every}\s+{mine}\s*,?(?:\s+{link})?\s*,?\s*$",  # søstera mi (som heter) Kari
        rf"(?<![\w-]){mine}(?:\s+{word})?\s+{every}(?:\s+{link})?\s*,?\s*$",  # min (gode) venn Per
        rf"(?<![\w-]){have}\s+{article}\s+(?:{word}\s+)?{every}\s*,?(?:\s+{link})?\s*,?\s*$",  # har ei datter, Oda
        rf"(?<![\w-]){free}(?:\s+{link})?\s+$",  # onkel Per
    )
    after = (
        rf"^\s*,?\s*(?:{is_}\s+)?{every}\s+{mine}(?!\w)",  # Kari, søstera mi
        rf"^\s*,?\s*(?:{is_}\s+)?{mine}(?:\s+{word})?\s+{every}(?!\w)",  # Per er min eldste venn
    )
    flags = re.IGNORECASE
    return tuple(re.compile(one, flags) for one in before), tuple(re.compile(one, flags) for one in after)


def relation_around(text: str, start: int, end: int) -> str | None:
    """Return the relation that the words right before or after ``text[start:end]`` show, if any."""
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    if not after.startswith(tuple(_APOSTROPHES)):
        befores, afters = _patterns()
        for pattern, stretch in [(one, before) for one in befores] + [(one, after) for one in afters]:
            if match := pattern.search(stretch):
                found = _by_form().get(fold(match["form"]))
                return found.id if found else None
    return None
