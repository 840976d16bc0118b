"""Names of people, places and bodies, drawn from the lists and put together from `parts/`. Nobody is meant by any."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from lists import read_special

HERE = Path(__file__).parent


def read_lines(folder: Path) -> dict[str, list[str]]:
    """The lines of every text file of a folder, by its name; `#` begins a comment."""
    out = {}
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        out[path.stem] = [line for line in lines if line and not line.startswith("#")]
    return out


class Names:
    """Draws names; the same seed draws the same ones."""

    def __init__(self, lists: Mapping[str, list[str]], seed: int, folder: Path = HERE / "parts") -> None:
        self.lists = lists
        self.random = random.Random(seed)
        self.parts = read_lines(folder)
        self.special = read_special(lists)

    def first(self) -> str:
        """A first name: mostly Norwegian, often foreign, sometimes double or a nickname."""
        toss = self.random.random()
        if toss < 0.47:
            name = self.pick("first_names")
        elif toss < 0.53:
            name = self.random.choice(self.special["wfirst"])
        elif toss < 0.57:
            name = self.random.choice(self.special["sami"])
        elif toss < 0.67:
            name = self.pick("nordic_first_names")
        elif toss < 0.90:
            name = self.pick("foreign_first_names")
        else:
            name = self.nickname()
        if self.random.random() < 0.12 and "-" not in name and " " not in name:
            joint = self.random.choice([" ", "-"])
            name = f"{name}{joint}{self.pick('first_names')}"
        return name

    def surname(self) -> str:
        """A surname from a list or, as often in Norway, a farm's name."""
        toss = self.random.random()
        if toss < 0.35:
            return self.pick("surnames")
        if toss < 0.42:
            return self.random.choice(self.special["wlast"])
        if toss < 0.50:
            return self.pick("nordic_surnames")
        if toss < 0.75:
            return self.pick("foreign_surnames")
        return self.farm()

    def farm(self) -> str:
        """A name by word formation: `Solvik`, `Haugland`."""
        return self.random.choice(self.parts["name_roots"]) + self.random.choice(self.parts["farm_endings"])

    def full(self) -> str:
        """First name and surname, now and then with a middle name or initial."""
        middle = ""
        if self.random.random() < 0.12:
            middle = self.random.choice([self.surname(), self.initial()]) + " "
        return f"{self.first()} {middle}{self.surname()}"

    def name(self) -> str:
        """A first name, or the full one."""
        return self.first() if self.random.random() < 0.6 else self.full()

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
        toss = self.random.random()
        if toss < 0.05:
            return self.random.choice(self.special["wplace"])
        return self.pick("norwegian_places") if toss < 0.65 else self.farm()

    def organisation(self) -> str:
        """An institution, school, company or association."""
        toss = self.random.random()
        if toss < 0.40:
            return self.pick("organisations")
        return self.body(self.random.choice(["schools", "institutions", "firms", "clubs", "wards"]))

    def body(self, kind: str) -> str:
        """A body named by the forms of its kind; a list names it now and then."""
        form = self.random.choice(self.parts[kind])
        return form.replace("{p}", self.local()).replace("{l}", self.surname()).replace("{f}", self.first())

    def nickname(self) -> str:
        """`Kalle`, `Gamle-Jens`, `Svenn'n`, `Hilmar-gutan`."""
        toss = self.random.random()
        if toss < 0.4:
            return self.random.choice(self.parts["nicknames"])
        return self.byname() if toss < 0.75 else self.definite()

    def byname(self) -> str:
        """A name with what tells its bearer from others: `Gamle-Jens`, `Hilmar-gutan`."""
        name = self.pick("first_names")
        if self.random.random() < 0.65:
            return self.random.choice(self.parts["nickname_heads"]) + name
        return (name if self.random.random() < 0.6 else self.surname()) + self.random.choice(
            self.parts["nickname_tails"]
        )

    def definite(self) -> str:
        """A name with the article at its end: `Svenn'n`, `Olaen`."""
        return self.pick("first_names") + self.random.choice(["'n", "’n", "en", "'n"])

    def broken(self) -> str:
        """A name begun, broken off and said again: `Ma- Marit`."""
        return self.begun(self.first())

    def begun(self, name: str) -> str:
        """A word begun and broken off before it is said whole."""
        return f"{name[: self.random.randint(1, max(1, min(3, len(name) - 1)))]}- {name}"

    def pick(self, name: str) -> str:
        """An entry of a list."""
        return self.random.choice(self.lists[name])

    def street(self) -> str:
        """A street with a number."""
        ends = ("gata", "vegen", "veien", "gate", "bakken", "stien", "svingen", " gate", "smauet", "allé")
        return f"{self.random.choice(self.parts['name_roots'])}{self.random.choice(ends)} {self.random.randint(1, 140)}"

    def derived(self) -> str:
        """`Oslo-gutt`, `NAV-ansatt`."""
        head = self.random.choice(
            [self.local, self.place, lambda: self.pick("organisations"), self.surname]
        )()
        return f"{head.split()[-1]}-{self.random.choice(self.parts['derived_tails'])}"
