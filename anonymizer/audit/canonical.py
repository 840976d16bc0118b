"""One way to write a value as bytes, so that a hash of it means one thing only.

The form is RFC 8785 (JSON Canonicalization Scheme) narrowed to what the log needs: objects with ASCII keys,
lists, strings, integers from 0 to 2^53 - 1, true, false and null. No fractions: two programs print them
differently. Within that subset sorting keys by code point equals RFC 8785's sorting by UTF-16 unit.
"""

from __future__ import annotations

import json
from typing import Any

from anonymizer.errors import IntegrityError

__all__ = ["MAX_INTEGER", "encode", "parse"]

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 8

_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


class _NotCanonicalError(ValueError):
    pass


def encode(value: object) -> bytes:
    """Return ``value`` as canonical JSON in UTF-8; raise ``ValueError`` for anything outside the subset."""
    _check(value, 0)
    return _encoder.encode(value).encode("utf-8")


def parse(raw: bytes, *, where: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """Return the value that ``raw`` holds; raise ``IntegrityError`` unless ``raw`` is its canonical form."""
    try:
        value = json.loads(raw, parse_float=_refuse, parse_constant=_refuse)
        canonical = encode(value) == raw
    except (ValueError, RecursionError):
        canonical = False
    if not canonical:
        raise IntegrityError("a line is not canonical JSON", where=where)
    return value


def _refuse(_: str) -> object:
    raise _NotCanonicalError("only integers are allowed")


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _NotCanonicalError("nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise _NotCanonicalError("a key must be an ASCII string")
            _check(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= MAX_INTEGER:
            raise _NotCanonicalError("an integer must lie between 0 and 2^53 - 1")
    elif not (value is None or isinstance(value, bool | str)):
        raise _NotCanonicalError("only objects, lists, strings, integers, true, false and null are allowed")
