"""Every reader, given a valid file that was damaged, reads it or refuses it with an error of ours that says no text.

A few dozen examples each here; ``make fuzz`` takes thousands.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from anonymizer.audit import LogKey, parse_checkpoint, prove_entry, verify, verify_entry
from anonymizer.data import load_pack
from anonymizer.errors import AnonymizerError
from anonymizer.formats import read, read_manuscript, read_text
from anonymizer.participants import read_register
from anonymizer.study import Study, load_profile, read_profile_file
from anonymizer.vault import Places
from anonymizer.vault.keyfiles import keyring_file, keytable_file
from anonymizer.vault.keyring import KeyRing
from anonymizer.vault.keytable import KeyTable
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


def manuscript(kind: str, source: Callable[[Product], bytes]) -> None:
    READERS[f"manuscript.{kind}"] = (source, lambda raw, _: read_manuscript(raw, f"a.{kind}"))


def odt(_: Product) -> bytes:
    out = io.BytesIO()
    body = (
        '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text>'
        "<text:h>Innledning</text:h><text:p>Vi takker Ola Nygard for hjelpen.</text:p>"
        "</o:text></o:body></o:document-content>"
    )
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", "<m/>")
    return out.getvalue()


def xlsx(_: Product) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["deltaker", "alder"])
    book.active.append(["Ola", 43])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


manuscript("docx", docx)
manuscript("odt", odt)
manuscript("xlsx", xlsx)
manuscript("pdf", lambda _: (Path(__file__).parent / "corpus" / "manuscript.pdf" / "small.pdf").read_bytes())
manuscript("tex", lambda _: b"\\section{Takk}\nTakk til Ola~Nygard\\footnote{Ring 48 52 01 47}.\n")
manuscript("md", lambda _: "# Takk\n\n> «Hei», sa Ola.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode())
manuscript("html", lambda _: b"<h1>Takk</h1><p>Takk til <b>Ola</b>.</p><!-- x -->")
manuscript("csv", lambda _: b"deltaker;alder\nOla;43\n")


def keys_file(name: str) -> tuple[Callable[[Product], bytes], Reader]:
    """A file of KEYS on its own: the first thing that opening reads of it."""

    def read_it(raw: bytes, folder: Path) -> object:
        (folder / name).write_bytes(raw)
        places = Places(folder / "s", folder, folder / "t")
        file = keyring_file(places) if name == "keys.db" else keytable_file(places)
        tables = file.read()
        return (KeyRing if name == "keys.db" else KeyTable).from_tables(tables or {})

    return (lambda made: (made.home / "k" / name).read_bytes()), read_it


READERS["keys.db"] = keys_file("keys.db")
READERS["keytable.db"] = keys_file("keytable.db")
READERS["state.key"] = (
    lambda made: next((made.home / "state").rglob("key")).read_bytes(),
    lambda raw, _: LogKey.from_vkey(raw.decode("utf-8", "replace").removesuffix("\n")),
)
READERS["proof"] = (
    lambda made: _proof(made)[1].encode(),
    lambda raw, _: verify_entry(b"{}", raw.decode("utf-8", "replace"), KEY),
)
KEY = LogKey("x", bytes(32))


def _proof(made: Product) -> tuple[bytes, str]:
    with Study.open(made.home / "s", keys=made.home / "k") as study:
        log = study.space.vault.log
        return next(log.raw_entries()), prove_entry(log, 1)


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


CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_broke_a_reader_is_read_or_refused(path: Path, tmp_path: Path) -> None:
    said = ""
    try:
        READERS[path.parent.name][1](path.read_bytes(), tmp_path)
    except AnonymizerError as error:
        said = str(error)
    assert canaries_in(said) == []
    assert len(said.splitlines()) <= 1
    assert len(said) < 500


def test_every_reader_has_kept_files() -> None:
    folders = {path.parent.name for path in KEPT}
    assert folders <= READERS.keys()
    assert READERS.keys() - folders <= {"proof", "state.key"} | {
        name for name in READERS if "manuscript" in name
    }


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"proof"}))
def test_the_undamaged_file_is_read(name: str, product: Product, tmp_path: Path) -> None:
    source, reader = READERS[name]
    assert reader(source(product), tmp_path) is not None
