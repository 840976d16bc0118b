"""Lines as a PDF gives them become paragraphs, and every letter knows where it came from."""

from __future__ import annotations

import pytest
from anonymizer.formats import BlockKind, read_manuscript
from hypothesis import given
from hypothesis import strategies as st

LINE = "Denne oppgaven handler om hvordan mennesker opplever hjelpen de får når de kommer dit, og"


def texts(source: str) -> list[str]:
    return [block.text for block in read_manuscript(source.encode(), "").blocks]


def test_a_word_divided_at_the_line_end_is_whole_again():
    first, second = (
        f"{LINE} stig-",
        "ma er et av begrepene som blir brukt for å forstå hva som skjer med den som blir møtt slik.",
    )
    assert "stigma er et av" in texts(f"{first}\n{second}\n{LINE}\n{LINE}")[0]


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        (
            "NAV-",
            "kontoret tok imot ham og alle de andre som kom dit den dagen da dette hendte.",
            "NAV-kontoret",
        ),
        (
            "hjelpe-",
            "apparatet tok imot ham og alle de andre som kom dit den dagen da dette hendte.",
            "hjelpeapparatet",
        ),
        (
            "rus-",
            "og psykiatrifeltet tok imot ham og alle de andre som kom dit den dagen.",
            "rus- og psykiatrifeltet",
        ),
    ],
)
def test_hyphens_that_belong_to_a_word_stay(end, start, joined):
    assert joined in texts(f"{LINE} {end}\n{start}\n{LINE}\n{LINE}")[0]


def test_a_paragraph_goes_on_over_a_page_with_its_number_and_running_head():
    pages = [
        "\n".join(f"{LINE} {word}{letter}" for letter in "abcde")
        for word in ("en", "to", "fire", "seks", "sju", "ti")
    ]
    source = "\f".join(f"Veien tilbake\n{page}\n{number}\n" for number, page in enumerate(pages, 1))
    blocks = read_manuscript(source.encode(), "").blocks
    body = [block for block in blocks if LINE in block.text]
    assert len(body) == 1
    assert body[0].text.count("Denne oppgaven") == 30
    assert [block.text for block in blocks if block.kind is BlockKind.HEADER] == ["Veien tilbake"]


def test_page_numbers_without_form_feeds_are_taken_out():
    source = "\n\n".join(f"{LINE}\n{LINE}\n\n{number}" for number in range(12, 20))
    assert not any(text.isdigit() for text in texts(source))


def test_a_table_of_contents_is_no_heading():
    source = (
        "Innhold\n1 Innledning 5\n2 Metode 20\n3 Funn 31\n4 Drøfting 50\nReferanser 72\n\nForord\nTakk.\n"
    )
    kinds = {block.text: block.kind for block in read_manuscript(source.encode(), "").blocks}
    assert kinds["Referanser 72"] is BlockKind.CONTENTS
    assert kinds["Forord"] is not BlockKind.CONTENTS


@given(
    st.lists(
        st.text(st.sampled_from("abcæøå «».-\u00ad0123456789ABC"), max_size=100), min_size=1, max_size=30
    ),
    st.sampled_from(["\n", "\r\n", "\n\n", "\f"]),
)
def test_every_letter_points_to_its_place_in_the_source(lines, end):
    source = end.join(lines) + "\nslutt"
    manuscript = read_manuscript(source.encode(), "")
    for block in manuscript.blocks:
        for at, letter in enumerate(block.text):
            place = block.source(at)
            # Between two lines stands a space of our own; everything else is the source's.
            assert place is None or letter == " " or manuscript.text[place] == letter
