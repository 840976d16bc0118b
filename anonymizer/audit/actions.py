"""What can be logged: each action and the details it may carry, a closed list.

To add an action: one entry here, one sentence in Bokmål and English in ``rules/messages/audit.yaml`` (a test
says which is missing). A key ending in ``?`` may be left out. Every action may have ``note?``, the id of a
sealed, erasable note: reasons come from a list, free text never stands in the log. Never change the meaning
of a key that a released version wrote; add a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from anonymizer.audit.kinds import (
    COUNT,
    DATE,
    DIGEST,
    FLAG,
    ID,
    IDS,
    PACK,
    RULE,
    TIME,
    TIME_TEXT,
    TYPE,
    TYPE_COUNTS,
    VERSION,
    Kind,
    members,
    word,
    words,
)
from anonymizer.model import Tier, Verdict

__all__ = ["ACTIONS", "SYSTEM", "LogAction"]

SYSTEM = "system"
"""The actor of what the program does without anyone's slot: finishing an interrupted change on opening."""

_SCOPES = words("interview", "audio", "quotes", "archive", "recontact")
_MASTERS = words("work", "identity")
_ROLE = word("responsible", "researcher", "student", "supervisor", "assistant", "reviewer", "recovery")
_EVIDENCE = word("form", "audio", "oral", "electronic")
_FORMAT = word("txt", "vtt", "srt", "json", "docx", "csv", "html", "odt", "pdf", "ics", "jsonl")
_SOURCE = word("detector", "person", "register")
_TIER = word(*Tier)
_SCHEME = word("fictive-name", "number", "codename", "none")
_PURPOSE = word("analysis", "publication", "archive")
_STEP = word(
    *("open", "ingest", "detect", "review", "pseudonymise", "export", "publish", "member-check", "quote"),
    *("withdraw", "rectify", "restrict", "access", "audio", "backup", "restore", "close", "keys", "report"),
)
_KEY_USE = word(
    *("ingest", "detect", "review", "pseudonymise", "re-identify", "withdraw", "access", "rectify", "scan"),
    *("member-check", "quote", "backup", "close", "keys", "register", "export"),
)
_REASON = word(
    *("no-identifier", "common-word", "public-figure", "public-body", "needed-for-meaning", "consented"),
    *("already-coarse", "wrong-boundary", "wrong-type", "missed", "large-pool", "other"),
)
_WAIVER = word(
    *("approved-by-data-protection-officer", "approved-by-committee", "approved-by-institution"),
    *("documented-elsewhere", "not-relevant-here", "awaiting-answer", "technical", "other"),
)
_CHECK = word("pass", "fail", "not-applicable", "needs-evidence", "waived")
_SEVERITY = word("block", "warn", "info")
_OBLIGATION = word(
    *("delete-source", "delete-copy", "delete-backup", "delete-audio", "delete-contact", "delete-key"),
    *("delete-paper", "tell-recipient", "condition", "transcribe", "notify", "answer-right", "member-check"),
    *("project-end", "retention-end", "final-message", "incident-report", "review", "renew-waiver"),
)
_RIGHT = word("access", "rectification", "erasure", "restriction", "objection", "portability", "withdrawal")
_CHECKED = word("transcript", "quotes", "results")
_WHEN_DELETED = word("after-transcription", "after-analysis", "at-end")
_ERASURE = word("key-destroyed", "overwritten", "deleted", "confirmed-by-hand")
_LABEL = word("identifiable", "pseudonymised", "anonymised")
_ENDING = word("delete", "anonymise", "archive")
_EXCEPTION = word("anonymised", "completed-analysis", "serious-research-harm", "legal-duty", "none")
_FIELDS = words(
    *("name", "aliases", "gender", "age", "municipality", "workplace", "contact", "speaker", "sample"),
    *("consent", "transcripts", "third-persons"),
)
_CHANGE = word(
    *("create", "keys", "passphrase", "slot-add", "slot-remove", "rotate", "recovery", "register", "ingest"),
    *("draw-surrogates", "shred"),
    *("withdraw", "rectify", "restrict", "restore", "close", "merge", "move", "strike", "replace", "remove"),
)
_LANG = word("nb", "en")

