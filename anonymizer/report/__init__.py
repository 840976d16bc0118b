"""Pages that people read: what detection found, and what the reviewer needs."""

from anonymizer.report.build import build_report
from anonymizer.report.detection import detection_page
from anonymizer.report.model import Report
from anonymizer.report.page import report_page

__all__ = ["Report", "build_report", "detection_page", "report_page"]
