"""What can be mended of a log without touching what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from anonymizer.audit.log import Log
from anonymizer.audit.state import State
from anonymizer.audit.verdict import Verdict
from anonymizer.audit.verify import verify
from anonymizer.errors import AnonymizerError, Busy, UnreadableInput

__all__ = ["repair"]


def repair(
    path: Path,
    *,
    state: State | None = None,
    checkpoints: Sequence[str | Path] = (),
    key_fingerprint: str | None = None,
    origin: str | None = None,
) -> tuple[Verdict, bool]:
    """Verify the log in the database at ``path`` and mend what is no part of the record; return whether anything was.

    The one thing that can be made anew honestly is the cache of the tree's right edge: it follows from the entries,
    and a wrong one stops every command. Entries, checkpoints and STATE are evidence: of a broken log nothing is
    touched. Raises what ``verify`` raises, and ``Busy`` while another process writes.
    """
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        ) as conn:
            conn.execute("PRAGMA synchronous = EXTRA")
            conn.execute("PRAGMA secure_delete = ON")
            conn.execute("PRAGMA trusted_schema = OFF")
            conn.execute("BEGIN IMMEDIATE")
            verdict = verify(
                conn, state=state, checkpoints=checkpoints, key_fingerprint=key_fingerprint, origin=origin
            )
            mended = not verdict.broken and Log(conn, origin or "").rebuild_head()
            conn.execute("COMMIT" if mended else "ROLLBACK")
            return verdict, mended
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code, without its extension
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy("another process is writing to the study", where="log") from None
        if code == sqlite3.SQLITE_CANTOPEN:
            raise UnreadableInput("the database can't be opened", where=path.name) from None
        raise AnonymizerError(
            "the log can't be mended here", where=path.name, hint="check the disk and the folder's rights"
        ) from None
    except (sqlite3.DatabaseError, UnicodeError):
        # Damage so deep that no transaction begins: what verification makes of it is the answer.
        verdict = verify(
            path, state=state, checkpoints=checkpoints, key_fingerprint=key_fingerprint, origin=origin
        )
        return verdict, False
