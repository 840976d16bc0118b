"""Everyday words for the templates' slots, by kind: `{bird}`, `{the_bird}`, `{many_bird}`; and any word at all."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path

from lists import rows

TABLE = Path(__file__).parent / "everyday.tsv"


def read_everyday(
    path: Path = TABLE, more: Set[str] = frozenset(), names: Set[str] = frozenset()
) -> dict[str, list[str]]:
    """The words that each slot may put in; `{any}` puts in any of them or of `more` but `names`.

    `{clitic}` is a noun and `{took}` a verb with a clipped article or pronoun: `kjeller'n`, `slo'n`; `{dialect_noun}`
    has a dialect's ending: `klokkå`, `bøttan`.
    """
    out: dict[str, list[str]] = {}
    for row in rows(path):
        kind = row["kind"]
        for slot, column in ((kind, "word"), (f"the_{kind}", "definite"), (f"many_{kind}", "plural")):
            out.setdefault(slot, []).extend(form for form in row[column].split("|") if form)
    full = {slot: words for slot, words in out.items() if words}
    nouns = [word for slot, words in full.items() if slot.startswith("the_") for word in words]
    many = [word for slot, words in full.items() if slot.startswith("many_") for word in words]
    dialect = [word[:-1] + ending for word in nouns if word.endswith("a") for ending in ("å", "o", "an")]
    dialect += [
        word[:-2] + ending for word in many if word.endswith("er") for ending in ("an", "ane", "ån", "a")
    ]
    clipped = [re.sub("en$", "", word) for word in nouns if word.endswith("en")]
    every = {word for words in full.values() for word in words if word.islower()} | more | {*dialect}
    return {
        **full,
        "clitic": [word + ending for word in clipped for ending in ("'n", "n", "’n") if len(word) > 2],
        "dialect_noun": [word for word in dialect if word not in names],
        "took": [f"{verb}'n" for verb in full["past"]],
        "any": sorted(every - names),
    }
