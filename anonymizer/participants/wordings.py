"""The marks that stand where something was taken out at a participant's wish (``rules/rights/wordings.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir
from anonymizer.model import Standard

__all__ = ["RightsWordings", "rights_wordings"]


class _Both(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    nb: str = Field(min_length=1)
    nn: str = Field(min_length=1)

    def say(self, standard: Standard) -> str:
        """Return the wording in a written standard."""
        return self.nn if standard is Standard.NYNORSK else self.nb


class RightsWordings(BaseModel):
    """Each mark in both written standards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    turn_withdrawn: _Both
    name_withdrawn: _Both
    turn_struck: _Both
    kept_label: _Both
    third_person: _Both
    other_turn: _Both


@cache
def rights_wordings() -> RightsWordings:
    """Return the marks; ``PackError`` if the file lacks one."""
    return load_yaml(rules_dir() / "rights" / "wordings.yaml").parse(RightsWordings)
