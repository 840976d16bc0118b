"""Dialect: which words show it, which area they point at, and how they are normalised."""

from __future__ import annotations

import json
import re

import pytest
from anonymizer.cli.app import run
from anonymizer.detect.dialect import (
    AREAS,
    dialect_area,
    dialect_marks,
    dialect_words,
    estimate,
    find_dialect,
    normalise,
    normalise_transcript,
    speaker_areas,
)
from anonymizer.errors import IntegrityError
from anonymizer.formats import read, write
from anonymizer.model import Standard
from hypothesis import given
from hypothesis import strategies as st

NB, NN = Standard.BOKMAAL, Standard.NYNORSK

SPEECH = [
    (
        "bokmaal",
        "Da jeg sluttet på skolen, begynte jeg å jobbe i en butikk. Det var hyggelige folk der, og jeg trivdes "
        "godt, men lønnen var lav. Etter et par år flyttet vi til en større by.",
    ),
    (
        "nynorsk",
        "Då eg slutta på skulen, byrja eg å arbeide i ein butikk. Det var hyggelege folk der, og eg treivst "
        "godt, men løna var låg. Etter nokre år flytta vi til ein større by.",
    ),
    (
        "north",
        "Da æ slutta på skolen, begynte æ å jobbe på fiskebruket. Kem som helst kunne få jobb der. "
        "Det va artige folk, men æ tjente ikkje nokka særlig. Ka skulle man gjøre, ho mor va jo aleina.",
    ),
    (
        "troendelag",
        "Da æ slutta på skola, begynt æ å jobb på sagbruket. Det va itj så my lønn å få, men dæm va "
        "greie mot mæ. Æ kainn itj sei anna. Korsen sku æ ellers ha klart mæ?",
    ),
    (
        "west",
        "Då eg slutta på skulen, begynte eg å jobba på verftet. Det va kjekke folk der, og me hadde det kjekt. "
        "Men ka ska ein gjer når klokkå e fem og du ikkje har någe å ta te?",
    ),
    (
        "east",
        "Da jæ slutta på skolen, bynte jæ å jobbe på lageret. Hu som var sjef der, skjønte itte åssen vi hadde det. "
        "Åffer skulle jæ bli, liksom? Det var ittno å hente der.",
    ),
    (
        "south",
        "Eg va ude i båden heile sommeren, og me kogte kaffi og spiste kage på brygga. Han far ville "
        "bruge tida på å søge jobb, men eg ville helst ligge og gabe i sola.",
    ),
]


@pytest.mark.parametrize(("area", "text"), SPEECH, ids=[area for area, _ in SPEECH])
def test_each_area_is_told_from_a_few_sentences(area, text):
    shares = dialect_area(text)
    assert list(shares) == list(AREAS)
    assert max(shares, key=shares.get) == area


def test_plain_bokmaal_is_surely_bokmaal():
    text = (
        "Vi spiste middag klokken fem, og etterpå gikk vi en tur langs elven. Hun fortalte om jobben sin, og jeg "
        "spurte henne om hvordan hun hadde det. Det var ikke så lett å svare på."
    )
    assert dialect_area(text)["bokmaal"] > 0.8


@pytest.mark.parametrize("text", ["", "…", "12 345", "Mm.", "Ja.", "Okei.", "(latter)"])
def test_a_text_that_tells_nothing_stays_near_the_prior(text):
    shares = dialect_area(text)
    assert max(shares, key=shares.get) == "bokmaal"
    assert 0.15 < shares["bokmaal"] < 0.4
    assert all(0.04 < share < 0.3 for share in shares.values())


def test_typing_habits_say_nothing_about_speech():
    text = "Æ veit itj ka dæm meint."
    assert dialect_area(text) == pytest.approx(dialect_area(text.upper()))
    assert dialect_area(text) == pytest.approx(dialect_area("æ veit itj ka dæm meint 1999 !!"))


@given(st.text(max_size=200))
def test_probabilities_sum_to_one_for_any_text(text):
    shares = dialect_area(text)
    assert set(shares) == set(AREAS)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares.values())


@pytest.mark.parametrize("text", [text for _, text in SPEECH])
def test_the_words_that_show_it_stand_in_the_text(text):
    found = estimate(text)
    assert found.words
    said = re.findall(r"\w+", text.lower())
    assert all(word in said for word in found.words)


