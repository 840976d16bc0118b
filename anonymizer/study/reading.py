"""A transcript on the screen: pseudonymised, or, for whoever holds the identity key, as it came."""

from __future__ import annotations

from anonymizer.errors import UsageError
from anonymizer.model import Transcript
from anonymizer.study.holds import refuse_held
from anonymizer.study.workspace import Workspace
from anonymizer.vault import Master

__all__ = ["read_transcript"]


def read_transcript(space: Workspace, number: int, *, original: bool = False) -> Transcript:
    """Return transcript ``number``; the original needs the identity key, and reading it is logged."""
    for key, record in space.transcripts().items():
        if record.number == number:
            refuse_held(space, record)
            if not original:
                space.need(Master.WORK)
                return space.clean(record)
            space.need(Master.IDENTITY)
            with space.vault.change() as tx:
                tx.log(
                    "identity.opened", object_id=key, details={"purpose": "review", "version": record.version}
                )
            return space.original(record)
    raise UsageError("there is no transcript of this number", hint="see: anonymizer transcript list")
