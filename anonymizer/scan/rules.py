"""The rule book of the scan: ``rules/scan/*.yaml``, validated and compiled."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from anonymizer.data import load_yaml, rules_dir
from anonymizer.scan.model import Severity

__all__ = ["Rule", "Rulebook", "Shape", "Words", "rulebook"]

Section = Literal[
    "preface",
    "abstract",
    "contents",
    "introduction",
    "theory",
    "method",
    "findings",
    "discussion",
    "references",
    "appendix",
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Model):
    """A sentence in Bokmål and English."""

    nb: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Rule(_Model):
    """A rule: its gravest severity, what to do about it, its words, and the rule in the field that it serves."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]+$")]
    severity: Severity
    do: str
    reference: str
    message: Words
    proposal: Words


class _Rules(_Model):
    todo: dict[str, Words]
    parts: dict[str, Words]
    rules: list[Rule]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error.msg}); mend it") from None
    return value


class Shape(_Model):
    """What a manuscript looks like; see the comments of ``rules/scan/manuscript.yaml``."""

    sections: dict[Section, list[str]]
    letter_heading: str
    numbering: str
    cited_year: str
    more_authors: str
    communication: str
    not_cited: str
    cited_by: str
    label: str
    speech_verbs: str
    roles: str
    supervisors: str
    role_after: str
    thanks: str
    thanked_before: str
    thanked_after: str
    never_names: str
    letter_phrases: list[str]
    anonymous: str
    anonymous_not: str
    own_material: str
    key_exists: str
    fictive: str
    promise_delete: str
    promise_anonymise: str
    template: str
    exact_time: str
    inexact: str
    exact_column: str
    lone_words: str
    lone_strong: str
    lone_role: str
    not_numbered: str
    numbered_in_order: str
    lone_context: str
    kin: str
    women: str
    men: str
    sample_table: str

    @field_validator("*")
    @classmethod
    def _compiles(cls, value: object) -> object:
        patterns = (
            [value]
            if isinstance(value, str)
            else [each for one in value.values() for each in one]
            if isinstance(value, dict)
            else value
        )
        for pattern in patterns if isinstance(patterns, list) else ():
            _pattern(pattern)
        return value


class _Public(_Model):
    bodies: list[str]
    body_forms: str
    workplace: str
    shared_mailboxes: str
    shared_phones: list[str]
    phone_words: str
    counted: str
    office: str
    no_case: str
    public_case: str
    court_case: str
    case_words: str
    approval_near: str
    public_people: list[str]
    placeholder_people: str
    not_people: str
    academic_domains: str
    academic_near: str
    english_words: list[str]


class Rulebook:
    """Everything the scan knows from data. Raises ``PackError`` where a file is not sound."""

    def __init__(self) -> None:
        folder = rules_dir() / "scan"
        loaded = load_yaml(folder / "rules.yaml").parse(_Rules)
        self.todo = loaded.todo
        self.parts = loaded.parts
        self.rules = {rule.id: rule for rule in loaded.rules}
        self.shape = load_yaml(folder / "manuscript.yaml").parse(Shape)
        self.public = load_yaml(folder / "public.yaml").parse(_Public)

    def find(self, name: str) -> re.Pattern[str]:
        """Return the compiled pattern of a name in ``Shape`` or in the public list, case set aside."""
        return _compiled(str(getattr(self.shape, name, None) or getattr(self.public, name)))

    @cached_property
    def bodies(self) -> frozenset[str]:
        """Return the public bodies, case set aside."""
        return frozenset(body.casefold() for body in self.public.bodies)

    @cached_property
    def public_people(self) -> frozenset[tuple[str, ...]]:
        """Return the words of each name that the public knows, case set aside."""
        return frozenset(
            tuple(re.findall(r"[^\W_](?:[\w'’-]*\w)?", name.casefold())) for name in self.public.public_people
        )

    @cached_property
    def english_words(self) -> frozenset[str]:
        """Return the first names that are words of English, case set aside."""
        return frozenset(word.casefold() for word in self.public.english_words)

    @cached_property
    def phones(self) -> frozenset[str]:
        """Return the shared phone lines as digits."""
        return frozenset(self.public.shared_phones)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def rulebook() -> Rulebook:
    """Return the shipped rule book."""
    return Rulebook()
