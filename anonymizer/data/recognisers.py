"""Loads the recogniser rules of ``rules/recognisers/`` and refuses a rule that is not sound.

A rule is a folder: ``rule.yaml`` (what is looked for, how sure, where the form is documented), ``items.txt`` (words
that patterns insert as ``{{items}}``), ``exceptions.txt`` (matches that are never findings) and ``cases.yaml``
(examples that must be found and examples that must not). Patterns are regular expressions with bounded
quantifiers only; ``{{name}}`` inserts a fragment of ``fragments.yaml``. A group named ``id`` marks the finding inside a
longer match; without it the whole match is the finding.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import regex
from pydantic import Field

from anonymizer.data.location import rules_dir
from anonymizer.data.strict import Strict
from anonymizer.data.yamlfile import YamlFile, load_yaml
from anonymizer.errors import PackError
from anonymizer.model import EntityType

__all__ = [
    "Case",
    "Cases",
    "PatternRule",
    "RecogniserRule",
    "load_cases",
    "load_recognisers",
    "recognisers_dir",
]

_FRAGMENT = regex.compile(r"\{\{([a-z_0-9]{1,40})\}\}")
_MAX_ITEMS = 2_000
_MAX_REPEAT = 400
_MAX_DEPTH = 8


class PatternRule(Strict):
    """One pattern: a regular expression and how sure a match of it is, alone (``score``).

    ``check`` names a registered check: what it calls valid scores ``valid_score``, what it calls invalid is no
    match. ``cased`` makes letter case count. ``needs`` is as for the rule, for this pattern alone.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    regex: Annotated[str, Field(min_length=1)]
    score: Annotated[float, Field(ge=0, le=1)]
    check: str | None = None
    valid_score: Annotated[float, Field(ge=0, le=1)] = 1.0
    cased: bool = False
    needs: tuple[str, ...] = ()


class RecogniserRule(Strict):
    """One kind of identifier: its patterns and the words around it that make it likelier or unlikelier.

    ``reads`` is ``text``, or ``numerals`` where number words are read as figures. ``window`` is ``turn``, or ``turns``
    where what is dictated over several turns counts too. ``needs`` lists what must stand in a turn before the rule is
    tried: ``digit`` for a figure, and of the plain strings (lower case) any one. ``backwards`` says that the patterns'
    ``id`` groups are rare in speech (figures) and what leads up to them is not (pronouns, kin), so that it is quicker
    to look from the group back; it changes no match. A word of ``context`` begins a word
    (one of three letters or fewer: is a word) within ``context_before``/``context_after`` code points and adds
    ``context_boost``; one of ``against`` takes as much away.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    entity_type: EntityType
    description: Annotated[str, Field(min_length=10)]
    source: Annotated[str, Field(min_length=5)]
    certainty: Literal["public", "knowledge"]
    patterns: Annotated[tuple[PatternRule, ...], Field(min_length=1)]
    reads: Literal["text", "numerals"] = "text"
    window: Literal["turn", "turns"] = "turn"
    backwards: bool = False
    needs: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    context_before: Annotated[int, Field(ge=0, le=_MAX_REPEAT)] = 60
    context_after: Annotated[int, Field(ge=0, le=_MAX_REPEAT)] = 30
    context_boost: Annotated[float, Field(ge=0, le=1)] = 0.4
    against: tuple[str, ...] = ()
    against_before: Annotated[int, Field(ge=0, le=_MAX_REPEAT)] = 12
    against_after: Annotated[int, Field(ge=0, le=_MAX_REPEAT)] = 14
    items: tuple[str, ...] = ()
    exceptions: frozenset[str] = frozenset()


class Case(Strict):
    """An example in the contract's gold markup (``{{PHONE_NUMBER:...}}``); a list is turns that follow each other."""

    text: str | tuple[str, ...]
    why: str = ""


class Cases(Strict):
    """The examples of a rule; it must have both kinds."""

    found: Annotated[tuple[Case, ...], Field(min_length=1)]
    not_found: Annotated[tuple[Case, ...], Field(min_length=1)]


def recognisers_dir() -> Path:
    """Return the folder of the shipped rules."""
    return rules_dir() / "recognisers"


def load_recognisers(
    folder: Path | None = None, *, checks: frozenset[str] | None = None, compile_patterns: bool = True
) -> tuple[RecogniserRule, ...]:
    """Return every rule of ``folder``, sorted by id, its patterns written out and linted.

    ``checks`` are the names a pattern may use (``None``: any). ``compile_patterns=False`` leaves it to whoever uses
    a pattern to find that it is no regular expression: compiling all takes longer than detecting in a short text.
    Raises ``PackError`` naming file, line and key.
    """
    folder = folder or recognisers_dir()
    fragments = _fragments(folder / "fragments.yaml")
    rules = [
        _load_rule(path, fragments, checks, compile_patterns=compile_patterns)
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith((".", "_"))
    ]
    if not rules:
        raise PackError("no recogniser rules", where=folder.name, hint="install the package again")
    return tuple(rules)


