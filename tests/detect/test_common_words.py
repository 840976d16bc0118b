"""Everyday words: listed, in their other forms, put together; names are none."""

from __future__ import annotations

import pytest
from anonymizer.detect.common_words import common_words
from anonymizer.detect.names import everyday_names, first_names, surnames


@pytest.mark.parametrize(
    "word",
    [
        "kastar", "guttan", "klokkan", "skildringane", "akademikarane", "opplevelsene", "korleis", "kjempeflink",
        "sandkassa", "kårstua", "erfaringskonsulent", "barneklær", "kjellern", "kveite", "pao", "frao", "veit",
        "grevling", "stein", "huset",
    ],
)  # fmt: skip
def test_words_in_any_form_are_everyday(word):
    assert common_words().is_everyday(word)


@pytest.mark.parametrize(
    "word",
    [
        "marit",
        "oddvar",
        "jannicke",
        "bratteteig",
        "solvik",
        "kinekvaloya",
        "nøttingnes",
        "vibeke",
        "tinka",
        "lutro",
    ],
)
def test_names_and_what_no_list_knows_are_not(word):
    assert not common_words().is_everyday(word)


def test_no_listed_word_is_a_name_unless_it_is_said_to_be_a_word_too():
    names = (first_names() | surnames()) - everyday_names()
    assert not [name for name in names if common_words().is_everyday(name)]


def test_an_endless_word_is_no_word():
    assert not common_words().is_everyday("sand" * 10_000)
