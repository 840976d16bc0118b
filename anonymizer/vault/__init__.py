"""Everything personal of a study, sealed: two databases in two buildings, unlock slots, and crypto-shredding.

Knows owners, kinds, records and rows, and nothing of what they mean. Each *owner* (a participant, a shared
transcript, or the study itself) has a data key per master; destroying it makes all that it sealed
unreadable for ever. Every change is one step together with its log entries (``Vault.change``). The bytes
are in ``docs/formats.md``.
"""

from __future__ import annotations

from anonymizer.crypto import KdfCost
from anonymizer.vault.change import Change
from anonymizer.vault.failpoints import point
from anonymizer.vault.keyring import Master, Slot
from anonymizer.vault.places import KeysWarning, Places
from anonymizer.vault.reading import STUDY_OWNER
from anonymizer.vault.store import ObjectInfo
from anonymizer.vault.vault import Vault

__all__ = [
    "STUDY_OWNER",
    "Change",
    "KdfCost",
    "KeysWarning",
    "Master",
    "ObjectInfo",
    "Places",
    "Slot",
    "Vault",
    "point",
]
