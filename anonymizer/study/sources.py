"""Source files on the researcher's disk."""

from __future__ import annotations

from pathlib import Path

from anonymizer.errors import UnreadableInput
from anonymizer.formats import limits_in_force, read
from anonymizer.model import Transcript

__all__ = ["read_source"]


def read_source(path: Path) -> tuple[bytes, Transcript]:
    """Return a source file's bytes and the transcript in it; raise ``UnreadableInput`` naming the file."""
    try:
        # Read no further than the cap, whatever the size it says it has: a device has none.
        with path.open("rb") as file:
            source = file.read(limits_in_force().source + 1)
    except OSError as error:
        raise UnreadableInput(
            f"cannot be read ({error.strerror or 'input error'})",
            where=str(path),
            hint="check the path and its rights",
        ) from None
    return source, read(source, str(path))
