"""Places by word lists and word formation, without the language model: what is a place and what only looks like one."""

from __future__ import annotations

import pytest
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # names that are nothing else, wherever they stand
        ("Trondheim var for stort.", ["Trondheim"]),
        ("Jeg bodde i Nittedal og i Nord-Norge.", ["Nittedal", "Nord-Norge"]),
        ("Han kom fra Mo i Rana.", ["Mo i Rana"]),
        ("Det var Tromsøs beste kafé.", ["Tromsøs"]),
        ("Hun flyktet fra Mogadishu via Tyrkia.", ["Mogadishu", "Tyrkia"]),
        ("Besteforeldrene kom fra Guovdageaidnu.", ["Guovdageaidnu"]),
        ("Far dro til Longyearbyen på Svalbard.", ["Longyearbyen", "Svalbard"]),
        ("De bor på Ammerud i Groruddalen.", ["Ammerud", "Groruddalen"]),
        # names that are words too: a capital and a preposition
        ("Jeg bodde på Voss, og siden i Ski.", ["Voss", "Ski"]),
        ("Vi flytta fra Time til Klepp.", ["Time", "Klepp"]),
        ("Ho er oppvaksen på Bø, han på Lom.", ["Bø", "Lom"]),
        ("Han er fra Å, helt ytterst.", ["Å"]),
        # surnames that are places too, after a preposition of place
        ("Vi har hytte på Sande.", ["Sande"]),
        # farms and streets
        ("Gården heter Øvre Kvislabakken.", ["Øvre Kvislabakken"]),
        ("Eg er frå ein gard som heiter Sperrevik.", ["Sperrevik"]),
        ("Me budde på Krokhelleneset.", ["Krokhelleneset"]),
        ("Nede i Storgata var det folk.", ["Storgata"]),
        ("Det var i Haakon Langnes gate.", ["Haakon Langnes gate"]),
        # compounds
        ("Det var et miljø i Oslo-gryta og i Mjøsområdet.", ["Oslo-gryta", "Mjøsområdet"]),
        # dialect
        ("Æ e ifrå Namsos, og ho mor frå Verran.", ["Namsos", "Verran"]),
        ("Dem bor oppi Lierne og nerpå Snåsa.", ["Lierne", "Snåsa"]),
        # speech recognition: no capitals
        ("jeg er født i drammen og flytta til lillestrøm", ["drammen", "lillestrøm"]),
        ("eg kjem frå florø og bur på voss no", ["florø", "voss"]),
        ("æ e fra sortland æ", ["sortland"]),
        ("de sendte meg til mo i rana", ["mo i rana"]),
    ],
)
def test_places(rules_alone, text, places):
    assert [text for text, _ in found(rules_alone.detect(talk(text)), "LOCATION")] == places


@pytest.mark.parametrize(
    "text",
    [
        "Jeg går på ski. Ski er det beste som finnes.",
        "Vi satt en time i sola. Time etter time.",
        "Å, det var så fint. Å gå tur, å være ute.",
        "Hol i veggen, gol på kjøkkenet, os fra ovnen. Nes er ikke odde.",
        "I går var det re på senga. Mo og hei, mark og li.",
        "Norge er ikke stort, og i Noreg regnar det.",
        "Jeg satt i kroken, på stranda, i lia, over haugen og ned bakken.",
        "Sør for huset, nord i skogen, vest på jordet.",
        "Gata var tom. Veien var lang. Torget var stengt.",
        "jeg går på ski en time i sola og så hjem til maten",
        "han finner det ikke og eg veit ikkje kven det er",
        "jeg bor i blokk på landet i skogen i byen",
    ],
)
def test_everyday_words_are_no_places(rules_alone, text):
    assert found(rules_alone.detect(talk(text))) == []
