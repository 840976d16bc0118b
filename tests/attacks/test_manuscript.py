"""A manuscript in continuous integration: the report of a scan is read by everyone who sees the build."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from anonymizer.cli.app import run

from .conftest import FNR, MAIL, NAME, PHONE
from .test_canaries import canaries_in
from .test_digests import found

MANUSCRIPT = f"""\
# Funn

Vi takker {NAME}. Informanten kan nås på {MAIL} eller {PHONE}; fødselsnummeret er {FNR}.

> «Jeg heter {NAME}», sa hun.
"""


@pytest.fixture
def manuscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "artikkel.md"
    path.write_text(MANUSCRIPT, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["text", "jsonl", "sarif", "junit", "html"])
def test_no_report_of_a_scan_holds_what_it_found(
    form: str, manuscript: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", manuscript.name, "--format", form]) == 1
    said = "".join(capsys.readouterr())
    assert manuscript.name in said
    assert canaries_in(said) == []
    words = {
        word.encode() for word in (NAME, MAIL, PHONE, FNR, *NAME.split(), *MANUSCRIPT.splitlines()) if word
    }
    assert found(words, said.encode()) == []


def test_it_is_told_when_it_is_asked_for(manuscript: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without this, the test above would pass on a scan that finds nothing."""
    assert run(["scan", manuscript.name, "--format", "jsonl", "--show-text"]) == 1
    assert {"brattkvern", FNR} <= set(canaries_in(capsys.readouterr().out))


def test_a_baseline_tells_nothing_about_the_words(manuscript: Path) -> None:
    arguments = ["--write-baseline", "known.json", "--owner", "redaksjonen", "--reason", "rettes i korrektur"]
    run(["scan", manuscript.name, *arguments, "--expires", "2099-01-01"])
    raw = Path("known.json").read_bytes()
    assert json.loads(raw)
    assert canaries_in(raw) == []
    assert found({NAME.encode(), MAIL.encode(), PHONE.encode(), FNR.encode()}, raw) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"PK\x03\x04" + NAME.encode()),
        ("a.odt", b"PK\x03\x04" + NAME.encode()),
        ("a.xlsx", b"PK\x03\x04" + NAME.encode()),
        ("a.pdf", b"%PDF-1.7\n" + NAME.encode() + b"\ntrailer<</Root 1 0 R>>"),
        ("a.html", b"\x00\xff\xfe\x81" + NAME.encode("utf-16-le")),
        ("a.tex", b"\x00\x01\x02" + NAME.encode()),
    ],
)
def test_a_hostile_manuscript_is_refused_in_one_line(
    name: str,
    content: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    assert run(["scan", name]) == 2
    said = capsys.readouterr()
    assert len([line for line in said.err.splitlines() if line.startswith("anonymizer: ")]) == 1
    assert "internal error" not in said.err
    assert canaries_in(said.out + said.err) == []
