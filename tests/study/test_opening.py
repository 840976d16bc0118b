"""Whoever opens a study for writing takes up what study.yaml says now, not only whoever asks what is due."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml
from anonymizer.errors import UsageError
from anonymizer.study import Study
from anonymizer.vault import Master

from .conftest import PASSPHRASE

TODAY = dt.datetime.now(dt.UTC).date()


@pytest.fixture
def edit(tmp_path):
    def change(**keys):
        path = tmp_path / "study" / "study.yaml"
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        body.update(keys)
        path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")

    return change


def actions(study):
    return [entry.action for entry in study.log_entries()]


@pytest.mark.parametrize("masters", [frozenset(Master), frozenset({Master.WORK})])
def test_a_changed_profile_is_in_force_as_soon_as_the_study_is_opened(new_study, tmp_path, edit, masters):
    ends = TODAY + dt.timedelta(days=100)
    study = new_study(profile={"title": "Hverdag", "ends": ends.isoformat()})
    study.close()
    later = ends + dt.timedelta(days=50)
    edit(profile={"title": "Hverdag", "ends": later.isoformat()})
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=masters) as again:
        entry = [one for one in again.log_entries() if one.action == "profile.changed"][-1]
        assert entry.details == {"profile": 2, "consequence": "report-and-wait"}
        assert {item.due for item in again.due() if item.duty == "project-end"} == {later}
        assert "notify" in {item.duty for item in again.due()}
        before = len(actions(again))
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE, masters=masters) as once_more:
        assert len(actions(once_more)) == before


def test_another_title_needs_no_report(new_study, tmp_path, edit):
    new_study(profile={"title": "Hverdag"}).close()
    edit(profile={"title": "Hverdagen"})
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
        entry = [one for one in again.log_entries() if one.action == "profile.changed"][-1]
        assert entry.details["consequence"] == "no-need"


def test_another_pack_is_logged(new_study, tmp_path, edit):
    new_study("fictive-names").close()
    edit(pack="numbered-informants")
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as again:
        (entry,) = [one for one in again.log_entries() if one.action == "pack.changed"]
        assert entry.details["pack"] == "numbered-informants"
    with Study.open(tmp_path / "study", passphrase=PASSPHRASE) as once_more:
        assert actions(once_more).count("pack.changed") == 1


def test_a_wrong_profile_is_told_by_its_key_and_nothing_is_locked_for_ever(new_study, tmp_path, edit):
    new_study(profile={"title": "Hverdag"}).close()
    edit(profile={"tittel": "Hverdag"})
    with pytest.raises(UsageError, match="tittel"):
        Study.open(tmp_path / "study", passphrase=PASSPHRASE)
    with Study.open(tmp_path / "study") as plain:
        assert plain.participants() == {}
    edit(profile={"title": "Hverdag"})
    Study.open(tmp_path / "study", passphrase=PASSPHRASE).close()


def test_a_certificate_without_its_file_gets_it_back(new_study, tmp_path, sources):
    study = new_study()
    study.import_register(sources / "participants.csv")
    erased = study.erase("K7QX", confirm="K7QX")
    study.close()
    path = erased.folder / f"{erased.certificate}.txt"
    text = path.read_bytes()
    path.unlink()
    Study.open(tmp_path / "study", passphrase=PASSPHRASE).close()
    assert path.read_bytes() == text
