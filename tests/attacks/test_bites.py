"""Each defence bites: with it the attack fails, and without it, all else the same, the attack succeeds.

So no test of this suite is green because the attack never worked.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anonymizer.audit import State, verify
from anonymizer.cli.app import run
from anonymizer.errors import AnonymizerError
from anonymizer.formats import read
from anonymizer.model import Transcript, Turn
from anonymizer.study import Study, verify_log
from anonymizer.vault import STUDY_OWNER, KdfCost, Master, Places, Vault

from .conftest import NAME, PHRASE

Patch = pytest.MonkeyPatch
FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL


@dataclass(frozen=True)
class Case:
    """An attack that says whether it succeeded, and how the defence against it is taken away."""

    attack: Callable[[Path], bool]
    remove: Callable[[Patch], None]


def database(home: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(home / "s" / "study.db")) as conn:
        for sql, values in statements:
            conn.execute(sql, values)
        conn.commit()


def opened(home: Path) -> Study:
    return Study.open(home / "s", passphrase=PHRASE, keys=home / "k")


def said_by(arguments: list[str]) -> str:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        run(arguments)
    return out.getvalue()


# --- the vault ------------------------------------------------------------------------------------------------


def rewrite_a_consent(home: Path) -> bool:
    """A dishonest researcher widens what a participant agreed to, with a database browser."""
    database(
        home,
        (
            "UPDATE record SET body = replace(body, '\"quotes\"', '\"archive\"') WHERE kind = 'participant'",
            (),
        ),
    )
    with opened(home) as study:
        return any("archive" in record.model_dump_json() for record in study.participants().values())


def without_the_seal(patch: Patch) -> None:
    patch.setattr("anonymizer.vault.store.Store.check_seal", lambda self, _: self.recount())


def swap_two_objects(home: Path) -> bool:
    """What one participant said is put under another's number: same key, same kind."""
    with opened(home) as study, study.space.vault.change() as tx:
        one, other = (tx.seal("clean", STUDY_OWNER, Master.WORK, text) for text in (b"en", b"to"))
        tx.log("log.exported", details={"size": 1})
    database(
        home,
        ("UPDATE piece SET number = 1000 WHERE object = ?", (one,)),
        ("UPDATE piece SET object = ? WHERE object = ?", (one, other)),
        ("UPDATE piece SET object = ?, number = 0 WHERE number = 1000", (other,)),
    )
    with opened(home) as study:
        return study.space.vault.unseal(one) == b"to"


def without_context(patch: Patch) -> None:
    from anonymizer.vault.store import Store

    patch.setattr(Store, "_context", lambda *_: b"")


def put_yesterday_back(home: Path) -> bool:
    """Both folders come back from a backup, to undo what was done since."""
    for folder in ("s", "k"):
        shutil.copytree(home / folder, home / f"old-{folder}")
    assert run(["export", "--study", "s", "--to", "later", "--quiet"]) == 0
    for folder in ("s", "k"):
        shutil.rmtree(home / folder)
        (home / f"old-{folder}").rename(home / folder)
    with opened(home):
        return True


def without_memory(patch: Patch) -> None:
    patch.setattr(State, "seen", lambda _: None)
    patch.setattr(State, "advance", lambda *_: None)


def open_it_twice(home: Path) -> bool:
    with opened(home), opened(home):
        return True


def without_the_lock(patch: Patch) -> None:
    from anonymizer.vault.lock import WriterLock

    patch.setattr(WriterLock, "__init__", lambda *_: None)
    patch.setattr(WriterLock, "release", lambda _: None)


def make_guessing_cheap(home: Path) -> bool:
    places = Places(home / "cheap" / "s", home / "cheap" / "k", home / "cheap" / "state")
    cost = KdfCost(8, 1, 1)
    Vault.create(
        places, study_id="5d" * 16, slot_name="x", slot_role="researcher", passphrase="x", kdf_cost=cost
    ).close()
    return True


def without_a_floor(patch: Patch) -> None:
    patch.setattr(KdfCost, "check", lambda _: None)


def read_a_neighbours_keys(home: Path) -> bool:
    """Someone else on the machine, where the umask keeps nothing from anyone."""
    old = os.umask(0)
    try:
        places = Places(home / "own" / "s", home / "own" / "k", home / "own" / "state")
        Vault.create(
            places,
            study_id="5d" * 16,
            slot_name="x",
            slot_role="researcher",
            passphrase="x",
            kdf_cost=KdfCost.floor(),
        ).close()
    finally:
        os.umask(old)
    return any(path.stat().st_mode & 0o077 for path in (places.keys_db, places.study_db))


def without_private_files(patch: Patch) -> None:
    for room in ("files", "lock"):
        patch.setattr(
            f"anonymizer.vault.{room}.create_private_file", lambda path: os.open(path, FLAGS, 0o666)
        )


