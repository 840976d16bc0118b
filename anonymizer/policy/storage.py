"""Storage matrices: which medium an institution allows for which class of material (``rules/storage/``)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from anonymizer.data import Strict, Text, load_yaml, rules_dir
from anonymizer.errors import PackError

__all__ = ["Matrix", "Medium", "StorageClass", "load_matrices", "matrix_for"]

GENERAL = "general"


class StorageClass(StrEnum):
    """How strictly material must be kept, mildest first."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLACK = "black"

    @property
    def rank(self) -> int:
        """Return the place in the order, from 0 for green."""
        return list(StorageClass).index(self)


class Medium(Strict):
    """A medium, the words a profile may call it by, and the highest class it takes, plain and encrypted."""

    title: Text
    names: tuple[Annotated[str, Field(min_length=2)], ...]
    up_to: StorageClass | None
    encrypted_up_to: StorageClass | None = None
    conditions: str = ""
    source: Annotated[str, Field(min_length=1)]


class Matrix(Strict):
    """One institution's matrix. ``names`` are how a profile may name the institution."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    names: tuple[str, ...]
    valid_from: date
    source: Annotated[str, Field(min_length=1)]
    certainty: Annotated[str, Field(pattern=r"^(public|knowledge|study)$")]
    media: dict[str, Medium]

    def medium(self, name: str) -> Medium | None:
        """Return the medium that a profile calls by this name."""
        wanted = name.strip().casefold()
        for key, one in self.media.items():
            if wanted == key or wanted in {known.casefold() for known in one.names}:
                return one
        return None

    def limit(self, name: str, *, encrypted: bool) -> StorageClass | None:
        """Return the highest class the medium takes, or ``None`` where the matrix does not say."""
        one = self.medium(name)
        if one is None:
            return None
        return one.encrypted_up_to if encrypted and one.encrypted_up_to is not None else one.up_to


def load_matrices(folder: Path | None = None) -> dict[str, Matrix]:
    """Return every matrix by id; ``PackError`` names file, line and key of the first fault."""
    found: dict[str, Matrix] = {}
    for path in sorted((folder or rules_dir() / "storage").glob("*.yaml")):
        file = load_yaml(path)
        matrix = file.parse(Matrix)
        if matrix.id != path.stem:
            raise PackError("the id is not the file's name", where=file.places[("id",)].named(("id",)))
        found[matrix.id] = matrix
    if GENERAL not in found:
        raise PackError("there is no general matrix", where="rules/storage", hint="add general.yaml")
    return found


_matrices = cache(load_matrices)


def matrix_for(institution: str | None) -> Matrix:
    """Return an institution's matrix, by id or name, or the general one."""
    matrices = _matrices()
    wanted = (institution or "").strip().casefold()
    for matrix in matrices.values():
        if wanted == matrix.id or wanted in {name.casefold() for name in matrix.names}:
            return matrix
    return matrices[GENERAL]
