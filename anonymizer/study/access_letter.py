"""The letter with a participant's copy: who holds what and why, how long, and which rights there are (art. 15)."""

from __future__ import annotations

import datetime as dt
from functools import cache

from pydantic import BaseModel, ConfigDict

from anonymizer.data import load_yaml, rules_dir
from anonymizer.participants import Ending, Letter, ProjectProfile

__all__ = ["access_letter"]

Both = dict[str, str]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: dict[str, Both]
    body: Both
    unknown: Both
    endings: dict[Ending, Both]


@cache
def _words() -> _Words:
    return load_yaml(rules_dir() / "rights" / "access.yaml").parse(_Words)


def access_letter(project: ProjectProfile, letter: Letter | None, day: dt.date, *, portable: bool) -> str:
    """Return the letter in Bokmål and English; ``letter`` is what this participant consented to, if it is known."""
    return "\n\n".join(_one(project, letter, day, lang, portable=portable) for lang in ("nb", "en"))


def _one(project: ProjectProfile, letter: Letter | None, day: dt.date, lang: str, *, portable: bool) -> str:
    words = _words()
    ending = (letter.strictest_ending if letter is not None else None) or project.ending
    filled = {
        "date": day.isoformat(),
        "title": project.title,
        "purpose": project.purpose,
        "controller": project.controller,
        "responsible": project.responsible,
        "access": ", ".join(project.access),
        "processors": ", ".join(project.processors),
        "ends": project.ends.isoformat() if project.ends is not None else "",
        "ending": words.endings[ending][lang] if ending is not None else "",
    }
    title = words.title["portability" if portable else "access"][lang]
    known = {name: value or words.unknown[lang] for name, value in filled.items()}
    return f"{title}\n{'=' * len(title)}\n\n{words.body[lang].format_map(known)}"
