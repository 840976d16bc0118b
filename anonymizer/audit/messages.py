"""The log in plain words, from ``rules/messages/audit.yaml``: no key is needed, for there is no content to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from anonymizer.audit.actions import ACTIONS
from anonymizer.audit.entry import Entry
from anonymizer.audit.verdict import Fault, Outcome, Verdict
from anonymizer.errors import PackError

__all__ = ["Catalogue", "Lang", "describe", "describe_verdict"]

Lang = Literal["nb", "en"]
_LANGS = frozenset({"nb", "en"})
_SECTIONS = frozenset({"actions", "unknown", "rule", "empty", "verdicts", "words"})
_PART = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{([a-z_]+)\}")
_ID = re.compile(r"[0-9a-f-]{16,64}")
_ID_SHOWN = 8
_VERDICT_PLACES = {
    Outcome.BROKEN: {"fault", "seq", "why"},
    Outcome.CONSISTENT: {"entries"},
    Outcome.CONFIRMED: {"confirmed", "entries"},
}


@dataclass(frozen=True)
class Catalogue:
    """Sentences and words in Bokmål and English."""

    actions: Mapping[str, Mapping[str, str]]
    verdicts: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, str]]
    unknown: Mapping[str, str]
    rule: Mapping[str, str]
    empty: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> Catalogue:
        """Read a catalogue; raise ``PackError`` naming the key that is missing, unknown or wrong."""
        import yaml  # noqa: PLC0415 - only showing the log needs it

        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError):
            raise PackError("can't be read", where=path.name) from None
        if not isinstance(data, dict) or data.keys() != _SECTIONS:
            raise PackError(f"the sections must be {', '.join(sorted(_SECTIONS))}", where=path.name)
        catalogue = cls(**data)
        catalogue._check(path.name)
        return catalogue

    def describe(self, entry: Entry, lang: Lang) -> str:
        """Return one sentence on what an entry says, with its rule; ids are shown by their first digits."""
        known = entry.known
        template = self.actions[entry.action] if known else self.unknown
        values = {key: self._show(value, lang) for key, value in entry.details.items()} if known else {}
        values["action"] = entry.action
        # Some actions concern the study as a whole and have no object.
        values["object"] = "–" if entry.object is None else entry.object[:_ID_SHOWN]
        sentence = _fill(template[lang], values)
        if entry.rule is not None:
            sentence += f" ({_fill(self.rule[lang], {'rule': entry.rule})})"
        return sentence

    def describe_verdict(self, verdict: Verdict, lang: Lang) -> str:
        """Return one sentence on what verification found; the technical reason stays in English."""
        values = {
            "entries": str(verdict.entries),
            "confirmed": str(verdict.confirmed),
            "why": verdict.why,
            "fault": self.words[verdict.fault][lang] if verdict.fault is not None else "",
        }
        if verdict.seq is not None:
            values["seq"] = str(verdict.seq)
        return _fill(self.verdicts[verdict.outcome][lang], values)

    def _show(self, value: Any, lang: Lang) -> str:  # noqa: ANN401 - any value of a detail
        if isinstance(value, bool):
            # The words of the closed lists have "no"; YAML would read a bare one as false.
            return {"nb": "ja", "en": "yes"}[lang] if value else self.words["no"][lang]
        if isinstance(value, Mapping):
            shown = [f"{self._show(key, lang)} {count}" for key, count in value.items() if count]
            return ", ".join(shown) or self.empty[lang]
        if isinstance(value, list | tuple):
            return ", ".join(self._show(item, lang) for item in value) or self.empty[lang]
        if isinstance(value, str):
            if value in self.words:
                return self.words[value][lang]
            return value[:_ID_SHOWN] if _ID.fullmatch(value) else value
        return str(value)

    def _check(self, where: str) -> None:
        self._check_keys("actions", self.actions, set(ACTIONS), where)
        self._check_keys("verdicts", self.verdicts, set(Outcome), where)
        words = {
            word for action in ACTIONS.values() for kind in action.details.values() for word in kind.words
        }
        self._check_keys("words", self.words, words | set(Fault), where)
        for name in ("unknown", "rule", "empty"):
            self._check_pair(name, getattr(self, name), {"action", "rule"}, where)
        for name, pair in self.actions.items():
            self._check_pair(f"actions.{name}", pair, {*ACTIONS[name].details, "object"}, where)
            for lang in _LANGS:
                outside = set(_PLACE.findall(_PART.sub("", pair[lang])))
                if not outside <= ACTIONS[name].required | {"object"}:
                    raise PackError(
                        "an optional detail stands outside brackets", where=f"{where}, actions.{name}"
                    )
        for outcome in Outcome:
            self._check_pair(f"verdicts.{outcome}", self.verdicts[outcome], _VERDICT_PLACES[outcome], where)
        for name, pair in self.words.items():
            self._check_pair(f"words.{name}", pair, set(), where)

    @staticmethod
    def _check_keys(section: str, given: object, wanted: set[str], where: str) -> None:
        if not isinstance(given, Mapping):
            raise PackError("must be a table", where=f"{where}, {section}")
        for key in sorted(wanted ^ {str(key) for key in given}):
            what = "is missing" if key in wanted else "is not in the log's vocabulary"
            raise PackError(what, where=f"{where}, {section}.{key}")

    @staticmethod
    def _check_pair(name: str, pair: object, places: set[str], where: str) -> None:
        if not isinstance(pair, Mapping) or pair.keys() != _LANGS:
            raise PackError("needs nb and en, and nothing else", where=f"{where}, {name}")
        for text in pair.values():
            if not isinstance(text, str) or not text:
                raise PackError("must be text", where=f"{where}, {name}")
            if not set(_PLACE.findall(text)) <= places:
                raise PackError("names a detail that the action does not have", where=f"{where}, {name}")


def describe(entry: Entry, lang: Lang = "en") -> str:
    """Return one sentence on what an entry says, in Bokmål (``nb``) or English (``en``)."""
    return _catalogue().describe(entry, lang)


def describe_verdict(verdict: Verdict, lang: Lang = "en") -> str:
    """Return one sentence on what verification found, in Bokmål (``nb``) or English (``en``)."""
    return _catalogue().describe_verdict(verdict, lang)


@cache
def _catalogue() -> Catalogue:
    # Imported here, so that writing and verifying a log need nothing but this package.
    from anonymizer.data import rules_dir  # noqa: PLC0415

    return Catalogue.load(rules_dir() / "messages" / "audit.yaml")


def _fill(template: str, values: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        return match[1] if all(place in values for place in _PLACE.findall(match[1])) else ""

    return _PLACE.sub(lambda match: values[match[1]], _PART.sub(part, template))
