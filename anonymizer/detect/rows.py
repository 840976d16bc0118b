"""A finding as one line of ``detect --format jsonl`` (contract, Findings)."""

from __future__ import annotations

from anonymizer.model import Finding, Transcript

__all__ = ["finding_row"]


def finding_row(path: str, transcript: Transcript, finding: Finding) -> dict[str, object]:
    """Return the contract's fields of one finding; offsets in the file for a turn, null outside the turns."""
    row: dict[str, object] = {
        "path": path,
        "start": None,
        "end": None,
        "text": finding.text,
        "entity_type": finding.entity_type.value,
        "tier": finding.tier.value,
        "action": finding.action.value,
        "score": finding.score,
        "recognizer": finding.recognizer,
        "turn": finding.turn,
        "turn_start": None,
        "turn_end": None,
        "speaker": finding.speaker,
        "part": finding.part,
    }
    if finding.turn is not None:
        offset = transcript.turns[finding.turn].offset
        row |= {
            "start": offset + finding.start,
            "end": offset + finding.end,
            "turn_start": finding.start,
            "turn_end": finding.end,
        }
    return row
