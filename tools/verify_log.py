#!/usr/bin/env python3
"""Verify an exported log of anonymizer with nothing but Python's standard library (3.9 or newer).

    python verify_log.py BUNDLE [--key FINGERPRINT] [--checkpoint FILE]...
    python verify_log.py --proof FILE --entry FILE --vkey KEY          one entry stands in the log
    python verify_log.py --proof FILE --old CHECKPOINT --vkey KEY      the log only grew since

Take this file from the release, compare its digest with the published one, and never take it from the person
whose log you check. It shares no code with the program that writes the log; docs/log.md describes the format.
Exit codes: 0 consistent or confirmed, 2 wrong usage or unreadable input, 3 broken.
"""

# ruff: noqa: T201 - a command that prints its verdict

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

MAX_LINE = 256 * 1024 + 64
MAX_NOTE = 64 * 1024
MAX_SIGNATURES = 100
MAX_DEPTH = 8
FORMAT = "anonymizer-log/1"
BEGINNINGS = (b'{"action":', b'{"checkpoint":', b'{"fingerprint":')

ID = r"(?:[0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TIME = (
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
# The nine fields of an entry. Details are checked for canonical form only: their vocabulary grows with versions.
ENTRY: dict[str, Any] = {
    "action": re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*"),
    "actor": re.compile(f"system|{ID}"),
    "details": dict,
    "object": re.compile(ID),
    "prev": re.compile(r"[0-9a-f]{64}"),
    "rule": re.compile(r"[A-Z]{2,6}-[0-9]{2,3}"),
    "seq": int,
    "time": re.compile(TIME),
    "v": int,
}
MAY_BE_EMPTY = {"object", "rule"}


class Unreadable(Exception):
    """There is nothing to judge, or an argument is wrong."""


class Broken(Exception):
    """The log is not what was written."""

    def __init__(self, fault: str, seq: int | None, why: str) -> None:
        super().__init__(why)
        self.fault, self.seq, self.why = fault, seq, why


class Key(NamedTuple):
    """The log's public key under its name."""

    name: str
    public: bytes

    def id(self) -> bytes:
        """Return the key id of C2SP signed-note."""
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    def fingerprint(self) -> str:
        """Return the fingerprint as the program prints it."""
        text = base64.b32encode(hashlib.sha256(self.public).digest()[:20]).decode().lower()
        return "-".join(text[i : i + 4] for i in range(0, 32, 4))


