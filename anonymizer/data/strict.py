"""What is read from ``rules/`` or a profile shares two shapes: a strict model, and a text in both languages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Language", "Strict", "Text"]

Language = Literal["nb", "en"]
"""Bokmål or English."""


class Strict(BaseModel):
    """Takes no key it does not know, and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A sentence in Bokmål and English."""

    nb: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def say(self, lang: Language) -> str:
        """Return it in one language."""
        return self.nb if lang == "nb" else self.en
