"""Types shared by the formats for what stands beside the text."""

from __future__ import annotations

from typing import Any, TypeAlias

__all__ = ["Json"]

Json: TypeAlias = Any
"""A JSON value: what a file holds before it is understood, or what a layout keeps."""
