"""People in speech: names the lists know, and unknown ones that what stands around them gives away.

*Sure* are listed names with a capital that are no everyday words, names beside names (``Kari Nordli``), and what
follows a title, a kin term or a pronoun used as an article (``doktor Holm``, ``tante Borghild``, ``ho Kari``,
``n'Ola``).
In a text without capitals (speech recognition) listed first names count if no everyday word is spelled the same, others
only with such a cue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import NamedTuple

from anonymizer.data import load_lexicon, rules_dir
from anonymizer.detect.common_words import common_words
from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.names import (
    everyday_names,
    everyday_words,
    first_names,
    listed_words,
    naming_words,
    surnames,
)
from anonymizer.detect.number_words import read_word
from anonymizer.detect.openings import Opening, Openings
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.vocabulary import vocabulary
from anonymizer.model import EntityType

__all__ = ["PeopleRecognizer"]

_WORD = re.compile(r"('?[^\W\d_]+(?:['-][^\W\d_]+)*(?:'(?=\s|$))?)|[.?!:;…\"«»“”()\[\]-]")
_LINKS = frozenset(
    ("van", "von", "de", "der", "den", "al", "el", "bin", "ibn", "abu", "la", "af", "av", "da", "dos", "ul")
)

_NAMING = frozenset({"title", "abbreviated", "named"})
_CALLED = frozenset(
    (
        "meg",
        "mæ",
        "mei",
        "seg",
        "sæ",
        "ham",
        "han",
        "henne",
        "ho",
        "hun",
        "hu",
        "den",
        "dem",
        "oss",
        "de",
        "dei",
        "alle",
    )
)
_SAYING = frozenset(("sier", "seier", "sei", "sa"))
"""``Kaller meg Dille``, ``sier de Dille``."""
_MERELY = frozenset(("bare", "berre", "bærre", "vare", "alltid", "for"))
_DEFINITE = ("en", "a", "n", "mann", "gutt", "jenta")
_SHORTEST_TITLE = 5
_CALLING = 7
"""Letters past which a calling is no verb or common noun besides: after ``sorenskriver`` stands a name."""
_SHORTEST_LOWER = 3
_LONGEST_ACRONYM = 3
_AT_FARM = frozenset(("på", "i", "oppi", "nedi", "utpå", "uti", "oppå"))
_TOWNS = frozenset(("municipality", "city", "county", "country", "landsdel", "district", "former_county"))
_TAKEN_BACK = frozenset(("nei", "eh", "øh", "altså"))
_APPOSED = re.compile(r", (?:han|hun|ho|hu|hanj|hainn|hænn|hanjn|ham) ")

_BEFORE_SURNAMES = frozenset(
    ("fru", "frøken", "herr", "doktor", "dokter", "dr", "pastor", "pater", "lensmann", "lektor", "rektor", "advokat")
)
"""Titles after which even an everyday word without a capital is a surname: ``fru lund``."""

LISTED = 0.8
SURE = 0.9
CUED = 0.7
LIKELY = 0.55


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    folded: str
    capital: bool
    opens: bool
    """It begins a sentence, where a capital says nothing."""


_new: Callable[[tuple[int, int, str, str, bool, bool]], _Token] = partial(tuple.__new__, _Token)
"""A token from its six fields, in the order above; a third of the time, and there is one for every word."""


@cache
def _words_of(name: str, column: str) -> frozenset[str]:
    if not (rules_dir() / "lexicon" / f"{name}.tsv").is_file():
        return frozenset()
    return frozenset(word.casefold() for word in load_lexicon(name).column(column))


@cache
def _nouns() -> frozenset[str]:
    if not (rules_dir() / "lexicon" / "word_names.tsv").is_file():
        return frozenset()
    words = load_lexicon("word_names")
    pairs = zip(words.column("word"), words.column("class"), strict=True)
    return frozenset(word for word, kind in pairs if kind == "noun")


class PeopleRecognizer(GuardedRecognizer):
    """Names by word lists and by what stands around them."""

    def __init__(self) -> None:
        super().__init__("people", [EntityType.PERSON])
        self._first = first_names() | _words_of("nicknames", "nickname")
        self._last = surnames()
        self._everyday = everyday_names()
        self._never = everyday_words()
        self._common = common_words()
        self._titles = _words_of("titles_and_kin", "word")
        self._callings = frozenset(
            row[0].casefold() for row in load_lexicon("titles_and_kin").rows if row[1] == "title"
        )
        self._articles = _words_of("pronoun_articles", "word") - {
            "a",
            "i",
            "hans",
            "hennes",
            "hannes",
            "henne",
            "hi",
        }
        self._nouns = _nouns()
        self._naming = naming_words()
        self._openings = Openings(self.is_title)
        self._first_of_two = listed_words("first-of-two")
        self._before_hyphen = listed_words("nickname-words")
        self._surname_endings = tuple(listed_words("surname-endings"))
        self._calling = self._naming | _SAYING
        self._cues = self._titles | self._articles | self._naming | _CALLED
        self._kinds: dict[str, str] = {}

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield people's names with the title or kin term before them."""
        tokens = _tokens(text)
        uncased = not any(token.capital for token in tokens)
        cues = self._cues
        at = 0
        while at < len(tokens):
            if not (uncased or tokens[at].capital or (at and tokens[at - 1].folded in cues)):
                at += 1
                continue
            reach = self._name_at(text, tokens, at, uncased=uncased)
            if reach is None:
                at += 1
                continue
            first, last, score = reach
            yield Proposal(
                tokens[first].start, _with_initial(text, tokens, last), EntityType.PERSON, score, self.name
            )
            at = last + 1

    def kind(self, folded: str) -> str:
        """Return ``first``, ``last``, ``word`` (a name that is an everyday word too) or "" for what the lists say."""
        kind = self._kinds.get(folded)
        if kind is None:
            kind = self._kinds[folded] = self._look_up(folded)
            if len(self._kinds) > 200_000:
                self._kinds.clear()
        return kind

    def is_title(self, folded: str) -> bool:
        """Say whether a word is a title or a kin term, after which a name may stand."""
        return folded in self._titles

    def _look_up(self, folded: str) -> str:
        if folded in self._never or len(folded) < 2:
            return ""
        for form in _stems(folded):
            named = form in self._first, form in self._last
            if any(named):
                if form != folded and folded in self._common:
                    return ""  # dans is no one called Dan
                if form in self._everyday or folded in self._everyday or folded in self._common:
                    return "word"
                return "first" if named[0] else "last"
        article, mark, rest = folded.partition("'")
        if mark and rest and (article in self._articles or article + "'" in self._articles):
            return "first" if self._look_up(rest) else ""
        if "-" in folded:
            parts = folded.split("-")
            kinds = [self._look_up(part) for part in parts if part]
            if kinds and (kinds[-1] in {"first", "last"} or all(kinds)):
                return "first" if kinds[-1] == "word" else kinds[-1]
        return ""

    def _name_at(
        self, text: str, tokens: list[_Token], at: int, *, uncased: bool
    ) -> tuple[int, int, float] | None:
        token = tokens[at]
        if not token.text[-1].isalpha() and token.text[-1] != "'":
            return None
        cue = self._cue(text, tokens, at)
        kind = self.kind(token.folded)
        by, hyphen, name = token.text.rpartition("-")
        known = by.casefold() in self._before_hyphen or self.kind(name.casefold())
        if not kind and hyphen and by and name[:1].isupper() and known:
            kind = "first"  # Gamle-Jens, gammel-Ingvart
        if (
            not kind
            and hyphen
            and by[:1].isupper()
            and name.islower()
            and self.kind(by.casefold()) == "first"
        ):
            kind = "first"  # Hilmar-gubben
        score = self._score(tokens, at, token, kind, cue, uncased=uncased)
        if not score and uncased and kind == "word" and self._is_second_name(tokens, at):
            score = LIKELY
        if not score:
            return None
        last = at
        while last + 1 < len(tokens) and last - at < 5 and self._goes_on(tokens, last, uncased=uncased):
            last += 2 if tokens[last + 1].folded in _LINKS else 1
        if last > at and kind:
            score = max(score, SURE)
        if cue == "article" and token.capital:
            last = self._with_farm(tokens, last)
        first = at - {"title": 1, "abbreviated": 2}.get(cue, 0)
        if cue == "title" and at > 1 and f"{tokens[at - 2].folded} {tokens[first].folded}" in self._titles:
            first = at - 2  # daglig leder Rigmor
        if cue == "article" and "'" in tokens[at - 1].text:
            first = at - 1  # 'n Trygve: clipped, it is half of the name
        elif uncased and at and tokens[at - 1].folded in self._first_of_two and kind:
            first = at - 1 if token.start - tokens[at - 1].end == 1 else first
        return self._with_stub(tokens, first), last, score

    def _is_second_name(self, tokens: list[_Token], at: int) -> bool:
        """Say whether a seldom word that is a first name follows one it often goes with: ``stig rune``."""
        token = tokens[at]
        beside = at > 0 and token.start - tokens[at - 1].end == 1
        return (
            beside
            and tokens[at - 1].folded in self._first_of_two
            and token.folded in self._first
            and token.folded not in self._common
        )

    def _with_farm(self, tokens: list[_Token], last: int) -> int:
        """Take in the farm that tells people apart (``ho Tone på Spokkeli``); a town is no part of a name."""
        if last + 2 >= len(tokens) or tokens[last + 1].folded not in _AT_FARM:
            return last
        farm = tokens[last + 2]
        if not farm.capital or tokens[last + 1].start - tokens[last].end != 1:
            return last
        kinds = {place.kind for place in vocabulary().gazetteer.place(farm.folded)}
        return last if kinds & _TOWNS or farm.folded in self._never else last + 2

    def _with_stub(self, tokens: list[_Token], at: int) -> int:
        """Take in the name as it was first broken off: ``Ma- Marit``, ``mar nei margunn``."""
        if at >= 2 and tokens[at - 1].folded in _TAKEN_BACK and len(tokens[at - 2].folded) > 1:
            stub = tokens[at - 2].folded
            if tokens[at].folded.startswith(stub) and stub != tokens[at].folded:
                return at - 2
        if at >= 2 and tokens[at - 1].text == "-" and tokens[at - 2].end == tokens[at - 1].start:
            stub = tokens[at - 2].folded
            if tokens[at].folded.startswith(stub) or (
                stub[:1] == tokens[at].folded[:1] and tokens[at - 2].capital
            ):
                return at - 2
        return at

    def _cue(self, text: str, tokens: list[_Token], at: int) -> str:
        if at == 0:
            return ""
        before = tokens[at - 1]
        if tokens[at].start - before.end > 1:
            apposed = tokens[at].capital and self._is_apposed(text, tokens, at)
            return "named" if apposed else ""
        if before.folded in self._titles or (tokens[at].capital and self._is_compound_title(before.folded)):
            return "title"
        if before.text == "." and at >= 2 and tokens[at - 2].folded + "." in self._titles:
            return "abbreviated"
        if before.folded in self._articles:
            return "article"
        if before.folded in self._naming:
            return "named"
        if self._is_nicknamed(tokens, at):
            return "nick"
        called = at >= 2 and before.folded in _CALLED and tokens[at - 2].folded in self._calling
        return "named" if called else ""

    def _is_nicknamed(self, tokens: list[_Token], at: int) -> bool:
        """Say whether someone is called by a noun: ``kalte ham bare bamse``, ``kaller ho rotta``."""
        whom = at - 1
        if tokens[whom].folded in _MERELY:
            whom -= 1
        elif not tokens[at].folded.endswith(_DEFINITE):
            return False
        if whom < 1 or tokens[whom].folded not in _CALLED:
            return False
        verb = tokens[whom - 1].folded
        return verb in self._naming and verb.startswith("ka")

    def _is_apposed(self, text: str, tokens: list[_Token], at: int) -> bool:
        """Say whether a word stands between commas before a pronoun: ``en av dem, Kebaben, han kokte``."""
        token = tokens[at]
        if text[token.start - 2 : token.start] != ", " or token.folded in self._never:
            return False
        return _APPOSED.match(text, token.end) is not None

    def _is_compound_title(self, folded: str) -> bool:
        """Say whether a word ends in a title: ``psykologspesialist``."""
        sizes = range(_SHORTEST_TITLE, len(folded) - 2)
        return any(folded[-size:] in self._titles for size in sizes)

    def _score(
        self, tokens: list[_Token], at: int, token: _Token, kind: str, cue: str, *, uncased: bool
    ) -> float:
        if token.folded in self._never or len(token.text) < 2:
            return 0.0
        if token.text.isupper() and len(token.text) <= _LONGEST_ACRONYM:
            return 0.0  # AA is no one called Aa
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        beside = (
            following is not None and following.capital and self.kind(following.folded) in {"last", "first"}
        )
        if token.capital:
            if kind in {"first", "last"}:
                if kind == "last" and token.opens and not beside and not cue:
                    return LIKELY if not token.folded.endswith("s") else 0.45
                return LISTED
            if kind == "word":
                if beside or cue in _NAMING or (cue == "article" and not token.opens):
                    return CUED
                if token.folded not in self._first:
                    return 0.0
                return LIKELY if not token.opens or self._is_spoken_of(tokens, at) else 0.0
            if cue in _NAMING and not token.opens and len(token.text) > 2:
                return CUED
            return CUED if cue == "article" and not token.opens and len(token.text) > 2 else 0.0
        before = tokens[at - 1].folded if at else ""
        return self._score_lower(token.folded, kind, cue, before, uncased=uncased)

    def _is_spoken_of(self, tokens: list[_Token], at: int) -> bool:
        """Say whether what follows a sentence's first word makes someone of it: ``Liv er søstera mi``."""
        following = [token.folded for token in tokens[at + 1 : at + 4]]
        if not following or tokens[at + 1].start - tokens[at].end != 1:
            return False
        return self._openings.read(following) in {Opening.SOMEONE, Opening.CALLED}

    def _score_lower(self, folded: str, kind: str, cue: str, before: str, *, uncased: bool) -> float:
        """Return how surely a word without a capital is a name, by what the lists say and the word before it."""
        if kind == "first" and len(folded) > 2:
            if cue:
                return CUED
            return LIKELY if uncased else 0.0
        if cue == "nick" and len(folded) > 3 and folded not in self._never:
            return LIKELY
        if not uncased:
            return 0.0
        if kind == "last":
            return LIKELY if cue in _NAMING else 0.0
        if (
            cue == "title"
            and before in _BEFORE_SURNAMES
            and (folded in self._last or (not kind and not self._common.is_everyday(folded)))
        ):
            return LIKELY
        if kind == "word" and (folded in self._first or (cue == "title" and folded in self._last)):
            # A bare noun after han or ho is no Norwegian: it is a name. A verb is (han bo der).
            calling = before in _BEFORE_SURNAMES or (before in self._callings and len(before) > _CALLING)
            sure = cue == "named" or (cue == "title" and calling)
            return LIKELY if sure or (cue and folded in self._nouns) else 0.0
        named = cue == "named" or (cue == "title" and before in self._callings)
        unlisted = not kind and named and len(folded) > 3 and not self._common.is_everyday(folded)
        return LIKELY if unlisted else 0.0

    def _goes_on(self, tokens: list[_Token], last: int, *, uncased: bool) -> bool:
        """Tell whether the word after ``last`` belongs to the same name."""
        token = tokens[last + 1]
        if tokens[last].end + 1 < token.start or tokens[last].folded.endswith(("'s", "'")):
            return False
        kind = self.kind(token.folded)
        if token.folded in _LINKS and last + 2 < len(tokens) and tokens[last + 2].capital:
            return bool(self.kind(tokens[last + 2].folded))
        if token.capital:
            # After a name an unlisted capitalised word is most often the surname; an everyday word is not.
            return token.text[0].isalpha() and len(token.text) > 1 and token.folded not in self._never
        if not uncased or len(token.folded) < _SHORTEST_LOWER:
            return False
        return kind in {"last", "first"} or (not kind and self._may_be_surname(token.folded))

    def _may_be_surname(self, folded: str) -> bool:
        """Say whether a word no list knows is a surname after a first name: by its ending, or no word at all."""
        if folded in self._common or folded in self._titles or len(folded) <= _SHORTEST_LOWER:
            return False
        if len(folded) > _SHORTEST_TITLE and folded.endswith(self._surname_endings):
            return True
        return not self._common.is_everyday(folded) and read_word(folded) is None and folded.isalpha()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    add = tokens.append
    opens = True
    for found in _WORD.finditer(text):
        word = found[0]
        start, end = found.span()
        if found.lastindex is None:
            add(_new((start, end, word, word, False, False)))
            opens = True
            continue
        letter = word[0]
        if "-" in word and word.partition("-")[0] in listed_words("nickname-words"):
            letter = word.rpartition("-")[2][:1] or letter
        if "'" in word:
            article, mark, rest = word.partition("'")
            letter = (rest if mark and rest and (not article or article.islower()) else word)[0]
        add(_new((start, end, word, word.casefold(), letter.isupper(), opens)))
        opens = False
    return tokens


def _stems(folded: str) -> Iterator[str]:
    yield folded
    for ending in ("'s", "'n", "'en", "n'", "'", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) > 1:
            yield folded[: -len(ending)]


def _with_initial(text: str, tokens: list[_Token], last: int) -> int:
    """Return where the name ends, an initial after it included: ``Geir H.``."""
    end = tokens[last].end
    if last + 1 < len(tokens):
        following = tokens[last + 1]
        if len(following.text) == 1 and following.capital and following.start == end + 1:
            end = following.end
            if text[end : end + 1] == ".":
                return end + 1
            return (
                end
                if text[end : end + 1] in {"", " ", ","} and following.folded not in {"i", "å"}
                else tokens[last].end
            )
    return end
