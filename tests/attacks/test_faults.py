"""Faults of the machine: one line that helps, nothing half-done, and it goes on afterwards."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from anonymizer.audit import Outcome
from anonymizer.cli.app import run
from anonymizer.errors import AnonymizerError
from anonymizer.study import Study, verify_log

from .conftest import PHRASE, command, environment

posix = pytest.mark.skipif(os.name != "posix", reason="rights and limits of POSIX")


def one_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.startswith("anonymizer: ")]
    assert len(lines) == 1, said
    assert "Traceback" not in said
    assert "internal error" not in said, said
    return lines[0]


def whole(home: Path) -> None:
    """The study opens with everything in it and its log is sound."""
    assert not verify_log(home / "s").broken
    with Study.open(home / "s", passphrase=PHRASE) as study:
        assert len(study.transcripts()) >= 4
        for record in study.transcripts().values():
            assert study.space.original(record).turns


# --- two at once --------------------------------------------------------------------------------------------


def test_a_second_command_is_told_to_wait_and_readers_go_on(inside: Path) -> None:
    with Study.open(inside / "s", passphrase=PHRASE):
        for arguments in (["detect"], ["pseudonymise"], ["export", "--to", "x"], ["whois", "1"]):
            done = command(inside, *arguments, "--study", "s")
            assert done.returncode == 2
            assert "another process has the study open for writing; wait until it has ended" in one_line(
                done.stderr
            )
        for arguments in (["status"], ["audit", "verify"], ["transcript", "list"]):
            assert command(inside, *arguments, "--study", "s").returncode == 0
    assert not (inside / "x").exists()
    assert command(inside, "detect", "--study", "s").returncode == 0


def test_two_commands_started_together_both_end_well_or_say_busy(inside: Path) -> None:
    own = environment(inside, ANONYMIZER_PASSPHRASE=PHRASE)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "anonymizer", "export", "--study", "s", "--to", f"o{number}", "--quiet"],
            cwd=inside, env=own, stderr=subprocess.PIPE, text=True,
        )
        for number in range(2)
    ]  # fmt: skip
    ended = [(process.communicate()[1], process.returncode) for process in started]
    assert 0 in {code for _, code in ended}
    for said, code in ended:
        assert code == 0 or "another process has the study open" in one_line(said)
    whole(inside)


# --- disks ----------------------------------------------------------------------------------------------------


def without_roots_rights() -> None:
    """Give up what sets root above the rights of files, so that they hold in a container too (prctl(2))."""
    import ctypes

    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, out of the bounding set (24)
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def held_back(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command that the rights of files hold back."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env=environment(home, ANONYMIZER_PASSPHRASE=PHRASE),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=without_roots_rights if os.geteuid() == 0 else None,
    )


@posix
@pytest.mark.parametrize("folder", ["s", "k", "state"])
def test_a_folder_that_cannot_be_written_is_named_and_nothing_changes(folder: str, inside: Path) -> None:
    home = inside
    (home / "ny.txt").write_text("I: Hei.\n\nZorgwulf: Noe nytt.\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in (home / "s").rglob("*") if path.is_file()}
    parts = [home / folder, *(home / folder).rglob("*")]
    for path in parts:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        probe = held_back(home, "-c", f"open({str(home / folder / 'x')!r}, 'w')")
        verb = ["keys", "rotate"] if folder == "k" else ["ingest", "ny.txt", "--participant", "K7QX"]
        done = held_back(home, "-m", "anonymizer", *verb, "--study", "s")
        reading = held_back(home, "-m", "anonymizer", "audit", "verify", "--study", "s")
    finally:
        for path in parts:
            path.chmod(0o700 if path.is_dir() else 0o600)
    if probe.returncode == 0:
        pytest.skip("rights do not hold this user back")
    if folder == "state":  # what this machine remembers is written after the commit, and catches up later
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 2, done.stderr
        one_line(done.stderr)
    assert reading.returncode == 0, reading.stderr
    if folder == "s":
        assert {path: path.read_bytes() for path in before} == before
    whole(home)
    assert not verify_log(home / "s").broken


@posix
@pytest.mark.parametrize("room", [0, 30_000, 150_000, 195_000])
def test_a_full_disk_is_said_and_survived(room: int, inside: Path) -> None:
    """``RLIMIT_FSIZE`` makes every write beyond ``room`` fail, as a full disk or a quota does."""
    (inside / "ny.txt").write_text(
        "I: Hei.\n\nZorgwulf: Noe nytt, sa Halvor Brekkås. " + "Ja. " * 9000, encoding="utf-8"
    )
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "from anonymizer.cli.app import run\n"
        "sys.exit(run(['ingest', 'ny.txt', '--participant', 'K7QX', '--study', 's']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=inside, env=environment(inside, ANONYMIZER_PASSPHRASE=PHRASE), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    one_line(done.stderr)
    whole(inside)
    assert run(["ingest", "ny.txt", "--participant", "K7QX", "--study", "s", "--quiet"]) == 0
    with Study.open(inside / "s", passphrase=PHRASE) as study:
        assert len(study.transcripts()) == 5


@posix
@pytest.mark.parametrize("room", [0, 100, 2000])
def test_an_export_on_a_full_disk_leaves_no_half_folder(room: int, inside: Path) -> None:
    code = (
        "import resource, sys, anonymizer.study.exporting as exporting\n"
        "from anonymizer.cli.app import run\n"
        "build = exporting._build\n"
        "def with_little_room(*given):\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, resource.RLIM_INFINITY))\n"
        "    return build(*given)\n"
        "exporting._build = with_little_room\n"
        "sys.exit(run(['export', '--study', 's', '--to', 'o']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=inside, env=environment(inside, ANONYMIZER_PASSPHRASE=PHRASE), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    one_line(done.stderr)
    assert not (inside / "o").exists()
    assert not [path for path in inside.iterdir() if path.name.startswith(".export")]
    whole(inside)
    assert run(["export", "--study", "s", "--to", "o", "--quiet"]) == 0


# --- what has gone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", ["k", "k/keys.db", "k/keytable.db"])
def test_a_stick_that_is_not_there_is_said_and_nothing_is_made_in_its_place(
    gone: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = inside / "away"
    (inside / gone).rename(away)
    for verb in ("detect", "pseudonymise"):
        assert run([verb, "--study", "s"]) in (2, 3, 4)
        assert "key" in one_line(capsys.readouterr().err).casefold()
    assert run(["status", "--study", "s"]) == 0
    assert run(["audit", "verify", "--study", "s"]) == 0
    assert not (inside / gone).exists()
    away.rename(inside / gone)
    assert run(["detect", "--study", "s", "--quiet"]) == 0
    whole(inside)


def test_a_stick_pulled_out_in_the_middle_leaves_the_old_state_or_the_new(inside: Path) -> None:
    with Study.open(inside / "s", passphrase=PHRASE) as study:
        (inside / "k").rename(inside / "away")
        with pytest.raises((AnonymizerError, OSError)):
            study.rotate_keys()
    (inside / "away").rename(inside / "k")
    whole(inside)


def test_without_what_this_machine_remembers_the_log_is_consistent_in_itself_only(inside: Path) -> None:
    shutil.rmtree(inside / "state")
    verdict = verify_log(inside / "s")
    assert verdict.outcome is Outcome.CONSISTENT
    with Study.open(inside / "s", passphrase=PHRASE, keys=inside / "k") as study:
        assert study.transcripts()
    assert verify_log(inside / "s").outcome is Outcome.CONFIRMED


@pytest.mark.parametrize(
    "content",
    [
        "",
        "id: x\n",
        "- 1\n",
        "\x00",
        "id: !!python/object/apply:os.system ['touch pwned']\n",
        "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a]\n",
    ],
)
def test_a_study_file_that_is_none_is_said(
    content: str, inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inside / "s" / "study.yaml").write_text(content, encoding="utf-8")
    assert run(["status", "--study", "s"]) == 2
    one_line(capsys.readouterr().err)
    assert not (inside / "pwned").exists()


def test_the_study_file_of_another_study_does_not_pass(inside: Path) -> None:
    raw = (inside / "s" / "study.yaml").read_text(encoding="utf-8")
    with Study.open(inside / "s") as study:
        identity = study.space.profile.id
    (inside / "s" / "study.yaml").write_text(raw.replace(identity, "ab" * 16), encoding="utf-8")
    assert run(["detect", "--study", "s", "--keys", "k"]) == 3
    assert run(["audit", "verify", "--study", "s"]) == 3


# --- clocks ---------------------------------------------------------------------------------------------------


class Yesteryear(dt.datetime):
    """A clock whose battery went."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return dt.datetime(2001, 1, 1, tzinfo=tz)


