"""Texts with the shapes of real theses: every mark is found by its rule, and nothing else asks to be looked at."""

from __future__ import annotations

import pytest
from anonymizer.scan import Severity

from tests.scan import printed
from tests.scan.marked import TEXTS, as_thesis, marked

# Names of participants tie quotes together by design: one finding that asks to confirm that they are fictive.
BY_DESIGN = {"participant-names", "name-in-text"}


def meets(finding, start, end):
    return finding.start is not None and finding.start < end and start < finding.end


@pytest.mark.parametrize("name", TEXTS)
def test_as_text_out_of_a_pdf(scanner, name):
    text = marked(name)
    findings = scanner.scan(text.text.encode(), "oppgave.txt").findings
    missed = [
        (rule, text.text[start:end])
        for rule, start, end in text.marks
        if not any(each.rule == rule and meets(each, start, end) for each in findings)
    ]
    assert missed == []
    others = [
        (each.rule, each.text)
        for each in findings
        if (each.severity is not Severity.INFO or each.group is not None)
        and each.rule not in BY_DESIGN | {"institution", "other-name", "named-with-role", "anonymous-word"}
        and not any(meets(each, start, end) for _, start, end in text.marks)
    ]
    assert others == []
    assert sum(each.severity is not Severity.INFO for each in findings) < 25


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("name", [name for name in TEXTS if name != "nn-talemaal"])
def test_in_files(scanner, name, form):
    """The same in a document with styles and in a PDF; tables of lines are the one thing a document does not have."""
    text = marked(name)
    if form == "docx":
        source = printed.as_docx(as_thesis(text.text))
    else:
        lines = text.text.split("\n")
        source = printed.as_pdf(["\n".join(lines[at : at + 45]) for at in range(0, len(lines), 45)])
    found: dict[str, str] = {}
    for each in scanner.scan(source, f"oppgave.{form}").findings:
        found[each.rule] = found.get(each.rule, "") + "|" + "".join(each.text.split())
    missed = [
        (rule, text.text[start:end])
        for rule, start, end in text.marks
        if rule not in {"small-cell", "promise"}
        and "".join(text.text[start:end].split()) not in found.get(rule, "")
    ]
    assert missed == []
