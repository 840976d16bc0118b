"""A manuscript held against its study: originals that still stand in it, and where its quotes come from."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from anonymizer.data import Linkability
from anonymizer.detect.gazetteer import fold, shipped_gazetteer, without_genitive
from anonymizer.model import EntityType
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage, Quote, Reading
from anonymizer.scan.rules import Rulebook, rulebook
from anonymizer.scan.sections import Section
from anonymizer.study import KnownWord, ScanFacts, SpokenTurn, WordKind

__all__ = ["AgainstStudy"]

_WORD = re.compile(r"[^\W\d_](?:[\w'’\-]*[^\W_])?")
_OMITTED = re.compile(r"[(\[](?:…|\.{2,4}|\.\s\.\s\.)[)\]]|…|\.{3,}|\[[^\]]{0,80}\]|\([^)]{0,30}\)")
_CANDIDATES = 6
_TRACED = 78.0
"""Likeness (0 to 100, of the shorter text within the longer) from which on a quote comes from a turn."""
_SHORTEST = 5
"""Words a piece of a quote needs to be traced: shorter ones are anyone's."""


class AgainstStudy:
    """The checks that need a study; called with each manuscript. Keeps the study's originals in memory only."""

    def __init__(self, facts: ScanFacts) -> None:
        self._facts = facts
        self._rules: Rulebook = rulebook()
        self._names = _Names(facts.words)
        self._trace = _Tracer(facts.turns)
        label = self._rules.shape.label
        self._number = re.compile(rf"(?:{label})\b", re.IGNORECASE)

    def __call__(self, reading: Reading) -> Iterator[Hit]:
        """Yield what breaks a rule of the study, block by block."""
        for passage in reading.passages:
            if passage.section is Section.CONTENTS:
                continue
            yield from self._originals(passage, reading)
            if not passage.entry and not passage.block.kind.outside:
                yield from self._claims(passage)
                for quote in passage.quotes:
                    if not quote.cited:
                        yield from self._quote(passage, quote)

    # ---------------------------------------------------------------------------------------------------- originals

    def _originals(self, passage: Passage, reading: Reading) -> Iterator[Hit]:
        text = passage.block.text
        spoken = [quote for quote in passage.quotes if quote.spoken]
        for start, end, kind, sure in self._names.search(text):
            found = text[start:end]
            if passage.entry and kind is not WordKind.CONTACT:
                continue
            quoted = any(quote.start <= start < quote.end for quote in spoken)
            if kind is WordKind.PERSON and not quoted:
                if reading.cited.is_cited_here(text, start, end):
                    continue
                theory = passage.section in {Section.THEORY, Section.INTRODUCTION, Section.DISCUSSION}
                if (theory or not sure) and reading.cited.covers(found):
                    continue
            if kind is WordKind.PLACE and passage.section in {
                Section.TITLE,
                Section.THEORY,
                Section.REFERENCES,
            }:
                continue  # the university's town, and towns that sources write of
            cause = fold(found)
            if kind is WordKind.PERSON:
                rule, severity = ("key-name", Severity.BLOCK) if sure else ("key-name-fuzzy", Severity.WARN)
                yield Hit(rule, severity, passage.index, start, end, cause, EntityType.PERSON)
            else:
                entity = EntityType.LOCATION if kind is WordKind.PLACE else EntityType.PHONE_NUMBER
                yield Hit("key-detail", Severity.BLOCK, passage.index, start, end, cause, entity)

    def _claims(self, passage: Passage) -> Iterator[Hit]:
        if passage.section in {Section.THEORY, Section.INTRODUCTION, Section.REFERENCES}:
            return
        for match in self._rules.find("anonymous").finditer(passage.block.text):
            near = passage.block.text[max(0, match.start() - 40) : match.end() + 40]
            if passage.quote_at(match.start()) is None and not self._rules.find("anonymous_not").search(near):
                yield Hit("anonymous-claim", Severity.BLOCK, passage.index, match.start(), match.end(), "")

    # ------------------------------------------------------------------------------------------------------- quotes

    def _quote(self, passage: Passage, quote: Quote) -> Iterator[Hit]:
        text = passage.block.text[quote.start : quote.end]
        label = self._label(passage, quote)
        if label and self._facts.linkability is Linkability.NONE:
            yield self._hit("quote-linked", Severity.WARN, passage, quote)
        turn = self._trace.find(text)
        if turn is None:
            if quote.spoken and len(_WORD.findall(text)) >= _SHORTEST * 2:
                yield self._hit("quote-untraced", Severity.WARN, passage, quote)
            return
        who = turn.participant
        if who is None:
            return
        if who in self._facts.withdrawn:
            yield self._hit("quote-withdrawn", Severity.BLOCK, passage, quote)
        elif who in self._facts.no_quotes:
            yield self._hit("quote-consent", Severity.BLOCK, passage, quote)
        if who in self._facts.unchecked:
            yield self._hit("quote-member-check", Severity.WARN, passage, quote)
        own = self._facts.surrogates.get(who, frozenset())
        if label and own and label not in own and self._is_surrogate(label):
            yield Hit(
                "quote-pseudonym", Severity.BLOCK, passage.index, quote.start, quote.end, str(quote.start)
            )

    def _hit(self, rule: str, severity: Severity, passage: Passage, quote: Quote) -> Hit:
        return Hit(rule, severity, passage.index, quote.start, quote.end, "")

    def _is_surrogate(self, label: str) -> bool:
        return label.isdigit() or any(label in labels for labels in self._facts.surrogates.values())

    def _label(self, passage: Passage, quote: Quote) -> str | None:
        """Return the name or number a quote stands under, case set aside."""
        text = passage.block.text
        whole = quote.end - quote.start == len(text)
        after = text[-50:] if whole else text[quote.end : quote.end + 50]
        before = text[:30] if whole else text[max(0, quote.start - 60) : quote.start]
        surrogates = {name for names in self._facts.surrogates.values() for name in names}
        for piece in (after, before):
            if number := self._number.search(piece):
                digits = re.search(r"\d+", number.group())
                if digits:
                    return str(digits.group())
            for word in _WORD.findall(piece):
                if word[0].isupper() and word.casefold() in surrogates:
                    return str(word.casefold())
        return None


