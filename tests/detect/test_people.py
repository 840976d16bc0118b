"""Names by word lists and cues, without the language model: both what is a name and what only looks like one."""

from __future__ import annotations

import pytest
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jeg heter Kari Nordli.", ["Kari Nordli"]),
        ("Det sa doktor Holm til tante Borghild.", ["doktor Holm", "tante Borghild"]),
        ("Jeg snakka med dr. Holm.", ["dr. Holm"]),
        ("Mor, Kari Nordli, var der.", ["Kari Nordli"]),
        ("Det var ho Kari og n'Ola.", ["Kari", "n'Ola"]),
        ("Svenn'n var der, og Gamle-Jens.", ["Svenn'n", "Gamle-Jens"]),
        ("Og Geir H. kom.", ["Geir H."]),
        ("Det var Ma- Marit.", ["Ma- Marit"]),
        ("Det var Torbjørgs mann.", ["Torbjørgs"]),
        ("Vi møtte Åse-Marie Sørbø der.", ["Åse-Marie Sørbø"]),
        ("Hun Liv var der, og Bjørn.", ["Liv", "Bjørn"]),
        ("jeg snakka med ahmed i går", ["ahmed"]),
        ("æ traff ho kari i går", ["kari"]),
        ("Jeg hilste på Fatima Al Hassan.", ["Fatima Al Hassan"]),
        ("Kona het Qwexlind, sa han.", ["Qwexlind"]),
        ("Ho kallar meg Hans.", ["Hans"]),
        ("en portør som het jo og en til", ["jo"]),
        ("Ungane, Eirin og Jo Trygve, gret.", ["Eirin", "Jo Trygve"]),
        ("Han va onnavår hjå n'Olav i Turvoll.", ["n'Olav i Turvoll"]),
        ("han peder i bakken eigde traktoren", ["peder i bakken"]),
        ("det var frau neset som ringte", ["frau neset"]),
        ("presten jan ove fure kom", ["presten jan ove fure"]),
        ("Ola, femtifire.", ["Ola"]),
        ("Katta vår, Mysil, låg i senga.", ["Mysil"]),
        ("det er hunden tassen og så", ["tassen"]),
    ],
)
def test_names(rules_alone, text, names):
    assert [text for text, _ in found(rules_alone.detect(talk(text)), "PERSON")] == names


@pytest.mark.parametrize(
    "text",
    [
        "Det er et langt liv. Dag for dag. Sol ute. Bo der du vil.",
        "En bjørn, en stein og en bekk.",
        "Mamma og pappa. Mor kom, og far.",
        "Jo, hans far og min far var venner. Mai er fin.",
        "han het jo noe rart, det heter jo det",
        "hunden og katten kom inn fra regnet",
        "sjefen spurte om det",
        "Sommeren var fin. Våren også. Jula er best.",
        "han bor der og han er der og ho ser det",
        "Nei. Ja. Altså. Liksom. Og da. Men så.",
        "Mandag kom. Mai er fin.",
        "NAV og DPS og LAR.",
        "å ja å nei i dag i morgen",
    ],
)
def test_everyday_words(rules_alone, text):
    assert found(rules_alone.detect(talk(text))) == []
