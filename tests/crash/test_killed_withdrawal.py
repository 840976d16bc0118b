"""SIGKILL anywhere in an erasure: either nothing is erased and all is frozen, or all of it is erased."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from anonymizer.errors import UsageError
from anonymizer.participants import ParticipantRow
from anonymizer.study import Study, verify_log
from anonymizer.study.holds import Cause, holds
from anonymizer.vault import KdfCost

PHRASE = "fjell bre skog elv"
POINTS = [int(each) for each in os.environ.get("ANONYMIZER_WITHDRAWAL_POINTS", "4,11,15").split(",")]


def read_all(study: Study) -> list[str]:
    return [
        " ".join(turn.text for turn in study.space.original(record).turns)
        for record in study.transcripts().values()
    ]


@pytest.mark.parametrize("number", POINTS)
def test_a_killed_erasure_is_whole_or_nothing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "g.txt").write_text("I: Hei.\n\nR: Jeg er Tordis.\n\nH: Takk, Tordis.\n", encoding="utf-8")
    with Study.create(
        tmp_path / "s", pack="fictive-names", passphrase=PHRASE, keys=tmp_path / "k", kdf_cost=KdfCost.floor()
    ) as study:
        consent = {"letter_version": "1"}
        study.import_rows(
            [
                ParticipantRow("K7QX", "Tordis Fjellro", speaker=("R",), **consent),
                ParticipantRow("M2WD", "Halvor Brekkås", speaker=("H",), **consent),
            ]
        )
        study.ingest(tmp_path / "g.txt", participants=["K7QX", "M2WD"])
        study.withdraw("K7QX")
    erase = ["participant", "withdraw", "K7QX", "--confirm", "K7QX", "--study", "s", "--keys", "k", "--quiet"]
    environment = {**os.environ, "ANONYMIZER_PASSPHRASE": PHRASE, "ANONYMIZER_FAILPOINT": str(number)}
    killed = subprocess.run(
        [sys.executable, "-m", "anonymizer", *erase],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert killed.returncode < 0, "the fail point was not reached"
    assert not verify_log(tmp_path / "s").broken
    with Study.open(tmp_path / "s", passphrase=PHRASE, keys=tmp_path / "k") as study:
        codes = {record.code for record in study.participants().values()}
        if "K7QX" in codes:
            who = study.space.participant_by_code("K7QX")
            assert {one.cause for one in holds(study.space, who).values()} == {Cause.WITHDRAWAL}
            assert read_all(study) == ["Hei. Jeg er Tordis. Takk, Tordis."]
            study.erase("K7QX", confirm="K7QX")
        assert read_all(study) == ["Hei. [utsagn trukket] Takk, [navn trukket]."]
        with pytest.raises(UsageError):
            study.space.participant_by_code("K7QX")
        study.due()
        assert len(list((tmp_path / "s" / "certificates").glob("*.txt"))) == 1
