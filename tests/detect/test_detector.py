"""The detector as a whole: places, order, parts, labels, failure, bad input, silence."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys

import pytest
import spacy
from anonymizer.data.packs import load_pack
from anonymizer.data.recognisers import RecogniserRule
from anonymizer.detect import Detector, detect_text, finding_row, patterns, rules_digest
from anonymizer.detect.engine import Analyzer, GuardedRecognizer
from anonymizer.detect.patterns import CompiledRule
from anonymizer.model import Action, EntityType, KnownPerson, Part, Tier, Transcript, Turn
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.conftest import RulesAlone, found, talk

CANARY = "Qvistinga"


class WithRecognizers(Detector):
    """A detector with a broken part, to see that nothing breaks in silence."""

    def __init__(self, pack, *, recognizers=(), rules=(), nlp=None):
        super().__init__(pack)
        self._extra = recognizers, rules, nlp or spacy.blank("nb")

    @property
    def _analyzer(self):
        recognizers, rules, nlp = self._extra
        return Analyzer(nlp, (*patterns.compiled_rules(), *rules), recognizers, 0.4)


class Broken(GuardedRecognizer):
    def __init__(self):
        super().__init__("broken", [EntityType.PERSON])

    def propose(self, text, artifacts):
        raise ValueError(f"cannot read {text}")


def test_findings_stand_where_they_say(detector):
    texts = [
        "Hva heter du?",
        "Jeg heter Kari Nordli,\nog er 54 år.",
        "Ring 43 60 08 22 eller kari@post.example.",
    ]
    transcript = talk(*texts)
    findings = detector.detect(transcript).findings
    assert findings
    for one in findings:
        assert one.turn is not None
        assert transcript.turns[one.turn].text[one.start : one.end] == one.text
    places = [(one.turn, one.start) for one in findings]
    assert places == sorted(places)
    assert not any(a.overlaps(b) for a in findings for b in findings if a is not b)


def test_the_pack_gives_tier_and_action(pack, detector):
    (one,) = detector.detect(talk("Skriv til kari@post.example.")).findings
    assert (one.tier, one.action) == (Tier.DIRECT, Action.REPLACE)
    assert one.score >= 0.9


def test_detect_text_is_the_short_form():
    assert found(detect_text("Mitt nummer er 43 60 08 22.")) == [("43 60 08 22", "PHONE_NUMBER")]


def test_the_question_is_context_for_the_answer(rules_alone):
    assert found(rules_alone.detect(talk("Hva er postnummeret ditt?", "2750"))) == [("2750", "POSTCODE")]
    assert found(rules_alone.detect(talk("Hva kostet det?", "2750"))) == []


def test_parts_are_searched(rules_alone):
    transcript = Transcript(
        "docx",
        (Turn("Hei."),),
        parts=(Part("comment:2", "ring 43 60 08 22"), Part("file", "intervju_kari@post.example.docx")),
    )
    findings = rules_alone.detect(transcript).findings
    assert {(one.part, one.turn, one.text) for one in findings if one.part == "comment:2"} == {
        ("comment:2", None, "43 60 08 22")
    }
    assert any(one.part == "file" for one in findings)


@pytest.mark.parametrize("label", ["Kari", "Kari Nordli", "KARI NORDLI", "Dr. Holm", "Bo"])
def test_a_label_that_is_a_name_is_a_finding(rules_alone, label):
    transcript = Transcript("vtt", (Turn("Hei.", speaker="I"), Turn("Ja.", speaker=label)))
    (one,) = rules_alone.detect(transcript).findings
    assert (one.part, one.text, one.entity_type.value) == ("speaker:2", label, "PERSON")


@pytest.mark.parametrize(
    "label", ["I", "Intervjuer", "Informant 3", "P1", "SPEAKER_00", "R2", "Mann", "Deltakar 2", "Moderator"]
)
def test_a_label_that_is_a_role_is_none(rules_alone, label):
    assert rules_alone.detect(Transcript("vtt", (Turn("Ja.", speaker=label),))).findings == ()


def test_a_known_alias_as_label(pack):
    known = KnownPerson(key="k", name="Borghild Sørlifjell", aliases=("R2",))
    detection = RulesAlone(pack, [known]).detect(Transcript("vtt", (Turn("Ja.", speaker="R2"),)))
    assert found(detection) == [("R2", "PERSON")]


def test_a_name_found_once_is_found_everywhere(rules_alone):
    detection = rules_alone.detect(talk("Hun heter Torvild Sørlifjell.", "Ja.", "Sørlifjells hus, ja."))
    assert ("Sørlifjells", "PERSON") in found(detection)


# Fail closed


def test_an_error_in_a_recogniser_is_a_problem(pack):
    detection = WithRecognizers(pack, recognizers=[Broken()]).detect(
        talk(f"Hei, {CANARY}.", "ring 43 60 08 22")
    )
    assert not detection.complete
    assert detection.problems == ("turn 0: broken: ValueError", "turn 1: broken: ValueError")
    assert CANARY not in "".join(detection.problems)
    # The others went on: what they found is there to be seen.
    assert ("43 60 08 22", "PHONE_NUMBER") in found(detection)


def test_a_pattern_that_takes_too_long_is_a_problem(pack, monkeypatch):
    monkeypatch.setattr(patterns, "TIMEOUT", 0.05)
    rule = RecogniserRule.model_validate(
        {
            "id": "slow",
            "entity_type": "PERSON",
            "description": "never ends",
            "source": "invented",
            "certainty": "knowledge",
            "patterns": [{"name": "evil", "regex": r"(?:a{1,40}){1,40}b", "score": 0.5}],
        }
    )
    detection = WithRecognizers(pack, rules=[CompiledRule.of(rule)]).detect(talk("a" * 300 + "c"))
    assert detection.problems == ("turn 0: slow: time-out",)


def test_a_failing_language_model_marks_only_its_turn(pack):
    nlp = spacy.blank("nb")

    @spacy.Language.component("fails_on_canary")
    def fails(doc):
        if CANARY in doc.text:
            raise RuntimeError(doc.text)
        return doc

    nlp.add_pipe("fails_on_canary")
    detection = WithRecognizers(pack, nlp=nlp).detect(talk("Hei.", f"Og {CANARY}, 43 60 08 22.", "Ja."))
    assert detection.problems == ("turn 1: language model: RuntimeError",)
    assert ("43 60 08 22", "PHONE_NUMBER") in found(detection)


def test_an_error_outside_the_recognisers_is_a_problem(pack, monkeypatch):
    detector = RulesAlone(pack)
    monkeypatch.setattr(detector, "_dictated", lambda sources: 1 / 0)
    assert detector.detect(talk("Hei.")).problems == ("transcript: dictation: ZeroDivisionError",)


# Bad input


@pytest.mark.parametrize(
    "text",
    [
        "ja og nei " * 100_000,
        "x" * 1_000_000,
        "7" * 1_000_000,
        "7 " * 50_000,
        "tretti sju " * 5_000,
        "a-" * 20_000,
        "@." * 20_000,
        ".,;:" * 10_000,
        "Kari " * 20_000,
        "\x00\x01\x1b[31m" * 3_000,
        "\u202e\u200f\u200b" * 30_000,
        "\ud800" * 10_000,
        "e\u0301" * 50_000,
        "\u0301" * 50_000,
    ],
    ids=lambda text: ascii(text[:6]),
)
def test_bad_input_is_read_in_bounded_work(rules_alone, text):
    detection = rules_alone.detect(talk(text))
    assert detection.complete
    for one in detection.findings:
        assert text[one.start : one.end] == one.text


def test_bad_input_with_the_language_model(detector):
    for text in ("x" * 20_000, "7" * 20_000, "\ud800Kari\u202e" * 200, "((((" * 500):
        assert detector.detect(talk(text)).complete


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=80), max_size=4))
def test_any_text_gives_sound_findings(rules_alone, texts):
    transcript = talk(*texts)
    detection = rules_alone.detect(transcript)
    assert detection.complete
    for one in detection.findings:
        if one.turn is not None:
            assert transcript.turns[one.turn].text[one.start : one.end] == one.text
            assert one.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail: کاری kari@post.example ok", "kari@post.example"),
        ("tlf \u202a43\u00a060\u00a008\u00a022\u202c", "43\u00a060\u00a008\u00a022"),
        ("ring ٤٣٦٠٠٨٢٢ da", "٤٣٦٠٠٨٢٢"),
        ("ring 43\u00ad60 08 22", "43\u00ad60 08 22"),
        ("ring 43 60\n08 22", "43 60\n08 22"),
    ],
)
def test_mixed_scripts_and_hidden_signs(rules_alone, text, expected):
    assert [one.text for one in rules_alone.detect(talk(text)).findings] == [expected]


def test_what_stands_across_a_window_is_found(rules_alone):
    filler = "ja og nei men så, " * 400
    text = filler + "ring 43 60 08 22 og skriv til kari@post.example, " + filler
    for cut in range(0, 240, 29):
        assert found(rules_alone.detect(talk(text[cut:]))) == [
            ("43 60 08 22", "PHONE_NUMBER"),
            ("kari@post.example", "EMAIL_ADDRESS"),
        ]


# Silence, staleness, the network


def test_nothing_is_logged(pack, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    Detector(pack).detect(talk(f"Jeg heter {CANARY} og nummeret er 43 60 08 22."))
    out, err = capfd.readouterr()
    assert CANARY not in out + err + caplog.text
    assert "436" not in out + err + caplog.text


def test_the_digest_follows_rules_and_weights(pack):
    assert Detector(pack).digest == rules_digest(pack) == Detector(load_pack("sikt-base")).digest
    assert Detector(pack, min_score=0.9).digest != rules_digest(pack)
    assert len(rules_digest(pack)) == 64


def test_known_people_do_not_change_the_digest(pack):
    assert Detector(pack, [KnownPerson("k", "Kari Nordli")]).digest == Detector(pack).digest


def test_no_network_is_tried(pack, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found(Detector(pack).detect(talk("Skriv til kari@post.example eller www.bygda.example.")))


def test_importing_the_door_is_light():
    code = "import sys, anonymizer.detect; print(sorted({'spacy', 'presidio_analyzer', 'numpy'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# The contract's line


def test_a_row_has_the_contracts_fields(detector):
    transcript = Transcript(
        "txt", (Turn("Hei.", "I", offset=3), Turn("Jeg heter Kari Nordli.", "R", offset=13))
    )
    (one,) = detector.detect(transcript).findings
    row = finding_row("a.txt", transcript, one)
    assert list(row) == [
        "path", "start", "end", "text", "entity_type", "tier", "action", "score", "recognizer", "turn", "turn_start",
        "turn_end", "speaker", "part",
    ]  # fmt: skip
    assert (row["start"], row["end"], row["turn_start"], row["turn_end"]) == (23, 34, 10, 21)
    assert (row["turn"], row["speaker"], row["part"], row["tier"]) == (1, "R", None, "direct")


def test_a_row_outside_the_turns_has_no_offsets(rules_alone):
    transcript = Transcript("vtt", (Turn("Hei.", speaker="Kari Nordli"),))
    (one,) = rules_alone.detect(transcript).findings
    row = finding_row("a.vtt", transcript, one)
    assert (row["start"], row["end"], row["turn"], row["part"]) == (None, None, None, "speaker:1")
