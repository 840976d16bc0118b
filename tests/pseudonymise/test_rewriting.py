"""Everything that is no identifier comes out as it went in: text, cues, times, order."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from anonymizer.data import Pack
from anonymizer.data import load_pack as load_pack_afresh
from anonymizer.errors import IntegrityError
from anonymizer.model import Cue, EntityType, Finding, KnownPerson, Part, Transcript, Turn, Word
from anonymizer.pseudonymise import KeyTable, Material, NoPlaces, extend, pseudonymise, sweep
from anonymizer.pseudonymise.edits import Edit
from anonymizer.pseudonymise.operators import replace_stretches
from anonymizer.pseudonymise.rewrite import EMPTIED, rewrite_turn
from hypothesis import given, settings
from hypothesis import strategies as st

# Everyday words and marks round the names; none of them is a name or a part of a mark we write.
PLAIN = st.sampled_from(
    [
        "ja",
        "å,",
        "[uklart]",
        "(latter)",
        "(…)",
        "«æ»",
        "ikkje",
        "–",
        "=:",
        "\t",
        "🙂",
        "e\u0301",
        "ok.",
        "[00:01:02]",
    ]
)
NAMES = {
    EntityType.PERSON: ["Kari", "Karis", "Oddvar Moen", "Moen", "oddvar", "Svenn'n", "TORLAUG", "Line Berg"],
    EntityType.LOCATION: ["Knøttvær", "Ukjentfjorden", "Storviks", "Bø"],
    EntityType.ORGANIZATION: ["Knøttvær skole", "Drillo"],
    EntityType.DATE_TIME: ["12. mai 2015", "nittenåttisju", "tysdag"],
    EntityType.AGE: ["førtito år", "42-åring"],
    EntityType.PHONE_NUMBER: ["000 00 000"],
    EntityType.NO_FODSELSNUMMER: ["01810012345"],
}
NAMED = st.sampled_from([(kind, name) for kind, names in NAMES.items() for name in names])
PIECES = st.lists(st.one_of(PLAIN.map(lambda word: (None, word)), NAMED), min_size=1, max_size=12)


@cache
def load_pack(pack_id: str) -> Pack:
    return load_pack_afresh(pack_id)


SPEAKERS = {"I": "interviewer", "Kari Nordli": "p-1", "R2": "p-2"}
PACKS = st.sampled_from(["sikt-base", "fictive-names", "quotes-unlinked", "small-community", "notes-only"])


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[Transcript, list[Finding], list[list[str]]]:
    """Return a timed transcript, its findings, and for each turn the stretches that are no finding."""
    turns: list[Turn] = []
    findings: list[Finding] = []
    outside: list[list[str]] = []
    clock = 0.0
    for position in range(draw(st.integers(1, 4))):
        pieces = draw(PIECES)
        text, stretches = "", [""]
        for kind, said in pieces:
            if kind is None:
                stretches[-1] += said
            else:
                findings.append(
                    Finding(
                        kind,
                        len(text),
                        len(text) + len(said),
                        said,
                        1.0,
                        "gold",
                        turn=position,
                        tier=kind.tier,
                    )
                )
                stretches.append("")
            text += said + " "
            stretches[-1] += " "
        text, stretches[-1] = text[:-1], stretches[-1][:-1]
        outside.append(stretches)
        starts = [match.start() for match in re.finditer(r"\S+", text)]
        words = tuple(
            Word(match.start(), match.end(), clock + n, clock + n + 0.5)
            for n, match in enumerate(re.finditer(r"\S+", text))
        )
        cuts = sorted(draw(st.sets(st.sampled_from(starts[1:]), max_size=4))) if len(starts) > 1 else []
        bounds = [starts[0] if starts else 0, *cuts]
        ends = [*(len(text[:cut].rstrip()) for cut in cuts), len(text)]
        cues = tuple(
            Cue(start, end, clock + start, clock + end)
            for start, end in zip(bounds, ends, strict=True)
            if start < end
        )
        timed = draw(st.booleans())
        turns.append(
            Turn(
                text,
                draw(st.sampled_from([*SPEAKERS])),
                cues=cues if timed else (),
                words=words if timed else (),
            )
        )
        clock += 1000
    return Transcript("vtt", tuple(turns)).with_joined_offsets(), findings, outside


def table_for(material: list[Material], pack_id: str) -> KeyTable:
    people = [KnownPerson("p-1", "Kari Nordli", gender="f"), KnownPerson("p-2", "Torlaug Vik", gender="f")]
    known = KeyTable().register(people, [KnownPerson("interviewer", "Line Berg")])
    return extend(known, material, load_pack(pack_id), random.Random(7), places=NoPlaces())


@settings(max_examples=200, deadline=None)
@given(transcripts(), PACKS)
def test_only_findings_change(made: tuple[Transcript, list[Finding], list[list[str]]], pack_id: str) -> None:
    transcript, findings, outside = made
    table = table_for([Material(transcript, findings, "p-1", SPEAKERS)], pack_id)
    result = pseudonymise(transcript, findings, table, load_pack(pack_id), speakers=SPEAKERS, owner="p-1")
    assert len(result.transcript.turns) == len(transcript.turns)
    for before, after, stretches in zip(transcript.turns, result.transcript.turns, outside, strict=True):
        position = 0
        assert after.text.startswith(stretches[0])
        assert after.text.endswith(stretches[-1])
        for stretch in stretches:
            position = after.text.index(stretch, position) + len(stretch)
        assert [(cue.start_time, cue.end_time) for cue in after.cues] == [
            (cue.start_time, cue.end_time) for cue in before.cues
        ]
        assert [cue.layout for cue in after.cues] == [cue.layout for cue in before.cues]
        for cue, following in zip(after.cues, after.cues[1:], strict=False):
            assert cue.end < following.start
            assert after.text[cue.end : following.start].isspace()
        for cue, old in zip(after.cues, before.cues, strict=True):
            assert after.text[cue.start : cue.end].strip() or not before.text[old.start : old.end].strip()
        if after.cues:
            assert after.cues[0].start == before.cues[0].start
            assert after.cues[-1].end == len(after.text)
        times = [time for word in after.words for time in (word.start_time, word.end_time)]
        assert times == sorted(times)
        spans = [at for word in after.words for at in (word.start, word.end)]
        assert spans == sorted(spans)
        assert all(word.start < word.end for word in after.words)
    assert result.transcript == result.transcript.with_joined_offsets()
    assert sum(result.replaced.values()) == len(findings)


@settings(max_examples=100, deadline=None)
@given(transcripts(), PACKS)
def test_no_replaced_name_stands_as_a_word(
    made: tuple[Transcript, list[Finding], list[list[str]]], pack_id: str
) -> None:
    transcript, findings, _ = made
    table = table_for([Material(transcript, findings, "p-1", SPEAKERS)], pack_id)
    result = pseudonymise(transcript, findings, table, load_pack(pack_id), speakers=SPEAKERS, owner="p-1")
    said = " ".join([*(turn.text for turn in result.transcript.turns), *result.transcript.speakers])
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", said)}
    for finding in findings:
        if finding.entity_type in {EntityType.PERSON, EntityType.LOCATION}:
            for name in re.findall(r"[^\W\d_]{4,}", finding.text):
                assert name.casefold() not in words
    assert sweep(result.transcript, table) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(transcripts(), min_size=1, max_size=3), PACKS)
def test_extending_twice_is_extending_once(
    made: list[tuple[Transcript, list[Finding], list[list[str]]]], pack_id: str
) -> None:
    owners = ["p-1", "p-2", "p-1"]
    material = [
        Material(transcript, findings, owner, SPEAKERS)
        for (transcript, findings, _), owner in zip(made, owners, strict=False)
    ]
    table = table_for(material, pack_id)
    again = extend(table, material, load_pack(pack_id), random.Random(8), places=NoPlaces())
    assert again == table
    assert KeyTable.from_rows(reversed(table.rows())) == table


@settings(max_examples=60, deadline=None)
@given(transcripts(), transcripts(), PACKS)
def test_more_material_never_changes_a_surrogate(
    first: tuple[Transcript, list[Finding], list[list[str]]],
    more: tuple[Transcript, list[Finding], list[list[str]]],
    pack_id: str,
) -> None:
    table = table_for([Material(first[0], first[1], "p-1", SPEAKERS)], pack_id)
    later = extend(
        table, [Material(more[0], more[1], "p-1", SPEAKERS)], load_pack(pack_id), places=NoPlaces()
    )
    drawn = {row.id: (row.fictive_name, row.number, row.codename) for row in table.participants}
    assert {row.id: (row.fictive_name, row.number, row.codename) for row in later.participants} == drawn
    for rows, rows_later in ((table.persons, later.persons),):
        after = {row.id: row for row in rows_later}
        for row in rows:
            stands = after[row.id]
            assert (stands.relation, stands.relation_number, stands.number, stands.fictive_name) == (
                row.relation, row.relation_number, row.number, row.fictive_name,
            )  # fmt: skip
    places = {(row.owner, row.place): (row.nb, row.nn, row.number) for row in later.places}
    assert all(places[row.owner, row.place] == (row.nb, row.nn, row.number) for row in table.places)


def timed(*cue_texts: str) -> Turn:
    text, cues = "", []
    for n, each in enumerate(cue_texts):
        text += " " if text else ""
        cues.append(Cue(len(text), len(text) + len(each), float(n), n + 1.0))
        text += each
    words = tuple(
        Word(m.start(), m.end(), float(n), n + 1.0) for n, m in enumerate(re.finditer(r"\S+", text))
    )
    return Turn(text, "R", cues=tuple(cues), words=words)


def cue_texts(turn: Turn) -> list[str]:
    return [turn.text[cue.start : cue.end] for cue in turn.cues]


@pytest.mark.parametrize(
    ("cues", "name", "after"),
    [
        (("så kom Kari", "Nordli og gikk"), "Kari Nordli", ["så kom X", "og gikk"]),
        (("så kom Kari", "Nordli, og gikk"), "Kari Nordli", ["så kom X,", "og gikk"]),
        (("så kom Kari", "Nordli."), "Kari Nordli", ["så kom X", "."]),
        (("så kom Kari", "Nordli"), "Kari Nordli", ["så kom X", EMPTIED]),
        (("så kom Kari", "Nordli", "og gikk"), "Kari Nordli", ["så kom X", EMPTIED, "og gikk"]),
        (("Kari", "Anne", "Nordli gikk"), "Kari Anne Nordli", ["X", EMPTIED, "gikk"]),
        (("så kom", "Kari Nordli", "og gikk"), "Kari Nordli", ["så kom", "X", "og gikk"]),
    ],
)
def test_a_finding_that_crosses_cues_stands_in_the_first(
    cues: tuple[str, ...], name: str, after: list[str]
) -> None:
    turn = timed(*cues)
    start = turn.text.index(name)
    result = rewrite_turn(turn, [Edit(start, start + len(name), "X")])
    assert cue_texts(result) == after
    assert result.text == " ".join(after)


def test_the_words_of_one_finding_become_one_word_with_their_time() -> None:
    turn = timed("så kom Kari Nordli, ja")
    result = rewrite_turn(turn, [Edit(7, 18, "[person 2]")])
    assert [(result.text[word.start : word.end], word.start_time, word.end_time) for word in result.words] == [
        ("så", 0.0, 1.0), ("kom", 1.0, 2.0), ("[person 2],", 2.0, 4.0), ("ja", 4.0, 5.0),
    ]  # fmt: skip


def test_neighbouring_findings_are_never_merged() -> None:
    assert replace_stretches("Kari Oda", [Edit(0, 4, "[1]"), Edit(5, 8, "[2]")]) == "[1] [2]"
    assert replace_stretches("KariOda", [Edit(0, 4, "[1]"), Edit(4, 7, "[2]")]) == "[1][2]"
    assert replace_stretches("Kari", [Edit(0, 4, "")]) == ""


@pytest.mark.parametrize("edits", [[Edit(0, 9, "x")], [Edit(2, 2, "x")], [Edit(0, 3, "x"), Edit(2, 4, "y")]])
def test_an_edit_outside_the_text_or_over_another_is_refused(edits: list[Edit]) -> None:
    with pytest.raises(IntegrityError):
        replace_stretches("Kari", edits)


def test_overlapping_findings_are_replaced_as_one() -> None:
    text = Transcript("txt", (Turn("hos Kari Nordli der", "I"),))
    findings = [
        Finding(EntityType.PERSON, 4, 15, "Kari Nordli", 1.0, "a", turn=0),
        Finding(EntityType.PERSON, 9, 15, "Nordli", 1.0, "b", turn=0),
        Finding(EntityType.LOCATION, 9, 19, "Nordli der", 1.0, "c", turn=0),
    ]
    table = table_for([Material(text, findings, "p-2", SPEAKERS)], "sikt-base")
    result = pseudonymise(text, findings, table, load_pack("sikt-base"), speakers=SPEAKERS, owner="p-2")
    number = table.participants[0].number
    assert result.transcript.turns[0].text == f"hos [Informant {number}]"


def test_parts_outside_the_turns_are_rewritten_too() -> None:
    text = Transcript(
        "docx", (Turn("hei", "I"),), (Part("core:author", "Kari Nordli"), Part("note:1", "ved Moen"))
    )
    findings = [
        Finding(EntityType.PERSON, 0, 11, "Kari Nordli", 1.0, "a", part="core:author"),
        Finding(EntityType.PERSON, 4, 8, "Moen", 1.0, "a", part="note:1"),
        Finding(EntityType.PERSON, 0, 4, "Kari", 1.0, "a", part="speaker:1"),
        Finding(EntityType.PERSON, 0, 4, "Kari", 1.0, "a", part="file:1"),
    ]
    table = table_for([Material(text, findings, "p-2", SPEAKERS)], "fictive-names")
    result = pseudonymise(text, findings, table, load_pack("fictive-names"), speakers=SPEAKERS, owner="p-2")
    name = {row.id: row.fictive_name for row in table.participants}["p-1"]
    assert [part.text for part in result.transcript.parts] == [name, "ved [person 1]"]
    assert [(note.reason, note.part) for note in result.left] == [("elsewhere", "file:1")]
