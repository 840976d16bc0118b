"""Write vectors that are not there yet; those that are stay as they are."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from anonymizer.crypto import Key, SlotKeys, fields, seal_bytes, seal_record, seal_to

VECTORS = Path(__file__).parent.parent / "vectors"
CHUNK = 16 * 1024 + 16
START = 22 + 56

KEY = Key("000102030405060708090a0b0c0d0e0f", bytes(range(100, 132)))
OTHER_KEY = Key(KEY.id, bytes(range(32)))
SLOT = SlotKeys(bytes(range(96)))
CONTEXT = fields("study", "owner", "object", "original", 1, 1)
TEXT = "Ho Kari på Nøtterøy, «æ e frå Gran».\n".encode()


def write(name: str, sealed: bytes, expect: str, comment: str, plain: bytes = b"", **more: str) -> None:
    path = VECTORS / f"{name}.txt"
    if path.exists():
        return
    what = name.partition("-")[0]
    lines = {
        "expect": expect,
        "comment": comment,
        "what": what,
        "key-id": KEY.id,
        "key": SLOT.private.hex() if what == "grant" else bytes(KEY.secret).hex(),
        "context": CONTEXT.hex(),
        **({"plaintext-sha256": hashlib.sha256(plain).hexdigest()} if expect == "success" else {}),
        **{key.replace("_", "-"): value for key, value in more.items()},
    }
    head = "".join(f"{key}: {value}\n" for key, value in lines.items())
    path.write_text(f"{head}\n{base64.encodebytes(sealed).decode()}", encoding="utf-8")


def flipped(raw: bytes, at: int) -> bytes:
    at %= len(raw)
    return raw[:at] + bytes([raw[at] ^ 0x01]) + raw[at + 1 :]


def objects() -> None:
    def seal(plain: bytes, key: Key = KEY, context: bytes = CONTEXT) -> bytes:
        return seal_bytes(key, plain, context=context)

    for name, plain in (
        ("empty", b""),
        ("text", TEXT),
        ("one-short-of-a-chunk", bytes(16383)),
        ("exactly-one-chunk", bytes(16384)),
        ("one-more-than-a-chunk", bytes(16385)),
    ):
        write(f"object-{name}", seal(plain), "success", f"{len(plain)} bytes", plain)
    text, long = seal(TEXT), seal(bytes(40000))
    head, payload, commitment = "header failure", "payload failure", "commitment failure"
    write("object-nothing", b"", head, "no bytes at all")
    write("object-header-cut", text[:21], head, "cut inside the header")
    write("object-other-magic", b"AGE!" + text[4:], head, "another magic")
    write("object-version-0", text[:4] + b"\x00" + text[5:], head, "a format version before the first")
    write("object-version-2", text[:4] + b"\x02" + text[5:], head, "a format version to come")
    write("object-algorithm-2", text[:5] + b"\x02" + text[6:], head, "an algorithm we do not know")
    write("object-other-key-id", flipped(text, 6), head, "the id of another key")
    write("object-salt", flipped(text, 22), commitment, "one bit of the salt")
    write("object-commitment", flipped(text, 46), commitment, "one bit of the commitment")
    write("object-other-key", seal(TEXT, key=OTHER_KEY), commitment, "another key with the same id")
    context = fields("study", "owner2", "object", "original", 1, 1)
    write("object-other-owner", seal(TEXT, context=context), commitment, "sealed for another owner")
    context = fields("study", "owner", "object", "original", 2, 1)
    write("object-other-generation", seal(TEXT, context=context), commitment, "sealed as a later generation")
    context = fields("study", "ownerob", "ject", "original", 1, 1)
    write("object-shifted-fields", seal(TEXT, context=context), commitment, "the same letters, other fields")
    write("object-first-byte", flipped(text, START), payload, "one bit of the text")
    write("object-last-byte", flipped(text, -1), payload, "one bit of the last tag")
    write("object-byte-short", text[:-1], payload, "the last byte is missing")
    write("object-byte-long", text + b"\x00", payload, "a byte too many")
    write("object-only-salt", text[: 22 + 24], payload, "it ends after the salt")
    write("object-no-chunk", text[:START], payload, "it ends before the first chunk")
    write("object-cut-at-chunk", long[: START + CHUNK], payload, "cut exactly between two chunks")
    write(
        "object-cut-in-tag", long[: START + CHUNK + 9], payload, "cut inside the tag of an empty last chunk"
    )
    first, second, last = (
        long[START : START + CHUNK],
        long[START + CHUNK : START + 2 * CHUNK],
        long[START + 2 * CHUNK :],
    )
    write(
        "object-chunks-swapped",
        long[:START] + second + first + last,
        payload,
        "two chunks in the other order",
    )
    write("object-chunk-twice", long[:START] + first + first + last, payload, "a chunk in place of the next")
    write("object-chunk-missing", long[:START] + first + last, payload, "the second chunk is missing")
    other = seal(bytes(40000))
    write("object-chunk-of-another", long[:-16] + other[-16:], payload, "the last tag of another object")


def records() -> None:
    def seal(plain: bytes, key: Key = KEY, context: bytes = CONTEXT) -> bytes:
        return seal_record(key, plain, place=context)

    head, payload = "header failure", "payload failure"
    for name, plain in (("empty", b""), ("text", TEXT), ("key", bytes(range(48)))):
        write(f"record-{name}", seal(plain), "success", f"{len(plain)} bytes", plain)
    text = seal(TEXT)
    write("record-nothing", b"", head, "no bytes at all")
    write("record-cut", text[:45], head, "shorter than a header, a nonce and a tag")
    write("record-version-0", b"\x00" + text[1:], head, "a format version before the first")
    write("record-version-2", b"\x02" + text[1:], head, "a format version to come")
    write("record-algorithm-1", text[:1] + b"\x01" + text[2:], head, "the algorithm of objects")
    write("record-other-key-id", flipped(text, 2), head, "the id of another key")
    write("record-nonce", flipped(text, 18), payload, "one bit of the nonce")
    write("record-first-byte", flipped(text, 30), payload, "one bit of the text")
    write("record-tag", flipped(text, -1), payload, "one bit of the tag")
    write("record-byte-short", text[:-1], payload, "the last byte is missing")
    write("record-byte-long", text + b"\x00", payload, "a byte too many")
    write("record-other-key", seal(TEXT, key=OTHER_KEY), payload, "another key with the same id")
    context = fields("study", "owner2", "object", "original", 1, 1)
    write("record-other-place", seal(TEXT, context=context), payload, "sealed for another place")


def grants() -> None:
    def seal(plain: bytes, public: bytes = SLOT.public, context: bytes = CONTEXT) -> bytes:
        return seal_to(public, plain, info=context)

    secret = bytes(range(32))
    good = seal(secret)
    head, payload = "header failure", "payload failure"
    write("grant-key", good, "success", "32 bytes become 1,168, and a version byte", secret)
    write("grant-nothing", b"", head, "no bytes at all")
    write("grant-version-2", b"\x02" + good[1:], head, "a format version to come")
    write("grant-mlkem", flipped(good, 1), payload, "one bit of the ML-KEM ciphertext")
    write("grant-x25519", flipped(good, 1 + 1088), payload, "one bit of the X25519 share")
    write("grant-ciphertext", flipped(good, 1 + 1120), payload, "one bit of the sealed secret")
    write("grant-tag", flipped(good, -1), payload, "one bit of the tag")
    write("grant-byte-short", good[:-1], payload, "the last byte is missing")
    write("grant-other-slot", seal(secret, SlotKeys.generate().public), payload, "sealed to another slot")
    context = fields("study", "owner", "object", "original", 2, 1)
    write("grant-other-use", seal(secret, context=context), payload, "sealed for another use")


if __name__ == "__main__":
    objects()
    records()
    grants()
