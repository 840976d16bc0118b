"""A way out that does not exist is none: the fields, commands and options that rules name are all there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from anonymizer.cli.app import VERBS, cli
from anonymizer.participants import ProjectProfile
from anonymizer.policy import checks, functions

CODE = "".join(path.read_text("utf-8") for path in Path(functions.__file__).parent.glob("*.py"))
COMMAND = re.compile(r"anonymizer ([a-z-]+(?: [a-z-]+)*)((?: --[a-z-]+(?: [A-Za-z-]+)?)*)")
FIELD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def ways_out():
    return {
        (rule, lang): one.way_out.say(lang) for rule, one in checks().rules.items() for lang in ("nb", "en")
    }


def test_every_field_that_a_check_misses_can_be_filled_in():
    asked = {name for part in re.findall(r"not-answered\"[^)]*fields=\(([^)]*)\)", CODE) for name in
             re.findall(r"\"([a-z_]+)\"", part)}  # fmt: skip
    assert len(asked) > 10
    assert asked <= set(ProjectProfile.model_fields)


@pytest.mark.parametrize("rule", checks().rules)
def test_every_field_of_a_way_out_can_be_filled_in(rule):
    named = {name for lang in ("nb", "en") for name in FIELD.findall(checks().rules[rule].way_out.say(lang))}
    assert named <= set(ProjectProfile.model_fields)


def test_both_languages_name_the_same_fields_and_commands():
    for rule, one in checks().rules.items():
        nb, en = one.way_out.nb, one.way_out.en
        assert set(FIELD.findall(nb)) == set(FIELD.findall(en)), rule
        assert [(words.split()[0], options) for words, options in COMMAND.findall(nb)] == [
            (words.split()[0], options) for words, options in COMMAND.findall(en)
        ], rule


@pytest.mark.parametrize(("rule", "lang"), ways_out())
def test_every_command_of_a_way_out_can_be_given(rule, lang):
    for words, options in COMMAND.findall(ways_out()[rule, lang]):
        verb, *rest = words.split()
        assert verb in VERBS, words
        context = click.Context(cli)
        command = cli.get_command(context, verb)
        if isinstance(command, click.Group) and rest:
            command = command.get_command(context, rest[0])
            assert command is not None, words
        known = {name for one in command.params for name in one.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known, words


def test_the_command_line_shows_a_rule_with_its_sources(capsys):
    from anonymizer.cli.app import run

    assert run(["rules", "show", "TXT-03"]) == 0
    assert "S36" in capsys.readouterr().out
    assert run(["rules", "list", "--checks", "--format", "jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(checks().rules)
