"""Who and what a word may name: personal names, places with their ladders, demonyms, institutions, cue words.

``shipped_gazetteer()`` knows the lists in ``rules/lexicon/``; ``Gazetteer.with_indexes()`` also the dumps that
``add_dump`` read. Tokens are given as written; folding of case, letters and genitive is done here.
"""

from anonymizer.detect.gazetteer.folding import fold, without_genitive
from anonymizer.detect.gazetteer.gazetteer import Demonym, Gazetteer, shipped_gazetteer
from anonymizer.detect.gazetteer.index import (
    Added,
    IndexInfo,
    NameIndex,
    add_dump,
    index_folder,
    list_indexes,
)
from anonymizer.detect.gazetteer.lists import ListInfo, list_lists
from anonymizer.detect.gazetteer.people import NameFacts
from anonymizer.detect.gazetteer.phrases import PhraseMatch
from anonymizer.detect.gazetteer.places import Level, Place, Rung, common_rungs

__all__ = [
    "Added",
    "Demonym",
    "Gazetteer",
    "IndexInfo",
    "Level",
    "ListInfo",
    "NameFacts",
    "NameIndex",
    "PhraseMatch",
    "Place",
    "Rung",
    "add_dump",
    "common_rungs",
    "fold",
    "index_folder",
    "list_indexes",
    "list_lists",
    "shipped_gazetteer",
    "without_genitive",
]
