"""Pages that people read: what detection found, and what the reviewer needs."""

from anonymizer.report.detection import detection_page

__all__ = ["detection_page"]
