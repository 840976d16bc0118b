"""One interview with what was found in it and who speaks: what the key table grows from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from anonymizer.errors import UsageError
from anonymizer.model import Action, Finding, Role, Transcript, Turn
from anonymizer.pseudonymise.keytable import INTERVIEWER

__all__ = ["INTERVIEWER_LABEL", "Material", "Mention", "mentions", "present_in", "speaker_of"]

INTERVIEWER_LABEL = re.compile(
    r"^\W*(?:I|INT|Int|IV|Intervjuer(?:en)?|Intervjuar(?:en)?|Interviewer|Forsker(?:en)?|Forskar(?:en)?|Moderator|Q|S)"
    r"\s?\d*\W*$"
)
"""A label that says only that someone asks the questions."""


@dataclass(frozen=True, slots=True)
class Material:
    """A transcript, its findings after decisions, whose key seals it, and who its labels are.

    ``owner`` is a participant's id, or the random id of a transcript with several participants. ``speakers`` maps
    each label to a participant's id or ``interviewer``.
    """

    transcript: Transcript
    findings: Sequence[Finding]
    owner: str
    speakers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mention:
    """A finding that is to be replaced, with the text it stands in.

    ``start``/``end`` are the stretch to be replaced: longer than the finding where others overlap it.
    """

    finding: Finding
    context: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return the finding's words as written."""
        return self.context[self.finding.start : self.finding.end]


def speaker_of(turn: Turn, speakers: Mapping[str, str]) -> str | None:
    """Return who speaks: a participant's id, ``interviewer``, or ``None`` where the source has no label.

    Raises ``UsageError`` for a label that maps to no one, without telling it.
    """
    if turn.speaker is None:
        return None
    found = speakers.get(turn.speaker, speakers.get(turn.speaker.strip()))
    if found is not None:
        return found
    if turn.role is Role.INTERVIEWER or INTERVIEWER_LABEL.match(turn.speaker):
        return INTERVIEWER
    raise UsageError("a speaker label maps to no one", hint="name every label with --speaker LABEL=CODE")


def present_in(transcript: Transcript, owner: str, speakers: Mapping[str, str]) -> frozenset[str]:
    """Return the ids of everyone who takes part: the owner, and whoever a label stands for.

    Where turns have no label, someone asks all the same.
    """
    everyone = {speaker_of(turn, speakers) or INTERVIEWER for turn in transcript.turns}
    return frozenset({owner, *everyone})


def mentions(transcript: Transcript, findings: Sequence[Finding]) -> Iterator[Mention]:
    """Yield what is to be replaced, in order of turns then parts; findings that overlap become one.

    Raises ``UsageError`` for a finding outside its text: it was made for another version of the transcript.
    """
    contexts: dict[tuple[int, str], str] = {(n, ""): turn.text for n, turn in enumerate(transcript.turns)}
    contexts.update({(len(transcript.turns), part.name): part.text for part in transcript.parts})
    wanted = [one for one in findings if one.action is Action.REPLACE and _where(one, transcript) in contexts]
    open_mention: Mention | None = None
    for finding in sorted(wanted, key=lambda one: (*_where(one, transcript), one.start, -one.end)):
        context = contexts[_where(finding, transcript)]
        if not 0 <= finding.start < finding.end <= len(context):
            raise UsageError(
                "a finding lies outside its text",
                where=f"offset {finding.start}",
                hint="detect this version again",
            )
        if (
            open_mention
            and _where(finding, transcript) == _where(open_mention.finding, transcript)
            and finding.start < open_mention.end
        ):
            open_mention = Mention(
                open_mention.finding, context, open_mention.start, max(open_mention.end, finding.end)
            )
            continue
        if open_mention:
            yield open_mention
        open_mention = Mention(finding, context, finding.start, finding.end)
    if open_mention:
        yield open_mention


def _where(finding: Finding, transcript: Transcript) -> tuple[int, str]:
    return (finding.turn, "") if finding.turn is not None else (len(transcript.turns), finding.part or "")
