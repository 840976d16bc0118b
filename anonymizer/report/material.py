"""What there is, what was deleted and how, and which duties are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from anonymizer.audit import Entry
from anonymizer.report.messages import log_words
from anonymizer.report.model import Cell, Section, Writer
from anonymizer.report.story import Story

__all__ = ["deletions", "inventory", "obligations"]

_VERSIONS = ("transcript.ingested", "transcript.replaced", "transcript.struck", "transcript.rewritten")
_DELETIONS = (
    "transcript.removed",
    "transcript.struck",
    "source.removed",
    "audio.deleted",
    "key.shredded",
    "withdrawal.erased",
    "quote.removed",
    "note.erased",
    "certificate.written",
    "obligation.met",
)
_BY_KEY = frozenset({"key.shredded", "withdrawal.erased"})
_BY_HAND = "confirmed-by-hand"


def obligations(write: Writer, story: Story, made: dt.date) -> Section:
    """Show every duty with its term, the open ones first."""
    order = ("overdue", "open", "met")
    listed = sorted(
        story.obligations(made), key=lambda one: (order.index(one[2]), one[0].details.get("due", "9"))
    )
    rows = [
        (
            write.word(entry.details["obligation"]),
            write.plain(entry.rule),
            write.plain(entry.time[:10]),
            write.plain(entry.details.get("due")),
            write.plain(met.time[:10] if met is not None else None),
            write.word(met.details.get("evidence") if met is not None else None),
            write.state(state),
        )
        for entry, met, state in listed
    ]
    columns = ("obligation", "rule", "opened", "due", "met", "evidence", "state")
    return write.section("obligations", tables=[write.table("obligations", columns, rows)])


def inventory(write: Writer, story: Story) -> Section:
    """Show transcripts, recordings and backups, each with its state and the digest of its ciphertext."""
    gone = story.gone()
    newest: dict[str, Entry] = {}
    for entry in story.of(*_VERSIONS):
        if entry.object is not None:
            newest[entry.object] = entry
    transcripts = []
    for key, first in story.transcripts().items():
        last = newest[key]
        transcripts.append(
            (
                write.id(key),
                write.ids(first.details["participants"]),
                write.word(first.details["format"]),
                write.number(last.details.get("turns", first.details["turns"])),
                write.number(last.details.get("words", first.details["words"])),
                write.number(last.details["version"]),
                write.id(last.details.get("ciphertext")),
                write.state("removed" if key in gone else "present"),
            )
        )
    deleted = story.latest_by_object("audio.deleted")
    recordings = [
        (
            write.id(entry.object),
            write.word(entry.details.get("recorder")),
            write.word(entry.details["delete"]),
            write.plain(entry.details.get("due")),
            write.plain(deleted[entry.object or ""].time[:10] if entry.object in deleted else None),
        )
        for entry in story.of("audio.added")
    ]
    backups = [
        (
            write.time(entry.time),
            write.plain(entry.details.get("due")),
            write.id(entry.details.get("ciphertext")),
        )
        for entry in story.of("backup.made")
    ]
    columns = ("transcript", "participants", "format", "turns", "words", "version", "digest", "state")
    return write.section(
        "inventory",
        [write.para("inventory-lead")],
        [
            write.table("transcripts", columns, transcripts),
            write.table("recordings", ("recording", "recorder", "delete", "due", "deleted"), recordings),
            write.table("backups", ("time", "due", "digest"), backups),
        ],
    )


def deletions(write: Writer, story: Story) -> Section:
    """Show what was deleted, when, how and by whom, and say what that can't prove."""
    rows = list(_deleted(write, story))
    paragraphs = [write.para("deletion-limits")]
    if any(row[2].raw == _BY_HAND for row in rows):
        paragraphs.append(write.para("deletion-hand"))
    met = {entry.object for entry in story.of("obligation.met")}
    backups = [
        entry
        for entry in story.of("obligation.opened")
        if entry.details["obligation"] == "delete-backup" and entry.object not in met
    ]
    if backups:
        paragraphs.append(write.para("backups-open", "warn", count=len(backups)))
    return write.section(
        "deletions", paragraphs, [write.table("deletions", ("time", "what", "method", "actor"), rows)]
    )


def _deleted(write: Writer, story: Story) -> Iterator[tuple[Cell, ...]]:
    for entry in story.of(*_DELETIONS):
        details = entry.details
        if entry.action == "obligation.met" and not details["obligation"].startswith("delete-"):
            continue
        method = details.get("erasure") or details.get("evidence")
        if entry.action in _BY_KEY:
            method = "key-destroyed"
        yield (
            write.time(entry.time),
            write.plain(log_words().describe(entry, write.lang)),
            write.word(method),
            write.id(entry.actor),
        )
