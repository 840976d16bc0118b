"""PDF manuscripts: the text of each page as lines, then properties, comments and links. PDFium reads the file.

PDFium is the reader of a browser that opens hostile files every day; it is fast enough that detection, not reading,
sets the pace.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from anonymizer.formats.limits import Place
from anonymizer.formats.manuscript.flow import flow
from anonymizer.formats.manuscript.model import Block, BlockKind, Manuscript

__all__ = ["read"]

_ANNOTATIONS = 20_000
_LOCKED = "the file is encrypted"
_CREATORS = re.compile(rb"<dc:(creator|contributor|title)>(.{0,4000}?)</dc:\1>", re.DOTALL)
_TAG = re.compile(rb"<[^>]{0,200}>")


def read(source: bytes, place: Place) -> Manuscript:
    """Return the manuscript of a .pdf.

    Raises ``UnreadableInput`` for a broken or encrypted file and for one without a text layer (pictures of pages),
    ``LimitExceeded`` past the caps.
    """
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).casefold():
            raise place.unreadable(_LOCKED, hint="save it without password") from None
        raise place.unreadable("the file is damaged", hint="make the PDF anew") from None
    try:
        return _read(document, source, place)
    except pypdfium2.PdfiumError:
        raise place.unreadable("a page of the file is damaged", hint="make the PDF anew") from None
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, source: bytes, place: Place) -> Manuscript:
    count = len(document)
    if count > place.limits.pages:
        raise place.too_large("the file has too many pages", place.limits.pages)
    pages: list[str] = []
    notes: list[Block] = []
    length = 0
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        text = text_page.get_text_range().replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
        text_page.close()
        length += len(text)
        if length > place.limits.characters:
            raise place.too_large("the file has too many characters", place.limits.characters)
        pages.append(text.replace("\x00", " "))
        if len(notes) < _ANNOTATIONS:
            notes += _annotations(document, page, number + 1, len(notes))
        page.close()
    whole = "\f".join(page if page.endswith("\n") else f"{page}\n" for page in pages)
    if sum(letter.isalpha() for letter in whole) < 20:
        raise place.unreadable(
            "the file holds no text", hint="it may be scanned pages: have its text recognised first"
        )
    blocks = [*flow(whole), *notes, *_properties(document, source)]
    return Manuscript("pdf", whole, tuple(blocks))


def _properties(document: pypdfium2.PdfDocument, source: bytes) -> Iterator[Block]:
    seen: set[str] = set()
    for key in ("Author", "Title", "Subject", "Keywords"):
        value = str(document.get_metadata_dict(skip_empty=True).get(key, "")).strip()
        if value:
            seen.add(value)
            yield Block(BlockKind.METADATA, value, f"core:{'creator' if key == 'Author' else key.casefold()}")
    # The XMP packet usually says the same again; where it names another, that name is in the file too.
    for number, match in enumerate(_CREATORS.finditer(source), 1):
        value = " ".join(_TAG.sub(b" ", match.group(2)).decode("utf-8", "replace").split())
        if value and value not in seen:
            seen.add(value)
            yield Block(BlockKind.METADATA, value, f"xmp:{match.group(1).decode()}:{number}")
    for number in range(document.count_attachments()):
        yield Block(
            BlockKind.METADATA, document.get_attachment(number).get_name(), f"embedded-file:{number + 1}"
        )


def _annotations(document: pypdfium2.PdfDocument, page: Any, number: int, before: int) -> Iterator[Block]:  # noqa: ANN401 - PDFium's page
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            where = f"page:{number}/comment:{index + 1}"
            if kind == pdfium.FPDF_ANNOT_LINK:
                target = _link(document, annotation)
                if target.startswith(("mailto:", "tel:")):
                    yield Block(BlockKind.METADATA, target, f"page:{number}/link:{index + 1}", page=number)
                continue
            if kind == pdfium.FPDF_ANNOT_POPUP:
                continue
            text = _string(annotation, b"Contents")
            if text:
                yield Block(BlockKind.COMMENT, text, where, page=number)
            author = _string(annotation, b"T")
            if author and kind != pdfium.FPDF_ANNOT_WIDGET:
                yield Block(
                    BlockKind.METADATA, author, f"page:{number}/comment-author:{index + 1}", page=number
                )
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _string(annotation: Any, key: bytes) -> str:  # noqa: ANN401 - PDFium's handle
    def fill(buffer: Any, size: int) -> int:  # noqa: ANN401
        return int(pdfium.FPDFAnnot_GetStringValue(annotation, key, buffer, size))

    return _filled(fill, "utf-16-le", ctypes.POINTER(pdfium.FPDF_WCHAR))


def _link(document: pypdfium2.PdfDocument, annotation: Any) -> str:  # noqa: ANN401 - PDFium's handle
    link = pdfium.FPDFAnnot_GetLink(annotation)
    action = pdfium.FPDFLink_GetAction(link) if link else None
    if not action:
        return ""

    def fill(buffer: Any, size: int) -> int:  # noqa: ANN401
        return int(pdfium.FPDFAction_GetURIPath(document, action, buffer, size))

    return _filled(fill, "utf-8", ctypes.c_void_p)


def _filled(fill: Callable[[Any, int], int], encoding: str, pointer: Any) -> str:  # noqa: ANN401
    size = fill(None, 0)
    if size <= 0 or size > 1_000_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    fill(ctypes.cast(buffer, pointer), size)
    return buffer.raw.decode(encoding, "replace").strip("\x00 \r\n")
