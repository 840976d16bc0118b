"""Recogniser rules at work: patterns with a time limit, checks, and the words around a match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import regex

from anonymizer.data import PatternRule, RecogniserRule, load_recognisers
from anonymizer.detect.checks import CHECKS, Validity
from anonymizer.formats import limits_in_force

__all__ = ["ALMOST_CERTAIN", "CompiledRule", "Match", "compiled_rules", "has_digit"]

SHORT = 3
ALMOST_CERTAIN = 0.98
TIMEOUT = 0.0
"""Seconds a pattern may take on one stretch of text, past which the transcript is INCOMPLETE; 0: the cap in force."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched and how sure it is, words around it not counted."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class _Needs:
    """What must stand in a text before a pattern is tried: a cheap look that saves most of the work."""

    digit: bool
    words: tuple[str, ...]

    @classmethod
    def of(cls, needs: tuple[str, ...]) -> _Needs:
        return cls("digit" in needs, tuple(word for word in needs if word != "digit"))

    def met(self, lower: str, digit: bool) -> bool:
        if self.digit and not digit:
            return False
        if not self.words:
            return True
        for word in self.words:  # a plain loop: this is asked some hundred times a turn  # noqa: SIM110
            if word in lower:
                return True
        return False


@dataclass(frozen=True)
class CompiledRule:
    """A rule at work; its patterns are compiled when first needed."""

    rule: RecogniserRule
    patterns: tuple[tuple[PatternRule, _Needs], ...]
    _context: regex.Pattern[str] | None = field(repr=False)
    _against: regex.Pattern[str] | None = field(repr=False)
    _needs: _Needs = field(repr=False)

    @classmethod
    def of(cls, rule: RecogniserRule) -> CompiledRule:
        """Make a loaded rule ready to work."""
        patterns = tuple((pattern, _Needs.of(pattern.needs)) for pattern in rule.patterns)
        return cls(
            rule,
            patterns,
            _begin_word(rule.context),
            _begin_word(rule.against),
            _Needs.of(rule.needs),
        )

    @property
    def needs_figure(self) -> bool:
        """Tell whether the rule or each of its patterns needs a figure."""
        return self._needs.digit or all(needs.digit for _, needs in self.patterns)

    def may_match(self, lower: str, digit: bool) -> bool:
        """Tell whether a text (in lower case; ``digit`` if it holds a figure) has what the rule needs."""
        return self._needs.met(lower, digit)

    def matches(self, text: str, lower: str | None = None, digit: bool | None = None) -> Iterator[Match]:
        """Yield every match in ``text``; raise ``TimeoutError`` past the time limit."""
        lower = text.lower() if lower is None else lower
        digit = has_digit(text) if digit is None else digit
        timeout = TIMEOUT
        for pattern, needs in self.patterns:
            if not needs.met(lower, digit):
                continue
            timeout = timeout or limits_in_force().seconds
            compiled = _compiled(pattern.regex, pattern.cased, self.rule.backwards)
            check = CHECKS[pattern.check] if pattern.check else None
            for found in compiled.finditer(text, overlapped=False, timeout=timeout):
                start, end = found.span("id") if "id" in compiled.groupindex else found.span()
                if end <= start:
                    continue
                wording = text[start:end]
                score = pattern.score
                if check is not None:
                    validity = check(wording)
                    if validity is Validity.INVALID:
                        continue
                    if validity is Validity.VALID:
                        score = pattern.valid_score
                if self.rule.exceptions and wording.casefold() in self.rule.exceptions:
                    continue
                yield Match(start, end, score)

    def in_context(self, score: float, text: str, start: int, end: int, before: str = "") -> float:
        """Return ``score`` moved by the words around ``start``–``end``; ``before`` is what was said just before."""
        rule = self.rule
        if self._context is not None:
            left = text[max(0, start - rule.context_before) : start]
            if len(left) < rule.context_before:
                left = before[-(rule.context_before - len(left)) :] + " " + left
            # The match itself counts: a keyword may stand inside it, outside its id group.
            if self._context.search(left) or self._context.search(text[start : end + rule.context_after]):
                # Words around make nothing certain: only a check digit does.
                score = max(score, min(ALMOST_CERTAIN, score + rule.context_boost))
        if self._against is not None:
            left = text[max(0, start - rule.against_before) : start]
            right = text[end : end + rule.against_after]
            if self._against.search(left) or self._against.search(right):
                score = max(0.0, score - rule.context_boost)
        return score


@cache
def _compiled(pattern: str, cased: bool, backwards: bool = False) -> regex.Pattern[str]:
    """Compile a pattern when it is first needed: most texts need few of them."""
    if backwards:
        pattern = _anchored(pattern)
    return regex.compile(pattern, regex.V0 if cased else regex.IGNORECASE | regex.V0)


def _anchored(pattern: str) -> str:
    """Let what must stand before the ``id`` group be read backwards from it.

    Figures are rare in speech and words are not: looked for this way round, a pattern like
    ``(?:I am|she is) (?P<id>[0-9]+)`` is tried at the few figures, forty times as fast.
    """
    before, group, after = pattern.partition(_ID)
    if not group or not before or not _stands_alone(before):
        return pattern
    return f"(?<={before}){group}{after}"


def _stands_alone(part: str) -> bool:
    """Tell whether ``part`` of a pattern is one sequence: groups closed, no alternatives outside them."""
    part = _ESCAPED.sub("", part)
    depth = 0
    for sign in _CLASS.sub("", part):
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or (sign == "|" and not depth):
            return False
    return not depth


def _begin_word(words: tuple[str, ...]) -> regex.Pattern[str] | None:
    if not words:
        return None
    # Very short words (kr, kl, sak) count only whole: they begin too many others.
    listed = "|".join(
        regex.escape(word) + (r"(?!\w)" if len(word) <= SHORT else "")
        for word in sorted(words, key=lambda word: (-len(word), word))
    )
    return regex.compile(rf"(?<!\w)(?:{listed})", regex.IGNORECASE)


@lru_cache(maxsize=1)
def compiled_rules() -> tuple[CompiledRule, ...]:
    """Return the shipped rules, compiled once a process; raise ``PackError`` if one is not sound."""
    # The shipped patterns are compiled one by one as texts need them; a faulty one would make a text INCOMPLETE.
    rules = load_recognisers(checks=frozenset(CHECKS), compile_patterns=False)
    return tuple(CompiledRule.of(rule) for rule in rules)


def has_digit(text: str) -> bool:
    """Tell whether ``text`` holds a figure."""
    return _DIGIT.search(text) is not None


_DIGIT = re.compile("[0-9]")
_ID = "(?P<id>"
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
