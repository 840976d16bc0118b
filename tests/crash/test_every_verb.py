"""Every command that writes, stopped at each durable step: the old state or the new, and doing it again ends it.

A few steps of each command here; ``make crash`` takes every step of every command (``ANONYMIZER_STEPS=all``).
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import click
import pytest
from anonymizer.cli.app import cli

from . import verbs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STEPS = os.environ.get("ANONYMIZER_STEPS", "1")
CASES = [(name, number) for name, some in verbs.WRITING.items() for number in range(len(some))]
IDS = [verbs.WRITING[name][number].line for name, number in CASES]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[verbs.Homes]:
    import anonymizer

    anonymizer.detect("Jeg heter Tordis.")  # what is slow is loaded once, before the forks
    with verbs.prepared(tmp_path_factory.mktemp("verbs")) as made:
        yield made


def commands(command: click.Command, name: str = "") -> list[str]:
    if not isinstance(command, click.Group):
        return [name]
    context = click.Context(command)
    found = []
    for each in command.list_commands(context):
        inner = command.get_command(context, each)
        assert inner is not None
        found += commands(inner, f"{name} {each}".strip())
    return found


def test_every_command_is_known_to_write_or_not_to() -> None:
    assert set(commands(cli)) == verbs.WRITING.keys() | verbs.READING | verbs.ELSEWHERE
    assert not verbs.WRITING.keys() & verbs.READING


def whole_run(homes: verbs.Homes, verb: verbs.Verb) -> tuple[object, object, int, int | None]:
    """Return what there is before and after, how many steps lie between, and the exit code."""
    homes.ready(verb)
    before = verbs.summary(homes.home, verb)
    homes.ready(verb)
    code, points, said = verbs.in_a_child(homes.line(verb), verb.typed, verbs.NEVER)
    assert code in (0, 1), said
    verbs.sound(homes.home)
    assert verbs.leftovers(homes.home) == []
    assert verbs.identifying_outside(homes.home) == []
    return before, verbs.summary(homes.home, verb), points, code


def chosen(points: int, line: str) -> list[int]:
    if STEPS == "all":
        return list(range(1, points + 1))
    return sorted(random.Random(line).sample(range(1, points + 1), min(int(STEPS), points)))


def recovers(homes: verbs.Homes, verb: verbs.Verb, before: object, after: object, code: int | None) -> None:
    """What was stopped has happened or has not, and doing it again ends it."""
    verbs.sound(homes.home)
    now = verbs.summary(homes.home, verb)
    assert verbs.identifying_outside(homes.home) == []
    if now != after or verbs.leftovers(homes.home):
        again, _, said = verbs.in_a_child(homes.line(verb), verb.typed, verbs.NEVER)
        assert again == code, said
        assert verbs.summary(homes.home, verb) == after
    verbs.sound(homes.home)
    assert verbs.leftovers(homes.home) == []
    assert before != after or code is not None


@pytest.mark.parametrize(("name", "number"), CASES, ids=IDS)
def test_a_command_killed_at_a_step_is_undone_or_done(name: str, number: int, homes: verbs.Homes) -> None:
    verb = verbs.WRITING[name][number]
    before, after, points, code = whole_run(homes, verb)
    assert points > 0, "a command that writes has no fail point"
    for step in chosen(points, verb.line):
        homes.ready(verb)
        ended, *_ = verbs.in_a_child(homes.line(verb), verb.typed, step)
        assert ended is None, step
        recovers(homes, verb, before, after, code)


@pytest.mark.parametrize("fault", verbs.FAULTS)
@pytest.mark.parametrize(("name", "number"), CASES, ids=IDS)
def test_a_fault_at_a_step_is_said_and_survived(
    name: str, number: int, fault: str, homes: verbs.Homes
) -> None:
    verb = verbs.WRITING[name][number]
    if STEPS != "all" and random.Random(verb.line + fault).random() > 0.25:
        pytest.skip("make crash takes them all")
    before, after, points, code = whole_run(homes, verb)
    for step in chosen(points, verb.line + fault):
        homes.ready(verb)
        act = verbs.FAULTS[fault](homes.home)
        ended, _, said = verbs.in_a_child(homes.line(verb), verb.typed, step, act)
        away = homes.home / "k.away"
        if away.exists():
            assert not (homes.home / "k").exists(), "something was made in the stick's place"
            away.rename(homes.home / "k")
        assert ended is not None
        assert "Traceback" not in said
        assert "internal error" not in said
        if ended not in (0, code):
            assert said.count("anonymizer: ") == 1, (
                said
            )  # after a prompt it is not at the beginning of a line
        recovers(homes, verb, before, after, code)