def test_a_clock_that_went_back_is_told_and_breaks_nothing(
    inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("anonymizer.vault.vault.datetime", Yesteryear)
    assert run(["export", "--study", "s", "--to", "back", "--quiet"]) == 0
    capsys.readouterr()
    assert run(["audit", "verify", "--study", "s"]) == 0
    assert "the clock went back before 1 entry; ask why" in capsys.readouterr().err
    with Study.open(inside / "s") as study:
        assert [entry.time for entry in study.log_entries()][-1].startswith("2001-01-01")
    whole(inside)


# --- what the environment says --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ANONYMIZER_PASSPHRASE", ""),
        ("ANONYMIZER_PASSPHRASE", " " + PHRASE),
        ("ANONYMIZER_PASSPHRASE", PHRASE.upper()),
        ("ANONYMIZER_PASSPHRASE", "x" * 1_000_000),
        ("ANONYMIZER_PASSPHRASE", "\udce5\udcff"),
    ],
)
def test_a_wrong_passphrase_from_the_environment_opens_nothing(
    name: str, value: str, inside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (inside / "s" / "study.db").read_bytes()
    monkeypatch.setenv(name, value)
    assert run(["detect", "--study", "s"]) == (2 if value.startswith("\udce5") else 4)
    line = one_line(capsys.readouterr().err)
    assert len(line) < 200
    assert value.strip() not in line or not value.strip()
    assert (inside / "s" / "study.db").read_bytes() == before


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "99999999", "1e3", "٣"])
def test_the_fail_point_can_do_nothing_but_end_the_process(value: str, inside: Path) -> None:
    done = command(inside, "status", "--study", "s", ANONYMIZER_FAILPOINT=value)
    assert done.returncode == 0


def test_a_database_prepared_to_run_something_is_refused(inside: Path) -> None:
    """A trigger or a view in study.db would act with the rights of whoever opens it."""
    conn = sqlite3.connect(inside / "s" / "study.db")
    conn.execute("CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM record; END")
    conn.commit()
    conn.close()
    assert run(["detect", "--study", "s"]) == 3
