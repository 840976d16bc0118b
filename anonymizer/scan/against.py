"""A manuscript held against its study: originals that still stand in it, and where its quotes come from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from anonymizer.data import Linkability
from anonymizer.detect.gazetteer import fold
from anonymizer.model import EntityType
from anonymizer.scan.language import is_first_name
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.originals import Originals
from anonymizer.scan.reading import Passage, Quote, Reading
from anonymizer.scan.rules import Rulebook, rulebook
from anonymizer.scan.sections import Section
from anonymizer.scan.speech import in_dialect
from anonymizer.scan.tracing import SHORTEST, WORD, Tracer
from anonymizer.study import ScanFacts, WordKind

__all__ = ["AgainstStudy"]


class AgainstStudy:
    """The checks that need a study; called with each manuscript. Keeps the study's originals in memory only."""

    def __init__(self, facts: ScanFacts) -> None:
        self._facts = facts
        self._rules: Rulebook = rulebook()
        self._names = Originals(facts.words)
        self._trace = Tracer(facts.turns)
        label = self._rules.shape.label
        self._number = re.compile(rf"(?:{label})\b", re.IGNORECASE)

    def __call__(self, reading: Reading) -> Iterator[Hit]:
        """Yield what breaks a rule of the study, block by block."""
        labels = _Labels()
        for passage in reading.passages:
            if passage.section is Section.CONTENTS:
                continue
            yield from self._originals(passage, reading)
            if not passage.entry and not passage.block.kind.outside:
                yield from self._claims(passage)
                for quote in passage.quotes:
                    if not quote.cited:
                        yield from self._quote(passage, quote, labels)
        yield from labels.crossed()

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
        if passage.section in {Section.THEORY, Section.REFERENCES}:
            return
        for match in self._rules.find("anonymous").finditer(passage.block.text):
            near = passage.block.text[max(0, match.start() - 40) : match.end() + 40]
            around = passage.block.text[max(0, match.start() - 120) : match.end() + 120]
            if passage.section is Section.INTRODUCTION and not self._rules.find("own_material").search(
                around
            ):
                continue
            if passage.quote_at(match.start()) is None and not self._rules.find("anonymous_not").search(near):
                yield Hit("anonymous-claim", Severity.BLOCK, passage.index, match.start(), match.end(), "")

    # ------------------------------------------------------------------------------------------------------- quotes

    def _quote(self, passage: Passage, quote: Quote, labels: _Labels) -> Iterator[Hit]:
        text = passage.block.text[quote.start : quote.end]
        label = self._label(passage, quote)
        if label and self._facts.linkability is Linkability.NONE:
            yield self._hit("quote-linked", Severity.WARN, passage, quote)
        turn = self._trace.find(text)
        if turn is None:
            if quote.spoken and len(WORD.findall(text)) >= SHORTEST * 2:
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
        if self._facts.normalise and in_dialect(text):
            yield self._hit("quote-dialect", Severity.BLOCK, passage, quote)
        if label is None:
            return
        hit = Hit(
            "quote-pseudonym", Severity.BLOCK, passage.index, quote.start, quote.end, str(passage.index)
        )
        # A number is held against numbers and a name against names: the study may keep both, the text prints one.
        own = {each for each in self._facts.surrogates.get(who, ()) if each.isdigit() == label.isdigit()}
        if own and self._is_surrogate(label):
            if label not in own:
                yield hit
        else:
            labels.add(label, who, hit)

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
            for word in WORD.findall(piece):
                if word[0].isupper() and word.casefold() in surrogates:
                    return str(word.casefold())
        named = re.match(r"\s?[(–—-]\s?([A-ZÆØÅ][a-zæøå]+)\b", after) if not whole else None
        return named.group(1).casefold() if named and is_first_name(named.group(1)) else None


class _Labels:
    """Labels that the study does not know: each must stand for one participant throughout."""

    def __init__(self) -> None:
        self._hits: dict[str, dict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))

    def add(self, label: str, who: str, hit: Hit) -> None:
        """Keep that a quote of a participant stands under a label."""
        self._hits[label][who].append(hit)

    def crossed(self) -> Iterator[Hit]:
        """Yield the quotes under a label that mostly stands for someone else."""
        for people in self._hits.values():
            mine = max(people, key=lambda who: len(people[who]))
            for who, hits in people.items():
                if who != mine:
                    yield from hits
