"""A real study on disk, with the cheapest key derivation the vault accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anonymizer.study import Study
from anonymizer.vault import KdfCost

PASSPHRASE = "fjell bre skog elv"

REGISTER = """\
code;name;aliases;gender;age;municipality;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;Tora;f;43;Gran;2026-01-13;2;interview|quotes;R;tordis.txt
M2WD;Halvor Brekkås;;m;58;Voss;2026-01-14;2;interview;Halvor;halvor.txt
interviewer;Oda Spørvik;;f;;;;;;I;
"""

TORDIS = """\
I: Kan du fortelle litt om deg selv?

R: Ja, jeg heter Tordis Fjellro, og jeg vokste opp på Gran. [uklart] Vi fikk hjelp av Halvor Brekkås, ja.

I: Og så?

R: Så flyttet vi (latter). Telefonen er 48 12 00 34. Det var (…) fint.
"""

HALVOR = """\
I: Hei.

Halvor: Hei. Eg bur på Voss og er 58 år. Broren min Eilif bur i Kinsarvik.
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    monkeypatch.delenv("ANONYMIZER_PASSPHRASE", raising=False)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "participants.csv").write_text(REGISTER, encoding="utf-8")
    (folder / "tordis.txt").write_text(TORDIS, encoding="utf-8")
    (folder / "halvor.txt").write_text(HALVOR, encoding="utf-8")
    return folder


@pytest.fixture
def new_study(tmp_path: Path) -> Iterator[Callable[..., Study]]:
    made: list[Study] = []

    def make(
        pack: str = "fictive-names", name: str = "study", profile: dict[str, Any] | None = None
    ) -> Study:
        study = Study.create(
            tmp_path / name,
            pack=pack,
            passphrase=PASSPHRASE,
            keys=tmp_path / f"{name}-keys",
            kdf_cost=KdfCost.floor(),
            profile=profile,
        )
        made.append(study)
        return study

    yield make
    for study in made:
        study.close()


def bytes_on_disk(*folders: Path) -> bytes:
    """Return everything that stands in files under ``folders``, one after the other."""
    return b"\n".join(
        path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
    )


def modification_free(folder: Path) -> dict[str, bytes]:
    """Return every file's content by relative path, to compare before and after."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


__all__ = ["PASSPHRASE", "bytes_on_disk", "modification_free"]
