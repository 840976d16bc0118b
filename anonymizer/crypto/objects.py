"""Sealed objects: a header, then C2SP chunked encryption (Cobblestone-256).

    magic "ANZO" ‖ format version 1 ‖ algorithm 1 ‖ key id (16 bytes) ‖ salt (24) ‖ commitment (32) ‖ chunks

The header is part of the context, hence of the key derivation: whoever alters one byte of it gets
nothing. The stream functions work in constant memory. Source: https://c2sp.org/chunked-encryption.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from anonymizer.crypto.keys import ID_SIZE, Key, fields
from anonymizer.errors import IntegrityError

__all__ = ["HEADER_SIZE", "key_id_of", "open_bytes", "open_stream", "seal_bytes", "seal_stream"]

_MAGIC = b"ANZO"
_VERSION = 1
_COBBLESTONE_256 = 1
_PREFIX = _MAGIC + bytes([_VERSION, _COBBLESTONE_256])
HEADER_SIZE = len(_PREFIX) + ID_SIZE
_STEP = 1 << 20
_SLACK = 1 << 16
"""Room beyond one step: what the cipher held back (under one chunk) plus salt, commitment and tags."""

_ALTERED = "a sealed object is not what was written"


def _context(header: bytes, context: bytes) -> bytes:
    return fields(header, context)


def _steps(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _STEP):
            yield view[start : start + _STEP]


def seal_stream(key: Key, pieces: Iterable[bytes], *, context: bytes) -> Iterator[bytes]:
    """Seal ``pieces`` as one object and yield it in parts of at most about 1 MiB.

    ``context`` says what the object is (study, owner, object, kind, generation …, joined by ``fields``);
    the same must be given to open it.
    """
    header = _PREFIX + bytes.fromhex(key.id)
    encryptor = Cobblestone256Encryptor(key.secret, _context(header, context))
    yield header
    room = bytearray(_STEP + _SLACK)
    for step in _steps(pieces):
        if size := encryptor.update_into(step, room):
            yield bytes(memoryview(room)[:size])
    yield encryptor.finalize()


def _split_header(pieces: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    parts = iter(pieces)
    head = b""
    while len(head) < HEADER_SIZE:
        try:
            head += next(parts)
        except StopIteration:
            raise IntegrityError(_ALTERED, hint="it ends inside its header") from None

    def rest() -> Iterator[bytes]:
        yield head[HEADER_SIZE:]
        yield from parts

    return head[:HEADER_SIZE], rest()


def key_id_of(head: bytes) -> str:
    """Return the id of the key named in a sealed object's first 22 bytes.

    Raises ``IntegrityError`` if they are not the header of a format this version knows.
    """
    if len(head) < HEADER_SIZE or head[: len(_MAGIC)] != _MAGIC:
        raise IntegrityError("these bytes are no sealed object")
    if head[: len(_PREFIX)] != _PREFIX:
        raise IntegrityError(
            "a sealed object has an unknown format version or algorithm",
            hint="a newer anonymizer may read it",
        )
    return head[len(_PREFIX) : HEADER_SIZE].hex()


def open_stream(key: Key, pieces: Iterable[bytes], *, context: bytes) -> Iterator[bytes]:
    """Open a sealed object and yield its plaintext, each part authenticated before it is yielded.

    That nothing is missing at the end is known only when the iterator ends without an error: act on the
    whole only then. Raises ``IntegrityError`` if anything was altered, moved, cut or belongs to another
    context or key.
    """
    header, rest = _split_header(pieces)
    if key_id_of(header) != key.id:
        raise IntegrityError(_ALTERED, hint="it names another key")
    decryptor = Cobblestone256Decryptor(key.secret, _context(header, context))
    room = bytearray(_STEP + _SLACK)
    try:
        for step in _steps(rest):
            if size := decryptor.update_into(step, room):
                yield bytes(memoryview(room)[:size])
        if last := decryptor.finalize():
            yield last
    except InvalidTag:
        raise IntegrityError(_ALTERED) from None
    finally:
        room[:] = bytes(len(room))


def seal_bytes(key: Key, plaintext: bytes, *, context: bytes) -> bytes:
    """Seal ``plaintext`` as one object; see ``seal_stream``."""
    return b"".join(seal_stream(key, [plaintext], context=context))


def open_bytes(key: Key, sealed: bytes, *, context: bytes) -> bytes:
    """Open a whole sealed object; nothing is returned unless all of it is genuine."""
    return b"".join(open_stream(key, [sealed], context=context))
