"""The label guard: neither screen, files nor reports call material more than it is (END-04)."""

from __future__ import annotations

import re

import click
import pytest
from anonymizer.cli.app import VERBS, cli, run
from anonymizer.data import load_yaml, rules_dir
from anonymizer.policy import find_claims
from anonymizer.report import study_report
from anonymizer.study import Study

from tests.study.conftest import PASSPHRASE

# What speaks of the word itself, of the choice at the end, or of the label that is earned.
ABOUT_THE_WORD = re.compile(
    r"«anonymisert»|\"anonymised\"|«anonymt»|\"anonymous\"|«anonym»|anonymous as it is|'anonymous'"
)
ALLOWED = {"anonymised", "anonymisert", "label-anonymised", "anonymise"}


def sentences(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from sentences(inner, (*path, str(key)))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from sentences(inner, (*path, str(at)))
    elif isinstance(value, str):
        yield path, value


CATALOGUES = sorted((rules_dir() / "messages").glob("*.yaml")) + sorted(
    (rules_dir() / "rights").glob("*.yaml")
)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_sentence_of_ours_calls_material_anonymous(file):
    for path, text in sentences(load_yaml(file).data):
        about = ABOUT_THE_WORD.sub("", text)
        if find_claims(about) and not ALLOWED & set(path) and text not in ALLOWED:
            assert "overclaims" in path[-2] or "called" in text or "kalles" in text or "kalt" in text, (
                path,
                text,
            )


@pytest.mark.parametrize("verb", VERBS)
def test_no_help_text_calls_output_anonymous(verb):
    context = click.Context(cli)
    command = cli.get_command(context, verb)
    texts = [command.get_help(click.Context(command))]
    if isinstance(command, click.Group):
        texts += [one.get_help(click.Context(one)) for one in command.commands.values()]
    for text in texts:
        assert not find_claims(text.replace("anonymise", "").replace("anonymizer", ""))


@pytest.fixture
def closed_study(new_study, sources, tmp_path):
    study = new_study("sikt-base", profile={"purpose": "Alle svar er anonyme."})
    study.run([sources / "halvor.txt"], sources / "participants.csv", to=tmp_path / "clean")
    place = study.space.places.study
    study.close()
    return place


def test_the_screen_says_what_the_material_is(closed_study, capsys):
    assert run(["status", "--study", str(closed_study)]) == 0
    assert "the material is pseudonymised" in capsys.readouterr().err


def test_a_folder_that_claims_more_is_told_so(closed_study, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PASSPHRASE)
    run(["export", "--study", str(closed_study), "--to", str(tmp_path / "anonyme_intervjuer")])
    assert "END-04" in capsys.readouterr().err
    run(["export", "--study", str(closed_study), "--to", str(tmp_path / "rene_intervjuer")])
    assert "END-04" not in capsys.readouterr().err


def test_the_report_tells_what_the_researcher_claims_apart(closed_study):
    with Study.open(closed_study) as study:
        told = study_report(study, lang="en").as_json()
    assert told["label"] == "pseudonymised"
    project = next(one for one in told["sections"] if one["id"] == "project")
    assert "stated-overclaims" in {one["id"] for one in project["paragraphs"]}
