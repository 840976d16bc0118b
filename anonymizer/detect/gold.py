"""Gold markup: plain text with its identifiers marked inline (contract, Gold markup).

``{{PERSON:Kari Nordli}} fra {{LOCATION:Gran}}``; a bar names the entity: ``{{PERSON|p1:Kari}}``.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from anonymizer.errors import UnreadableInput
from anonymizer.model import EntityType

__all__ = ["GoldMention", "GoldText", "parse_gold"]

_MARK = regex.compile(r"\{\{(?P<type>[A-Z_]{1,40})(?:\|(?P<entity>[\w-]{1,40}))?:(?P<text>[^{}]{1,2000})\}\}")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """One marked stretch of the text without marks; ``entity`` links mentions of the same person or thing."""

    start: int
    end: int
    entity_type: EntityType
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class GoldText:
    """The text without its marks, and where they stood."""

    text: str
    mentions: tuple[GoldMention, ...]


def parse_gold(marked: str, *, where: str = "") -> GoldText:
    """Return the text and its mentions; raise ``UnreadableInput`` naming the line of a mark that is not sound."""
    parts: list[str] = []
    mentions: list[GoldMention] = []
    length = last = 0
    for found in _MARK.finditer(marked):
        parts.append(marked[last : found.start()])
        length += found.start() - last
        text = found["text"]
        try:
            entity_type = EntityType(found["type"])
        except ValueError:
            line = marked.count("\n", 0, found.start()) + 1
            raise UnreadableInput(
                "a mark names no type",
                where=f"{where}:{line}",
                hint="see the contract's list of entity types",
            ) from None
        mentions.append(GoldMention(length, length + len(text), entity_type, found["entity"]))
        parts.append(text)
        length += len(text)
        last = found.end()
    parts.append(marked[last:])
    text = "".join(parts)
    for at in ("{{", "}}"):
        if at in text:
            line = text.count("\n", 0, text.index(at)) + 1
            raise UnreadableInput(
                "a mark is not closed or not opened", where=f"{where}:{line}", hint="write {{TYPE:text}}"
            )
    return GoldText(text, tuple(mentions))
