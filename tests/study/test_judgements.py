"""What a person judges becomes a fact for the checks: what may stand, what was missed, what was scanned."""

from __future__ import annotations

import datetime as dt

import pytest
from anonymizer.cli.app import run
from anonymizer.data import load_pack
from anonymizer.errors import GateRefused, UsageError
from anonymizer.model import EntityType
from anonymizer.participants import ParticipantRow
from anonymizer.policy import Verdict
from anonymizer.study import Study
from anonymizer.study.facts import facts_of
from click.testing import CliRunner

from tests.study.conftest import PASSPHRASE

SPEECH = """\
I: Hvor møtes dere?

R: På Værestedet Fyrlykta, hver dag. Broren min Eilif Sandvær er der òg.

I: Og du kjenner de andre?

R: Ja, Fyrlykta har mange. Han der borte, Knarkis, kjenner alle.
"""


@pytest.fixture
def heard(new_study, tmp_path):
    """A study under the pack that lets a place of meeting be named, one interview searched."""

    def make(pack="quotes-unlinked"):
        study = new_study(pack)
        (tmp_path / "a.txt").write_text(SPEECH, encoding="utf-8")
        study.import_rows([ParticipantRow("K7QX", "Tordis Fjellro", speaker=("R",), consent_date=dt.date(2026, 1, 5),
                                          letter_version="2")])  # fmt: skip
        study.ingest(tmp_path / "a.txt", participants=["K7QX"])
        study.detect()
        return study

    return make


def desk_of(study):
    return study.review(next(iter(study.transcripts())))


def organisation(desk):
    if not any(one.entity_type is EntityType.ORGANIZATION for one in desk.found):
        desk.add(*desk.find("Værestedet Fyrlykta", 1, None), EntityType.ORGANIZATION, turn=1)
    return next(one for one in desk.effective() if one.entity_type is EntityType.ORGANIZATION)


def verdict(study, rule):
    return next(one for one in study.check() if one.id == rule).verdict


def test_a_place_of_meeting_stays_by_a_decision_with_its_pool(heard):
    study = heard()
    desk = desk_of(study)
    finding = organisation(desk)
    with pytest.raises(GateRefused, match="TXT-05"):
        desk.keep(finding, pool=44)
    desk.keep(finding, pool=45)
    assert not any(one.overlaps(finding) for one in desk.effective())
    last = [entry for entry in study.log_entries() if entry.action == "decision.made"][-1]
    assert (last.details["decision"], last.details["pool"], last.details["reason"]) == (
        "keep",
        45,
        "large-pool",
    )
    assert facts_of(study.space).publication.institutions == (45,)
    assert verdict(study, "TXT-05") is Verdict.PASS


def test_no_pool_is_large_enough_where_the_pack_lets_nothing_stand(heard):
    study = heard("sikt-base")
    assert load_pack("sikt-base").treatment(EntityType.ORGANIZATION).keep is None
    desk = desk_of(study)
    with pytest.raises(GateRefused, match="TXT-05"):
        study.keep_everywhere(desk, organisation(desk), pool=100_000)


def test_third_persons_are_counted_and_held_against_the_profile(heard):
    study = heard()
    study.pseudonymise()
    (told,) = facts_of(study.space).transcripts
    assert told.third_persons is not None
    assert told.third_persons >= 1
    study.change_profile({"third_persons": False})
    assert verdict(study, "THI-02") is Verdict.FAIL


def test_judged_events_and_named_institutions_have_their_ground_sealed(heard):
    study = heard()
    assert verdict(study, "TXT-07") is Verdict.NEEDS_EVIDENCE
    study.judge_events(coarsened=2, undecided=1, ground="a death that the papers wrote of")
    assert verdict(study, "TXT-07") is Verdict.FAIL
    study.judge_events(coarsened=3, undecided=0, ground="a death that the papers wrote of")
    assert verdict(study, "TXT-07") is Verdict.PASS
    study.name_institution(pool=12, ground="the centre agreed")
    assert verdict(study, "TXT-05") is Verdict.FAIL
    with pytest.raises(UsageError, match="ground"):
        study.name_institution(pool=60, ground=" ")
    whole = b"".join(path.read_bytes() for path in study.space.places.study.rglob("*") if path.is_file())
    assert b"the papers wrote" not in whole


