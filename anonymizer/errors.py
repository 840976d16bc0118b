"""Everything that can go wrong, in one small tree.

    AnonymizerError                 exit 2
    ├── UsageError                  exit 2   wrong options, wrong CSV, a name that does not exist
    │   ├── PackError               exit 2   a rule pack, lexicon or recogniser file is not valid
    │   └── RegisterError           exit 2   participants.csv or the register contradicts itself
    ├── UnreadableInput             exit 2   a source file is corrupt, encrypted or of an unknown format
    │   └── LimitExceeded           exit 2   a source is larger or deeper than the caps allow
    ├── GateRefused                 exit 1   a rule forbids this step now
    │   └── IncompleteTranscript    exit 1   detection did not finish; nothing of it may leave
    ├── IntegrityError              exit 3   sealed data or the log is not what was written
    │   └── RolledBack              exit 3   an older copy of the study or its keys was put back
    ├── Locked                      exit 4   no or wrong passphrase, or the slot lacks the key needed
    │   └── Shredded                exit 4   the key was destroyed on purpose; nothing can open it again
    └── Busy                        exit 2   another process holds the study

A message says what is wrong, ``where`` (file, line, turn, id) and how to mend it (``hint``). It never holds
transcript text, a name, a code or any other identifier: callers pass offsets, counts and random ids only.
"""

from __future__ import annotations

__all__ = [
    "AnonymizerError",
    "Busy",
    "GateRefused",
    "IncompleteTranscript",
    "IntegrityError",
    "LimitExceeded",
    "Locked",
    "PackError",
    "RegisterError",
    "RolledBack",
    "Shredded",
    "UnreadableInput",
    "UsageError",
    "worst_exit_code",
]


class AnonymizerError(Exception):
    """Base of every error the package raises on purpose.

    ``what`` is one clause without a full stop, ``where`` names a file, line, turn or random id, ``hint`` says
    how to mend it.
    """

    code: str = "error"
    exit_code: int = 2

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        line = f"{line}; {self.hint}" if self.hint else line
        # A file's name may hold line ends, bytes that are no text, or signs that drive a terminal.
        return "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line
        )


class UsageError(AnonymizerError):
    """The command, an option or a referenced thing is wrong."""

    code = "usage"


class PackError(UsageError):
    """A file under ``rules/`` or a user's own pack is not valid; ``where`` is file, line and key."""

    code = "pack"


class RegisterError(UsageError):
    """A row of participants.csv or an entry of the register is wrong; ``where`` is file and row."""

    code = "register"


class UnreadableInput(AnonymizerError):
    """A source could not be read; nothing of it was imported."""

    code = "unreadable"


class LimitExceeded(UnreadableInput):
    """A source goes past a cap on size, depth or member count."""

    code = "limit"


class GateRefused(AnonymizerError):
    """A rule forbids the step; ``rule`` is its id, the hint is the way out."""

    code = "gate"
    exit_code = 1

    def __init__(self, what: str, *, rule: str, where: str = "", hint: str = "") -> None:
        self.rule = rule
        super().__init__(f"{rule}: {what}", where=where, hint=hint)


class IncompleteTranscript(GateRefused):
    """Detection of a transcript did not finish, so that nothing of it may leave."""

    code = "incomplete"


class IntegrityError(AnonymizerError):
    """Sealed data or the log is not what was written: altered, swapped, truncated, forged or missing."""

    code = "integrity"
    exit_code = 3


class RolledBack(IntegrityError):
    """An older copy of the study or of its keys stands where a newer one was seen."""

    code = "rolled-back"


class Locked(AnonymizerError):
    """The passphrase is missing or wrong, or the slot does not hold the master key that is needed."""

    code = "locked"
    exit_code = 4


class Shredded(Locked):
    """The data key was destroyed on purpose (withdrawal); a tombstone in the log says so."""

    code = "shredded"


class Busy(AnonymizerError):
    """Another process is writing to the study."""

    code = "busy"


def worst_exit_code(codes: list[int]) -> int:
    """Return the exit code that stands for several causes: 3, then 4, 2, 1, else 0 (contract)."""
    return next((code for code in (3, 4, 2, 1) if code in codes), 0)