def keep_the_keys_with_the_data(home: Path) -> bool:
    Study.create(
        home / "n",
        pack="fictive-names",
        passphrase=PHRASE,
        keys=home / "n" / "keys",
        kdf_cost=KdfCost.floor(),
    ).close()
    return True


def without_separation(patch: Patch) -> None:
    patch.setattr(Places, "check", lambda _: None)


# --- the log --------------------------------------------------------------------------------------------------


def cut_the_log(home: Path) -> bool:
    """The last command never happened, says the log."""
    with Study.open(home / "s") as study:
        sizes = [row[0] for row in study.space.vault.db.execute("SELECT size FROM checkpoint ORDER BY size")]
    last = (sizes[-2],)
    database(home, ("DELETE FROM log WHERE seq > ?", last), ("DELETE FROM checkpoint WHERE size > ?", last))
    return not verify_log(home / "s").broken


def without_outside(patch: Patch) -> None:
    import importlib

    patch.setattr(importlib.import_module("anonymizer.audit.verify"), "_compare", lambda *_: (0, ()))


def forge_a_signature(home: Path) -> bool:
    """A checkpoint with the right root and a signature from elsewhere."""
    with closing(sqlite3.connect(home / "s" / "study.db")) as conn:
        (first,), (second,) = conn.execute("SELECT note FROM checkpoint ORDER BY size LIMIT 2").fetchall()
    forged = second[: second.rindex(" ")] + first[first.rindex(" ") :]
    database(home, ("UPDATE checkpoint SET note = ? WHERE note = ?", (forged, second)))
    return not verify(home / "s" / "study.db").broken


def without_signatures(patch: Patch) -> None:
    from anonymizer.audit import Checkpoint

    patch.setattr(Checkpoint, "signed_by", lambda *_: True)


def log_a_name(home: Path) -> bool:
    with opened(home) as study:
        with suppress(AnonymizerError), study.space.vault.change() as tx:
            tx.log("keytable.read", details={"purpose": NAME, "rows": 1})
        return any(NAME in str(entry.details) for entry in study.log_entries())


def without_vocabulary(patch: Patch) -> None:
    patch.setattr("anonymizer.audit.log.check_words", lambda *_: None)


# --- what comes in and what goes out ----------------------------------------------------------------------------


def make_a_formula(home: Path) -> bool:
    from anonymizer.formats import write

    return b",=1+1" in write(Transcript("txt", (Turn("=1+1", "R"),)), "csv")


def without_quoting(patch: Patch) -> None:
    patch.setattr("anonymizer.formats.csv.csv_cell", str)


def smuggle_an_entity(home: Path) -> bool:
    """The same trick reads /etc/passwd with another declaration, or fills the memory with a thousand million laughs."""
    out = io.BytesIO()
    with zipfile.ZipFile(home / "in" / "fire.docx") as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            raw = source.read(name)
            if name == "word/document.xml":
                start = raw.index(b"?>") + 2
                raw = (
                    raw[:start]
                    + b'<!DOCTYPE d [<!ENTITY e "innbrudd">]>'
                    + raw[start:].replace(b"Hei.", b"&e;")
                )
            target.writestr(name, raw)
    return "innbrudd" in read(out.getvalue(), "a.docx").turns[0].text


def without_defused_xml(patch: Patch) -> None:
    from xml.etree import ElementTree as ET

    patch.setattr("anonymizer.formats.ooxml.fromstring", lambda raw, **_: ET.fromstring(raw))  # noqa: S314


def drive_the_terminal(home: Path) -> bool:
    Path("evil.txt").write_text("R: Jeg heter Tordis\x9b31m Fjellro.\n", encoding="utf-8")
    Path("\u202eevil.txt").write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
    return "\u202e" in said_by(["detect", "evil.txt", "\u202eevil.txt"])


def without_printable(patch: Patch) -> None:
    patch.setattr("anonymizer.cli.detect_cmd.printable", str)


def make_an_error_talk(home: Path) -> bool:
    from anonymizer.formats import DEFAULT

    def explode(*_: object, **__: object) -> None:
        raise ValueError(f"did not find {NAME} in {DEFAULT}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anonymizer.detect.Detector.detect", explode)
        return NAME in said_by(["detect", "in/ett.txt"])


def without_silence(patch: Patch) -> None:
    patch.setattr("anonymizer.cli.app._place", repr)


def have_a_thesis_deleted(home: Path) -> bool:
    folder = home / "mine"
    folder.mkdir()
    (folder / "avhandling.docx").write_bytes(b"aarevis")
    claim = {"export": "x", "files": [{"file": "avhandling.docx"}]}
    (folder / "manifest.json").write_text(json.dumps(claim), encoding="utf-8")
    run(["export", "--study", "s", "--to", "mine", "--quiet"])
    return not (folder / "avhandling.docx").exists()


