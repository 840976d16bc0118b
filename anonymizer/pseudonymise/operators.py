"""The one place that knows presidio-anonymizer: its engine swaps stretches of a text for chosen surrogates.

The surrogate is decided before (a key table, a ladder); the operator only puts it in. Each stretch gets an entity
name of its own, so that the engine neither merges neighbours nor looks for conflicts between them, and it is called
turn by turn, so that its cost stays linear in the transcript.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import ConflictResolutionStrategy, OperatorConfig, RecognizerResult
from presidio_anonymizer.operators import Operator, OperatorType

from anonymizer.errors import IntegrityError
from anonymizer.pseudonymise.edits import Edit

__all__ = ["replace_stretches"]

# At DEBUG the engine logs where it works; the transcript's log is ours alone.
logging.getLogger("presidio-anonymizer").setLevel(logging.WARNING)


class SurrogateOperator(Operator):
    """Puts in the surrogate that was decided for this one stretch."""

    NAME = "surrogate"

    def operate(self, text: str = "", params: dict[str, Any] | None = None) -> str:
        """Return the surrogate decided for this stretch."""
        del text
        return str((params or {})["surrogate"])

    def validate(self, params: dict[str, Any] | None = None) -> None:
        """Refuse a stretch for which nothing was decided."""
        if not isinstance((params or {}).get("surrogate"), str):
            raise IntegrityError("a stretch was to be replaced by nothing decided")

    def operator_name(self) -> str:
        """Return the name the engine knows it by."""
        return self.NAME

    def operator_type(self) -> OperatorType:
        """Return that it takes identifiers out."""
        return OperatorType.Anonymize


@cache
def _engine() -> AnonymizerEngine:
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
    engine.add_anonymizer(SurrogateOperator)
    return engine


def replace_stretches(text: str, edits: Sequence[Edit]) -> str:
    """Return the text with every edit made; edits are in order and do not overlap.

    Raises ``IntegrityError`` if an edit lies outside the text, overlaps another, or was not made.
    """
    previous = 0
    for edit in edits:
        if not previous <= edit.start < edit.end <= len(text):
            raise IntegrityError(
                "a finding lies outside its text or overlaps another", where=f"offset {edit.start}"
            )
        previous = edit.end
    result = _engine().anonymize(
        text=text,
        analyzer_results=[
            RecognizerResult(entity_type=f"stretch-{n}", start=edit.start, end=edit.end, score=1.0)
            for n, edit in enumerate(edits)
        ],
        operators={
            f"stretch-{n}": OperatorConfig(SurrogateOperator.NAME, {"surrogate": edit.replacement})
            for n, edit in enumerate(edits)
        },
        conflict_resolution=ConflictResolutionStrategy.MERGE_SIMILAR_OR_CONTAINED,
        merge_entities_with_spaces=False,
    )
    grown = sum(len(edit.replacement) - (edit.end - edit.start) for edit in edits)
    if len(result.items) != len(edits) or len(result.text) != len(text) + grown:
        raise IntegrityError("not every finding was replaced", where=f"{len(result.items)} of {len(edits)}")
    return str(result.text)
