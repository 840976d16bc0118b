"""Sealing bytes: objects, small records, passphrases, slots. Knows nothing of studies, tables or people.

Nothing here is invented: large objects are C2SP chunked encryption "Cobblestone-256", small records
AES-GCM-SIV (RFC 8452), passphrases Argon2id (RFC 9106), slots HPKE (RFC 9180) with the hybrid ML-KEM-768
+ X25519 KEM, sub-keys HKDF-Expand (RFC 5869). All of it comes from the ``cryptography`` package; this
package fixes the choice, the framing and the context, so that a sealed thing says from its first byte how
and under which key it was sealed, and opens only in the place it was sealed for. ``docs/formats.md``
gives the bytes.
"""

from __future__ import annotations

from anonymizer.crypto.keys import Key, fields, new_id
from anonymizer.crypto.objects import key_id_of, open_bytes, open_stream, seal_bytes, seal_stream
from anonymizer.crypto.passphrase import (
    SALT_SIZE,
    KdfCost,
    key_from_passphrase,
    key_from_recovery,
    looks_like_recovery_key,
    new_recovery_key,
)
from anonymizer.crypto.records import open_record, record_key_id, seal_record
from anonymizer.crypto.selftest import self_test
from anonymizer.crypto.slots import SlotKeys, seal_to

__all__ = [
    "SALT_SIZE",
    "KdfCost",
    "Key",
    "SlotKeys",
    "fields",
    "key_from_passphrase",
    "key_from_recovery",
    "key_id_of",
    "looks_like_recovery_key",
    "new_id",
    "new_recovery_key",
    "open_bytes",
    "open_record",
    "open_stream",
    "record_key_id",
    "seal_bytes",
    "seal_record",
    "seal_stream",
    "seal_to",
    "self_test",
]
