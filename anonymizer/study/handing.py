"""Identifiable copies out of the study: where they may go, and written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from anonymizer.errors import UsageError
from anonymizer.study.profile import write_whole
from anonymizer.study.workspace import Workspace

__all__ = ["build_folder", "outside_study", "refuse_inside"]


def refuse_inside(space: Workspace, target: Path) -> None:
    """Raise ``UsageError`` for a place inside the study's, the keys' or the state's own folder."""
    for own in (space.places.study.resolve(), space.places.keys.resolve(), space.places.state.resolve()):
        if target == own or own in target.parents:
            raise UsageError(
                "an identifiable copy never goes into the study's folders",
                where=str(target),
                hint="choose another",
            )


def outside_study(space: Workspace, to: Path) -> Path:
    """Return where identifiable copies may go; raise ``UsageError`` for a folder of the study, or one that is full."""
    target = to.resolve()
    refuse_inside(space, target)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("the folder is not empty", where=str(to), hint="choose a new folder")
    return target


def build_folder(target: Path, contents: Mapping[str, bytes], study_id: str) -> Path:
    """Write files into a new folder beside ``target``, to be renamed to it, and return it; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".copy-{study_id[:12]}-"
    for left_over in target.parent.glob(
        f"{prefix}*"
    ):  # of a process that was killed; the study has one writer
        shutil.rmtree(left_over, ignore_errors=True)
    building = Path(tempfile.mkdtemp(dir=target.parent, prefix=prefix))
    try:
        for name, content in contents.items():
            write_whole(building / name, content)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return building
