"""The gazetteer: names as they are written, places with their ladders, demonyms, and the dumps a user adds."""

import zipfile
from pathlib import Path

import pytest
from anonymizer.detect.gazetteer import (
    Gazetteer,
    Level,
    add_dump,
    common_rungs,
    fold,
    list_indexes,
    list_lists,
    shipped_gazetteer,
)
from anonymizer.errors import IntegrityError, UnreadableInput, UsageError
from hypothesis import given
from hypothesis import strategies as st

G = shipped_gazetteer()


@pytest.mark.parametrize(
    ("token", "name", "ending"),
    [
        ("Kari", "Kari", ""),
        ("KARIS", "Kari", "s"),
        ("lars", "Lars", ""),
        ("Lars'", "Lars", "'"),
        ("Máret", "Máret", ""),
    ],
)
def test_a_name_is_known_in_any_case_and_in_the_genitive(token: str, name: str, ending: str) -> None:
    found = G.name(token)
    assert found is not None
    assert (found[0].name, found[1]) == (name, ending)


def test_a_name_that_is_also_a_word_says_so() -> None:
    bjorn, ragnhild = G.names("bjørn"), G.names("Ragnhild")
    assert bjorn is not None
    assert bjorn.is_word
    assert bjorn.gender == "m"
    assert ragnhild is not None
    assert not ragnhild.is_word
    assert 1920 in ragnhild.decades


def test_everyday_words_are_no_names() -> None:
    assert not [word for word in ("ikke", "fordi", "sykehuset", "snakket", "egentlig") if G.name(word)]


def ladder(phrase: str) -> list[str]:
    match = G.places(phrase.split(), 0)
    assert match is not None
    return [rung.name for rung in match.values[0].rungs]


@pytest.mark.parametrize(
    ("phrase", "rungs"),
    [
        ("Grünerløkka", ["Grünerløkka", "Oslo", "Oslo", "Østlandet", "Norge"]),
        ("Mo i Ranas", ["Mo i Rana", "Rana", "Nordland", "Nord-Norge", "Norge"]),
        ("Guovdageaidnu", ["Kautokeino", "Finnmark", "Nord-Norge", "Norge"]),
        ("Fræna", ["Fræna", "Hustadvika", "Møre og Romsdal", "Vestlandet", "Norge"]),
        ("Viken", ["Viken", "Østlandet", "Norge"]),
        ("nord trøndelag", ["Nord-Trøndelag", "Trøndelag", "Norge"]),
        ("Gudbrandsdalen", ["Gudbrandsdalen", "Innlandet", "Østlandet", "Norge"]),
        ("Mogadishu", ["Mogadishu", "Somalia", "Øst-Afrika"]),
        ("Longyearbyen", ["Longyearbyen", "Svalbard", "Norge"]),
        ("Sápmi", ["Sápmi", "Norden"]),
    ],
)
def test_a_place_stands_on_its_ladder(phrase: str, rungs: list[str]) -> None:
    assert ladder(phrase) == rungs


def test_the_longest_place_wins() -> None:
    match = G.places(["i", "Møre", "og", "Romsdal", "fylke"], 1)
    assert match is not None
    assert (match.start, match.end) == (1, 4)


def test_a_name_that_several_places_share_has_a_common_rung() -> None:
    match = G.places(["Herøy"], 0)
    assert match is not None
    assert {place.rungs[0].number for place in match.values} >= {"1515", "1818"}
    assert [rung.name for rung in common_rungs(match.values)] == ["Norge"]


def test_a_rung_is_chosen_by_level_or_by_population() -> None:
    (place,) = G.place("Utsira")
    assert place.at_least(Level.COUNTY).name == "Rogaland"
    assert place.with_population(20_000).name == "Rogaland"
    assert place.with_population(100).name == "Utsira"


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_tokens_get_an_answer_and_folding_is_idempotent(one: str, two: str) -> None:
    assert fold(fold(one)) == fold(one)
    G.name(one)
    G.demonym(one)
    match = G.places([one, two], 0)
    assert match is None or match.end <= 2


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("siddisen", "Stavanger"),
        ("sognedøler", "Sogndal"),
        ("vesterålsværingene", "Vesterålen"),
        ("bergensere", "Bergen"),
        ("somaliar", "Somalia"),
        ("nordlandsdialekten", "Nordland"),
        ("vossamålet", "Voss"),
        ("dønnaværing", "Dønna"),
    ],
)
def test_a_demonym_belongs_to_its_place_in_any_form(word: str, place: str) -> None:
    found = G.demonym(word)
    assert found is not None
    assert place in {one.name for one in found.places}


