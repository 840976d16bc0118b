"""People in speech: names the lists know, and unknown ones that what stands around them gives away.

*Sure* are listed names with a capital that are no everyday words, names beside names (``Kari Nordli``), and what
follows a title, a kin term or a pronoun used as an article (``doktor Holm``, ``tante Borghild``, ``ho Kari``,
``n'Ola``).
In a text without capitals (speech recognition) listed first names count if no everyday word is spelled the same, others
only with such a cue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from anonymizer.detect.engine import GuardedRecognizer, TurnArtifacts
from anonymizer.detect.name_cues import NameCues
from anonymizer.detect.name_words import NameToken, NameWords, name_tokens
from anonymizer.detect.number_words import read_word
from anonymizer.detect.openings import Opening, Openings
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.vocabulary import vocabulary
from anonymizer.model import EntityType

__all__ = ["PeopleRecognizer"]

_LINKS = frozenset(
    ("van", "von", "de", "der", "den", "al", "el", "bin", "ibn", "abu", "la", "af", "av", "da", "dos", "ul")
)

_NAMING = frozenset({"title", "abbreviated", "named"})
_CALLING = 7
"""Letters past which a calling is no verb or common noun besides: after ``sorenskriver`` stands a name."""
_SHORTEST_LOWER = 3
_LONGEST_ACRONYM = 3
_AT_FARM = frozenset(("på", "i", "oppi", "nedi", "utpå", "uti", "oppå"))
_TOWNS = frozenset(("municipality", "city", "county", "country", "landsdel", "district", "former_county"))
_TAKEN_BACK = frozenset(("nei", "eh", "øh", "altså"))

_IS_CALLED = frozenset(("heter", "heiter", "heite", "heit", "het", "hette", "heitte", "hete"))
_AFTER_NAMES = frozenset(
    ("og", "å", "men", "bare", "berre", "bære", "som", "eller", "jeg", "eg", "æ", "han", "hun", "ho", "hu")
)
"""Words that may stand after the name of whom a function word names: ``en som het jo og``."""

_AGED = re.compile(r", (\d{1,2}|[^\W\d_]{2,20})(?: år)?(?=[.,]|$)")

_BEFORE_SURNAMES = frozenset(
    (
        "fru",
        "frau",
        "monsieur",
        "madame",
        "missis",
        "señor",
        "señora",
        "signor",
        "signora",
        "miss",
        "frøken",
        "herr",
        "doktor",
        "dokter",
        "dr",
        "pastor",
        "pater",
        "lensmann",
        "lektor",
        "rektor",
        "advokat",
    )
)
"""Titles after which even an everyday word without a capital is a surname: ``fru lund``."""

LISTED = 0.8
SURE = 0.9
CUED = 0.7
LIKELY = 0.55


class PeopleRecognizer(GuardedRecognizer):
    """Names by word lists and by what stands around them."""

    def __init__(self) -> None:
        super().__init__("people", [EntityType.PERSON])
        self._words = NameWords()
        self._cues = NameCues(self._words)
        self._openings = Openings(self.is_title)

    def kind(self, folded: str) -> str:
        """Return ``first``, ``last``, ``word`` (a name that is an everyday word too) or "" for what the lists say."""
        return self._words.kind(folded)

    def is_title(self, folded: str) -> bool:
        """Say whether a word is a title or a kin term, after which a name may stand."""
        return self._words.is_title(folded)

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield people's names with the title or kin term before them."""
        tokens = name_tokens(text)
        uncased = not any(token.capital for token in tokens)
        cues = self._cues.openers
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

    def _name_at(
        self, text: str, tokens: list[NameToken], at: int, *, uncased: bool
    ) -> tuple[int, int, float] | None:
        token = tokens[at]
        if not token.text[-1].isalpha() and token.text[-1] != "'":
            return None
        cue = self._cues.before(text, tokens, at)
        kind = self.kind(token.folded)
        by, hyphen, name = token.text.rpartition("-")
        known = by.casefold() in self._words.before_hyphen or self.kind(name.casefold())
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
        if not score and kind == "word" and token.capital and self._is_aged(text, token):
            score = LIKELY
        if not score:
            return None
        last = at
        while last + 1 < len(tokens) and last - at < 5 and self._goes_on(tokens, last, uncased=uncased):
            last += 2 if tokens[last + 1].folded in _LINKS else 1
        if last > at and kind:
            score = max(score, SURE)
        if (cue == "article" and (kind or token.capital)) or "'" in token.text:
            last = self._with_farm(tokens, last, uncased=uncased)
        first = at - {"title": 1, "abbreviated": 2}.get(cue, 0)
        if (
            cue == "title"
            and at > 1
            and f"{tokens[at - 2].folded} {tokens[first].folded}" in self._words.titles
        ):
            first = at - 2  # daglig leder Rigmor
        if cue == "article" and "'" in tokens[at - 1].text:
            first = at - 1  # 'n Trygve: clipped, it is half of the name
        elif uncased and at and tokens[at - 1].folded in self._words.first_of_two and kind:
            first = at - 1 if token.start - tokens[at - 1].end == 1 else first
        return self._with_stub(tokens, first), last, score

    def _is_aged(self, text: str, token: NameToken) -> bool:
        """Say whether a first name opens an answer that gives an age: ``Ola, femtifire``."""
        aged = _AGED.match(text, token.end)
        if aged is None or token.folded not in self._words.first:
            return False
        return aged[1].isdigit() or read_word(aged[1].casefold()) is not None

    def _is_second_name(self, tokens: list[NameToken], at: int) -> bool:
        """Say whether a seldom word that is a first name follows one it often goes with: ``stig rune``."""
        token = tokens[at]
        beside = at > 0 and token.start - tokens[at - 1].end == 1
        return (
            beside
            and tokens[at - 1].folded in self._words.first_of_two
            and token.folded in self._words.first
            and token.folded not in self._words.common
        )

    def _with_farm(self, tokens: list[NameToken], last: int, *, uncased: bool) -> int:
        """Take in the farm that tells people apart (``ho Tone på Spokkeli``); a town is no part of a name."""
        if last + 2 >= len(tokens) or tokens[last + 1].folded not in _AT_FARM:
            return last
        farm = tokens[last + 2]
        if tokens[last + 1].start - tokens[last].end != 1:
            return last
        if not farm.capital and not (uncased and farm.folded in self._words.last):
            return last
        kinds = {place.kind for place in vocabulary().gazetteer.place(farm.folded)}
        return last if kinds & _TOWNS or farm.folded in self._words.never else last + 2

    def _with_stub(self, tokens: list[NameToken], at: int) -> int:
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

    def _score(
        self, tokens: list[NameToken], at: int, token: NameToken, kind: str, cue: str, *, uncased: bool
    ) -> float:
        if len(token.text) < 2:
            return 0.0
        if token.folded in self._words.never:
            return self._introduced(tokens, at, cue, uncased=uncased)
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
                if token.folded not in self._words.first:
                    return 0.0
                return LIKELY if not token.opens or self._is_spoken_of(tokens, at) else 0.0
            if cue in _NAMING and not token.opens and len(token.text) > 2:
                return CUED
            return CUED if cue == "article" and not token.opens and len(token.text) > 2 else 0.0
        before = tokens[at - 1].folded if at else ""
        return self._score_lower(token.folded, kind, cue, before, uncased=uncased)

    def _introduced(self, tokens: list[NameToken], at: int, cue: str, *, uncased: bool) -> float:
        """Return how surely a function word is someone's name, being introduced as one: ``ein som heitte Jo``."""
        token = tokens[at]
        if token.folded not in self._words.first:
            return 0.0
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.capital and not token.opens:
            beside = following is not None and following.capital and following.start - token.end == 1
            listed = (
                beside and following is not None and self.kind(following.folded) in {"first", "last", "word"}
            )
            return CUED if listed or cue in {"named", "article"} else 0.0
        if not uncased or not at or tokens[at - 1].folded not in _IS_CALLED:
            return 0.0
        ends = following is None or not following.text[0].isalpha() or following.folded in _AFTER_NAMES
        return LIKELY if ends else 0.0

    def _is_spoken_of(self, tokens: list[NameToken], at: int) -> bool:
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
        if cue == "nick" and len(folded) > 3 and folded not in self._words.never:
            return LIKELY
        if not uncased:
            return 0.0
        if kind == "last":
            return LIKELY if cue in _NAMING else 0.0
        if (
            cue == "title"
            and before in _BEFORE_SURNAMES
            and (folded in self._words.last or (not kind and not self._words.common.is_everyday(folded)))
        ):
            return LIKELY
        if kind == "word" and (
            folded in self._words.first or (cue == "title" and folded in self._words.last)
        ):
            # A bare noun after han or ho is no Norwegian: it is a name. A verb is (han bo der).
            calling = before in _BEFORE_SURNAMES or (
                before in self._words.callings and len(before) > _CALLING
            )
            sure = cue == "named" or (cue == "title" and calling)
            return LIKELY if sure or (cue and folded in self._words.nouns) else 0.0
        named = cue == "named" or (cue == "title" and before in self._words.callings)
        everyday = (
            folded in self._words.common
            if len(before) > _CALLING and not before.endswith(("en", "a"))
            else self._words.common.is_everyday(folded)
        )
        unlisted = not kind and named and len(folded) > 3 and not everyday
        return LIKELY if unlisted else 0.0

    def _goes_on(self, tokens: list[NameToken], last: int, *, uncased: bool) -> bool:
        """Tell whether the word after ``last`` belongs to the same name."""
        token = tokens[last + 1]
        if tokens[last].end + 1 < token.start or tokens[last].folded.endswith(("'s", "'")):
            return False
        kind = self.kind(token.folded)
        if token.folded in _LINKS and last + 2 < len(tokens) and tokens[last + 2].capital:
            return bool(self.kind(tokens[last + 2].folded))
        if token.capital:
            # After a name an unlisted capitalised word is most often the surname; an everyday word is not.
            return token.text[0].isalpha() and len(token.text) > 1 and token.folded not in self._words.never
        if not uncased or len(token.folded) < _SHORTEST_LOWER:
            return False
        if tokens[last].folded in self._words.first_of_two and len(token.folded) > 4:
            return kind in {"last", "first"} or token.folded in self._words.first  # kim andre
        if kind == "word" and token.folded in self._words.last and last:
            # Two first names ask for a surname, whatever else the word means: jan ove fure.
            twice = self.kind(tokens[last].folded) and self.kind(tokens[last - 1].folded)
            return bool(twice) and tokens[last].start - tokens[last - 1].end == 1
        return kind in {"last", "first"} or (not kind and self._words.may_be_surname(token.folded))


def _with_initial(text: str, tokens: list[NameToken], last: int) -> int:
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
