"""A study that an earlier format wrote opens for ever, with everything that was in it."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from anonymizer.audit import Outcome
from anonymizer.errors import Locked
from anonymizer.study import Study, verify_log
from anonymizer.vault import Master

ARCHIVES = sorted(Path(__file__).parent.glob("format-*.tar.gz"))


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name)
def kept(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, dict[str, Any]]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path, json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"))


def test_there_is_a_study_of_every_format() -> None:
    from anonymizer.vault import store

    assert [path.name for path in ARCHIVES] == [
        f"format-{n}.tar.gz" for n in range(1, store.FORMAT.version + 1)
    ]


@pytest.mark.parametrize("secret", ["passphrase", "recovery"])
def test_it_opens_and_says_what_it_said(kept: tuple[Path, dict[str, Any]], secret: str) -> None:
    home, facts = kept
    with Study.open(home / "s", passphrase=facts[secret], keys=home / "k") as study:
        records = study.transcripts().values()
        originals = {str(r.number): [t.text for t in study.space.original(r).turns] for r in records}
        clean = {
            str(r.number): [t.text for t in study.space.clean(r).turns]
            for r in records
            if r.clean_object is not None
        }
        assert originals == facts["originals"]
        assert clean == facts["clean"]
        assert study.fingerprint == facts["fingerprint"]
        assert [entry.action for entry in study.log_entries()][: len(facts["entries"])] == facts["entries"]
        assert {record.code for record in study.participants().values()} >= {"K7QX", "M2WD"}
        assert study.identity("K7QX")["name"] == "Tordis Fjellro"
        assert study.whois(min(_labels(study)))


def _labels(study: Study) -> set[str]:
    return {
        turn.speaker
        for record in study.transcripts().values()
        if record.clean_object is not None
        for turn in study.space.clean(record).turns
        if turn.speaker not in {None, "I"}
    }  # type: ignore[return-value]


def test_the_work_slot_still_opens_what_it_opened(kept: tuple[Path, dict[str, Any]]) -> None:
    home, facts = kept
    work = frozenset({Master.WORK})
    with Study.open(home / "s", passphrase=facts["work_passphrase"], keys=home / "k", masters=work) as study:
        assert study.transcripts()
    with pytest.raises(Locked):
        Study.open(home / "s", passphrase=facts["work_passphrase"], keys=home / "k")


def test_its_log_verifies_and_so_does_its_bundle(kept: tuple[Path, dict[str, Any]]) -> None:
    home, facts = kept
    (home / "kept").write_text(facts["checkpoint"], encoding="utf-8")
    verdict = verify_log(home / "s", checkpoints=[home / "kept"], fingerprint=facts["fingerprint"])
    assert verdict.outcome is Outcome.CONFIRMED
    bundle = verify_log(bundle=home / "log.jsonl", fingerprint=facts["fingerprint"])
    assert bundle.outcome is Outcome.CONFIRMED
    assert bundle.unknown == 0, "an action that an earlier version wrote is no longer known"


def test_work_goes_on_in_it(kept: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    home, facts = kept
    (tmp_path / "ny.txt").write_text("I: Hei.\n\nR: Jeg heter Tordis.\n", encoding="utf-8")
    with Study.open(home / "s", passphrase=facts["passphrase"], keys=home / "k") as study:
        assert study.ingest(tmp_path / "ny.txt", participants=["K7QX"]).new
    assert not verify_log(home / "s").broken


def test_what_was_withdrawn_is_still_gone(kept: tuple[Path, dict[str, Any]]) -> None:
    home, facts = kept
    with Study.open(home / "s", passphrase=facts["passphrase"], keys=home / "k") as study:
        assert study.space.vault.shredded
        assert "P4ZT" not in {record.code for record in study.participants().values()}
    assert not any("Maiken" in text for turns in facts["originals"].values() for text in turns)
