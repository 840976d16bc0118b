"""``import anonymizer`` gives the verbs of the command line."""

from __future__ import annotations

import subprocess
import sys

import anonymizer
import pytest


def test_detect_is_a_call_and_still_a_room():
    findings = anonymizer.detect("Jeg heter Tordis Fjellro.")
    assert [(finding.text, finding.entity_type.value) for finding in findings] == [
        ("Tordis Fjellro", "PERSON")
    ]
    from anonymizer.detect import Detector

    assert callable(anonymizer.detect)
    assert Detector


def test_dialect_area_gives_probabilities_for_every_area():
    areas = anonymizer.dialect_area("Æ veit ikkje kem ho e, men æ trur ho kjæm hit i mårra.")
    assert set(areas) == {"bokmaal", "nynorsk", "north", "troendelag", "west", "east", "south"}
    assert sum(areas.values()) == pytest.approx(1)


def test_what_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError):
        anonymizer.nonsense  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    heavy = "('spacy', 'presidio_analyzer', 'pydantic')"
    program = f"import anonymizer, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
