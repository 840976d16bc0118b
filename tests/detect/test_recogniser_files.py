"""Rule files are checked on load: what is not sound is refused with file, line and key."""

from __future__ import annotations

import pytest
from anonymizer.data.recognisers import load_cases, load_recognisers
from anonymizer.errors import PackError

RULE = """\
id: {id}
entity_type: PHONE_NUMBER
description: an example of a rule
source: invented for the tests
certainty: knowledge
patterns:
  - name: plain
    regex: '{regex}'
    score: 0.5
{more}"""
CASES = 'found: ["{{PHONE_NUMBER:5}}"]\nnot_found: ["6"]\n'


def rule(tmp_path, regex=r"\d{2,4}", *, more="", cases=CASES, name="example", rule_id=None):
    folder = tmp_path / name
    folder.mkdir()
    text = RULE.replace("{id}", rule_id or name).replace("{regex}", regex).replace("{more}", more)
    (folder / "rule.yaml").write_text(text, encoding="utf-8")
    if cases is not None:
        (folder / "cases.yaml").write_text(cases, encoding="utf-8")
    return tmp_path


def test_a_sound_rule_is_loaded_with_its_words(tmp_path):
    rule(tmp_path, regex="(?:{{items}}) {{two}}")
    (tmp_path / "fragments.yaml").write_text("two: '\\d{2}'\n")
    (tmp_path / "example" / "items.txt").write_text("# words\nring\nring meg\n")
    (tmp_path / "example" / "exceptions.txt").write_text("Ring 12\n")
    (loaded,) = load_recognisers(tmp_path)
    assert loaded.patterns[0].regex == r"(?:(?:ring meg|ring)) \d{2}"
    assert loaded.exceptions == {"ring 12"}


@pytest.mark.parametrize("regex", [r"\d+", r"a*b", r"\d{2,}", r"(?:\d{1,3})*x", r"[ab]+", r"x{3,}?"])
def test_a_quantifier_without_bound_is_refused(tmp_path, regex):
    with pytest.raises(PackError, match=r"rule\.yaml, line 8, key patterns\.0\.regex: a quantifier without"):
        load_recognisers(rule(tmp_path, regex=regex))


@pytest.mark.parametrize(
    ("regex", "what"),
    [
        (r"\d{1,9999}", "very high bound"),
        (r"(\d", "not a regular expression"),
        (r"\d{0,4}", "matches nothing"),
        (r"{{nowhere}}", "no such fragment"),
    ],
)
def test_a_pattern_that_cannot_work_is_refused(tmp_path, regex, what):
    with pytest.raises(PackError, match=f"patterns.0.regex: .*{what}"):
        load_recognisers(rule(tmp_path, regex=regex))


def test_escaped_signs_and_classes_are_no_quantifiers(tmp_path):
    assert load_recognisers(rule(tmp_path, regex=r"\+\*[+*]{1,2}"))


def test_an_unknown_check_is_refused(tmp_path):
    with pytest.raises(PackError, match=r"patterns\.0\.check: there is no such check"):
        load_recognisers(rule(tmp_path, more="    check: os.system\n"), checks=frozenset({"luhn"}))


def test_an_unknown_key_is_refused_with_its_line(tmp_path):
    with pytest.raises(
        PackError, match=r"rule\.yaml, line 10, key contexts: unknown key; did you mean context"
    ):
        load_recognisers(rule(tmp_path, more="contexts: [a]\n"))


def test_the_id_is_the_folder(tmp_path):
    with pytest.raises(PackError, match="line 1, key id"):
        load_recognisers(rule(tmp_path, rule_id="another"))


def test_a_rule_without_cases_is_refused(tmp_path):
    with pytest.raises(PackError, match=r"no cases\.yaml"):
        load_recognisers(rule(tmp_path, cases=None))


@pytest.mark.parametrize("cases", ['found: ["a"]\n', 'not_found: ["a"]\n', 'found: []\nnot_found: ["a"]\n'])
def test_a_rule_needs_both_kinds_of_cases(tmp_path, cases):
    rule(tmp_path, cases=cases)
    with pytest.raises(PackError, match=r"cases\.yaml"):
        load_cases(tmp_path / "example")


def test_a_word_that_stands_twice_is_refused(tmp_path):
    rule(tmp_path)
    (tmp_path / "example" / "items.txt").write_text("Ring\nring\n")
    with pytest.raises(PackError, match=r"example/items\.txt: a word stands twice"):
        load_recognisers(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(PackError, match="no recogniser rules"):
        load_recognisers(tmp_path)