def trusting_the_manifest(patch: Patch) -> None:
    from anonymizer.study.records import ExportedFile, ExportRecord

    def believed(_: object, folder: Path) -> ExportRecord:
        listed: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_bytes())["files"]
        blank = {
            "number": 1,
            "transcript": "",
            "sha256": "",
            "version": 1,
            "generation": 1,
            "reviewed": False,
        }
        files = tuple(ExportedFile.model_validate({**blank, "name": one["file"]}) for one in listed)
        return ExportRecord(purpose="", pack="", time="", files=files)

    patch.setattr("anonymizer.study.exporting._previous", believed)


def export_what_was_not_searched(home: Path) -> bool:
    """A time-out left a turn unread; Presidio would say nothing and go on."""
    with opened(home) as study:
        key, record = next(iter(study.transcripts().items()))
        with study.space.vault.change() as tx:
            study.space.save_transcript(tx, key, record.model_copy(update={"problems": 1}))
            tx.log("log.exported", details={"size": 1})
        return key in study.export(home / "o").files


def trusting_every_search(patch: Patch) -> None:
    from anonymizer.study.records import State as Stage
    from anonymizer.study.records import TranscriptRecord

    patch.setattr(TranscriptRecord, "state", lambda *_: Stage.PSEUDONYMISED)
    patch.setattr(
        "anonymizer.study.exporting.gate_export", lambda *_: None
    )  # the pack's check stands behind it


def hide_a_record_from_erasure(home: Path) -> bool:
    """An index that leaves a record out: whoever asks by owner would never find it."""
    path = home / "s" / "study.db"
    with closing(sqlite3.connect(path)) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'record_of_owner'").fetchone()
        (owner,) = conn.execute("SELECT owner FROM record WHERE owner NOT NULL LIMIT 1").fetchone()
    raw = bytearray(path.read_bytes())
    raw[raw.index(owner.encode(), (page - 1) * 4096)] ^= 1
    path.write_bytes(raw)
    with Study.open(home / "s", keys=home / "k"):
        return True


def without_the_walk(patch: Patch) -> None:
    patch.setattr("anonymizer.vault.vault.check_structure", lambda *_: None)


def fill_the_memory(home: Path) -> bool:
    """A hundred kilobytes that unpack to forty million bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(home / "in" / "fire.docx") as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            more = b" " * 40_000_000 if name == "word/document.xml" else b""
            target.writestr(name, source.read(name) + more)
    return len(out.getvalue()) < 200_000 and bool(read(out.getvalue(), "a.docx").turns)


def without_caps(patch: Patch) -> None:
    from anonymizer.formats import Limits

    patch.setattr("anonymizer.formats.limits_in_force", lambda: Limits(member=1 << 40, unpacked=1 << 40))


CASES = {
    "the seal over the records": Case(rewrite_a_consent, without_the_seal),
    "the context of an object": Case(swap_two_objects, without_context),
    "what this machine remembers": Case(put_yesterday_back, without_memory),
    "one writer at a time": Case(open_it_twice, without_the_lock),
    "the floor of the derivation": Case(make_guessing_cheap, without_a_floor),
    "files for their user alone": Case(read_a_neighbours_keys, without_private_files),
    "keys apart from data": Case(keep_the_keys_with_the_data, without_separation),
    "a checkpoint kept outside": Case(cut_the_log, without_outside),
    "the signature of a checkpoint": Case(forge_a_signature, without_signatures),
    "the vocabulary of the log": Case(log_a_name, without_vocabulary),
    "cells that are no formulas": Case(make_a_formula, without_quoting),
    "no document types": Case(smuggle_an_entity, without_defused_xml),
    "nothing drives the terminal": Case(drive_the_terminal, without_printable),
    "errors without their message": Case(make_an_error_talk, without_silence),
    "exports as the study remembers them": Case(have_a_thesis_deleted, trusting_the_manifest),
    "the walk through a database": Case(hide_a_record_from_erasure, without_the_walk),
    "caps on what is unpacked": Case(fill_the_memory, without_caps),
    "incomplete transcripts stay": Case(export_what_was_not_searched, trusting_every_search),
}

POSIX_ONLY = {"files for their user alone"}


def succeeds(case: Case, home: Path) -> bool:
    try:
        return case.attack(home)
    except AnonymizerError:
        return False


@pytest.mark.parametrize("name", CASES)
def test_with_the_defence_the_attack_fails(name: str, inside: Path) -> None:
    if name in POSIX_ONLY and os.name != "posix":
        pytest.skip("rights of POSIX")
    assert not succeeds(CASES[name], inside)


@pytest.mark.parametrize("name", CASES)
def test_without_it_the_attack_succeeds(name: str, inside: Path, monkeypatch: Patch) -> None:
    if name in POSIX_ONLY and os.name != "posix":
        pytest.skip("rights of POSIX")
    CASES[name].remove(monkeypatch)
    assert succeeds(CASES[name], inside), "the test of this defence proves nothing"
