"""Charts as inline SVG: no script, no outside font, and a sentence beside each that says what it shows.

Drawn by pygal. A chart holds its own data, so that the JSON report says the same; the page puts its text in the
place of the picture for whoever does not see it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise

from anonymizer.report.messages import messages
from anonymizer.report.model import Chart, Writer
from anonymizer.report.story import Story, day_of

__all__ = ["chart_svg", "timeline_chart"]

_KINDS = {
    "collected": ("transcript.ingested", "audio.added"),
    "searched": ("detection.done", "transcript.reviewed", "decision.made"),
    "key-table": ("keytable.read", "identity.opened", "whois.asked"),
    "left": ("export.made", "access-copy.made", "member-check.sent", "backup.made"),
    "deleted": ("audio.deleted", "source.removed", "transcript.removed", "key.shredded"),
    "rights": ("right.requested", "right.answered", "withdrawal.frozen", "withdrawal.erased"),
}
"""What is drawn, a line each: actions of the log that a reader asks for together."""

_MARKS = 4
"""The most dates under the picture: more run into each other on a phone."""


def timeline_chart(write: Writer, story: Story) -> Chart | None:
    """Return when the study was worked on, by kind of work; ``None`` where all of it is one day or two."""
    rows = []
    for key, actions in _KINDS.items():
        days: dict[dt.date, int] = {}
        for entry in story.of(*actions):
            if (day := day_of(entry.time)) is not None:
                days[day] = days.get(day, 0) + 1
        if days:
            rows.append((messages().chart[key].say(write.lang), tuple(sorted(days.items()))))
    every = sorted({day for _, points in rows for day, _ in points})
    if len(every) < 3:
        return None
    first, last = every[0].isoformat(), every[-1].isoformat()
    busiest = max(rows, key=lambda row: sum(count for _, count in row[1]))[0]
    text = messages().chart["timeline-text"].say(write.lang)
    return Chart(
        "timeline",
        messages().chart["timeline"].say(write.lang),
        text.format(first=first, last=last, days=len(every), most=busiest),
        tuple(rows),
    )


@dataclass(frozen=True, slots=True)
class _Days:
    first: int
    last: int

    def marks(self) -> list[int]:
        """Return at most ``_MARKS`` days, evenly spread, the first and the last among them."""
        step = max(1, -(-(self.last - self.first) // (_MARKS - 1)))
        days = [*range(self.first, self.last, step), self.last]
        return [day for day, after in pairwise([*days, self.last + step]) if after - day > step // 2]


def chart_svg(chart: Chart) -> str:
    """Return the picture of a chart: a line a row, a dot a day on which something was done."""
    import pygal  # noqa: PLC0415 - only a page needs a picture
    from pygal.style import Style  # noqa: PLC0415

    points = [day.toordinal() for _, row in chart.rows for day, _ in row]
    days = _Days(min(points), max(points))
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#1a1a1a",
        foreground_strong="#1a1a1a",
        foreground_subtle="#4a4a4a",
        font_family="inherit",
        label_font_size=16,
        major_label_font_size=16,
        colors=("#3b5b8c",) * len(chart.rows),
        opacity="1",
        transition="0",
    )
    drawn = pygal.XY(
        stroke=False,
        js=(),
        disable_xml_declaration=True,
        show_legend=False,
        width=620,
        height=70 + 38 * len(chart.rows),
        range=(0.5, len(chart.rows) + 0.5),
        xrange=(days.first - 1, days.last + 1),
        dots_size=6,
        style=style,
        print_values=False,
    )
    drawn.uuid = chart.id  # else a random one at every drawing
    drawn.y_labels = [
        {"label": label, "value": len(chart.rows) - at} for at, (label, _) in enumerate(chart.rows)
    ]
    drawn.x_labels = days.marks()
    drawn.x_value_formatter = lambda value: dt.date.fromordinal(round(value)).isoformat()
    for at, (label, row) in enumerate(chart.rows):
        drawn.add(label, [(day.toordinal(), len(chart.rows) - at) for day, _ in row])
    return _bare(str(drawn.render(is_unicode=True)), chart)


def _bare(svg: str, chart: Chart) -> str:
    """Return the drawing without what only a moving one needs, as one picture with its text."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<script.*?</script>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<title>.*?</title>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<desc class=\"[^\"]*\">[^<]*</desc>", "", svg)
    named = f'<svg role="img" aria-labelledby="c-{chart.id} d-{chart.id}" '
    return svg.replace("<svg ", named, 1)
