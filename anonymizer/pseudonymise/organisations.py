"""An organisation told by its kind: ``[sykehus]``, ``[skole]``, ``[arbeidsplass]``."""

from __future__ import annotations

import re
from functools import cache

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.errors import PackError
from anonymizer.pseudonymise.wordings import Wording, fold, organisation_words

__all__ = ["organisation_wording"]


@cache
def _kinds() -> dict[str, str]:
    """Return the kind of every organisation the lexicon knows, by folded name."""
    try:
        lexicon = load_lexicon("organisations")
    except PackError:
        return {}
    found: dict[str, str] = {}
    for name, kind, also in zip(*(lexicon.column(one) for one in ("name", "kind", "also")), strict=True):
        for form in (name, *filter(None, also.split("|"))):
            found.setdefault(fold(form), kind)
    return found


def organisation_wording(text: str) -> Wording:
    """Return the category of an organisation as written: by its kind in the lexicon, else by a word in its name."""
    data = organisation_words()
    name = fold(text)
    kind = _kinds().get(name) or _kinds().get(name.removesuffix("s").removesuffix("'"))
    if kind is not None:
        for category in data.categories:
            if kind in category.kinds:
                return Wording(nb=category.nb, nn=category.nn)
    words = {form for word in re.findall(r"[\w-]+", name) for form in (word, word.removesuffix("s"))}
    for category in data.categories:
        for form in map(fold, category.words):
            if form in words or (form.startswith("-") and any(_ends(word, form[1:]) for word in words)):
                return Wording(nb=category.nb, nn=category.nn)
    by_form = _kind_by_form(text.split())
    for category in data.categories:
        if by_form in category.kinds:
            return Wording(nb=category.nb, nn=category.nn)
    return data.default


def _kind_by_form(tokens: list[str]) -> str | None:
    """Return the kind that a head word of the gazetteer shows: ``Storvik ettervernssenter``."""
    gazetteer = shipped_gazetteer()
    matches = (gazetteer.institution_form(tokens, at) for at in range(len(tokens)))
    found = next((one for one in matches if one is not None), None)
    return found.values[0][2] if found is not None else None


def _ends(word: str, ending: str) -> bool:
    return word.endswith(ending) and len(word) > len(ending)
