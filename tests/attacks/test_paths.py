"""Paths, links and rights: what is opened, written and deleted is what was named, and nobody else's to read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from anonymizer.cli.app import run
from anonymizer.study import Study

from .conftest import PHRASE, Product, command, environment, mode

posix = pytest.mark.skipif(os.name != "posix", reason="links and rights of POSIX")


@posix
def test_everything_that_is_private_is_the_users_alone(product: Product) -> None:
    """The story ran under the most careless umask there is."""
    for folder in ("s", "k", "out/run", "out/docx", "out/csv"):
        assert mode(product.home / folder) == "0o700", folder
        for path in product.files(folder):
            assert mode(path) == "0o600", path.name
            assert mode(path.parent) == "0o700", path.parent.name
    for path in product.files("state"):
        assert mode(path) == "0o600", path.name
        assert mode(path.parent) == "0o700"


@posix
def test_a_command_writes_for_its_user_alone_whatever_it_writes(inside: Path) -> None:
    old = os.umask(0)
    try:
        assert command(inside, "audit", "export", "bundle", "--study", "s").returncode == 0
        assert command(inside, "export", "--study", "s", "--to", "new/deep/out").returncode == 0
    finally:
        os.umask(old)
    assert mode(inside / "bundle") == "0o600"
    assert {mode(path) for path in (inside / "new").rglob("*") if path.is_dir()} == {"0o700"}


def test_a_manifest_that_someone_else_wrote_deletes_nothing(inside: Path) -> None:
    """A folder that holds a thesis and a file called manifest.json is not ours to replace."""
    folder = inside / "mine"
    folder.mkdir()
    (folder / "avhandling.docx").write_bytes(b"aarevis av arbeid")
    outside = inside / "dagbok.txt"
    outside.write_text("min", encoding="utf-8")
    with Study.open(inside / "s") as study:
        known = next(iter(study.space.exports()))
    for claims in ("nobody", "", known):
        files = [{"file": "avhandling.docx"}, {"file": "../dagbok.txt"}, {"file": str(outside)}]
        (folder / "manifest.json").write_text(
            json.dumps({"format": 1, "export": claims, "files": files}), encoding="utf-8"
        )
        assert run(["export", "--study", "s", "--to", "mine"]) == 2
        assert (folder / "avhandling.docx").read_bytes() == b"aarevis av arbeid"
        assert outside.read_text(encoding="utf-8") == "min"


@posix
def test_a_linked_export_folder_is_followed_and_stays_a_link(inside: Path) -> None:
    real = inside / "real"
    real.mkdir()
    (inside / "link").symlink_to(real)
    for form in ("txt", "csv"):
        assert run(["export", "--study", "s", "--to", "link", "--format", form, "--quiet"]) == 0
        assert (inside / "link").is_symlink()
        assert {path.suffix for path in real.iterdir()} == {f".{form}", ".json"}
        assert not [path.name for path in inside.iterdir() if path.name.startswith(".export")]


@posix
def test_a_link_put_in_the_export_folder_is_not_written_through(inside: Path) -> None:
    assert run(["export", "--study", "s", "--to", "o", "--format", "txt", "--quiet"]) == 0
    victim = inside / "victim"
    victim.write_bytes(b"mine")
    name = json.loads((inside / "o" / "manifest.json").read_bytes())["files"][0]["file"]
    (inside / "o" / name).unlink()
    (inside / "o" / name).symlink_to(victim)
    assert run(["export", "--study", "s", "--to", "o", "--format", "txt", "--quiet"]) == 0
    assert victim.read_bytes() == b"mine"
    assert not (inside / "o" / name).is_symlink() or (inside / "o" / name).read_bytes() != b"mine"


@posix
def test_a_link_in_a_folder_of_transcripts_leads_nowhere(
    inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = inside / "hemmelig.txt"
    secret.write_text("R: Jeg heter Halvor Brekkås.\n", encoding="utf-8")
    folder = inside / "mappe"
    folder.mkdir()
    (folder / "a.txt").write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
    (folder / "b.txt").symlink_to(secret)
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "c.txt")
    capsys.readouterr()
    assert run(["detect", "mappe", "--format", "jsonl"]) == 0
    said = capsys.readouterr().out
    assert "Tordis" in said
    assert "Brekkås" not in said


def test_a_register_names_files_and_opens_none(inside: Path) -> None:
    """``transcripts`` is compared with the files of the command line; a path in it reaches nothing."""
    (inside / "hemmelig.txt").write_text("Zorgwulf: Noe helt annet.\n", encoding="utf-8")
    (inside / "p.csv").write_text(
        "code;name;speaker;transcripts\n"
        f"K7QX;Zorgwulf Qvistbekkedal;Zorgwulf;../hemmelig.txt|hemmelig.txt|/etc/passwd|{inside / 'hemmelig.txt'}\n"
        "interviewer;Oda Spørvik;I;\n",
        encoding="utf-8",
    )
    with Study.open(inside / "s") as study:
        before = len(study.transcripts())
    assert run(["participant", "import", "p.csv", "--study", "s", "--quiet"]) == 0
    with Study.open(inside / "s") as study:
        assert len(study.transcripts()) == before


@pytest.mark.parametrize("code", ["../../ut", "/etc/x", "a/b", "..", "a\\b", "=1+1", "K7\x00"])
def test_a_code_that_is_a_path_is_refused(code: str, inside: Path) -> None:
    (inside / "p.csv").write_text(f"code;name\n{code};Tordis Fjellro\n", encoding="utf-8")
    assert run(["participant", "import", "p.csv", "--study", "s"]) == 2


def test_keys_and_state_never_stand_in_the_study(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by option, nor by the environment, nor through a link."""
    assert run(["init", "n", "--rules", "fictive-names", "--keys", "n/keys"]) == 2
    monkeypatch.setenv("ANONYMIZER_KEYS", str(inside / "n" / "keys"))
    assert run(["init", "n", "--rules", "fictive-names"]) == 2
    if os.name == "posix":
        (inside / "elsewhere").mkdir()
        (inside / "n2").symlink_to(inside / "elsewhere")
        monkeypatch.setenv("ANONYMIZER_KEYS", str(inside / "elsewhere" / "keys"))
        assert run(["init", "n2", "--rules", "fictive-names"]) == 2
    monkeypatch.setenv("ANONYMIZER_KEYS", str(inside / "k3"))
    monkeypatch.setenv("XDG_STATE_HOME", str(inside / "n" / "state"))
    assert run(["init", "n", "--rules", "fictive-names"]) == 2
    assert not (inside / "n" / "study.db").exists()
    assert not (inside / "elsewhere" / "study.db").exists()


