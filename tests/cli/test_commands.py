"""The command line as a script sees it: exit codes, what goes where, one line for each error."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from anonymizer.cli.app import VERBS, run


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", "fjell bre skog elv")
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    monkeypatch.chdir(tmp_path)


def test_help_names_every_verb(capsys):
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    for verb in VERBS:
        assert verb in said


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb, capsys):
    assert run([verb, "--help"]) == 0
    assert "Usage: anonymizer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "way"),
    [
        (["nope"], "anonymizer --help"),
        (["scan"], "anonymizer scan --help"),
        (["scan", "--formt", "x"], "anonymizer scan --help"),
        (["scan", "--format", "x", "y"], "anonymizer scan --help"),
        (["participant", "withdraw"], "anonymizer participant withdraw --help"),
        (["audit", "show", "--from", "no\nsuch"], "anonymizer audit show --help"),
    ],
)
def test_wrong_usage_is_one_line_that_says_where_to_read_on(words, way, capsys):
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("anonymizer: ")
    assert err.endswith(f"; see {way}\n")
    assert err.count("\n") == 1


def test_python_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "anonymizer", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("anonymizer, version ")


def test_detect_prints_the_contracts_fields(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
    assert run(["detect", "a.txt", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    row = next(row for row in rows if row["entity_type"] == "PERSON")
    assert list(row) == [
        "path",
        "start",
        "end",
        "text",
        "entity_type",
        "tier",
        "action",
        "score",
        "recognizer",
        "turn",
        "turn_start",
        "turn_end",
        "speaker",
        "part",
    ]
    assert (row["path"], row["text"], row["turn"], row["speaker"]) == ("a.txt", "Tordis Fjellro", 0, "R")
    assert "R: Jeg heter Tordis Fjellro.\n"[row["start"] : row["end"]] == row["text"]
    assert "Jeg heter Tordis Fjellro."[row["turn_start"] : row["turn_end"]] == row["text"]


def test_detect_names_a_bad_file_and_does_the_others(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("R: Jeg heter Tordis.\n", encoding="utf-8")
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04broken")
    assert run(["detect", "b.docx", "a.txt", "--format", "jsonl"]) == 2
    said = capsys.readouterr()
    assert "b.docx" in said.err
    assert "Tordis" in said.out
    assert "Tordis" not in said.err


def test_detect_reads_standard_input(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "anonymizer", "detect", "-", "--format", "jsonl"],
        input=b"Jeg heter Tordis Fjellro.",
        capture_output=True,
        check=True,
    )
    assert "Tordis Fjellro" in done.stdout.decode()


def test_detect_shares_files_among_processes(tmp_path, capsys):
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(
            f"R: Jeg heter Tordis Fjellro og bor på Gran. {name}\n", encoding="utf-8"
        )
    assert run(["detect", ".", "--format", "jsonl"]) == 0
    alone = capsys.readouterr().out
    assert run(["detect", ".", "--format", "jsonl", "--jobs", "2"]) == 0
    assert capsys.readouterr().out == alone


def test_the_findings_page_marks_and_escapes(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("R: <b>Tordis Fjellro</b> er her.\n", encoding="utf-8")
    assert run(["detect", "a.txt", "--format", "html"]) == 0
    page = capsys.readouterr().out
    assert "&lt;b&gt;" in page
    assert "Tordis Fjellro<small>PERSON</small>" in page


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["status"], 2, "no study here or above"),
        (["nonsense"], 2, "no such command"),
        (["detect", "missing.txt"], 2, "missing.txt"),
        (["init", "s", "--rules", "no-such-pack"], 2, "no pack"),
        (["rules", "show", "nonsense"], 2, "no pack"),
        (["audit", "verify", "--from", "missing"], 2, "missing"),
    ],
)
def test_an_error_is_one_line_with_its_code(arguments, code, says, capsys):
    assert run(arguments) == code
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_a_study_from_init_to_status(tmp_path, capsys):
    assert run(["init", "s", "--rules", "fictive-names", "--keys", "k"]) == 0
    fingerprint = capsys.readouterr().out.strip()
    assert fingerprint
    assert run(["status", "--study", "s"]) == 0
    assert run(["audit", "verify", "--study", "s", "--key", fingerprint]) == 0
    assert "confirmed" in capsys.readouterr().out
    assert run(["audit", "show", "--study", "s"]) == 0
    shown = capsys.readouterr().out
    assert run(["audit", "export", "shown.jsonl", "--study", "s"]) == 0
    capsys.readouterr()
    assert run(["audit", "show", "--from", "shown.jsonl"]) == 0
    assert capsys.readouterr().out == shown
    assert run(["rules", "list"]) == 0
    assert run(["keys", "list", "--study", "s"]) == 0
    assert "responsible" in capsys.readouterr().out


def test_a_wrong_passphrase_is_exit_4(tmp_path, monkeypatch, capsys):
    assert run(["init", "s", "--rules", "fictive-names", "--keys", "k"]) == 0
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", "wrong")
    assert run(["detect", "--study", "s"]) == 4
    monkeypatch.delenv("ANONYMIZER_PASSPHRASE")
    assert run(["detect", "--study", "s"]) == 4
    assert "passphrase" in capsys.readouterr().err


def test_keys_inside_the_study_are_refused(tmp_path, capsys):
    assert run(["init", "s", "--rules", "fictive-names", "--keys", "s/keys"]) == 2
    assert not (tmp_path / "s" / "study.db").exists()


def test_an_unforeseen_error_shows_no_traceback_and_no_text(monkeypatch, capsys, tmp_path):
    (tmp_path / "a.txt").write_text("R: Jeg heter Tordis.\n", encoding="utf-8")

    def explode(*_: object, **__: object) -> None:
        raise ValueError("Tordis")

    monkeypatch.setattr("anonymizer.study.detect_files", explode)
    assert run(["detect", "a.txt"]) == 2
    said = capsys.readouterr().err
    assert "internal error (ValueError" in said
    assert "Tordis" not in said


def test_another_pack_for_an_existing_study_is_refused(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("R: Jeg heter Tordis.\n", encoding="utf-8")
    (tmp_path / "p.csv").write_text(
        "code;name;consent_date;speaker;transcripts\nK7QX;Tordis Fjellro;2026-01-13;R;a.txt\n",
        encoding="utf-8",
    )
    again = ["run", "a.txt", "--participants", "p.csv", "--new", "s", "--keys", "k", "--rules"]
    assert run([*again, "fictive-names"]) == 0
    assert run([*again, "fictive-names"]) == 0
    assert run([*again, "small-community"]) == 2
    assert "another rule pack (fictive-names)" in capsys.readouterr().err
    assert run(["review", "99", "--study", "s"]) == 2
    assert "there is no transcript 99" in capsys.readouterr().err
