"""What a change of the profile asks for: report it and wait for the answer, or nothing (rules.md PRJ-05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import Field

from anonymizer.data import Strict, load_yaml, rules_dir
from anonymizer.participants.profile import ProjectProfile

__all__ = ["Consequence", "ProfileChange", "compare_profiles"]


class Consequence(StrEnum):
    """What a change asks for."""

    REPORT = "report-and-wait"
    NO_NEED = "no-need"


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One key of the profile that changed, and what it asks for."""

    key: str
    consequence: Consequence


class _Rules(Strict):
    report_and_wait: tuple[str, ...]
    no_need: tuple[str, ...]
    small_change: float = Field(ge=0, le=1)


@cache
def _rules() -> _Rules:
    return load_yaml(rules_dir() / "rights" / "profile_changes.yaml").parse(_Rules)


def compare_profiles(old: ProjectProfile, new: ProjectProfile) -> tuple[ProfileChange, ...]:
    """Return the keys that differ, each with its consequence; a key that no rule knows is reported."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    changed = [change for key in before for change in _changes(key, before[key], after[key])]
    return tuple(dict.fromkeys(changed))


def _changes(key: str, old: Any, new: Any) -> Iterator[ProfileChange]:  # noqa: ANN401 - JSON values
    if old == new:
        return
    whole = key in _rules().no_need
    if (
        not whole
        and _is_list(old)
        and _is_list(new)
        and [_name(one) for one in old] == [_name(one) for one in new]
    ):
        for before, after in zip(old, new, strict=True):
            for inner in before:
                if before[inner] != after[inner]:
                    yield ProfileChange(
                        f"{key}.{inner}", _inner(f"{key}.{inner}", before[inner], after[inner])
                    )
        return
    yield ProfileChange(key, Consequence.NO_NEED if whole else Consequence.REPORT)


def _inner(key: str, old: Any, new: Any) -> Consequence:  # noqa: ANN401 - JSON values
    if key == "samples.planned" and old and new:
        small = abs(new - old) <= max(1, _rules().small_change * old)
        return Consequence.NO_NEED if small else Consequence.REPORT
    return Consequence.NO_NEED if key in _rules().no_need else Consequence.REPORT


def _is_list(value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(one, dict) for one in value)
    )


def _name(one: dict[str, Any]) -> object:
    return one.get("id", one.get("version", one.get("medium", one.get("body"))))
