"""A person's name at its place: who may stand, who is a participant's pseudonym, and what each other name breaks."""

from __future__ import annotations

import re

from anonymizer.detect.gazetteer import shipped_gazetteer
from anonymizer.formats import BlockKind
from anonymizer.model import Finding
from anonymizer.scan.citations import name_words
from anonymizer.scan.language import is_english, is_first_name
from anonymizer.scan.model import Hit, Severity
from anonymizer.scan.people import People
from anonymizer.scan.reading import Passage, Reading
from anonymizer.scan.rules import Rulebook
from anonymizer.scan.sections import Section

__all__ = ["HIDDEN", "Naming", "hit_of"]

HIDDEN = frozenset({BlockKind.COMMENT, BlockKind.DELETED, BlockKind.HIDDEN})
"""What the reader of the printed page does not see, and who opens the file does."""

_OWN_WORDS = frozenset({Section.METHOD, Section.FINDINGS, Section.ABSTRACT})
_SURE = 0.75
"""Score from which on a name that no list knows counts as one."""
_TELLING = frozenset({"people", "preface"})
_NO_NAMES = frozenset({"ibid", "op", "cit", "jf", "jfr", "red", "mfl", "mamma", "pappa", "mor", "far"})
_WHERE = re.compile(
    r"\b(?:på|i|ved|frå|fra|mot|innom|at|in|from|near"
    r"|(?:sendt|kom|dro|drog|reiste|reist|flytta|flyttet|kjørte|henta|hentet|overført|innlagt|went|moved|sent)\s(?:\w+\s){0,2}(?:til|to))\s$",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\s?,?\s?\(?(?:f\.|født|fødd|fødselsdato|born|b\.|d\.o\.b\.):?\s?\d{1,2}[./ ]\s?\d{1,2}", re.IGNORECASE
)
"""A name with its date of birth is one person's, whoever may be named otherwise."""
_BEHIND = frozenset({Section.APPENDIX, Section.REFERENCES})
_DATED = re.compile(r",?\s(?:\d{1,2}\.?\s?)?(?:[^\W\d_]{3,9}|\d{1,2}\.)\s?(?:19|20)\d\d\b")
_BEGINS = re.compile(r"(?:^|[.!?:…–—-]|[«“”\"„(])\s*$")


def hit_of(
    passage: Passage, finding: Finding, rule: str, severity: Severity, cause: str | None = None
) -> Hit:
    """Return the hit of a finding; its cause is the name or number itself unless one is given."""
    key = " ".join(name_words(finding.text)) if cause is None else re.sub(r"\W", "", cause).casefold()
    return Hit(rule, severity, passage.index, finding.start, finding.end, key, finding.entity_type)


class Naming:
    """Judges the names of people in one manuscript."""

    def __init__(self, reading: Reading, people: People, rules: Rulebook) -> None:
        self._reading = reading
        self._people = people
        self._rules = rules
        self._label = re.compile(rf"(?:{rules.shape.label})\.?s?", re.IGNORECASE)
        self._body = rules.find("body_forms")
        self._workplace = rules.find("workplace")
        self._not_people = rules.find("not_people")
        self._never = rules.find("never_names")
        self._placeholder = rules.find("placeholder_people")
        self._communication = rules.find("communication")
        self._surnames = {name[-1] for name in rules.public_people if len(name) > 1}

    def hit(self, passage: Passage, finding: Finding) -> Hit | None:
        """Return what a name breaks at its place, or None where it may stand."""
        if passage.block.kind.outside:
            return self._outside(passage, finding)
        if passage.entry or passage.section is Section.TITLE or not self.is_name(passage, finding):
            return None
        text = passage.block.text
        quote = passage.quote_at(finding.start)
        if self._reading.cited.is_cited_here(text, finding.start, finding.end):
            return None
        if self._placeholder.search(text, max(0, finding.start - 12), finding.end + 20):
            return None
        if quote is not None and quote.cited:
            return None
        name = self._people.without_role(finding.text)
        words = name_words(name)
        first = len(words) == 1 and is_first_name(words[0])
        spoken = quote is not None and quote.spoken
        if self._people.is_label(name):
            return hit_of(passage, finding, "participant-names", Severity.WARN, "")
        if self._reading.cited.covers(name) and not (
            first and (spoken or passage.section is Section.PREFACE)
        ):
            # A surname in someone's speech that is also an author's: more likely a neighbour than a source.
            return hit_of(passage, finding, "name-in-quote", Severity.INFO) if spoken else None
        if self._people.authors.covers(name, bare_first=not spoken):
            return None
        if self._is_public(words) and not first:
            return hit_of(passage, finding, "other-name", Severity.INFO, "")
        if _BORN.match(text, finding.end):
            rule = "name-in-appendix" if passage.section in _BEHIND else "name-in-text"
            return hit_of(passage, finding, rule, Severity.BLOCK)
        if spoken:
            return self._spoken(passage, finding, words)
        return self._written(passage, finding, name, words)

    def _spoken(self, passage: Passage, finding: Finding, words: list[str]) -> Hit:
        """Return the hit of a name in a participant's quote."""
        text = passage.block.text
        if self._workplace.search(finding.text) or (
            len(words) == 1 and not is_first_name(words[0]) and _WHERE.search(text[: finding.start])
        ):
            return hit_of(passage, finding, "place-in-quote", Severity.WARN)
        if (
            len(words) == 1
            and shipped_gazetteer().name(words[0]) is None
            and _BEGINS.search(text[max(0, finding.start - 3) : finding.start])
        ):
            # The capital of a sentence's first word that no list knows: a word of dialect as likely as a name.
            return hit_of(passage, finding, "name-in-quote", Severity.WARN)
        return hit_of(passage, finding, "name-in-quote", Severity.BLOCK)

    def _written(self, passage: Passage, finding: Finding, name: str, words: list[str]) -> Hit | None:
        """Return the hit of a name in the author's own words."""
        people, section = self._people, passage.section
        if len(words) == 1 and shipped_gazetteer().place(name):
            before = passage.block.text[: finding.start]
            if _WHERE.search(before) or (before.endswith("   ") and passage.block.cell is None):
                return None  # a place that is a first name somewhere, too
        if people.allowed.covers(name):
            known = section in {Section.PREFACE, Section.APPENDIX}
            return hit_of(passage, finding, "named-with-role", Severity.INFO) if known else None
        if section is Section.PREFACE:
            return hit_of(passage, finding, "name-in-preface", Severity.WARN)
        if people.with_role.covers(name, bare_first=False):
            return hit_of(passage, finding, "named-with-role", Severity.INFO)
        if section is Section.APPENDIX:
            return hit_of(passage, finding, "name-in-appendix", Severity.WARN)
        # Participants and gatekeepers go by first or full names; a lone surname is a thinker's without a source.
        personal = any(is_first_name(word) for word in words)
        bare = len(words) == 1 and personal
        if personal and (section in _OWN_WORDS or passage.block.cell is not None):
            return hit_of(passage, finding, "name-in-text", Severity.WARN)
        spoken_with = self._communication.search(
            passage.block.text[max(0, finding.start - 60) : finding.start]
        )
        if (bare and section is Section.DISCUSSION) or spoken_with:
            return hit_of(passage, finding, "name-in-text", Severity.WARN)
        return hit_of(passage, finding, "other-name", Severity.INFO, "")

    def is_name(self, passage: Passage, finding: Finding) -> bool:
        """Tell whether a proposal is a name: one of a list, or one the model is sure of."""
        text = finding.text
        if text.islower() or len(text) < 2 or text.casefold() in _NO_NAMES:
            return False
        if text.casefold() in self._rules.bodies or self._label.fullmatch(text) or self._body.search(text):
            return False
        words = name_words(text)
        if self._not_people.fullmatch(text.strip()) or self._not_people.fullmatch(" ".join(text.split()[:1])):
            return False
        after = passage.block.text[finding.end : finding.end + 8]
        if self._never.fullmatch(text) and re.match(r"\.?,?\s(?:\d{4}|\d{1,2}(?!\d))", after):
            return False  # May 2022
        gazetteer = shipped_gazetteer()
        if gazetteer.place(text) and _DATED.match(passage.block.text, finding.end):
            return False  # Namsos, May 2022
        known = [gazetteer.name(word) for word in words]
        if len(words) > 1 and len(words[-1]) == 1 and known[0] is None:
            return False  # Lærar B, Bolig A
        if is_english(passage.block.text):
            before = passage.block.text[max(0, finding.start - 3) : finding.start]
            if (
                passage.section is Section.PREFACE
                and finding.score >= _SURE
                and text[:1].isupper()
                and not _BEGINS.search(before.rstrip(":").rstrip())
            ):
                return True
            # The language model reads Norwegian and takes English words for names; the lists decide.
            capital = {word for word in words if re.search(rf"\b{re.escape(word.title())}", text)}
            return any(
                fact is not None and (fact[0].first or not fact[0].is_word)
                for word, fact in zip(words, known, strict=True)
                if word in capital and word not in self._rules.english_words
            )
        if any(fact is not None and not fact[0].is_word for fact in known):
            return True
        if passage.block.cell is not None:
            return False
        if finding.recognizer in _TELLING and any(fact is not None and fact[0].first for fact in known):
            return True  # Bestemor Solveig: what stands beside a name that is a word as well makes it one
        return finding.score >= _SURE and not re.fullmatch(r"[A-ZÆØÅ]{2,6}s?", text)

    def _is_public(self, words: list[str]) -> bool:
        plain = tuple(words)
        bare = (*plain[:-1], plain[-1].removesuffix("s")) if plain else plain
        return bool({plain, bare} & self._rules.public_people) or (
            len(plain) == 1 and bool({plain[0], bare[0]} & self._surnames) and not is_first_name(plain[0])
        )

    def _outside(self, passage: Passage, finding: Finding) -> Hit | None:
        kind = passage.block.kind
        name = self._people.without_role(finding.text)
        if self._people.authors.covers(name) or self._people.allowed.covers(name):
            return None
        if kind in HIDDEN:
            if re.fullmatch(r"[A-ZÆØÅ]{2,3}", finding.text):
                return None  # who signs a comment; the comment itself is told
            if self._reading.cited.covers(finding.text):
                return None
            return hit_of(passage, finding, "name-in-comment", Severity.BLOCK)
        if kind is BlockKind.FILE_NAME:
            facts = [shipped_gazetteer().name(word) for word in name_words(finding.text)]
            if not any(fact is not None and (fact[0].first or not fact[0].is_word) for fact in facts):
                return None
            return hit_of(passage, finding, "file-name", Severity.WARN)
        if kind is BlockKind.METADATA or (kind is BlockKind.HEADER and not self.is_name(passage, finding)):
            return None
        return hit_of(passage, finding, "name-in-text", Severity.WARN)
