"""A second reader of what ``anonymizer.crypto`` seals, written from the specifications alone.

Shares no line with the package: HKDF-Expand is built from ``hmac``, the chunks are opened one by one from their
offsets, AES-GCM-SIV and HPKE are done by hand. Sources: c2sp.org/chunked-encryption, RFC 5869, RFC 8452,
RFC 9180, draft-connolly-cfrg-xwing-kem for the hybrid KEM, and docs/formats.md for our framing.
"""

from __future__ import annotations

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 16 * 1024
TAG = 16


class Refused(Exception):
    """The bytes are not what the specification allows."""


def expand(prk: bytes, info: bytes, length: int, digest: str) -> bytes:
    """RFC 5869, section 2.3."""
    okm, block, counter = b"", b"", 1
    while len(okm) < length:
        block = hmac.new(prk, block + info + bytes([counter]), digest).digest()
        okm += block
        counter += 1
    return okm[:length]


def joined(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def sub_key(secret: bytes, label: bytes) -> bytes:
    return expand(secret, joined(b"anonymizer/v1", label), 32, "sha512")


def open_object(secret: bytes, sealed: bytes, context: bytes) -> bytes:
    """Open header ‖ salt ‖ commitment ‖ chunks."""
    header, body = sealed[:22], sealed[22:]
    if len(header) < 22 or header[:6] != b"ANZO\x01\x01":
        raise Refused("header")
    if len(body) < 56 + TAG:
        raise Refused("too short")
    salt, commitment, rest = body[:24], body[24:56], body[56:]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00" + salt + joined(header, context)
    material = expand(secret, info, 32 + 12 + 32, "sha512")
    key, base, wanted = material[:32], material[32:44], material[44:]
    if not hmac.compare_digest(wanted, commitment):
        raise Refused("commitment")
    if len(rest) % (CHUNK + TAG) < TAG:
        raise Refused("the last chunk is not short")
    out = b""
    for number, start in enumerate(range(0, len(rest), CHUNK + TAG)):
        chunk = rest[start : start + CHUNK + TAG]
        nonce = (int.from_bytes(base, "big") ^ number).to_bytes(12, "big")
        try:
            out += AESGCM(key).decrypt(nonce, chunk, None)
        except Exception:
            raise Refused(f"chunk {number}") from None
    return out


def _ecb(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - the raw block cipher
    return encryptor.update(block)


def _polyval(h: bytes, data: bytes) -> bytes:
    """RFC 8452, section 3, bit by bit."""
    field = (1 << 128) | (1 << 127) | (1 << 126) | (1 << 121) | 1

    def times(a: int, b: int) -> int:
        product = 0
        for bit in range(128):
            if b >> bit & 1:
                product ^= a << bit
        for bit in range(255, 127, -1):
            if product >> bit & 1:
                product ^= field << (bit - 128)
        return product

    inverse = (1 << 127) | (1 << 124) | (1 << 121) | (1 << 114) | 1  # x^-128
    number, key = 0, int.from_bytes(h, "little")
    for start in range(0, len(data), 16):
        block = int.from_bytes(data[start : start + 16], "little")
        number = times(times(number ^ block, key), inverse)
    return number.to_bytes(16, "little")


def open_record(secret: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open version ‖ algorithm ‖ key id ‖ nonce ‖ AES-256-GCM-SIV, RFC 8452 by hand."""
    header, nonce, body, tag = sealed[:18], sealed[18:30], sealed[30:-16], sealed[-16:]
    if len(sealed) < 46 or header[:2] != b"\x01\x02":
        raise Refused("header")
    blocks = [_ecb(secret, struct.pack("<I", n) + nonce)[:8] for n in range(6)]
    authentication, encryption = blocks[0] + blocks[1], b"".join(blocks[2:])
    counter, stream = int.from_bytes(tag[:4], "little"), b""
    for n in range((len(body) + 15) // 16):
        block = struct.pack("<I", (counter + n) & 0xFFFFFFFF) + tag[4:15] + bytes([tag[15] | 0x80])
        stream += _ecb(encryption, block)
    plain = bytes(a ^ b for a, b in zip(body, stream, strict=False))
    aad = joined(header, place)
    padded = b"".join(part + bytes(-len(part) % 16) for part in (aad, plain))
    mixed = bytearray(_polyval(authentication, padded + struct.pack("<QQ", len(aad) * 8, len(plain) * 8)))
    for n in range(12):
        mixed[n] ^= nonce[n]
    mixed[15] &= 0x7F
    if not hmac.compare_digest(_ecb(encryption, bytes(mixed)), tag):
        raise Refused("tag")
    return plain


def open_grant(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open version ‖ enc ‖ ciphertext: HPKE base mode (RFC 9180) over the hybrid KEM, HKDF-SHA256, AES-256-GCM."""
    if sealed[:1] != b"\x01" or len(sealed) < 1 + 1120 + 16:
        raise Refused("header")
    enc, body = sealed[1:1121], sealed[1121:]
    mlkem = MLKEM768PrivateKey.from_seed_bytes(private[:64])
    x25519 = X25519PrivateKey.from_private_bytes(private[64:])
    ephemeral = enc[1088:]
    inner = x25519.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    label = b"\\./" + b"/^\\"
    shared = hashlib.sha3_256(
        mlkem.decapsulate(enc[:1088]) + inner + ephemeral + x25519.public_key().public_bytes_raw() + label
    ).digest()
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 0x0001, 0x0002)

    def extract(salt: bytes, what: bytes, ikm: bytes) -> bytes:
        return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + what + ikm, "sha256").digest()

    def widen(prk: bytes, what: bytes, more: bytes, length: int) -> bytes:
        return expand(prk, struct.pack(">H", length) + b"HPKE-v1" + suite + what + more, length, "sha256")

    schedule = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = widen(secret, b"key", schedule, 32), widen(secret, b"base_nonce", schedule, 12)
    try:
        return AESGCM(key).decrypt(nonce, body, b"")
    except Exception:
        raise Refused("tag") from None
