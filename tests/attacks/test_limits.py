"""Each cap can be set, has a sane default, and refuses with one line that names it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from anonymizer.errors import AnonymizerError, LimitExceeded, UsageError
from anonymizer.formats import DEFAULT, Limits, limits_in_force, read, read_manuscript
from anonymizer.participants import read_register

NAME = "ANONYMIZER_LIMITS"
PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
VTT = "WEBVTT\n\n" + "\n".join(f"00:00:{n:02d}.000 --> 00:00:{n:02d}.500\n<v A{n}>Hei.\n" for n in range(10))


def docx() -> bytes:
    import docx as word

    out = io.BytesIO()
    made = word.Document()
    made.add_paragraph("R: " + "Hei på deg. " * 500)
    made.save(out)
    return out.getvalue()


def pdf() -> bytes:
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    for _ in range(3):
        made.new_page(200, 200)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


CASES: dict[str, tuple[str, Callable[[], object]]] = {
    "source": ("10", lambda: read(b"R: Hei hei hei.\n", "a.txt")),
    "characters": ("10", lambda: read("R: Hei hei på deg.\n".encode(), "a.txt")),
    "members": ("3", lambda: read(docx(), "a.docx")),
    "member": ("1KiB", lambda: read(docx(), "a.docx")),
    "unpacked": ("2KiB", lambda: read(docx(), "a.docx")),
    "depth": ("2", lambda: read(docx(), "a.docx")),
    "turns": ("3", lambda: read(VTT.encode(), "a.vtt")),
    "cues": ("5", lambda: read(VTT.encode(), "a.vtt")),
    "pages": ("2", lambda: read_manuscript(pdf(), "a.pdf")),
    "rows": ("2", lambda: read_register("code;name\nA1;Ola\nB2;Kari\n", where="p.csv")),
}


@pytest.mark.parametrize("cap", CASES)
def test_a_cap_that_is_set_refuses_with_one_line(cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value, reading = CASES[cap]
    monkeypatch.setenv(NAME, f"{cap}={value}")
    with pytest.raises(AnonymizerError) as caught:
        reading()
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, LimitExceeded) or cap == "rows"
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("cap", sorted(set(CASES) - {"pages"}))
def test_without_the_setting_the_same_is_read(cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert CASES[cap][1]() is not None


def test_a_pattern_that_may_not_look_long_leaves_the_transcript_incomplete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from anonymizer.detect import patterns

    asked: list[float] = []
    monkeypatch.setattr(patterns, "limits_in_force", lambda: asked.append(1) or Limits(seconds=7))
    rule = next(iter(patterns.compiled_rules()))
    list(rule.matches("Ring 48 52 01 47."))
    assert asked


@pytest.mark.parametrize(
    "text", ["source", "source=", "source=-1", "source=0", "source=1.5", "size=3", "source=3 MB"]
)
def test_a_setting_that_is_none_is_said(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(UsageError, match=NAME):
        limits_in_force()


def test_units_and_lists() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NAME, "source=2KiB, turns=7,")
        assert limits_in_force() == dataclasses.replace(DEFAULT, source=2048, turns=7)
        patch.setenv(NAME, "")
        assert limits_in_force() == DEFAULT


def test_the_page_names_every_cap_and_the_tests_take_each() -> None:
    names = {each.name for each in dataclasses.fields(Limits)}
    assert set(re.findall(r"(?m)^\| `(\w+)` \|", PAGE)) == names
    assert names == set(CASES) | {"seconds"}


def test_a_zip_that_unpacks_a_thousandfold_stops_early(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w>" + b" " * 50_000_000)
    assert len(out.getvalue()) < 100_000
    with pytest.raises(AnonymizerError):
        read(out.getvalue(), "a.docx")


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(AnonymizerError):
        read(json.dumps({"segments": []}).encode()[:-2] + b"[" * 100_000, "a.json")
