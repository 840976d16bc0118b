"""What a speaker is in the interview, where the label alone says it (``I:``, ``Intervjuer:``, ``Informant 3:``)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir
from anonymizer.model import Role, Transcript

__all__ = ["role_of", "with_roles"]

_NUMBER = re.compile(r"[\s._-]*(?:\d{1,3}|(?<=[\s._-])[A-Za-zÆØÅæøå])?\Z")


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=20)
    interviewer: frozenset[str]
    participant: frozenset[str]


@cache
def _roles() -> dict[str, Role]:
    words = load_yaml(rules_dir() / "formats" / "roles.yaml").parse(_Words)
    roles = {word.casefold(): Role.INTERVIEWER for word in words.interviewer}
    return roles | {word.casefold(): Role.PARTICIPANT for word in words.participant}


def role_of(label: str) -> Role:
    """Return the role a label names, or ``UNKNOWN`` for a name or anything else."""
    bare = label.strip().strip(":.[]()<>").strip().casefold()
    return _roles().get(bare) or _roles().get(_NUMBER.sub("", bare), Role.UNKNOWN)


def with_roles(transcript: Transcript) -> Transcript:
    """Return the transcript with every turn's role set from its label."""
    roles = {label: role_of(label) for label in transcript.speakers}
    turns = tuple(
        turn if turn.speaker is None else replace(turn, role=roles[turn.speaker]) for turn in transcript.turns
    )
    return replace(transcript, turns=turns)
