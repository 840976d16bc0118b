"""Readings of a text lead back to the text, whatever stands in it."""

from __future__ import annotations

import unicodedata

import pytest
from anonymizer.detect.text import WINDOW, plain_view, windows
from hypothesis import given
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates and control characters included


@given(ANY_TEXT)
def test_a_reading_has_a_way_back(text):
    view = plain_view(text)
    last = 0
    for at in range(len(view.text)):
        start, end = view.below(at, at + 1)
        assert 0 <= last <= start <= end <= len(text)
        last = start
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"} for character in view.text)
    view.text.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("Kari\u00a0Nordli\nog\tOla", "Kari Nordli og Ola"),
        ("43\u202f60–08\u201122", "43 60-08-22"),
        ("A\u030ase", "Åse"),
        ("Ka\u00adri og K\u200bari", "Kari og Kari"),
        ("٤٣٦٠٠٨٢٢", "43600822"),
        ("４３", "43"),
        ("kari＠post.example", "kari@post.example"),
        ("\ud83d alene", "\ufffd alene"),
        ("Ola’n", "Ola'n"),
        ("ordinær tekst – med tankestrek", "ordinær tekst - med tankestrek"),
    ],
)
def test_folding(text, reading):
    assert plain_view(text).text == reading


def test_a_decomposed_name_is_covered_whole():
    text = "med A\u030ase i dag"
    view = plain_view(text)
    start, end = view.below(view.text.index("Åse"), view.text.index("Åse") + 3)
    assert text[start:end] == "A\u030ase"


@given(st.integers(0, 40_000), st.integers(1, 9_000), st.randoms(use_true_random=False))
def test_windows_cover_everything_in_linear_work(length, longest_word, chance):
    letters = ["x"] * length
    at = 0
    while at < length:
        letters[at] = " "
        at += chance.randint(1, longest_word)
    text = "".join(letters)
    covered, work = 0, 0
    for offset, stretch in windows(text):
        assert text[offset : offset + len(stretch)] == stretch
        assert offset <= covered
        assert len(stretch) <= WINDOW
        covered = max(covered, offset + len(stretch))
        work += len(stretch)
    assert covered == len(text)
    assert work <= 2 * len(text) + WINDOW
