"""A small study in a vault: two participants with an original, a clean transcript and rows; a shared transcript."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from anonymizer.vault import STUDY_OWNER, KdfCost, Master, Places, Vault

STUDY = "5d" * 16
PASSPHRASE = "en lang setning som ingen gjetter"
OTHER = "en annen setning, til en annen"
COST = KdfCost.floor()


@dataclass
class Study:
    """Where the study is, and what its test owners and objects are called."""

    places: Places
    kari: str = "a1" * 16
    ola: str = "b2" * 16
    group: str = "c3" * 16
    objects: dict[str, str] = field(default_factory=dict)
    secret: str = PASSPHRASE

    def open(self, *masters: Master, passphrase: str | None = "") -> Vault:
        secret = self.secret if passphrase == "" else passphrase
        return Vault.open(self.places, passphrase=secret, masters=masters or Master)

    def files(self) -> dict[str, bytes]:
        """Every file of STUDY, KEYS and STATE with its bytes."""
        folders = (self.places.study, self.places.keys, self.places.state)
        found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}


def fill(study: Study, vault: Vault) -> None:
    with vault.change("ingest") as tx:
        for name in ("kari", "ola", "group"):
            owner = getattr(study, name)
            tx.new_owner(owner)
            text = f"ordrett utskrift til {name}".encode()
            study.objects[name] = tx.seal("original", owner, Master.IDENTITY, text)
            study.objects[f"{name}.clean"] = tx.seal("clean", owner, Master.WORK, b"renset " + text)
            tx.put_row(owner, "identity", f"row-{name}", f"navnet til {name}".encode())
            tx.save("participant", owner, {"code": name.upper()}, owner=owner)
        study.objects["profile"] = tx.seal("profile", STUDY_OWNER, Master.WORK, b"om studien")


def put_back(study: Study, kept: dict[str, bytes]) -> None:
    """Bring every file back to what ``Study.files`` returned."""
    for folder in (study.places.study, study.places.keys, study.places.state):
        for path in folder.iterdir():
            path.unlink()
        for name, raw in kept.items():
            if name.startswith(f"{folder.name}/"):
                (folder / name.partition("/")[2]).write_bytes(raw)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "study", tmp_path / "keys", tmp_path / "state")


def create(places: Places, study_id: str = STUDY) -> Vault:
    return Vault.create(
        places,
        study_id=study_id,
        slot_name="Forsker",
        slot_role="researcher",
        passphrase=PASSPHRASE,
        kdf_cost=COST,
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Made once; each test gets a copy, since a study may be moved."""
    root = tmp_path_factory.mktemp("template")
    made = Study(Places(root / "study", root / "keys", root / "state"))
    with create(made.places) as vault:
        fill(made, vault)
    return made


@pytest.fixture
def study(template: Study, places: Places) -> Study:
    shutil.copytree(template.places.study.parent, places.study.parent, dirs_exist_ok=True)
    return replace(template, places=places)
