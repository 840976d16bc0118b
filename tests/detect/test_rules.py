"""Every rule's own examples: what it must find is found, and by it; what it must not find it does not."""

from __future__ import annotations

import pytest
from anonymizer.data.recognisers import load_cases, load_recognisers, recognisers_dir
from anonymizer.detect.checks import CHECKS
from tests.detect.conftest import talk, unmark

RULES = {rule.id: rule for rule in load_recognisers(checks=frozenset(CHECKS))}
EXAMPLES = [
    pytest.param(
        rule_id,
        case.text if isinstance(case.text, tuple) else (case.text,),
        kind,
        id=f"{rule_id}-{kind}-{at}",
    )
    for rule_id in RULES
    for kind in ("found", "not_found")
    for at, case in enumerate(getattr(load_cases(recognisers_dir() / rule_id), kind))
]


@pytest.mark.parametrize(("rule_id", "texts", "kind"), EXAMPLES)
def test_example(rules_alone, rule_id, texts, kind):
    unmarked = [unmark(text) for text in texts]
    detection = rules_alone.detect(talk(*(text for text, _ in unmarked)))
    assert detection.complete
    if kind == "not_found":
        assert not [one for one in detection.findings if one.recognizer == rule_id]
        return
    expected = {(turn, *mark) for turn, (_, marks) in enumerate(unmarked) for mark in marks}
    own = RULES[rule_id].entity_type
    got = {(one.turn, one.start, one.end, one.entity_type.value) for one in detection.findings}
    assert expected <= got
    assert {one for one in got if one[3] == own.value} <= expected
    # Without its rule the example would not pass: no other recogniser stands in for it.
    assert rule_id in {one.recognizer for one in detection.findings}


def test_every_check_is_used_by_a_rule():
    used = {pattern.check for rule in RULES.values() for pattern in rule.patterns}
    assert set(CHECKS) <= used
