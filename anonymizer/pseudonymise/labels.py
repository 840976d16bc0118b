"""Speaker labels: the surrogate in the style of the label it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from anonymizer.data import Pack
from anonymizer.model import Standard, Transcript
from anonymizer.pseudonymise.keytable import INTERVIEWER, KeyTable
from anonymizer.pseudonymise.material import INTERVIEWER_LABEL, speaker_of
from anonymizer.pseudonymise.wordings import marks

__all__ = ["new_labels", "participant_name", "participant_names"]

_MACHINE = re.compile(r"(?:speaker|spk)[_ -]?\d+", re.IGNORECASE)
"""What speech recognition calls a voice (WhisperX, pyannote: SPEAKER_01): capitals of a program, no one's style."""
_CORE = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


def participant_name(table: KeyTable, participant: str, pack: Pack, standard: Standard) -> str | None:
    """Return what a participant is called outside brackets, ``None`` where the pack gives them no name."""
    drawn = table.surrogate(participant, pack.participants.naming)
    if drawn is None:
        return None
    if isinstance(drawn, int):
        label = pack.participants.label
        return f"{label.nn if standard is Standard.NYNORSK else label.nb} {drawn}"
    return drawn


def participant_names(
    transcript: Transcript, speakers: Mapping[str, str], table: KeyTable, pack: Pack, standard: Standard
) -> dict[str, str]:
    """Return what each participant who speaks is called.

    Without names or numbers a lone participant is called by the role; several in one file are told apart by letters in
    the order they speak, which mean nothing in another file.
    """
    people = [one for one in _who(transcript, speakers).values() if one != INTERVIEWER]
    called = {one: participant_name(table, one, pack, standard) for one in people}
    nameless = [one for one, name in called.items() if name is None]
    role = pack.participants.label.nn if standard is Standard.NYNORSK else pack.participants.label.nb
    for position, one in enumerate(nameless):
        called[one] = role if len(nameless) == 1 else f"{role} {_letter(position)}"
    return {one: name or role for one, name in called.items()}


def new_labels(
    transcript: Transcript, speakers: Mapping[str, str], called: Mapping[str, str], standard: Standard
) -> dict[str, str]:
    """Return the new label for each label of the transcript; no two speakers ever share one.

    A label that only says who asks stays; an interviewer's name becomes ``Intervjuer``.
    """
    fresh: dict[str, str] = {}
    asking = 0
    for label, one in _who(transcript, speakers).items():
        if one != INTERVIEWER:
            fresh[label] = _styled(called[one], label)
        elif INTERVIEWER_LABEL.match(label):
            fresh[label] = label
        else:
            asking += 1
            word = marks().interviewer_label.say(standard)
            fresh[label] = _styled(word if asking == 1 else f"{word} {asking}", label)
    return fresh


def _who(transcript: Transcript, speakers: Mapping[str, str]) -> dict[str, str]:
    """Return who stands behind each label, in the order they speak."""
    who: dict[str, str] = {}
    for turn in transcript.turns:
        if turn.speaker is not None and turn.speaker not in who:
            who[turn.speaker] = speaker_of(turn, speakers) or ""
    return who


def _letter(position: int) -> str:
    return chr(ord("A") + position) if position < 26 else str(position + 1)


def _styled(name: str, label: str) -> str:
    """Return the name with the punctuation round the label and its capitals or small letters."""
    match = _CORE.match(label)
    before, core, after = match.groups() if match else ("", label, "")
    letters = [] if _MACHINE.fullmatch(core) else [char for char in core if char.isalpha()]
    if len(letters) > 3 and all(char.isupper() for char in letters):
        name = name.upper()
    elif len(letters) > 3 and all(char.islower() for char in letters):
        name = name.lower()
    return f"{before}{name}{after}"
