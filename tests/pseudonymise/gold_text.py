"""Transcripts written as gold markup: ``Kari: Hei {{PERSON:Per}}``, one turn a line."""

from __future__ import annotations

import re

from anonymizer.model import Action, EntityType, Finding, Transcript, Turn

_FLAGGED = {EntityType.ROLE, EntityType.DIALECT, EntityType.SPECIAL_CATEGORY}
_MARKUP = re.compile(r"\{\{([A-Z_]+)(?:\|[^:}]*)?:([^}]*)\}\}")


def parse_line(line: str, turn: int) -> tuple[str, list[Finding]]:
    text, findings, position = "", [], 0
    for match in _MARKUP.finditer(line):
        text += line[position : match.start()]
        kind = EntityType(match[1])
        findings.append(
            Finding(
                kind, len(text), len(text) + len(match[2]), match[2], 1.0, "gold", turn=turn, tier=kind.tier,
                action=Action.FLAG if kind in _FLAGGED else Action.REPLACE,
            )
        )  # fmt: skip
        text += match[2]
        position = match.end()
    return text + line[position:], findings


def transcript(*lines: str) -> tuple[Transcript, list[Finding]]:
    turns, findings = [], []
    for position, line in enumerate(lines):
        speaker, _, marked = line.partition(": ")
        text, found = parse_line(marked, position)
        turns.append(Turn(text, speaker))
        findings += found
    return Transcript("txt", tuple(turns)).with_joined_offsets(), findings
