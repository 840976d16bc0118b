"""The three places of a study: STUDY, KEYS (another building) and STATE (this machine's memory)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from anonymizer.errors import UsageError
from anonymizer.vault.posix import others_may_read

__all__ = ["KeysWarning", "Places"]

# Folder names that synchronising programs use by default; a name may go on, as in "OneDrive - UiT".
_SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "icloud",
    "icloud drive",
    "mobile documents",
    "cloudstorage",
    "nextcloud",
    "owncloud",
    "box sync",
    "pcloud",
    "jottacloud",
    "syncthing",
)


class KeysWarning(StrEnum):
    """What weakens the separation of keys from data without breaking it."""

    SAME_VOLUME = "same-volume"
    SYNCED = "synced"
    OPEN_TO_OTHERS = "open-to-others"


@dataclass(frozen=True)
class Places:
    """Where a study's files stand; the folders need not exist yet."""

    study: Path
    keys: Path
    state: Path

    @property
    def study_db(self) -> Path:
        """The sealed transcripts, facts and the log."""
        return self.study / "study.db"

    @property
    def lock(self) -> Path:
        """The empty file whose lock says that someone writes."""
        return self.study / "study.lock"

    @property
    def keys_db(self) -> Path:
        """Slots and wrapped keys."""
        return self.keys / "keys.db"

    @property
    def keytable_db(self) -> Path:
        """The key table, every row sealed."""
        return self.keys / "keytable.db"

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint of the log that this machine has seen."""
        return self.state / "checkpoint"

    def check(self) -> None:
        """Refuse KEYS or STATE inside STUDY or round it, links resolved; ``UsageError``."""
        study = self.study.resolve()
        for name, path in (("KEYS", self.keys.resolve()), ("STATE", self.state.resolve())):
            if path == study or study in path.parents or path in study.parents:
                raise UsageError(
                    f"the {name} folder stands inside the study folder or round it",
                    hint="choose a folder elsewhere, best on another disk",
                )

    def keys_warnings(self) -> tuple[KeysWarning, ...]:
        """Say what weakens the separation of keys and data; a pack may make each of them a block."""
        found = []
        keys = self.keys.resolve()
        # A folder that is not there yet will stand where the nearest one above it does.
        if _standing(keys).stat().st_dev == _standing(self.study).stat().st_dev:
            found.append(KeysWarning.SAME_VOLUME)
        if any(part.casefold().startswith(_SYNCED) for part in keys.parts):
            found.append(KeysWarning.SYNCED)
        if keys.is_dir() and others_may_read(keys):
            found.append(KeysWarning.OPEN_TO_OTHERS)
        return tuple(found)


def _standing(path: Path) -> Path:
    return next((one for one in (path, *path.parents) if one.is_dir()), Path(path.anchor))
