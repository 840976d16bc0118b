"""What was found, written for people and for machines. Without ``show_text`` nothing of the manuscript is in it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from jinja2 import Environment, PackageLoader, StrictUndefined

from anonymizer.scan.model import FileScan, ScanFinding, Severity
from anonymizer.scan.rules import rulebook

__all__ = ["FORMS", "write_findings"]

_LEVELS = {Severity.BLOCK: "error", Severity.WARN: "warning", Severity.INFO: "note"}
_SHOWN_LINES = 20


def write_findings(scans: Sequence[FileScan], form: str, *, show_text: bool, fail_on: Severity) -> str:
    """Return the scans in one of ``FORMS``; ``fail_on`` says from which severity a JUnit case fails."""
    return FORMS[form](scans, show_text, fail_on)


# ------------------------------------------------------------------------------------------------------- for people


def _text(scans: Sequence[FileScan], show_text: bool, fail_on: Severity) -> str:
    lines: list[str] = []
    for scan in scans:
        others = _others(scan.findings)
        for finding in sorted(_leads(scan), key=lambda each: -each.severity.rank):
            rule = rulebook().rules[finding.rule]
            more = others[finding.fingerprint]
            where = (
                f"{finding.path}:{finding.line}"
                if finding.part is None
                else f"{finding.path} [{finding.part}]"
            )
            if finding.page is not None:
                where += f" (page {finding.page})"
            lines.append(f"{where}: {finding.severity}: {finding.rule}: {rule.message.en}")
            if more:
                shown = ", ".join(_spot(each) for each in more[:_SHOWN_LINES])
                rest = f" and {len(more) - _SHOWN_LINES} more" if len(more) > _SHOWN_LINES else ""
                lines.append(f"    also at {shown}{rest}")
            if show_text:
                lines.append(f"    text: {_texts([finding, *more])}")
            lines.append(f"    do: {rule.proposal.en}")
        lines.append(_summary(scan))
    return "\n".join(lines) + "\n" if lines else ""


def _spot(finding: ScanFinding) -> str:
    return f"line {finding.line}" if finding.part is None else finding.part


def _summary(scan: FileScan) -> str:
    if scan.error is not None:
        return f"{scan.path}: not scanned"
    counts = {severity: sum(each.severity is severity for each in _leads(scan)) for severity in Severity}
    return f"{scan.path}: {counts[Severity.BLOCK]} block, {counts[Severity.WARN]} warn, {counts[Severity.INFO]} info"


def _printable(text: str) -> str:
    """Return a text on one line without control characters, which could drive a terminal."""
    plain = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return plain if len(plain) <= 200 else f"{plain[:199]}…"


def _texts(findings: Iterable[ScanFinding]) -> str:
    """Return what stands at each place of a finding, each text once."""
    return " | ".join(dict.fromkeys(_printable(each.text) for each in findings if each.text))


def _leads(scan: FileScan) -> list[ScanFinding]:
    return [finding for finding in scan.findings if finding.group is None]


def _others(findings: Iterable[ScanFinding]) -> dict[str, list[ScanFinding]]:
    others: dict[str, list[ScanFinding]] = defaultdict(list)
    for finding in findings:
        if finding.group is not None:
            others[finding.group].append(finding)
    return others


def _html(scans: Sequence[FileScan], show_text: bool, fail_on: Severity) -> str:
    rules = rulebook()
    environment = Environment(
        loader=PackageLoader("anonymizer.scan"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    groups = []
    for do, words in rules.todo.items():
        entries: dict[tuple[int, str], dict[str, Any]] = {}
        for scan in scans:
            others = _others(scan.findings)
            for finding in _leads(scan):
                rule = rules.rules[finding.rule]
                if rule.do != do:
                    continue
                # One rule is told once, with all that broke it: a page that repeats itself is not read.
                entry = entries.setdefault(
                    (-finding.severity.rank, rule.id),
                    {"rule": rule, "severity": finding.severity, "places": []},
                )
                entry["places"] += [
                    {"finding": each, "part": rules.parts.get(each.place.partition("/")[0].partition(":")[0])}
                    for each in (finding, *others[finding.fingerprint])
                ]
        if entries:
            groups.append(
                {"words": words, "entries": [entries[key] for key in sorted(entries, key=lambda key: key[0])]}
            )
    errors = [scan for scan in scans if scan.error is not None]
    summaries = [_summary(scan) for scan in scans]
    return environment.get_template("scan.html").render(
        groups=groups, errors=errors, summaries=summaries, show_text=show_text
    )


# ----------------------------------------------------------------------------------------------------- for machines


def _jsonl(scans: Sequence[FileScan], show_text: bool, fail_on: Severity) -> str:
    lines = []
    for scan in scans:
        heads = {each.fingerprint: each for each in _leads(scan)}
        for finding in scan.findings:
            row: dict[str, Any] = {
                "path": finding.path,
                "part": finding.part,
                "start": finding.start,
                "end": finding.end,
                "line": finding.line,
                "rule": finding.rule,
                "severity": finding.severity.value,
                "entity_type": finding.entity_type.value if finding.entity_type else None,
                "message": finding.message,
                "place": finding.place,
                "page": finding.page,
                "fingerprint": finding.fingerprint,
                "group": finding.group,
                "group_severity": (heads.get(finding.group or "") or finding).severity.value,
                "places": finding.places,
            }
            if show_text:
                row["text"] = finding.text
            lines.append(json.dumps(row, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def _sarif(scans: Sequence[FileScan], show_text: bool, fail_on: Severity) -> str:
    rules = rulebook().rules
    order = {name: index for index, name in enumerate(rules)}
    results = []
    for scan in scans:
        others = _others(scan.findings)
        for finding in _leads(scan):
            rule = rules[finding.rule]
            result: dict[str, Any] = {
                "ruleId": finding.rule,
                "ruleIndex": order[finding.rule],
                "level": _LEVELS[finding.severity],
                "message": {"text": f"{rule.message.en}. {rule.proposal.en}."},
                "locations": [_location(finding, show_text=show_text)],
                "partialFingerprints": {"anonymizer/v1": finding.fingerprint},
            }
            related = [
                {
                    "id": number,
                    **_location(each, show_text=show_text),
                    "properties": {"severity": finding.severity.value},
                }
                for number, each in enumerate(others[finding.fingerprint], 1)
            ]
            if related:
                result["relatedLocations"] = related
            results.append(result)
    driver = {
        "name": "anonymizer",
        "version": version("anonymizer"),
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.message.en},
                "fullDescription": {"text": f"{rule.message.en}. ({rule.reference})"},
                "help": {"text": f"{rule.proposal.en}. / {rule.proposal.nb}."},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            }
            for rule in rules.values()
        ],
    }
    invocation: dict[str, Any] = {"executionSuccessful": all(scan.error is None for scan in scans)}
    notices = [
        {
            "level": "error",
            "message": {"text": f"{scan.error.what}; {scan.error.hint}"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(scan.path)}}}],
        }
        for scan in scans
        if scan.error is not None
    ]
    if notices:
        invocation["toolExecutionNotifications"] = notices
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _uri(path: str) -> str:
    posix = Path(path).as_posix()
    return f"file://{quote(posix)}" if posix.startswith("/") else quote(posix)


def _location(finding: ScanFinding, *, show_text: bool) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line}
    if show_text and finding.text:
        region["snippet"] = {"text": finding.text}
    return {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.path)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": finding.place}],
    }


def _junit(scans: Sequence[FileScan], show_text: bool, fail_on: Severity) -> str:
    suites = Element("testsuites", name="anonymizer scan")
    for scan in scans:
        leads, others = _leads(scan), _others(scan.findings)
        failing = [finding for finding in leads if finding.severity.rank >= fail_on.rank]
        suite = SubElement(
            suites,
            "testsuite",
            name=scan.path,
            tests=str(max(1, len(leads))),
            failures=str(len(failing)),
            errors=str(int(scan.error is not None)),
            skipped=str(len(leads) - len(failing)),
        )
        if scan.error is not None or not leads:
            case = SubElement(suite, "testcase", classname=scan.path, name="read" if scan.error else "scan")
            if scan.error is not None:
                SubElement(
                    case, "error", type=scan.error.code, message=f"{scan.error.what}; {scan.error.hint}"
                )
        for finding in leads:
            rule = rulebook().rules[finding.rule]
            case = SubElement(
                suite, "testcase", classname=scan.path, name=finding.fingerprint, line=str(finding.line)
            )
            fails = finding.severity.rank >= fail_on.rank
            note = SubElement(
                case, "failure" if fails else "skipped", message=f"{finding.severity}: {rule.message.en}"
            )
            if fails:
                note.set("type", finding.rule)
            note.text = f"{_spot(finding)}: {rule.proposal.en}"
            if show_text:
                note.text += f": {_texts([finding, *others[finding.fingerprint]])}"
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


FORMS: dict[str, Callable[[Sequence[FileScan], bool, Severity], str]] = {
    "text": _text,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "junit": _junit,
    "html": _html,
}
"""How findings are written, by the name of the form."""
