"""Rights, custody and deadlines from the command line: parse, call the library, print; exit codes as promised."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import yaml
from anonymizer.cli.app import cli, run
from anonymizer.cli.common import counted
from anonymizer.study import Study, checklist
from anonymizer.vault import KdfCost
from click.testing import CliRunner

PHRASE = "fjell bre skog elv"
TODAY = dt.datetime.now(dt.UTC).date()
REGISTER = """\
code;name;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;2026-01-13;2;interview|audio|quotes;R;tordis.txt
M2WD;Halvor Brekkås;2026-01-14;2;interview;Halvor;halvor.txt
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ANONYMIZER_PASSPHRASE", PHRASE)
    monkeypatch.setenv("ANONYMIZER_KEYS", str(tmp_path / "k"))
    Study.create(
        tmp_path / "s", pack="fictive-names", passphrase=PHRASE, keys=tmp_path / "k", kdf_cost=KdfCost.floor()
    ).close()
    (tmp_path / "p.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "tordis.txt").write_text(
        "I: Hei.\n\nR: Jeg er Tordis, og Halvor er snill.\n", encoding="utf-8"
    )
    (tmp_path / "halvor.txt").write_text("I: Hei.\n\nHalvor: Jeg bor på Voss.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "s")
    assert run(["participant", "import", "../p.csv", "-q"]) == 0
    assert run(["ingest", "../tordis.txt", "--participant", "K7QX", "-q"]) == 0
    assert run(["ingest", "../halvor.txt", "--participant", "M2WD", "-q"]) == 0
    return tmp_path


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_withdraw_freezes_asks_again_and_erases(here, capsys):
    assert run(["participant", "withdraw", "K7QX"]) == 0
    told = capsys.readouterr()
    assert "transcripts" in told.out
    assert "frozen" in told.err
    assert run(["transcript", "show", "1", "--original"]) == 1
    assert "RGT-02" in capsys.readouterr().err
    assert run(["participant", "withdraw", "K7QX", "--confirm", "M2WD"]) == 2
    assert run(["participant", "withdraw", "K7QX", "--undo"]) == 0
    assert run(["participant", "withdraw", "K7QX", "--exception", "anonymised"]) == 1
    assert "RGT-03" in capsys.readouterr().err
    assert run(["participant", "withdraw", "K7QX", "--confirm", "K7QX"]) == 0
    assert not (here / "tordis.txt").exists()
    capsys.readouterr()
    assert run(["participant", "list", "--format", "jsonl"]) == 0
    assert [row["code"] for row in rows(capsys)] == ["M2WD"]
    assert run(["audit", "verify"]) == 0


def test_ingest_asks_the_register_who_takes_part_where_nobody_is_named(here, capsys):
    (here / "more").mkdir()
    (here / "more" / "tordis.txt").write_text("I: Og så?\n\nR: Så dro jeg.\n", encoding="utf-8")
    (here / "more" / "strange.txt").write_text("I: Og så?\n\nR: Så dro jeg hjem.\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["ingest", "../more"]) == 2
    told = capsys.readouterr().err
    assert "strange.txt: no participant is named for this file" in told
    assert "1 transcript sealed, 0 known already, 1 left out" in told
    assert run(["transcript", "list", "--format", "jsonl"]) == 0
    assert rows(capsys)[-1]["codes"] == ["K7QX"]


def test_due_as_table_lines_and_calendar(here, capsys):
    assert run(["due", "--format", "jsonl"]) == 0
    first, second, third = rows(capsys)
    assert {first["duty"], second["duty"], third["duty"]} == {"delete-source"}
    assert run(["due", "--done", first["obligation"][:8]]) == 2  # it is still there
    assert "delete it" in capsys.readouterr().err
    Path(first["where"]).unlink()
    assert run(["due", "--done", first["obligation"][:8], "-q"]) == 0
    assert run(["due"]) == 0
    told = capsys.readouterr()
    assert told.out.count("delete-source") == 2
    assert "2 to do, 0 overdue" in told.err
    assert run(["due", "--format", "ics"]) == 0
    assert capsys.readouterr().out.startswith("BEGIN:VCALENDAR")


def test_consent_capacity_and_waivers(here, capsys):
    assert (
        run(["participant", "consent", "M2WD", "--letter", "3", "--scope", "interview", "--evidence", "oral"])
        == 0
    )
    assert "CON-05" in capsys.readouterr().err
    assert run(["participant", "consent", "M2WD", "--capacity", "doubt", "-q"]) == 0
    assert run(["transcript", "show", "2", "--original"]) == 1
    assert run(["participant", "consent", "M2WD"]) == 2
    assert run(["waive", "CON-01", "--reason", "list"]) == 0
    assert "technical" in capsys.readouterr().out.splitlines()
    assert run(["waive", "CON-01", "--reason", "other", "--until", TODAY.isoformat()]) == 1
    assert run(["waive", "AUD-02", "--reason", "technical", "--until", TODAY.isoformat(), "-q"]) == 0
    waiver = capsys.readouterr().out.strip()
    assert run(["waive", waiver, "--end"]) == 0


def test_strike_move_and_remove(here, capsys):
    assert run(["transcript", "show", "2", "--original", "--numbers"]) == 0
    assert "1\tHalvor: Jeg bor på Voss." in capsys.readouterr().out
    assert run(["transcript", "strike", "2", "1", "-q"]) == 0
    assert run(["transcript", "show", "2", "--original"]) == 0
    assert "Voss" not in capsys.readouterr().out
    assert run(["transcript", "move", "1", "--participant", "M2WD", "--speaker", "R=M2WD", "-q"]) == 0
    assert run(["transcript", "remove", "1", "--yes", "-q"]) == 0
    assert run(["transcript", "strike", "1", "0"]) == 2
    (here / "new.txt").write_text("I: Hei.\n\nHalvor: Ja vel.\n", encoding="utf-8")
    assert run(["transcript", "replace", "2", "../new.txt", "-q"]) == 0


def test_audio_member_checks_copies_and_backups(here, capsys):
    (here / "a.wav").write_bytes(b"RIFF sound")
    recorded = ["--participant", "K7QX", "--recorder", "nettskjema"]
    assert run(["audio", "add", "../a.wav", *recorded, "-q"]) == 0
    assert run(["audio", "list", "--format", "jsonl"]) == 0
    assert '"codes": ["K7QX"]' in capsys.readouterr().out
    assert run(["audio", "delete", "../a.wav", "-q"]) == 0
    assert not (here / "a.wav").exists()
    assert run(["participant", "access", "K7QX", "--to", "../copy"]) == 1
    assert run(["participant", "request", "K7QX", "access", "-q"]) == 0
    assert run(["participant", "restrict", "K7QX", "-q"]) == 0
    assert run(["participant", "restrict", "K7QX", "--lift", "-q"]) == 0
    assert run(["membercheck", "send", "K7QX", "transcript", "--original", "--to", "../check", "-q"]) == 0
    check = capsys.readouterr().out.strip().splitlines()[-1]
    assert run(["membercheck", "answer", check, "approved", "-q"]) == 0
    assert run(["membercheck", "list"]) == 0
    assert "approved" in capsys.readouterr().out
    assert run(["backup", "../b", "-q"]) == 0
    backup = capsys.readouterr().out.strip()
    assert run(["backup", "--deleted", backup, "-q"]) == 0
    assert run(["restore", "../b", "../s2", "--keys", "../k2", "-q"]) == 3


def test_close_shows_what_is_in_the_way_and_then_closes(here, capsys):
    assert run(["close"]) == 0
    assert "paper" in capsys.readouterr().out
    assert run(["close", "--ending", "delete"]) == 1
    assert "not signed off" in capsys.readouterr().out
    (here / "ground.txt").write_text("letter 2", encoding="utf-8")
    command = ["close", "--ending", "delete", "--signed", ",".join(checklist()), "--ground", "../ground.txt"]
    assert run(command) == 1
    assert "CON-06" in capsys.readouterr().out
    (here / "p.csv").unlink()
    capsys.readouterr()
    assert run(["due", "--format", "jsonl"]) == 0
    (register,) = (row["obligation"] for row in rows(capsys) if row["where"].endswith("p.csv"))
    assert run(["due", "--done", register, "-q"]) == 0
    assert run(command) == 0
    assert run([*command, "--confirm", "-q"]) == 0
    assert list((here / "s" / "certificates").glob("*.txt"))
    assert run(["audit", "verify"]) == 0
    left = {path.name: path.read_text(encoding="utf-8") for path in (here / "s" / "final").iterdir()}
    assert set(left) == {"report.nb.html", "report.en.html", "report.json", "log.jsonl"}
    assert "study.closed" in left["log.jsonl"]
    assert not [word for word in ("Tordis", "Halvor", "K7QX") if word in "".join(left.values())]
    assert run(["audit", "verify", "--from", str(here / "s" / "final" / "log.jsonl")]) == 0
    assert run(["report", "--from", str(here / "s" / "final" / "log.jsonl"), "--to", "../r.html", "-q"]) == 0
    assert run(["ingest", "../ground.txt", "--participant", "K7QX"]) == 2
    (here / "p.csv").write_text(REGISTER, encoding="utf-8")
    assert run(["participant", "import", "../p.csv"]) == 1
    capsys.readouterr()
    assert run(["status"]) == 0
    assert "was closed on" in capsys.readouterr().err


def test_the_register_is_written_out_and_contacts_are_forgotten(here, capsys, monkeypatch):
    assert run(["participant", "export", "../out.csv", "-q"]) == 0
    assert "Tordis Fjellro" in (here / "out.csv").read_text(encoding="utf-8-sig")
    assert run(["participant", "export", "../out.csv"]) == 2
    assert run(["participant", "export", "exports/out.csv"]) == 2
    assert run(["participant", "forget-contact", "--confirm"]) == 2
    changed = REGISTER.replace("name;", "name;contact;").replace("Fjellro;", "Fjellro;41 00 19 63;")
    (here / "p.csv").write_text(changed.replace("Brekkås;", "Brekkås;;"), encoding="utf-8")
    assert run(["participant", "import", "../p.csv", "--remove-source", "-q"]) == 0
    assert not (here / "p.csv").exists()
    assert run(["participant", "forget-contact", "K7QX", "--confirm", "-q"]) == 0
    assert run(["participant", "show", "K7QX"]) == 0
    assert "41 00 19 63" not in capsys.readouterr().out


def test_withdrawing_in_part_says_what_it_concerns(here, capsys):
    (here / "a.wav").write_bytes(b"RIFF sound")
    assert run(["audio", "add", "../a.wav", "--participant", "K7QX", "--recorder", "recorder", "-q"]) == 0
    capsys.readouterr()
    assert run(["participant", "withdraw", "K7QX", "--scope", "audio"]) == 0
    said = capsys.readouterr()
    assert "recordings  1" in said.out
    assert "transcripts" not in said.out
    assert "frozen for audio; the interviews go on" in said.err
    assert run(["participant", "withdraw", "K7QX", "--confirm", "K7QY"]) == 2
    assert "nothing was frozen" in capsys.readouterr().err
    (here / "why.txt").write_text("The archive act", encoding="utf-8")
    told = ["participant", "withdraw", "M2WD", "--exception", "legal-duty", "--why", "../why.txt"]
    assert run(told) == 0
    assert "stays frozen" not in capsys.readouterr().err


def test_third_persons_are_named_at_a_prompt(here, capsys):
    runner = CliRunner()
    told = ["participant", "third-person", "add", "K7QX", "--relation", "søster"]
    assert runner.invoke(cli, told, input="Zorgwulfine\n").exit_code == 0
    assert run(["participant", "third-person", "list", "K7QX", "--format", "jsonl"]) == 0
    assert rows(capsys) == [{"relation": "søster", "name": "Zorgwulfine"}]
    gone = runner.invoke(cli, ["participant", "third-person", "remove", "K7QX"], input="Zorgwulfine\n")
    assert gone.exit_code == 0


def test_a_condition_is_met_with_its_evidence(here, capsys):
    profile = here / "s" / "study.yaml"
    body = yaml.safe_load(profile.read_text(encoding="utf-8"))
    condition = {"id": "tick-box", "text": "Avkryssingen må bort"}
    body["profile"] = {"approvals": [{"body": "sikt", "status": "approved", "conditions": [condition]}]}
    profile.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    assert run(["due", "--format", "jsonl"]) == 0
    (duty,) = (row["obligation"] for row in rows(capsys) if row["duty"] == "condition")
    assert run(["due", "--done", duty]) == 2
    (here / "where.txt").write_text("Skjema 2", encoding="utf-8")
    assert run(["due", "--done", duty, "--evidence", "../where.txt", "-q"]) == 0
    assert run(["due", "--evidence", "../where.txt"]) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["quote", "list"], "no quote is chosen"),
        (["membercheck", "list"], "no member check was sent"),
        (["audio", "list"], "no recording is kept account of"),
        (["participant", "third-person", "list", "K7QX"], "no third person is named"),
    ],
)
def test_an_empty_list_says_so_to_people_and_is_empty_for_programs(here, capsys, words, says):
    capsys.readouterr()
    for more, told in (([], f"{says}\n"), (["-q"], ""), (["--format", "jsonl"], "")):
        assert run([*words, *more]) == 0
        assert tuple(capsys.readouterr()) == ("", told)


@pytest.mark.parametrize(("count", "says"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries")])
def test_a_number_and_its_noun_agree(count, says):
    assert counted(count, "entry", "entries") == says
    assert counted(count, "transcript") == f"{count} transcript{'' if count == 1 else 's'}"
