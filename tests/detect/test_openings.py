"""A sentence's first word has a capital for nothing: a bear, a person called so, and how they are told apart."""

from __future__ import annotations

import pytest
from tests.detect.conftest import found, talk


@pytest.mark.parametrize(
    "text",
    [
        "Turen var fin. Bjørn har jeg aldri sett der oppe.",
        "Det var kaldt. Sol hadde vi ikke på en måned.",
        "Vi gikk videre. Stein og grus var det meste av det.",
        "Kaffe først. Ring meg etterpå, er du snill.",
        "Jeg satt der. Storm blåste det hele natta.",
        "Ja. Tor du ikke ringe, så skriv.",
        "Ute var det stille. Falk så vi en gang.",
        "Takk. Nitti fire sider leste jeg den natta.",
    ],
)
def test_an_everyday_word_is_no_one(detector, text):
    assert found(detector.detect(talk(text)), "PERSON", "LOCATION", "ORGANIZATION") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Det var vanskelig. Liv er søstera mi, og hun hjalp meg.", "Liv"),
        ("Vi satt stille. Bjørn sa at det fikk være nok.", "Bjørn"),
        ("Jeg husker det. Stein ringte meg hver kveld.", "Stein"),
        ("Da smalt det. Iver lo så han hikstet.", "Iver"),
    ],
)
def test_who_does_what_people_do_is_someone(detector, text, name):
    assert (name, "PERSON") in found(detector.detect(talk(text)))


def test_a_name_known_amid_a_sentence_counts_at_the_beginning_of_one(detector):
    one = detector.detect(talk("Jeg bodde hos han Bjørn den vinteren. Bjørn har jeg mye å takke for."))
    assert found(one, "PERSON") == [("Bjørn", "PERSON"), ("Bjørn", "PERSON")]
    other = detector.detect(talk("Jeg bodde i skogen den vinteren. Bjørn har jeg mye å takke for."))
    assert found(other, "PERSON") == []


def test_a_label_that_is_a_word_is_a_name_if_the_talk_says_so(detector):
    from anonymizer.model import Transcript, Turn

    turns = (Turn("Hvem er du?", speaker="Spørjar"), Turn("Jeg heter Huda.", speaker="Huda"))
    transcript = Transcript(format="vtt", turns=turns).with_joined_offsets()
    labels = [one.text for one in detector.detect(transcript).findings if one.recognizer == "speaker-label"]
    assert labels == ["Huda"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vi kalte han bare bamse for han var så stor", "bamse"),
        ("hos noen som het aud å per olav letnes", "per olav letnes"),
        ("jeg snakka med rådgiveren fru moksnes om det", "fru moksnes"),
        ("jeg ville ikke si det til mar nei margunn den gangen", "mar nei margunn"),
        ("det var doktor lund som sa det", "doktor lund"),
    ],
)
def test_names_in_speech_recognition(rules_alone, text, name):
    assert (name, "PERSON") in found(rules_alone.detect(talk(text)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Så kom gammel-Ingvart inn.", "gammel-Ingvart"),
        ("Vi kalte ham Hilmar-gubben hele tida.", "Hilmar-gubben"),
        ("Ein av de, Kebaben, han kokte det.", "Kebaben"),
        ("Æ va med 'n Trygve på fiske.", "'n Trygve"),
        ("Han heter Dag, men alle sier Dagge. På jobben sier de Dille.", "Dille"),
    ],
)
def test_nicknames(rules_alone, text, name):
    assert (name, "PERSON") in found(rules_alone.detect(talk(text)))
