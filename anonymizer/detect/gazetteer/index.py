"""Large place-name dumps the user adds: Kartverket's SSR and GeoNames, in a compact index.

A dump becomes a ``marisa_trie.RecordTrie`` from folded name to (municipality, kind), written atomically to
``$XDG_DATA_HOME/anonymizer/gazetteer/`` beside a manifest with its SHA-256, source, date and counts. A corrupt trie
can crash the process or lose names silently (engineering.md), so the digest is compared before it is mapped.

Formats: SSR as GML (product ``StedsnavnForVanligBruk``: ``komplettskrivemåte`` or ``langnavn``), as GeoJSON and
as CSV with Kartverket's attribute names; GeoNames' 19 tab-separated columns (``NO.txt``); a plain list of names; each
also as the only such file in a ZIP. The CSV and GeoJSON attribute names are from public readers of older
dumps, not verified against a dump of today.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any

import marisa_trie
from defusedxml.ElementTree import ParseError, iterparse

from anonymizer.detect.gazetteer.folding import pieces
from anonymizer.errors import IntegrityError, LimitExceeded, UnreadableInput, UsageError

__all__ = [
    "KINDS",
    "Added",
    "IndexInfo",
    "NameIndex",
    "add_dump",
    "index_folder",
    "list_indexes",
    "open_indexes",
]

KINDS = ("other", "settlement", "district", "farm", "water", "terrain", "island", "area", "road", "site")
"""What a record's kind number stands for."""

_FORMAT = "<HB"
_MAX_BYTES = 4 << 30
_SSR_KINDS = {
    "by": 1, "tettsted": 1, "tettbebyggelse": 1, "bygdelagbygd": 1, "grend": 1, "boligfelt": 2, "bydel": 2, "bruk": 3,
    "navnegard": 3, "gard": 3, "seter": 3, "enebolig": 3, "elv": 4, "bekk": 4, "vann": 4, "innsjø": 4, "fjord": 4,
    "vik": 4, "foss": 4, "fjell": 5, "dal": 5, "ås": 5, "haug": 5, "øy": 6, "øyISjø": 6, "holme": 6, "kommune": 7,
    "fylke": 7, "landskapsområde": 7, "veg": 8, "adressenavn": 8, "gate": 8,
}  # fmt: skip
_GEONAMES_KINDS = {"P": 1, "A": 7, "H": 4, "L": 7, "T": 5, "S": 9, "R": 8}
_NAME_FIELDS = (
    "komplettskrivemåte",
    "skrivemåte",
    "langnavn",
    "stedsnavn",
    "enh_snavn",
    "for_snavn",
    "navn",
    "name",
)
_MUNICIPALITY_FIELDS = ("kommunenummer", "kommunenr", "enh_komm", "kommune")
_KIND_FIELDS = ("navneobjekttype", "navnetype", "enh_navntype", "type")

Record = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """One index of the manifest: where its facts come from, when it was added, how much it holds, its digest."""

    file: str
    source: str
    added: str
    names: int
    records: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Added:
    """What ``add_dump`` made: the index and the number of rows it could not use."""

    index: IndexInfo
    skipped: int


class NameIndex:
    """An opened index: folded names to (municipality number or "", kind)."""

    def __init__(self, info: IndexInfo, trie: marisa_trie.RecordTrie) -> None:
        self.info = info
        self._trie = trie

    def __len__(self) -> int:
        return len(self._trie)

    def get(self, folded: str) -> tuple[tuple[str, str], ...]:
        """Return what a folded name stands for; hyphens count as spaces; empty if unknown."""
        found = self._trie.get(folded)
        return (
            tuple((f"{number:04d}" if number else "", KINDS[kind]) for number, kind in found) if found else ()
        )

    def begins(self, folded: str) -> bool:
        """Return whether some longer name begins with ``folded`` and a space."""
        return next(iter(self._trie.iterkeys(folded + " ")), None) is not None


