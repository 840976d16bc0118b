"""A slot's key pair: what is sealed to its public half opens only with its private half.

HPKE (RFC 9180) base mode with the hybrid KEM ML-KEM-768 + X25519, HKDF-SHA256 and AES-256-GCM: a copy
made today stays closed even if one of the two KEMs falls. 32 bytes become 1,168.

    public half  = ML-KEM-768 encapsulation key (1,184) ‖ X25519 public key (32)
    private half = ML-KEM-768 seed (64) ‖ X25519 private key (32)
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from anonymizer.errors import IntegrityError

__all__ = ["PRIVATE_SIZE", "PUBLIC_SIZE", "SlotKeys", "seal_to"]

_MLKEM_SEED_SIZE = 64
_MLKEM_PUBLIC_SIZE = 1184
_X25519_SIZE = 32
PRIVATE_SIZE = _MLKEM_SEED_SIZE + _X25519_SIZE
PUBLIC_SIZE = _MLKEM_PUBLIC_SIZE + _X25519_SIZE
_VERSION = b"\x01"


def _suite() -> Suite:
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_to(public: bytes, secret: bytes, *, info: bytes) -> bytes:
    """Seal ``secret`` so that only the slot with this ``public`` half opens it, for the same ``info``.

    Raises ``IntegrityError`` if ``public`` is no public half.
    """
    if len(public) != PUBLIC_SIZE:
        raise IntegrityError("the public half of a slot has the wrong length")
    try:
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_SIZE:]),
        )
        return _VERSION + _suite().encrypt(secret, key, info)
    except ValueError:
        raise IntegrityError("the public half of a slot is no key") from None


class SlotKeys:
    """Both halves of a slot's key pair. ``repr`` shows nothing."""

    __slots__ = ("_mlkem", "_x25519")

    def __init__(self, private: bytes) -> None:
        if len(private) != PRIVATE_SIZE:
            raise IntegrityError("the private half of a slot has the wrong length")
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(private[:_MLKEM_SEED_SIZE])
        self._x25519 = X25519PrivateKey.from_private_bytes(private[_MLKEM_SEED_SIZE:])

    @classmethod
    def generate(cls) -> SlotKeys:
        """Make a fresh key pair."""
        return cls(
            MLKEM768PrivateKey.generate().private_bytes_raw()
            + X25519PrivateKey.generate().private_bytes_raw()
        )

    @property
    def private(self) -> bytes:
        """The private half, 96 bytes, to be sealed at once."""
        return self._mlkem.private_bytes_raw() + self._x25519.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """The public half, 1,216 bytes."""
        return self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Open what ``seal_to`` sealed; ``IntegrityError`` if altered or meant for another use."""
        if sealed[:1] != _VERSION:
            raise IntegrityError("a secret sealed to a slot has an unknown format version")
        try:
            pair = MLKEM768X25519PrivateKey(self._mlkem, self._x25519)
            return _suite().decrypt(sealed[1:], pair, info)
        except (InvalidTag, ValueError):
            raise IntegrityError("a secret sealed to a slot is not what was written") from None

    def __repr__(self) -> str:
        return "SlotKeys()"

    def __reduce__(self) -> str:
        raise TypeError("slot keys are not pickled")
