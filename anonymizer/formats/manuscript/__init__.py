"""Manuscripts in: texts meant for readers, as blocks with their kinds and places, whatever file they come in.

``read`` turns a file's bytes into a ``Manuscript``. Unlike the transcript readers these only read: nothing here is
ever written again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from anonymizer.formats.encoding import decode
from anonymizer.formats.limits import Limits, Place, limits_in_force
from anonymizer.formats.manuscript.model import Block, BlockKind, Cell, Manuscript, name_in_words

__all__ = ["MANUSCRIPT_SUFFIXES", "Block", "BlockKind", "Cell", "Manuscript", "read_manuscript"]

MANUSCRIPT_SUFFIXES = (".docx", ".odt", ".pdf", ".tex", ".md", ".html", ".htm", ".txt", ".csv", ".xlsx")
"""The kinds of files that a folder is searched for."""

_CONTROLS = bytes([*range(1, 9), *range(14, 32), 127])
_TO_SPACE = bytes.maketrans(_CONTROLS, b"".join(b"-" if byte == 2 else b" " for byte in _CONTROLS))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_manuscript(source: bytes, name: str = "", *, limits: Limits | None = None) -> Manuscript:
    """Return the manuscript in a file's bytes; ``name`` is the file as the user named it.

    Its last block is the file's own name. Raises ``UnreadableInput`` for what can't be read whole (damaged, encrypted,
    without text, of a foreign kind), ``LimitExceeded`` past a cap; no message holds text of the file.
    """
    limits = limits or limits_in_force()
    place = Place(name, limits)
    if len(source) > limits.source:
        raise place.too_large("the file has too many bytes", limits.source)
    if not source.strip():
        raise place.unreadable("the file is empty")
    try:
        manuscript = _read(source, place)
    except RecursionError:
        raise place.unreadable("the file is nested too deeply", hint="save it anew") from None
    stem = PurePosixPath(name.replace("\\", "/")).stem
    if stem and stem != "-":
        own = Block(BlockKind.FILE_NAME, name_in_words(stem), "file-name")
        manuscript = replace(manuscript, blocks=(*manuscript.blocks, own))
    return manuscript


def _read(source: bytes, place: Place) -> Manuscript:
    # Each reader is imported when it is needed: XML, PDF and workbook libraries would slow every start.
    kind = _kind(source, place)
    if kind == "pdf":
        from anonymizer.formats.manuscript import pdf  # noqa: PLC0415

        return pdf.read(source, place)
    if kind == "docx":
        from anonymizer.formats.manuscript import word  # noqa: PLC0415

        return word.read(source, place)
    if kind == "odt":
        from anonymizer.formats.manuscript import odt  # noqa: PLC0415

        return odt.read(source, place)
    if kind in {"xlsx", "csv"}:
        from anonymizer.formats.manuscript import sheet  # noqa: PLC0415

        return sheet.read_xlsx(source, place) if kind == "xlsx" else sheet.read_csv(source, place)
    if kind in {"md", "html"}:
        from anonymizer.formats.manuscript import markup  # noqa: PLC0415

        return markup.read_markdown(source, place) if kind == "md" else markup.read_html(source, place)
    if kind == "tex":
        from anonymizer.formats.manuscript import tex  # noqa: PLC0415

        return tex.read(source, place)
    from anonymizer.formats.manuscript.flow import flow  # noqa: PLC0415

    text, _ = decode(_without_controls(source), place.name, place.limits)
    return Manuscript("txt", text, tuple(flow(text)))


def _without_controls(source: bytes) -> bytes:
    """Return the bytes of a text taken from a PDF without its odd control characters: bullets and divided words."""
    odd = sum(source.count(byte) for byte in _CONTROLS)
    if b"\x00" in source or not odd or odd * 100 > len(source):
        return source
    return source.translate(_TO_SPACE)


def _kind(source: bytes, place: Place) -> str:
    suffix = PurePosixPath(place.name.replace("\\", "/")).suffix.casefold()
    if source.startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in source[:1024]):
        return "pdf"
    if source.startswith(_OLE):
        raise place.unreadable(
            "the file is an old or password-protected Office file", hint="save it as .docx without password"
        )
    if source.startswith(b"{\\rtf"):
        raise place.unreadable("the file is rich text (RTF)", hint="save it as .docx")
    if source.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(source, suffix)
    if suffix in {".docx", ".docm", ".odt", ".xlsx", ".pdf"}:
        raise place.unreadable(f"the file is no {suffix} file, or damaged", hint="save it anew")
    by_suffix = {
        ".md": "md",
        ".markdown": "md",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".tex": "tex",
        ".csv": "csv",
        ".tsv": "csv",
    }
    if suffix in {".doc", ".rtf", ".pages", ".epub", ".ppt", ".pptx", ".xls"}:
        raise place.unreadable(
            f"files of the kind {suffix} are not read", hint="save it as .docx, .pdf or .txt"
        )
    return by_suffix.get(suffix, "txt")


def _zipped(source: bytes, suffix: str) -> str:
    """Tell the kinds of zipped documents apart: by their first member, then by the name."""
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in source[:200] or suffix == ".odt":
        return "odt"
    return "xlsx" if suffix == ".xlsx" or (suffix != ".docx" and b"xl/workbook.xml" in source) else "docx"
