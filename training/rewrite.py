"""Sentences in written Norwegian told in dialect: word for word, from closed lists, labels untouched.

The lists are `dialect/rewrites.tsv` and, read backwards, the product's own `rules/lexicon/dialect_words.tsv`.
"""

from __future__ import annotations

import random
from pathlib import Path

from corpus import Sentence
from lists import RULES, rows

REWRITES = Path(__file__).parent / "dialect" / "rewrites.tsv"


def read_forms(rewrites: Path = REWRITES, rules: Path = RULES) -> dict[str, dict[str, list[str]]]:
    """For each area the forms that a written word (Bokmål or Nynorsk, lower-case) may have there."""
    out: dict[str, dict[str, list[str]]] = {}
    for row in rows(rewrites):
        out.setdefault(row["area"], {}).setdefault(row["word"], []).extend(row["forms"].split("|"))
    for row in rows(rules / "dialect_words.tsv"):
        for written in {row.get("nb", ""), row.get("nn", "")} - {""}:
            for area in row["areas"].split("|"):
                out.setdefault(area.partition(":")[0], {}).setdefault(written, []).append(row["form"])
    return out


def dialect_forms(rewrites: Path = REWRITES, rules: Path = RULES) -> set[str]:
    """Every dialect form that the lists know, single words."""
    forms = {form for row in rows(rewrites) for form in row["forms"].split("|")}
    forms.update(row["form"] for row in rows(rules / "dialect_words.tsv"))
    return {form for form in forms if form.isalpha() and form.islower()}


class Rewriter:
    """Tells sentences in the dialect of an area; one form of a word is kept throughout a sentence."""

    def __init__(self, chance: random.Random, forms: dict[str, dict[str, list[str]]] | None = None) -> None:
        self.random = chance
        self.forms = read_forms() if forms is None else forms
        self.areas = sorted(self.forms)

    def tell(self, sentence: Sentence) -> Sentence:
        """The sentence in some area's dialect; words that are part of a mention stay as they are."""
        forms = self.forms[self.random.choice(self.areas)]
        share = self.random.uniform(0.5, 1.0)
        chosen: dict[str, str] = {}
        words = []
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            low = word.lower()
            if tag == "O" and low not in chosen:
                there = [form for form in forms.get(low, ()) if " " not in form]
                chosen[low] = self.random.choice(there) if there and self.random.random() < share else low
            if tag != "O" or chosen[low] == low:
                words.append(word)
            else:
                new = chosen[low]
                words.append(new[0].upper() + new[1:] if word[0].isupper() else new)
        return Sentence(tuple(words), sentence.tags, sentence.invented)