def load_cases(rule_folder: Path) -> Cases:
    """Return the examples of one rule; raise ``PackError`` unless it has both kinds."""
    path = rule_folder / "cases.yaml"
    file = load_yaml(path)
    data = file.data
    if isinstance(data, dict):
        for key in ("found", "not_found"):
            if isinstance(data.get(key), list):
                data[key] = [{"text": one} if isinstance(one, (str, list)) else one for one in data[key]]
    return file.parse(Cases)


def _load_rule(
    folder: Path, fragments: dict[str, str], checks: frozenset[str] | None, *, compile_patterns: bool
) -> RecogniserRule:
    file = load_yaml(folder / "rule.yaml")
    if isinstance(file.data, dict):
        file.data["items"] = _words(folder / "items.txt")
        file.data["exceptions"] = [word.casefold() for word in _words(folder / "exceptions.txt")]
    rule = file.parse(RecogniserRule)
    if rule.id != folder.name:
        raise _fault(file, ("id",), "the id is not the folder's name", "give both the same name")
    if not (folder / "cases.yaml").is_file():
        raise PackError(
            "the rule has no cases.yaml", where=folder.name, hint="add examples found and not found"
        )
    patterns = []
    for at, pattern in enumerate(rule.patterns):
        if pattern.check is not None and checks is not None and pattern.check not in checks:
            known = ", ".join(sorted(checks))
            raise _fault(file, ("patterns", at, "check"), "there is no such check", f"one of: {known}")
        key = ("patterns", at, "regex")
        written = _expand(pattern.regex, fragments, rule.items, file, key)
        _lint_bounds(written, file, key)
        if compile_patterns:
            _lint(written, file, key)
        patterns.append(pattern.model_copy(update={"regex": written}))
    return rule.model_copy(update={"patterns": tuple(patterns)})


def _fault(file: YamlFile, key: tuple[str | int, ...], what: str, hint: str) -> PackError:
    place = file.places.get(key)
    return PackError(what, where=place.named(key) if place else file.path.name, hint=hint)


def _fragments(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    file = load_yaml(path)
    data: Any = file.data
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise PackError(
            "fragments must be a mapping of names to patterns", where=path.name, hint="write name: pattern"
        )
    return dict(data)


def _words(path: Path) -> list[str]:
    """Return the lines of a word list that are neither empty nor a comment."""
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PackError("the word list cannot be read as UTF-8", where=path.name) from None
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if len(words) > _MAX_ITEMS:
        raise PackError(
            "too many words for a pattern", where=path.name, hint="long lists belong in rules/lexicon"
        )
    if len({word.casefold() for word in words}) < len(words):
        raise PackError(
            "a word stands twice", where=f"{path.parent.name}/{path.name}", hint="keep one of them"
        )
    return words


def _expand(
    pattern: str,
    fragments: dict[str, str],
    items: tuple[str, ...],
    file: YamlFile,
    key: tuple[str | int, ...],
) -> str:
    known = dict(fragments)
    if items:
        known["items"] = (
            "(?:" + "|".join(regex.escape(one).replace("\\ ", " ") for one in _longest(items)) + ")"
        )
    for _ in range(_MAX_DEPTH):
        missing = [name for name in _FRAGMENT.findall(pattern) if name not in known]
        if missing:
            raise _fault(file, key, "there is no such fragment", f"known: {', '.join(sorted(known))}")
        written: str = _FRAGMENT.sub(lambda found: known[found[1]], pattern)
        if written == pattern:
            return written
        pattern = written
    raise _fault(file, key, "fragments nest too deeply", "a fragment must not insert itself")


def _longest(items: tuple[str, ...]) -> list[str]:
    return sorted(items, key=lambda word: (-len(word), word))


def _lint_bounds(pattern: str, file: YamlFile, key: tuple[str | int, ...]) -> None:
    """Refuse a pattern without bounds: what cannot be read in bounded time would leave a text unsearched."""
    bare = regex.sub(r"\\.", "_", pattern)
    bare = regex.sub(r"\[(?:\^?\])?[^\]]*\]", "_", bare)
    if regex.search(r"[*+]|\{\d+,\}", bare):
        raise _fault(file, key, "a quantifier without an upper bound", "write {0,20} or {1,20} for * or +")
    if any(int(high) > _MAX_REPEAT for high in regex.findall(r"\{\d*,?(\d+)\}", bare)):
        raise _fault(file, key, "a quantifier with a very high bound", f"keep it at {_MAX_REPEAT} or below")


def _lint(pattern: str, file: YamlFile, key: tuple[str | int, ...]) -> None:
    """Refuse what is no pattern, or one that matches nothing at all."""
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        raise _fault(
            file, key, f"not a regular expression: {error.msg}", "see the regex module's syntax"
        ) from None
    if compiled.match(""):
        raise _fault(file, key, "the pattern matches nothing at all", "make at least one part required")