def test_a_breach_waits_for_its_report(heard):
    study = heard()
    found = dt.datetime.now(dt.UTC) - dt.timedelta(days=5)
    key = study.record_incident(discovered=found, report="needed", ground="a stick was lost")
    assert verdict(study, "LOG-02") is Verdict.FAIL
    study.record_incident(discovered=found, report="sent", ground="reported", incident=key)
    assert verdict(study, "LOG-02") is Verdict.PASS
    with pytest.raises(UsageError):
        study.record_incident(
            discovered=dt.datetime.now(dt.UTC) + dt.timedelta(days=1), report="sent", ground="x"
        )


def test_a_scan_of_the_manuscript_is_a_fact(heard, tmp_path, monkeypatch, capsys):
    study = heard()
    assert verdict(study, "TXT-10") is Verdict.NEEDS_EVIDENCE
    place = study.space.places.study
    study.close()
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PASSPHRASE)
    (tmp_path / "thesis.txt").write_text("Takk til alle.\n", encoding="utf-8")
    assert run(["scan", str(tmp_path / "thesis.txt"), "--study", str(place)]) == 0
    with Study.open(place) as again:
        assert verdict(again, "TXT-10") is Verdict.PASS
    capsys.readouterr()


def test_a_blind_reader_finds_what_detection_missed(heard):
    study = heard()
    sample = study.draw_recall_sample(50)
    assert len(sample.turns) == 4  # no more than there are
    marks = {1: ["Eilif Sandvær"], 3: ["Knarkis"]}
    for turn in sample.turns:
        sample.mark(turn, marks.get(turn.turn, []))
    assert sample.marked == 2
    (missed,) = [one for one in sample.missed if one.turn == 3] or [None]
    assert missed is not None
    sample.add(missed, EntityType.PERSON)
    sample.finish()
    told = [entry for entry in study.log_entries() if entry.action == "recall.sampled"][-1].details
    assert (told["sampled"], told["missed"]) == (2, len(sample.missed))
    assert facts_of(study.space).risk.sampled == 2
    assert any(one.overlaps(missed_as(one, missed)) for one in desk_of(study).effective() if one.turn == 3)


def missed_as(finding, missed):
    from dataclasses import replace

    return replace(finding, start=missed.start, end=missed.end, text="")


def test_a_mark_must_stand_in_the_turn_as_often_as_it_is_made(heard):
    sample = heard().draw_recall_sample(50)
    turn = next(one for one in sample.turns if one.turn == 3)
    assert turn.places(["knarkis"])
    with pytest.raises(UsageError):
        sample.mark(turn, ["Knarkis", "Knarkis"])
    assert sample.marked == 0


def test_a_name_found_by_half_is_missed(heard):
    study = heard()
    desk = desk_of(study)
    sample = study.draw_recall_sample(50)
    turn = next(one for one in sample.turns if one.turn == 1)
    start = turn.text.index("Eilif")
    span = (start, start + len("Eilif Sandvær"))
    whole = [one for one in desk.effective() if one.turn == 1 and (one.start, one.end) == span]
    assert whole
    assert sample.mark(turn, ["Eilif Sandvær er der"])  # more than was found
    assert not sample.mark(turn, ["Eilif Sandvær"])


def test_the_command_reads_answers_line_by_line(heard, monkeypatch):
    from anonymizer.cli.app import cli

    study = heard()
    place = study.space.places.study
    study.close()
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PASSPHRASE)
    done = CliRunner().invoke(
        cli, ["recall", "--turns", "1", "--study", str(place)], input="nowhere here\n\n"
    )
    assert done.exit_code == 0
    assert "do not stand" in done.stderr
    with Study.open(place) as again:
        assert [entry.action for entry in again.log_entries()][-1] == "recall.sampled"


def test_words_about_one_s_own_gender_are_shown_and_written_neutrally_if_accepted(new_study, tmp_path):
    study = new_study("notes-only")
    study.import_rows([ParticipantRow("K7QX", speaker=("R",))])
    (tmp_path / "n.txt").write_text(
        "I: Ja?\n\nR: Jeg er mor til to. Som kvinne ser en det.\n", encoding="utf-8"
    )
    study.ingest(tmp_path / "n.txt", participants=["K7QX"])
    study.detect()
    desk = desk_of(study)
    shown = [one for one in desk.waiting() if one.recognizer == "gender-phrase"]
    assert [one.text for one in shown] == ["mor", "kvinne"]
    desk.accept(shown[0])
    study.pseudonymise()
    (record,) = study.transcripts().values()
    assert study.space.clean(record).turns[1].text == "Jeg er [forelder] til to. Som kvinne ser en det."
