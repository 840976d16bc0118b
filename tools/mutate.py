#!/usr/bin/env python3
"""Mutation testing of the rooms on which everything rests: change one thing in the code, and see whether a test fails.

    python tools/mutate.py [crypto] [audit] [vault] [--children N]

Needs mutmut 3.8.1. Each room is copied with its tests to ``build/mutation/ROOM``, and the
mutants of its modules are run against that room's own tests. What no test noticed is printed and compared with the
table of docs/mutation.md, which gives the reason for each that may stay. Exit code 1: there is one without a reason.

Not mutated: the words of errors and their hints, since people read them and nothing depends on them (that an error
is raised, and of which class, is); and what is written once in a class body or a module's constants.
"""

# ruff: noqa: T201, S603 - a command that prints, and runs git and mutmut

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "mutation.md"

# The tests of each room that are fast and run in this process; a killed or forked process would run the whole code.
TESTS = {
    "crypto": ["tests/crypto"],
    "audit": ["tests/audit"],
    "vault": [
        *("tests/vault/test_vault.py", "tests/vault/test_attacks.py", "tests/vault/test_units.py"),
        "tests/vault/test_second_reader.py",
    ],
}
SETTINGS = """

[tool.mutmut]
source_paths = ["anonymizer"]
only_mutate = ["anonymizer/{room}/*"]
also_copy = ["rules", "tools", "docs"]
do_not_mutate_patterns = [
    '^\\s*raise \\w+\\(', '\\bhint=', '^\\s*(bad|damaged) = \\w+\\(', '^\\s*raise$', 'return _?\\w*Error\\(',
]
pytest_add_cli_args = ["-p", "no:cacheprovider", "--no-header", "-q"]
pytest_add_cli_args_test_selection = [{tests}]
timeout_constant = 20.0
"""


def prepare(room: str) -> Path:
    """Copy what the room's tests need to a folder of its own, and tell mutmut what to do there."""
    folder = ROOT / "build" / "mutation" / room
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("anonymizer", "rules", "tests", "tools", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    tests = ", ".join(f'"{test}"' for test in TESTS[room] if (ROOT / test).exists())
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings += SETTINGS.replace("{room}", room).replace("{tests}", tests)
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    return folder


# Asked in the folder of the mutants, since mutmut looks for its settings there.
QUESTION = """
import json, pathlib
from mutmut.mutation.diff_apply import get_diff_for_mutant
found = []
for meta in sorted(pathlib.Path("mutants/anonymizer", {room!r}).glob("*.meta")):
    for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
        found.append((name, code, "" if code not in {asked} else get_diff_for_mutant(name)))
print(json.dumps(found))
"""
KILLED, SURVIVED, UNTESTED = 1, 0, (5, 33)


def run(room: str, children: int) -> tuple[str, list[str]]:
    """Run all mutants of a room; return a line of figures, and a line for each survivor."""
    folder = prepare(room)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(children)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    asked = QUESTION.replace("{room!r}", repr(room)).replace("{asked}", repr((SURVIVED, *UNTESTED)))
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, capture_output=True, text=True, check=True
    )
    found = json.loads(told.stdout)
    killed = sum(code == KILLED for _, code, _ in found)
    left = [
        f"{name.partition('__mutmut_')[0].removeprefix('anonymizer.')}: {changed(diff)}"
        + (" (no test)" if code in UNTESTED else "")
        for name, code, diff in found
        if diff
    ]
    hung = len(found) - killed - len(left)
    return (
        f"{room}: {len(found)} mutants, {killed} killed, {hung} hung and were stopped, {len(left)} left",
        left,
    )


def changed(diff: str) -> str:
    """Return what a mutant replaced, and by what, as one line."""
    sides = []
    for sign in "-+":
        lines = [
            line[1:].strip() for line in diff.splitlines() if re.match(rf"\{sign}(?!\{sign}\{sign})", line)
        ]
        sides.append(" ".join(lines))
    return f"`{sides[0]}` → `{sides[1]}`"


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Mutation testing of crypto, audit and vault.")
    parser.add_argument("rooms", nargs="*", choices=[[], *TESTS], metavar="ROOM")
    parser.add_argument("--children", type=int, default=2, help="mutants at a time")
    options = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    unexplained = 0
    for room in options.rooms or TESTS:
        figures, left = run(room, options.children)
        print(figures)
        for line in left:
            known = line in page
            unexplained += not known
            print(f"  {'explained ' if known else 'SURVIVED  '}{line}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
