"""How the model's training material is made, and that training runs from an empty folder to a model that loads."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from anonymizer.detect.ner import LABELS, load_ner

TRAINING = Path(__file__).parents[2] / "training"
NAMELESS = ("everyday", "lookalikes")
SCRIPTS = ("corpus", "everyday", "generate", "lists", "names", "rewrite", "smoke")


@pytest.fixture(scope="module", autouse=True)
def scripts() -> Iterator[None]:
    """The scripts stand beside each other, not in a package; gone again afterwards."""
    sys.path.insert(0, str(TRAINING))
    yield
    sys.path.remove(str(TRAINING))
    for name in SCRIPTS:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def speech() -> Any:
    from generate import Speech
    from lists import read_lists

    return Speech(read_lists(), 5)


@pytest.mark.parametrize("name", NAMELESS)
def test_templates_of_plain_words_make_no_mention(speech: Any, name: str) -> None:
    lines = speech.templates[name]
    assert len(lines) > 100
    for line in lines:
        assert set(speech.fill(line).tags) == {"O"}, line


def test_every_other_kind_of_template_makes_mentions(speech: Any) -> None:
    for name in speech.templates.keys() - {*NAMELESS, "negatives"}:
        tags = {tag[2:] for line in speech.templates[name] for tag in speech.fill(line).tags if tag != "O"}
        assert tags & set(LABELS), name


def test_letters_around_a_slot_belong_to_the_mention(speech: Any) -> None:
    sentence = speech.fill("n'{first} og {wfirst}s bror .")
    assert sentence.words[0].startswith("n'")
    assert sentence.tags[0] == "B-PER"
    start, end, kind = sentence.spans()[-1]
    assert (sentence.words[end - 1][-1], sentence.words[end], kind) == ("s", "bror", "PER")
    assert start < end


def test_names_side_by_side_are_one_person(speech: Any) -> None:
    assert len(speech.fill("{first} {last} kom .").spans()) == 1
    assert len(speech.fill("{first} , {last} kom .").spans()) == 2
    assert len(speech.fill("{first} og {last} kom .").spans()) == 2


def test_a_word_is_put_in_as_a_name_and_as_a_word_where_each_belongs(speech: Any) -> None:
    names = {name.lower() for name in speech.special["wfirst"]}
    words = {word for kind in ("animal", "weather", "feeling") for word in speech.everyday[kind]}
    assert {"bjørn", "liv", "storm"} <= names & words
    assert not names & set(speech.everyday["any"])


def test_telling_in_dialect_changes_no_mention_and_no_count(speech: Any) -> None:
    from corpus import Sentence
    from rewrite import Rewriter

    sentence = Sentence(
        ("Jeg", "vet", "ikke", "hvor", "Ikke", "Hvor", "bor", ",", "jeg", "."),
        ("O", "O", "O", "O", "B-PER", "I-PER", "O", "O", "O", "O"),
    )
    rewriter = Rewriter(random.Random(1))
    told = [rewriter.tell(sentence) for _ in range(60)]
    assert {one.tags for one in told} == {sentence.tags}
    assert {one.words[4:6] for one in told} == {("Ikke", "Hvor")}
    assert len({one.words for one in told}) > 20
    first = {one.words[0] for one in told}
    assert {"Eg", "Æ"} <= first
    assert all(word[0].isupper() for word in first)
    assert all(one.words[0].lower() == one.words[8] for one in told)


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is only there for training")
def test_training_runs_from_an_empty_folder_to_a_model_that_loads(tmp_path: Path) -> None:
    from smoke import smoke

    model = smoke(tmp_path)
    assert load_ner(model)("Jeg heter Kari Nordli og kommer fra Gran.").text
