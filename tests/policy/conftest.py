"""A study in which all is in order, as facts: each test changes the one thing it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from anonymizer.data import Pack, load_pack
from anonymizer.policy import (
    Approval,
    Consent,
    Dpia,
    Facts,
    Keys,
    Letter,
    Obligation,
    Participant,
    Project,
    Publication,
    Risk,
    Sample,
    StorageUse,
    Transcript,
)

TODAY = dt.date(2026, 9, 1)
FIRST = dt.date(2026, 3, 2)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def project(**changes: Any) -> Project:
    filled: dict[str, Any] = {
        "title": "Hverdag etter rus",
        "purpose": "forstå hverdagen",
        "controller": "Høgskolen i Eksempel",
        "responsible": "veileder",
        "student": "student",
        "access": ("student", "veileder"),
        "samples": (Sample(id="main", planned=9, pool=120),),
        "data_types": ("intervju",),
        "special_categories": True,
        "criminal_offences": True,
        "health": True,
        "third_persons": True,
        "third_persons_informed": "exempt, art. 14(5)(b)",
        "recording": True,
        "methods": ("interview",),
        "processors": ("Nettskjema, UiO",),
        "storage": (StorageUse(medium="minnepinne", holds="transcripts", encrypted=True),),
        "starts": FIRST,
        "ends": day("2027-06-30"),
        "ending": "delete",
        "control_copy_years": None,
        "approvals": (
            Approval(body="sikt", status="sent", date=day("2026-01-05")),
            Approval(body="sikt", status="approved", reference="1", date=day("2026-02-10")),
            Approval(body="rek", status="not-required", reference="2", date=day("2026-02-01")),
        ),
        "letters": (Letter(version="2", ending=("delete",), faults=()),),
        "dpia": Dpia(required=False),
        "advice": "",
        "recipients": (),
        "transcribed_by": "hand",
        "reuse": (),
        "duty_of_confidentiality": False,
    }
    return Project(**{**filled, **changes})


def person(key: str = "a", **changes: Any) -> Participant:
    consent = Consent(letter_version="2", date=FIRST, scopes=("interview", "audio"), evidence="form")
    return Participant(**{"id": key, "consents": (consent,), "capacity": "ok", **changes})


def transcript(number: int = 1, **changes: Any) -> Transcript:
    made: dict[str, Any] = {
        "number": number,
        "participants": ("a",),
        "state": "pseudonymised",
        "reviewed": True,
        "types": {"PERSON": 3},
        "gender_neutralised": True,
        "third_persons": 1,
    }
    return Transcript(**{**made, **changes})


def facts(**changes: Any) -> Facts:
    whole: dict[str, Any] = {
        "project": project(),
        "participants": (person(),),
        "transcripts": (transcript(),),
        "keys": Keys(
            warnings=(), slots=(("work", "identity"), ("identity",)), self_test=True, neutral_codes=True
        ),
        "risk": Risk(
            unique=0,
            below=0,
            threshold=6,
            singling_out="no",
            linkability="unlikely",
            inference="unlikely",
        ),
        "publication": Publication(rare_events=0, manuscript_blocks=0),
        "first_ingest": FIRST,
        "exported_label": "pseudonymised",
        "log_intact": True,
        "log_anchored": True,
    }
    return Facts(**{**whole, **changes})


def duty(name: str, due: str, met: str | None = None) -> Obligation:
    return Obligation(duty=name, due=day(due), met=day(met) if met else None)


def pack(name: str = "sikt-base", **changes: Any) -> Pack:
    """Return a pack that ships, with parts changed as a pack of one's own would."""
    body = load_pack(name).model_dump(mode="json", by_alias=True)
    for key, value in changes.items():
        body[key] = {**body[key], **value} if isinstance(value, dict) else value
    return Pack.model_validate(body)
