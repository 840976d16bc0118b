"""What is written: the same twice, valid for machines, and without a word of the manuscript unless asked for."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from anonymizer.errors import UnreadableInput
from anonymizer.scan import FORMS, FileScan, Scanner, Severity, write_findings

from tests.scan import printed
from tests.scan.thesis import make

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
THESIS = make(words=5000, sources=30)
SOURCE = printed.as_pdf_text(THESIS).encode()


@pytest.fixture(scope="module")
def scans(scanner) -> list[FileScan]:
    broken = FileScan(
        "b.pdf", error=UnreadableInput("the file is damaged", where="b.pdf", hint="make it anew")
    )
    return [scanner.scan(SOURCE, "a.txt"), broken]


@pytest.mark.parametrize("form", FORMS)
def test_no_text_of_the_manuscript_is_printed(scans, form):
    out = write_findings(scans, form, show_text=False, fail_on=Severity.BLOCK)
    for fault in THESIS.faults:
        if fault.rule not in {"template", "anonymous-claim", "promise", "lone-person", "small-cell"}:
            assert fault.text not in out, fault.rule


@pytest.mark.parametrize("form", FORMS)
def test_text_is_shown_when_asked_for(scans, form):
    assert "Aslaug Rimstad" in write_findings(scans, form, show_text=True, fail_on=Severity.WARN)


@pytest.mark.parametrize("form", FORMS)
def test_two_runs_give_the_same(scans, form):
    again = [Scanner().scan(SOURCE, "a.txt"), scans[1]]
    first, second = (
        write_findings(each, form, show_text=True, fail_on=Severity.BLOCK) for each in (scans, again)
    )
    assert first == second


@pytest.mark.parametrize("show_text", [False, True])
def test_sarif_is_valid(scans, show_text):
    log = json.loads(write_findings(scans, "sarif", show_text=show_text, fail_on=Severity.BLOCK))
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert run["invocations"][0]["executionSuccessful"] is False


def test_jsonl_has_the_contracts_keys_and_its_offsets_count_in_the_file(scans):
    text = SOURCE.decode()
    for line in write_findings(scans, "jsonl", show_text=True, fail_on=Severity.BLOCK).splitlines():
        row = json.loads(line)
        assert set(row) >= {
            "path",
            "part",
            "start",
            "end",
            "line",
            "rule",
            "severity",
            "entity_type",
            "message",
            "text",
        }
        assert row["severity"] in {"block", "warn", "info"}
        if row["start"] is not None:
            assert row["line"] == text.count("\n", 0, row["start"]) + 1
            if "\n" not in text[row["start"] : row["end"]]:
                assert text[row["start"] : row["end"]] == row["text"]


def test_fingerprints_are_unique_and_hold_no_text(scans):
    prints = [finding.fingerprint for finding in scans[0].findings]
    assert len(prints) == len(set(prints))
    assert not any(
        finding.text in finding.fingerprint for finding in scans[0].findings if len(finding.text) > 3
    )


def test_junit_counts_what_fails(scans):
    root = ET.fromstring(write_findings(scans, "junit", show_text=False, fail_on=Severity.BLOCK))  # noqa: S314
    suite, broken = root
    blocks = sum(f.severity is Severity.BLOCK for f in scans[0].findings)
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure")) == blocks > 0
    assert int(broken.get("errors")) == len(broken.findall("testcase/error")) == 1


def test_the_page_loads_nothing_from_elsewhere(scans):
    page = write_findings(scans, "html", show_text=False, fail_on=Severity.BLOCK)
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "Ta ut eller bytt ut før publisering" in page
