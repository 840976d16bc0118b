"""How long all checks take on a study with 90 transcripts of 9 participants (limit: 2 s), without a passphrase.

Run it alone: ``python benchmarks/checks.py``. The records and the log are those of a finished study; no text is
needed, since the checks read none.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from anonymizer.detect import rules_digest
from anonymizer.participants import ParticipantRow, Scope
from anonymizer.policy import checks
from anonymizer.study import Study
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.workspace import new_id
from anonymizer.vault import KdfCost

PARTICIPANTS, TRANSCRIPTS, DECISIONS, ROUNDS = 9, 90, 40, 5


def build(folder: Path) -> Path:
    """Return the folder of a study whose records say that everything was taken through all stages."""
    study = Study.create(
        folder / "study",
        pack="sikt-base",
        passphrase="fjell bre skog elv",  # noqa: S106 - opens this study only
        keys=folder / "keys",
        kdf_cost=KdfCost.floor(),
    )
    with study:
        rows = [
            ParticipantRow(code=f"Q{number}X", name=f"Deltaker {number}", scopes=frozenset({Scope.INTERVIEW}))
            for number in range(PARTICIPANTS)
        ]
        study.import_rows(rows)
        space, people = study.space, list(study.participants())
        pack, rules = space.pack.digest, rules_digest(space.pack)
        counts = {
            "direct": {"PERSON": 12},
            "strong": {},
            "indirect": {"LOCATION": 9},
            "flagged": {"DIALECT": 4},
        }
        for number in range(TRANSCRIPTS):
            key, who = new_id(), people[number % PARTICIPANTS]
            record = TranscriptRecord(
                number=number + 1,
                format="txt",
                participants=(who,),
                turns=60,
                words=8000,
                digest_object=new_id(),
                source_object=new_id(),
                text_object=new_id(),
                findings_object=new_id(),
                findings_generation=1,
                detector=rules,
                reviewed=(1, 0),
                clean_object=new_id(),
                clean_generation=1,
                made_from=(1, 1, 0, pack),
            )
            with space.vault.change() as tx:
                space.save_transcript(tx, key, record)
                tx.log(
                    "detection.done",
                    object_id=key,
                    details={
                        **counts,
                        "version": 1,
                        "status": "complete",
                        "rules": rules,
                        "unresolved": 0,
                        "source": "detector",
                    },
                )
                for _ in range(DECISIONS):
                    tx.log(
                        "decision.made",
                        object_id=key,
                        details={
                            "decision": "keep",
                            "type": "DIALECT",
                            "tier": "indirect",
                            "source": "person",
                            "version": 1,
                            "count": 1,
                            "reason": "needed-for-meaning",
                        },
                    )
    return folder / "study"


def main() -> None:
    """Print how long the checks take inside a process and as a command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "state")
        place = build(folder)
        checks()
        inside, outside = [], []
        for _ in range(ROUNDS):
            with Study.open(place) as study:
                start = time.perf_counter()
                results = study.check()
                inside.append(time.perf_counter() - start)
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "anonymizer", "check", "--study", str(place), "--quiet"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            outside.append(time.perf_counter() - start)
    print(
        f"{len(results)} checks, {TRANSCRIPTS} transcripts of {PARTICIPANTS} participants, medians of {ROUNDS}:"
    )
    print(
        f"in the process {statistics.median(inside):.2f} s, as a command {statistics.median(outside):.2f} s (limit 2)"
    )


if __name__ == "__main__":
    main()
