"""KEYS/keytable.db: rows sealed one by one under their owner's identity key. What they mean is not known here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Self

from anonymizer.crypto import Key, fields, open_record, record_key_id, seal_record
from anonymizer.errors import IntegrityError
from anonymizer.vault.files import FileFormat

__all__ = ["FORMAT", "KeyTable", "Row"]

FORMAT = FileFormat(
    name="keytable.db",
    application_id=0x414E5A54,  # "ANZT"
    version=1,
    tables=(
        "CREATE TABLE about (study TEXT NOT NULL, generation INTEGER NOT NULL)",
        "CREATE TABLE row (id TEXT PRIMARY KEY, owner TEXT NOT NULL, kind TEXT NOT NULL, sealed BLOB NOT NULL)",
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: whose it is, what kind of row, and its sealed value."""

    owner: str
    kind: str
    sealed: bytes

    @property
    def key_id(self) -> str:
        """The id of the data key that it names."""
        return record_key_id(self.sealed)


@dataclass(frozen=True)
class KeyTable:
    """The content of keytable.db in memory, still sealed; a change works on a ``copy``."""

    study: str
    generation: int
    rows: dict[str, Row]

    @classmethod
    def from_tables(cls, tables: Mapping[str, list[tuple[Any, ...]]]) -> Self:
        """Read what ``to_tables`` wrote; ``IntegrityError`` if a value is missing or of the wrong type."""
        try:
            ((study, generation),) = tables["about"]
            rows = {id_: Row(owner, kind, sealed) for id_, owner, kind, sealed in tables["row"]}
        except (ValueError, TypeError, KeyError):
            raise IntegrityError("keytable.db is not what was written", where="keytable.db") from None
        good = isinstance(study, str) and isinstance(generation, int)
        for id_, row in rows.items():
            text = (id_, row.owner, row.kind)
            good = good and all(isinstance(part, str) for part in text) and isinstance(row.sealed, bytes)
        if not good:
            raise IntegrityError("keytable.db is not what was written", where="keytable.db")
        return cls(study, generation, rows)

    def to_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return the rows of every table."""
        rows = [(id_, row.owner, row.kind, row.sealed) for id_, row in sorted(self.rows.items())]
        return {"about": [(self.study, self.generation)], "row": rows}

    @property
    def digest(self) -> str:
        """SHA-256 over all rows as sealed, their ids, owners and kinds; the log records it."""
        parts: list[str | bytes | int] = ["keytable.db/1", self.study, self.generation, len(self.rows)]
        for id_, row in sorted(self.rows.items()):
            parts += [id_, row.owner, row.kind, row.sealed]
        return hashlib.sha256(fields(*parts)).hexdigest()

    def copy(self, generation: int | None = None) -> KeyTable:
        """Return a table whose rows can be changed without changing this one's."""
        return KeyTable(self.study, self.generation if generation is None else generation, dict(self.rows))

    def put(self, key: Key, row_id: str, owner: str, kind: str, value: bytes) -> None:
        """Seal ``value`` under the owner's identity key for this row alone."""
        sealed = seal_record(key.sub("key table row"), value, place=self._place(row_id, owner, kind))
        self.rows[row_id] = Row(owner, kind, sealed)

    def drop(self, row_id: str) -> None:
        """Take one row out; ``KeyError`` if it is not there."""
        del self.rows[row_id]

    def drop_owners(self, owners: Set[str]) -> bool:
        """Take all rows of these owners out; say whether there were any."""
        gone = [row_id for row_id, row in self.rows.items() if row.owner in owners]
        for row_id in gone:
            del self.rows[row_id]
        return bool(gone)

    def value(self, key: Key, row_id: str) -> bytes:
        """Open one row; ``IntegrityError`` if it was altered or moved."""
        row = self.rows[row_id]
        return open_record(
            key.sub("key table row"), row.sealed, place=self._place(row_id, row.owner, row.kind)
        )

    def _place(self, row_id: str, owner: str, kind: str) -> bytes:
        return fields("row", self.study, row_id, "sealed", owner, kind)