def test_the_telling_words_of_a_troender_are_dialect():
    assert {"itj", "kainn"} <= set(estimate("Ja, det va itj lett, men æ kainn prøv.").words)


def test_each_speaker_of_a_transcript_has_an_area_of_their_own():
    transcript = read(
        "I: Hvordan gikk det da du kom hjem igjen, og hva sa de andre til deg?\n\n"
        "P: Æ huske itj. Æ va så trøtt at æ itj kainn sei nå om det.\n\n"
        "I: Nei, det skjønner jeg. Vil du fortelle mer om hvordan det var?\n".encode(),
        "a.txt",
    )
    areas = speaker_areas(transcript)
    assert list(areas) == ["I", "P"]
    assert areas["I"].area == "bokmaal"
    assert areas["P"].area == "troendelag"


def test_a_model_file_that_was_altered_is_refused(tmp_path, monkeypatch):
    from anonymizer.detect.dialect import area

    altered = tmp_path / "area.npz"
    altered.write_bytes(area.MODEL.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(area, "MODEL", altered)
    area._model.cache_clear()
    try:
        with pytest.raises(IntegrityError, match="dialect model"):
            dialect_area("Hei")
    finally:
        area._model.cache_clear()


# --- marks -------------------------------------------------------------------------------------------------------


def test_the_list_is_large_and_its_marks_are_in_every_area():
    marks = [word for word in dialect_words().values() if word.mark]
    assert len(marks) >= 800
    for area in AREAS[2:]:
        assert sum(area in word.areas for word in marks) >= 50


def test_marks_cover_the_words_as_written():
    text = "Kem e det, spurt ho, og æ visst itj ka æ sku svar."
    assert [mark.word for mark in dialect_marks(text)] == ["Kem", "æ", "itj", "ka", "æ", "sku"]
    for start, end, score in find_dialect(text):
        assert text[start:end].strip() == text[start:end] != ""
        assert 0.5 <= score <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "Jeg bare sa at han skulle komme hjem. Det er ikke noe vits i å vente på dem.",
        "Eg veit ikkje kva ho meiner. Me har det bra, og dei andre kjem heim i morgon.",
        "Tror du Kasper og Hugo liker te og kaker? De sitter i koret.",
        "Hær og flåte gikk i land. Han tok et skritt og stod på tå.",
        "Bokstaven er Æ, sa læreren, og skrev K Æ R på tavla.",
        "Skriv til kem@post.example eller se filen itj_2.",
    ],
)
def test_written_standards_names_and_tokens_are_no_dialect(text):
    assert list(find_dialect(text)) == []


def test_a_capital_amid_a_sentence_may_be_a_name():
    assert not dialect_marks("Så møtte jeg Itte Korsen på bussen.")
    assert [mark.word for mark in dialect_marks("Korsen gikk det?")] == ["Korsen"]


# --- normalising -------------------------------------------------------------------------------------------------


def test_dialect_words_become_bokmaal_or_nynorsk():
    text = "Kem va det? Æ veit itj, sa hannj, nokka sånt hæinne imorra."
    assert normalise(text, NB)[0] == "Hvem var det? Jeg veit ikke, sa han, noe sånt hæinne i morgen."
    assert normalise(text, NN)[0] == "Kven var det? Eg veit ikkje, sa han, noko sånt hæinne i morgon."


def test_an_edit_tells_its_place_in_the_text_given():
    text = "Ja, ÆH, æ trur itj det."
    new, edits = normalise(text, NB)
    assert [(text[edit.start : edit.end], edit.replacement) for edit in edits] == [
        ("æ", "jeg"),
        ("itj", "ikke"),
    ]
    assert new == "Ja, ÆH, jeg trur ikke det."


@pytest.mark.parametrize(
    "text",
    [
        "Eh, ehm, altså … mm, hm. [uklart] (latter)",
        "Møtte Itte Korsen i 1998, på Ka 5.",
        "[æ va itj der]",
        "{{PERSON:Æ Kem}}",
        "Det staves k æ r.",
        "www.itj.example, æ-en, æ'ene, te, me, dem, no, kor, e",
        "Jeg vet ikke hvem det var.",
    ],
)
def test_everything_else_stays_as_it_is(text):
    assert normalise(text, NB) == (text, ())