_TABLE: dict[str, dict[str, Kind]] = {
    # the study and its frame
    "study.created": {
        "key": DIGEST,
        "pack": PACK,
        "pack_digest?": DIGEST,
        "profile": COUNT,
        "software": VERSION,
    },
    "profile.changed": {"profile": COUNT, "consequence": word("report-and-wait", "no-need")},
    "pack.changed": {"pack": PACK, "pack_digest?": DIGEST},
    "letter.added": {
        "letter": VERSION,
        "date?": DATE,
        "scopes?": _SCOPES,
        "ending?": _ENDING,
        "group_withdrawal?": word("remove-turns", "keep-group"),
        "audio_deleted?": _WHEN_DELETED,
        "member_check?": _CHECKED,
    },
    "approval.recorded": {
        "body": word("sikt", "rek", "nesh", "data-protection-officer", "institution"),
        "status": word("sent", "approved", "not-required", "refused", "changed"),
        "date?": DATE,
        "conditions?": COUNT,
    },
    "label.set": {"label": _LABEL},
    "study.closed": {"ending": _ENDING, "destroyed?": COUNT, "kept?": COUNT, "checklist?": COUNT},
    # keys and slots
    "slot.added": {"masters": _MASTERS, "role": _ROLE, "public": DIGEST, "slots": DIGEST},
    "slot.removed": {"role": _ROLE, "slots": DIGEST},
    "keys.rotated": {"masters": _MASTERS, "generation": COUNT, "slots": DIGEST, "rewrapped?": COUNT},
    "recovery.made": {"masters": _MASTERS, "slots": DIGEST},
    "key.shredded": {
        "generation": COUNT,
        "cause": word("withdrawal", "rectification", "strike", "close", "remove"),
    },
    "keytable.read": {"purpose": _KEY_USE, "rows": COUNT},
    "identity.opened": {"purpose": _KEY_USE, "version?": COUNT},
    "whois.asked": {"rows": COUNT, "purpose?": _KEY_USE},
    # participants, consent, capacity
    "register.imported": {"added": COUNT, "updated": COUNT, "unchanged": COUNT},
    "participant.added": {"by": word("form", "import")},
    "participant.updated": {"version": COUNT, "fields": _FIELDS},
    "consent.recorded": {"letter": VERSION, "scopes": _SCOPES, "date?": DATE, "evidence?": _EVIDENCE},
    "ground.recorded": {
        "ground": word("consent", "public-interest", "exemption", "assent", "guardian", "other-basis"),
        "date?": DATE,
    },
    "capacity.set": {"capacity": word("ok", "doubt", "declined", "reconfirmed"), "date?": DATE},
    # transcripts and the stages
    "transcript.ingested": {
        "participants": IDS,
        "format": _FORMAT,
        "turns": COUNT,
        "words": COUNT,
        "version": COUNT,
        "ciphertext": DIGEST,
    },
    "transcript.duplicate-refused": {"count?": COUNT},
    "transcript.replaced": {"version": COUNT, "turns": COUNT, "words": COUNT, "ciphertext": DIGEST},
    "transcript.moved": {"participants": IDS, "ciphertext?": DIGEST},
    "transcript.struck": {
        "version": COUNT,
        "turns": COUNT,
        "versions_rewritten?": COUNT,
        "ciphertext?": DIGEST,
    },
    "transcript.removed": {"versions": COUNT, "erasure": _ERASURE},
    "source.removed": {"erasure": _ERASURE},
    "detection.done": {
        "version": COUNT,
        "status": word("complete", "incomplete"),
        "rules": DIGEST,
        "direct": TYPE_COUNTS,
        "strong": TYPE_COUNTS,
        "indirect": TYPE_COUNTS,
        "flagged": TYPE_COUNTS,
        "unresolved": COUNT,
        "problems?": COUNT,
        "source": _SOURCE,
    },
    "decision.made": {
        "decision": word(*Verdict, "keep", "merge", "split", "undo"),
        "type": TYPE,
        "was_type?": TYPE,
        "tier": _TIER,
        "source": _SOURCE,
        "version": COUNT,
        "count": COUNT,
        "reason?": _REASON,
        "pool?": COUNT,
    },
    "transcript.reviewed": {"version": COUNT, "undecided": COUNT},
    "transcript.stale": {"cause": word("known-name", "rules", "pack", "rectified")},
    "surrogates.drawn": {"scheme": _SCHEME, "count": COUNT},
    "surrogate.redrawn": {"cause": word("taken-by-real-name", "asked-for", "restored")},
    "transcript.pseudonymised": {
        "version": COUNT,
        "scheme": _SCHEME,
        "replaced": TYPE_COUNTS,
        "unresolved": COUNT,
        "dialect?": word("kept", "flagged", "normalised"),
        "gender_neutralised?": FLAG,
        "dates_shifted?": FLAG,
        "third_persons?": COUNT,
        "ciphertext": DIGEST,
    },
    "export.made": {
        "purpose": _PURPOSE,
        "format": words(*_FORMAT.words),
        "files": COUNT,
        "transcripts": IDS,
        "reviewed": COUNT,
        "unreviewed": COUNT,
        "label?": _LABEL,
    },
    "recall.sampled": {"sampled": COUNT, "missed": COUNT, "words?": COUNT},
    # what is meant for publication
    "quote.added": {"transcript": ID, "turns": COUNT, "linkable": word("none", "number", "pseudonym")},
    "quote.removed": {"transcript": ID},
    "sample-table.set": {"rows": COUNT, "columns": COUNT, "smallest_group?": COUNT},
    "institution.named": {"pool": COUNT},
    "events.judged": {"coarsened": COUNT, "open": COUNT},
    "manuscript.scanned": {"block": COUNT, "warn": COUNT, "words?": COUNT},
    "risk.assessed": {
        "unique": COUNT,
        "below": COUNT,
        "threshold": COUNT,
        "quotes?": COUNT,
        "small_places?": COUNT,
    },
    "risk.signed": {
        "singling_out": word("no", "unlikely", "possible"),
        "linkability": word("no", "unlikely", "possible"),
        "inference": word("no", "unlikely", "possible"),
    },
    # recordings, member checks
    "audio.added": {
        "delete": _WHEN_DELETED,
        "due?": DATE,
        "sealed": FLAG,
        "recorder?": word("nettskjema", "recorder", "teams", "zoom", "phone", "other"),
    },
    "audio.deleted": {"erasure": _ERASURE},
    "member-check.sent": {"what": _CHECKED, "due": DATE},
    "member-check.answered": {
        "what": _CHECKED,
        "answer": word("approved", "changes", "refused", "no-answer"),
    },
    # rules
    "gate.refused": {"step": _STEP, "severity?": _SEVERITY},
    "check.done": {"step": _STEP, "verdict": _CHECK, "severity": _SEVERITY, "looked_at?": COUNT},
    "check.waived": {"reason": _WAIVER, "expires": DATE},
    "waiver.ended": {"cause": word("expired", "revoked")},
    "incident.recorded": {"discovered": TIME, "report": word("needed", "not-needed", "sent")},
    # rights
    "right.requested": {"right": _RIGHT, "due": DATE},
    "right.answered": {
        "right": _RIGHT,
        "answer": word("done", "refused", "extended"),
        "exception?": _EXCEPTION,
    },
    "withdrawal.frozen": {"scopes": _SCOPES, "objects": COUNT},
    "withdrawal.unfrozen": {"scopes": _SCOPES},
    "withdrawal.erased": {
        "scopes": _SCOPES,
        "transcripts": COUNT,
        "rewritten": COUNT,
        "recordings": COUNT,
        "quotes": COUNT,
        "exports": COUNT,
        "outside": COUNT,
        "exception?": _EXCEPTION,
    },
    "transcript.rewritten": {
        "version": COUNT,
        "turns_removed": COUNT,
        "generation": COUNT,
        "ciphertext": DIGEST,
    },
    "participant.rectified": {
        "version": COUNT,
        "carried": COUNT,
        "questioned": COUNT,
        "old": word("destroyed", "restricted"),
    },
    "restriction.set": {"scopes?": _SCOPES},
    "restriction.lifted": {"scopes?": _SCOPES},
    "objection.recorded": {"due": DATE},
    "access-copy.made": {"format": _FORMAT, "transcripts": COUNT, "third_persons_masked": COUNT},
    "certificate.written": {
        "what": word("erasure", "audio", "source", "key", "close", "copy", "contact"),
        "erasure?": _ERASURE,
    },
    # copies and duties
    "backup.made": {"due?": DATE, "ciphertext?": DIGEST},
    "backup.restored": {"size": COUNT, "shredded_again?": COUNT},
    "obligation.opened": {"obligation": _OBLIGATION, "due?": DATE},
    "obligation.met": {
        "obligation": _OBLIGATION,
        "evidence?": word("done-by-tool", "confirmed-by-hand", "document"),
    },
    # changes that also touch the keys, in two steps
    "intent.opened": {
        "change": _CHANGE,
        "if_interrupted": word("finish", "undo"),
        "keys_before?": DIGEST,
        "keys_after?": DIGEST,
        "keytable_after?": DIGEST,
        "parts?": IDS,
    },
    "intent.completed": {"intent": COUNT},
    "intent.undone": {"intent": COUNT},
    # the log and the report themselves
    "log.exported": {"size": COUNT},
    "report.made": {"lang": _LANG, "format": word("html", "json")},
    "note.erased": {"cause": word("withdrawal", "asked-for", "close")},
}