@posix
def test_a_study_reached_by_a_link_is_the_same_study(inside: Path) -> None:
    (inside / "here").symlink_to(inside / "s")
    assert run(["status", "--study", "here"]) == 0
    assert run(["detect", "--study", "here", "--quiet"]) == 0
    assert run(["audit", "verify", "--study", "here"]) == 0


@posix
def test_a_source_without_end_is_read_to_the_cap_and_refused() -> None:
    """A device says it has no bytes and gives them for ever."""
    pytest.importorskip("resource")
    code = (
        "import resource, sys\n"
        "import anonymizer.formats as f\n"
        "from dataclasses import replace\n"
        "import anonymizer.study.sources as s\n"
        "s.DEFAULT = replace(f.DEFAULT, source=1 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 31, 1 << 31))\n"
        "from anonymizer.cli.app import run\n"
        "sys.exit(run(['detect', '/dev/zero']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr[-500:]


def test_the_passphrase_file_is_not_repeated_in_an_error(
    inside: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANONYMIZER_PASSPHRASE")
    Path("phrase").write_bytes(b"\xff\xfe hemmelig-setning \x80")
    assert run(["detect", "--study", "s", "--passphrase-file", "phrase"]) == 2
    Path("phrase").write_text("hemmelig-setning\n", encoding="utf-8")
    assert run(["detect", "--study", "s", "--passphrase-file", "phrase"]) == 4
    assert "hemmelig-setning" not in "".join(capsys.readouterr())
    Path("phrase").write_text(f"{PHRASE}\r\n", encoding="utf-8", newline="")
    assert run(["detect", "--study", "s", "--passphrase-file", "phrase"]) == 0


def test_the_environment_of_another_study_does_not_open_this_one(inside: Path) -> None:
    other = environment(inside, ANONYMIZER_PASSPHRASE=PHRASE, ANONYMIZER_KEYS=str(inside / "nowhere"))
    done = subprocess.run(
        [sys.executable, "-m", "anonymizer", "detect", "--study", "s"],
        cwd=inside, env=other, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (2, 3, 4)
    assert done.stderr.startswith("anonymizer: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (inside / "nowhere").exists()
