"""The tree against the Certificate Transparency vectors and against a naive reading of RFC 6962."""

from __future__ import annotations

from hashlib import sha256

import pytest
from anonymizer.audit import merkle
from hypothesis import given
from hypothesis import strategies as st

# The eight leaves, roots and proofs of the Certificate Transparency reference tests (Apache-2.0,
# github.com/transparency-dev/merkle, proof/verify_test.go).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # leaf counted from 1, size, path
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
HASHES = [merkle.hash_leaf(leaf) for leaf in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def some_leaves(count: int) -> list[bytes]:
    return [sha256(bytes([i % 256, i // 256])).digest() for i in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert merkle.root_of(HASHES[:size]).hex() == ROOTS[size - 1]
    edge = merkle.CompactRange()
    for leaf in HASHES[:size]:
        edge.append(leaf)
    assert edge.root().hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing():
    assert (
        merkle.CompactRange().root().hex()
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@pytest.mark.parametrize(("leaf", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(leaf, size, path):
    assert [node.hex() for node in merkle.inclusion_proof(HASHES, leaf - 1, size)] == path


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(old, new, path):
    assert [node.hex() for node in merkle.consistency_proof(HASHES, old, new)] == path


@given(st.lists(st.integers(0, 40), max_size=6))
def test_growing_in_any_steps_gives_the_naive_root(steps):
    leaves = some_leaves(sum(steps))
    edge = merkle.CompactRange()
    for step in steps:
        edge.extend(leaves[edge.size : edge.size + step])
        edge = merkle.CompactRange.from_bytes(edge.size, edge.to_bytes())
        assert edge.root() == naive_root(leaves[: edge.size])


@given(st.integers(0, 2**40), st.integers(-2, 2))
def test_a_stored_edge_of_the_wrong_length_is_refused(size, off):
    packed = bytes(32 * max(0, size.bit_count() + off))
    if len(packed) == 32 * size.bit_count():
        assert merkle.CompactRange.from_bytes(size, packed).to_bytes() == packed
    else:
        with pytest.raises(ValueError, match="size"):
            merkle.CompactRange.from_bytes(size, packed)


@given(st.data())
def test_inclusion_proofs_verify_and_nothing_else_does(data):
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = some_leaves(size)
    root = naive_root(leaves)
    proof = merkle.inclusion_proof(leaves, index, size)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [root, *proof], root)
    assert not merkle.verify_inclusion(sha256(b"another").digest(), index, size, proof, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, proof, sha256(b"another").digest())
    other = data.draw(st.integers(-1, size + 1).filter(lambda i: i != index))
    assert not merkle.verify_inclusion(leaves[index], other, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaves[index], index, size, proof[:-1], root)
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        flipped = list(proof)
        flipped[at] = (int.from_bytes(proof[at]) ^ 1 << bit).to_bytes(32)
        assert not merkle.verify_inclusion(leaves[index], index, size, flipped, root)


@given(st.data())
def test_consistency_proofs_verify_and_nothing_else_does(data):
    new = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, new))
    leaves = some_leaves(new)
    old_root, new_root = naive_root(leaves[:old]), naive_root(leaves)
    proof = merkle.consistency_proof(leaves, old, new)
    assert merkle.verify_consistency(old, new, old_root, new_root, proof)
    assert not merkle.verify_consistency(old, new, old_root, new_root, [*proof, new_root])
    assert not merkle.verify_consistency(old, new, sha256(b"another").digest(), new_root, proof)
    assert not merkle.verify_consistency(old, new, old_root, sha256(b"another").digest(), proof)
    assert not merkle.verify_consistency(new, old, new_root, old_root, proof) or old == new
    if proof:
        assert not merkle.verify_consistency(old, new, old_root, new_root, proof[:-1])
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        flipped = list(proof)
        flipped[at] = (int.from_bytes(proof[at]) ^ 1 << bit).to_bytes(32)
        assert not merkle.verify_consistency(old, new, old_root, new_root, flipped)


def test_every_proof_of_every_small_tree_verifies_and_fits_no_other_place():
    leaves = some_leaves(40)
    roots = [naive_root(leaves[:size]) for size in range(41)]
    for size in range(1, 41):
        for index in range(size):
            proof = merkle.inclusion_proof(leaves, index, size)
            assert merkle.verify_inclusion(leaves[index], index, size, proof, roots[size])
            assert (
                not merkle.verify_inclusion(leaves[index], index ^ 1, size, proof, roots[size]) or size == 1
            )
            # The sizes named in a proof are bound by its root, so that no other size takes it.
            assert not merkle.verify_inclusion(leaves[index], index, size, proof, roots[size - 1])
        for old in range(1, size + 1):
            proof = merkle.consistency_proof(leaves, old, size)
            assert merkle.verify_consistency(old, size, roots[old], roots[size], proof)
            assert not merkle.verify_consistency(old - 1, size, roots[old], roots[size], proof)
            assert not merkle.verify_consistency(old, size, roots[old - 1], roots[size], proof)


def test_every_tree_is_consistent_with_the_empty_one_and_with_itself():
    root = naive_root(some_leaves(5))
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert merkle.verify_consistency(5, 5, root, root, [])
    assert not merkle.verify_consistency(0, 5, root, root, [])
    assert not merkle.verify_consistency(3, 5, root, root, [])


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3), (3, 9), (9, 9)])
def test_a_proof_between_trees_that_are_not_there_is_refused(old, new):
    with pytest.raises(ValueError, match="smaller tree"):
        merkle.consistency_proof(HASHES, old, new)
    assert merkle.consistency_proof(HASHES, 0, 8) == merkle.consistency_proof(HASHES, 8, 8) == []


def test_what_is_no_hash_proves_nothing():
    leaves = some_leaves(6)
    root = naive_root(leaves)
    inclusion, consistency = merkle.inclusion_proof(leaves, 2, 6), merkle.consistency_proof(leaves, 3, 6)
    for short in (b"", root[:-1], root + b"\0"):
        assert not merkle.verify_consistency(5, 5, short, short, [])
        assert not merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, short, [])
        assert not merkle.verify_inclusion(short, 0, 1, [], short)
        assert not merkle.verify_inclusion(leaves[2], 2, 6, [short, *inclusion[1:]], root)
        assert not merkle.verify_consistency(3, 6, naive_root(leaves[:3]), root, [*consistency[:-1], short])
    assert not merkle.verify_consistency(6, 3, root, naive_root(leaves[:3]), consistency)
    assert not merkle.verify_consistency(-1, 6, merkle.EMPTY_ROOT, root, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 9)])
def test_a_proof_outside_the_tree_is_refused(index, size):
    with pytest.raises(ValueError, match="within"):
        merkle.inclusion_proof(HASHES, index, size)
