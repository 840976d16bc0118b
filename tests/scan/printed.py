"""The invented thesis as files: text as it comes out of a PDF, Word, OpenDocument, PDF, Markdown, HTML, LaTeX."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import io
import zipfile
from html import escape

from docx import Document

from tests.scan.thesis import Thesis

WIDTH = 88
LINES = 40


def _divided(words: list[str], width: int) -> list[str]:
    """Break words into lines as a typesetter does, dividing long words with a hyphen."""
    lines, line = [], ""
    for word in words:
        candidate = f"{line} {word}".strip()
        if len(candidate) <= width:
            line = candidate
            continue
        room = width - len(line) - 2
        half = len(word) // 2
        if line and word.isalpha() and word.islower() and len(word) >= 8 and half <= room:
            lines.append(f"{line} {word[:half]}-")
            line = word[half:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def as_pdf_text(
    thesis: Thesis, *, feeds: bool = True, blank: bool = True, head: str = "Veien tilbake"
) -> str:
    """Return the thesis as text taken from its PDF: broken lines, page numbers, running heads, flattened tables."""
    lines: list[str] = []
    for kind, text in thesis.blocks:
        if kind == "table":
            lines += ["  ".join(row) for row in thesis.tables[int(text)]]
        else:
            lines += _divided(text.split(), WIDTH - 8 if kind == "quote" else WIDTH)
        if blank and kind != "entry":
            lines.append("")
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)]
    out = []
    for number, page in enumerate(pages, 1):
        body = "\n".join([head, "", *page, "", str(number)] if number > 1 else page)
        out.append(body + ("\n\f" if feeds else "\n\n"))
    return "".join(out)


def as_docx(thesis: Thesis, *, author: str = "Solveig Brekkhus") -> bytes:
    document = Document()
    document.core_properties.author = author
    document.core_properties.comments = ""
    for kind, text in thesis.blocks:
        if kind == "table":
            rows = thesis.tables[int(text)]
            table = document.add_table(rows=len(rows), cols=len(rows[0]))
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, value in zip(row.cells, cells, strict=True):
                    cell.text = value
        elif kind == "heading":
            document.add_heading(text, 2 if "." in text.split()[0] else 1)
        else:
            document.add_paragraph(text, style={"quote": "Quote", "caption": "Caption"}.get(kind))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_markdown(thesis: Thesis) -> str:
    out = []
    for kind, text in thesis.blocks:
        if kind == "table":
            rows = thesis.tables[int(text)]
            out.append(
                "\n".join(
                    ["| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]]
                )
            )
        else:
            out.append({"heading": "# ", "quote": "> "}.get(kind, "") + text.replace("[sett", "\\[sett"))
    return "\n\n".join(out) + "\n"


def as_html(thesis: Thesis) -> str:
    tags = {"heading": "h2", "quote": "blockquote"}
    out = []
    for kind, text in thesis.blocks:
        if kind == "table":
            rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in thesis.tables[int(text)]]
            out.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag = tags.get(kind, "p")
            out.append(f"<{tag}>{escape(text)}</{tag}>")
    return (
        "<!doctype html><html><head><title>Veien tilbake</title></head><body>"
        + "\n".join(out)
        + "</body></html>"
    )


def as_tex(thesis: Thesis) -> str:
    def plain(text: str) -> str:
        return (
            text.replace("\\", "")
            .replace("&", "\\&")
            .replace("%", "\\%")
            .replace("_", "\\_")
            .replace("#", "\\#")
        )

    out = ["\\documentclass{report}", "\\begin{document}"]
    for kind, text in thesis.blocks:
        if kind == "table":
            rows = [" & ".join(row) + " \\\\" for row in thesis.tables[int(text)]]
            out += ["\\begin{tabular}{llll}", *rows, "\\end{tabular}"]
        elif kind == "heading":
            out.append(f"\\section{{{plain(text)}}}")
        elif kind == "quote":
            out += ["\\begin{quote}", plain(text), "\\end{quote}"]
        else:
            out.append(plain(text))
        out.append("")
    return "\n".join([*out, "\\end{document}", ""])


def as_odt(thesis: Thesis) -> bytes:
    body = []
    for kind, text in thesis.blocks:
        if kind == "table":
            rows = "".join(
                "<table:table-row>"
                + "".join(
                    f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row
                )
                + "</table:table-row>"
                for row in thesis.tables[int(text)]
            )
            body.append(f"<table:table>{rows}</table:table>")
        else:
            tag = "text:h" if kind == "heading" else "text:p"
            style = ' text:style-name="Quotations"' if kind == "quote" else ""
            body.append(f"<{tag}{style}>{escape(text)}</{tag}>")
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "text", "table", "meta")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:text>{"".join(body)}'
        "</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
    return out.getvalue()


def as_pdf(pages: list[str], *, author: str = "", annotations: str = "", locked: bool = False) -> bytes:
    """Return a minimal PDF of pages of lines in Helvetica; Windows-1252 letters only.

    ``annotations`` are PDF dictionaries that stand on the first page; a ``locked`` file opens with no empty password.
    """
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    tree = add(b"")
    kids = []
    for page in pages:
        shown = []
        for line in page.split("\n"):
            coded = (
                line.encode("cp1252", "replace")
                .replace(b"\\", b"\\\\")
                .replace(b"(", b"\\(")
                .replace(b")", b"\\)")
            )
            shown.append(b"(" + coded + b") Tj T*")
        stream = b"BT /F1 9 Tf 12 TL 40 800 Td " + b"\n".join(shown) + b" ET"
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 %d 0 R >> >> %s>>"
                % (tree, content, font, b"" if kids else b"/Annots [%s] " % annotations.encode("cp1252"))
            )
        )
    objects[tree - 1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    catalog = add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    info = add(b"<< /Author (%s) >>" % author.encode("cp1252"))
    lock = b""
    if locked:
        key = b"<" + b"41" * 32 + b">"
        lock = b" /Encrypt << /Filter /Standard /V 1 /R 2 /O %s /U %s /P -4 >> /ID [<00> <00>]" % (key, key)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root %d 0 R /Info %d 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        catalog,
        info,
        lock,
        start,
    )
    return bytes(out)
