"""The report's frame: what the log is worth, what the material is, the project, the timeline, the statement."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from anonymizer.audit import Entry, Outcome, Verdict
from anonymizer.policy import Label, overclaims
from anonymizer.report.charts import timeline_chart
from anonymizer.report.messages import log_words, messages
from anonymizer.report.model import Cell, Paragraph, Section, Writer
from anonymizer.report.story import Story

__all__ = ["label_of", "limits", "project", "statement", "summary", "timeline", "verification", "wp216"]

QUESTIONS = ("singling_out", "linkability", "inference")
_PASSED = frozenset({"pass", "not-applicable"})
Checks = list[tuple[tuple[str, str], list[Entry]]]


def verification(write: Writer, verdict: Verdict, fingerprint: str | None, unknown: int) -> Section:
    """Say in plain words what the log is worth; a log signed with another key is told apart."""
    rows = [
        (write.heading("outcome"), write.state(verdict.outcome.value)),
        (write.heading("entries"), write.number(verdict.entries)),
        (write.heading("confirmed"), write.number(verdict.confirmed)),
        (write.heading("fingerprint"), write.plain(verdict.fingerprint)),
    ]
    if fingerprint is not None:
        rows.append((write.heading("given"), write.plain(fingerprint)))
    if verdict.why:
        rows.append((write.heading("why"), write.plain(verdict.why)))
    paragraphs = [_conclusion(write, verdict, fingerprint)]
    if verdict.broken and paragraphs[0].id != "other-key":
        said = log_words().describe_verdict(verdict, write.lang)
        paragraphs.append(Paragraph("verdict", f"{said}."))
    if verdict.clock_back:
        paragraphs.append(write.para("clock", "warn", count=len(verdict.clock_back)))
    if unknown:
        paragraphs.append(write.para("unknown", "warn", count=unknown))
    paragraphs.append(write.para("trust-limit"))
    return write.section("verification", paragraphs, [write.table("verdict", ("what", "value"), rows)])


def _conclusion(write: Writer, verdict: Verdict, fingerprint: str | None) -> Paragraph:
    if verdict.broken:
        other = fingerprint is not None and verdict.fingerprint is not None
        if other and _bare(fingerprint) != _bare(verdict.fingerprint):
            return write.para("other-key", "bad")
        return write.para("broken", "bad")
    if verdict.outcome is Outcome.CONSISTENT:
        return write.para("consistent", "warn", entries=verdict.entries)
    if verdict.confirmed < verdict.entries:
        return write.para("confirmed-part", "warn", confirmed=verdict.confirmed, entries=verdict.entries)
    return write.para("confirmed", "good", confirmed=verdict.confirmed)


def _bare(fingerprint: str | None) -> str:
    return re.sub(r"[\s-]", "", fingerprint or "").lower()


def label_of(story: Story) -> tuple[str, bool]:
    """Return what the material is, and whether a stronger label was set than the log bears out (END-04, KEY-03).

    Anonymised only where the study is closed by anonymising, a key was destroyed for it, the three questions are
    answered and signed after the last export, and no TXT check fails. All else that left is pseudonymised.
    """
    labelled, closed = story.latest("label.set"), story.latest("study.closed")
    signed, export = story.latest("risk.signed"), story.latest("export.made")
    claimed = labelled is not None and labelled.details["label"] == "anonymised"
    keys_gone = any(entry.details["cause"] == "close" for entry in story.of("key.shredded"))
    failing = any(
        rule.startswith("TXT") and entry.details["verdict"] not in _PASSED
        for (rule, _), entries in story.checks()
        for entry in entries
    )
    checked = any(rule.startswith("TXT") for (rule, _), _ in story.checks())
    borne_out = (
        closed is not None
        and closed.details["ending"] == "anonymise"
        and keys_gone
        and signed is not None
        and "possible" not in signed.details.values()
        and (export is None or signed.seq > export.seq)
        and checked
        and not failing
    )
    if claimed and borne_out:
        return "anonymised", False
    left = story.of("export.made", "transcript.pseudonymised")
    return ("pseudonymised" if left else "identifiable"), claimed


def summary(write: Writer, story: Story, made: dt.date) -> Section:
    """Say what the material is and what is still open, in a few figures."""
    label, overclaimed = label_of(story)
    states = [state for _, _, state in story.obligations(made)]
    checks = story.checks()
    people, present = story.participants(), set(story.present())
    written = [
        one for key, one in story.latest_by_object("transcript.pseudonymised").items() if key in present
    ]
    figures: list[tuple[str, Cell]] = [
        ("label", write.word(label)),
        ("participants", write.number(len(people))),
        ("withdrawn", write.number(len(story.withdrawn()))),
        ("transcripts", write.number(len(story.present()))),
        ("unresolved", write.number(sum(one.details["unresolved"] for one in written))),
        ("failed", write.number(_count(checks, "fail"))),
        ("waived", write.number(_count(checks, "waived"))),
        ("open", write.number(len([state for state in states if state != "met"]))),
        ("overdue", write.number(states.count("overdue"))),
        ("unreviewed-files", write.number(sum(one.details["unreviewed"] for one in story.of("export.made")))),
    ]
    paragraphs = [write.para(f"label-{label}"), write.para("ids")]
    if overclaimed:
        paragraphs.insert(0, write.para("label-not-borne-out", "bad"))
    rows = [(write.heading(key), cell) for key, cell in figures]
    return write.section("summary", paragraphs, [write.table("summary", ("what", "value"), rows)])


def _count(checks: Checks, verdict: str) -> int:
    return len(
        {rule for (rule, _), entries in checks if any(one.details["verdict"] == verdict for one in entries)}
    )


def project(write: Writer, story: Story, stated: Mapping[str, str] | None) -> Section:
    """Show the frame the log knows (packs, approvals, letters), and apart from it what the researcher states."""
    frame = []
    profile: int | None = None
    software: str | None = None
    for entry in story.of("study.created", "profile.changed", "pack.changed"):
        profile = entry.details.get("profile", profile)
        software = entry.details.get("software", software)
        pack, digest = entry.details.get("pack"), entry.details.get("pack_digest")
        frame.append(
            (
                write.time(entry.time),
                write.plain(pack),
                write.id(digest),
                write.number(profile),
                write.plain(software),
            )
        )
    approvals = [
        (
            write.plain(entry.details.get("date") or entry.time[:10]),
            write.word(entry.details["body"]),
            write.word(entry.details["status"]),
            write.number(entry.details.get("conditions")),
        )
        for entry in story.of("approval.recorded")
    ]
    letters = [
        (
            write.plain(entry.details["letter"]),
            write.plain(entry.details.get("date")),
            write.words(entry.details.get("scopes", ())),
            write.word(entry.details.get("ending")),
        )
        for entry in story.of("letter.added")
    ]
    known = {key: value for key, value in (stated or {}).items() if value}
    told = [
        (Cell(key, messages().stated[key].say(write.lang)), write.plain(value))
        for key, value in known.items()
    ]
    paragraphs = [write.para("stated-lead" if told else "stated-missing")]
    label, _ = label_of(story)
    # What was written before anything was done cannot have been borne out; it is shown, and told apart.
    claims = sum(bool(overclaims(value, Label(label))) for value in known.values())
    if claims:
        paragraphs.append(write.para("stated-overclaims", "bad", count=claims))
    return write.section(
        "project",
        paragraphs,
        [
            write.table("stated", ("what", "value"), told, stated=True),
            write.table("frame", ("time", "pack", "digest", "profile", "software"), frame),
            write.table("approvals", ("date", "body", "status", "conditions"), approvals),
            write.table("letters", ("letter", "date", "scopes", "ending"), letters),
        ],
    )


def timeline(write: Writer, story: Story) -> Section:
    """Tell the log day by day; what was done many times on one day stands once, with its number."""
    chart = timeline_chart(write, story)
    return write.section(
        "timeline",
        tables=[write.table("timeline", ("date", "what", "times"), _days(write, story))],
        charts=() if chart is None else (chart,),
    )


def _days(write: Writer, story: Story) -> Iterator[tuple[Cell, ...]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for at, entry in enumerate(story.entries):
        groups.setdefault((entry.time[:10], entry.action), []).append(at)
    for (day, _), members in groups.items():
        sentence = log_words().describe(story.entries[members[0]], write.lang)
        if len(members) > 1:
            sentence = write.text("more", sentence=sentence, count=len(members) - 1)
        yield write.plain(day), write.plain(sentence), write.number(len(members))


def wp216(write: Writer, story: Story) -> Section:
    """Show the answers to the three questions of WP216, as last signed."""
    signed = story.latest("risk.signed")
    if signed is None:
        return write.section("wp216", [write.para("wp216-missing", "warn")])
    rows = []
    for key in QUESTIONS:
        question = write.text(key.replace("_", "-"))
        rows.append((Cell(key, question), write.word(signed.details[key]), write.time(signed.time)))
    return write.section("wp216", tables=[write.table("wp216", ("question", "answer", "time"), rows)])


def statement(write: Writer) -> Section:
    """Give the text and the lines that a person signs."""
    lines = (
        "statement-reasons",
        "statement-name",
        "statement-date",
        "statement-signature",
        "statement-review",
    )
    return write.section(
        "statement",
        [write.para("statement-text"), write.para("statement-levels")],
        blanks=[write.text(line) for line in lines],
    )


def limits(write: Writer) -> Section:
    """Say what no log can show."""
    keys = ("limit-people", "limit-dialect", "limit-outside", "limit-law")
    return write.section("limits", [write.para(key) for key in keys])
