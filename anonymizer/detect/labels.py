"""Speaker labels: most say a role, some say a name."""

from __future__ import annotations

from functools import cache

import regex

from anonymizer.data import load_yaml, rules_dir
from anonymizer.detect.common_words import common_words
from anonymizer.detect.known import KnownNames
from anonymizer.detect.names import first_names, is_name, speaker_roles, surnames
from anonymizer.detect.proposal import Proposal
from anonymizer.model import EntityType

__all__ = ["label_proposal"]

_NUMBER = regex.compile(r"[ ._#-]{0,3}(?:\d{1,4}|\p{L})?$")
_CODE = regex.compile(r"\p{L}{1,3}[ ._-]?\d{0,4}")
_NAME_LIKE = regex.compile(
    r"\p{Lu}[\p{L}'.-]{1,40}(?: (?:\p{Lu}[\p{L}'.-]{0,40}|van|von|de|al|el|bin|ibn)){0,4}"
)


@cache
def _roles() -> frozenset[str]:
    """Return the words for a speaker's role, folded."""
    return frozenset(
        str(role).casefold()
        for role in load_yaml(rules_dir() / "formats" / "speaker-labels.yaml").data["roles"]
    )


def _is_role(label: str) -> bool:
    folded = label.casefold()
    bare = _NUMBER.sub("", folded) if len(folded) > 1 else folded
    return (
        folded in _roles() or bare in _roles() or (_CODE.fullmatch(label) is not None and not is_name(label))
    )


def _is_everyday(label: str) -> bool:
    """Say whether the label's words are all words for a part in a talk or everyday words, none of them a name."""
    words = [word for word in regex.findall(r"\p{L}+", label.casefold()) if len(word) > 1]
    names = first_names() | surnames()
    return bool(words) and all(
        word in speaker_roles() or (word not in names and word in common_words()) for word in words
    )


def label_proposal(label: str, known: KnownNames, found: frozenset[str] = frozenset()) -> Proposal | None:
    """Return the label as a PERSON if it says a name rather than a role.

    ``found`` are names, folded, that the talk itself holds for certain: whoever says ``jeg heter Huda`` has no role.
    """
    bare = label.strip().rstrip(":").strip()
    if not any(character.isalpha() for character in bare):
        return None
    start = label.index(bare)
    if known.holds(bare) or (bare.casefold() in found and bare.casefold() not in _roles()):
        return Proposal(start, start + len(bare), EntityType.PERSON, 0.95, "speaker-label")
    if _is_everyday(bare):
        return None
    listed = (bare.istitle() or bare.isupper()) and bare.casefold() in first_names() - _roles()
    if _is_role(bare) and not listed:
        return None
    if _NAME_LIKE.fullmatch(bare) or any(is_name(word) for word in bare.replace("_", " ").split()):
        return Proposal(start, start + len(bare), EntityType.PERSON, 0.75, "speaker-label")
    return None