def test_institutions_roles_and_cue_words_are_found() -> None:
    tyrili = G.organisation(["på", "Tyrili"], 1)
    assert tyrili is not None
    assert tyrili.values[0][1] == "addiction_treatment"
    assert G.generic_institution(["NAV"], 0) is not None
    assert G.institution_form(["Gran", "kommunes"], 1) is not None
    assert G.role(["Ordføraren"], 0) is not None
    assert G.title_or_kin(["tante"], 0) is not None
    assert G.place_preposition(["oppå"], 0) is not None
    assert G.article("ho") is not None
    assert (G.street_ending("Storgata") or ("",))[0] == "gata"
    assert (G.place_ending("Bjørndalsneset") or ("",))[0] == "nes"


GML = """<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:app="https://skjema.geonorge.no/SOSI/produktspesifikasjon/StedsnavnForVanligBruk/20231001">
<gml:featureMember><app:Sted><app:navneobjekttype>bruk</app:navneobjekttype>
<app:kommune><app:Kommune><app:kommunenummer>3446</app:kommunenummer></app:Kommune></app:kommune>
<app:stedsnavn><app:Stedsnavn><app:skrivemåte><app:Skrivemåte>
<app:komplettskrivemåte>Tjuvstulen øvre</app:komplettskrivemåte>
</app:Skrivemåte></app:skrivemåte></app:Stedsnavn></app:stedsnavn></app:Sted></gml:featureMember>
</gml:FeatureCollection>
"""
GEONAMES = "\t".join(
    [
        "1",
        "Tjuvstulen øvre",
        "Tjuvstulen",
        "",
        "60.3",
        "10.5",
        "P",
        "PPL",
        "NO",
        "",
        "34",
        "3446",
        "",
        "",
        "0",
        "",
        "300",
        "Europe/Oslo",
        "2024-01-01\n",
    ]
)
GEOJSON = '{"features": [{"properties": {"enh_snavn": "Tjuvstulen øvre", "enh_komm": "3446"}}]}'


@pytest.mark.parametrize(
    ("file", "text", "kind"),
    [
        ("sted.gml", GML, "ssr-gml"),
        ("NO.txt", GEONAMES, "geonames"),
        ("ssr.geojson", GEOJSON, "ssr-geojson"),
        ("ssr.csv", "stedsnavn;kommunenummer\nTjuvstulen øvre;3446\n", "ssr-csv"),
        ("mine.txt", "Tjuvstulen øvre\n", "names"),
    ],
)
def test_a_dump_becomes_an_index_that_places_are_found_in(
    tmp_path: Path, file: str, text: str, kind: str
) -> None:
    path = tmp_path / f"{file}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(file, text)
    added = add_dump(path, folder=tmp_path / "index")
    assert (added.index.source, added.index.names) == (kind, 1)
    assert list_indexes(tmp_path / "index") == (added.index,)
    match = Gazetteer.with_indexes(tmp_path / "index").places(["fra", "tjuvstulen", "øvres", "tun"], 1)
    assert match is not None
    assert (match.start, match.end, match.ending) == (1, 3, "s")
    assert match.values[0].indexed
    assert match.values[0].rungs[-1].name == "Norge"
    assert kind == "names" or match.values[0].rungs[1].number == "3446"


def test_adding_the_same_file_again_replaces_its_index(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    for text in ("Tjuvstulen\n", "Tjuvstulen\nUvstulen\n"):
        path.write_text(text, encoding="utf-8")
        add_dump(path, folder=tmp_path / "index")
    assert [info.names for info in list_indexes(tmp_path / "index")] == [2]


def test_an_altered_index_is_refused_before_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("Tjuvstulen\n", encoding="utf-8")
    file = tmp_path / "index" / add_dump(path, folder=tmp_path / "index").index.file
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(IntegrityError):
        Gazetteer.with_indexes(tmp_path / "index")


@pytest.mark.parametrize(
    ("file", "text"),
    [("a.gml", "<open>"), ("a.geojson", "{"), ("a.csv", "x;y\n1;2\n"), ("a.txt", "")],
)
def test_a_dump_that_cannot_be_read_leaves_no_index(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableInput):
        add_dump(tmp_path / file, folder=tmp_path / "index")
    assert list_indexes(tmp_path / "index") == ()


def test_an_unknown_kind_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Tjuvstulen\n", encoding="utf-8")
    with pytest.raises(UsageError):
        add_dump(tmp_path / "a.txt", "shapefile", folder=tmp_path / "index")


def test_a_register_of_participants_is_no_list_of_places(tmp_path):
    register = tmp_path / "participants.csv"
    register.write_text("code;name\nK7QX;Tordis Fjellro\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="register of participants"):
        add_dump(register, folder=tmp_path / "indexes")
    assert not list((tmp_path / "indexes").glob("*"))


def test_shipped_and_added_lists_are_listed_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("Tjuvstulen øvre\n", encoding="utf-8")
    add_dump(path, folder=tmp_path / "index")
    lists = {(one.origin, one.of): one for one in list_lists(tmp_path / "index")}
    assert {"people", "places", "origins", "institutions"} == {
        of for origin, of in lists if origin == "shipped"
    }
    assert lists[("added", "places")].names == 1
    assert all(one.names for one in lists.values())
