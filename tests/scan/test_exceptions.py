"""What may stand: allowed with owner, reason and end, or known from a baseline."""

from __future__ import annotations

from datetime import date

import pytest
from anonymizer.errors import AnonymizerError
from anonymizer.scan import Exceptions, load_allow, load_baseline, new_baseline

TEXT = "Forord\n\nTakk til Bente og Roald på værestedet.\n\n4 Funn\n\n«Så kom Trude og hentet meg», sa han.\n"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def found(scanner):
    return scanner.scan(TEXT.encode(), "oppgave.txt")


def allow(folder, body: str):
    path = folder / "allow.yaml"
    path.write_text(body, encoding="utf-8")
    return load_allow(path)


ENTRY = "allow:\n  - text: Bente\n    owner: Solveig B.\n    reason: has agreed in writing\n    expires: {}\n"


def test_an_allowed_name_may_stand(found, tmp_path):
    after = Exceptions(allow(tmp_path, ENTRY.format("2027-01-01")), today=TODAY).apply(found)
    assert {"Bente"} == {f.text for f in found.findings} - {f.text for f in after.findings}


def test_an_exception_ends_and_says_so(found, tmp_path):
    after = Exceptions(allow(tmp_path, ENTRY.format("2026-11-20")), today=TODAY).apply(found)
    assert "Bente" in {f.text for f in after.findings}
    assert "expired-exception" in {f.rule for f in after.findings}


@pytest.mark.parametrize("missing", ["owner", "reason", "expires", "text"])
def test_an_entry_says_who_why_how_long_and_what(tmp_path, missing):
    body = "\n".join(line for line in ENTRY.format("2027-01-01").splitlines() if f"{missing}:" not in line)
    body = body.replace("allow:\n    owner", "allow:\n  - owner")
    with pytest.raises(AnonymizerError):
        allow(tmp_path, body)


def test_a_baseline_silences_what_was_known_and_only_that(found, scanner, tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text(
        new_baseline([found], owner="Solveig B.", reason="first run", expires=date(2027, 1, 1)),
        encoding="utf-8",
    )
    text = path.read_text(encoding="utf-8")
    assert not any(name in text for name in ("Bente", "Roald", "Trude"))
    known = Exceptions((), load_baseline(path), today=TODAY)
    assert known.apply(found).findings == ()
    more = scanner.scan(f"{TEXT}\n«Da ringte Gunnvor til meg», sa hun.\n".encode(), "oppgave.txt")
    assert {f.text for f in known.apply(more).findings} == {"Gunnvor"}


def test_a_groups_weight_passes_on_when_its_first_place_may_stand(scanner, tmp_path):
    text = "Vedlegg 1\n\nRing 948 62 117.\n\nEller ring 948 62 117 senere.\n"
    found = scanner.scan(text.encode(), "a.txt")
    first = found.findings[0]
    entry = f"allow:\n  - place: {first.place}\n    owner: S\n    reason: r\n    expires: 2027-01-01\n"
    after = Exceptions(allow(tmp_path, entry), today=TODAY).apply(found)
    assert [(f.severity.value, f.group) for f in after.findings] == [("warn", None)]
