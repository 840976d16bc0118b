"""The label guard: what a study's material may be called, and where a text claims more (END-04, KEY-03)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field

from anonymizer.data import Strict, load_yaml, rules_dir
from anonymizer.policy.facts import Facts
from anonymizer.policy.registry import Verdict
from anonymizer.policy.running import CheckResult

__all__ = ["Claim", "Label", "earned_label", "find_claims", "overclaims"]


class Label(StrEnum):
    """What material may be called; the log's words."""

    IDENTIFIABLE = "identifiable"
    PSEUDONYMISED = "pseudonymised"
    ANONYMISED = "anonymised"


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a text says that something is anonymous: offsets in code points and the line, from 1."""

    start: int
    end: int
    line: int


class _Claims(Strict):
    source: str
    claim: Annotated[tuple[str, ...], Field(min_length=1)]
    spared: tuple[str, ...]
    negated_before: tuple[str, ...]


def earned_label(facts: Facts, results: Iterable[CheckResult] = ()) -> Label:
    """Return what the study's material may be called.

    "Anonymised" only when key table, originals and recordings are destroyed, every rule of ``results`` that END-04
    rests on has passed (a waived one has not), and a person has signed that no risk of WP216's three is left.
    Without any transcript written anew it is "identifiable".
    """
    answers = (facts.risk.singling_out, facts.risk.linkability, facts.risk.inference)
    by_id = {one.id: one for one in results}
    rests_on = [one for key, one in by_id.items() if key.startswith("TXT-") or key == "END-02"]
    passed = bool(rests_on) and all(one.verdict in {Verdict.PASS, Verdict.NOT_APPLICABLE} for one in rests_on)
    gone = facts.keys.destroyed and all(one.deleted is not None for one in facts.recordings)
    if gone and passed and facts.risk.signed and "possible" not in answers:
        return Label.ANONYMISED
    if facts.transcripts and all(one.written and not one.leaks for one in facts.transcripts):
        return Label.PSEUDONYMISED
    return Label.IDENTIFIABLE


@cache
def _claims() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = load_yaml(rules_dir() / "letters" / "claims.yaml").parse(_Claims)
    either = "|".join
    return (
        re.compile(rf"\b(?:{either(data.claim)})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{either(data.spared)})\b", re.IGNORECASE),
        re.compile(rf"\b(?:{either(data.negated_before)})\s+(?:\w+\s+){{0,2}}$", re.IGNORECASE),
    )


def find_claims(text: str) -> tuple[Claim, ...]:
    """Return where a text claims that something is anonymous; "not anonymous" and the work of anonymising are none."""
    claim, spared, negated = _claims()
    found = []
    for match in claim.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        if spared.fullmatch(match.group()) or negated.search(before):
            continue
        found.append(Claim(match.start(), match.end(), text.count("\n", 0, match.start()) + 1))
    return tuple(found)


def overclaims(text: str, label: Label) -> tuple[Claim, ...]:
    """Return the claims in a text that its material's label does not bear out."""
    return () if label is Label.ANONYMISED else find_claims(text)
