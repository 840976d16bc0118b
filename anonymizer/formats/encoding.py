"""From bytes to text and back, in the few encodings that transcripts come in.

A mark at the beginning decides; else valid UTF-8; else UTF-16 by its zero bytes; else Windows-1252, and that only if
the outcome reads like text. Whatever is left is refused: a wrong guess would hide names from detection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from anonymizer.formats.limits import Limits, Place, limits_in_force

__all__ = ["Encoding", "decode", "encode"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MARK_OF = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BROKEN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# A sign between two letters that is no letter, apostrophe or dash is what æ, ø and å of another code page become.
_SIGN_IN_WORD = re.compile(
    "(?<=[a-zA-Z])[^\x00-\x7f\\w’‘´·–—\xad\xa0…](?=[a-zA-Z])|(?<=[a-z])[‘’†›Œ¾¿](?=[a-z])"
)
_LETTER = re.compile("[æøåÆØÅéèêóòôüöäÖÄÜáàíúñçšžđ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text stood in its file: a Python codec name and whether a byte-order mark stood first."""

    name: str = "utf-8"
    mark: bool = False


def decode(source: bytes, name: str = "", limits: Limits | None = None) -> tuple[str, Encoding]:
    """Return the text without its byte-order mark, line ends untouched, and how it was encoded.

    Raises ``UnreadableInput`` for an empty, binary, damaged or unknown encoding, ``LimitExceeded`` past the caps.
    """
    limits = limits or limits_in_force()
    place = Place(name, limits)
    if len(source) > limits.source:
        raise place.too_large("the file has too many bytes", limits.source)
    if not source:
        raise place.unreadable("the file is empty")
    text, encoding = _decode(source, place)
    if len(text) > limits.characters:
        raise place.too_large("the file has too many characters", limits.characters)
    if not text.strip("\ufeff \t\r\n\x0b\x0c\xa0"):
        raise place.unreadable("the file holds no text")
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise place.unreadable("a control character stands in the text, as in a binary file", line=line)
    return text, encoding


def encode(text: str, encoding: Encoding) -> bytes:
    """Return the bytes of ``text`` in its encoding, with its mark.

    A character that the encoding lacks (a surrogate name with ŋ in a Windows-1252 file) makes it UTF-8 with a mark,
    so that no program takes it for the old encoding.
    """
    try:
        return (_MARK_OF[encoding.name] if encoding.mark else b"") + text.encode(encoding.name)
    except UnicodeEncodeError:
        return _MARK_OF["utf-8"] + text.encode("utf-8")


def _decode(source: bytes, place: Place) -> tuple[str, Encoding]:
    for mark, name in _MARKS:
        if source.startswith(mark):
            if name.startswith("utf-32"):
                raise place.unreadable("the file is UTF-32", hint="save it as UTF-8")
            return _strictly(source[len(mark) :], name, place), Encoding(name, mark=True)
    if b"\x00" in source:
        guess = _utf16_without_mark(source)
        if guess is None:
            raise place.unreadable("zero bytes stand in the file, as in a binary file")
        return _strictly(source, guess, place), Encoding(guess)
    try:
        return source.decode("utf-8"), Encoding("utf-8")
    except UnicodeDecodeError as error:
        return _windows_1252(source, error, place), Encoding("cp1252")


def _strictly(source: bytes, name: str, place: Place) -> str:
    try:
        return source.decode(name)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise place.unreadable(f"a byte that is not {name.upper()}", line=line) from None


def _utf16_without_mark(source: bytes) -> str | None:
    """Return the byte order that the zero bytes show, if most characters of the text are Latin."""
    if len(source) % 2:
        return None
    even, odd = source[::2].count(0), source[1::2].count(0)
    units = len(source) // 2
    if odd * 10 >= units * 6 and not even:
        return "utf-16-le"
    if even * 10 >= units * 6 and not odd:
        return "utf-16-be"
    return None


def _windows_1252(source: bytes, error: UnicodeDecodeError, place: Place) -> str:
    line = source.count(b"\n", 0, error.start) + 1
    high = sum(byte >= 0x80 for byte in source)
    in_utf8 = sum(len(each) for each in _BROKEN_UTF8.findall(source))
    if 2 * in_utf8 > high:
        raise place.unreadable("the file is UTF-8 but damaged", line=line)
    try:
        text = source.decode("cp1252")
    except UnicodeDecodeError:
        raise place.unreadable(
            "neither UTF-8, UTF-16 nor Windows-1252", line=line, hint="save it as UTF-8"
        ) from None
    strange = len(_SIGN_IN_WORD.findall(text))
    if high * 3 > len(text) or (strange and strange >= len(_LETTER.findall(text))):
        raise place.unreadable("an unknown encoding", line=line, hint="save it as UTF-8")
    return text
