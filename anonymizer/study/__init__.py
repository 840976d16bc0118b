"""The use cases: what a researcher does with a study, one file a stage or right.

What is imported is loaded when first used: a command that needs no study pays for none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anonymizer.study.closing import checklist
    from anonymizer.study.consenting import Capacity, Ground
    from anonymizer.study.deadlines import DueItem
    from anonymizer.study.detecting import Detected, Progress
    from anonymizer.study.erasing import Erased
    from anonymizer.study.exporting import MANIFEST, Exported
    from anonymizer.study.files import FileDetection, detect_files
    from anonymizer.study.ingest import Ingested
    from anonymizer.study.log import repair_log, verify_log
    from anonymizer.study.profile import load_profile, read_profile_file
    from anonymizer.study.pseudonymising import Cleaned
    from anonymizer.study.records import State
    from anonymizer.study.registering import Imported
    from anonymizer.study.rejecting import KEEP_REASONS
    from anonymizer.study.reviewing import Desk
    from anonymizer.study.rights import Right
    from anonymizer.study.roles import masters_of
    from anonymizer.study.running import Failure, RunReport
    from anonymizer.study.scanning import KnownWord, ScanFacts, SpokenTurn, WordKind
    from anonymizer.study.status import Status, TranscriptStatus
    from anonymizer.study.study import Study
    from anonymizer.study.withdrawing import Frozen
    from anonymizer.study.workspace import find_places

__all__ = [
    "KEEP_REASONS",
    "MANIFEST",
    "Capacity",
    "Cleaned",
    "Desk",
    "Detected",
    "DueItem",
    "Erased",
    "Exported",
    "Failure",
    "FileDetection",
    "Frozen",
    "Ground",
    "Imported",
    "Ingested",
    "KnownWord",
    "Progress",
    "Right",
    "RunReport",
    "ScanFacts",
    "SpokenTurn",
    "State",
    "Status",
    "Study",
    "TranscriptStatus",
    "WordKind",
    "checklist",
    "detect_files",
    "find_places",
    "load_profile",
    "masters_of",
    "read_profile_file",
    "repair_log",
    "verify_log",
]

_HOMES = {
    "KEEP_REASONS": "rejecting",
    "MANIFEST": "exporting",
    "Capacity": "consenting",
    "Cleaned": "pseudonymising",
    "Desk": "reviewing",
    "Detected": "detecting",
    "DueItem": "deadlines",
    "Erased": "erasing",
    "Exported": "exporting",
    "Failure": "running",
    "FileDetection": "files",
    "Frozen": "withdrawing",
    "Ground": "consenting",
    "Imported": "registering",
    "Ingested": "ingest",
    "Progress": "detecting",
    "Right": "rights",
    "RunReport": "running",
    "KnownWord": "scanning",
    "ScanFacts": "scanning",
    "SpokenTurn": "scanning",
    "WordKind": "scanning",
    "State": "records",
    "Status": "status",
    "Study": "study",
    "TranscriptStatus": "status",
    "checklist": "closing",
    "detect_files": "files",
    "find_places": "workspace",
    "load_profile": "profile",
    "masters_of": "roles",
    "read_profile_file": "profile",
    "repair_log": "log",
    "verify_log": "log",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"anonymizer.study.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
