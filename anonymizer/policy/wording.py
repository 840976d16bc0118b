"""The sentences that results are told in (``rules/messages/checks.yaml``)."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache

from anonymizer.data import Language, Strict, Text, load_yaml, rules_dir
from anonymizer.policy.letters import fault_words
from anonymizer.policy.registry import Value

__all__ = ["Language", "looked_at_words", "message_keys", "sentence", "word"]


class _Catalogue(Strict):
    sentences: dict[str, Text]
    things: dict[str, Text]
    words: dict[str, Text]


@cache
def _catalogue() -> _Catalogue:
    return load_yaml(rules_dir() / "messages" / "checks.yaml").parse(_Catalogue)


def sentence(key: str, values: Mapping[str, Value], lang: Language) -> str:
    """Return a result's sentence with its values put in; lists are joined by commas, a letter's faults in words."""
    template = _catalogue().sentences[key].say(lang)
    faults = fault_words()

    def told(value: Value) -> str:
        if not isinstance(value, tuple):
            return str(value)
        return ", ".join(faults[one].say(lang) if one in faults else one for one in value)

    return template.format_map({name: told(value) for name, value in values.items()})


def message_keys() -> dict[str, frozenset[str]]:
    """Return every sentence's key with the values it asks for."""
    return {
        key: frozenset(
            name for text in (one.nb, one.en) for _, name, _, _ in string.Formatter().parse(text) if name
        )
        for key, one in _catalogue().sentences.items()
    }


def looked_at_words(looked_at: Mapping[str, int], lang: Language) -> str:
    """Return what was looked at, in words: "9 participants, 2 letters"."""
    things = _catalogue().things
    return ", ".join(f"{count} {things[name].say(lang)}" for name, count in looked_at.items())


def word(name: str, lang: Language) -> str:
    """Return a verdict, a severity or a step in words."""
    return _catalogue().words[name].say(lang)
