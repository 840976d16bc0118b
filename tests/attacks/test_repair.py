"""``audit verify --repair`` mends what follows from the record, and never the record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from anonymizer.audit import State
from anonymizer.cli.app import run
from anonymizer.errors import IntegrityError
from anonymizer.study import Study, repair_log, verify_log

from .conftest import PHRASE, command

VERIFY = ["audit", "verify", "--repair", "--study", "s"]


def change(home: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(home / "s" / "study.db")) as conn:
        conn.execute(statement, values)
        conn.commit()


def record(home: Path) -> list[object]:
    """Return everything in study.db but the cache."""
    with closing(sqlite3.connect(home / "s" / "study.db")) as conn:
        tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in tables if name != "log_head"]
        return [(name, conn.execute(f"SELECT * FROM {name}").fetchall()) for name in kept]  # noqa: S608


@pytest.mark.parametrize(
    "damage",
    [
        ("UPDATE log_head SET size = size - 1",),
        ("UPDATE log_head SET edge = zeroblob(32)",),
        ("UPDATE log_head SET edge = substr(edge, 1, 20)",),
        ("DELETE FROM log_head",),
    ],
)
def test_a_damaged_cache_stops_commands_until_it_is_made_anew(
    damage: tuple[str], inside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(inside, *damage)
    assert run(["export", "--study", "s", "--to", "o"]) == 3
    before, capsys_start = record(inside), capsys.readouterr()
    assert "audit verify" in capsys_start.err or "log" in capsys_start.err
    assert run(VERIFY) == 0
    assert "made anew" in capsys.readouterr().err
    assert record(inside) == before
    assert run(VERIFY) == 0
    assert "nothing to mend" in capsys.readouterr().err
    assert run(["export", "--study", "s", "--to", "o", "--quiet"]) == 0
    assert not verify_log(inside / "s").broken


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)",
        "DELETE FROM log WHERE seq = 5",
        "UPDATE log SET entry = replace(entry, 'study.created', 'study.creates') WHERE seq = 4",
        "DELETE FROM checkpoint",
        "UPDATE log_key SET public = zeroblob(32)",
        "UPDATE checkpoint SET note = replace(note, '—', '-')",
    ],
)
def test_a_broken_log_is_not_touched(damage: str, inside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(inside, damage)
    change(inside, "DELETE FROM log_head")
    before = (inside / "s" / "study.db").read_bytes()
    assert run(VERIFY) == 3
    assert "nothing was touched" in capsys.readouterr().err
    assert (inside / "s" / "study.db").read_bytes() == before


def test_a_log_that_was_put_back_is_not_blessed(inside: Path) -> None:
    """The cache of the older copy fits it; what this machine has seen says no, and stays as it was."""
    older = (inside / "s" / "study.db").read_bytes()
    assert run(["export", "--study", "s", "--to", "o", "--quiet"]) == 0
    (inside / "s" / "study.db").write_bytes(older)
    (state,) = (inside / "state").rglob("checkpoint")
    seen = state.read_bytes()
    assert run(VERIFY) == 3
    assert state.read_bytes() == seen
    assert (inside / "s" / "study.db").read_bytes() == older


def test_a_damaged_memory_of_this_machine_is_not_mended_away(inside: Path) -> None:
    (state,) = (inside / "state").rglob("checkpoint")
    state.write_bytes(b"noe annet")
    with pytest.raises(IntegrityError):
        State(state).seen()
    assert run(VERIFY) == 3
    assert state.read_bytes() == b"noe annet"


def test_an_exported_log_is_not_repaired(inside: Path) -> None:
    assert run(["audit", "export", "bundle", "--study", "s", "--quiet"]) == 0
    assert run(["audit", "verify", "--repair", "--from", "bundle"]) == 2


def test_while_someone_writes_it_waits_outside(inside: Path) -> None:
    with Study.open(inside / "s", passphrase=PHRASE) as study, study.space.vault.change() as tx:
        tx.log("log.exported", details={"size": 1})
        done = command(inside, *VERIFY)
        assert done.returncode == 2
        assert "another process is writing to the study" in done.stderr
    assert repair_log(inside / "s")[1] is False


@pytest.mark.parametrize("cut", [0, 100, 4096, 40_000])
def test_a_file_cut_short_is_said_to_be_broken(cut: int, inside: Path) -> None:
    path = inside / "s" / "study.db"
    path.write_bytes(path.read_bytes()[:cut])
    assert run(VERIFY) in (2, 3)
    assert path.stat().st_size == cut
