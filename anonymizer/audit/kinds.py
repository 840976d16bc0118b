"""The few kinds of value that an entry may hold. None of them can carry a name, a text or a path.

A kind is a pattern over the canonical JSON text of the value. The same pattern refuses a value when an entry
is written and recognises it when a log is read, so the two can't come to differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from anonymizer.audit.canonical import encode
from anonymizer.model import EntityType

__all__ = [
    "COUNT",
    "DATE",
    "DIGEST",
    "FLAG",
    "ID",
    "IDS",
    "PACK",
    "RULE",
    "TIME",
    "TIME_TEXT",
    "TYPE",
    "TYPE_COUNTS",
    "VERSION",
    "Kind",
    "is_id",
    "members",
    "word",
    "words",
]

_INTEGER = r"(?:0|[1-9][0-9]{0,14})"
_HEX_ID = r"(?:[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_DAY = r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"


@dataclass(frozen=True)
class Kind:
    """A kind of value: what it is called in an error, and the pattern of its canonical JSON."""

    name: str
    pattern: str
    words: tuple[str, ...] = ()
    """The closed list, where there is one; each has its translation in rules/messages/audit.yaml."""

    @cached_property
    def _compiled(self) -> re.Pattern[bytes]:
        return re.compile(self.pattern.encode())

    def allows(self, value: object) -> bool:
        """Tell whether ``value`` is of this kind."""
        try:
            return self._compiled.fullmatch(encode(value)) is not None
        except (ValueError, RecursionError):
            return False


def word(*choices: str) -> Kind:
    """Return the kind of one word out of a closed list."""
    return Kind("one of a closed list of words", f'"(?:{"|".join(choices)})"', choices)


def words(*choices: str) -> Kind:
    """Return the kind of a list of words out of a closed list."""
    return _list_of(word(*choices))


def _list_of(kind: Kind) -> Kind:
    item = kind.pattern
    return Kind(f"a list of {kind.name}", rf"\[(?:{item}(?:,{item})*)?\]", kind.words)


def _counts(choices: Iterable[str]) -> Kind:
    listed = tuple(choices)
    body = members((key, _INTEGER, False) for key in listed)
    return Kind("counts by a closed list of words", rf"\{{{body}\}}", listed)


def members(wanted: Iterable[tuple[str, str, bool]]) -> str:
    """Return the pattern of an object's members, given (key, pattern of the value, required) of each.

    They match in the order of their keys only, each at most once: what matches is canonical.
    """
    comma = r"(?:(?<=\{)|(?<!\{),)"
    return "".join(
        f'(?:{comma}"{key}":{pattern}){"" if required else "?"}' for key, pattern, required in sorted(wanted)
    )


ID = Kind("a random id (16 to 64 hexadecimal digits, or a UUID)", f'"{_HEX_ID}"')
IDS = _list_of(ID)
COUNT = Kind("a whole number", _INTEGER)
FLAG = Kind("true or false", "(?:true|false)")
VERSION = Kind("a version number or date", '"v?[0-9]{1,4}(?:[.-][0-9]{1,4}){0,3}"')
DIGEST = Kind("a SHA-256 in hexadecimal digits, of ciphertext or of a public file", '"[0-9a-f]{64}"')
DATE = Kind("a date", f'"{_DAY}"')
TIME_TEXT = f"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
TIME = Kind("a UTC time", f'"{TIME_TEXT}"')
PACK = Kind("the id of a rule pack", '"[a-z][a-z0-9]{0,19}(?:-[a-z0-9]{1,20}){0,4}"')
RULE = Kind("the id of a rule", '"[A-Z]{2,6}-[0-9]{2,3}"')
TYPE = word(*EntityType)
TYPE_COUNTS = _counts(EntityType)


def is_id(value: object) -> bool:
    """Tell whether ``value`` can stand as an actor, an object or an id in the details."""
    return ID.allows(value)
