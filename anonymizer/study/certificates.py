"""Certificates of what was deleted: when, how, by whom, and what deletion can't promise. They hold no names.

A certificate is a record written together with what it certifies. The files under STUDY/certificates/ are renderings
of the records and are written again if they are missing, so that being killed in between loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from anonymizer.data import load_yaml, rules_dir
from anonymizer.study.obligations import obligations
from anonymizer.study.profile import write_whole
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import Change

__all__ = ["FOLDER", "certify", "duty_in_words", "write_certificates"]

FOLDER = "certificates"
KIND = "certificate"
LANGUAGES = ("nb", "en")

Both = dict[str, str]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: dict[str, Both]
    head: Both
    how: dict[str, Both]
    counts: Both
    counted: dict[str, Both]
    outside: Both
    outside_none: Both
    by: Both
    limits: Both
    duties: dict[str, Both]


@cache
def _words() -> _Words:
    return load_yaml(rules_dir() / "rights" / "certificate.yaml").parse(_Words)


def duty_in_words(duty: str, lang: str = "en") -> str:
    """Return what a duty asks for, in Bokmål (``nb``) or English."""
    return _words().duties[duty][lang]


def certify(
    space: Workspace,
    tx: Change,
    what: str,
    *,
    about: str,
    erasure: str,
    counts: Mapping[str, int],
    duties: Sequence[str] = (),
) -> str:
    """Record a certificate in the change that does what it certifies; return its id.

    ``what`` and ``erasure`` are words of the log; ``about`` is a random id; ``duties`` are ids of obligations that
    are left for a person.
    """
    key = new_id()
    known = obligations(space)
    role = next((slot.role for slot in space.vault.slots() if slot.id == space.vault.slot_id), "")
    entry = tx.log(
        "certificate.written", object_id=key, rule="END-02", details={"what": what, "erasure": erasure}
    )
    tx.save(
        KIND,
        key,
        {
            "certificate": key,
            "study": space.profile.id,
            "what": what,
            "about": about,
            "time": utc_now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "actor": space.vault.slot_id,
            "role": role,
            "seq": entry.seq,
            "erasure": erasure,
            "counts": {name: count for name, count in counts.items() if count},
            "obligations": [
                {"obligation": known[one].duty.value, "due": known[one].due.isoformat(), "id": one}
                for one in duties
            ],
        },
    )
    return key


def write_certificates(space: Workspace) -> Path:
    """Write the files of every certificate where they are missing or were altered; return their folder."""
    folder = space.places.study / FOLDER
    for key, _, body in space.vault.all(KIND):
        rendered = {
            folder / f"{key}.txt": _text(body).encode(),
            folder / f"{key}.json": (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode(),
        }
        for path, content in rendered.items():
            if not path.is_file() or path.read_bytes() != content:
                folder.mkdir(mode=0o700, exist_ok=True)
                write_whole(path, content)
    return folder


def _text(body: Mapping[str, Any]) -> str:
    return "\n\n\n".join(_one_language(body, lang) for lang in LANGUAGES)


def _one_language(body: Mapping[str, Any], lang: str) -> str:
    words = _words()
    title = words.title[body["what"]][lang]
    lines = [
        title,
        "=" * len(title),
        "",
        words.head[lang].format_map(body),
        "",
        words.how[body["erasure"]][lang],
    ]
    if body["counts"]:
        lines += ["", words.counts[lang]]
        lines += [f"  {words.counted[name][lang]}: {count}" for name, count in body["counts"].items()]
    left = body["obligations"]
    lines += ["", words.outside[lang] if left else words.outside_none[lang]]
    lines += [
        f"  {words.duties[one['obligation']][lang]}, {words.by[lang]} {one['due']} ({one['id'][:8]})"
        for one in left
    ]
    return "\n".join([*lines, "", words.limits[lang]])
