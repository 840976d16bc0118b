"""What only POSIX can do to keep others out; elsewhere each step is left out and ``NOTE`` says so.

The only module that asks for the platform. Windows keeps the access rights of the folder it is in and has no
core dumps of this kind; directory entries there can't be flushed on their own.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["NOTE", "create_private_file", "no_core_dumps", "others_may_read", "private_folder", "sync_folder"]

_POSIX = os.name == "posix"
NOTE = "" if _POSIX else "access rights of files and core dumps are left to this operating system"


def private_folder(path: Path) -> None:
    """Make ``path`` with its parents if need be, and leave it open to its owner alone (0700)."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _POSIX:
        path.chmod(0o700)


def create_private_file(path: Path) -> int:
    """Create ``path`` for its owner alone (0600), whatever the umask; return the open descriptor.

    Raises ``FileExistsError`` if anything stands there, a link included.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags, 0o600)
    if _POSIX:
        os.fchmod(descriptor, 0o600)
    return descriptor


def sync_folder(path: Path) -> None:
    """Make the names in the folder durable (a rename is lost without it when the power fails)."""
    if not _POSIX:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def no_core_dumps() -> None:
    """Forbid core dumps of this process, which would hold keys and text."""
    if _POSIX:
        import resource  # noqa: PLC0415 - exists on POSIX only

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def others_may_read(path: Path) -> bool:
    """Say whether group or others have any right on ``path``."""
    return _POSIX and bool(path.stat().st_mode & 0o077)
