"""A report as one HTML page: nothing is fetched, nothing runs, and it prints on A4."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from anonymizer.report.charts import chart_svg
from anonymizer.report.model import Report, Writer

__all__ = ["report_page"]


def report_page(report: Report) -> str:
    """Return the page."""
    environment = Environment(
        loader=PackageLoader("anonymizer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        report=report,
        say=Writer(report.lang).text,
        draw=lambda chart: Markup(chart_svg(chart)),  # noqa: S704
    )
