"""The report's sentences in Bokmål and English, from ``rules/messages/report.yaml``, and the log's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pydantic import model_validator

from anonymizer.audit import Catalogue
from anonymizer.data import Language, Strict, Text, load_yaml, rules_dir

__all__ = ["Lang", "Messages", "Pair", "log_words", "messages"]

Lang = Language
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Pair(Text):
    """One text in both languages; both fill in the same values."""

    @model_validator(mode="after")
    def _same_places(self) -> Pair:
        if set(_PLACE.findall(self.nb)) != set(_PLACE.findall(self.en)):
            raise ValueError("nb and en fill in different values")
        return self


class Messages(Strict):
    """The catalogue: headings of sections, tables and columns, sentences, and words of states."""

    sections: Mapping[str, Pair]
    texts: Mapping[str, Pair]
    tables: Mapping[str, Pair]
    columns: Mapping[str, Pair]
    stated: Mapping[str, Pair]
    states: Mapping[str, Pair]
    chart: Mapping[str, Pair]


@cache
def messages() -> Messages:
    """Return the catalogue; raise ``PackError`` naming file, line and key if it is not valid."""
    return load_yaml(rules_dir() / "messages" / "report.yaml").parse(Messages)


@cache
def log_words() -> Catalogue:
    """Return the log's own sentences and words."""
    return Catalogue.load(rules_dir() / "messages" / "audit.yaml")
