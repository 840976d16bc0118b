"""Invented speech: sentences with labels, from the templates in `templates/` and the name lists.

A template is a line of words with slots in braces; what a slot puts in and how it is labelled stands in `Speech.slots`.
Letters straight before or after a slot belong to it (`n'{first}`, `{first}s`, `{place}-gutt`). A template file's name
says which kind of Norwegian it holds; `negatives.txt`, `everyday.txt` and `lookalikes.txt` hold words that look like
names and are none. Nothing here is about anybody.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from pathlib import Path

import spacy
from corpus import Sentence
from everyday import read_everyday
from lists import read_lists
from names import Names, read_lines
from rewrite import dialect_forms

HERE = Path(__file__).parent
#: Templates with no name in them, and the share of sentences made from those.
PLAIN = frozenset({"negatives", "everyday", "lookalikes"})
PLAIN_SHARE = 0.45

_SLOT = re.compile(r"([^\s{}]*)\{(\w+)\}([^\s{}]*)")
_PUNCTUATION = set('.,?!:;…«»"()')


class Speech(Names):
    """Makes labelled sentences; the same seed makes the same ones."""

    def __init__(
        self,
        lists: Mapping[str, list[str]],
        seed: int,
        folder: Path = HERE / "templates",
        plain: Set[str] = frozenset(),
    ) -> None:
        """`plain` are everyday words to put where a name might stand, beside those of `everyday.tsv`."""
        super().__init__(lists, seed, folder.with_name("parts"))
        self.templates = read_lines(folder)
        first_names = {name.lower() for name in [*lists["first_names"], *lists["nordic_first_names"]]}
        self.everyday = read_everyday(more=dialect_forms() | plain, names=first_names)
        self._tokenizer = spacy.blank("nb").tokenizer
        self._slots = self.slots()
        for name, lines in self.templates.items():
            unknown = {slot for line in lines for _, slot, _ in _SLOT.findall(line)} - self._slots.keys()
            if unknown:
                msg = f"templates/{name}.txt: unknown slot {', '.join(sorted(unknown))}"
                raise ValueError(msg)
        self._plain, self._named = (
            [
                line
                for kind, lines in self.templates.items()
                for line in lines
                if (kind in PLAIN) is plain_ones
            ]
            for plain_ones in (True, False)
        )

    def slots(self) -> dict[str, tuple[str, Callable[[], str]]]:
        """What each slot puts in, and its label."""
        draw = self.random.choice
        plain = {slot: ("", partial(self.word, words)) for slot, words in self.everyday.items()}
        special = {
            slot: ("LOC" if slot.endswith("place") else "PER", partial(draw, names))
            for slot, names in self.special.items()
        }
        return {
            **plain,
            **special,
            "first": ("PER", self.first),
            "last": ("PER", self.surname),
            "full": ("PER", self.full),
            "name": ("PER", self.name),
            "initials": ("PER", lambda: f"{self.first()} {self.initial()}"),
            "broken": ("PER", self.broken),
            "broken_place": ("LOC", lambda: self.begun(self.local())),
            "nick": ("PER", self.nickname),
            "place": ("LOC", self.place),
            "local": ("LOC", self.local),
            "abroad": ("LOC", lambda: self.pick(self.random.choice(["world_places", "countries"]))),
            "municipality": ("LOC", lambda: self.local() + self.random.choice([" kommune", "", ""])),
            "street": ("LOC", self.street),
            "org": ("ORG", self.organisation),
            "company": ("ORG", lambda: self.pick("organisations")),
            "school": ("ORG", lambda: self.body("schools")),
            "institution": ("ORG", lambda: self.body("institutions")),
            "firm": ("ORG", lambda: self.body("firms")),
            "club": ("ORG", lambda: self.body("clubs")),
            "ward": ("ORG", lambda: self.body("wards")),
            "compound": ("PER", self.byname),
            "defname": ("PER", self.definite),
            "foreign": ("PER", lambda: self.pick("foreign_first_names")),
            "foreignlast": ("PER", lambda: self.pick("foreign_surnames")),
            "brand": ("MISC", lambda: self.random.choice(self.parts["brands"])),
            "drv": ("DRV", self.derived),
            "num": ("", lambda: str(self.random.randint(1, 99))),
            "year": ("", lambda: str(self.random.randint(1940, 2024))),
            "filler": ("", lambda: self.random.choice(self.parts["fillers"])),
            "letter": ("", lambda: self.random.choice("ABCDEFGHIJKLMNOP")),
        }

    def word(self, words: Sequence[str]) -> str:
        """One of the words, or any everyday word at all: no list has every word that may open a sentence."""
        return self.random.choice(words if self.random.random() < 0.75 else self.everyday["any"])

    def fill(self, template: str) -> Sentence:
        """One sentence from one template; two slots for people side by side are one person's names."""
        slots = self._slots
        words: list[str] = []
        tags: list[str] = []
        beside = False
        for piece in template.split():
            slot = _SLOT.fullmatch(piece)
            if not slot:
                parts = self.tokens(piece)
                words.extend(parts)
                tags.extend(["O"] * len(parts))
                beside = False
                continue
            label, make = slots[slot[2]]
            filled = [part for word in (slot[1] + make() + slot[3]).split() for part in self.tokens(word)]
            goes_on = label == "PER" and beside and tags[-1].endswith("PER")
            beside = True
            words.extend(filled)
            if label:
                tags.extend([f"{'I' if goes_on else 'B'}-{label}", *[f"I-{label}"] * (len(filled) - 1)])
            else:
                tags.extend(["O"] * len(filled))
        return Sentence(tuple(words), tuple(tags), invented=True)

    def tokens(self, word: str) -> list[str]:
        """The word as the pipeline's tokeniser splits it."""
        return [token.text for token in self._tokenizer(word)]

    def sentence(self) -> Sentence:
        """A sentence from any template, with the stumbles of speech."""
        lines = self._plain if self.random.random() < PLAIN_SHARE else self._named
        return self.stumble(self.fill(self.random.choice(lines)))

    def stumble(self, sentence: Sentence) -> Sentence:
        """Hesitations, repeated words and missing punctuation or capitals, here and there."""
        words: list[str] = []
        tags: list[str] = []
        capital = self.random.random() < 0.7
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if tag[0] != "I" and self.random.random() < 0.03:
                for filler in self.random.choice(self.parts["fillers"]).split():
                    words.append(filler)
                    tags.append("O")
            if tag == "O" and word.isalpha() and self.random.random() < 0.02:
                words.append(word)
                tags.append("O")
            words.append(word)
            tags.append(tag)
        if capital and words and words[0].isalpha():
            words[0] = words[0][0].upper() + words[0][1:]
        if self.random.random() < 0.25:
            while words and words[-1] in _PUNCTUATION:
                words.pop()
                tags.pop()
        return Sentence(tuple(words), tuple(tags), invented=True)


def main() -> None:
    """Print sentences, to be looked at."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    speech = Speech(read_lists(), options.seed)
    for _ in range(options.count):
        sentence = speech.sentence()
        pairs = zip(sentence.words, sentence.tags, strict=True)
        print(" ".join(word if tag == "O" else f"{word}/{tag}" for word, tag in pairs))


if __name__ == "__main__":
    main()
