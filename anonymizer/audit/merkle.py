"""The Merkle tree of RFC 6962, section 2.1 (same in RFC 9162): hashes, roots and proofs.

A leaf is SHA-256(0x00 ‖ entry), an inner node SHA-256(0x01 ‖ left ‖ right); the empty tree has SHA-256 of
nothing. All hashes are 32 bytes. Indexes count from 0 as in the RFC; entry ``seq`` of the log is leaf
``seq - 1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "CompactRange",
    "consistency_proof",
    "hash_leaf",
    "hash_node",
    "inclusion_proof",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def hash_leaf(entry: bytes) -> bytes:
    """Return the leaf hash of the raw bytes of an entry."""
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two children."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: one hash for each full subtree, so that appending is O(log n).

    ``nodes[level]`` is the root of the full subtree of 2^level leaves that ends the tree at that level, or
    ``None`` where bit ``level`` of ``size`` is 0.
    """

    def __init__(self) -> None:
        self.size = 0
        self._nodes: list[bytes | None] = []

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> CompactRange:
        """Rebuild a range from ``to_bytes``; raise ``ValueError`` if the length does not fit the size."""
        if size < 0 or len(packed) != size.bit_count() * HASH_SIZE:
            raise ValueError("the stored range does not fit the size of the tree")
        self = cls()
        self.size = size
        position = len(packed)
        for level in range(size.bit_length()):
            if size >> level & 1:
                self._nodes.append(packed[position - HASH_SIZE : position])
                position -= HASH_SIZE
            else:
                self._nodes.append(None)
        return self

    def to_bytes(self) -> bytes:
        """Return the hashes of the full subtrees, the largest (leftmost) first, 32 bytes each."""
        return b"".join(node for node in reversed(self._nodes) if node is not None)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add many leaf hashes at the right; level by level, which is the cheapest way in Python."""
        row = list(leaves)
        self.size += len(row)
        level = 0
        while row:
            if level == len(self._nodes):
                self._nodes.append(None)
            waiting = self._nodes[level]
            if waiting is not None:
                row.insert(0, waiting)
            self._nodes[level] = row.pop() if len(row) % 2 else None
            pairs = iter(row)
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level += 1

    def root(self) -> bytes:
        """Return the root of the tree at its present size."""
        result: bytes | None = None
        for node in self._nodes:
            if node is not None:
                result = node if result is None else hash_node(node, result)
        return EMPTY_ROOT if result is None else result


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    edge = CompactRange()
    edge.extend(leaves)
    return edge.root()


def inclusion_proof(leaves: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return PATH(index, D[0:size]) of RFC 6962, 2.1.1, from the leaf up; raise ``ValueError`` outside."""
    if not 0 <= index < size <= len(leaves):
        raise ValueError("the proof must be for a leaf within the tree")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    return path[::-1]


def consistency_proof(leaves: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """Return PROOF(old, D[0:new]) of RFC 6962, 2.1.2; empty where ``old`` is 0 or ``new``."""
    if not 0 <= old <= new <= len(leaves):
        raise ValueError("the proof must be from a smaller tree to a larger one")
    if old in (0, new):
        return []
    path: list[bytes] = []
    low, high = 0, new
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(root_of(leaves[middle:high]))
            high = middle
        else:
            path.append(root_of(leaves[low:middle]))
            low = middle
    if low:  # the old tree is no full subtree on the left edge, so its last part must be named
        path.append(root_of(leaves[low:high]))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows that ``leaf`` stands at ``index`` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = hash_node(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = hash_node(result, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and result == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the tree of size ``new`` only adds to the tree of size ``old`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or not _all_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    from_old = from_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            from_old = hash_node(sibling, from_old)
            from_new = hash_node(sibling, from_new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            from_new = hash_node(from_new, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and from_old == old_root and from_new == new_root


def _split(width: int) -> int:
    """Return the largest power of two smaller than ``width``."""
    return 1 << (width - 1).bit_length() - 1


def _all_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