class _Names:
    """Finds originals in a text: as written, inflected, and nearly so."""

    def __init__(self, words: Sequence[KnownWord]) -> None:
        self._exact: dict[str, WordKind] = {}
        self._phrases: list[tuple[re.Pattern[str], WordKind]] = []
        self._digits: set[str] = set()
        self._fuzzy: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if word.kind is WordKind.CONTACT:
                digits = re.sub(r"\D", "", word.text)
                if len(digits) >= 6 and "@" not in word.text:
                    self._digits.add(digits[-8:])
                else:
                    self._phrases.append((re.compile(re.escape(word.text), re.IGNORECASE), word.kind))
                continue
            parts = word.text.split()
            if word.kind is WordKind.PLACE and len(parts) > 1:
                self._phrases.append(
                    (re.compile(rf"\b{re.escape(word.text)}\w{{0,3}}\b", re.IGNORECASE), word.kind)
                )
                continue
            for part in parts:
                folded = fold(part.strip(".,"))
                if len(folded) > 2:
                    self._exact.setdefault(folded, word.kind)
                    if word.kind is WordKind.PERSON and len(folded) >= 5:
                        self._fuzzy[folded[0]].append(folded)

    def search(self, text: str) -> Iterator[tuple[int, int, WordKind, bool]]:
        """Yield start, end, kind, and whether it is the original for sure rather than like it."""
        for match in _WORD.finditer(text):
            yield from self._word(text, match.group(), match.start())
        for pattern, kind in self._phrases:
            for match in pattern.finditer(text):
                yield match.start(), match.end(), kind, True
        if self._digits:
            for match in re.finditer(r"\+?\d[\d\s.-]{4,16}\d", text):
                if re.sub(r"\D", "", match.group())[-8:] in self._digits:
                    yield match.start(), match.end(), WordKind.CONTACT, True

    def _word(self, text: str, word: str, start: int) -> Iterator[tuple[int, int, WordKind, bool]]:
        for part in [word] if "-" not in word else [word, *word.split("-")]:
            folded = fold(part)
            forms = [folded, *without_genitive(folded)]
            kind = next((self._exact[form] for form in forms if form in self._exact), None)
            if kind is not None and self._meant(text, part, start):
                yield start, start + len(word), kind, True
                return
        if not word[0].isupper() or len(word) < 5:
            return
        folded = fold(word).removesuffix("s")
        known = shipped_gazetteer().name(word)
        for name in self._fuzzy.get(folded[0], ()):
            allowed = 1 if len(name) < 8 else 2
            near = DamerauLevenshtein.distance(folded, name, score_cutoff=allowed)
            # A common name of its own (Marit, Marie) is someone else, not a slip.
            if near <= allowed and (known is None or near == 0 or known[0].use != "common"):
                yield start, start + len(word), WordKind.PERSON, False
                return

    def _meant(self, text: str, word: str, start: int) -> bool:
        """Tell whether a word that is also an everyday word is meant as the name: by its capital within a sentence."""
        if not shipped_gazetteer().is_word(word):
            return True
        begins = start == 0 or re.search(r"[.!?:»«\"]\s*$", text[max(0, start - 3) : start]) is not None
        return word[:1].isupper() and not begins


class _Tracer:
    """Finds the turn a quote was taken from, with omissions, edits and replaced names."""

    def __init__(self, turns: Sequence[SpokenTurn]) -> None:
        self._texts: list[tuple[SpokenTurn, str]] = []
        self._index: dict[str, set[int]] = defaultdict(set)
        for turn in turns:
            for text in turn.texts:
                plain = _plain(text)
                if len(plain.split()) >= 3:
                    for word in set(plain.split()):
                        self._index[word].add(len(self._texts))
                    self._texts.append((turn, plain))

    def find(self, quote: str) -> SpokenTurn | None:
        """Return the turn most like the quote, if one is like enough."""
        pieces = [piece for piece in map(_plain, _OMITTED.split(quote)) if piece]
        whole = " ".join(pieces)
        if len(whole.split()) < _SHORTEST:
            return None
        weights: Counter[int] = Counter()
        for word in set(whole.split()):
            places = self._index.get(word, set())
            if places:
                weight = log(1 + len(self._texts) / len(places))
                for at in places:
                    weights[at] += weight  # type: ignore[assignment]
        best: tuple[float, SpokenTurn] | None = None
        for at, _ in weights.most_common(_CANDIDATES):
            turn, text = self._texts[at]
            like = _likeness(pieces, text)
            if best is None or like > best[0]:
                best = (like, turn)
        return best[1] if best is not None and best[0] >= _TRACED else None


def _likeness(pieces: Sequence[str], text: str) -> float:
    """Return how much of the pieces stands in the text, the longer pieces counting for more (0 to 100)."""
    total = sum(map(len, pieces))
    scores = []
    for piece in pieces:
        # A text shorter than the piece would be sought in the piece: then whole against whole.
        score = fuzz.partial_ratio(piece, text) if len(piece) <= len(text) else fuzz.ratio(piece, text)
        scores.append(score * len(piece))
    return sum(scores) / total if total else 0.0


def _plain(text: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(text))