@pytest.mark.parametrize("standard", [NB, NN])
def test_the_closed_list_is_wide(standard):
    assert sum(standard in word.written for word in dialect_words().values()) >= 800


FORMS = sorted(dialect_words())
PIECE = st.one_of(
    st.sampled_from(FORMS),
    st.sampled_from(FORMS).map(str.capitalize),
    st.sampled_from(["Ola", "k", "[uklart]", "ehm", "17", "…", "jeg", "ikkje", "[", "]", "(", ")"]),
    st.text(max_size=4),
)
MIXED = st.lists(st.tuples(PIECE, st.sampled_from([" ", ", ", ". ", "\n", "-", "", "  "])), max_size=25).map(
    lambda pieces: "".join(word + space for word, space in pieces)
)


@given(MIXED, st.sampled_from([NB, NN]))
def test_normalising_twice_changes_nothing_more(text, standard):
    once, _ = normalise(text, standard)
    assert normalise(once, standard) == (once, ())


@given(MIXED, st.sampled_from([NB, NN]))
def test_what_no_edit_covers_is_kept_and_every_edit_is_from_the_list(text, standard):
    new, edits = normalise(text, standard)
    words = dialect_words()
    rest, at, rebuilt = [], 0, []
    for edit in edits:
        assert at <= edit.start < edit.end <= len(text)
        form = words[text[edit.start : edit.end].casefold().replace("’", "'")]
        assert edit.replacement.casefold() == form.written[standard].casefold()
        rest.append(text[at : edit.start])
        rebuilt += [text[at : edit.start], edit.replacement]
        at = edit.end
    assert "".join([*rebuilt, text[at:]]) == new


@pytest.mark.parametrize("standard", [NB, NN])
def test_no_replacement_is_a_dialect_mark(standard):
    for word in dialect_words().values():
        if standard in word.written:
            assert not dialect_marks(word.written[standard]), word.form


def test_a_transcript_keeps_its_labels_and_lines():
    source = "# Samtale 3\r\n\r\nKem: Æ va der.\r\n\r\nP2: Ka?\r\n"
    transcript, count = normalise_transcript(read(source.encode(), "a.txt"), NB)
    assert count == 3
    assert write(transcript).decode() == "# Samtale 3\r\n\r\nKem: Jeg var der.\r\n\r\nP2: Hva?\r\n"


# --- the command line --------------------------------------------------------------------------------------------


@pytest.fixture
def interview(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(
        "I: Hvordan var det da du kom hit, og hvem tok imot deg?\n\n"
        "P: Æ huske itj, æ va så lita. Dæm sku hent mæ, men kem det va, nei.\n",
        encoding="utf-8",
    )
    return tmp_path


def test_the_verb_prints_areas_as_lines(interview, capsys):
    assert run(["dialect", "a.txt", "--format", "jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["speaker"], row["area"]) for row in rows] == [("I", "bokmaal"), ("P", "troendelag")]
    assert list(rows[0]) == ["path", "speaker", "area", "probabilities", "words"]
    assert sum(rows[1]["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert run(["dialect", "."]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 2
    assert "troendelag" in table[1]
    assert "itj" in table[1]


def test_the_verb_writes_normalised_text(interview, capsysbinary):
    assert run(["dialect", "a.txt", "--normalise", "nb"]) == 0
    out = capsysbinary.readouterr()
    assert "P: Jeg huske ikke, jeg var så lita." in out.out.decode()
    assert b"nothing was pseudonymised" in out.err
    assert run(["dialect", "a.txt", "--normalise", "nn", "--to", "b.txt"]) == 0
    assert "P: Eg huske ikkje, eg var så lita." in (interview / "b.txt").read_text(encoding="utf-8")


def test_wrong_usage_and_unreadable_files_are_said_in_one_line(interview, capsys):
    for arguments in (
        ["a.txt", "--to", "b.txt"],
        ["a.txt", "a.txt", "b.txt", "--normalise", "nb"],
        ["missing.txt"],
        ["a.txt", "--normalise", "nb", "--to", "no/such/b.txt"],
    ):
        assert run(["dialect", *arguments]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert said.startswith("anonymizer: ")
