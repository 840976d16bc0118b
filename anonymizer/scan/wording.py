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

_SOUND = re.compile(
    r"(?<![\w/])[\w][\w.-]{2,80}\.(?:mp3|m4a|wav|wma|aac|ogg|flac|amr|mp4|mov)\b", re.IGNORECASE
)
_NOUN = re.compile(r"anonymisering(?:en)?|anonymitet(?:en)?|anonymity|anonymi[sz]ation", re.IGNORECASE)
_CITED = re.compile(
    r"\((?:[^()]{0,80}\s)?(?:1[5-9]|20)\d\d[a-z]?(?:[,;:][^()]{0,40})?\)|\bm\.?\s?fl\.|\bet al\."
)
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
    yield from _numbering(passages, rules)
    yield from _sound_files(passages)
    yield from _kin(passages, rules)
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
            if _NOUN.fullmatch(match.group()) and _CITED.search(
                _sentence_at(passage.block.text, match.start())
            ):
                continue  # Saunders mfl. (2015) viser at anonymisering …: theory, not the material
            rule, severity = ("anonymous-claim", Severity.WARN) if key else ("anonymous-word", Severity.INFO)
            cause = match.group().casefold()
            if passage.section is Section.APPENDIX and cause.endswith("es"):
                severity = Severity.INFO  # what a letter promises for later
            yield Hit(rule, severity, passage.index, match.start(), match.end(), cause)
    if deleted and anonymised:
        for passage in sorted({p.index: p for p in (*deleted, *anonymised)}.values(), key=lambda p: p.index):
            yield Hit("promise", Severity.WARN, passage.index, 0, len(passage.block.text), "")


def _sentence_at(text: str, at: int) -> str:
    """Return the sentence that holds a place; a full stop in ``mfl.`` and before a small letter ends none."""
    before = [match.end() for match in re.finditer(r"(?<!fl)(?<!al)[.!?]\s+(?=[A-ZÆØÅ])", text[:at])]
    after = re.search(r"[.!?](?:\s+[A-ZÆØÅ]|$)", text[at:])
    return text[before[-1] if before else 0 : at + after.start() if after else len(text)]


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
        for match in rules.find("lone_role").finditer(passage.block.text):
            yield _lone(passage, match)
        for match in strong.finditer(passage.block.text) if told else ():
            if passage.quote_at(match.start()) is None:
                yield _lone(passage, match)
        for match in lone.finditer(passage.block.text):
            if passage.quote_at(match.start()) is not None:
                continue
            start = passage.block.text.rfind(".", 0, match.start()) + 1
            sentence = _SENTENCE.match(passage.block.text, start)
            if sentence and context.search(sentence.group().replace(match.group(), "")):
                yield _lone(passage, match)


def _lone(passage: Passage, match: re.Match[str]) -> Hit:
    cause = " ".join(match.group().casefold().split())
    return Hit("lone-person", Severity.WARN, passage.index, match.start(), match.end(), cause)


def _numbering(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield what the text says of numbers where quotes carry them: in the order of the interviews, or none at all."""
    label = re.compile(rf"\(\s*(?:{rules.shape.label})\s*[),]", re.IGNORECASE)
    labels = {
        match.group().casefold()
        for passage in passages
        if not passage.block.kind.outside
        for match in label.finditer(passage.block.text)
        if any(letter.isdigit() for letter in match.group())
    }
    if len(labels) < 2:
        return
    for passage in passages:
        if passage.block.kind.outside or passage.section in {
            Section.REFERENCES,
            Section.THEORY,
            Section.APPENDIX,
        }:
            continue
        for name in ("not_numbered", "numbered_in_order"):
            for match in rules.find(name).finditer(passage.block.text):
                if passage.quote_at(match.start()) is None:
                    yield Hit("linked-numbers", Severity.WARN, passage.index, match.start(), match.end(), "")


def _kin(passages: list[Passage], rules: Rulebook) -> Iterator[Hit]:
    """Yield the sentences that say how two participants belong together."""
    kin = rules.find("kin")
    label = re.compile(rf"(?<!\w)(?:{rules.shape.label})", re.IGNORECASE)
    for passage in passages:
        if passage.block.kind.outside or passage.section in {Section.THEORY, Section.REFERENCES}:
            continue
        for sentence in re.finditer(r"[^.!?]{10,300}", passage.block.text):
            named = {match.group().casefold() for match in label.finditer(sentence.group())}
            if len(named) > 1 and kin.search(sentence.group()) and passage.quote_at(sentence.start()) is None:
                yield Hit("kin-of-participants", Severity.WARN, passage.index, *sentence.span(), "")


def _sound_files(passages: list[Passage]) -> Iterator[Hit]:
    """Yield the names of sound files: they hold dates, initials and numbers of interviews."""
    for passage in passages:
        for match in _SOUND.finditer(passage.block.text):
            if passage.block.kind is not BlockKind.FILE_NAME:
                cause = match.group().casefold()
                yield Hit("file-name", Severity.WARN, passage.index, match.start(), match.end(), cause)


def _hidden(passages: tuple[Passage, ...]) -> Iterator[Hit]:
    for passage in passages:
        if passage.block.kind is BlockKind.COMMENT:
            yield Hit("comment", Severity.WARN, passage.index, 0, len(passage.block.text), "")
        elif passage.block.kind is BlockKind.HIDDEN:
            yield Hit("hidden-text", Severity.WARN, passage.index, 0, len(passage.block.text), "")
        elif passage.block.kind is BlockKind.DELETED:
            yield Hit("tracked-change", Severity.WARN, passage.index, 0, len(passage.block.text), "")
