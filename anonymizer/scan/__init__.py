"""The pre-publication check of manuscripts: theses, articles, reports and their tables.

``Scanner`` finds what would identify people and stays silent about cited authors; ``write_findings`` gives the result
as text, JSON Lines, SARIF, JUnit or one HTML page. Nothing identifying is in any of them unless asked for.
"""

from anonymizer.scan.exceptions import Exceptions, load_allow, load_baseline, new_baseline
from anonymizer.scan.model import FileScan, Hit, ScanFinding, Severity
from anonymizer.scan.output import FORMS, write_findings
from anonymizer.scan.reading import Reading
from anonymizer.scan.rules import rulebook
from anonymizer.scan.scanner import Extra, Scanner

__all__ = [
    "FORMS",
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
