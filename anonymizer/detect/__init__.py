"""Detection: text in, findings out.

``Detector`` searches transcripts with Presidio over our own language model, rules and word lists; ``detect_text``
is its short form for one text. ``evaluate`` measures it on gold markup, ``finding_row`` writes a finding as the
contract's line. What is imported is loaded when first used: Presidio and spaCy take a second.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anonymizer.detect.detector import MIN_SCORE, Detector, detect_text, rules_digest
    from anonymizer.detect.evaluation import Evaluation, evaluate
    from anonymizer.detect.gold import GoldText, parse_gold
    from anonymizer.detect.rows import finding_row
    from anonymizer.detect.spread import add_names, found_names, names_occur

__all__ = [
    "MIN_SCORE",
    "Detector",
    "Evaluation",
    "GoldText",
    "add_names",
    "detect_text",
    "evaluate",
    "finding_row",
    "found_names",
    "names_occur",
    "parse_gold",
    "rules_digest",
]

_HOMES = {
    "MIN_SCORE": "detector",
    "Detector": "detector",
    "Evaluation": "evaluation",
    "GoldText": "gold",
    "detect_text": "detector",
    "evaluate": "evaluation",
    "add_names": "spread",
    "finding_row": "rows",
    "found_names": "spread",
    "names_occur": "spread",
    "parse_gold": "gold",
    "rules_digest": "detector",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"anonymizer.detect.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
