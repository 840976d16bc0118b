"""A hostile transcript, register or file name that would drive the terminal, a spreadsheet or a script."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from anonymizer.cli.app import cli, run
from anonymizer.cli.common import printable
from click.testing import CliRunner

from .conftest import environment

CSI, TURN, HOLD = "\x9b31m", "\u202e", "\u2066"
EVIL = f"{CSI}{TURN}{HOLD}"
CLEAR, TITLE = "\x1b[2J", "\x1b]0;x\x07"
DRIVES = ("\x1b", "\x07", "\x08", "\x7f", "\x9b", "\u202e", "\u2066", "\r")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a study from a transcript that is full of control characters."""
    for name, value in environment(tmp_path, ANONYMIZER_PASSPHRASE="kort").items():
        if name.startswith(("XDG_", "ANONYMIZER_")):
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    monkeypatch.chdir(tmp_path)
    segments = [
        {"start": 0, "end": 1, "speaker": "I", "text": f"Hei{EVIL}."},
        {
            "start": 1,
            "end": 9,
            "speaker": "Tordis",
            "text": f"Jeg heter Tordis{EVIL} Fjellro, {CSI}sa {EVIL}Halvor.",
        },
    ]
    (tmp_path / "a.json").write_text(json.dumps({"segments": segments}), encoding="utf-8")
    (tmp_path / "p.csv").write_text(
        "code;name;workplace;consent_date;letter_version;scopes;speaker;transcripts\n"
        f"K7QX;Tordis{TURN} Fjellro;=cmd|x{TURN};2026-01-13;2;interview;Tordis;a.json\n"
        "interviewer;Oda Spørvik;;;;;I;\n",
        encoding="utf-8",
    )
    target = ["--new", "s", "--rules", "fictive-names", "--keys", "k", "--to", "out", "--quiet"]
    code = run(["run", "a.json", "--participants", "p.csv", *target])
    assert code == 0
    return tmp_path


@pytest.mark.parametrize("control", ["\x1b", "\x07", "\x08", "\x7f"])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.txt", "I: Hei {}.\n"),
        ("a.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v T>Hei {}\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nT: Hei {}\n"),
        ("a.json", '{{"segments": [{{"start": 0, "end": 1, "text": "Hei {}"}}]}}'),
    ],
)
def test_a_transcript_with_control_characters_is_refused_on_reading(
    control: str, name: str, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sign = json.dumps(control)[1:-1] if name.endswith("json") else control
    Path(name).write_text(body.format(sign), encoding="utf-8")
    assert run(["detect", name]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["detect", "a.json"],
        ["transcript", "show", "1", "--original"],
        ["transcript", "show", "1"],
        ["transcript", "list"],
        ["participant", "show", "K7QX"],
        ["status"],
    ],
)
def test_nothing_printed_drives_the_terminal(
    hostile: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    where = [] if arguments[0] == "detect" else ["--study", "s"]
    capsys.readouterr()
    assert run([*arguments, *where]) == 0
    said = "".join(capsys.readouterr())
    assert [sign for sign in DRIVES if sign in said] == []
    assert "Tordis" in said or arguments[0] in {"status", "transcript"}


def test_review_shows_the_words_without_their_controls(hostile: Path) -> None:
    said = CliRunner().invoke(cli, ["review", "--study", "s", "1"], input="n\nn\nq\n").output
    assert "Tordis" in said
    assert [sign for sign in DRIVES if sign in said] == []


def test_a_word_is_shown_as_it_is_but_for_what_drives() -> None:
    assert printable("Ærlig talt\tja\n«æøå» – ok\u00a0nå") == "Ærlig talt\tja\n«æøå» – ok\u00a0nå"
    assert [sign for sign in DRIVES if sign in printable(EVIL + CLEAR + TITLE)] == []
    assert printable("\udc80") == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot exist there")
@pytest.mark.parametrize(
    "name", [f"a{CLEAR}b.docx", "a\nanonymizer: alt er vel.docx", "a\rb.docx", os.fsdecode(b"\xff\x80.docx")]
)
def test_a_files_name_makes_no_second_line_and_no_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path(name).write_bytes(b"PK\x03\x04")
    except OSError:
        pytest.skip("this file system refuses such names")
    assert run(["detect", name]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert [sign for sign in DRIVES if sign in said] == []
    assert "the file is damaged" in said


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="such names cannot exist there")
@pytest.mark.parametrize("form", ["table", "jsonl", "html"])
def test_a_name_that_is_no_text_stops_nothing(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = os.fsdecode(b"\xff\x80.txt")
    Path(name).write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
    code = run(["detect", name, "--format", form])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "Tordis" in said.out


def test_json_lines_are_one_record_a_line(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unicode has line ends that a careless reader splits at; JSON Lines are split at line feeds alone."""
    Path("b.txt").write_text("R: Jeg heter Tordis\u2028Fjellro, og\x85Halvor Brekkås.\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["detect", "b.txt", "--format", "jsonl"]) == 0
    for line in capsys.readouterr().out.rstrip("\n").split("\n"):
        assert json.loads(line)["path"] == "b.txt"


def test_one_place_alone_writes_tables(product: object) -> None:
    """Formulas are defused where cells are written; a second writer would be a second chance to forget it."""
    import anonymizer

    root = Path(anonymizer.__file__).parent
    writers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("csv.writer", "DictWriter", "Workbook("))
    ]
    unguarded = [name for name in writers if "csv_cell" not in (root / name).read_text(encoding="utf-8")]
    assert writers
    assert unguarded == []


def test_a_formula_that_someone_said_stays_words(hostile: Path) -> None:
    Path("f.txt").write_text("I: Ja?\n\nTordis: =1+1 sa jeg.\n\nI: - Nei\n\nTordis: +2\n", encoding="utf-8")
    assert run(["ingest", "f.txt", "--participant", "K7QX", "--study", "s", "--quiet"]) == 0
    for verb in ("detect", "pseudonymise"):
        assert run([verb, "--study", "s", "--quiet"]) == 0
    assert run(["export", "--study", "s", "--to", "tables", "--format", "csv", "--quiet"]) == 0
    import csv

    cells: list[str] = []
    for path in Path("tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    assert {"'=1+1 sa jeg.", "'- Nei", "'+2"} <= set(cells)
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r")] == []
