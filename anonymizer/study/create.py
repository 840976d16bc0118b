"""Make a study: three folders, two master keys, a first slot and the first entry of the log."""

from __future__ import annotations

import hashlib
import json
import secrets
from importlib.metadata import version
from pathlib import Path
from typing import Any

from anonymizer.data import Pack, load_pack
from anonymizer.errors import UsageError
from anonymizer.policy import validate_settings
from anonymizer.study.profile import FILE_NAME, Profile, save_profile, write_whole
from anonymizer.study.workspace import (
    Workspace,
    find_places,
    new_id,
    remember_keys,
    utc_now,
)
from anonymizer.vault import STUDY_OWNER, KdfCost, Master, Places, Vault

__all__ = ["create_study"]

OWN_PACK = "pack.yaml"
BEGUN = "study.begun"
"""Holds the id of a study in the making. Killed half-way, the same command goes on where it stopped."""


def create_study(
    directory: Path,
    *,
    pack: str,
    passphrase: str,
    keys: Path | None = None,
    profile: dict[str, Any] | None = None,
    kdf_cost: KdfCost | None = None,
) -> Workspace:
    """Make a study in ``directory`` and return it open with both master keys.

    ``pack`` is the id of a pack that ships or a pack file, of which the study keeps its own copy. Raises
    ``UsageError`` if the folder already holds a study or other files, ``PackError`` for a bad pack.
    """
    if (directory / FILE_NAME).exists():
        raise UsageError("here is a study already", where=str(directory), hint="open it with --study")
    if not passphrase:
        raise UsageError("the passphrase is empty", hint="choose one of several words")
    rules = load_pack(pack)
    own = pack.endswith((".yaml", ".yml")) or "/" in pack
    validate_settings(rules, Path(pack) if own else None)
    begun = _begun(directory)
    planned = Profile(
        id=new_id(), created=utc_now().date(), pack=OWN_PACK if own else rules.id, profile=profile or {}
    )
    saved = planned if begun is None else planned.model_copy(update={"id": begun})
    places = find_places(directory, saved.id, keys)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(directory / BEGUN, saved.id.encode())
    try:
        if places.study_db.exists():
            vault = Vault.open(places, passphrase=passphrase, masters=frozenset(Master))
        else:
            vault = Vault.create(
                places,
                study_id=saved.id,
                slot_name="responsible",
                slot_role="responsible",
                passphrase=passphrase,
                kdf_cost=kdf_cost,
            )
    except BaseException:
        _leave_nothing(directory, places)
        raise
    space = Workspace(places, saved, vault)
    try:
        if own:
            write_whole(directory / OWN_PACK, Path(pack).read_bytes())
        if vault.load("profile", saved.id) is None:
            _begin_log(space, rules)
        (directory / "exports").mkdir(mode=0o700, exist_ok=True)
        save_profile(directory, saved)
        (directory / BEGUN).unlink()
        remember_keys(places)
    except BaseException:
        vault.close()
        raise
    return space


def _begin_log(space: Workspace, rules: Pack) -> None:
    with space.vault.change() as tx:
        tx.seal("digest-key", STUDY_OWNER, Master.WORK, secrets.token_bytes(32))
        tx.save("profile", space.profile.id, {"version": 1, "digest": profile_digest(space.profile)})
        tx.log(
            "study.created",
            details={
                "key": hashlib.sha256(space.log_key).hexdigest(),
                "pack": rules.id,
                "pack_digest": rules.digest,
                "profile": 1,
                "software": version("anonymizer"),
            },
        )


def profile_digest(profile: Profile) -> str:
    """Return the SHA-256 of a profile in canonical JSON; it holds no personal data of participants."""
    body = json.dumps(profile.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _begun(directory: Path) -> str | None:
    """Return the id of a study whose making was cut short here, or ``None`` for a new or empty folder."""
    if not directory.exists():
        return None
    if not directory.is_dir():
        raise UsageError("is not a folder", where=str(directory))
    try:
        study_id = (directory / BEGUN).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        study_id = ""
    ours = {BEGUN, OWN_PACK, "exports"} if study_id else set()
    strangers = [
        path.name
        for path in directory.iterdir()
        if path.name not in ours
        and not path.name.startswith(f".new-{BEGUN}-")
        and not (study_id and path.name.startswith(("study.db", "study.lock", ".new-")))
    ]
    if strangers:
        raise UsageError(
            "the folder is not empty", where=str(directory), hint="choose a new folder for the study"
        )
    return study_id or None


def _leave_nothing(directory: Path, places: Places) -> None:
    """Take back the folder of a study that could not be made; where a database stands, it can be gone on with."""
    if places.study_db.exists():
        return
    (directory / BEGUN).unlink(missing_ok=True)
    if not any(directory.iterdir()):
        directory.rmdir()
