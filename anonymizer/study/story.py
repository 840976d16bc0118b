"""What the log tells, as the checks ask for it: its words are fixed, and it outlives what it is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anonymizer.audit import Entry
from anonymizer.participants import one_month

__all__ = ["Story"]

_TOUCHES = {
    "detection.done",
    "decision.made",
    "transcript.reviewed",
    "transcript.pseudonymised",
    "export.made",
    "quote.added",
}

_QUESTIONS = ("singling_out", "linkability", "inference")
"""WP216's, as the log names them."""


@dataclass
class Story:
    """What the log tells, read entry by entry."""

    people: set[str]
    speakers: Mapping[str, tuple[str, ...]]
    types: dict[str, dict[str, int]] = field(default_factory=dict)
    gender: dict[str, bool] = field(default_factory=dict)
    third_persons: dict[str, int] = field(default_factory=dict)
    recordings: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    quotes: dict[str, str] = field(default_factory=dict)
    pools: list[int | None] = field(default_factory=list)
    incidents: dict[str, dict[str, Any]] = field(default_factory=dict)
    risk: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, tuple[str, ...]] = field(default_factory=dict)
    recovery: set[str] = field(default_factory=set)
    rare_events: int | None = None
    manuscript_blocks: int | None = None
    sample_table: bool = False
    label: str | None = None
    closed: bool = False
    first_ingest: dt.date | None = None
    touched: int = 0
    _restricted: set[str] = field(default_factory=set)

    def read(self, entry: Entry) -> None:
        """Take in one entry."""
        details, about = entry.details, entry.object or ""
        day = dt.date.fromisoformat(entry.time[:10])
        if entry.action in _TOUCHES and self._restricted:
            told = {about, *details.get("transcripts", ()), str(details.get("transcript", ""))}
            self.touched += any(self._restricted & set(self.speakers.get(one, ())) for one in told)
        handler = getattr(self, "_on_" + re.sub(r"[.-]", "_", entry.action), None)
        if handler is not None:
            handler(details, about, day)

    def _on_transcript_ingested(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.first_ingest = min(day, self.first_ingest or day)

    def _on_detection_done(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        found: dict[str, int] = {}
        for group in ("direct", "strong", "indirect", "flagged"):
            for name, count in details[group].items():
                found[name] = found.get(name, 0) + count
        self.types[about] = found

    def _on_transcript_pseudonymised(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        if "gender_neutralised" in details:
            self.gender[about] = details["gender_neutralised"]
        if "third_persons" in details:
            self.third_persons[about] = details["third_persons"]

    def _on_decision_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        if details["decision"] == "keep" and details["type"] == "ORGANIZATION":
            self.pools.append(details.get("pool"))

    def _on_events_judged(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.rare_events = details["open"]

    def _on_manuscript_scanned(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.manuscript_blocks = details["block"]

    def _on_institution_named(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.pools.append(details["pool"])

    def _on_audio_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.recordings[about] = {name: details.get(name) for name in ("recorder", "due", "sealed")}

    def _on_audio_deleted(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.recordings.setdefault(about, {})["deleted"] = day

    def _on_right_requested(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        due = dt.date.fromisoformat(details["due"])
        self.requests.append({"right": details["right"], "due": due, "about": about})

    def _on_right_answered(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        waiting = [one for one in self.requests if one["about"] == about and "answered" not in one]
        mine = [one for one in waiting if one["right"] == details["right"]]
        one = mine[0] if mine else {"right": details["right"], "due": day, "about": about}
        if not mine:
            self.requests.append(one)
        if details["answer"] == "extended":
            one["due"] = one_month(one["due"], 2)
            return
        one.update(answered=day, answer=details["answer"], exception=details.get("exception"))

    def _on_restriction_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.add(about)

    def _on_objection_recorded(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.add(about)

    def _on_restriction_lifted(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self._restricted.discard(about)

    def _on_quote_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.quotes[about] = details["linkable"]

    def _on_quote_removed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.quotes.pop(about, None)

    def _on_sample_table_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.sample_table = details["rows"] > 0

    def _on_risk_assessed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        names = ("unique", "below", "threshold", "small_places")
        self.risk.update({name: details.get(name) for name in names})
        self.risk["small_places"] = details.get("small_places")

    def _on_risk_signed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.risk.update({name: details[name] for name in _QUESTIONS})

    def _on_recall_sampled(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.risk.update({name: details[name] for name in ("sampled", "missed")})

    def _on_incident_recorded(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.incidents[about] = {"discovered": details["discovered"], "report": details["report"]}

    def _on_slot_added(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.slots[about] = tuple(details["masters"])

    def _on_recovery_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        # The printed key opens all, but it is no person: it counts for the key table, not for access.
        self.slots.pop(about, None)
        self.recovery.add(about)

    def _on_slot_removed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.slots.pop(about, None)
        self.recovery.discard(about)

    def _on_export_made(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.label = details.get("label", self.label)
        # What was signed before is not about what left now.
        for question in _QUESTIONS:
            self.risk.pop(question, None)

    def _on_label_set(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        self.label = details["label"]

    def _on_study_closed(self, details: Mapping[str, Any], about: str, day: dt.date) -> None:
        # Closing destroys the key table, every data key but the study's own, and the sealed recordings with them.
        self.closed = True
        for one in self.recordings.values():
            one.setdefault("deleted", day)
