"""Participants: the register, consent and, with it, what each of them was promised."""

from anonymizer.participants.duties import (
    Duty,
    Evidence,
    Obligation,
    due_date,
    duty_rules,
    one_month,
    urgent_first,
)
from anonymizer.participants.ics import Day, calendar_text
from anonymizer.participants.profile import (
    AudioDeleted,
    Basis,
    Ending,
    GroupWithdrawal,
    Letter,
    MemberCheckOf,
    ProjectProfile,
    Sample,
    parse_profile,
)
from anonymizer.participants.profile_changes import Consequence, ProfileChange, compare_profiles
from anonymizer.participants.register import check_code, read_register, write_register
from anonymizer.participants.rows import (
    INTERVIEWER,
    Capacity,
    ConsentEvidence,
    ParticipantRow,
    Scope,
    ThirdPerson,
)
from anonymizer.participants.speakers import label_key, labels_of, map_speakers
from anonymizer.participants.waiver import Waiver, check_waiver, waiver_reasons
from anonymizer.participants.wordings import rights_wordings

__all__ = [
    "INTERVIEWER",
    "AudioDeleted",
    "Basis",
    "Capacity",
    "ConsentEvidence",
    "Consequence",
    "Day",
    "Duty",
    "Ending",
    "Evidence",
    "GroupWithdrawal",
    "Letter",
    "MemberCheckOf",
    "Obligation",
    "ParticipantRow",
    "ProfileChange",
    "ProjectProfile",
    "Sample",
    "Scope",
    "ThirdPerson",
    "Waiver",
    "calendar_text",
    "check_code",
    "check_waiver",
    "compare_profiles",
    "due_date",
    "duty_rules",
    "label_key",
    "labels_of",
    "map_speakers",
    "one_month",
    "parse_profile",
    "read_register",
    "rights_wordings",
    "urgent_first",
    "waiver_reasons",
    "write_register",
]
