"""A name of the register never stays in a text by a slip: a whole one not at all, a single word only for a reason."""

from __future__ import annotations

import pytest
from anonymizer.errors import GateRefused, UsageError
from anonymizer.model import Decision, Verdict
from anonymizer.participants import ParticipantRow

TALK = """\
I: Hei.

R: Jeg er Tordis Fjellro, de kaller meg Tora. Ring 48 12 00 34.

R: Bestemor het også Tora.
"""


@pytest.fixture
def study(new_study, tmp_path):
    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    study = new_study()
    row = ParticipantRow(
        "K7QX",
        "Tordis Fjellro",
        aliases=("Tora",),
        contact="+47 48 12 00 34",
        letter_version="1",
        speaker=("R",),
    )
    study.import_rows([row])
    study.ingest(tmp_path / "a.txt", participants=["K7QX"])
    study.detect()
    return study


def desk_of(study):
    return study.review(next(iter(study.transcripts())))


def found(desk, words):
    return next(one for one in desk.found if one.text == words)


def clean(study):
    study.pseudonymise()
    return " ".join(turn.text for turn in study.read(1).turns)


def test_an_alias_stays_for_a_recorded_reason_only(study):
    desk = desk_of(study)
    alias = found(desk, "Tora")
    with pytest.raises(UsageError, match="someone in the register"):
        desk.reject(alias)
    with pytest.raises(UsageError, match="someone in the register"):
        study.decide_everywhere(desk, alias, accept=False)
    assert "Tora" not in clean(study)
    desk = desk_of(study)
    desk.reject(found(desk, "Tora"), reason="common-word")
    assert "Tora" in clean(study)
    entry = [one for one in study.log_entries() if one.action == "decision.made"][-1]
    assert entry.details["reason"] == "common-word"


@pytest.mark.parametrize("words", ["Tordis Fjellro", "48 12 00 34"])
def test_a_whole_name_and_a_contact_never_stay(study, words):
    desk = desk_of(study)
    for reason in (None, "common-word"):
        with pytest.raises(GateRefused, match="TXT-01"):
            desk.reject(found(desk, words), reason=reason)
    assert words not in clean(study)


def test_a_rejection_from_before_the_name_was_known_binds_no_more(new_study, tmp_path):
    (tmp_path / "a.txt").write_text("I: Hei.\n\nR: De kaller meg Tora der.\n", encoding="utf-8")
    study = new_study()
    row = ParticipantRow("K7QX", "Tordis Fjellro", letter_version="1", speaker=("R",))
    study.import_rows([row])
    key = study.ingest(tmp_path / "a.txt", participants=["K7QX"]).transcript
    study.detect()
    desk = desk_of(study)
    start, end = desk.find("Tora", 1, None)
    space = study.space
    record = space.transcript(key)
    kind = next(iter(desk.found)).entity_type
    with space.vault.change() as tx:
        said = Decision(Verdict.REJECT, record.version, start, end, kind, turn=1)
        record = space.seal_decisions(tx, key, record, [said])
        space.save_transcript(tx, key, record)
        details = {"decision": "reject", "type": kind.value, "tier": "direct", "source": "detector"}
        tx.log("decision.made", object_id=key, details={**details, "version": 1, "count": 1})
    assert "Tora" in clean(study)
    study.rectify("K7QX", aliases=("Tora",))
    study.detect()
    assert "Tora" in {one.text for one in desk_of(study).waiting()}
    assert "Tora" not in clean(study)
