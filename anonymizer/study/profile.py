"""study.yaml: which study this is and the pack in force. It holds no personal data of participants."""

from __future__ import annotations

import datetime as dt
import glob
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from anonymizer.errors import UsageError
from anonymizer.vault import point

__all__ = ["FILE_NAME", "Profile", "load_profile", "plain_values", "read_profile_file", "save_profile"]

FILE_NAME = "study.yaml"
_HEAD = """\
# The profile of this study and the rule pack in force.
# No personal data of participants belongs here: names, contacts and codes live sealed in study.db and the key folder.
"""


class Profile(BaseModel):
    """What study.yaml says. ``profile`` is the notification form as the researcher filled it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    id: str
    created: dt.date
    pack: str
    profile: dict[str, Any] = {}

    @field_validator("profile", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        return plain_values(value)


def plain_values(value: object) -> Any:  # noqa: ANN401 - JSON values
    """Return what YAML read as JSON has it: a date without quotation marks is its ISO text."""
    if isinstance(value, dict):
        return {str(key): plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def read_profile_file(path: Path) -> dict[str, Any]:
    """Return a profile written as YAML or JSON; raise ``UsageError`` if it is not a mapping."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        value = json.loads(text) if path.suffix.casefold() == ".json" else yaml.safe_load(text)
        json.dumps(value, default=str)  # an alias may lead back to where it stands
    except (OSError, UnicodeDecodeError, ValueError, TypeError, RecursionError, yaml.YAMLError):
        raise UsageError(
            "the profile cannot be read", where=str(path), hint="it is a YAML or JSON file in UTF-8"
        ) from None
    if not isinstance(value, dict):
        raise UsageError("the profile is not a mapping of fields", where=str(path))
    plain: dict[str, Any] = plain_values(value)
    return plain


def load_profile(study: Path) -> Profile:
    """Return the profile of a study folder; raise ``UsageError`` if it is none."""
    path = study / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "here is no study", where=str(study), hint="make one with: anonymizer init DIR --rules PACK"
        ) from None
    try:
        profile = Profile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise UsageError("is not valid YAML", where=f"{path}{line}") from None
    except RecursionError:
        raise UsageError("is nested too deeply", where=str(path)) from None
    except ValidationError as error:  # before ValueError, which it is
        keys = ", ".join(
            ".".join(str(step) for step in problem["loc"]) or "the file" for problem in error.errors()
        )
        raise UsageError(f"these keys are missing, unknown or wrong: {keys[:200]}", where=str(path)) from None
    except ValueError:  # a date that no calendar has
        raise UsageError("holds a value that is none, such as a date", where=str(path)) from None
    if not re.fullmatch(r"[0-9a-f]{32}", profile.id):
        raise UsageError("id is not a study id", where=str(path), hint="restore study.yaml from a backup")
    return profile


def save_profile(study: Path, profile: Profile) -> None:
    """Write study.yaml whole or not at all."""
    body = yaml.safe_dump(profile.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    write_whole(study / FILE_NAME, (_HEAD + body).encode())


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that it is there complete or not at all, even if the power goes."""
    for left_over in path.parent.glob(f".new-{glob.escape(path.name)}-*"):  # of a process that was killed
        left_over.unlink(missing_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".new-{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        point()
        Path(temporary).replace(path)
        point()
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
