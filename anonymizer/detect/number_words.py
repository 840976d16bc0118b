"""Number words and what one of them says: Bokmål, Nynorsk and dialect, tens first and ones first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import regex

from anonymizer.data import load_yaml, recognisers_dir
from anonymizer.errors import PackError

__all__ = ["NumberWords", "Numeral", "number_words", "read_word"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number word: the figures it stands for, what kind it is, and what is glued to it."""

    value: int
    digits: str
    kind: str
    suffix: str = ""


class NumberWords:
    """The number words of ``rules/recognisers/numbers.yaml`` and the grammar that joins them."""

    def __init__(self) -> None:
        path = recognisers_dir() / "numbers.yaml"
        data = load_yaml(path).data
        try:
            units = _table(data["units"])
            teens = _table(data["teens"])
            tens = _table(data["tens"])
            ordinals = _table(data["ordinals"])
            hundred, thousand = list(data["hundred"]), list(data["thousand"])
            conjunctions, suffixes = list(data["and"]), list(data["suffixes"])
            self.weak = frozenset(data["weak"])
            self.fillers = frozenset(data["fillers"])
            self.corrections = frozenset(data["corrections"])
            self.doubling = frozenset(data["doubling"])
        except (KeyError, TypeError, ValueError):
            raise PackError("the number words are not complete", where=path.name) from None
        self.conjunctions = frozenset(conjunctions)
        self.simple: dict[str, Numeral] = {}
        for table, kind in ((units, "unit"), (teens, "teen"), (tens, "ten")):
            for word, value in table.items():
                self.simple.setdefault(word, Numeral(value, str(value), kind))
        for word in hundred:
            self.simple[word] = Numeral(100, "100", "hundred")
        for word in thousand:
            self.simple[word] = Numeral(1000, "1000", "thousand")
        for word, value in ordinals.items():
            self.simple[word] = Numeral(value, f"{value}.", "ordinal")
        self._units, self._tens = units, tens
        self._values = {
            word: one.value for word, one in self.simple.items() if one.kind in {"unit", "teen", "ten"}
        }
        self._hundred, self._thousand, self._suffixes = hundred, thousand, suffixes
        self._glue = _either(conjunctions)
        self._ordinals = ordinals
        self._stems = tuple(sorted({word[:3] for word in self.simple}))

    # The patterns are large and compiled when the first word asks for them: most words are settled without.

    @cached_property
    def _below(self) -> regex.Pattern[str]:
        """Match a number below 100: ``femtiåtte``, ``åtteogfemti`` or a simple word."""
        one, ten = _either(self._units), _either(self._tens)
        return regex.compile(
            rf"(?:(?P<w>{_either(self._values)})|(?P<t>{ten})(?P<u>{one})"
            rf"|(?P<o>{one})(?:{self._glue})(?P<s>{ten}))"
        )

    @cached_property
    def _compound(self) -> regex.Pattern[str]:
        """Match a number of several words in one: ``nittensekstifire``, ``totusenogfem``, ``femtiårene``."""
        one, ten, glue = _either(self._units), _either(self._tens), self._glue
        below = rf"(?:(?:{ten})(?:{one})|(?:{one})(?:{glue})(?:{ten})|{_either(self._values)})"
        centuries = _either(word for word, value in self._values.items() if value in {19, 20})
        return regex.compile(
            rf"(?:(?:(?P<th>{below})?(?P<k>{_either(self._thousand)})(?:{glue})?)?"
            rf"(?:(?P<hu>{below})?(?P<h>{_either(self._hundred)})(?:{glue})?)?(?P<r>{below})?"
            rf"|(?P<c>(?:{centuries}))(?:{glue})?(?P<y>{below}))(?P<suffix>(?:s?(?:{_either(self._suffixes)}))?)"
        )

    @cached_property
    def _ordinal(self) -> regex.Pattern[str]:
        """Match an ordinal of two words in one: ``tjueførste``, ``enogtjuende``."""
        small = _either(word for word, value in self._ordinals.items() if value < 10)
        round_ones = _either(word for word, value in self._ordinals.items() if value >= 20)
        return regex.compile(
            rf"(?:(?P<t>{_either(self._tens)})(?:og)?(?P<o>{small})"
            rf"|(?P<u>{_either(self._units)})(?:{self._glue})(?P<d>{round_ones}))"
        )

    @cached_property
    def _two_figures(self) -> regex.Pattern[str]:
        """Match two numbers in one word, as speech recognition joins them: ``fireåtte``, ``niåtti``."""
        one = _either(word for word, value in self._units.items() if value != 1)
        return regex.compile(rf"(?P<a>{one})(?:(?P<b>{one})|(?P<t>{_either(self._tens)}))")

    def _figure_by_figure(self, word: str) -> Numeral | None:
        found = self._two_figures.fullmatch(word)
        if found is None or {found["a"], found["b"] or found["t"]} <= self.weak:
            return None
        if found["t"]:
            value = self._tens[found["t"]] + self._units[found["a"]]
            return Numeral(value, str(value), "small")
        digits = f"{self._units[found['a']]}{self._units[found['b']]}"
        return Numeral(int(digits), digits, "small")

    def _small(self, word: str) -> int:
        found = self._below.fullmatch(word)
        if found is None:
            return 0
        if found["t"]:
            return self._tens[found["t"]] + self._units[found["u"]]
        if found["o"]:
            return self._tens[found["s"]] + self._units[found["o"]]
        return self._values[found["w"]]

    def read(self, word: str) -> Numeral | None:
        """Return what ``word`` (lower case) says, or ``None`` if it is no number."""
        simple = self.simple.get(word)
        if simple is not None:
            return simple
        if len(word) < 4 or len(word) > 45 or not word.startswith(self._stems):
            return None
        ordinal = self._ordinal.fullmatch(word)
        if ordinal:
            ones = self._ordinals[ordinal["o"]] if ordinal["o"] else self._units[ordinal["u"]]
            value = ones + (self._tens[ordinal["t"]] if ordinal["t"] else self._ordinals[ordinal["d"]])
            return Numeral(value, f"{value}.", "ordinal")
        found = self._compound.fullmatch(word)
        if found is None:
            return self._figure_by_figure(word)
        suffix = found["suffix"]
        if found["c"]:
            value = self._values[found["c"]] * 100 + self._small(found["y"])
            if value % 100 < 10:
                return None
            return Numeral(value, str(value), "year", suffix)
        if not any(found[group] for group in ("k", "h", "r")):
            return None
        value = 0
        if found["k"]:
            value += 1000 * (self._small(found["th"]) if found["th"] else 1)
        if found["h"]:
            value += 100 * (self._small(found["hu"]) if found["hu"] else 1)
        if found["r"]:
            value += self._small(found["r"])
        kind = "big" if found["k"] or found["h"] else "small"
        return Numeral(value, str(value), kind, suffix)


def _table(data: dict[str, list[str]]) -> dict[str, int]:
    return {word: int(value) for value, words in data.items() for word in words}


def _either(words: object) -> str:
    listed = sorted({str(word) for word in words}, key=lambda word: (-len(word), word))  # type: ignore[attr-defined]
    return "|".join(map(regex.escape, listed))


@cache
def number_words() -> NumberWords:
    """Return the number words, read once a process; raise ``PackError`` if the file is not sound."""
    return NumberWords()


@lru_cache(maxsize=65_536)
def read_word(word: str) -> Numeral | None:
    """Return what one word (lower case) says as a number, or ``None``."""
    return number_words().read(word)
