"""Signed checkpoints: C2SP ``tlog-checkpoint`` inside a C2SP ``signed-note``, with Ed25519 (type 0x01).

    anonymizer/study/0f3c…            origin, also the name of the key
    42                                        number of entries
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    root of the tree over them

    — anonymizer/study/0f3c… <base64 of key id and signature>

Notes that this package writes have exactly one signature and no extension line. When reading, signatures of
other keys (witnesses) are passed over as the specification demands, but every line must be well-formed and
every base64 text canonical: one note has one spelling.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anonymizer.audit.merkle import HASH_SIZE
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError

__all__ = [
    "MAX_NOTE",
    "Checkpoint",
    "Ed25519Signer",
    "LogKey",
    "Signer",
    "fingerprint",
    "fingerprints_match",
    "origin_of",
    "parse_checkpoint",
    "sign_checkpoint",
]

MAX_NOTE = 64 * 1024
MAX_SIGNATURES = 100
_ED25519 = b"\x01"
_DASH = "\u2014 "
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")
_STUDY = re.compile(r"[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def origin_of(study_id: str) -> str:
    """Return the origin line of a study's log: made of the random id alone; it leads nowhere."""
    if not _STUDY.fullmatch(study_id):
        raise UsageError("a study id must be random hexadecimal digits or a UUID", where="log")
    return f"anonymizer/study/{study_id}"


def fingerprint(public_key: bytes) -> str:
    """Return the form of a public key that people compare: 160 bits of its SHA-256 in groups of four."""
    text = base64.b32encode(sha256(public_key).digest()[:20]).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, 32, 4))


def fingerprints_match(given: str, public_key: bytes) -> bool:
    """Tell whether a typed fingerprint is that of the key; case, spaces and hyphens do not count.

    Raise ``UsageError`` if it is no whole fingerprint, so that a shortened one confirms nothing.
    """
    bare = re.sub(r"[\s-]", "", given).lower()
    if not re.fullmatch(r"[a-z2-7]{32}", bare):
        raise UsageError(
            "a key fingerprint has eight groups of four letters or digits 2 to 7",
            hint="copy it whole, as printed when the study was made",
        )
    return bare == fingerprint(public_key).replace("-", "")


class Signer(Protocol):
    """Whatever holds the private half of a log's key."""

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message``, 64 bytes."""


class Ed25519Signer:
    """A signer whose private key (32 bytes, RFC 8032) is in memory."""

    def __init__(self, private_key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private_key)
        self._public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> tuple[Ed25519Signer, bytes]:
        """Return a signer with a fresh key, and the 32 private bytes for the caller to seal."""
        private = Ed25519PrivateKey.generate().private_bytes_raw()
        return cls(private), private

    @property
    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of ``message``, 64 bytes."""
        return self._key.sign(message)


@dataclass(frozen=True)
class LogKey:
    """The public key of a log under its name (the origin)."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32:
            raise IntegrityError("the log's public key or its name is malformed", where="log key")

    @property
    def id(self) -> bytes:
        """The key id of the signed-note specification, 4 bytes."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """The form that people compare."""
        return fingerprint(self.public)

    def to_vkey(self) -> str:
        """Return the verifier key in the text form that other C2SP tools take: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{_b64(_ED25519 + self.public)}"

    @classmethod
    def from_vkey(cls, text: str) -> LogKey:
        """Read ``to_vkey``; raise ``IntegrityError`` if it is malformed or its id does not fit."""
        name, _, rest = text.partition("+")
        id_hex, _, encoded = rest.partition("+")
        raw = _unb64(encoded)
        if raw is None or len(raw) != 33 or raw[:1] != _ED25519:
            raise IntegrityError("the log's public key is malformed", where="log key")
        key = cls(name, raw[1:])
        if key.id.hex() != id_hex:
            raise IntegrityError("the log's public key does not fit its id", where="log key")
        return key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` is this key's over ``message``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Checkpoint:
    """A parsed checkpoint; that its syntax is right says nothing of its signature (see ``signed_by``)."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Name, key id and signature of each line."""

    def signed_by(self, key: LogKey) -> bool:
        """Tell whether the origin is the key's name and the first signature under name and id verifies."""
        if self.origin != key.name:
            return False
        for name, key_id, signature in self.signatures:
            if name == key.name and key_id == key.id:
                return key.verifies(self.text, signature)
        return False


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> str:
    """Return the signed note for a tree head."""
    key = LogKey(origin, signer.public_key)
    text = f"{origin}\n{size}\n{_b64(root)}\n"
    return f"{text}\n{_DASH}{origin} {_b64(key.id + signer.sign(text.encode()))}\n"


def parse_checkpoint(note: str, *, where: str = "checkpoint") -> Checkpoint:
    """Read a note; raise ``UnreadableInput`` unless it is a well-formed checkpoint (signature unchecked)."""
    bad = UnreadableInput("this is no well-formed checkpoint", where=where)
    if len(note) > MAX_NOTE or _CONTROL.search(note):
        raise bad
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise bad
    lines = body.split("\n")
    if len(lines) < 3 or not all(lines) or not _DECIMAL.fullmatch(lines[1]):
        raise bad
    root = _unb64(lines[2])
    if root is None or len(root) != HASH_SIZE:
        raise bad
    signature_lines = tail[:-1].split("\n")
    if len(signature_lines) > MAX_SIGNATURES:
        raise bad
    signatures = []
    for line in signature_lines:
        if not line.startswith(_DASH):
            raise bad
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _unb64(encoded)
        if not space or not _NAME.fullmatch(name) or raw is None or len(raw) <= 4:
            raise bad
        signatures.append((name, raw[:4], raw[4:]))
    try:
        text = (body + "\n").encode()
    except UnicodeEncodeError:
        raise bad from None
    return Checkpoint(lines[0], int(lines[1]), root, text, tuple(signatures))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unb64(text: str) -> bytes | None:
    """Decode canonical standard base64, else ``None``: stray bits in the last letter are refused too."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _b64(raw) == text else None
