"""Names by the word lists: which words are names, and which of them are everyday words too."""

from __future__ import annotations

from functools import cache

from anonymizer.data import load_lexicon, recognisers_dir, rules_dir

__all__ = [
    "everyday_names",
    "everyday_words",
    "first_names",
    "is_name",
    "listed_words",
    "naming_words",
    "speaker_roles",
    "surnames",
]


def _column(name: str, column: str) -> frozenset[str]:
    if not (rules_dir() / "lexicon" / f"{name}.tsv").is_file():
        return frozenset()
    return frozenset(word.casefold() for word in load_lexicon(name).column(column))


@cache
def first_names() -> frozenset[str]:
    """Return the first names, in lower case."""
    return _column("first_names", "name")


@cache
def surnames() -> frozenset[str]:
    """Return the surnames, in lower case."""
    return _column("surnames", "name")


@cache
def everyday_names() -> frozenset[str]:
    """Return the names that are also everyday words, in lower case."""
    return _column("word_names", "word") | everyday_words()


@cache
def everyday_words() -> frozenset[str]:
    """Return the function words that are never a name alone, in lower case."""
    return listed_words("everyday-words")


@cache
def speaker_roles() -> frozenset[str]:
    """Return the words for someone's part in a talk that a label may hold, in lower case."""
    return listed_words("speaker-roles")


@cache
def naming_words() -> frozenset[str]:
    """Return the words after which a name stands (``heter``), in lower case."""
    return listed_words("naming-words")


@cache
def listed_words(name: str) -> frozenset[str]:
    """Return the words of a plain list of ``rules/recognisers/``."""
    lines = (recognisers_dir() / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_name(word: str) -> bool:
    """Tell whether ``word`` is a name in the lists and no everyday word."""
    folded = word.casefold()
    return folded not in everyday_names() and (folded in first_names() or folded in surnames())
