"""Check functions by name: each answers one question about the facts, and says what it looked at.

A rule in ``rules/checks/`` names its function and gives it parameters; the function's own model checks them on load.
Functions are pure: they read facts, decide nothing and change nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from anonymizer.data import Pack, Strict
from anonymizer.policy.facts import Facts

__all__ = [
    "Bound",
    "HoldsBack",
    "NoParameters",
    "Parameters",
    "Result",
    "Severity",
    "Step",
    "Terms",
    "Verdict",
    "bound",
    "check",
    "failed",
    "names",
    "not_applicable",
    "passed",
    "unknown",
]

Value = int | str | tuple[str, ...]


class Verdict(StrEnum):
    """What a check found; the log's words. ``WAIVED`` is given by a waiver, never by a function."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    NEEDS_EVIDENCE = "needs-evidence"
    WAIVED = "waived"


class Severity(StrEnum):
    """What a failure means: the step is refused, a warning, a note."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Step(StrEnum):
    """The step that a check guards; ``REPORT`` guards none and is only told."""

    OPEN = "open"
    INGEST = "ingest"
    EXPORT = "export"
    PUBLISH = "publish"
    CLOSE = "close"
    REPORT = "report"


class HoldsBack(StrEnum):
    """What holds a guarded step back: a failed rule or one nobody has answered, only a failed one, or nothing.

    Whatever does not hold back, though it failed or is unanswered, is told as a warning.
    """

    UNANSWERED = "unanswered"
    FAILED = "failed"
    NOTHING = "nothing"

    @classmethod
    def at(cls, step: Step) -> HoldsBack:
        """Return what holds for a step unless its rule says otherwise.

        Opening and taking in begin before everything is answered; what leaves or ends does not.
        """
        return cls.FAILED if step in {Step.OPEN, Step.INGEST} else cls.UNANSWERED


class Parameters(Strict):
    """Base of a function's parameters."""


class NoParameters(Parameters):
    """For a function that takes none."""


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Terms(Generic[P]):
    """What the facts are measured against: parameters, pack, the day, the step asked for, results it builds on."""

    parameters: P
    pack: Pack
    today: dt.date
    step: Step | None = None
    results: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def identity_forbidden(self) -> bool:
        """Tell whether the study may not know who takes part."""
        return self.pack.participants.identity == "forbidden"


@dataclass(frozen=True, slots=True)
class Result:
    """A function's answer: the key of its sentence with values (counts and field names), and what it looked at.

    ``severity`` differs from the rule's where the rule itself says that some failures weigh more or less.
    """

    verdict: Verdict
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    looked_at: Mapping[str, int] = field(default_factory=dict)
    severity: Severity | None = None


def passed(**looked_at: int) -> Result:
    """Return a pass, with what was looked at."""
    return Result(Verdict.PASS, "pass", looked_at=looked_at)


def failed(
    key: str, *, severity: Severity | None = None, looked_at: Mapping[str, int] | None = None, **values: Value
) -> Result:
    """Return a failure."""
    return Result(Verdict.FAIL, key, values, looked_at or {}, severity)


def unknown(key: str, *, severity: Severity | None = None, **values: Value) -> Result:
    """Return that the record does not say."""
    return Result(Verdict.NEEDS_EVIDENCE, key, values, severity=severity)


def not_applicable(key: str, **looked_at: int) -> Result:
    """Return that the question does not arise."""
    return Result(Verdict.NOT_APPLICABLE, key, looked_at=looked_at)


Function = Callable[[Facts, Terms[P]], Result]


@dataclass(frozen=True, slots=True)
class Bound:
    """A registered function with the model of its parameters."""

    function: Callable[[Facts, Terms[Any]], Result]
    parameters: type[Parameters]


_FUNCTIONS: dict[str, Bound] = {}


def check(name: str, parameters: type[P]) -> Callable[[Function[P]], Function[P]]:
    """Register a check function under the name that rules call it by."""

    def register(function: Function[P]) -> Function[P]:
        if name in _FUNCTIONS:
            raise ValueError(f"two check functions are named {name}")
        _FUNCTIONS[name] = Bound(function, parameters)
        return function

    return register


def bound(name: str) -> Bound | None:
    """Return the function of this name, or ``None``."""
    return _FUNCTIONS.get(name)


def names() -> tuple[str, ...]:
    """Return every registered name."""
    return tuple(sorted(_FUNCTIONS))
