"""The project of a study: its profile as a model, and what a participant's own letter promises."""

from __future__ import annotations

from anonymizer.participants import Letter, ProjectProfile, parse_profile
from anonymizer.study.workspace import Workspace

__all__ = ["letter_of", "project_of"]


def project_of(space: Workspace) -> ProjectProfile:
    """Return the profile in force; raise ``UsageError`` naming the keys if study.yaml holds a wrong one."""
    return parse_profile(space.profile.profile)


def letter_of(space: Workspace, participant: str) -> Letter | None:
    """Return the letter a participant consented to last, if the profile knows it."""
    record = space.participants().get(participant)
    if record is None or not record.consent:
        return None
    return project_of(space).letter(record.consent[-1].letter_version)
