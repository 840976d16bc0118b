"""Participants: the register, consent and, with it, what each of them was promised."""

from anonymizer.participants.register import INTERVIEWER, ParticipantRow, Scope, check_code, read_register
from anonymizer.participants.speakers import label_key, labels_of, map_speakers

__all__ = [
    "INTERVIEWER",
    "ParticipantRow",
    "Scope",
    "check_code",
    "label_key",
    "labels_of",
    "map_speakers",
    "read_register",
]
