"""Transcript files in and out: .txt, WebVTT, SubRip, Whisper JSON and .docx; CSV out.

``read`` turns a file's bytes into a ``Transcript`` that holds everything needed to write the file again; ``write``
turns it back from its present texts, labels and parts. An unedited .txt, .vtt or .srt comes out as it went in;
what may differ stands in ``docs/formats-of-transcripts.md``. ``read_manuscript`` reads texts meant for readers, in
more formats, as blocks; they are never written again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from anonymizer.errors import UsageError
from anonymizer.formats.csv import csv_cell
from anonymizer.formats.encoding import Encoding, decode
from anonymizer.formats.limits import DEFAULT, Limits, Place, limits_in_force
from anonymizer.formats.manuscript import (
    MANUSCRIPT_SUFFIXES,
    Block,
    BlockKind,
    Cell,
    Manuscript,
    read_manuscript,
)
from anonymizer.formats.roles import role_of, with_roles
from anonymizer.formats.stored import from_json, to_json
from anonymizer.model import Transcript

__all__ = [
    "DEFAULT",
    "FORMATS",
    "MANUSCRIPT_SUFFIXES",
    "Block",
    "BlockKind",
    "Cell",
    "Format",
    "Limits",
    "Manuscript",
    "csv_cell",
    "from_json",
    "limits_in_force",
    "read",
    "read_manuscript",
    "read_text",
    "role_of",
    "sniff",
    "to_json",
    "write",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its name, its suffix with the dot, whether it has times, whether it is read or only written."""

    name: str
    suffix: str
    timed: bool
    readable: bool = True


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("txt", ".txt", timed=False),
        Format("docx", ".docx", timed=False),
        Format("vtt", ".vtt", timed=True),
        Format("srt", ".srt", timed=True),
        Format("json", ".json", timed=True),
        Format("csv", ".csv", timed=False, readable=False),
    )
}

_FOREIGN = (
    (b"%PDF-", "a PDF", "save the transcript as .docx or .txt"),
    (b"{\\rtf", "rich text (RTF)", "save it as .docx or .txt"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old or password-protected Word file",
        "save it as .docx without password",
    ),
    (b"\x1f\x8b", "compressed (gzip)", "unpack it first"),
    (b"7z\xbc\xaf", "compressed (7-Zip)", "unpack it first"),
    (b"RIFF", "a sound recording", "give the transcript, not the recording"),
    (b"ID3", "a sound recording", "give the transcript, not the recording"),
    (b"OggS", "a sound recording", "give the transcript, not the recording"),
    (b"SQLite format 3\x00", "a database", "give a transcript"),
    (b"\x89PNG", "a picture", "give a transcript"),
    (b"\xff\xd8\xff", "a picture", "give a transcript"),
)


def sniff(source: bytes, name: str = "") -> str:
    """Return the name of the format of a file, by what it holds first and by its name where that leaves it open.

    Raises ``UnreadableInput`` for a format that is none of ours.
    """
    place = Place(name, limits_in_force())
    for start, what, hint in _FOREIGN:
        if source.startswith(start):
            raise place.unreadable(f"the file is {what}", hint=hint)
    if source.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.casefold()
    if suffix in {".docx", ".docm", ".dotx"}:
        raise place.unreadable(
            "the file is not a Word document, or damaged", hint="open it in Word and save it anew"
        )
    if suffix in {".doc", ".odt", ".rtf", ".pdf", ".html", ".htm", ".mp3", ".wav", ".m4a", ".mp4"}:
        raise place.unreadable(
            f"files of the kind {suffix} are not read", hint="save the transcript as .docx or .txt"
        )
    for form in FORMATS.values():
        if form.readable and suffix == form.suffix:
            return form.name
    return _by_text(source, place)


def _by_text(source: bytes, place: Place) -> str:
    head = decode(source, place.name, place.limits)[0][:4096].lstrip()
    if head.startswith("WEBVTT"):
        return "vtt"
    if head.startswith(("{", "[")) and head[1:].lstrip()[:1] in {'"', "{", "["} and not head.startswith("{{"):
        return "json"
    lines = head.splitlines()
    if len(lines) > 1 and "-->" in lines[1] and lines[0].strip().isdigit():
        return "srt"
    return "txt"


def read(source: bytes, name: str = "", *, limits: Limits | None = None) -> Transcript:
    """Return the transcript in a file's bytes; ``name`` is the file as the user named it, for its kind and for errors.

    Raises ``UnreadableInput`` for anything that can't be read whole, ``LimitExceeded`` past a cap; nothing is ever
    half read, and no message holds text of the file.
    """
    limits = limits or limits_in_force()
    place = Place(name, limits)
    if len(source) > limits.source:
        raise place.too_large("the file has too many bytes", limits.source)
    if not source:
        raise place.unreadable("the file is empty")
    return with_roles(_read(source, sniff(source, name), place))


def _read(source: bytes, kind: str, place: Place) -> Transcript:
    # Each reader is imported when it is needed: XML and Word libraries would slow every start of the program.
    if kind == "vtt":
        from anonymizer.formats import vtt  # noqa: PLC0415

        return vtt.read(source, place)
    if kind == "srt":
        from anonymizer.formats import srt  # noqa: PLC0415

        return srt.read(source, place)
    if kind == "json":
        from anonymizer.formats import whisper  # noqa: PLC0415

        return whisper.read(source, place)
    if kind == "docx":
        from anonymizer.formats import docx  # noqa: PLC0415

        return docx.read(source, place)
    from anonymizer.formats import txt  # noqa: PLC0415

    return txt.read(source, place)


def write(transcript: Transcript, to: str | None = None) -> bytes:
    """Return the transcript as a file: as it came in (``None``), or as txt, docx, vtt, srt, json or csv.

    Everything comes from the present texts, labels and parts. Raises ``UsageError`` for an unknown format, or for
    vtt and srt from a source without times.
    """
    from anonymizer.formats import csv, docx, srt, txt, vtt, whisper  # noqa: PLC0415

    target = transcript.format if to is None else to
    if target not in FORMATS:
        raise UsageError("unknown format to write", where=target, hint=f"use one of {', '.join(FORMATS)}")
    native = {"txt": txt.write, "docx": docx.write, "vtt": vtt.write, "srt": srt.write, "json": whisper.write}
    if target == transcript.format:
        return native[target](transcript)
    if target in {"vtt", "srt"} and not _is_timed(transcript):
        raise UsageError(
            f"a transcript without times cannot be written as {target}",
            hint="choose txt, docx, json or csv",
        )
    rendered = {
        "txt": txt.render,
        "docx": docx.write,
        "vtt": vtt.render,
        "srt": srt.render,
        "json": whisper.render,
        "csv": csv.render,
    }
    return rendered[target](transcript)


def _is_timed(transcript: Transcript) -> bool:
    return any(turn.cues and not turn.layout.get("untimed") for turn in transcript.turns)


def read_text(source: bytes, name: str = "", *, limits: Limits | None = None) -> tuple[str, Encoding]:
    """Return the decoded text of any text file, byte-order mark stripped and line ends untouched, and its encoding.

    Raises ``UnreadableInput`` for an empty, binary, damaged or unknown encoding.
    """
    return decode(source, name, limits)
