"""SIGKILL anywhere in a run leaves a study that opens, verifies and goes on to the same end.

The vault's own tests kill at every one of its steps; here a whole `run` is killed at a few steps spread over it.
`make crash` kills at every one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from anonymizer.cli.app import run
from anonymizer.study import Study, verify_log

PHRASE = "fjell bre skog elv"
REGISTER = """\
code;name;gender;age;consent_date;speaker;transcripts
K7QX;Tordis Fjellro;f;43;2026-01-13;R;a.txt|b.txt
M2WD;Halvor Brekkås;m;58;2026-01-14;H;b.txt
"""
POINTS = int(os.environ.get("ANONYMIZER_CRASH_POINTS", "3"))


def setting(base: Path) -> tuple[list[str], dict[str, str]]:
    (base / "p.csv").write_text(REGISTER, encoding="utf-8")
    (base / "a.txt").write_text("I: Hei.\n\nR: Jeg heter Tordis Fjellro og bor på Gran.\n", encoding="utf-8")
    (base / "b.txt").write_text("I: Hei.\n\nR: Ja, Halvor.\n\nH: Ja, Tordis.\n", encoding="utf-8")
    arguments = [
        "run",
        "a.txt",
        "b.txt",
        "--participants",
        "p.csv",
        "--new",
        "s",
        "--keys",
        "k",
        "--to",
        "clean",
    ]
    environment = {
        **os.environ,
        "ANONYMIZER_PASSPHRASE": PHRASE,
        "XDG_STATE_HOME": str(base / "state"),
        "XDG_DATA_HOME": str(base / "data"),
    }
    environment.pop("ANONYMIZER_KEYS", None)
    return [*arguments, "--rules", "fictive-names", "--quiet"], environment


def anonymizer(
    arguments: list[str], base: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "anonymizer", *arguments],
        cwd=base,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def survives(
    base: Path, arguments: list[str], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", environment["XDG_STATE_HOME"])
    monkeypatch.setenv("XDG_DATA_HOME", environment["XDG_DATA_HOME"])
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PHRASE)
    monkeypatch.chdir(base)
    if (base / "s" / "study.yaml").exists():
        assert not verify_log(base / "s").broken
    assert run(arguments) == 0
    manifest = json.loads((base / "clean" / "manifest.json").read_text(encoding="utf-8"))
    texts = [(base / "clean" / entry["file"]).read_text(encoding="utf-8") for entry in manifest["files"]]
    assert len(texts) == 2
    assert not [
        name for name in ("Tordis", "Fjellro", "Halvor", "Gran") if any(name in text for text in texts)
    ]
    assert not verify_log(base / "s").broken
    with Study.open(base / "s") as study:
        assert len(study.transcripts()) == 2
    assert [path.name for path in base.iterdir() if path.name.startswith(".export-")] == []


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("point", [2, 9, 23, 38, 55][:POINTS] if POINTS <= 5 else range(1, POINTS + 1))
def test_a_killed_run_goes_on(point, tmp_path, monkeypatch):
    arguments, environment = setting(tmp_path)
    killed = anonymizer(arguments, tmp_path, {**environment, "ANONYMIZER_FAILPOINT": str(point)})
    if killed.returncode == 0 and POINTS > 5:
        pytest.skip("the run was over before this point")
    assert killed.returncode == -signal.SIGKILL, "the run was over before this point"
    survives(tmp_path, arguments, environment, monkeypatch)
