"""Which of the files found in KEYS counts: the current one, the staged one of an unfinished change, or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from anonymizer.errors import IntegrityError, Locked, RolledBack
from anonymizer.vault import keyring, keytable
from anonymizer.vault.files import FileFormat, WholeFile
from anonymizer.vault.history import Expected
from anonymizer.vault.keyring import KeyRing
from anonymizer.vault.keytable import KeyTable
from anonymizer.vault.places import Places

__all__ = ["KeyFile", "Standing", "keyring_file", "keytable_file"]


class Standing(Enum):
    """How what was found in KEYS stands to the log."""

    CURRENT = auto()
    STAGED = auto()
    """The change that wrote it was committed, its file not yet renamed."""
    OLDER = auto()
    """An older file was put back, and is refused unless it is taken up on purpose."""


class _Content(Protocol):
    @property
    def study(self) -> str: ...
    @property
    def generation(self) -> int: ...
    @property
    def digest(self) -> str: ...
    def to_tables(self) -> dict[str, list[tuple[Any, ...]]]: ...


C = TypeVar("C", bound=_Content)


class KeyFile(WholeFile, Generic[C]):
    """keys.db or keytable.db with its content read."""

    def __init__(
        self, path: Path, file_format: FileFormat, parse: Callable[[Mapping[str, list[tuple[Any, ...]]]], C]
    ) -> None:
        super().__init__(path, file_format)
        self._parse = parse

    def write(self, content: C) -> None:
        """Stage the content; ``adopt`` must follow."""
        self.stage(content.to_tables())

    def choose(self, study: str, expected: Expected | None) -> tuple[C, Standing]:
        """Return the content that counts and how it stands.

        Raises ``Locked`` if the file is missing, ``RolledBack`` if study.db is older than it,
        ``IntegrityError`` if it is damaged, altered or of another study.
        """
        name = self.path.name
        current = self._content(staged=False)
        if current is not None and current.study != study:
            raise IntegrityError(
                "it belongs to another study", where=name, hint="name the right one with --keys"
            )
        if expected is None:
            raise IntegrityError("the log does not say which keys are in force", where="study.db")
        if current is not None and current.digest == expected.digest:
            return current, Standing.CURRENT
        staged = self._content(staged=True)
        if staged is not None and staged.digest == expected.digest:
            return staged, Standing.STAGED
        if current is None:
            raise Locked(
                "the file is not in the KEYS folder",
                where=name,
                hint="name the folder with --keys, or restore a backup",
            )
        if current.generation > expected.generation:
            raise RolledBack(
                "it is newer than the study",
                where=name,
                hint="an older study.db was put back; restore the newer one",
            )
        if current.generation < expected.generation:
            return current, Standing.OLDER
        raise IntegrityError("it is not what was written", where=name, hint="restore a backup")

    def _content(self, *, staged: bool) -> C | None:
        try:
            tables = self.read(staged=staged)
            return None if tables is None else self._parse(tables)
        except IntegrityError:
            if staged:  # cut short by a crash before it counted
                return None
            raise


def keyring_file(places: Places) -> KeyFile[KeyRing]:
    """Return KEYS/keys.db."""
    return KeyFile(places.keys_db, keyring.FORMAT, KeyRing.from_tables)


def keytable_file(places: Places) -> KeyFile[KeyTable]:
    """Return KEYS/keytable.db."""
    return KeyFile(places.keytable_db, keytable.FORMAT, KeyTable.from_tables)
