"""Policy: the rules as data, checked against a study's facts. Decides, and does nothing else.

``run_checks(facts, pack, today=...)`` answers every rule of ``rules/checks/``; ``guard(results, step)`` raises
where one holds the step back. ``lint_letter`` reads an information letter, ``find_claims`` and ``earned_label``
guard the word "anonymous". See docs/checks.md.
"""

from anonymizer.data import Language, Text
from anonymizer.policy.catalogue import Catalogue, Rule, Variant, checks, load_checks, validate_settings
from anonymizer.policy.facts import (
    Approval,
    Condition,
    Consent,
    Dpia,
    Facts,
    Hold,
    Incident,
    Keys,
    Letter,
    MemberCheck,
    Obligation,
    Participant,
    Project,
    Publication,
    Recording,
    Request,
    Risk,
    Sample,
    StorageUse,
    Transcript,
    Waiver,
)
from anonymizer.policy.labels import Claim, Label, earned_label, find_claims, overclaims
from anonymizer.policy.letters import LetterFault, lint_letter
from anonymizer.policy.registry import HoldsBack, Severity, Step, Verdict
from anonymizer.policy.running import CheckResult, blocking, guard, run_checks, warnings
from anonymizer.policy.sources import sources_of
from anonymizer.policy.storage import Matrix, StorageClass, load_matrices, matrix_for
from anonymizer.policy.wording import looked_at_words, word

__all__ = [
    "Approval",
    "Catalogue",
    "CheckResult",
    "Claim",
    "Condition",
    "Consent",
    "Dpia",
    "Facts",
    "Hold",
    "HoldsBack",
    "Incident",
    "Keys",
    "Label",
    "Language",
    "Letter",
    "LetterFault",
    "Matrix",
    "MemberCheck",
    "Obligation",
    "Participant",
    "Project",
    "Publication",
    "Recording",
    "Request",
    "Risk",
    "Rule",
    "Sample",
    "Severity",
    "Step",
    "StorageClass",
    "StorageUse",
    "Text",
    "Transcript",
    "Variant",
    "Verdict",
    "Waiver",
    "blocking",
    "checks",
    "earned_label",
    "find_claims",
    "guard",
    "lint_letter",
    "load_checks",
    "load_matrices",
    "looked_at_words",
    "matrix_for",
    "overclaims",
    "run_checks",
    "sources_of",
    "validate_settings",
    "warnings",
    "word",
]
