"""The pre-publication check of manuscripts: theses, articles, reports and their tables.

``Scanner`` finds what would identify people and stays silent about cited authors; ``write_findings`` gives the result
as text, JSON Lines, SARIF, JUnit or one HTML page. Nothing identifying is in any of them unless asked for.
``AgainstStudy`` adds the comparison with an unlocked study; it is loaded when first used, for most scans have none.
"""

from typing import TYPE_CHECKING, Any

from anonymizer.scan.exceptions import Exceptions, load_allow, load_baseline, new_baseline
from anonymizer.scan.model import FileScan, Hit, ScanFinding, Severity
from anonymizer.scan.output import FORMS, write_findings
from anonymizer.scan.reading import Reading
from anonymizer.scan.rules import rulebook
from anonymizer.scan.scanner import Extra, Scanner

if TYPE_CHECKING:
    from anonymizer.scan.against import AgainstStudy

__all__ = [
    "FORMS",
    "AgainstStudy",
    "Exceptions",
    "Extra",
    "FileScan",
    "Hit",
    "Reading",
    "ScanFinding",
    "Scanner",
    "Severity",
    "load_allow",
    "load_baseline",
    "new_baseline",
    "rulebook",
    "write_findings",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes are of any type
    if name != "AgainstStudy":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from anonymizer.scan.against import AgainstStudy  # noqa: PLC0415

    return AgainstStudy
