"""The log in plain words, Bokmål and English."""

from __future__ import annotations

import pytest
import yaml
from anonymizer.audit import ACTIONS, Catalogue, Entry, describe, describe_verdict, verify
from anonymizer.data import rules_dir
from anonymizer.errors import PackError

from .conftest import PARTICIPANT, RESEARCHER, STUDY, TRANSCRIPT, command
from .test_log import example

SOURCE = rules_dir() / "messages" / "audit.yaml"


def test_a_story_reads_as_a_story(story):
    _, log, _ = story
    assert [describe(entry, "nb") for entry in log.entries()] == [
        "Studien ble opprettet med regelpakken sikt-base (profil 1, programversjon 0.1.0)",
        "Deltaker 9a470000 ble registrert (skjema)",
        "Samtykke fra deltaker 9a470000 ble registrert: brev 2, gjelder intervju, lydopptak, "
        "gitt 2026-02-27 (skjema) (regel CON-01)",
        "Transkripsjon 7c350000 ble tatt inn og forseglet (vtt; replikker 48, ord 1210)",
        "Søk etter kjennetegn i 7c350000, versjon 1: fullført. Direkte: personnavn 7; sterke indirekte: ingen; "
        "indirekte: alder 1, sted 4; bare merket: dialektord 12; uløste: 0",
        "Koblingsnøkkelen ble lest (pseudonymisering), rader: 3 (regel KEY-01)",
    ]
    assert describe(next(log.entries(3)), "en") == (
        "Consent of participant 9a470000 was recorded: letter 2, covers interview, recording, "
        "given 2026-02-27 (form) (rule CON-01)"
    )


def test_what_is_not_in_an_entry_leaves_no_hole():
    entry = Entry(
        1,
        "2026-03-02T08:00:00Z",
        RESEARCHER,
        "obligation.met",
        STUDY,
        None,
        {"obligation": "transcribe"},
        "0" * 64,
    )
    assert describe(entry, "en") == "Obligation met: transcribe"


def test_an_action_of_a_later_version_is_said_to_be_unknown():
    entry = Entry(1, "2026-03-02T08:00:00Z", RESEARCHER, "moon.landed", STUDY, None, {"rows": 1}, "0" * 64)
    assert describe(entry, "nb") == "Noe denne versjonen av programmet ikke kjenner (moon.landed)"


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_every_action_has_its_sentence_with_and_without_the_optional_details(action, lang):
    full = {key: example(kind) for key, kind in action.details.items()}
    for details in (full, {key: full[key] for key in action.required}):
        sentence = describe(
            Entry(1, "2026-03-02T08:00:00Z", RESEARCHER, action.name, TRANSCRIPT, None, details, "0" * 64),
            lang,
        )
        assert not set("{}[]_") & set(sentence)
        assert PARTICIPANT not in sentence


def test_the_verdicts_are_told_in_both_languages(story, signer):
    conn, log, _ = story
    assert describe_verdict(verify(conn), "nb") == (
        "Loggen henger sammen (6 innførsler), men ingenting utenfor den bekrefter det"
    )
    confirmed = verify(conn, checkpoints=[log.newest()])
    assert describe_verdict(confirmed, "en") == "The log is confirmed up to entry 6 of 6"
    conn.execute("DELETE FROM log WHERE seq > 4")
    assert describe_verdict(verify(conn), "nb").startswith("Loggen er brutt: avkortet ved innførsel 5: ")
    conn.execute("DROP TABLE log")
    assert describe_verdict(verify(conn), "en").startswith("The log is broken: missing: ")


def changed(edit):
    data = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    edit(data)
    return yaml.safe_dump(data)


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (lambda data: data["actions"].pop("study.created"), "actions.study.created"),
        (lambda data: data["actions"].update({"moon.landed": {"nb": "x", "en": "x"}}), "actions.moon.landed"),
        (lambda data: data["words"].pop("doubt"), "words.doubt"),
        (lambda data: data["words"].update({"no": "nei"}), "words.no"),
        (lambda data: data["actions"]["label.set"].pop("nb"), "actions.label.set"),
        (lambda data: data["actions"]["label.set"].update(nb="{name}"), "actions.label.set"),
        (lambda data: data["actions"]["label.set"].update(nb=""), "actions.label.set"),
        (lambda data: data["actions"]["backup.made"].update(nb="{due}"), "actions.backup.made"),
        (lambda data: data["verdicts"]["broken"].update(nb="{entries}"), "verdicts.broken"),
        (lambda data: data.update(verdicts=[]), "verdicts"),
        (lambda data: data.pop("empty"), "sections"),
        (lambda data: data.clear(), "sections"),
    ],
)
def test_a_catalogue_with_a_fault_is_refused_by_name(tmp_path, edit, where):
    wrong = tmp_path / "audit.yaml"
    wrong.write_text(changed(edit), encoding="utf-8")
    with pytest.raises(PackError, match=where.replace(".", r"\.")):
        Catalogue.load(wrong)


def test_a_catalogue_that_is_no_yaml_is_refused(tmp_path):
    for content in (b"\xff", b"a: [", b"- 1"):
        wrong = tmp_path / "audit.yaml"
        wrong.write_bytes(content)
        with pytest.raises(PackError):
            Catalogue.load(wrong)
    with pytest.raises(PackError):
        Catalogue.load(tmp_path / "nowhere.yaml")


def test_the_log_says_nothing_in_words_that_it_does_not_hold(story, signer):
    conn, log, _ = story
    command(
        conn, log, signer, ("capacity.set", PARTICIPANT, "CON-04", {"capacity": "doubt", "note": TRANSCRIPT})
    )
    assert describe(list(log.entries())[-1], "en") == (
        "The capacity to consent of participant 9a470000 was judged: doubt (rule CON-04)"
    )
