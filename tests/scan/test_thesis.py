"""A whole invented thesis: everything planted is found, little else is raised, no cited author is named."""

from __future__ import annotations

import pytest

from tests.scan import printed
from tests.scan.thesis import make

CASES = {
    "txt-apa": ("apa", "oppgave.txt", lambda t: printed.as_pdf_text(t).encode()),
    "txt-vancouver-dense": (
        "vancouver",
        "oppgave.txt",
        lambda t: printed.as_pdf_text(t, feeds=False, blank=False).encode(),
    ),
    "pdf": (
        "chicago",
        "oppgave.pdf",
        lambda t: printed.as_pdf(printed.as_pdf_text(t, blank=False).split("\f"), author="Solveig Brekkhus"),
    ),
    "docx": ("apa", "oppgave.docx", printed.as_docx),
}
LIGHT = {
    "odt": ("chicago", "oppgave.odt", printed.as_odt),
    "md": ("apa", "oppgave.md", lambda t: printed.as_markdown(t).encode()),
    "html": ("vancouver", "oppgave.html", lambda t: printed.as_html(t).encode()),
    "tex": ("apa", "oppgave.tex", lambda t: printed.as_tex(t).encode()),
}


def check(scanner, style, name, write, **size):
    thesis = make(style=style, **size)
    findings = scanner.scan(write(thesis), name).findings
    missed = [
        fault
        for fault in thesis.faults
        if not any(f.rule == fault.rule and (fault.text in f.text or f.text in fault.text) for f in findings)
    ]
    assert missed == []
    raised = [f for f in findings if f.group is None and f.severity != "info"]
    assert len(raised) < 25, [(f.rule, f.line) for f in raised]
    assert not {f.text for f in raised} & thesis.authors


@pytest.mark.parametrize("case", CASES)
def test_a_90_page_thesis_with_250_sources(scanner, case):
    check(scanner, *CASES[case])


@pytest.mark.parametrize("case", LIGHT)
def test_the_same_in_every_format(scanner, case):
    check(scanner, *LIGHT[case], words=7000, sources=60)


def test_a_clean_thesis_raises_next_to_nothing(scanner):
    thesis = make(words=9000, sources=80, faults=False)
    findings = scanner.scan(printed.as_docx(thesis), "oppgave.docx").findings
    raised = [f for f in findings if f.group is None and f.severity != "info"]
    assert {f.rule for f in raised} <= {"small-cell"}
