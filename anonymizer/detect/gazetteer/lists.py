"""Which name and place lists there are: those that are shipped and those that were added on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from anonymizer.data import load_lexicon
from anonymizer.detect.gazetteer.index import list_indexes

__all__ = ["ListInfo", "list_lists"]

_SHIPPED = (
    ("first_names", "people"),
    ("surnames", "people"),
    ("nicknames", "people"),
    ("municipalities", "places"),
    ("former_municipalities", "places"),
    ("counties", "places"),
    ("landsdeler", "places"),
    ("settlements", "places"),
    ("nature", "places"),
    ("sami_kven_places", "places"),
    ("abroad", "places"),
    ("demonyms", "origins"),
    ("peoples_and_faiths", "origins"),
    ("organisations", "institutions"),
)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One list: its name, what it names, whether it is ``shipped`` or ``added``, its names, source and date added."""

    name: str
    of: str
    origin: str
    names: int
    source: str
    added: str
    sha256: str


def list_lists(folder: Path | None = None) -> tuple[ListInfo, ...]:
    """Return the shipped lists, then the added ones of ``folder`` (this user's by default).

    Raises ``PackError`` where a shipped list is not sound, ``IntegrityError`` where the manifest of the added is not.
    """
    shipped = [
        ListInfo(name, of, "shipped", len(lexicon.rows), lexicon.source, "", "")
        for name, of in _SHIPPED
        for lexicon in (load_lexicon(name),)
    ]
    added = [
        ListInfo(index.file, "places", "added", index.names, index.source, index.added, index.sha256)
        for index in list_indexes(folder)
    ]
    return (*shipped, *added)
