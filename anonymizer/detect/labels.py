"""Speaker labels: most say a role, some say a name."""

from __future__ import annotations

import regex

from anonymizer.detect.known import KnownNames
from anonymizer.detect.proposal import Proposal
from anonymizer.model import EntityType

__all__ = ["label_proposal"]

_ROLE = regex.compile(
    r"(?:int(?:ervju(?:er|ar)?(?:en)?)?|intervjuperson|informant(?:en)?|respondent(?:en)?|deltaker(?:en)?|deltakar(?:en)?|"
    r"moderator(?:en)?|ordstyrer(?:en)?|ordstyrar(?:en)?|forsker(?:en)?|forskar(?:en)?|observatør(?:en)?|student(?:en)?|"
    r"assistent(?:en)?|speaker|spkr?|taler|talar|person|stemme|røyst|mann|kvinne|kvinna|dame|gutt|gut|jente|ukjent|unknown|"
    r"alle|fleire|flere|interviewer|participant|interviewee|host|guest|s|r|i|ip|p|d|m|k|inf|resp|del|a|b|c|f|fg|mod|q|x|"
    r"lege|sykepleier|sjukepleiar|rådgiver|rådgivar|leder|leiar|ansatt|tilsett|pasient|bruker|brukar|pårørende|pårørande)"
    r"(?:[ _-]{0,3}(?:\d{1,4}|[a-zæøå]))?",
    regex.IGNORECASE,
)
_NAME_LIKE = regex.compile(
    r"[\p{Lu}][\p{L}'.-]{1,40}(?: (?:[\p{Lu}][\p{L}'.-]{0,40}|van|von|de|al|el|bin|ibn)){0,4}"
)


def label_proposal(label: str, known: KnownNames) -> Proposal | None:
    """Return the label as a PERSON if it says a name rather than a role."""
    bare = label.strip().rstrip(":").strip()
    if not bare or not any(character.isalpha() for character in bare):
        return None
    if _ROLE.fullmatch(bare) and not known.holds(bare):
        return None
    start = label.index(bare)
    if known.holds(bare) or _NAME_LIKE.fullmatch(bare):
        score = 0.95 if known.holds(bare) else 0.75
        return Proposal(start, start + len(bare), EntityType.PERSON, score, "speaker-label")
    from anonymizer.detect.names import is_name  # noqa: PLC0415 - the name lists are only read when needed

    if any(is_name(word) for word in bare.replace("_", " ").split()):
        return Proposal(start, start + len(bare), EntityType.PERSON, 0.7, "speaker-label")
    return None
