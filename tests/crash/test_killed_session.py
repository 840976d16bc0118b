"""SIGKILL at random moments of a working day: what was done is there, what was not is not, and the day goes on.

A few kills here; ``make crash`` does a thousand (``ANONYMIZER_KILLS``).
"""

from __future__ import annotations

import os
import random
import select
import signal
import time
from pathlib import Path

import pytest
from anonymizer.study import Study, verify_log
from anonymizer.vault import KdfCost

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

KILLS = int(os.environ.get("ANONYMIZER_KILLS", "4"))
PHRASE = "fjell bre skog elv"
REGISTER = """\
code;name;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;2026-01-13;2;interview;R;a.txt|b.txt
M2WD;Halvor Brekkås;2026-01-14;2;interview;H;b.txt|c.txt
interviewer;Oda Spørvik;;;;I;
"""
TEXTS = {
    "a.txt": "I: Hei.\n\nR: Jeg heter Tordis Fjellro.\n",
    "b.txt": "I: Hei.\n\nR: Ja, Halvor.\n\nH: Ja, Tordis.\n",
    "c.txt": "I: Hei.\n\nH: Jeg heter Halvor Brekkås.\n",
}


def day(base: Path, done: int) -> None:
    """Do everything of a day that is not done yet, and say each thing once it is."""

    def say(what: str) -> None:
        os.write(done, what.encode() + b"\n")

    if (base / "s" / "study.yaml").exists():
        study = Study.open(base / "s", passphrase=PHRASE, keys=base / "k")
    else:
        study = Study.create(
            base / "s", pack="fictive-names", passphrase=PHRASE, keys=base / "k", kdf_cost=KdfCost.floor()
        )
    with study:
        say("made")
        if "M2WD" in _codes(study) or not study.transcripts():
            study.run([base / name for name in TEXTS], base / "p.csv", to=base / "out")
            say("run")
        for key, record in study.transcripts().items():
            if not record.is_reviewed and record.findings_object is not None:
                study.review(key).mark_reviewed()
        say("reviewed")
        study.rotate_keys()
        say("rotated")
        if "M2WD" in _codes(study):
            study.withdraw("M2WD")
            study.erase("M2WD", confirm="M2WD")
        say("erased")


def _codes(study: Study) -> set[str]:
    return {record.code for record in study.participants().values()}


def killed_after(base: Path, seconds: float) -> tuple[set[str], bool]:
    """Run the day in a child, end it after ``seconds``; return what it said was done, and whether it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            day(base, writing)
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writing)
    said, end = b"", time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
        piece = os.read(reading, 4096)
        if not piece:
            break
        said += piece
    os.kill(child, signal.SIGKILL)
    while piece := os.read(reading, 4096):
        said += piece
    os.close(reading)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "the day broke off by itself"
    return set(said.decode().split()), status != 0


def check(base: Path, done: set[str]) -> None:
    """Everything that was said to be done is there, and the study is whole."""
    if not (base / "s" / "study.yaml").exists():
        assert not done
        return
    assert not verify_log(base / "s").broken
    with Study.open(base / "s", passphrase=PHRASE, keys=base / "k") as study:
        records = study.transcripts()
        for record in records.values():
            assert study.space.original(record).turns
            if record.clean_object is not None:
                text = "\n".join(turn.text for turn in study.space.clean(record).turns)
                assert "Fjellro" not in text
                assert "Brekkås" not in text
        actions = [entry.action for entry in study.log_entries()]
        if "run" in done and "M2WD" in _codes(study):
            assert len(records) == 3
        if "erased" in done:
            assert "M2WD" not in _codes(study)
            assert "key.shredded" in actions
        if "M2WD" not in _codes(study) and actions.count("key.shredded"):
            assert len(records) == 2
        assert not [path.name for path in (base / "k").iterdir() if path.name.endswith(".next")]


def test_a_day_killed_anywhere_is_ended_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import anonymizer

    anonymizer.detect("Jeg heter Tordis.")  # what is slow is loaded once, before the forks
    chance = random.Random(os.environ.get("ANONYMIZER_SEED", "20260301"))
    kills = round_number = 0
    longest = 3.0
    while kills < KILLS:
        round_number += 1
        base = tmp_path / str(round_number)
        base.mkdir()
        monkeypatch.setenv("XDG_STATE_HOME", str(base / "state"))
        monkeypatch.setenv("XDG_DATA_HOME", str(base / "data"))
        (base / "p.csv").write_text(REGISTER, encoding="utf-8")
        for name, text in TEXTS.items():
            (base / name).write_text(text, encoding="utf-8")
        done: set[str] = set()
        while kills < KILLS:
            begun = time.monotonic()
            said, killed = killed_after(base, chance.uniform(0, longest))
            done |= said
            kills += killed
            check(base, done)
            if not killed:
                longest = max(0.2, 1.2 * (time.monotonic() - begun))
                break
        said, killed = killed_after(base, 120)
        assert not killed
        check(base, done | said)
        assert "erased" in said
