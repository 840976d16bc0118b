"""Who stands behind each speaker label of a transcript: told or plain, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonymizer.errors import RegisterError
from anonymizer.model import Role, Transcript
from anonymizer.participants.rows import INTERVIEWER, ParticipantRow

__all__ = ["label_key", "labels_of", "map_speakers"]


def label_key(label: str) -> str:
    """Return a label as it is compared: without case, outer punctuation or doubled spaces."""
    return " ".join(label.strip().strip(":.[]()").split()).casefold()


def labels_of(row: ParticipantRow) -> tuple[str, ...]:
    """Return the labels that stand for a row: its ``speaker`` column, else its code, name and aliases."""
    return row.speaker or tuple(label for label in (row.code, row.name, *row.aliases) if label)


def map_speakers(
    transcript: Transcript, labels: Mapping[str, str], participants: Sequence[str], *, where: str
) -> dict[str, str]:
    """Return for every speaker label of ``transcript`` a participant's id or ``INTERVIEWER``.

    ``labels`` gives what the register says (``label_key`` of a label → participant id or ``INTERVIEWER``),
    ``participants`` the ids of those who take part in this transcript. Beyond the register two things are plain:
    a role word for whoever asks (`I:`, `Intervjuer:`) is the interviewer, and where one participant alone takes
    part and one role word for whoever answers is left (`R:`, `Informant:`), it is that participant.
    Raises ``RegisterError`` that counts the labels which map to no one.
    """
    roles: dict[str, Role] = {}
    for turn in transcript.turns:
        if turn.speaker is not None:
            roles.setdefault(turn.speaker, turn.role)
    mapping: dict[str, str] = {}
    open_labels: list[str] = []
    for label, role in roles.items():
        known = labels.get(label_key(label))
        if known is not None:
            mapping[label] = known
        elif role is Role.INTERVIEWER:
            mapping[label] = INTERVIEWER
        else:
            open_labels.append(label)
    plain = {label_key(label) for label in open_labels if roles[label] is Role.PARTICIPANT}
    taken = {who for who in mapping.values() if who != INTERVIEWER}
    if len(participants) == 1 and len(plain) == 1 and not taken - set(participants):
        for label in list(open_labels):
            if label_key(label) in plain:
                mapping[label] = participants[0]
                open_labels.remove(label)
    if open_labels:
        count = len(open_labels)
        raise RegisterError(
            f"{count} speaker label{'s' if count > 1 else ''} of {len(roles)} map to no one",
            where=where,
            hint="name them in the column “speaker”, or with --speaker LABEL=CODE (staff: code interviewer)",
        )
    return mapping
