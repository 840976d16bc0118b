"""The honest log: what was done to a study, when, by whom and by which rule, and never any content.

Entries (``Entry``) form a Merkle tree (RFC 6962) whose head is signed after every command (C2SP checkpoints,
Ed25519). ``Log`` writes them inside the caller's SQLite transaction, ``State`` remembers the newest head
outside the study, ``export`` writes the whole as one text file, ``read_entries`` reads its entries, and
``verify`` says what a log is worth. See docs/log.md. Nothing here needs the rest of the package beyond its
errors and the words of the domain.
"""

from anonymizer.audit.actions import ACTIONS, SYSTEM, LogAction
from anonymizer.audit.bundle import export, read_entries
from anonymizer.audit.entry import Entry
from anonymizer.audit.kinds import is_id
from anonymizer.audit.log import Log
from anonymizer.audit.merkle import verify_consistency, verify_inclusion
from anonymizer.audit.messages import Catalogue, describe, describe_verdict
from anonymizer.audit.note import (
    Checkpoint,
    Ed25519Signer,
    LogKey,
    Signer,
    fingerprint,
    origin_of,
    parse_checkpoint,
)
from anonymizer.audit.opening import check_opening
from anonymizer.audit.proof import prove_entry, prove_growth, verify_entry, verify_growth
from anonymizer.audit.repair import repair
from anonymizer.audit.state import Seen, State
from anonymizer.audit.verdict import Fault, Outcome, Verdict
from anonymizer.audit.verify import read_note, verify

__all__ = [
    "ACTIONS",
    "SYSTEM",
    "Catalogue",
    "Checkpoint",
    "Ed25519Signer",
    "Entry",
    "Fault",
    "Log",
    "LogAction",
    "LogKey",
    "Outcome",
    "Seen",
    "Signer",
    "State",
    "Verdict",
    "check_opening",
    "describe",
    "describe_verdict",
    "export",
    "fingerprint",
    "is_id",
    "origin_of",
    "parse_checkpoint",
    "prove_entry",
    "prove_growth",
    "read_entries",
    "read_note",
    "repair",
    "verify",
    "verify_consistency",
    "verify_entry",
    "verify_growth",
    "verify_inclusion",
]
