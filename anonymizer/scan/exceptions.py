"""What a researcher has decided to let stand: the allow file by text or place, the baseline by fingerprint.

Every entry has an owner, a reason and a day on which it ends; an ended one lets nothing stand and is reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from anonymizer.data import load_yaml
from anonymizer.errors import PackError, UsageError
from anonymizer.scan.citations import name_words
from anonymizer.scan.model import FileScan, ScanFinding, Severity

__all__ = ["Exceptions", "load_allow", "load_baseline", "new_baseline"]

_Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: _Text
    reason: _Text
    expires: date


class _Allowed(_Entry):
    rule: str | None = None
    path: str | None = None
    text: _Text | None = None
    place: _Text | None = None

    @model_validator(mode="after")
    def _says_what(self) -> _Allowed:
        if self.text is None and self.place is None:
            raise ValueError("an entry must say what may stand; give text or place")
        return self

    def covers(self, finding: ScanFinding) -> bool:
        """Tell whether the entry lets a finding stand."""
        if self.rule is not None and self.rule != finding.rule:
            return False
        if self.path is not None and not fnmatchcase(Path(finding.path).as_posix(), self.path):
            return False
        if self.place is not None and self.place not in {finding.place, finding.part, finding.fingerprint}:
            return False
        return self.text is None or _same(self.text, finding.text)


def _same(allowed: str, text: str) -> bool:
    """Tell whether a text is the allowed one: case, spaces and the genitive set aside; part of a name is enough."""
    if "".join(allowed.split()).casefold() == "".join(text.split()).casefold():
        return True
    own, other = name_words(allowed), name_words(text)
    letters = not any(sign.isdigit() or sign == "@" for sign in allowed + text)
    return letters and bool(other) and all(any(word in {one, f"{one}s"} for one in own) for word in other)


class _AllowFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: list[_Allowed]


class _Known(_Entry):
    path: _Text
    fingerprint: _Text


class _Baseline(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[int, Field(ge=1, le=1)]
    findings: list[_Known]


class Exceptions:
    """The allow file and the baseline together, as they hold on one day."""

    def __init__(
        self, allowed: Sequence[_Allowed] = (), known: Sequence[_Known] = (), *, today: date
    ) -> None:
        self._allowed = [entry for entry in allowed if entry.expires >= today]
        self._ended = [entry for entry in allowed if entry.expires < today]
        self._known = {(entry.path, entry.fingerprint) for entry in known if entry.expires >= today}
        self._over = {(entry.path, entry.fingerprint) for entry in known if entry.expires < today}

    def apply(self, scan: FileScan) -> FileScan:
        """Return the scan without what may stand; a group whose first place may stand passes its weight on."""
        kept: list[ScanFinding] = []
        ended = 0
        for finding in scan.findings:
            key = (Path(finding.path).as_posix(), finding.fingerprint)
            if key in self._known or any(entry.covers(finding) for entry in self._allowed):
                continue
            ended += key in self._over or any(entry.covers(finding) for entry in self._ended)
            kept.append(finding)
        kept = _regrouped(kept, scan.findings)
        return replace(scan, findings=tuple(_marked(kept, ended)))


def _regrouped(kept: list[ScanFinding], before: Iterable[ScanFinding]) -> list[ScanFinding]:
    weights = {finding.fingerprint: finding.severity for finding in before if finding.group is None}
    leads = {finding.fingerprint for finding in kept if finding.group is None}
    heirs: dict[str, str] = {}
    result: list[ScanFinding] = []
    for finding in kept:
        if finding.group is None or finding.group in leads:
            result.append(finding)
        elif finding.group in heirs:
            result.append(replace(finding, group=heirs[finding.group]))
        else:
            heirs[finding.group] = finding.fingerprint
            result.append(replace(finding, group=None, severity=weights[finding.group]))
    sizes = {finding.fingerprint: 1 for finding in result if finding.group is None}
    for finding in result:
        if finding.group is not None:
            sizes[finding.group] += 1
    return [replace(one, places=sizes[one.fingerprint]) if one.group is None else one for one in result]


def _marked(kept: list[ScanFinding], ended: int) -> list[ScanFinding]:
    if not ended or not kept:
        return kept
    first = kept[0]
    note = replace(
        first,
        part="exceptions",
        start=None,
        end=None,
        line=1,
        rule="expired-exception",
        severity=Severity.INFO,
        entity_type=None,
        message="",
        place="exceptions",
        fingerprint="expired-exception@exceptions#1",
        text="",
        page=None,
        group=None,
        places=ended,
    )
    return [*kept, note]


def load_allow(path: Path) -> list[_Allowed]:
    """Return the entries of an allow file; raises ``PackError`` naming file, line and key."""
    return load_yaml(path).parse(_AllowFile).allow


def load_baseline(path: Path) -> list[_Known]:
    """Return the entries of a baseline; raises ``UsageError`` if it is not one."""
    try:
        return _Baseline.model_validate_json(path.read_bytes()).findings
    except OSError:
        raise UsageError("the baseline cannot be read", where=str(path)) from None
    except ValidationError:
        raise PackError(
            "not a baseline",
            where=path.name,
            hint="write it with --write-baseline, with owner, reason and expiry",
        ) from None


def new_baseline(scans: Iterable[FileScan], *, owner: str, reason: str, expires: date) -> str:
    """Return a baseline of all findings as JSON: fingerprints only, never text."""
    findings = [
        {
            "path": Path(finding.path).as_posix(),
            "fingerprint": finding.fingerprint,
            "owner": owner,
            "reason": reason,
            "expires": expires.isoformat(),
        }
        for scan in scans
        for finding in scan.findings
        if finding.rule != "expired-exception"
    ]
    return json.dumps({"version": 1, "findings": findings}, ensure_ascii=False, indent=1) + "\n"
