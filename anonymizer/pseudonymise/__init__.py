"""Who is who, what they are called instead, and the transcript rewritten with it.

``extend`` grows the key table by new material and draws surrogates; ``pseudonymise`` rewrites one transcript with it
and is pure; ``sweep`` looks once more at what is about to leave.
"""

from anonymizer.pseudonymise.edits import Edit
from anonymizer.pseudonymise.extend import extend
from anonymizer.pseudonymise.gazetteer import GazetteerPlaces
from anonymizer.pseudonymise.gender import propose_neutral
from anonymizer.pseudonymise.keytable import (
    INTERVIEWER,
    RELATED,
    STUDY,
    KeyRow,
    KeyTable,
    OrganisationRow,
    ParticipantRow,
    PersonRow,
    PlaceRow,
    StaffRow,
)
from anonymizer.pseudonymise.material import Material
from anonymizer.pseudonymise.places import NoPlaces, PlaceFacts, PlaceFinder
from anonymizer.pseudonymise.rewrite import rewrite_turn
from anonymizer.pseudonymise.standard import written_standard
from anonymizer.pseudonymise.sweep import Leak, sweep
from anonymizer.pseudonymise.transcripts import Choices, Note, Pseudonymised, TextEdit, pseudonymise
from anonymizer.pseudonymise.wordings import fold

__all__ = [
    "INTERVIEWER",
    "RELATED",
    "STUDY",
    "Choices",
    "Edit",
    "GazetteerPlaces",
    "KeyRow",
    "KeyTable",
    "Leak",
    "Material",
    "NoPlaces",
    "Note",
    "OrganisationRow",
    "ParticipantRow",
    "PersonRow",
    "PlaceFacts",
    "PlaceFinder",
    "PlaceRow",
    "Pseudonymised",
    "StaffRow",
    "TextEdit",
    "extend",
    "fold",
    "propose_neutral",
    "pseudonymise",
    "rewrite_turn",
    "sweep",
    "written_standard",
]
