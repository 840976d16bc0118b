"""The use cases: what a researcher does with a study, one file a stage or right."""

from anonymizer.study.consenting import Capacity, Ground
from anonymizer.study.deadlines import DueItem
from anonymizer.study.detecting import Detected, Progress
from anonymizer.study.exporting import MANIFEST, Exported
from anonymizer.study.files import FileDetection, detect_files
from anonymizer.study.ingest import Ingested
from anonymizer.study.log import verify_log
from anonymizer.study.people import Imported
from anonymizer.study.profile import load_profile, read_profile_file
from anonymizer.study.pseudonymising import Cleaned
from anonymizer.study.records import State
from anonymizer.study.reviewing import Desk
from anonymizer.study.running import Failure, RunReport
from anonymizer.study.status import Status, TranscriptStatus
from anonymizer.study.study import Study
from anonymizer.study.withdrawing import Erased, Frozen
from anonymizer.study.workspace import find_places

__all__ = [
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
    "Progress",
    "RunReport",
    "State",
    "Status",
    "Study",
    "TranscriptStatus",
    "detect_files",
    "find_places",
    "load_profile",
    "read_profile_file",
    "verify_log",
]
