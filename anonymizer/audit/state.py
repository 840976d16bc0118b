"""What this machine remembers of a log, outside the study: the defence against truncation and rollback.

The folder holds two files, both 0600 in a folder 0700: ``checkpoint``, the newest signed note seen, as any
C2SP tool reads it, and ``key``, the log's public key as pinned at first sight (a verifier key line). Each is
replaced whole: temporary file, fsync, rename, fsync of the folder.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anonymizer.audit.note import MAX_NOTE, Checkpoint, LogKey, parse_checkpoint
from anonymizer.errors import IntegrityError, RolledBack, UnreadableInput, UsageError

__all__ = ["Seen", "State"]


@dataclass(frozen=True)
class Seen:
    """What STATE holds: the pinned key, and the newest checkpoint unless none was seen yet."""

    key: LogKey
    note: str | None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The newest checkpoint, parsed."""
        return None if self.note is None else parse_checkpoint(self.note, where="STATE/checkpoint")


class State:
    """The file STATE/checkpoint and its companion STATE/key; ``path`` is that of the checkpoint."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.key_path = path.with_name("key")

    def seen(self) -> Seen | None:
        """Return what was seen, or ``None`` on a machine that never saw the study.

        Raise ``IntegrityError`` if one of the files is damaged, or if the key alone is missing.
        """
        vkey, note = _read(self.key_path), _read(self.path)
        if vkey is None:
            if note is None:
                return None
            raise IntegrityError(
                "the pinned key beside STATE/checkpoint is missing",
                where="STATE/key",
                hint="put it back, or delete STATE/checkpoint if you have checked the log by its fingerprint",
            )
        seen = Seen(LogKey.from_vkey(vkey.removesuffix("\n")), note)
        try:
            checkpoint = seen.checkpoint
        except UnreadableInput as error:
            raise IntegrityError(error.what, where=error.where) from None
        if checkpoint is not None and not checkpoint.signed_by(seen.key):
            raise IntegrityError("the checkpoint is not signed by the pinned key", where="STATE/checkpoint")
        return seen

    def advance(self, note: str, key: LogKey) -> None:
        """Remember ``note`` as the newest checkpoint; pin ``key`` at first sight.

        Raise ``IntegrityError`` if the note is not signed by the pinned key, or has another root than the
        one seen at the same size; ``RolledBack`` if it is older.
        """
        new = parse_checkpoint(note)
        if not new.signed_by(key):
            raise IntegrityError("the checkpoint is not signed by the log's key", where="log")
        seen = self.seen()
        if seen is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The key first: a crash between the two leaves a pinned key, never an unpinned checkpoint.
            _replace(self.key_path, key.to_vkey() + "\n")
        else:
            if seen.key != key:
                raise IntegrityError(
                    "the log is signed by another key than the one pinned here", where="STATE/key"
                )
            old = seen.checkpoint
            if old is not None and new.size < old.size:
                raise RolledBack("the log is older than what this machine has seen", where="STATE/checkpoint")
            if old is not None and new.size == old.size:
                if new.root != old.root:
                    raise IntegrityError(
                        "the log has another history than the one seen here", where="STATE/checkpoint"
                    )
                return
        _replace(self.path, note)


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_NOTE + 1)
        if len(raw) > MAX_NOTE:
            raise IntegrityError("the file is too large to be what was written", where=f"STATE/{path.name}")
        return raw.decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise IntegrityError("the file is not what was written", where=f"STATE/{path.name}") from None
    except OSError as error:
        raise UnreadableInput(f"can't be read ({error.strerror})", where=f"STATE/{path.name}") from None


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UsageError(
            f"can't be written ({error.strerror})",
            where=f"STATE/{path.name}",
            hint="mend the folder's space or permissions; the study itself is in order",
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