def index_folder() -> Path:
    """Return where indexes stand: ``$XDG_DATA_HOME/anonymizer/gazetteer``."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "anonymizer" / "gazetteer"


def list_indexes(folder: Path | None = None) -> tuple[IndexInfo, ...]:
    """Return the indexes the manifest names; none if nothing was added. Raises ``IntegrityError``."""
    path = (folder or index_folder()) / "manifest.json"
    if not path.is_file():
        return ()
    try:
        return tuple(IndexInfo(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["indexes"])
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError("the manifest of the place-name indexes is damaged", where=path.name) from error


def open_indexes(folder: Path | None = None) -> tuple[NameIndex, ...]:
    """Open every index after comparing its digest; raise ``IntegrityError`` for one that was altered or is gone."""
    folder = folder or index_folder()
    opened = []
    for info in list_indexes(folder):
        path = folder / Path(info.file).name
        if not path.is_file() or _digest(path) != info.sha256:
            raise IntegrityError(
                "a place-name index is not what was written", where=info.file, hint="add the dump again"
            )
        opened.append(NameIndex(info, marisa_trie.RecordTrie(_FORMAT).mmap(str(path))))
    return tuple(opened)


def add_dump(path: Path, kind: str | None = None, folder: Path | None = None) -> Added:
    """Read a dump into an index, replacing the one of the same source and file name.

    ``kind`` is ``ssr-gml``, ``ssr-geojson``, ``ssr-csv``, ``geonames`` or ``names``; by default it is told from the
    file's name and beginning. Raises ``UnreadableInput`` (naming the format), ``UsageError`` for an unknown kind.
    """
    skipped = 0
    records: set[Record] = set()
    with _opened(path) as (stream, name):
        kind = kind or _kind_of(stream, name)
        if kind not in _READERS:
            raise UsageError(
                "unknown kind of dump", where=path.name, hint="one of: " + ", ".join(sorted(_READERS))
            )
        try:
            for found, number, code in _READERS[kind](stream):
                key = " ".join(pieces((found,)))
                if not key or len(key) > 200 or "\x00" in key:
                    skipped += 1
                    continue
                records.add((key, number, code))
        except (UnicodeDecodeError, ParseError, csv.Error, ValueError, zipfile.BadZipFile) as error:
            raise UnreadableInput(f"the dump is no readable {kind}", where=path.name) from error
    if not records:
        raise UnreadableInput(
            f"no names were found in the dump read as {kind}", where=path.name, hint="name its kind"
        )
    trie = marisa_trie.RecordTrie(_FORMAT, ((key, (number, code)) for key, number, code in sorted(records)))
    folder = folder or index_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = f"{kind}-{hashlib.sha256(path.name.encode()).hexdigest()[:12]}.marisa"
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    os.close(handle)
    trie.save(temporary)
    digest = _digest(Path(temporary))
    _settle(Path(temporary), folder / file)
    names = len({key for key, _, _ in records})
    info = IndexInfo(file, kind, date.today().isoformat(), names, len(records), digest)  # noqa: DTZ011 - a local date
    kept = [entry for entry in list_indexes(folder) if entry.file != file]
    text = json.dumps({"version": 1, "indexes": [asdict(entry) for entry in (*kept, info)]}, indent=1)
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as manifest:
        manifest.write(text + "\n")
    _settle(Path(temporary), folder / "manifest.json")
    return Added(info, skipped)


def _settle(temporary: Path, final: Path) -> None:
    """Move a finished file to its place so that a crash leaves the old one or the new one."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(final)
    if os.name == "posix":
        directory = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _opened:  # noqa: N801 - a context manager used like a function
    """Open a dump, or the only usable file inside a ZIP, as a seekable binary stream with its name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._close: list[Any] = []

    def __enter__(self) -> tuple[IO[bytes], str]:
        try:
            if self._path.suffix.lower() != ".zip":
                stream: IO[bytes] = self._path.open("rb")
                self._close.append(stream)
                return stream, self._path.name
            archive = zipfile.ZipFile(self._path)
            self._close.append(archive)
        except (OSError, zipfile.BadZipFile) as error:
            raise UnreadableInput("the dump cannot be opened", where=self._path.name) from error
        usable = [
            item
            for item in archive.infolist()
            if item.filename.lower().endswith((".txt", ".gml", ".geojson", ".json", ".csv"))
            and "readme" not in item.filename.lower()
        ]
        if len(usable) != 1:
            raise UnreadableInput(f"the ZIP holds {len(usable)} usable files, not one", where=self._path.name)
        if usable[0].file_size > _MAX_BYTES:
            raise LimitExceeded("the dump inside the ZIP is too large", where=self._path.name)
        member = archive.open(usable[0])
        self._close.append(member)
        return member, Path(usable[0].filename).name

    def __exit__(self, *_: object) -> None:
        for thing in reversed(self._close):
            thing.close()


def _kind_of(stream: IO[bytes], name: str) -> str:
    head = stream.read(4096)
    stream.seek(0)
    suffix = Path(name).suffix.lower()
    if suffix == ".gml" or head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        return "ssr-gml"
    if suffix in (".geojson", ".json"):
        return "ssr-geojson"
    first = head.split(b"\n", 1)[0]
    if first.count(b"\t") == 18:
        return "geonames"
    return "ssr-csv" if suffix in (".csv", ".tsv") else "names"


def _number(text: str | None) -> int:
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else 0


def _read_gml(stream: IO[bytes]) -> Iterator[Record]:
    names: list[str] = []
    municipality, kind = 0, 0
    for _, element in iterparse(stream, events=("end",)):
        tag = element.tag.rpartition("}")[2]
        if tag in ("komplettskrivemåte", "langnavn") and element.text:
            names.append(element.text)
        elif tag == "kommunenummer":
            municipality = municipality or _number(element.text)
        elif tag == "navneobjekttype":
            kind = _SSR_KINDS.get((element.text or "").strip(), 0)
        elif tag in ("Sted", "featureMember", "member"):
            for name in names:
                yield name, municipality, kind
            names, municipality, kind = [], 0, 0
            element.clear()


def _read_geojson(stream: IO[bytes]) -> Iterator[Record]:
    if stream.seekable():
        stream.seek(0)
    data = json.load(TextIOWrapper(BytesIO(stream.read()), encoding="utf-8-sig"))
    for feature in data.get("features", ()) if isinstance(data, dict) else ():
        yield from _from_fields(
            {str(key): str(value) for key, value in (feature.get("properties") or {}).items()}
        )


def _read_csv(stream: IO[bytes]) -> Iterator[Record]:
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    first = text.readline().rstrip("\r\n")
    delimiter = max(";\t,|", key=first.count)
    columns = [column.strip().strip('"') for column in first.split(delimiter)]
    if {"code", "name"} <= {column.casefold() for column in columns}:
        # What is added here lies open in the user's folder: a register of participants must never land there.
        raise UnreadableInput(
            "looks like a register of participants, not a list of places", where="the first row"
        )
    for row in csv.reader(text, delimiter=delimiter):
        yield from _from_fields(dict(zip(columns, row, strict=False)))
    text.detach()


def _from_fields(fields: dict[str, str]) -> Iterator[Record]:
    lower = {key.rpartition(".")[2].lower(): value for key, value in fields.items()}
    name = next((lower[field] for field in _NAME_FIELDS if lower.get(field)), "")
    number = next((lower[field] for field in _MUNICIPALITY_FIELDS if lower.get(field)), "")
    kind = next((lower[field] for field in _KIND_FIELDS if lower.get(field)), "")
    if name:
        yield name, _number(number), _SSR_KINDS.get(kind, 0)


def _read_geonames(stream: IO[bytes]) -> Iterator[Record]:
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="\n")
    for line in text:
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != 19:
            raise ValueError
        kind = _GEONAMES_KINDS.get(cells[6], 0)
        number = _number(cells[11]) if cells[8] == "NO" else 0
        for name in dict.fromkeys((cells[1], *cells[3].split(","))):
            if name:
                yield name, number, kind
    text.detach()


def _read_names(stream: IO[bytes]) -> Iterator[Record]:
    text = TextIOWrapper(stream, encoding="utf-8-sig")
    for line in text:
        if line.strip() and not line.startswith("#"):
            yield line.strip(), 0, 0
    text.detach()


_READERS = {
    "ssr-gml": _read_gml,
    "ssr-geojson": _read_geojson,
    "ssr-csv": _read_csv,
    "geonames": _read_geonames,
    "names": _read_names,
}
