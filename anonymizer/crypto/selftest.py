"""Known answers at start-up: a broken or mis-linked cipher must never seal or open anything.

The answers are published ones where there are any (RFC 8452, RFC 5869, RFC 9106, RFC 8032); the rest was
written by the second implementation in ``tests/crypto``. It costs a few milliseconds and runs once a
process.
"""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from anonymizer.crypto.keys import Key
from anonymizer.crypto.objects import open_bytes, seal_bytes
from anonymizer.crypto.slots import SlotKeys, seal_to
from anonymizer.errors import IntegrityError

__all__ = ["self_test"]

_KNOWN_OBJECT = (
    "414e5a4f010100112233445566778899aabbccddeeff2e96b29270a0855ec1c99aef13bcef9b87e5745b73a8f8a1386b4df6"
    "b8e15c13c1bdfb69be0c45e685638ef5f5a390b904b073f2ffb3dfa712537487489f1fe3bfea3377e590e7b14679defb0a9b"
)
_KEY = Key("00112233445566778899aabbccddeeff", bytes(range(32)))


def _gcm_siv() -> bool:
    """RFC 8452, appendix C.2, third case: 12 bytes of plaintext, no associated data."""
    key, nonce = b"\x01" + bytes(31), b"\x03" + bytes(11)
    want = "9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e"
    return AESGCMSIV(key).encrypt(nonce, b"\x01" + bytes(11), None).hex() == want


def _hkdf() -> bool:
    """RFC 5869, test case 1."""
    okm = HKDF(SHA256(), 42, bytes(range(13)), bytes(range(0xF0, 0xFA))).derive(b"\x0b" * 22)
    return okm.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def _argon2id() -> bool:
    """RFC 9106, section 5.3."""
    kdf = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    )
    want = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    return kdf.derive(b"\x01" * 32).hex() == want


def _ed25519() -> bool:
    """RFC 8032, section 7.1, test 1."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    want = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )
    return Ed25519PrivateKey.from_private_bytes(seed).sign(b"").hex() == want


def _object() -> bool:
    known = bytes.fromhex(_KNOWN_OBJECT)
    fresh = seal_bytes(_KEY, b"proeve", context=b"self-test")
    return (
        open_bytes(_KEY, known, context=b"self-test") == b"proeve"
        and open_bytes(_KEY, fresh, context=b"self-test") == b"proeve"
        and fresh != known
    )


def _slot() -> bool:
    pair = SlotKeys(bytes(range(96)))
    return pair.open(seal_to(pair.public, b"proeve", info=b"self-test"), info=b"self-test") == b"proeve"


@cache
def self_test() -> None:
    """Check every primitive against a known answer; raises ``IntegrityError`` naming the first that fails."""
    for part in (_gcm_siv, _hkdf, _argon2id, _ed25519, _object, _slot):
        if not part():
            raise IntegrityError(
                f"the cryptographic self-test failed at {part.__name__.strip('_')}",
                hint="nothing was read or written; reinstall the package cryptography",
            )
