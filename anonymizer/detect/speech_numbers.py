"""Number words read as figures: Bokmål, Nynorsk and dialect, tens first and ones first.

``numerals_view`` gives a reading of a text where ``femtiåtte`` is ``58``, ``tre og tyve`` is ``23``,
``nittensekstifire`` is ``1964`` and ``tredje mars`` is ``3. mars``, so that one rule for figures
serves for speech too. What is read aloud figure by figure stays so: ``null åtte tjueto`` is ``0 8 22``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

from anonymizer.detect.number_words import NumberWords, Numeral, number_words, read_word
from anonymizer.detect.text import View

__all__ = ["numerals_view"]

_WORD = re.compile(r"[^\W\d_]{1,60}|\d{1,20}")
_MONTHS = regex.compile(
    r"(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|jan|feb|aug|sept|okt|nov|des)(?!\w)",
    regex.IGNORECASE,
)


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    word: str
    numeral: Numeral | None


def numerals_view(text: str) -> View:
    """Return ``text`` with its number words as figures; without any, a plain view of the same text."""
    words = number_words()
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(character.lower() if len(character.lower()) == 1 else character for character in text)
    said = _WORD.findall(lower)
    if _counts_nothing(said, words):
        return View(text)
    tokens = [
        _Token(found.start(), found.end(), word, None if word.isdigit() else read_word(word))
        for word, found in zip(said, _WORD.finditer(lower), strict=True)
    ]
    parts: list[tuple[str, int, int]] = []
    at = written = 0
    while at < len(tokens):
        token = tokens[at]
        if token.numeral is None:
            twice = _twice(tokens, at, lower, words)
            if twice:
                parts.append((text[written : token.start], written, token.start))
                written = tokens[at + 1].end
                parts.append((twice, token.start, written))
            at += 2 if twice else 1
            continue
        figures, used = _figures(tokens, at, lower, words)
        if figures:
            last = tokens[at + used - 1]
            parts.append((text[written : token.start], written, token.start))
            parts.append((figures, token.start, last.end))
            written = last.end
        at += used
    if not parts:
        return View(text)
    parts.append((text[written:], written, len(text)))
    return View.of(parts, text)


def _counts_nothing(said: list[str], words: NumberWords) -> bool:
    """Tell at a glance that no number is said: no number word, or one article far from any figure."""
    numerals = [word for word in said if read_word(word) is not None]
    if len(numerals) > 1 or not words.doubling.isdisjoint(said):
        return False
    if not numerals:
        return True
    return numerals[0] in _PLAIN_ARTICLES and not any(map(str.isdigit, said))


def _twice(tokens: list[_Token], at: int, lower: str, words: NumberWords) -> str:
    """Return ``9 9`` for ``dobbel ni``, else nothing."""
    following = _next(tokens, at, 1, lower) if tokens[at].word in words.doubling else None
    numeral = following.numeral if following else None
    return f"{numeral.digits} {numeral.digits}" if numeral and numeral.kind == "unit" else ""


def _figures(tokens: list[_Token], at: int, lower: str, words: NumberWords) -> tuple[str, int]:
    """Return the figures for the number that begins at ``at`` ("" if it is none) and how many words it takes."""
    token = tokens[at]
    numeral = token.numeral
    assert numeral is not None  # noqa: S101 - the caller looked
    if numeral.kind == "ordinal":
        return (numeral.digits, 1) if _is_date_ordinal(tokens, at, lower) else ("", 1)
    if numeral.suffix:
        return numeral.digits + numeral.suffix, 1
    following = [_next(tokens, at, n, lower) for n in (1, 2)]
    value, used = _joined(tokens, at, following, words, lower)
    if used == 1 and token.word in words.weak and not _beside_number(tokens, at, lower):
        return "", 1
    return value, used


def _next(tokens: list[_Token], at: int, steps: int, lower: str) -> _Token | None:
    """Return the token ``steps`` on, if only a space or a hyphen parts the tokens between."""
    if at + steps >= len(tokens):
        return None
    for index in range(at, at + steps):
        if lower[tokens[index].end : tokens[index + 1].start] not in {" ", "-"}:
            return None
    return tokens[at + steps]


def _joined(
    tokens: list[_Token], at: int, following: list[_Token | None], words: NumberWords, lower: str
) -> tuple[str, int]:
    numeral = tokens[at].numeral
    first, second = following
    if numeral is None:
        return "", 1
    one = first.numeral if first else None
    two = second.numeral if second else None
    if numeral.kind == "ten" and one and one.kind == "unit" and one.value > 0:
        return str(numeral.value + one.value), 2
    if (
        (numeral.kind == "unit" or tokens[at].word in _FOUR_OR_FORTY)
        and numeral.value
        and first
        and first.word in words.conjunctions
        and two
        and two.kind == "ten"
    ):
        return str((numeral.value if numeral.kind == "unit" else 4) + two.value), 3
    if (
        numeral.kind == "unit"
        and first
        and first.word in words.conjunctions
        and two
        and two.kind == "ordinal"
        and two.value >= 20
        and two.value % 10 == 0
        and _is_date_ordinal(tokens, at + 2, lower)
    ):
        return f"{numeral.value + two.value}.", 3  # sju og tjugande august
    # Past twenty no one counts in hundreds: tjueto hundre og nitten is 22 and 119, read aloud.
    if one and one.kind == "hundred" and numeral.value <= 20:
        return _with_rest(tokens, at, 2, numeral.value * 100, words, lower)
    if one and one.kind == "thousand" and numeral.value < 1000:
        return _with_rest(tokens, at, 2, numeral.value * 1000, words, lower)
    if numeral.kind in {"hundred", "thousand"} or (numeral.kind == "big" and numeral.value % 100 == 0):
        return _with_rest(tokens, at, 1, numeral.value, words, lower)
    if (
        numeral.value in {19, 20}
        and one
        and not one.suffix
        and 10 <= one.value <= 99
        and numeral.kind in {"teen", "ten"}
    ):
        return _year(tokens, at, words, lower)
    return numeral.digits, 1


def _with_rest(
    tokens: list[_Token], at: int, used: int, value: int, words: NumberWords, lower: str
) -> tuple[str, int]:
    """Add what follows a round hundred or thousand: ``(to tusen) og fem``, ``(nitten hundre) og sekstifire``."""
    step = 1
    following = _next(tokens, at + used - 1, 1, lower)
    if following and following.word in words.conjunctions:
        step = 2
        following = _next(tokens, at + used - 1, 2, lower)
    if (
        following is None
        or following.numeral is None
        or following.numeral.kind in {"ordinal", "year", "hundred"}
    ):
        return str(value), used
    limit = 100 if value % 1000 else 1000
    if (
        following.numeral.value >= limit
        or following.numeral.suffix
        or (step == 1 and following.word in words.weak and not _is_hundreds(tokens, at + used, lower))
    ):
        return str(value), used
    rest, more = _joined(
        tokens,
        at + used - 1 + step,
        [_next(tokens, at + used - 1 + step, n, lower) for n in (1, 2)],
        words,
        lower,
    )
    if not rest.isdigit() or int(rest) >= limit:
        return str(value), used
    return str(value + int(rest)), used + step - 1 + more


def _is_hundreds(tokens: list[_Token], at: int, lower: str) -> bool:
    """Say whether a hundred follows: ``(seks tusen) en hundre og ti``."""
    following = _next(tokens, at, 1, lower)
    return following is not None and following.numeral is not None and following.numeral.kind == "hundred"


def _year(tokens: list[_Token], at: int, words: NumberWords, lower: str) -> tuple[str, int]:
    """Read ``nitten sekstifire`` as 1964, unless more numbers follow: then it is dictation."""
    numeral = tokens[at].numeral
    if lower[tokens[at].end : tokens[at + 1].start] != " ":
        return (numeral.digits if numeral else ""), 1  # tjue-tretti: between twenty and thirty
    rest, more = _joined(tokens, at + 1, [_next(tokens, at + 1, n, lower) for n in (1, 2)], words, lower)
    after = _next(tokens, at + more, 1, lower)
    before = tokens[at - 1] if at else None
    alone = (after is None or after.numeral is None or after.word in words.weak) and not (
        before is not None and before.numeral is not None and lower[before.end : tokens[at].start] == " "
    )
    if alone and len(rest) == 2 and numeral is not None:
        return f"{numeral.value}{rest}", 1 + more
    return (numeral.digits if numeral else ""), 1


def _beside_number(tokens: list[_Token], at: int, lower: str) -> bool:
    """Tell whether a number, a counted unit or the like stands right beside a word that may be an everyday word."""
    word = tokens[at].word
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    gaps = (
        lower[before.end : tokens[at].start] if before is not None else "",
        lower[tokens[at].end : after.start] if after is not None else "",
    )
    counted = (before is not None and _counts(before), after is not None and _counts(after))
    # Across a comma an article is a number only between numbers: en gutt på 15, en på 17.
    across = word not in _ARTICLES or all(counted)
    close = {" ", "-", ", "} if across else {" ", "-"}
    if any(is_number and gap in close for is_number, gap in zip(counted, gaps, strict=True)):
        return True
    if word in {"ett", "eitt", "én"} and after is not None and gaps[1] == " ":
        return after.word in {"år", "års", "måned", "månad"}
    if before is not None and before.word in _STROKES and gaps[0] == " ":
        return True
    if word in _ARTICLES:
        return False
    if at >= 2 and before is not None and before.word == "og" and _counts(tokens[at - 2]):
        return True  # seks og ni
    if (
        after is not None
        and gaps[1] == " "
        and after.word.startswith(("år", "mån", "uke", "veke", "dag", "og"))
    ):
        return True
    return before is not None and before.word in _BEFORE_AGE


def _counts(token: _Token) -> bool:
    return token.word.isdigit() or (token.numeral is not None and token.numeral.kind != "ordinal")


_BEFORE_AGE = frozenset(
    ("på", "fylte", "fyller", "fylt", "var", "va", "er", "e", "æ", "ble", "vart", "blei", "blir", "bare",
     "berre", "vare", "vel", "snart", "nesten", "rundt", "cirka", "omtrent", "sånn", "slik", "akkurat",
     "nettopp", "nok", "jeg", "eg", "hun", "ho", "hu", "han", "eldste", "yngste", "minste")
)  # fmt: skip
"""After one of these even a word that is an everyday word too may be an age: ``da var jeg ni``."""
_STROKES = frozenset(
    ("skråstrek", "skrå", "strek", "bindestrek", "understrek", "minus", "stjerne", "krysset")
)
"""What is said between the parts of a number."""
_ARTICLES = frozenset({"en", "én", "ein", "ei", "ett", "et", "eit", "æin", "tu", "tå", "ått", "førr"})
_FOUR_OR_FORTY = frozenset({"førr", "fyrr"})
"""Forty, but four before ``og`` and tens: ``førr og tjue``."""
_PLAIN_ARTICLES = _ARTICLES - {"ett", "én"}
"""Articles that are no number before ``år`` either."""


def _is_date_ordinal(tokens: list[_Token], at: int, lower: str) -> bool:
    """Tell whether an ordinal is a day: before a month, or before or after ``i`` and another ordinal."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and _MONTHS.match(after.word):
        return True
    if after is not None and after.word == "i" and at + 2 < len(tokens):
        third = tokens[at + 2].numeral
        if third is not None and third.kind == "ordinal" and third.value <= 12:
            return True
    if at >= 2 and tokens[at - 1].word == "i":
        first = tokens[at - 2].numeral
        numeral = tokens[at].numeral
        return first is not None and first.kind == "ordinal" and numeral is not None and numeral.value <= 12
    return False