class Checkpoint(NamedTuple):
    """A signed tree head."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list[tuple[str, bytes, bytes]]


class Result(NamedTuple):
    """What was found."""

    outcome: str
    entries: int
    fault: str | None = None
    seq: int | None = None
    why: str = ""
    confirmed: int = 0
    confirmed_by: tuple[str, ...] = ()
    fingerprint: str | None = None
    clock_back: tuple[int, ...] = ()


# --- Ed25519 (RFC 8032, section 5.1); verification only, so that timing gives nothing away --------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(one: Point, other: Point) -> Point:
    """Add two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(one: Point) -> Point:
    """Add a point to itself."""
    a, b, c = one[0] * one[0] % P, one[1] * one[1] % P, 2 * one[2] * one[2] % P
    h = a + b
    e = h - (one[0] + one[1]) ** 2 % P
    g = a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def decode_point(raw: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, or None if they stand for none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode_point(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def verify_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the signature is the key's over the message: R = [S]B - [k]A, with S below the order."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, s = decode_point(public), int.from_bytes(signature[32:], "little")
    if a is None or s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    minus_a: Point = (P - a[0], a[1], 1, P - a[3])
    both = add(BASE, minus_a)
    total: Point = (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        total = double(total)
        pick = (s >> bit & 1) | (k >> bit & 1) << 1
        if pick:
            total = add(total, (BASE, minus_a, both)[pick - 1])
    return encode_point(total) == signature[:32]


def _base() -> Point:
    point = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if point is None:
        raise AssertionError
    return point


BASE = _base()


# --- The tree (RFC 6962, section 2.1) -------------------------------------------------------------------------


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def roots_at(leaves: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return the root of the tree over the first n leaves, for each n asked for."""
    roots: dict[int, bytes] = {}
    stack: list[tuple[int, bytes]] = []  # (height, hash) of full subtrees, the largest first
    for size in range(len(leaves) + 1):
        if size:
            height, node = 0, leaves[size - 1]
            while stack and stack[-1][0] == height:
                node = hashlib.sha256(b"\x01" + stack.pop()[1] + node).digest()
                height += 1
            stack.append((height, node))
        if size in sizes:
            root = stack[-1][1] if stack else hashlib.sha256(b"").digest()
            for _, left in reversed(stack[:-1]):
                root = hashlib.sha256(b"\x01" + left + root).digest()
            roots[size] = root
    return roots


def inclusion_shown(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Tell whether the path leads from a leaf to the root (RFC 9162, section 2.1.3.2)."""
    if index >= size:
        return False
    first, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and node == root


def growth_shown(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the first ``old`` entries begin the first ``new`` (RFC 9162, section 2.1.4.2)."""
    if not 1 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            before = hashlib.sha256(b"\x01" + node + before).digest()
            after = hashlib.sha256(b"\x01" + node + after).digest()
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = hashlib.sha256(b"\x01" + after + node).digest()
        first, last = first >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# --- Reading --------------------------------------------------------------------------------------------------


def from_base64(text: str) -> bytes | None:
    """Decode standard base64 in its one canonical spelling, else return None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


def canonical(value: object) -> bytes:
    """Return canonical JSON (RFC 8785 without fractions)."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def allowed(value: object, depth: int = 0) -> bool:
    """Tell whether a value is made of what the log's JSON may hold."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, dict):
        return all(key.isascii() and allowed(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return all(allowed(item, depth + 1) for item in value)
    if isinstance(value, int) and not isinstance(value, bool):
        return 0 <= value < 2**53
    return value is None or isinstance(value, (bool, str))


def refuse(_: str) -> NoReturn:
    """Refuse a fraction, an infinity or a NaN."""
    raise ValueError


def parse_json(raw: bytes) -> object:
    """Return the value of a line in canonical JSON; raise ValueError for any other line."""
    try:
        value: object = json.loads(raw.decode(), parse_float=refuse, parse_constant=refuse)
        if not allowed(value) or canonical(value) != raw:
            raise ValueError
    except RecursionError:
        raise ValueError from None
    return value


def parse_entry(raw: bytes) -> dict[str, Any]:
    """Return an entry; raise ValueError if the line is none."""
    if len(raw) > MAX_LINE - 64:
        raise ValueError
    entry = parse_json(raw)
    if not isinstance(entry, dict) or entry.keys() != ENTRY.keys():
        raise ValueError
    for name, form in ENTRY.items():
        value = entry[name]
        if value == "" and name in MAY_BE_EMPTY:
            continue
        if isinstance(form, type):
            if type(value) is not form:
                raise ValueError
        elif not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError
    if entry["v"] != 1 or entry["seq"] < 1:
        raise ValueError
    return entry


def parse_checkpoint(note: str) -> Checkpoint:
    """Read a C2SP checkpoint; raise ValueError if it is malformed."""
    if len(note) > MAX_NOTE or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise ValueError
    body, gap, tail = note.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or not tail.endswith("\n") or len(lines) < 3 or not all(lines):
        raise ValueError
    root = from_base64(lines[2])
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]) or root is None or len(root) != 32:
        raise ValueError
    signatures = []
    for line in tail[:-1].split("\n"):
        match = re.fullmatch(r"\u2014 ([^\s+]+) (\S+)", line)
        raw = from_base64(match[2]) if match else None
        if match is None or raw is None or len(raw) <= 4:
            raise ValueError
        signatures.append((match[1], raw[:4], raw[4:]))
    if len(signatures) > MAX_SIGNATURES:
        raise ValueError
    return Checkpoint(lines[0], int(lines[1]), root, (body + "\n").encode(), signatures)


def signed_by(checkpoint: Checkpoint, key: Key) -> bool:
    """Tell whether the key signed the checkpoint; its first signature decides."""
    for name, key_id, signature in checkpoint.signatures:
        if name == key.name == checkpoint.origin and key_id == key.id():
            return verify_signature(key.public, checkpoint.text, signature)
    return False


def parse_key(value: object) -> Key:
    """Read the last line of a bundle; raise ValueError if it is malformed."""
    if not isinstance(value, dict) or value.keys() != {"fingerprint", "format", "origin", "public_key"}:
        raise ValueError
    if not isinstance(value["public_key"], str) or not isinstance(value["origin"], str):
        raise ValueError
    public = from_base64(value["public_key"])
    if public is None or len(public) != 32 or not re.fullmatch(r"[^\s+]+", value["origin"]):
        raise ValueError
    key = Key(value["origin"], public)
    if value["format"] != FORMAT or value["fingerprint"] != key.fingerprint():
        raise ValueError
    return key


# --- Judging --------------------------------------------------------------------------------------------------


def split(raw: bytes) -> tuple[list[bytes], list[bytes], bool]:
    """Part a bundle into the lines of entries and those after them, up to a line that is cut off or too long."""
    lines = raw.split(b"\n")
    last = len(lines) - 1
    end = next((at for at, line in enumerate(lines) if len(line) >= MAX_LINE or at == last), last)
    cut = bool(lines[end])
    del lines[end:]
    border = next((at for at, line in enumerate(lines) if line.startswith(BEGINNINGS[1:])), len(lines))
    return lines[:border], lines[border:], cut


def scan(lines: list[bytes], leaves: list[bytes], clock_back: list[int]) -> None:
    """Check form, number and link of each entry."""
    prev, before = "0" * 64, ""
    for at, raw in enumerate(lines, 1):
        try:
            entry = parse_entry(raw)
        except ValueError:
            raise Broken("altered", at, "it is no entry in canonical form") from None
        seq = entry["seq"]
        if seq != at:
            if seq < at or any(number_of(later) == at for later in lines[at:]):
                raise Broken("reordered", at, f"entry {seq} stands in its place")
            raise Broken("missing", at, f"entry {seq} stands in its place")
        if entry["prev"] != prev:
            raise bad_link(lines, at)
        if entry["time"] < before:
            clock_back.append(at)
        before = entry["time"]
        leaf = leaf_hash(raw)
        leaves.append(leaf)
        prev = leaf.hex()


def number_of(raw: bytes) -> int | None:
    """Return the number of an entry, or None if the line is none."""
    try:
        return int(parse_entry(raw)["seq"])
    except ValueError:
        return None


def bad_link(lines: list[bytes], at: int) -> Broken:
    """Say which of two entries was altered: the one after tells."""
    if at == 1:
        return Broken("altered", 1, "the first entry names an entry before it")
    if at < len(lines):
        try:
            intact = parse_entry(lines[at])["prev"] == leaf_hash(lines[at - 1]).hex()
        except ValueError:
            intact = False
        if not intact:
            return Broken("altered", at, "neither it nor the entry after it fits the one before")
    return Broken("altered", at - 1, "the entry after it was written after another text than this")


def read_tail(lines: list[bytes], cut: bool) -> tuple[Key, list[str]]:
    """Read the checkpoints and the key."""
    notes: list[str] = []
    key: Key | None = None
    for raw in lines:
        if key is not None:
            raise Broken("altered", None, "something stands after the line of the key")
        try:
            value = parse_json(raw)
            if raw.startswith(b'{"checkpoint":'):
                if not isinstance(value, dict) or value.keys() != {"checkpoint"}:
                    raise ValueError
                if not isinstance(value["checkpoint"], str):
                    raise ValueError
                notes.append(value["checkpoint"])
            else:
                key = parse_key(value)
        except ValueError:
            raise Broken("altered", None, "a line is neither a checkpoint nor the key") from None
    if cut or key is None:
        raise Broken("truncated", None, "the bundle ends in the middle")
    return key, notes


def check_signed(
    leaves: list[bytes], key: Key, notes: list[str], heads: list[tuple[str, Checkpoint]]
) -> dict[int, bytes]:
    """Hold every checkpoint of the log against its entries."""
    total = len(leaves)
    if not total and not notes:
        raise Broken("rolled-back" if heads else "missing", 1, "the log holds no entries")
    own = []
    for note in notes:
        try:
            checkpoint = parse_checkpoint(note)
        except ValueError:
            raise Broken("altered", None, "a checkpoint is malformed") from None
        if not signed_by(checkpoint, key):
            raise Broken("unsigned", checkpoint.size, "the checkpoint here is not signed by the log's key")
        own.append(checkpoint)
    if any(own[at].size <= own[at - 1].size for at in range(1, len(own))):
        raise Broken("reordered", None, "the checkpoints do not grow from one to the next")
    roots = roots_at(leaves, {head.size for head in own} | {head.size for _, head in heads})
    covered = 0
    for checkpoint in own:
        if checkpoint.size > total:
            why = f"a checkpoint covers {checkpoint.size} entries, {total} are there"
            raise Broken("truncated", total + 1, why)
        if roots[checkpoint.size] != checkpoint.root:
            why = f"something in entries {covered + 1} to {checkpoint.size} is not what was signed"
            raise Broken("altered", covered + 1, why)
        covered = checkpoint.size
    if covered < total:
        raise Broken("unsigned", covered + 1, "no checkpoint covers it")
    return roots


def compare(
    total: int,
    key: Key,
    roots: dict[int, bytes],
    heads: list[tuple[str, Checkpoint]],
    fingerprint: str | None,
) -> tuple[int, tuple[str, ...]]:
    """Hold the log against what is known outside of it."""
    confirmed, by = 0, []
    if fingerprint is not None:
        if fingerprint != key.fingerprint().replace("-", ""):
            raise Broken("unsigned", 1, "it is signed by another key than the one given")
        confirmed, by = total, ["the key's fingerprint"]
    for name, head in heads:
        if head.origin != key.name:
            raise Unreadable(f"{name} belongs to another log; give one of this study")
        if not signed_by(head, key):
            raise Broken("unsigned", 1, f"{name} is signed by another key than this log, or is damaged")
        if head.size > total:
            raise Broken("rolled-back", total + 1, f"{name} knows {head.size} entries, {total} are there")
        if roots[head.size] != head.root:
            why = f"{name} knows another history of the first {head.size} entries"
            raise Broken("forked", head.size, why)
        confirmed = max(confirmed, head.size)
        by.append(name)
    return confirmed, tuple(by)


def verify(bundle: Path, checkpoints: list[Path] | None = None, fingerprint: str | None = None) -> Result:
    """Verify a bundle; raise Unreadable where there is nothing to judge."""
    if fingerprint is not None:
        fingerprint = re.sub(r"[\s-]", "", fingerprint).lower()
        if not re.fullmatch(r"[a-z2-7]{32}", fingerprint):
            raise Unreadable("a key fingerprint has eight groups of four letters or digits 2 to 7")
    heads = [(f"checkpoint {path.name}", read_checkpoint(path)) for path in checkpoints or []]
    try:
        raw = bundle.read_bytes()
    except OSError as error:
        raise Unreadable(f"{bundle.name}: can't be read ({error.strerror})") from None
    if not raw:
        raise Unreadable(f"{bundle.name}: the bundle is empty")
    if not any(line.startswith(BEGINNINGS) for line in raw.split(b"\n")):
        raise Unreadable(f"{bundle.name}: this is no exported log")
    leaves: list[bytes] = []
    clock_back: list[int] = []
    key: Key | None = None
    try:
        entries, tail, cut = split(raw)
        scan(entries, leaves, clock_back)
        key, notes = read_tail(tail, cut)
        roots = check_signed(leaves, key, notes, heads)
        confirmed, by = compare(len(leaves), key, roots, heads, fingerprint)
    except Broken as broken:
        shown = key.fingerprint() if key else None
        return Result(
            "broken", len(leaves), broken.fault, broken.seq, broken.why, 0, (), shown, tuple(clock_back)
        )
    outcome = "confirmed" if by else "consistent"
    return Result(outcome, len(leaves), None, None, "", confirmed, by, key.fingerprint(), tuple(clock_back))


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint file."""
    try:
        return parse_checkpoint(path.read_bytes().decode())
    except OSError as error:
        raise Unreadable(f"{path.name}: can't be read ({error.strerror})") from None
    except ValueError:
        raise Unreadable(f"{path.name}: this is no well-formed checkpoint") from None


def parse_vkey(text: str) -> Key:
    """Read a C2SP verifier key; raise Unreadable if it is none."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = from_base64(encoded)
    if raw is None or len(raw) != 33 or raw[:1] != b"\x01" or Key(name, raw[1:]).id().hex() != key_id:
        raise Unreadable("the verifier key is malformed")
    return Key(name, raw[1:])


def parse_proof(text: str, first: str) -> tuple[int, list[bytes], str]:
    """Return the number in a proof's first line, its path and its checkpoint; raise Unreadable if it is none."""
    head, gap, note = text.partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    if lines[0] == "c2sp.org/tlog-proof@v1":
        del lines[0]
    match = re.fullmatch(first + r" (0|[1-9][0-9]{0,15})", lines[0] if lines else "")
    path = [from_base64(line) for line in lines[1:]]
    nodes = [node for node in path if node is not None and len(node) == 32]
    if not gap or match is None or len(nodes) != len(path) or len(text) > MAX_NOTE:
        raise Unreadable("this is no well-formed proof")
    return int(match[1]), nodes, note


def signed_note(text: str, key: Key) -> Checkpoint:
    """Return a checkpoint that the key signed; raise Unreadable or Broken."""
    try:
        checkpoint = parse_checkpoint(text)
    except ValueError:
        raise Unreadable("this is no well-formed checkpoint") from None
    if not signed_by(checkpoint, key):
        raise Broken("unsigned", None, "a checkpoint is not signed by the log's key")
    return checkpoint


def verify_entry(entry: bytes, proof: str, key: Key) -> int:
    """Return the number of the entry that the proof shows to stand in the log; raise Unreadable or Broken."""
    index, path, note = parse_proof(proof, "index")
    head = signed_note(note, key)
    if not inclusion_shown(leaf_hash(entry.removesuffix(b"\n")), index, head.size, path, head.root):
        raise Broken("altered", index + 1, "the proof does not show that this entry stands in the log")
    return index + 1


def verify_growth(old: str, proof: str, key: Key) -> int:
    """Return the size of the newer checkpoint that continues the older one; raise Unreadable or Broken."""
    size, path, note = parse_proof(proof, "old")
    before, after = signed_note(old, key), signed_note(note, key)
    if size != before.size or not growth_shown(before.size, after.size, path, before.root, after.root):
        raise Broken("forked", before.size, "the newer checkpoint does not continue the older one")
    return after.size


def check_proof(options: argparse.Namespace) -> int:
    """Check a proof from the command line."""
    if options.vkey is None or (options.entry is None) == (options.old is None):
        raise Unreadable("--proof needs --vkey, and either --entry or --old")
    try:
        proof = options.proof.read_bytes().decode()
        given = (options.entry or options.old).read_bytes()
        old = given.decode() if options.old else ""
    except (OSError, UnicodeDecodeError):
        raise Unreadable("a file can't be read") from None
    key = parse_vkey(options.vkey)
    try:
        if options.entry:
            print(f"entry {verify_entry(given, proof, key)} stands in the log of {key.fingerprint()}")
        else:
            print(f"the log of {key.fingerprint()} only grew, to {verify_growth(old, proof, key)} entries")
    except Broken as broken:
        print(f"broken: {broken.fault}: {broken.why}")
        return 3
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Verify an exported log of anonymizer.")
    parser.add_argument("bundle", type=Path, nargs="?", help="the file that `anonymizer audit export` wrote")
    parser.add_argument("--key", metavar="FINGERPRINT", help="the fingerprint of the log's key")
    parser.add_argument("--checkpoint", type=Path, action="append", help="a checkpoint kept elsewhere")
    parser.add_argument("--proof", type=Path, help="a proof that `anonymizer audit prove` printed")
    parser.add_argument("--entry", type=Path, help="the entry it is for, one line")
    parser.add_argument("--old", type=Path, help="the older checkpoint it is for")
    parser.add_argument("--vkey", help="the log's verifier key, as `anonymizer audit key` prints it")
    options = parser.parse_args(arguments)
    try:
        if options.proof is not None:
            return check_proof(options)
        if options.bundle is None:
            raise Unreadable("name the bundle, or a proof")
        result = verify(options.bundle, options.checkpoint, options.key)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    if result.fingerprint:
        print(f"key: {result.fingerprint}")
    if result.clock_back:
        print(f"the clock went back before {len(result.clock_back)} entries; ask why")
    if result.outcome == "broken":
        at = f" at entry {result.seq}" if result.seq is not None else ""
        print(f"broken: {result.fault}{at}: {result.why}")
        return 3
    if result.outcome == "confirmed":
        by = ", ".join(result.confirmed_by)
        print(f"confirmed up to entry {result.confirmed} of {result.entries}, by {by}")
    else:
        print(f"consistent in itself, {result.entries} entries; nothing outside the log confirms it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
