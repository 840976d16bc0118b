"""Every kind of file gives its text, its tables and what hides in it; broken ones are refused whole."""

# ruff: noqa: E501 - sentences and file formats stand on one line
from __future__ import annotations

import io
import zipfile

import pytest
from anonymizer.errors import LimitExceeded, UnreadableInput
from anonymizer.formats import BlockKind, Limits, read_manuscript
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.scan import printed
from tests.scan.thesis import make

SMALL = make(words=5000, sources=20)
FORMS = {
    "txt": lambda: printed.as_pdf_text(SMALL).encode(),
    "docx": lambda: printed.as_docx(SMALL),
    "odt": lambda: printed.as_odt(SMALL),
    "pdf": lambda: printed.as_pdf(printed.as_pdf_text(SMALL).split("\f")),
    "md": lambda: printed.as_markdown(SMALL).encode(),
    "html": lambda: printed.as_html(SMALL).encode(),
    "tex": lambda: printed.as_tex(SMALL).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_word_is_lost(form):
    manuscript = read_manuscript(FORMS[form](), f"a.{form}")
    own = " ".join(block.text for block in manuscript.blocks)
    words = set(own.replace("\n", " ").split())
    for kind, text in SMALL.blocks:
        if kind in {"para", "quote", "heading"}:
            assert not {word for word in text.split() if not word[0].isdigit()} - words, kind


def kinds(source: bytes, name: str) -> dict[str, BlockKind]:
    return {block.text: block.kind for block in read_manuscript(source, name).blocks}


def test_word_comments_authors_and_properties_are_read():
    document = Document()
    paragraph = document.add_paragraph("Et avsnitt.")
    document.add_comment(paragraph.runs, text="Husk å spørre Trude", author="Solveig B.")
    document.core_properties.author = "Solveig Brekkhus"
    document.add_paragraph("Sitert", style="Quote")
    out = io.BytesIO()
    document.save(out)
    found = kinds(out.getvalue(), "a.docx")
    assert found["Husk å spørre Trude"] is BlockKind.COMMENT
    assert found["Solveig B."] is BlockKind.METADATA
    assert found["Solveig Brekkhus"] is BlockKind.METADATA
    assert found["Sitert"] is BlockKind.QUOTE


def test_markdown_front_matter_and_comments_are_read():
    found = kinds(b"---\nauthor: Solveig B.\n---\n# Forord\n\n<!-- sporre Trude -->\n\n> Sitert\n", "a.md")
    assert found["author: Solveig B."] is BlockKind.METADATA
    assert found["sporre Trude"] is BlockKind.COMMENT
    assert found["Forord"] is BlockKind.HEADING
    assert found["Sitert"] is BlockKind.QUOTE


def test_latex_comments_notes_and_tables_are_read():
    source = (
        b"\\begin{document}\n\\section{Funn}\nTekst.\\footnote{En note.} % sporre Trude\n"
        b"\\begin{tabular}{ll}\nKvinne & 40 \\\\\n\\end{tabular}\n\\end{document}\n"
    )
    found = kinds(source, "a.tex")
    assert found["sporre Trude"] is BlockKind.COMMENT
    assert found["En note."] is BlockKind.FOOTNOTE
    assert found["Kvinne"] is BlockKind.CELL
    assert found["Tekst."] is BlockKind.PARAGRAPH


def test_html_comments_attributes_and_quotes_are_read():
    source = b"<html><body><p>Tekst<!-- sporre Trude --> her</p><blockquote>Sitert</blockquote><img alt='Trude'></body></html>"
    found = kinds(source, "a.html")
    assert found["sporre Trude"] is BlockKind.COMMENT
    assert found["Sitert"] is BlockKind.QUOTE
    assert found["Trude"] is BlockKind.METADATA


def test_every_sheet_and_cell_comment_is_read():
    book = Workbook()
    book.active["A1"] = "Kjønn"
    book.active["A1"].comment = Comment("sporre Trude", "Solveig B.")
    book.create_sheet("Skjult").sheet_state = "hidden"
    book["Skjult"]["B2"] = "Kvinne"
    out = io.BytesIO()
    book.save(out)
    found = kinds(out.getvalue(), "a.xlsx")
    assert found["sporre Trude"] is BlockKind.COMMENT
    assert found["Kvinne"] is BlockKind.CELL
    assert found["Solveig B."] is BlockKind.METADATA


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return out.getvalue()


BOMB = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'xxxxxxxx'>]><a>&b;</a>"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.pdf", printed.as_pdf(["   "])),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", b"no zip at all"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 with a password"),
        ("a.odt", zipped({"mimetype": b"application/vnd.oasis.opendocument.text"})),
        ("a.odt", zipped({"content.xml": BOMB})),
        (
            "a.odt",
            zipped({"content.xml": b"<a/>", "META-INF/manifest.xml": b"<m><encryption-data/></m>"}),
        ),
        ("a.xlsx", zipped({"[Content_Types].xml": BOMB, "xl/workbook.xml": b"<a/>"})),
        ("a.xlsx", zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})),
        ("a.rtf", b"{\\rtf1 hei}"),
        ("a.doc", b"gammel"),
        ("a.txt", b""),
        ("a.txt", b"\x00\x01\x02binary"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(name, source):
    with pytest.raises(UnreadableInput) as refused:
        read_manuscript(source, name)
    assert str(refused.value).startswith(f"{name}: ") or str(refused.value).startswith(f"{name}, ")


def test_caps_hold():
    with pytest.raises(LimitExceeded):
        read_manuscript(b"x" * 100, "a.txt", limits=Limits(source=10))
    with pytest.raises(LimitExceeded):
        read_manuscript(printed.as_pdf(["Tekst " * 100]), "a.pdf", limits=Limits(characters=50))
    with pytest.raises(LimitExceeded):
        read_manuscript(printed.as_odt(SMALL), "a.odt", limits=Limits(member=100))


def far_out() -> bytes:
    book = Workbook()
    book.active["A1"] = "Kjønn"
    book.active["XFD1048576"] = "Kvinne"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_cell_far_out_does_not_make_the_rest_of_the_sheet():
    with pytest.raises(LimitExceeded):
        read_manuscript(far_out(), "a.xlsx")


@pytest.mark.parametrize("stuff", ["A" * 300_000, "«" * 50_000])
def test_endless_words_are_refused_by_a_block_and_cost_nothing(scanner, stuff):
    assert [finding.rule for finding in scanner.scan(stuff.encode(), "-").findings] == ["not-searched"]


def test_a_soft_hyphen_in_every_place_is_read(scanner):
    assert read_manuscript(("\u00ad" * 100_000 + "x").encode(), "-").blocks[0].text == "x"


def test_comments_and_links_of_a_pdf_are_read(scanner):
    notes = (
        "<< /Type /Annot /Subtype /Text /Rect [9 9 30 30] /Contents (Spør Trude Hovlandsvik om dette) /T (Rune Lidvoll) >> "
        "<< /Type /Annot /Subtype /Link /Rect [9 50 30 70] /A << /S /URI /URI (mailto:trude.hovlandsvik@post.example) >> >>"
    )
    text = "4 Funn\nDeltakerne fortalte om hverdagen sin, og om det som var vanskelig.\n"
    findings = scanner.scan(printed.as_pdf([text], annotations=notes), "oppgave.pdf").findings
    rules = {(each.rule, each.part) for each in findings}
    assert ("comment", "page:1/comment:1") in rules
    assert ("name-in-comment", "page:1/comment:1") in rules
    assert ("metadata", "page:1/comment-author:1") in rules
    assert any(each.rule == "email" and each.part == "page:1/link:2" for each in findings)


def test_a_locked_pdf_is_refused():
    with pytest.raises(UnreadableInput, match="encrypted"):
        read_manuscript(printed.as_pdf(["En side med tekst som ingen ser."], locked=True), "a.pdf")


def test_appendices_and_sources_of_latex_are_told_apart(scanner):
    source = r"""\documentclass{report}
\begin{document}
\chapter{Funn}
Deltakerne fortalte om hverdagen, og Hovlandsvik var uenig med de andre.
\begin{thebibliography}{9}
\bibitem{berg2019} Bergsund, K. (2019). \emph{Ungdom}. Oslo: Gyldendal.
\end{thebibliography}
\appendix
\chapter{Informasjonsskriv}
Ta kontakt med Rune Lidvoll på \href{mailto:rune@post.example}{e-post}.
\end{document}
"""
    rules = {(each.rule, each.text) for each in scanner.scan(source.encode(), "a.tex").findings}
    assert ("name-in-appendix", "Rune Lidvoll") in rules
    assert ("email", "rune@post.example") in rules
    assert not any("Bergsund" in text or "berg2019" in text for _, text in rules)
