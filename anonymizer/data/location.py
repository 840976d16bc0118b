"""Where the data files stand: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from anonymizer.errors import PackError

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def rules_dir() -> Path:
    """Return the folder ``rules/``; raise ``PackError`` if the installation lacks it."""
    for candidate in (_PACKAGE / "rules", _PACKAGE.parent / "rules"):
        if (candidate / "packs").is_dir():
            return candidate
    raise PackError("the folder rules/ is missing from this installation", hint="install the package again")
