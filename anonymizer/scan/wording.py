"""What a manuscript says beyond names: claims of anonymity, promises, templates, exact times, lone people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anonymizer.formats import BlockKind
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.reading import Passage, Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section
from anonymizer.scan.tables import sample_tables

__all__ = ["worded"]

_SENTENCE = re.compile(r"[^.!?]{0,600}")


def worded(reading: Reading, rules: Rulebook) -> Iterator[Hit]:
    """Yield what the manuscript's own words say that a person should look at."""
    passages = [
        passage
        for passage in reading.passages
        if not passage.entry and passage.section is not Section.CONTENTS
    ]
    yield from _claims(passages, rules)
    yield from _patterns(passages, rules)
    yield from _lone_in_words(passages, rules)
    yield from _hidden(reading.passages)
    yield from sample_tables(passages, rules)


def _claims(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield where the text calls the material anonymous; a warning where the text itself tells of a key or of sound."""
    claim, no_claim = rules.find("anonymous"), rules.find("anonymous_not")
    body = [passage for passage in passages if not passage.block.kind.outside]
    key = any(rules.find("key_exists").search(passage.block.text) for passage in body)
    deleted = [
        p for p in body if p.section is Section.APPENDIX and rules.find("promise_delete").search(p.block.text)
    ]
    anonymised = [
        p
        for p in body
        if p.section is Section.APPENDIX and rules.find("promise_anonymise").search(p.block.text)
    ]
    for passage in body:
        if passage.section is Section.REFERENCES:
            continue
        for match in claim.finditer(passage.block.text):
            near = passage.block.text[max(0, match.start() - 40) : match.end() + 40]
            quote = passage.quote_at(match.start())
            if no_claim.search(near) or (quote is not None and (quote.cited or quote.spoken)):
                continue
            if passage.section in {Section.THEORY, Section.INTRODUCTION}:
                continue
            rule, severity = ("anonymous-claim", Severity.WARN) if key else ("anonymous-word", Severity.INFO)
            yield Hit(rule, severity, passage.index, match.start(), match.end(), "")
    if deleted and anonymised:
        for passage in sorted({p.index: p for p in (*deleted, *anonymised)}.values(), key=lambda p: p.index):
            yield Hit("promise", Severity.WARN, passage.index, 0, len(passage.block.text), "")


def _patterns(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    template, exact = rules.find("template"), rules.find("exact_time")
    for passage in passages:
        if passage.block.kind.outside:
            continue
        for match in template.finditer(passage.block.text):
            if passage.quote_at(match.start()) is None:
                yield Hit("template", Severity.WARN, passage.index, match.start(), match.end(), "")
        if passage.section in {Section.FINDINGS, Section.METHOD, Section.DISCUSSION} or passage.quotes:
            for match in exact.finditer(passage.block.text):
                quote = passage.quote_at(match.start())
                near = passage.block.text[max(0, match.start() - 40) : match.end()].rpartition(". ")[2]
                if rules.find("inexact").search(near):
                    continue
                if passage.section is Section.APPENDIX or (quote is not None and quote.cited):
                    continue
                yield Hit("exact-time", Severity.WARN, passage.index, match.start(), match.end(), "")


def _lone_in_words(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    lone, context, strong = rules.find("lone_words"), rules.find("lone_context"), rules.find("lone_strong")
    for passage in passages:
        if passage.block.kind.outside or passage.section in {
            Section.THEORY,
            Section.REFERENCES,
            Section.PREFACE,
        }:
            continue
        told = passage.section in {Section.METHOD, Section.FINDINGS}
        for match in strong.finditer(passage.block.text) if told else ():
            if passage.quote_at(match.start()) is None:
                yield Hit("lone-person", Severity.WARN, passage.index, match.start(), match.end(), "")
        for match in lone.finditer(passage.block.text):
            if passage.quote_at(match.start()) is not None:
                continue
            start = passage.block.text.rfind(".", 0, match.start()) + 1
            sentence = _SENTENCE.match(passage.block.text, start)
            if sentence and context.search(sentence.group().replace(match.group(), "")):
                yield Hit("lone-person", Severity.WARN, passage.index, match.start(), match.end(), "")


def _hidden(passages: tuple[Passage, ...]) -> Iterator[Hit]:
    for passage in passages:
        if passage.block.kind is BlockKind.COMMENT:
            yield Hit("comment", Severity.WARN, passage.index, 0, len(passage.block.text), "")
        elif passage.block.kind is BlockKind.HIDDEN:
            yield Hit("hidden-text", Severity.WARN, passage.index, 0, len(passage.block.text), "")
        elif passage.block.kind is BlockKind.DELETED:
            yield Hit("tracked-change", Severity.WARN, passage.index, 0, len(passage.block.text), "")
