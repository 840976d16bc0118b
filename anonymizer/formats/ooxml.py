"""Opens an Office package safely: a zip of XML read in memory, within caps, without document types or entities.

Nothing is extracted to disk, member names are keys and never paths, and each member is counted while it is read, for
the sizes a zip declares may be lies.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from anonymizer.formats.limits import Place

__all__ = ["Package", "attribute", "local"]

_CHUNK = 1 << 16
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    KeyError,
)


def local(element: Element) -> str:
    """Return an element's name without its namespace (both dialects of the standard use the same names)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its name without namespace."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


class Package:
    """The members of an Office file.

    Raises ``UnreadableInput`` when the zip is broken, encrypted, ambiguous (a name twice) or no Office file, and
    ``LimitExceeded`` past the caps.
    """

    def __init__(
        self, source: bytes, place: Place, *, needs: str = "[Content_Types].xml", kind: str = "Word document"
    ) -> None:
        self._place = place
        self._read = 0
        self._trees: dict[str, Element] = {}
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source))
            infos = self._zip.infolist()
        except _BROKEN:
            raise self._broken() from None
        if len(infos) > place.limits.members:
            raise place.too_large("the file has too many members", place.limits.members)
        if len({info.filename for info in infos}) != len(infos):
            raise place.unreadable(
                "two members of the file have one name", hint="open it in Word and save it anew"
            )
        self._infos = {info.filename: info for info in infos if not info.is_dir()}
        for info in infos:
            if info.flag_bits & 0x1:
                raise place.unreadable("the file is encrypted", hint="save it without password")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self._broken()
        if needs not in self._infos:
            raise place.unreadable(f"the zip is no {kind}", hint="unpack it, or save it anew")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all members."""
        return tuple(self._infos)

    def xml(self, name: str) -> Element:
        """Return the root of an XML member, read once."""
        if name not in self._trees:
            self._trees[name] = self._parse(self._bytes(name))
        return self._trees[name]

    def main(self) -> str:
        """Return the name of the main document."""
        for relation, target, external in self.relations(""):
            if relation.endswith("/officeDocument") and not external and target in self._infos:
                if local(self.xml(target)) != "document":
                    raise self._place.unreadable(
                        "the file is no Word document", hint="save the transcript as .docx"
                    )
                return target
        raise self._place.unreadable("the file has no main document", hint="open it in Word and save it anew")

    def relations(self, name: str) -> Iterator[tuple[str, str, bool]]:
        """Yield (type, target, external) of a member's relations; internal targets are member names."""
        path = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        if path not in self._infos:
            return
        for element in self.xml(path).iter():
            if local(element) != "Relationship":
                continue
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            if not external:
                target = normpath(target[1:] if target.startswith("/") else join(dirname(name), target))
            yield element.get("Type", ""), target, external

    def _bytes(self, name: str) -> bytes:
        limits = self._place.limits
        out = bytearray()
        try:
            with self._zip.open(self._infos[name]) as member:
                while chunk := member.read(_CHUNK):
                    out += chunk
                    self._read += len(chunk)
                    if len(out) > limits.member:
                        raise self._place.too_large(
                            "a member of the file unpacks to too many bytes", limits.member
                        )
                    if self._read > limits.unpacked:
                        raise self._place.too_large("the file unpacks to too many bytes", limits.unpacked)
        except _BROKEN:
            raise self._broken() from None
        return bytes(out)

    def _parse(self, source: bytes) -> Element:
        try:
            root: Element = fromstring(source, forbid_dtd=True)
        except DefusedXmlException:
            raise self._place.unreadable(
                "the file declares a document type or entities",
                hint="no Word document needs them; do not trust it",
            ) from None
        except (ParseError, ValueError, LookupError, RecursionError):
            raise self._broken() from None
        level = [root]
        for _ in range(self._place.limits.depth):
            level = [child for element in level for child in element]
            if not level:
                return root
        raise self._place.too_large("the file's XML is nested too deeply", self._place.limits.depth)

    def _broken(self) -> Exception:
        return self._place.unreadable("the file is damaged", hint="open it in Word and save it anew")
