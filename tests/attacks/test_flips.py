"""Every byte of a small study, turned over: an error of ours, or nothing changed. A sample; ``make flips`` takes all.

``ANONYMIZER_FLIPS`` is the number of bytes of each file, or ``all``; ``ANONYMIZER_FLIPS_REPORT`` names a file for the
table of docs/flips.md.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import flips

HOW_MANY = os.environ.get("ANONYMIZER_FLIPS", "12")
REPORT = os.environ.get("ANONYMIZER_FLIPS_REPORT", "")
NAMES = (
    *("s/study.db", "s/study.yaml", "s/certificates/*.json", "s/certificates/*.txt"),
    *("k/keys.db", "k/keytable.db", "state/checkpoint", "state/key", "state/keys-folder"),
    *("out/manifest.json", "out/0.txt", "out/2.txt", "bundle"),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[flips.Home]:
    root = tmp_path_factory.mktemp("flips")
    with pytest.MonkeyPatch.context() as patch, flips.quickly():
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        patch.setenv("XDG_DATA_HOME", str(root / "data"))
        patch.delenv("ANONYMIZER_KEYS", raising=False)
        flips.make(root)
        yield flips.Home(root)


def told(account: flips.Account) -> None:
    if REPORT:
        with Path(REPORT).open("a", encoding="utf-8") as file:
            file.write(account.line() + "\n")
            file.writelines(f"    {each}\n" for each in account.unaccounted)
    assert account.unaccounted == []
    assert account.flips == account.noticed.total() + account.harmless.total()


def positions(raw: bytes, *, database: bool) -> list[int]:
    """Choose the bytes: of a database those where something stands, since noise takes the rest."""
    where = flips.regions(raw) if database else ["used"] * len(raw)
    full = [at for at, what in enumerate(where) if what not in flips.EMPTY]
    empty = [at for at, what in enumerate(where) if what in flips.EMPTY]
    chance = random.Random(20260301)
    if HOW_MANY == "all":
        return sorted(full + empty[:: max(1, len(empty) // 1000)])
    few = int(HOW_MANY)
    return sorted(chance.sample(full, min(few, len(full))) + chance.sample(empty, min(few // 6, len(empty))))


def test_every_file_of_a_study_is_there(home: flips.Home) -> None:
    assert set(home.named()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_flipped_byte_is_noticed_or_harmless(name: str, home: flips.Home) -> None:
    raw = home.kept[home.named()[name]]
    told(flips.account_of(home, name, positions(raw, database=name.endswith(".db"))))


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".db")])
def test_where_nothing_stands_nothing_is_read(name: str, home: flips.Home) -> None:
    rounds = 200 if HOW_MANY == "all" else 2
    account = flips.fill_account(home, name, rounds, random.Random(1))
    told(account)
    assert account.harmless.total() == rounds


def test_an_index_that_leaves_a_row_out_is_noticed(home: flips.Home) -> None:
    """No seal covers an index, and erasure asks by owner: what it leaves out would be kept for ever."""
    import sqlite3

    from anonymizer.errors import IntegrityError

    path = home.home / "s" / "study.db"
    conn = sqlite3.connect(path)
    (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'record_of_owner'").fetchone()
    (owner,) = conn.execute("SELECT owner FROM record WHERE owner NOT NULL LIMIT 1").fetchone()
    conn.close()
    raw = bytearray(path.read_bytes())
    at = raw.index(owner.encode(), (page - 1) * 4096, page * 4096)
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(IntegrityError, match="damaged"):
        flips.sealed_content(home.home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anonymizer.vault.vault.check_structure", lambda *_: None)
        with flips.Study.open(home.home / "s", passphrase=flips.PHRASE) as study:
            found = list(study.space.vault.owned(owner))
    home.put_back()
    with flips.Study.open(home.home / "s", passphrase=flips.PHRASE) as study:
        assert found == list(study.space.vault.owned(owner)), (
            "and even then nothing that is asked for is left out"
        )
