"""Who is called what: participants, third persons, places and the rest, by the pack."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar

import pytest
from anonymizer.data import Pack, list_packs, load_pack
from anonymizer.data.packs import ThirdPersons, To
from anonymizer.errors import UsageError
from anonymizer.model import EntityType, KnownPerson, Standard, Tier
from anonymizer.pseudonymise import (
    KeyTable,
    Material,
    NoPlaces,
    PlaceFacts,
    Pseudonymised,
    TextEdit,
    extend,
    pseudonymise,
    sweep,
    written_standard,
)

from tests.pseudonymise.gold_text import transcript

KARI = KnownPerson("p-kari", "Kari Nordli", aliases=("Kæm",), gender="f", birth_decade=1970)
PER = KnownPerson("p-per", "Per Arne Hansen", gender="m", birth_decade=1960)
STAFF = KnownPerson("interviewer", "Line Bergset")
SPEAKERS = {"I": "interviewer", "Kari": "p-kari", "Per": "p-per", "R": "p-kari"}
BASE, FICTIVE, NONE = load_pack("sikt-base"), load_pack("fictive-names"), load_pack("quotes-unlinked")


class Atlas:
    """A few invented places."""

    _known: ClassVar = {
        "storvik": PlaceFacts("m:storvik", "municipality", 31_000, "østlandet", "Innlandet"),
        "knøttvær": PlaceFacts("m:knøttvær", "municipality", 450, "nord-norge", "Nordland"),
        "bittevær": PlaceFacts("m:bittevær", "municipality", 700, "nord-norge", "Nordland"),
        "langestad": PlaceFacts("m:langestad", "municipality", 9_000, "vestlandet", "Vestland"),
        "utopolis": PlaceFacts("c:utopolis", "abroad_city", None, None, None, "Afrika"),
    }
    _homonyms = (
        PlaceFacts("s:bø-1", "settlement", 900, "nord-norge", "Nordland"),
        PlaceFacts("s:bø-2", "settlement", 800, "østlandet", "Telemark"),
    )

    def places(self, text: str) -> Sequence[PlaceFacts]:
        name = text.casefold()
        if name == "bø":
            return self._homonyms
        found = self._known.get(name) or self._known.get(name.removesuffix("s"))
        return (found,) if found else ()


def study(pack: Pack, *lines: str, owner: str = "p-kari", seed: int = 1) -> tuple[Pseudonymised, KeyTable]:
    text, findings = transcript(*lines)
    table = KeyTable().register([KARI, PER], [STAFF])
    table = extend(
        table, [Material(text, findings, owner, SPEAKERS)], pack, random.Random(seed), places=Atlas()
    )
    return pseudonymise(text, findings, table, pack, speakers=SPEAKERS, owner=owner), table


def said(result: Pseudonymised) -> list[str]:
    return [f"{turn.speaker}: {turn.text}" for turn in result.transcript.turns]


def with_changes(pack: Pack, **changes: object) -> Pack:
    return pack.model_copy(update=changes)


# -- participants


def test_a_fictive_name_stands_in_label_and_text_inflected_as_written() -> None:
    result, table = study(
        FICTIVE,
        "I: Hei {{PERSON:Kari}}!",
        "Kari: {{PERSON:Karis}} bil. {{PERSON:KARI}}. {{PERSON:Kari Nordli}}",
    )
    name = table.participants[0].fictive_name
    assert name is not None
    ending = "'" if name[-1] in "sxz" else "s"
    assert said(result) == [f"I: Hei {name}!", f"{name}: {name}{ending} bil. {name.upper()}. {name}"]
    assert result.choices.fictive_names


def test_a_number_is_bracketed_in_the_text_and_bare_in_the_label() -> None:
    result, table = study(BASE, "Kari: Jeg er {{PERSON:Kari}}")
    number = table.participants[0].number
    assert said(result) == [f"Informant {number}: Jeg er [Informant {number}]"]


def test_a_code_name_is_bracketed_too() -> None:
    result, table = study(load_pack("small-community"), "Kari: Jeg er {{PERSON:Kari}}")
    assert said(result) == [f"{table.participants[0].codename}: Jeg er [{table.participants[0].codename}]"]


def test_without_names_the_label_is_the_role_and_nothing_links_files() -> None:
    result, _ = study(
        NONE, "I: Hei {{PERSON:Kari}}", "R: {{PERSON:Per Hansen}} kjenner {{PERSON:Kari Nordli}}"
    )
    assert said(result) == ["I: Hei [informanten]", "Informant: [person] kjenner [informanten]"]


def test_without_names_several_participants_of_one_file_are_told_apart_by_letters() -> None:
    result, _ = study(NONE, "Per: Hei {{PERSON:Kari}}", "Kari: Hei", owner="g-1")
    assert said(result) == ["Informant A: Hei [Informant B]", "Informant B: Hei"]


def test_label_style_stays() -> None:
    text, findings = transcript("[KARI NORDLI]: ja", "INT: nei", "kari nordli: ja", "Line Bergset: hm")
    speakers = {"[KARI NORDLI]": "p-kari", "kari nordli": "p-kari", "Line Bergset": "interviewer"}
    table = KeyTable().register([KARI], [STAFF])
    table = extend(table, [Material(text, findings, "p-kari", speakers)], FICTIVE, places=NoPlaces())
    result = pseudonymise(text, findings, table, FICTIVE, speakers=speakers, owner="p-kari")
    name = table.participants[0].fictive_name or ""
    assert result.transcript.speakers == (f"[{name.upper()}]", "INT", name.lower(), "Intervjuer")


def test_the_capitals_of_speech_recognition_are_no_style() -> None:
    text, findings = transcript("SPEAKER_00: nei", "SPEAKER_01: ja", "spk_2: hm")
    speakers = {"SPEAKER_00": "interviewer", "SPEAKER_01": "p-kari", "spk_2": "p-kari"}
    table = KeyTable().register([KARI], [STAFF])
    table = extend(table, [Material(text, findings, "p-kari", speakers)], BASE, places=NoPlaces())
    result = pseudonymise(text, findings, table, BASE, speakers=speakers, owner="p-kari")
    called = f"Informant {table.participants[0].number}"
    assert result.transcript.speakers == ("Intervjuer", called)


def test_a_label_that_maps_to_no_one_is_an_error_that_does_not_tell_it() -> None:
    text, findings = transcript("Ukjentsen: hei")
    with pytest.raises(UsageError) as caught:
        pseudonymise(text, findings, KeyTable(), BASE, speakers={}, owner="p-kari")
    assert "Ukjentsen" not in str(caught.value)


def test_numbers_are_a_random_permutation_of_the_group() -> None:
    people = [KnownPerson(f"p{n}", f"Navn{n} Etternavn{n}") for n in range(6)]
    orders = set()
    for seed in range(20):
        table = extend(KeyTable().register(people), [], BASE, random.Random(seed), places=NoPlaces())
        numbers = [table.surrogate(person.key, BASE.participants.naming) for person in people]
        assert sorted(map(int, filter(None, numbers))) == [1, 2, 3, 4, 5, 6]
        orders.add(tuple(numbers))
    assert len(orders) > 10


def test_numbers_drawn_one_by_one_do_not_count_the_interviews() -> None:
    orders = set()
    for seed in range(20):
        rng, table = random.Random(seed), KeyTable()
        for n in range(3):
            table = table.register([KnownPerson(f"p{n}", f"Navn{n} Etternavn{n}")])
            table = extend(table, [], BASE, rng, places=NoPlaces())
        orders.add(tuple(row.number for row in table.participants))
    assert len(orders) > 10


def test_a_fictive_name_is_none_that_anyone_in_the_study_bears_or_says() -> None:
    text, findings = transcript("R: {{PERSON:Hilde}} og Linda og {{PERSON:Trines}} mor")
    for seed in range(40):
        table = KeyTable().register([KARI], [KnownPerson("interviewer", "Anne Berg")])
        table = extend(
            table,
            [Material(text, findings, "p-kari", SPEAKERS)],
            FICTIVE,
            random.Random(seed),
            places=NoPlaces(),
        )
        assert table.participants[0].fictive_name not in {"Hilde", "Linda", "Trine", "Anne", "Kari", None}
        assert not table.participants[0].redraw


def test_a_real_person_who_turns_up_with_a_drawn_name_flags_it_and_changes_nothing() -> None:
    _, table = study(FICTIVE, "R: hei")
    name = table.participants[0].fictive_name
    text, findings = transcript(f"R: ho {{{{PERSON:{name}}}}} kom")
    later = extend(table, [Material(text, findings, "p-kari", SPEAKERS)], FICTIVE, places=NoPlaces())
    assert later.participants[0].fictive_name == name
    assert later.participants[0].redraw
    fresh = extend(
        later.redrawn(), [Material(text, findings, "p-kari", SPEAKERS)], FICTIVE, places=NoPlaces()
    ).participants[0]
    assert fresh.fictive_name not in {name, None}
    assert not fresh.redraw


def test_too_few_names_is_an_error_that_says_what_to_do() -> None:
    people = [KnownPerson(f"p{n}", f"Navn{n} Etternavn{n}", gender="x") for n in range(200)]
    with pytest.raises(UsageError, match="no fictive name is left"):
        extend(KeyTable().register(people), [], FICTIVE, places=NoPlaces())


# -- third persons


def test_a_third_person_becomes_a_relation_or_a_number_and_stays_it() -> None:
    result, _ = study(
        BASE,
        "Kari: Søstera mi {{PERSON:Oda}} og {{PERSON:Geir}} kom. {{PERSON:Odas}} unge. {{PERSON:Geir}} gikk.",
        "Kari: {{PERSON:Tor}} sa {{PERSON:tante Berit}} og {{PERSON:Oda}}s {{PERSON:Berit}}",
    )
    number = result.labels["Kari"]
    assert said(result) == [
        f"{number}: Søstera mi [søsteren] og [person 1] kom. [søsteren]s unge. [person 1] gikk.",
        f"{number}: [person 2] sa [tanten] og [søsteren]s [tanten]",
    ]


def test_two_sisters_are_two() -> None:
    result, _ = study(
        BASE, "R: søstera mi {{PERSON:Oda}} og søstera mi {{PERSON:Eli}}, {{PERSON:Eli}} og {{PERSON:Oda}}"
    )
    text = result.transcript.turns[0].text
    assert text == "søstera mi [søsteren] og søstera mi [søsteren 2], [søsteren 2] og [søsteren]"


def test_relations_follow_the_written_standard() -> None:
    result, _ = study(
        BASE, "R: Eg veit ikkje kva syster mi {{PERSON:Oda}} gjer, ho kjem frå {{LOCATION:Langestad}}"
    )
    assert result.standard is Standard.NYNORSK
    assert result.transcript.turns[0].text == (
        "Eg veit ikkje kva syster mi [systera] gjer, ho kjem frå [mellomstor kommune på Vestlandet]"
    )


def test_an_ambiguous_name_is_replaced_attributed_to_no_one_and_listed() -> None:
    result, _ = study(BASE, "R: {{PERSON:Geir Moen}} og {{PERSON:Geir Lund}}. Så kom {{PERSON:Geir}}.")
    assert result.transcript.turns[0].text == "[person 1] og [person 2]. Så kom [person]."
    (note,) = result.unresolved
    assert (note.reason, note.left, note.start) == ("ambiguous", False, 31)


def test_a_first_name_alone_is_never_a_participant_of_another_interview() -> None:
    result, table = study(BASE, "R: {{PERSON:Per}} er naboen")
    assert table.persons[0].owner == "p-kari"
    assert result.transcript.turns[0].text == "[person 1] er naboen"


def test_a_participant_named_in_full_is_meant_by_the_first_name_after() -> None:
    result, table = study(FICTIVE, "R: {{PERSON:Per Hansen}} sa det. {{PERSON:Per}} vet.")
    name = {row.id: row.fictive_name for row in table.participants}["p-per"]
    assert result.transcript.turns[0].text == f"{name} sa det. {name} vet."
    assert not table.persons


def test_third_persons_belong_to_one_participant_until_the_full_name_agrees() -> None:
    one = transcript("R: {{PERSON:Geir Moen}} og {{PERSON:Tor}}")
    two = transcript("Per: {{PERSON:Tor}} og {{PERSON:Geir Moen}}")
    table = extend(
        KeyTable().register([KARI, PER]),
        [Material(*one, "p-kari", SPEAKERS), Material(*two, "p-per", SPEAKERS)],
        BASE,
        places=NoPlaces(),
    )
    by_owner = {(row.owner, row.names[0]): row for row in table.persons}
    assert len(by_owner) == 4
    first, second = by_owner["p-kari", "geir moen"], by_owner["p-per", "geir moen"]
    assert {first.same_as, second.same_as} == {None, first.id} or {first.same_as, second.same_as} == {
        None, second.id,
    }  # fmt: skip
    assert by_owner["p-kari", "tor"].same_as is by_owner["p-per", "tor"].same_as is None


def test_a_person_may_merge_two_rows() -> None:
    text, findings = transcript("R: {{PERSON:Geir Moen}} og {{PERSON:Gjedda}}")
    material = [Material(text, findings, "p-kari", SPEAKERS)]
    table = extend(KeyTable().register([KARI]), material, BASE, places=NoPlaces())
    keep, drop = sorted(table.persons, key=lambda row: row.number or 0)
    merged = table.merge_persons(keep.id, drop.id)
    assert extend(merged, material, BASE, places=NoPlaces()) == merged
    result = pseudonymise(text, findings, merged, BASE, speakers=SPEAKERS, owner="p-kari")
    assert result.transcript.turns[0].text == "[person 1] og [person 1]"


def test_third_persons_get_fictive_names_when_the_pack_says_so() -> None:
    pack = with_changes(FICTIVE, third_persons=ThirdPersons.FICTIVE_NAME)
    result, table = study(pack, "R: tante mi {{PERSON:Oda}} og {{PERSON:oda}} og {{PERSON:tante Oda}}")
    name = table.persons[0].fictive_name or ""
    assert result.transcript.turns[0].text == f"tante mi {name} og {name.lower()} og tante {name}"


def test_the_interviewer_is_never_a_third_person() -> None:
    result, _ = study(BASE, "I: Jeg heter {{PERSON:Line}}", "R: Hei {{PERSON:Line Bergset}}")
    assert [turn.text for turn in result.transcript.turns] == [
        "Jeg heter [intervjueren]",
        "Hei [intervjueren]",
    ]


# -- places, organisations and the rest


@pytest.mark.parametrize(
    ("pack", "mark"),
    [("sikt-base", "liten kommune i Nord-Norge"), ("small-community", "liten kommune i Nord-Norge"),
     ("notes-only", "liten kommune i Norge")],
)  # fmt: skip
def test_a_small_place_goes_to_the_packs_rung(pack: str, mark: str) -> None:
    result, _ = study(load_pack(pack), "R: i {{LOCATION:Knøttvær}} og {{LOCATION:Knøttværs}} kai")
    assert result.transcript.turns[0].text == f"i [{mark}] og [{mark}]s kai"


def test_a_place_met_in_the_genitive_alone_keeps_it() -> None:
    result, table = study(BASE, "R: {{LOCATION:Knøttværs}} kai")
    assert result.transcript.turns[0].text == "[liten kommune i Nord-Norge]s kai"
    assert table.places[0].forms == ("knøttvær",)


def test_places_are_numbered_only_when_they_would_collide() -> None:
    result, _ = study(BASE, "R: {{LOCATION:Knøttvær}}, {{LOCATION:Bittevær}}, {{LOCATION:Storvik}}")
    assert result.transcript.turns[0].text == (
        "[liten kommune i Nord-Norge], [liten kommune i Nord-Norge 2], [stor kommune på Østlandet]"
    )


def test_a_name_several_places_share_goes_to_what_they_have_in_common() -> None:
    result, _ = study(
        BASE, "R: fra {{LOCATION:Bø}}, {{LOCATION:Utopolis}}, {{LOCATION:Ukjentfjorden}}, {{LOCATION:X}}"
    )
    assert result.transcript.turns[0].text == "fra [tettsted i Norge], [by i Afrika], [fjord], [sted]"


def test_one_place_has_one_mark_in_the_whole_study() -> None:
    one = transcript("R: {{LOCATION:Bittevær}} {{LOCATION:Knøttvær}}")
    two = transcript("Per: {{LOCATION:Knøttvær}}")
    table = extend(
        KeyTable().register([KARI, PER]),
        [Material(*one, "p-kari", SPEAKERS), Material(*two, "p-per", SPEAKERS)],
        BASE,
        places=Atlas(),
    )
    result = pseudonymise(*two, table, BASE, speakers=SPEAKERS, owner="p-per")
    assert result.transcript.turns[0].text == "[liten kommune i Nord-Norge 2]"
    assert {row.owner for row in table.places if row.place == "m:knøttvær"} == {"p-kari", "p-per"}


def test_another_pack_chooses_the_rung_anew() -> None:
    _, table = study(BASE, "R: {{LOCATION:Langestad}}")
    small = load_pack("small-community")
    text, findings = transcript("R: {{LOCATION:Langestad}}")
    table = extend(table, [Material(text, findings, "p-kari", SPEAKERS)], small, places=Atlas())
    result = pseudonymise(text, findings, table, small, speakers=SPEAKERS, owner="p-kari")
    assert result.transcript.turns[0].text == "[mellomstor kommune i Sør-Norge]"


def test_a_compound_keeps_its_everyday_tail() -> None:
    result, _ = study(BASE, "R: {{LOCATION:Knøttvær-ruta}}")
    assert result.transcript.turns[0].text == "[liten kommune i Nord-Norge]-ruta"


def test_organisations_become_their_kind() -> None:
    result, _ = study(
        BASE,
        "R: {{ORGANIZATION:Storvik sjukehus}}, {{ORGANIZATION:Langestad skole}}, {{ORGANIZATION:Bittevær skole}}, "
        "{{ORGANIZATION:Langestad skoles}} tak, {{ORGANIZATION:NAV Storvik}}, {{ORGANIZATION:Drillo}}, en skole",
    )
    assert result.transcript.turns[0].text == (
        "[sykehus], [skole], [skole 2], [skole]s tak, [NAV-kontor], [virksomhet], en skole"
    )


def test_no_mark_repeats_a_word_of_what_it_replaced() -> None:
    result, _ = study(
        BASE,
        "R: {{ORGANIZATION:Langestad skole}}, {{ORGANIZATION:Storvik kommune}}, {{LOCATION:Knøttvær}}, "
        "{{DATE_TIME:2010}} og {{DATE_TIME:2012}}, {{ORGANIZATION:Nordvik virksomhet}}",
    )
    assert result.transcript.turns[0].text == (
        "[undervisningssted], [kommunal tjeneste], [lite lokalsamfunn i Nord-Norge], "
        "[2005–2014] og [2005–2014], [utelatt]"
    )


def test_everything_else_is_told_by_its_category() -> None:
    result, _ = study(
        BASE,
        "R: {{PHONE_NUMBER:000 00 000}} {{EMAIL_ADDRESS:a@b.example}} {{NO_FODSELSNUMMER:01810012345}} "
        "{{STREET_ADDRESS:Ingenveien 1}} {{AGE:42 år}} {{DATE_TIME:12. mai 2015}}",
    )
    assert result.transcript.turns[0].text == (
        "[telefonnummer] [e-postadresse] [fødselsnummer] [gateadresse] [40–49 år] [2010-årene]"
    )
    assert result.replaced[EntityType.EMAIL_ADDRESS, Tier.DIRECT] == 1
    assert sum(result.replaced.values()) == 6


def test_what_is_flagged_is_left_and_listed() -> None:
    result, _ = study(BASE, "R: ordføreren er {{ROLE:ordfører}} i {{DIALECT:æ}}")
    assert result.transcript.turns[0].text == "ordføreren er ordfører i æ"
    assert [(note.entity_type, note.reason) for note in result.left] == [
        (EntityType.ROLE, "flagged"), (EntityType.DIALECT, "flagged"),
    ]  # fmt: skip


def test_dates_shift_by_the_same_weeks_for_one_participant() -> None:
    types = dict(BASE.types)
    types[EntityType.DATE_TIME] = types[EntityType.DATE_TIME].model_copy(
        update={"to": To.SHIFT, "max_days": 70}
    )
    pack = with_changes(BASE, types=types)
    result, table = study(
        pack, "R: {{DATE_TIME:2015-05-12}} og {{DATE_TIME:2015-05-19}}, {{DATE_TIME:i fjor}}"
    )
    first, _, second = result.transcript.turns[0].text.partition(",")[0].partition(" og ")
    days = table.participants[0].shift_days
    assert days
    assert abs(days) <= 70
    assert days % 7 == 0
    assert first not in {"2015-05-12", second}
    assert result.choices.shifted_dates
    assert result.transcript.turns[0].text.endswith(", [dato]")


def test_transcription_marks_and_everything_that_is_no_identifier_stay() -> None:
    result, _ = study(BASE, "R:  [uklart]  (latter) … {{PERSON:Geir}} (…) [00:01:02]\t«æ» ikkje – =")
    assert result.transcript.turns[0].text == " [uklart]  (latter) … [person 1] (…) [00:01:02]\t«æ» ikkje – ="


def test_other_edits_give_way_to_findings() -> None:
    text, findings = transcript("R: æ såg {{PERSON:Geir}}")
    table = extend(
        KeyTable().register([KARI]), [Material(text, findings, "p-kari", SPEAKERS)], BASE, places=NoPlaces()
    )
    edits = [TextEdit(0, 0, 1, "jeg"), TextEdit(0, 6, 8, "xx")]
    pack = load_pack("small-community")
    result = pseudonymise(text, findings, table, pack, speakers=SPEAKERS, owner="p-kari", edits=edits)
    assert result.transcript.turns[0].text == "jeg såg [person 1]"
    assert result.choices.normalised_dialect


def test_a_finding_of_another_version_is_refused() -> None:
    _, findings = transcript("R: langt unna {{PERSON:Geir}}")
    text, _ = transcript("R: kort")
    with pytest.raises(UsageError, match="outside its text"):
        pseudonymise(text, findings, KeyTable(), BASE, speakers=SPEAKERS, owner="p-kari")


def test_a_name_missing_in_the_key_table_is_replaced_all_the_same_and_listed() -> None:
    text, findings = transcript("R: {{PERSON:Geir}} i {{LOCATION:Knøttvær}} ved {{ORGANIZATION:Drillo}}")
    result = pseudonymise(text, findings, KeyTable(), BASE, speakers=SPEAKERS, owner="p-kari")
    assert result.transcript.turns[0].text == "[person] i [sted] ved [virksomhet]"
    assert {note.reason for note in result.unresolved} == {"unknown"}


def test_every_pack_leaves_no_name_behind() -> None:
    lines = (
        "I: Hei {{PERSON:Kari}}, jeg heter {{PERSON:Line}}",
        "Kari: {{PERSON:Per Arne}} og {{PERSON:Oda}} i {{LOCATION:Knøttvær}}, {{ORGANIZATION:Knøttvær skole}}",
    )
    for name in list_packs():
        result, table = study(load_pack(name), *lines)
        assert sweep(result.transcript, table) == []
        text, _ = transcript(*lines)
        rows = {leak.row_id for leak in sweep(text, table)}
        assert {"p-kari", "interviewer"} < rows


def test_the_written_standard_is_read_from_closed_words() -> None:
    assert written_standard(transcript("R: Jeg vet ikke hva de sa")[0]) is Standard.BOKMAAL
    assert written_standard(transcript("R: Eg veit ikkje kva dei sa")[0]) is Standard.NYNORSK
    assert written_standard(transcript("R: hm")[0]) is Standard.BOKMAAL
