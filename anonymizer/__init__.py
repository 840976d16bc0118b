"""De-identify Norwegian interview transcripts, seal the originals, keep an honest log.

The verbs of the command line are here as calls: ``anonymizer.detect(text)`` returns findings,
``anonymizer.dialect_area(text)`` probabilities by area, ``anonymizer.Study`` everything that needs a study. What is
named here is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anonymizer import detect as detect
    from anonymizer.detect.dialect import dialect_area
    from anonymizer.study import Study

__all__ = ["Study", "detect", "dialect_area"]

_HOMES = {"Study": "anonymizer.study", "dialect_area": "anonymizer.detect.dialect"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name == "detect":
        return import_module("anonymizer.detect")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'anonymizer' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
