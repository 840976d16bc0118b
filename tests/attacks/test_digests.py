"""A dictionary attack on everything that looks like a digest: no plain hash of a name, number or file stands anywhere.

The whole space of fødselsnummer is hashed in seconds, a list of all names in one (reference: ENISA 2019), so that an
unkeyed digest of an identifier *is* the identifier. The thief has every file but no passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import ALIAS, FNR, MAIL, NAME, NOTE, OTHER, PHONE, PLACE, STRANGER, Product

ALGORITHMS = (
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha3_256",
    "sha3_512",
    "blake2b",
    "blake2s",
)


def dictionary(product: Product) -> set[bytes]:
    """What an attacker would try: names in every dress, numbers, codes, file names, whole files and their turns."""
    words = {
        NAME,
        OTHER,
        ALIAS,
        STRANGER,
        PLACE,
        PHONE,
        MAIL,
        FNR,
        NOTE,
        f"{NOTE} AS",
        "K7QX",
        "M2WD",
        "Gran",
        "Voss",
    }
    words |= {part for word in words for part in word.split()}
    words |= {PHONE.replace(" ", ""), f"+47{PHONE.replace(' ', '')}", "43", "58", "1983", "2026-01-13"}
    forms = {form for word in words for form in (word, word.lower(), word.upper(), f"{word}\n", f"{word}s")}
    forms |= {unicodedata.normalize("NFD", form) for form in forms}
    content = {form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le", "latin-1")}
    for path in product.files("in"):
        raw = path.read_bytes()
        content |= {
            raw,
            raw.strip(),
            path.name.encode(),
            str(path).encode(),
            str(path.relative_to(product.home)).encode(),
        }
        if path.suffix in {".txt", ".csv", ".vtt"}:
            content |= {line.strip() for line in raw.splitlines()}
            content |= {line.partition(b": ")[2] for line in raw.splitlines()}
    return {item for item in content if item}


def haystack(product: Product) -> bytes:
    """Return everything that a thief holds or that leaves, file names too, the tables' values apart."""
    parts: list[bytes] = []
    for path in product.files("s", "k", "state", "out"):
        parts += [path.name.encode(), path.read_bytes()]
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as conn:
                for (table,) in conn.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                ).fetchall():
                    for row in conn.execute(f"SELECT * FROM {table}"):  # noqa: S608 - names of our own tables
                        parts += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    parts.append((product.home / "out-bundle").read_bytes())
    parts += [step["out"].encode() + step["err"].encode() for step in product.said]
    return b"\n".join(parts)


def traces(digest: bytes) -> Iterator[bytes]:
    """Yield the beginnings by which a digest shows itself: raw, hexadecimal, base64, base32; cut ones included."""
    yield digest[:8]
    yield digest.hex()[:16].encode()
    yield digest.hex()[:16].upper().encode()
    yield base64.b64encode(digest)[:11]
    yield base64.urlsafe_b64encode(digest)[:11]
    yield base64.b32encode(digest)[:13]
    yield base64.b32encode(digest)[:13].lower()


def found(words: set[bytes], hay: bytes, salts: tuple[bytes, ...] = ()) -> list[bytes]:
    """Return the words of which a digest stands in ``hay``, plain or under a salt that stands there too."""
    # Looking up every window of eight bytes once is quicker than searching for each of a hundred thousand traces.
    windows = {hay[at : at + 8] for at in range(len(hay) - 7)}
    hits = []
    for word in words:
        digests = [hashlib.new(name, word).digest() for name in ALGORITHMS]
        for salt in salts:
            digests.append(hashlib.sha256(salt + word).digest())
            digests.append(hmac.digest(salt, word, "sha256"))
        if any(trace[:8] in windows and trace in hay for digest in digests for trace in traces(digest)):
            hits.append(word)
    return hits


@pytest.fixture(scope="module")
def hay(product: Product) -> bytes:
    return haystack(product)


def test_no_plain_digest_of_anything_personal_stands_anywhere(product: Product, hay: bytes) -> None:
    words = dictionary(product)
    assert len(words) > 200
    assert found(words, hay) == []


def test_nor_one_salted_with_something_that_stands_there(product: Product, hay: bytes) -> None:
    """A salt that lies beside the digest only forbids tables made in advance."""
    ids = sorted(set(re.findall(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", hay)))
    assert ids
    salts = tuple(ids) + tuple(bytes.fromhex(one.decode()) for one in ids)
    names = {word.encode() for word in (NAME, OTHER, FNR, PHONE, MAIL, "Zorgwulf", "K7QX", "ett.txt")}
    names |= {path.read_bytes() for path in product.files("in")}
    assert found(names, hay, salts) == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_attack_finds_what_is_there(algorithm: str, hay: bytes) -> None:
    """The search bites: planted digests are found, whole or cut, however they are spelled."""
    digest = hashlib.new(algorithm, NAME.encode()).digest()
    for planted in (
        digest,
        digest[:10],
        digest.hex().encode(),
        base64.b64encode(digest),
        digest.hex()[:20].encode(),
    ):
        assert found({NAME.encode()}, b"noe annet " + planted + b" mer") == [NAME.encode()]
    salted = hmac.digest(b"study", FNR.encode(), "sha256").hex().encode()
    assert found({FNR.encode()}, salted) == []
    assert found({FNR.encode()}, salted, (b"study",)) == [FNR.encode()]


def test_the_log_holds_no_name_no_code_and_no_path(product: Product) -> None:
    """Each value of an entry is an id, a number, a word of a list or a digest that the dictionary does not know."""
    raw = (product.home / "out-bundle").read_text(encoding="utf-8")
    for word in ("K7QX", "M2WD", "ett.txt", "fire.docx", "in/", "out/", str(product.home), "responsible@"):
        assert word not in raw
    assert found(dictionary(product), raw.encode()) == []


def test_the_numbers_of_files_tell_no_order_and_link_no_exports(product: Product) -> None:
    """File numbers are drawn anew for each export; the sequence of interviews can't be read from them."""
    with closing(sqlite3.connect(product.home / "s" / "study.db")) as conn:
        bodies = [body for (body,) in conn.execute("SELECT body FROM record WHERE kind = 'export'")]
    numbers = [int(number) for body in bodies for number in re.findall(r'"number":(\d+)', body)]
    assert len(numbers) > 8
    assert len(set(numbers)) == len(numbers)


def test_surrogates_cannot_be_computed_from_names(product: Product) -> None:
    """Two studies of the same people give other ids; nothing of a person decides what is drawn for them."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in product.files("out") if path.suffix == ".json"
    )
    assert found({NAME.encode(), OTHER.encode()}, text.encode()) == []


def test_copies_of_the_keys_alone_say_nothing_about_people(product: Product) -> None:
    """The key table is sealed row by row. Beside it stand random ids and kinds; only sizes tell anything."""
    path = Path(product.home / "k" / "keytable.db")
    with closing(sqlite3.connect(path)) as conn:
        tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [v for table in tables for row in conn.execute(f"SELECT * FROM {table}") for v in row]  # noqa: S608
    plain = [value for value in values if isinstance(value, str)]
    assert values
    for value in plain:
        assert re.fullmatch(r"[0-9a-f]{20}|[0-9a-f]{32}|[a-z.]+", value), (
            "something readable in the key table"
        )
