"""Every reader, given a valid file that was damaged, reads it or refuses it with an error of ours that says no text.

A few dozen examples each here; ``make fuzz`` takes thousands.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from anonymizer.audit import parse_checkpoint, verify
from anonymizer.data import load_pack
from anonymizer.errors import AnonymizerError
from anonymizer.formats import read, read_text
from anonymizer.participants import read_register
from anonymizer.study import load_profile, read_profile_file
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .conftest import ETT, REGISTER, VTT, Product
from .test_canaries import canaries_in

EXAMPLES = int(os.environ.get("ANONYMIZER_FUZZ", "25"))
ROOT = Path(__file__).resolve().parents[2]

Reader = Callable[[bytes, Path], object]


def as_file(name: str, reader: Callable[[Path], object]) -> Reader:
    def read_it(raw: bytes, folder: Path) -> object:
        path = folder / name
        path.write_bytes(raw)
        return reader(path)

    return read_it


def bundle(product: Product) -> bytes:
    return (product.home / "out-bundle").read_bytes()


def docx(product: Product) -> bytes:
    return (product.home / "in" / "fire.docx").read_bytes()


def checkpoint(product: Product) -> bytes:
    (path,) = (product.home / "state").rglob("checkpoint")
    return path.read_bytes()


READERS: dict[str, tuple[Callable[[Product], bytes], Reader]] = {
    "txt": (lambda _: ETT.encode(), lambda raw, _: read(raw, "a.txt")),
    "vtt": (lambda _: VTT.encode(), lambda raw, _: read(raw, "a.vtt")),
    "srt": (
        lambda _: b"1\n00:00:01,000 --> 00:00:02,500\nT: Hei\n\n2\n00:00:03,000 --> 00:00:04,000\nI: Ja\n",
        lambda raw, _: read(raw, "a.srt"),
    ),
    "json": (
        lambda _: b'{"segments": [{"start": 0, "end": 1.5, "speaker": "T", "text": " Hei", "words": []}]}',
        lambda raw, _: read(raw, "a.json"),
    ),
    "docx": (docx, lambda raw, _: read(raw, "a.docx")),
    "register": (lambda _: REGISTER.encode(), lambda raw, _: read_register(read_text(raw)[0], where="p.csv")),
    "bundle": (bundle, as_file("bundle", verify)),
    "study.db": (lambda made: (made.home / "s" / "study.db").read_bytes(), as_file("study.db", verify)),
    "checkpoint": (checkpoint, lambda raw, _: parse_checkpoint(raw.decode("utf-8", "replace"))),
    "pack": (
        lambda _: (ROOT / "rules" / "packs" / "sikt-base.yaml").read_bytes(),
        as_file("pack.yaml", lambda path: load_pack(str(path))),
    ),
    "study.yaml": (
        lambda made: (made.home / "s" / "study.yaml").read_bytes(),
        as_file("study.yaml", lambda path: load_profile(path.parent)),
    ),
    "profile": (
        lambda _: b"title: En studie\nyears: [2026, 2027]\n",
        as_file("profile.yaml", read_profile_file),
    ),
}

NASTY = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"9" * 400,
    b"-1",
    b"{{",
    b"]]>",
    b"&#x0;",
    b"\r",
    b"1e999",
    b"&a *a",
)


@st.composite
def damage(draw: st.DrawFn) -> list[tuple[str, float, float, bytes]]:
    """Draw a few steps; places are parts of the file's length, so that they fit any file."""
    part = st.floats(0, 1, allow_nan=False)
    kinds = st.sampled_from(["cut", "flip", "drop", "double", "insert", "move"])
    text = st.one_of(st.sampled_from(NASTY), st.binary(min_size=1, max_size=8))
    return draw(st.lists(st.tuples(kinds, part, part, text), min_size=1, max_size=4))


def damaged(raw: bytes, steps: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, one, other, text in steps:
        start, end = sorted((int(one * len(raw)), int(other * len(raw))))
        end = min(end, start + 4096)
        piece = raw[start:end]
        if kind == "cut":
            raw = raw[:end]
        elif kind == "flip":
            raw = raw[:start] + bytes(byte ^ text[0] for byte in raw[start : start + 2]) + raw[start + 2 :]
        elif kind == "drop":
            raw = raw[:start] + raw[end:]
        elif kind == "double":
            raw = raw[:end] + piece + raw[end:]
        elif kind == "insert":
            raw = raw[:start] + text + raw[start:]
        else:
            raw = piece + raw[:start] + raw[end:]
    return raw


@pytest.mark.parametrize("name", READERS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=damage())
@example(steps=[("cut", 0.0, 0.0, b"x")])
@example(steps=[("insert", 0.0, 0.0, b"\xef\xbb\xbf")])
def test_a_damaged_file_is_read_or_refused(
    name: str, product: Product, tmp_path: Path, steps: list[tuple[str, float, float, bytes]]
) -> None:
    source, reader = READERS[name]
    raw = damaged(source(product), steps)
    said = ""
    try:
        reader(raw, tmp_path)
    except AnonymizerError as error:
        said = str(error)
    assert canaries_in(said) == []
    assert len(said.splitlines()) <= 1
    assert len(said) < 500


@pytest.mark.parametrize("name", READERS)
def test_the_undamaged_file_is_read(name: str, product: Product, tmp_path: Path) -> None:
    source, reader = READERS[name]
    assert reader(source(product), tmp_path) is not None
