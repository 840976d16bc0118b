"""Invented speech: sentences with labels, from the templates in `templates/` and the name lists.

A template is a line of words with slots in braces; what a slot puts in and how it is labelled stands in `SLOTS`.
Letters straight after a slot are an ending (`{first}s`, `{place}-gutt`). A template file's name says which kind of
Norwegian it holds; `negatives.txt` holds words that look like names and are none. Nothing here is about anybody.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus import Sentence

HERE = Path(__file__).parent

_SLOT = re.compile(r"\{(\w+)\}(\S*)")
_PIECE = re.compile(r"\{\w+\}\S*|\S+")
_PUNCTUATION = set(".,?!:;…«»\"()")

_FILLERS = (
    "eh", "øh", "ehm", "hm", "altså", "liksom", "ikke sant", "sant", "vettu", "skjønner du", "på en måte",
    "nei", "ja", "jo", "holdt jeg på å si", "kan du si", "for å si det sånn", "kva skal eg seie", "ka e det det heite",
)  # fmt: skip

_ROOTS = (
    "Sol", "Berg", "Hau", "Lang", "Nord", "Sør", "Øst", "Vest", "Ny", "Bjørk", "Furu", "Gran", "Hol", "Kvam", "Lund",
    "Mo", "Nes", "Rød", "Sand", "Stein", "Stor", "Sund", "Tor", "Tveit", "Vang", "Ås", "Eik", "Elv", "Fjell", "Grøn",
    "Gul", "Ham", "Hell", "Høg", "Kol", "Kross", "Lille", "Lauv", "Myr", "Od", "Rams", "Rog", "Sel", "Skog", "Stav",
    "Svar", "Tind", "Troll", "Ul", "Vard", "Ør", "Åm", "Brei", "Dal", "Frøy", "Gaus", "Hegg", "Ise", "Kjøl", "Leir",
    "Mel", "Nyg", "Opp", "Raud", "Skar", "Tang", "Ved", "Ytter", "Inner", "Aus", "Bring", "Drag", "Fin", "Gjer",
)  # fmt: skip
_FARM_ENDS = (
    "vik", "nes", "heim", "stad", "rud", "bø", "set", "land", "sund", "dal", "berg", "haug", "eid", "voll", "moen",
    "stad", "hus", "gard", "våg", "li", "lia", "åsen", "bakken", "vatn", "tun", "torp", "by", "mark", "øy", "snes",
    "fjord", "botn", "eng", "foss", "strand", "rød", "våll", "sæter", "seter", "stø", "skog", "hagen", "løkken",
)  # fmt: skip
_TAILS = (
    "gutt", "jente", "mann", "dame", "folk", "dialekt", "miljøet", "gjengen", "saken", "laget", "leder", "ansatt",
    "område", "prosjektet", "pasient", "modellen", "traktene", "kontoret", "avdelinga", "området", "politiet",
    "jenta", "guten", "kollega", "møte", "tiltak", "kurs", "sjef", "trener", "skolen", "byen", "familien",
)  # fmt: skip
_SCHOOLS = (
    "{p} skole", "{p} skule", "{p} videregående skole", "{p} vidaregåande skule", "{p} videregående", "{p} barneskole",
    "{p} ungdomsskole", "{p} ungdomsskule", "{p} folkehøgskole", "{p} barnehage", "{p} vgs",
)  # fmt: skip
_INSTITUTIONS = (
    "{p} sykehus", "{p} sjukehus", "{p} DPS", "{p} legesenter", "{p} legekontor", "{p} sykehjem", "{p} sjukeheim",
    "{p} omsorgssenter", "{p} helsesenter", "{p} fengsel", "{p} politistasjon", "{p} lensmannskontor", "NAV {p}",
    "Nav {p}", "{p} behandlingssenter", "{p} bo- og aktivitetssenter", "{p} krisesenter", "{p} familievernkontor",
    "{p} barneverntjeneste", "{p} frivilligsentral", "{p} idrettslag", "{p} IL", "{p} menighet", "{p} bibliotek",
    "{p} tingrett", "{p} Sparebank", "{p} bygdelag", "{p} ungdomslag", "Blå Kors {p}", "Kirkens Bymisjon {p}",
    "Frelsesarmeen {p}", "Røde Kors {p}", "LAR {p}", "BUP {p}", "{p} rusmottak", "{p} ettervernsenter", "{p} mek",
    "{p} Bygg AS", "{p} Transport", "{p} Rør", "{p} Auto AS", "{p} Hotell", "{p} Fiskeindustri", "{p} kro",
    "{p}klinikken", "{p}stiftelsen", "{p}kollektivet", "{p} psykiatriske senter", "{p} universitetssykehus",
)  # fmt: skip


class Speech:
    """Makes labelled sentences; the same seed makes the same ones."""

    def __init__(self, lists: Mapping[str, list[str]], seed: int, folder: Path = HERE / "templates") -> None:
        self.lists = lists
        self.random = random.Random(seed)
        self.templates = {
            path.stem: [
                line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
            ]
            for path in sorted(folder.glob("*.txt"))
        }
        self.nicknames = self.templates.pop("nicknames")
        self._kinds = [kind for kind, lines in self.templates.items() for _ in lines]

    # Names and places

    def first(self) -> str:
        """A first name: mostly Norwegian, often foreign, sometimes double or a nickname."""
        toss = self.random.random()
        if toss < 0.55:
            name = self.pick("first_names")
        elif toss < 0.67:
            name = self.pick("nordic_first_names")
        elif toss < 0.90:
            name = self.pick("foreign_first_names")
        else:
            name = self.random.choice(self.nicknames)
        if self.random.random() < 0.05 and "-" not in name and " " not in name:
            joint = self.random.choice([" ", "-"])
            name = f"{name}{joint}{self.pick('first_names')}"
        return name

    def surname(self) -> str:
        """A surname from a list or, as often in Norway, a farm's name."""
        toss = self.random.random()
        if toss < 0.40:
            return self.pick("surnames")
        if toss < 0.50:
            return self.pick("nordic_surnames")
        if toss < 0.75:
            return self.pick("foreign_surnames")
        return self.farm()

    def farm(self) -> str:
        """A name by word formation: `Solvik`, `Haugland`."""
        return self.random.choice(_ROOTS) + self.random.choice(_FARM_ENDS)

    def full(self) -> str:
        """First name and surname, now and then with a middle name or initial."""
        middle = ""
        if self.random.random() < 0.12:
            middle = self.random.choice([self.surname(), self.initial()]) + " "
        return f"{self.first()} {middle}{self.surname()}"

    def initial(self) -> str:
        """`K.` or `K`."""
        return self.random.choice("ABCDEFGHIJKLMNOPRSTUVØÅ") + self.random.choice([".", ""])

    def place(self) -> str:
        """A place: mostly Norwegian, sometimes abroad, sometimes a farm that no list knows."""
        toss = self.random.random()
        if toss < 0.55:
            return self.pick("norwegian_places")
        if toss < 0.68:
            return self.pick("world_places")
        if toss < 0.75:
            return self.pick("countries")
        return self.farm()

    def local(self) -> str:
        """A Norwegian place."""
        return self.pick("norwegian_places") if self.random.random() < 0.65 else self.farm()

    def organisation(self) -> str:
        """An institution, school, company or association."""
        toss = self.random.random()
        if toss < 0.40:
            return self.pick("organisations")
        forms = _SCHOOLS if toss < 0.60 else _INSTITUTIONS
        return self.random.choice(forms).replace("{p}", self.local())

    def broken(self) -> str:
        """A name begun, broken off and said again: `Ma- Marit`."""
        name = self.first()
        return f"{name[: self.random.randint(1, max(1, min(3, len(name) - 1)))]}- {name}"

    def pick(self, name: str) -> str:
        """An entry of a list."""
        return self.random.choice(self.lists[name])

    # Sentences

    def slots(self) -> dict[str, tuple[str, Callable[[], str]]]:
        """What each slot puts in, and its label."""
        return {
            "first": ("PER", self.first),
            "last": ("PER", self.surname),
            "full": ("PER", self.full),
            "name": ("PER", lambda: self.random.choice([self.first, self.first, self.full])()),
            "initials": ("PER", lambda: f"{self.first()} {self.initial()}"),
            "broken": ("PER", self.broken),
            "nick": ("PER", lambda: self.random.choice(self.nicknames)),
            "place": ("LOC", self.place),
            "local": ("LOC", self.local),
            "abroad": ("LOC", lambda: self.pick(self.random.choice(["world_places", "countries"]))),
            "municipality": ("LOC", lambda: self.local() + self.random.choice([" kommune", "", ""])),
            "street": ("LOC", self.street),
            "org": ("ORG", self.organisation),
            "company": ("ORG", lambda: self.pick("organisations")),
            "school": ("ORG", lambda: self.random.choice(_SCHOOLS).replace("{p}", self.local())),
            "institution": ("ORG", lambda: self.random.choice(_INSTITUTIONS).replace("{p}", self.local())),
            "drv": ("DRV", self.derived),
            "num": ("", lambda: str(self.random.randint(1, 99))),
            "year": ("", lambda: str(self.random.randint(1940, 2024))),
            "filler": ("", lambda: self.random.choice(_FILLERS)),
            "letter": ("", lambda: self.random.choice("ABCDEFGHIJKLMNOP")),
        }

    def street(self) -> str:
        """A street with a number."""
        ends = ("gata", "vegen", "veien", "gate", "bakken", "stien", "svingen", " gate", "smauet", "allé")
        return f"{self.random.choice(_ROOTS)}{self.random.choice(ends)} {self.random.randint(1, 140)}"

    def derived(self) -> str:
        """`Oslo-gutt`, `NAV-ansatt`."""
        head = self.random.choice([self.local, self.place, lambda: self.pick("organisations"), self.surname])()
        return f"{head.split()[-1]}-{self.random.choice(_TAILS)}"

    def fill(self, template: str) -> Sentence:
        """One sentence from one template."""
        slots = self.slots()
        words: list[str] = []
        tags: list[str] = []
        for piece in _PIECE.findall(template):
            slot = _SLOT.fullmatch(piece)
            if not slot:
                words.append(piece)
                tags.append("O")
                continue
            label, make = slots[slot[1]]
            filled = (make() + slot[2]).split()
            words.extend(filled)
            tags.extend([f"B-{label}", *[f"I-{label}"] * (len(filled) - 1)] if label else ["O"] * len(filled))
        return Sentence(tuple(words), tuple(tags))

    def sentence(self) -> Sentence:
        """A sentence from any template, with the stumbles of speech."""
        kind = self.random.choice(self._kinds)
        return self.stumble(self.fill(self.random.choice(self.templates[kind])))

    def stumble(self, sentence: Sentence) -> Sentence:
        """Hesitations, repeated words and missing punctuation or capitals, here and there."""
        words: list[str] = []
        tags: list[str] = []
        capital = self.random.random() < 0.7
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if tag[0] != "I" and self.random.random() < 0.03:
                for filler in self.random.choice(_FILLERS).split():
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
        return Sentence(tuple(words), tuple(tags))


def main() -> None:
    """Print sentences, to be looked at."""
    from export import read_lists  # noqa: PLC0415 - only this command needs it

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    speech = Speech(read_lists(HERE / "lists"), options.seed)
    for _ in range(options.count):
        sentence = speech.sentence()
        print(" ".join(w if t == "O" else f"{w}/{t}" for w, t in zip(sentence.words, sentence.tags, strict=True)))


if __name__ == "__main__":
    main()
