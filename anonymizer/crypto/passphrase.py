"""From what a person knows or has on paper to a key: Argon2id, and the printed recovery key."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from anonymizer.crypto.keys import KEY_SIZE, Key
from anonymizer.errors import IntegrityError, Locked, UsageError

__all__ = [
    "SALT_SIZE",
    "KdfCost",
    "key_from_passphrase",
    "key_from_recovery",
    "looks_like_recovery_key",
    "new_recovery_key",
]

SALT_SIZE = 16


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one guess at a passphrase costs: memory in KiB, passes over it, parallel lanes.

    The default is the second recommended option of RFC 9106, section 4. Whatever a file asks for must lie
    between ``FLOOR`` (the OWASP password storage cheat sheet's minimum: 19 MiB, 2 passes, 1 lane) and
    ``CEILING``: below, an attacker who can write the file would make guessing cheap; above, the file
    would stop the machine.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def check(self) -> None:
        """Raise ``IntegrityError`` if the cost lies outside floor and ceiling."""
        ours, low, high = self.parts(), FLOOR.parts(), CEILING.parts()
        if not all(small <= part <= big for small, part, big in zip(low, ours, high, strict=True)):
            raise IntegrityError("the cost of the passphrase derivation is outside the permitted range")

    def parts(self) -> tuple[int, int, int]:
        """Return memory, passes and lanes, as they are stored."""
        return (self.memory_kib, self.passes, self.lanes)

    @classmethod
    def floor(cls) -> KdfCost:
        """Return the cheapest cost that is accepted; made for tests and very small machines."""
        return FLOOR


FLOOR = KdfCost(memory_kib=19 * 1024, passes=2, lanes=1)
CEILING = KdfCost(memory_kib=2 * 1024 * 1024, passes=64, lanes=16)


def key_from_passphrase(passphrase: str, salt: bytes, cost: KdfCost, *, key_id: str) -> Key:
    """Derive the key that seals a slot's private half.

    The passphrase is brought to Unicode NFC, since keyboards disagree on how to write å. Raises
    ``UsageError`` for an empty one or one that is no text, and ``IntegrityError`` for a cost outside floor and
    ceiling.
    """
    cost.check()
    if not passphrase:
        raise UsageError("the passphrase is empty")
    if len(salt) != SALT_SIZE:
        raise IntegrityError("the salt of a slot has the wrong length")
    try:
        secret = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    except UnicodeEncodeError:
        # The error would quote the passphrase.
        raise UsageError(
            "the passphrase is no text", hint="set the terminal and the locale to UTF-8"
        ) from None
    kdf = Argon2id(
        salt=salt, length=KEY_SIZE, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    raw = kdf.derive(secret)
    return Key(key_id, raw).sub("slot/passphrase")


# Crockford's base 32 leaves out I, L, O and U; what a reader takes for them is read as 1, 1, 0.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_PREFIX = "ANZ1"
_SECRET_SIZE = 20
_CHECK_BITS = 20
_DIGITS = (_SECRET_SIZE * 8 + _CHECK_BITS) // 5


def _checksum(secret: bytes) -> int:
    digest = hashlib.sha256(b"anonymizer recovery key v1\x00" + secret).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - _CHECK_BITS)


def new_recovery_key() -> str:
    """Make a recovery key to print: ``ANZ1-`` and nine groups of four; 160 random bits and a checksum."""
    secret = secrets.token_bytes(_SECRET_SIZE)
    number = int.from_bytes(secret, "big") << _CHECK_BITS | _checksum(secret)
    digits = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_DIGITS)))
    return "-".join([_PREFIX, *(digits[i : i + 4] for i in range(0, _DIGITS, 4))])


def looks_like_recovery_key(text: str) -> bool:
    """Say whether ``text`` has the shape of a recovery key; its checksum may still be wrong."""
    plain = _plain(text)
    return plain.startswith(_PREFIX) and len(plain) == len(_PREFIX) + _DIGITS


def _plain(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def key_from_recovery(text: str, *, key_id: str) -> Key:
    """Derive the key of a recovery slot; ``Locked`` if mistyped. Spaces, hyphens, case do not matter."""
    if not looks_like_recovery_key(text):
        raise Locked(
            "this is no recovery key", hint="it begins with ANZ1 and has nine groups of four characters"
        )
    number = 0
    for digit in _plain(text)[len(_PREFIX) :].translate(_MISREAD):
        if digit not in _ALPHABET:
            raise Locked(
                "the recovery key holds a character that none has", hint="read it again from the paper"
            )
        number = number << 5 | _ALPHABET.index(digit)
    secret = (number >> _CHECK_BITS).to_bytes(_SECRET_SIZE, "big")
    if number & (1 << _CHECK_BITS) - 1 != _checksum(secret):
        raise Locked(
            "the recovery key is mistyped", hint="its checksum does not fit; read it again from the paper"
        )
    # 160 random bits need no slow derivation; the secret is stretched to a key's length and then labelled.
    return Key(key_id, hashlib.sha512(secret).digest()[:KEY_SIZE]).sub("slot/recovery")
