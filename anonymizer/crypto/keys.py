"""A key that knows its own id, hands out sub-keys and can be wiped; and the one way to join fields."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

__all__ = ["ID_SIZE", "KEY_SIZE", "Key", "fields", "new_id"]

KEY_SIZE = 32
ID_SIZE = 16


def new_id() -> str:
    """Return a random id of 128 bits as 32 hexadecimal digits; it says nothing about what it names."""
    return secrets.token_hex(ID_SIZE)


def fields(*values: str | bytes | int) -> bytes:
    """Join ``values`` so that no two different lists give the same bytes.

    Each value (text as UTF-8, a number as decimal text) is preceded by its length as four bytes, big-endian.
    """
    out = bytearray()
    for value in values:
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8")
        out += len(raw).to_bytes(4, "big") + raw
    return bytes(out)


class Key:
    """32 secret bytes and a public id of 32 hexadecimal digits.

    The id is random, not derived from the secret, and is written into the header of everything sealed
    under the key. ``repr`` shows the id alone. ``wipe`` overwrites the secret; Python may have copied it
    elsewhere in memory, so that this shortens the time a secret stands in memory and promises no more.
    """

    __slots__ = ("_secret", "id")

    def __init__(self, key_id: str, secret: bytes | bytearray) -> None:
        if len(bytes.fromhex(key_id)) != ID_SIZE or len(secret) != KEY_SIZE:
            raise ValueError("a key is 32 bytes with an id of 32 hexadecimal digits")
        self.id = key_id
        self._secret = bytearray(secret)

    @classmethod
    def random(cls) -> Key:
        """Make a fresh key with a fresh id."""
        return cls(new_id(), secrets.token_bytes(KEY_SIZE))

    @property
    def secret(self) -> bytearray:
        """The 32 bytes; raises ``ValueError`` after ``wipe``, so that a wiped key never seals with zeros."""
        if not self._secret:
            raise ValueError("the key was wiped")
        return self._secret

    def sub(self, label: str) -> Key:
        """Derive the sub-key for one use: HKDF-Expand-SHA-512, info = ``fields("anonymizer/v1", label)``."""
        expand = HKDFExpand(SHA512(), KEY_SIZE, fields("anonymizer/v1", label))
        return Key(self.id, expand.derive(self.secret))

    def wipe(self) -> None:
        """Overwrite the secret and forget it."""
        self._secret[:] = bytes(len(self._secret))
        self._secret = bytearray()

    def __repr__(self) -> str:
        return f"Key({self.id})"

    def __reduce__(self) -> str:
        raise TypeError("a key is not pickled")
