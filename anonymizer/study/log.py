"""The study's log for whoever asks: shown, verified, exported. Needs no passphrase but to sign the export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from anonymizer.audit import State, Verdict, origin_of, repair, verify
from anonymizer.errors import UsageError
from anonymizer.study.profile import load_profile
from anonymizer.study.workspace import find_places

__all__ = ["repair_log", "verify_log"]


def verify_log(
    study: Path | None = None,
    *,
    bundle: Path | None = None,
    checkpoints: Sequence[Path] = (),
    fingerprint: str | None = None,
) -> Verdict:
    """Verify the log of a study, against this machine's STATE too, or of an exported bundle.

    Nothing is opened for writing and no passphrase is needed. Raises ``UsageError`` if neither is given.
    """
    if bundle is not None:
        return verify(bundle, checkpoints=checkpoints, key_fingerprint=fingerprint)
    if study is None:
        raise UsageError("there is no log to verify", hint="use --study DIR or --from BUNDLE")
    profile = load_profile(study)
    places = find_places(study, profile.id)
    return verify(
        study / "study.db",
        state=State(places.state / "checkpoint"),
        checkpoints=checkpoints,
        key_fingerprint=fingerprint,
        origin=origin_of(profile.id),
    )


def repair_log(
    study: Path, *, checkpoints: Sequence[Path] = (), fingerprint: str | None = None
) -> tuple[Verdict, bool]:
    """Verify the log of a study and mend what is no part of its record; return whether anything was mended.

    Of a broken log nothing is touched: what stands there is evidence. Needs no passphrase.
    """
    profile = load_profile(study)
    places = find_places(study, profile.id)
    return repair(
        study / "study.db",
        state=State(places.state / "checkpoint"),
        checkpoints=checkpoints,
        key_fingerprint=fingerprint,
        origin=origin_of(profile.id),
    )
