"""Pages that people read: what detection found, and what the reviewer needs.

``bundle_report`` makes the reviewer's report from an exported log alone, ``study_report`` from a study; ``report_page``
turns it into HTML, ``Report.as_json`` into JSON with the same content. ``write_final_report`` leaves it in a closed
study.
"""

from anonymizer.report.build import build_report
from anonymizer.report.detection import detection_page
from anonymizer.report.final import write_final_report
from anonymizer.report.findings import wilson
from anonymizer.report.model import Report
from anonymizer.report.page import report_page
from anonymizer.report.sources import bundle_report, study_report

__all__ = [
    "Report",
    "build_report",
    "bundle_report",
    "detection_page",
    "report_page",
    "study_report",
    "wilson",
    "write_final_report",
]
