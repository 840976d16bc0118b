"""The command: exit codes, folders, streams."""

from __future__ import annotations

import io
import json

import pytest
from anonymizer.cli.app import run

CLEAN = "Teori\n\nStigma er beskrevet av Hovland (1963).\n"
BLOCKS = "Funn\n\n«Så kom Trude og hentet meg den kvelden», sa han.\n"
WARNS = "Forord\n\nTakk til Bente på værestedet.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {"clean.txt": CLEAN, "blocks.md": f"# {BLOCKS}", "warns.txt": WARNS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["clean.txt"], 0),
        (["warns.txt"], 0),
        (["warns.txt", "--fail-on", "warn"], 1),
        (["blocks.md"], 1),
        (["missing.txt"], 2),
        (["clean.txt", "--allow", "missing.yaml"], 2),
    ],
)
def test_exit_codes(folder, arguments, code):
    assert run(["scan", *arguments]) == code


def test_a_broken_file_is_told_and_the_others_are_scanned(folder, capsys):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    assert run(["scan", str(folder), "--format", "jsonl"]) == 2
    out, err = capsys.readouterr()
    assert {json.loads(line)["rule"] for line in out.splitlines()} >= {"name-in-quote", "name-in-preface"}
    assert "broken.pdf: the file is damaged" in err
    assert err.count("\n") == 1


def test_standard_input_is_read(folder, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(BLOCKS.encode())))
    assert run(["scan", "-"]) == 1
    assert "Trude" not in capsys.readouterr().out


def test_a_baseline_is_written_and_used(folder, capsys):
    words = ["--owner", "S. B.", "--reason", "first run", "--expires", "2999-01-01"]
    assert run(["scan", "blocks.md", "--write-baseline", "known.json"]) == 2
    assert run(["scan", "blocks.md", "--write-baseline", "known.json", *words]) == 1
    assert run(["scan", "blocks.md", "--baseline", "known.json"]) == 0
