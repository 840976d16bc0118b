"""The key table grown by new transcripts.

Nothing that stands is ever changed: a surrogate drawn once is that person's for the life of the study. A second call
with the same material returns an equal table.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence

from anonymizer.data import Pack
from anonymizer.pseudonymise.draw import Taken, draw_participants, draw_persons, flag_redraws
from anonymizer.pseudonymise.gazetteer import GazetteerPlaces
from anonymizer.pseudonymise.identify import find_persons, read_names
from anonymizer.pseudonymise.keytable import KeyTable
from anonymizer.pseudonymise.material import Material
from anonymizer.pseudonymise.places import PlaceFinder
from anonymizer.pseudonymise.things import extend_organisations, extend_places

__all__ = ["extend"]


def extend(
    key_table: KeyTable,
    material: Sequence[Material],
    pack: Pack,
    rng: random.Random | None = None,
    *,
    places: PlaceFinder | None = None,
) -> KeyTable:
    """Return the key table with everyone and everything in the material known and called something.

    Participants must be registered (``KeyTable.register``). ``rng`` is a secure source unless a test gives one;
    ``places`` is the shipped gazetteer unless another is given. Raises ``UsageError`` when the fictive names do
    not suffice.
    """
    rng = rng or secrets.SystemRandom()
    names = list(read_names(key_table, material))
    table = find_persons(key_table, names, rng)
    taken = Taken(table, material, names)
    table = draw_participants(table, pack, taken, rng)
    table = draw_persons(table, pack, taken, rng, names)
    table = extend_places(table, material, pack, places or GazetteerPlaces(), rng)
    table = extend_organisations(table, material, rng)
    return flag_redraws(table, taken)
