"""Packs: what each way of working decides, and how a faulty file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from anonymizer.data import list_packs, load_pack, rules_dir
from anonymizer.data.packs import DialectPolicy, Gender, Linkability, Naming, Region, To
from anonymizer.errors import PackError
from anonymizer.model import Action, EntityType, Tier

FLAGGED = {EntityType.ROLE, EntityType.DIALECT, EntityType.SPECIAL_CATEGORY}
WAYS = ("quotes-unlinked", "fictive-names", "numbered-informants", "notes-only", "small-community")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


HEAD = """id: mine
title: {nb: Min, en: Mine}
description: {nb: Min pakke, en: My pack}
source: invented
certainty: knowledge
valid_from: 2024-01-01
jurisdiction: "NO"
extends: sikt-base
"""


def refused(path: Path) -> str:
    with pytest.raises(PackError) as caught:
        load_pack(path)
    return str(caught.value)


def test_every_pack_that_ships_loads_and_treats_every_type() -> None:
    assert set(WAYS) | {"sikt-base"} <= set(list_packs())
    for name in list_packs():
        pack = load_pack(name)
        assert pack.id == name
        assert set(pack.types) == set(EntityType)
        assert all(pack.tier(one).rank >= one.tier.rank for one in EntityType)
        assert name == "sikt-base" or pack.extends == "sikt-base"


def test_the_base_replaces_every_type_but_three() -> None:
    base = load_pack("sikt-base")
    assert {one for one in EntityType if base.action(one) is Action.FLAG} == FLAGGED
    assert all(base.tier(one) is one.tier for one in EntityType)


def test_the_five_ways_of_working_do_what_their_studies_promised() -> None:
    unlinked, fictive, numbered, notes, small = (load_pack(name) for name in WAYS)
    namings = [pack.participants.naming for pack in (unlinked, fictive, numbered, notes, small)]
    assert namings == [Naming.NONE, Naming.FICTIVE_NAME, Naming.NUMBER, Naming.NONE, Naming.CODENAME]
    assert unlinked.quotes.linkability is Linkability.NONE
    keep = unlinked.treatment(EntityType.ORGANIZATION).keep
    assert keep is not None
    assert keep.pool_at_least == 45
    assert fictive.member_check.of == "quotes"
    assert numbered.treatment(EntityType.AGE).band_width == 10
    assert notes.participants.identity == "forbidden"
    assert not notes.audio.allowed
    assert notes.gender is Gender.NEUTRALISE
    assert notes.treatment(EntityType.AGE).to is To.APPROXIMATE
    assert small.treatment(EntityType.LOCATION).region is Region.NORTH_SOUTH
    assert small.treatment(EntityType.ORGANIZATION).to is To.REMOVE
    assert small.tier(EntityType.ROLE) is Tier.STRONG
    assert small.dialect.policy is DialectPolicy.NORMALISE


def test_a_pack_of_ones_own_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, "mine", HEAD + "types: {DATE_TIME: {to: month}}\n"))
    base = load_pack("sikt-base")
    assert pack.treatment(EntityType.DATE_TIME).to is To.MONTH
    assert pack.treatment(EntityType.AGE) == base.treatment(EntityType.AGE)
    assert pack.digest != base.digest


def test_giving_up_a_way_drops_the_keys_that_belong_to_it(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, "mine", HEAD + "types: {AGE: {to: approximate}}\n"))
    assert pack.treatment(EntityType.AGE).width is None


def test_packs_beside_each_other_may_extend_each_other(tmp_path: Path) -> None:
    write(tmp_path, "mine", HEAD + "gender: neutralise\n")
    other = write(tmp_path, "other", HEAD.replace("id: mine", "id: other").replace("sikt-base", "mine"))
    assert load_pack(other).gender is Gender.NEUTRALISE


def test_the_digest_follows_the_content_and_not_the_layout(tmp_path: Path) -> None:
    one = load_pack(write(tmp_path, "one", HEAD + "gender: neutralise\n"))
    two = load_pack(write(tmp_path, "two", "# a comment\n" + HEAD + "gender:   'neutralise'\n"))
    three = load_pack(write(tmp_path, "three", HEAD + "gender: keep\n"))
    assert one.digest == two.digest != three.digest


@pytest.mark.parametrize(
    ("text", "line", "key", "teaches"),
    [
        ("gendre: keep\n", 9, "gendre", "did you mean gender?"),
        ("gender: perhaps\n", 9, "gender", "'keep' or 'neutralise'"),
        ("gender: [keep]\n", 9, "gender", "'keep' or 'neutralise'"),
        ("types:\n  AGE: {width: wide}\n", 10, "types.AGE.width", "integer"),
        ("types:\n  AGE:\n    action: replase\n", 11, "types.AGE.action", "'replace' or 'flag'"),
        ("types:\n  AGEE: {action: replace}\n", 10, "types.AGEE", "'AGE'"),
        ("types:\n  AGE: {widht: 5}\n", 10, "types.AGE.widht", "did you mean width?"),
        ("types:\n  AGE: {to: month}\n", 10, "types.AGE.to", "only for DATE_TIME"),
        ("types:\n  AGE: {to: approximate, width: 5}\n", 10, "types.AGE", "write to: band"),
        ("types:\n  PERSON: {action: flag}\n", 10, "types.PERSON.action", "must be replaced"),
        ("types:\n  PERSON: {tier: strong}\n", 10, "types.PERSON.tier", "never lower it"),
        ("types:\n  URL: {tier: indirect}\n", 10, "types.URL.tier", "never lower it"),
        ("participants: {naming: fictive-name, identity: forbidden}\n", 9, "participants", "needs identity"),
        ("audio: {allowed: maybe}\n", 9, "audio.allowed", "boolean"),
        ("gender: keep\ngender: keep\n", 10, "gender", "twice"),
        ("gender: keep\n gender: keep\n", 10, "", "not valid YAML"),
    ],
)
def test_a_faulty_pack_is_refused_with_file_line_and_key(
    tmp_path: Path, text: str, line: int, key: str, teaches: str
) -> None:
    message = refused(write(tmp_path, "mine", HEAD + text))
    assert f"mine.yaml, line {line}" in message
    assert key in message
    assert teaches in message
    assert "\n" not in message


def test_a_fault_inherited_from_another_file_is_placed_in_that_file(tmp_path: Path) -> None:
    write(tmp_path, "mine", HEAD + "gendre: keep\n")
    other = write(tmp_path, "other", HEAD.replace("sikt-base", "mine"))
    assert "mine.yaml, line 9, key gendre" in refused(other)


def test_a_tier_raised_by_the_parent_is_not_lowered_by_the_child(tmp_path: Path) -> None:
    write(tmp_path, "mine", HEAD + "types: {ROLE: {tier: strong}}\n")
    other = write(tmp_path, "other", HEAD.replace("sikt-base", "mine") + "types: {ROLE: {tier: indirect}}\n")
    assert "other.yaml, line 9, key types.ROLE.tier" in refused(other)


def test_a_circle_of_extends_is_refused(tmp_path: Path) -> None:
    one = write(tmp_path, "one", HEAD.replace("sikt-base", "two"))
    write(tmp_path, "two", HEAD.replace("sikt-base", "one"))
    assert "two.yaml, line 8, key extends" in refused(one)
    assert "circle" in refused(write(tmp_path, "self", HEAD.replace("sikt-base", "self")))


def test_an_unknown_parent_and_an_unknown_pack_are_named(tmp_path: Path) -> None:
    message = refused(write(tmp_path, "mine", HEAD.replace("sikt-base", "sikt-bass")))
    assert "line 8, key extends" in message
    assert "sikt-base" in message
    with pytest.raises(PackError, match="fictive-names"):
        load_pack("fictive-nams")
    with pytest.raises(PackError):
        load_pack("../packs/sikt-base")


def test_a_pack_without_a_parent_must_treat_every_type(tmp_path: Path) -> None:
    base = yaml.safe_load((rules_dir() / "packs" / "sikt-base.yaml").read_text(encoding="utf-8"))
    base["valid_from"] = str(base["valid_from"])
    del base["types"]["AGE"]
    message = refused(write(tmp_path, "mine", yaml.safe_dump(base)))
    assert "no treatment for AGE" in message


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    assert "mapping" in refused(write(tmp_path, "list", "- one\n- two\n"))
    assert "mapping" in refused(write(tmp_path, "empty", ""))
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("id: mine\ntitle: på".encode("latin-1"))
    assert "latin.yaml, line 2" in refused(latin)
    assert "no such pack file" in refused(tmp_path / "none.yaml")


def test_yaml_that_would_run_code_is_refused(tmp_path: Path) -> None:
    assert "mine.yaml" in refused(write(tmp_path, "mine", HEAD + "gender: !!python/name:os.system\n"))


def test_no_and_dates_stay_text(tmp_path: Path) -> None:
    assert "string_pattern" not in refused(write(tmp_path, "mine", HEAD.replace('"NO"', "no")))
    pack = load_pack(write(tmp_path, "mine", HEAD.replace('"NO"', "NO")))
    assert pack.jurisdiction == "NO"
