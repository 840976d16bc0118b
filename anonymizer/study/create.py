"""Make a study: three folders, two master keys, a first slot and the first entry of the log."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from anonymizer.data import load_pack
from anonymizer.errors import UsageError
from anonymizer.study.profile import FILE_NAME, Profile, save_profile
from anonymizer.study.workspace import (
    Workspace,
    find_places,
    new_id,
    remember_keys,
    utc_now,
)
from anonymizer.vault import STUDY_OWNER, KdfCost, Master, Vault

__all__ = ["create_study"]

OWN_PACK = "pack.yaml"


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
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UsageError(
            "the folder is not empty", where=str(directory), hint="choose a new folder for the study"
        )
    if not passphrase:
        raise UsageError("the passphrase is empty", hint="choose one of several words")
    rules = load_pack(pack)
    own = pack.endswith((".yaml", ".yml")) or "/" in pack
    study_id = new_id()
    places = find_places(directory, study_id, keys)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        vault = Vault.create(
            places,
            study_id=study_id,
            slot_name="responsible",
            slot_role="responsible",
            passphrase=passphrase,
            kdf_cost=kdf_cost,
        )
        if own:
            shutil.copyfile(pack, directory / OWN_PACK)
        saved = Profile(
            id=study_id, created=utc_now().date(), pack=OWN_PACK if own else rules.id, profile=profile or {}
        )
        space = Workspace(places, saved, vault)
        with vault.change() as tx:
            tx.seal("digest-key", STUDY_OWNER, Master.WORK, secrets.token_bytes(32))
            tx.save("profile", new_id(), {"version": 1, "digest": profile_digest(saved)})
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
        save_profile(directory, saved)
        (directory / "exports").mkdir(mode=0o700, exist_ok=True)
    except BaseException:
        _take_back(places.study, places.keys, places.state)
        raise
    remember_keys(places)
    return space


def profile_digest(profile: Profile) -> str:
    """Return the SHA-256 of a profile in canonical JSON; it holds no personal data of participants."""
    body = json.dumps(profile.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _take_back(study: Path, keys: Path, state: Path) -> None:
    """Leave nothing of a study that could not be made. Only the files a study is made of go."""
    for folder, names in (
        (study, (FILE_NAME, OWN_PACK, "study.db", "study.db-journal")),
        (keys, ("keys.db", "keys.db-journal", "keytable.db", "keytable.db-journal")),
        (state, ("checkpoint", "keys-folder")),
    ):
        for name in names:
            (folder / name).unlink(missing_ok=True)
        for inner in (folder / "exports", folder):
            if inner.is_dir() and not any(inner.iterdir()):
                inner.rmdir()
