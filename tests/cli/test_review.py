"""Review in the terminal: every answer a person can give, and nothing of the text on disk."""

from __future__ import annotations

import pytest
from anonymizer.cli.app import cli, run
from anonymizer.study import Study
from click.testing import CliRunner

TEXT = "I: Hei.\n\nR: Jeg heter Tordis Fjellro. Jeg bor på Gran, og søster heter Maiken. Vi er på Gran.\n"
PHRASE = "fjell bre skog elv"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PHRASE)
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "p.csv").write_text(
        "code;name;consent_date;speaker;transcripts\nK7QX;Tordis Fjellro;2026-01-13;R;a.txt\n",
        encoding="utf-8",
    )
    target = ["--new", "s", "--keys", "k", "--to", "clean", "--rules", "fictive-names"]
    assert run(["run", "a.txt", "--participants", "p.csv", *target]) == 0
    return tmp_path / "s"


def review(*answers: str) -> str:
    result = CliRunner().invoke(cli, ["review", "--study", "s", "1"], input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    return result.output


def effective(study):
    with Study.open(study, passphrase=PHRASE) as opened:
        desk = opened.review(next(iter(opened.transcripts())))
        return {
            (finding.text, finding.entity_type.value) for finding in desk.effective()
        }, desk.record.is_reviewed


def found(study, words):
    return sorted(kind for text, kind in effective(study)[0] if text == words)


def test_accepting_everything_ends_in_a_reviewed_transcript(study):
    said = review(*["a"] * 12, "y")
    assert "Tordis Fjellro" in said
    assert effective(study)[1]


def test_an_answer_for_all_rules_on_the_same_words_at_once(study):
    before = found(study, "Gran")
    assert before
    answers = []
    with Study.open(study, passphrase=PHRASE) as opened:
        desk = opened.review(next(iter(opened.transcripts())))
        for finding in desk.waiting():
            answers.append("R" if finding.text == "Gran" else "n")
            if finding.text == "Gran":
                break
    review(*answers, "q")
    assert found(study, "Gran") == []


def test_a_missed_identifier_is_added_and_a_wrong_type_changed(study):
    review("m", "søster", "ROLE", "t", "ORGANIZATION", "q")
    findings, reviewed = effective(study)
    assert ("søster", "ROLE") in findings
    assert "ORGANIZATION" in {kind for _, kind in findings}
    assert not reviewed


def test_a_finding_is_widened_to_the_words_given(study):
    with Study.open(study, passphrase=PHRASE) as opened:
        desk = opened.review(next(iter(opened.transcripts())))
        first = desk.waiting()[0]
    review("w", "heter Tordis Fjellro" if "Tordis" in first.text else first.text, "q")
    assert any(len(text) >= len(first.text) for text, _ in effective(study)[0])


def test_words_that_do_not_stand_there_change_nothing(study):
    before = effective(study)
    said = review("m", "Rauma", "q")
    assert "do not stand in this turn" in said
    assert effective(study) == before


def test_no_text_of_the_review_reaches_the_disk(study, tmp_path):
    review("m", "søster", "ROLE", "d")
    content = b"".join(
        path.read_bytes()
        for folder in ("s", "k", "state")
        for path in (tmp_path / folder).rglob("*")
        if path.is_file()
    )
    for word in ("Tordis", "søster", "Maiken", "Gran"):
        assert word.encode() not in content
    with Study.open(study) as opened:
        actions = [entry.action for entry in opened.log_entries()]
    assert "decision.made" in actions
    assert "transcript.reviewed" in actions
