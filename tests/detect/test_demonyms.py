"""Where people are from: inhabitants and dialects of Norwegian places, nationalities, peoples, faiths."""

from __future__ import annotations

import pytest
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jeg er siddis.", ["siddis"]),
        ("Bergensere og trøndere.", ["Bergensere", "trøndere"]),
        ("Ho var sognedøl, og sognedølene ler.", ["sognedøl", "sognedølene"]),
        ("Vesterålsværingan e ikke som lofotingan.", ["Vesterålsværingan", "lofotingan"]),
        ("Strilane kom til byen.", ["Strilane"]),
        ("Svigerfar var budaling.", ["budaling"]),
        ("Han er ekte lustring.", ["lustring"]),
        ("Han prata nordlandsdialekt og ho hallingmål.", ["nordlandsdialekt", "hallingmål"]),
        ("De snakka trøndersk, bergensk og sunnmørsk.", ["trøndersk", "bergensk", "sunnmørsk"]),
        ("Jeg er tromsøjente.", ["tromsøjente"]),
        ("Fyresdølane giftar seg med raulingar.", ["Fyresdølane", "raulingar"]),
        ("Ho er geiranger, eller geirangar som dei sjølve seier.", ["geirangar"]),
        ("Mor va loppaværing og far va hitterværing.", ["loppaværing", "hitterværing"]),
        ("Hardingane og bærumsmannen sang.", ["Hardingane", "bærumsmannen"]),
        ("han er østlending og vi er vestlendinger", ["østlending", "vestlendinger"]),
    ],
)
def test_inhabitants_and_dialects(rules_alone, text, words):
    assert found(rules_alone.detect(talk(text)), "DEMONYM", "NRP") == [(word, "DEMONYM") for word in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mora hans er somalisk.", ["somalisk"]),
        ("Jeg er norsk-pakistansk.", ["norsk-pakistansk"]),
        ("Vi er kurdere, naboen er polakk.", ["kurdere", "polakk"]),
        ("De snakker tigrinja hjemme.", ["tigrinja"]),
        ("Vi er muslimer, de er katolikker, og han er jødisk.", ["muslimer", "katolikker", "jødisk"]),
        ("Hun er syrisk-ortodoks.", ["syrisk-ortodoks"]),
        ("Sjefen er bulgar, og der va somalierar og læstadiana.", ["bulgar", "somalierar", "læstadiana"]),
        ("Ho er same, og mannen er kven.", ["same", "kven"]),
        ("Samene og kvenene kom først.", ["Samene", "kvenene"]),
        ("Bestefar var kvensk og bestemor sørsamisk.", ["kvensk", "sørsamisk"]),
        ("dem var læstadianere hele gjengen", ["læstadianere"]),
    ],
)
def test_nationalities_peoples_and_faiths(rules_alone, text, words):
    assert found(rules_alone.detect(talk(text)), "DEMONYM", "NRP") == [(word, "NRP") for word in words]


@pytest.mark.parametrize(
    "text",
    [
        "Finner du den? Den finnes ikke.",
        "Det er det same for meg, same det.",
        "Det er rom i herberget.",
        "Kven er det? Eg veit ikkje kven.",
        "Slagsmål ble det. Føremålet var godt, og morsmålet viktig.",
        "Kjøringa var verre enn bading og røyking.",
        "Vi er norske og snakker norsk og engelsk.",
        "Vi spiste polsk pølse og så en fransk film.",
        "Arbeidsfolk og fagfolk, kvinnfolk og mannfolk.",
    ],
)
def test_everyday_words_say_nothing_of_where_anyone_is_from(rules_alone, text):
    assert found(rules_alone.detect(talk(text)), "DEMONYM", "NRP") == []
