"""What a closed project leaves for whoever asks later: the final report in both languages, and its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from anonymizer.errors import UsageError
from anonymizer.report.page import report_page
from anonymizer.report.sources import study_report

if TYPE_CHECKING:
    from anonymizer.study import Study

__all__ = ["FOLDER", "write_final_report"]

FOLDER = "final"


def write_final_report(study: Study) -> Path:
    """Write report.nb.html, report.en.html, report.json and log.jsonl into STUDY/final and return the folder.

    They hold what the log holds: ids, counts and dates, no one's name. Raises ``UsageError`` if
    the folder cannot be written.
    """
    folder = study.space.places.study / FOLDER
    study.log_report(lang="nb", form="html")
    reports = {lang: study_report(study, lang=lang) for lang in ("nb", "en")}
    files = {f"report.{lang}.html": report_page(report) for lang, report in reports.items()}
    files["report.json"] = json.dumps(reports["en"].as_json(), ensure_ascii=False, indent=2) + "\n"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written ({error.strerror or 'error'})", where=str(folder)) from None
    study.export_log(folder / "log.jsonl")
    return folder
