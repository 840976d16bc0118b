"""A chart says the same three times: as a picture, in a sentence, and as data."""

from __future__ import annotations

import datetime as dt
import re

from anonymizer.audit import read_entries, verify
from anonymizer.report import build_report, report_page
from anonymizer.report.charts import chart_svg
from anonymizer.report.model import Chart
from lxml import etree

from .conftest import MADE

SVG = "{http://www.w3.org/2000/svg}"


def timeline(write_bundle, lang="nb"):
    bundle, key = write_bundle()
    report = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), lang=lang, made=MADE)
    section = next(one for one in report.sections if one.id == "timeline")
    return report, section.charts


def test_the_timeline_is_drawn_and_told(write_bundle):
    report, (chart,) = timeline(write_bundle)
    days = {day for _, points in chart.rows for day, _ in points}
    assert str(len(days)) in chart.text
    assert min(days).isoformat() in chart.text
    drawn = etree.fromstring(chart_svg(chart).encode())
    dots = drawn.findall(f".//{SVG}circle")
    assert len(dots) == sum(len(points) for _, points in chart.rows)
    told = "".join(drawn.itertext())
    assert all(label in told for label, _ in chart.rows)
    page = report_page(report)
    assert f'id="c-{chart.id}"' in page
    assert f'aria-labelledby="c-{chart.id} d-{chart.id}"' in page


def test_the_json_holds_the_same_data(write_bundle):
    report, (chart,) = timeline(write_bundle, "en")
    section = next(one for one in report.as_json()["sections"] if one["id"] == "timeline")
    (told,) = section["charts"]
    assert told["text"] == chart.text
    assert [row["label"] for row in told["rows"]] == [label for label, _ in chart.rows]
    assert sum(len(row["points"]) for row in told["rows"]) == sum(len(points) for _, points in chart.rows)


def test_a_drawing_runs_nothing_fetches_nothing_and_is_the_same_every_time():
    rows = (
        ("tatt inn", ((dt.date(2026, 1, 5), 1), (dt.date(2026, 1, 9), 4))),
        ("<slettet>", ((dt.date(2026, 3, 1), 1),)),
    )
    chart = Chart("timeline", "a", "b", rows)
    drawn = chart_svg(chart)
    assert drawn == chart_svg(chart)
    assert not re.search(r"<script|<image|href=\"http|url\(", drawn)
    assert "&lt;slettet&gt;" in drawn


def test_work_of_a_day_or_two_needs_no_picture(write_bundle):
    from anonymizer.report.charts import timeline_chart
    from anonymizer.report.model import Writer
    from anonymizer.report.story import Story

    bundle, _ = write_bundle()
    entries = [entry for entry in read_entries(bundle) if entry.time[:10] <= "2026-03-05"]
    assert timeline_chart(Writer("nb"), Story(entries)) is None
