"""Small sealed records (wrapped keys, key-table rows): AES-256-GCM-SIV, which forgives a repeated nonce.

    format version 1 ‖ algorithm 2 ‖ key id (16 bytes) ‖ nonce (12) ‖ ciphertext and tag

The associated data is ``fields(header, place)``; ``place`` names table, row, column and whatever else
must not change.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from anonymizer.crypto.keys import ID_SIZE, Key, fields
from anonymizer.errors import IntegrityError

__all__ = ["open_record", "record_key_id", "seal_record"]

_VERSION = 1
_AES_256_GCM_SIV = 2
_PREFIX = bytes([_VERSION, _AES_256_GCM_SIV])
_HEADER_SIZE = len(_PREFIX) + ID_SIZE
_NONCE_SIZE = 12
_TAG_SIZE = 16


def seal_record(key: Key, plaintext: bytes, *, place: bytes) -> bytes:
    """Seal a small record for one ``place`` (table, row, column …, joined by ``fields``)."""
    header = _PREFIX + bytes.fromhex(key.id)
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return header + nonce + AESGCMSIV(key.secret).encrypt(nonce, plaintext, fields(header, place))


def record_key_id(sealed: bytes) -> str:
    """Return the id of the key a record names; ``IntegrityError`` if it is of no known format."""
    if len(sealed) < _HEADER_SIZE + _NONCE_SIZE + _TAG_SIZE or sealed[: len(_PREFIX)] != _PREFIX:
        raise IntegrityError("a sealed record is cut short or of an unknown format")
    return sealed[len(_PREFIX) : _HEADER_SIZE].hex()


def open_record(key: Key, sealed: bytes, *, place: bytes) -> bytes:
    """Open a record; ``IntegrityError`` if it was altered, moved to another place or is under another key."""
    if record_key_id(sealed) != key.id:
        raise IntegrityError("a sealed record names another key than the one of its place")
    header, nonce = sealed[:_HEADER_SIZE], sealed[_HEADER_SIZE : _HEADER_SIZE + _NONCE_SIZE]
    try:
        return AESGCMSIV(key.secret).decrypt(
            nonce, sealed[_HEADER_SIZE + _NONCE_SIZE :], fields(header, place)
        )
    except InvalidTag:
        raise IntegrityError("a sealed record is not what was written in its place") from None
