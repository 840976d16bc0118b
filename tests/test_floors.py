"""Imports only go down the floors of the house, and foreign types stay in their rooms (docs/architecture.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import anonymizer
import pytest

PACKAGE = Path(anonymizer.__file__).parent
FLOORS = (
    {"model", "errors"},
    {"crypto", "formats", "data", "audit"},
    {"detect", "vault"},
    {"policy", "risk", "participants", "pseudonymise"},
    {"study"},
    {"scan", "report"},
    {"cli", "web"},
)
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# Within floor 2, the words of the domain come first, then data; within others a room stands alone.
SAME_FLOOR = {("formats", "data"), ("audit", "data")}
HOMES = {
    "presidio_analyzer": {"detect"},
    "presidio_anonymizer": {"pseudonymise"},
    "sqlite3": {"vault", "audit"},
    "click": {"cli"},
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem in FLOOR)


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            found.append(node.module or "")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path):
    room = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "anonymizer" and len(parts) > 1 and parts[1] != room:
            other = parts[1]
            lower = FLOOR[other] < FLOOR[room] or (room, other) in SAME_FLOOR
            assert lower, f"{room} (floor {FLOOR[room] + 1}) imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nobody_reaches_past_a_door(path):
    room = room_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "anonymizer" and len(parts) > 2 and parts[1] != room:
            has_own_door = len(parts) == 3 and (PACKAGE / parts[1] / parts[2] / "__init__.py").exists()
            assert has_own_door, f"{room} reaches past the door of {parts[1]}: {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_foreign_types_stay_in_their_rooms(path):
    for name in imports(path):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or room_of(path) in homes, f"{path.name} imports {name}"
