"""Detection: text in, findings out.

``Detector`` searches transcripts with Presidio over our own language model, rules and word lists; ``detect_text``
is its short form for one text. ``evaluate`` measures it on gold markup, ``finding_row`` writes a finding as the
contract's line. What is imported is loaded when first used: Presidio and spaCy take a second.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from anonymizer.errors import IncompleteTranscript
from anonymizer.model import Finding

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


class _Callable(ModuleType):
    """This room and the verb share a name: ``anonymizer.detect(text)`` is ``detect_text(text)``'s findings."""

    def __call__(self, text: str, **options: Any) -> tuple[Finding, ...]:  # noqa: ANN401
        """Return the findings of one text; ``pack`` and ``known`` as in ``detect_text``."""
        from anonymizer.detect.detector import detect_text  # noqa: PLC0415

        detection = detect_text(text, **options)
        if not detection.complete:
            raise IncompleteTranscript(
                "detection did not finish",
                rule="TXT-01",
                hint="use Detector to see what could not be searched",
            )
        return detection.findings


sys.modules[__name__].__class__ = _Callable
