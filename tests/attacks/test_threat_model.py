"""The threat model names tests that exist; a promise without one is not made."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .test_bites import CASES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_every_test_that_is_named_exists(file: str) -> None:
    path = ROOT / file
    assert path.is_file()
    assert {name for named, name in NAMED if named == file} <= names_in(path)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:40])
def test_every_promise_names_its_test(row: str) -> None:
    assert re.search(r"`tests/[\w/]+\.py::\w+`", row.split("|")[2])


def test_every_attacker_is_there_with_what_is_not_promised() -> None:
    parts = re.split(r"(?m)^## ", PAGE)[1:]
    assert len(parts) == 6
    for part in parts:
        assert "**Not promised.**" in part, part.splitlines()[0]


def test_the_page_counts_the_defences_rightly() -> None:
    assert len(CASES) == 18
    assert "takes eighteen of the defences away" in PAGE