_RULE_OR_EMPTY = f'(?:""|{RULE.pattern})'
_ID_OR_EMPTY = f'(?:""|{ID.pattern})'


@dataclass(frozen=True)
class LogAction:
    """One thing that can be logged: the kinds of its details, which must stand, and its line's pattern."""

    name: str
    details: Mapping[str, Kind]
    required: frozenset[str]

    @cached_property
    def line(self) -> re.Pattern[bytes]:
        """Matches the canonical bytes of an entry with this action; groups: prev, seq, time."""
        body = members((key, kind.pattern, key in self.required) for key, kind in self.details.items())
        text = (
            rf'\{{"action":"{re.escape(self.name)}","actor":(?:"{SYSTEM}"|{ID.pattern}),"details":\{{{body}\}}'
            rf',"object":{_ID_OR_EMPTY},"prev":"([0-9a-f]{{64}})","rule":{_RULE_OR_EMPTY}'
            rf',"seq":([1-9][0-9]{{0,14}}),"time":"({TIME_TEXT})","v":1\}}'
        )
        # Compiled on first use: all of them together would take a tenth of a second of every command.
        return re.compile(text.encode())


def _action(name: str, spec: Mapping[str, Kind]) -> LogAction:
    required = frozenset(key for key in spec if not key.endswith("?"))
    details = {key.removesuffix("?"): kind for key, kind in {**spec, "note?": ID}.items()}
    return LogAction(name, details, required)


ACTIONS: Mapping[str, LogAction] = {name: _action(name, spec) for name, spec in _TABLE.items()}
